"""A customer's week from end to end: nothing is mocked.

An approver approves the run in a browser; the mail arrives at a real mail server, the
letter is a PDF; a bank file with the references is imported in the browser; the claims
close, a thank-you leaves, and the next three days send nothing more.
"""

import base64
import io
import json
import re
import time
from datetime import date, timedelta

import pytest
from pypdf import PdfReader

import camt
from toolkit import odoo_server

IBAN = "BE71096123456769"
MAIL_DEBTOR, LETTER_DEBTOR = "Ann Claeys", "Bart Wouters"

SETTING = """
from datetime import timedelta
belgium = env.ref("base.be")
company = env.company
company.write({{"name": "Stad Voorbeeld", "email": "financien@stad.example",
               "country_id": belgium.id, "street": "Markt 1", "zip": "9000",
               "city": "Gent", "phone": "+32 9 000 00 00"}})
company.partner_id.tz = "Europe/Brussels"
env["account.chart.template"].try_loading("be_comp", company, install_demo=False)
account = env["res.partner.bank"].create(
    {{"acc_number": "{iban}", "partner_id": company.partner_id.id}})
bank = env["account.journal"].search(
    [("type", "=", "bank"), ("company_id", "=", company.id)], limit=1)
bank.bank_account_id = account
sale = env["account.journal"].search(
    [("type", "=", "sale"), ("company_id", "=", company.id)], limit=1)
sale.write({{"invoice_reference_model": "be", "invoice_reference_type": "invoice"}})
env["ir.mail_server"].search([]).active = False
env["ir.mail_server"].create({{"name": "sink", "smtp_host": "127.0.0.1",
    "smtp_port": {port}, "smtp_encryption": "none"}})
user = env["res.users"].create({{"name": "Approver", "login": "approver",
    "password": "approver", "company_ids": [(6, 0, company.ids)],
    "company_id": company.id, "group_ids": [
        (4, env.ref("ar_dunning.group_approver").id),
        (4, env.ref("account.group_account_user").id),
        (4, env.ref("account.group_account_invoice").id)]}})
debtors = env["res.partner"].create([
    {{"name": "{mail_debtor}", "email": "ann@debtor.example", "lang": "en_US"}},
    {{"name": "{letter_debtor}", "street": "Korenmarkt 5", "zip": "9000",
      "city": "Gent", "country_id": belgium.id, "lang": "en_US"}}])
today = company._ar_today()
moves = env["account.move"].create([
    {{"move_type": "out_invoice", "partner_id": debtor.id,
      "invoice_date": today - timedelta(days=45),
      "invoice_date_due": today - timedelta(days=15),
      "invoice_line_ids": [(0, 0, {{"name": "Service", "price_unit": amount,
                                   "tax_ids": []}})]}}
    for debtor, amount in ((debtors[0], 120.50), (debtors[0], 30.25),
                           (debtors[1], 99.99))])
moves.action_post()
procedure = env.ref("ar_dunning.procedure_consumer")
version = procedure._new_version()
version.level_ids.filtered(lambda level: level.kind == "notice").mode = "approval"
version.action_activate()
company.ar_enabled = True
env.cr.commit()
"""

IDENTITY = """
import json
rows = env["ar.ledger.identity"].search([])
print(json.dumps([[row.difference, row.difference_company, row.balance]
                  for row in rows]))
"""


THREE_TERMS = """
def differences():
    env.cr.flush(); env.invalidate_all()
    rows = env["ar.ledger.identity"].search([])
    return rows.mapped("difference") + rows.mapped("difference_company")

term = env["account.payment.term"].create({"name": "Three", "line_ids": [
    (0, 0, {"value": "percent", "value_amount": share, "nb_days": days,
            "delay_type": "days_after"})
    for share, days in ((30, 30), (30, 60), (40, 90))]})
move = env["account.move"].create({"move_type": "out_invoice",
    "partner_id": debtors[0].id, "invoice_date": "2026-01-01",
    "invoice_payment_term_id": term.id, "invoice_line_ids": [
        (0, 0, {"name": "Service", "price_unit": 1000, "tax_ids": []})]})
steps = [["before", differences()]]
move.action_post(); steps.append(["posted", differences()])
move.button_draft(); steps.append(["draft", differences()])
term.line_ids[0].nb_days = 45
move.invoice_payment_term_id = False
move.invoice_payment_term_id = term
move.action_post(); steps.append(["posted again", differences()])
claims = env["ar.claim"].search([("move_id", "=", move.id)])
assert len(claims.filtered(lambda claim: claim.state == "open")) == 3, claims
print(json.dumps(steps))
"""


class Story:
    """What the test does, in the words of the people who do it."""

    def __init__(self, shell, browser, address, mailbox):
        self.shell, self.browser = shell, browser
        self.address, self.mailbox = address, mailbox

    def ask(self, code):
        """Return the JSON that a piece of code prints in Odoo's shell."""
        return json.loads(self.shell(code).strip().splitlines()[-1])

    def run_cycle(self, day):
        state, error = self.ask(
            "import json\nfrom datetime import date\n"
            "cycle = env['ar.cycle']._run(env.company, "
            f"date.fromisoformat('{day.isoformat()}'))\n"
            "print(json.dumps([cycle.state, cycle.error or '']))"
        )
        assert (state, error) == ("done", "")

    def assert_ledger_agrees(self):
        rows = self.ask(IDENTITY)
        assert rows
        for difference, difference_company, _balance in rows:
            assert abs(difference) < 0.005
            assert abs(difference_company) < 0.005

    def claim_states(self):
        return self.ask(
            "import json\nclaims = env['ar.claim'].search([], order='id')\n"
            "print(json.dumps(claims.mapped('state')))"
        )

    def approve_the_run(self):
        self.browser.log_in(self.address, "approver", "approver")
        self.browser.open(
            f"{self.address}/odoo/action-ar_dunning.ar_dunning_run_action"
        )
        self.browser.wait_until(
            "document.querySelector('.o_data_row, .o_kanban_record')"
        )
        self.browser.evaluate(
            "(document.querySelector('.o_data_row td.o_data_cell')"
            " || document.querySelector('.o_kanban_record')).click()"
        )
        self.browser.click("button[name=action_approve]")
        self.browser.wait_until(
            "document.querySelector('.modal button.btn-primary')"
            " || !document.querySelector('button[name=action_approve]')"
        )
        self.browser.evaluate(
            "document.querySelector('.modal button.btn-primary')?.click()"
        )
        self.browser.wait_until(
            "!document.querySelector('button[name=action_approve]')"
        )

    def wait_for_letter(self):
        """Wait until the server's own cron has made the letter."""
        for _attempt in range(30):
            if self.ask(
                "import json\nprint(json.dumps(env['ar.delivery'].search_count("
                "[('channel', '=', 'letter'), ('state', '=', 'printed')])))"
            ):
                return
            time.sleep(1)
        states = self.ask(
            "import json\nprint(json.dumps([[notice.kind, notice.state,"
            " notice.cancel_code, notice.channel, notice.delivery_ids.mapped('state')]"
            " for notice in env['ar.dunning.notice'].search([])]))"
        )
        raise AssertionError(f"no letter was made: {states}")

    def import_statement(self, file):
        self.browser.open(
            f"{self.address}/odoo/action-"
            "account_statement_import_file.account_statement_import_action"
        )
        field = ".o_field_widget[name=statement_file] input[type=file]"
        self.browser.wait_until(f'document.querySelector("{field}")')
        self.browser.upload(field, file)
        self.browser.wait_until(
            "[...document.querySelectorAll('input')]"
            f".some(input => input.value.endsWith('{file.name}'))"
        )
        self.browser.click("button[name=import_file_button]")
        self.browser.wait_until(
            "!document.querySelector('button[name=import_file_button]')", 60
        )


@pytest.fixture
def story(odoo_shell, browser, database_server, database, mail_sink, tmp_path):
    odoo_shell(
        SETTING.format(
            iban=IBAN,
            port=mail_sink.port,
            mail_debtor=MAIL_DEBTOR,
            letter_debtor=LETTER_DEBTOR,
        )
    )
    with odoo_server.running(
        database_server,
        database,
        port=odoo_server.free_port(),
        log=tmp_path / "odoo.log",
        arguments=["--max-cron-threads", "1"],
    ) as address:
        yield Story(odoo_shell, browser, address, mail_sink)


def test_from_reminder_to_thank_you(story, tmp_path):
    today = date.fromisoformat(
        story.ask("import json\nprint(json.dumps(str(env.company._ar_today())))")
    )
    story.assert_ledger_agrees()
    story.run_cycle(today)
    assert story.mailbox.messages() == []
    story.assert_ledger_agrees()

    story.approve_the_run()
    story.wait_for_letter()
    story.assert_ledger_agrees()

    (mail,) = _wait_for(story.mailbox.messages, 1)
    text = mail.get_body(("plain",)).get_content()
    assert mail["To"].addresses[0].addr_spec == "ann@debtor.example"
    assert "150.75" in text
    mail_references = set(re.findall(r"\+\+\+\d{3}/\d{4}/\d{5}\+\+\+", text))
    assert len(mail_references) == 2

    letter = base64.b64decode(
        story.ask(
            "import json\nbatch = env['ar.print.batch'].search([])\n"
            "import base64\n"
            "print(json.dumps(base64.b64encode(batch._merged_pdf()).decode()))"
        )
    )
    (tmp_path / "letter.pdf").write_bytes(letter)
    page = " ".join(
        " ".join(
            page.extract_text() for page in PdfReader(io.BytesIO(letter)).pages
        ).split()
    )
    assert LETTER_DEBTOR in page
    assert "99.99" in page
    assert IBAN in page.replace(" ", "")
    (letter_reference,) = re.findall(r"\+\+\+\d{3}/\d{4}/\d{5}\+\+\+", page)

    story.shell(
        "env['ar.print.batch'].search([]).action_confirm_posted()\nenv.cr.commit()"
    )
    amounts = story.ask(
        "import json\nprint(json.dumps({claim.payment_reference:"
        " claim.amount_residual for claim in env['ar.claim'].search([])}))"
    )
    payments = [
        (MAIL_DEBTOR, amounts[reference], reference, None)
        for reference in sorted(mail_references)
    ]
    payments.append((LETTER_DEBTOR, amounts[letter_reference], letter_reference, None))
    file = tmp_path / "statement.xml"
    file.write_text(camt.statement("STMT-1", today.isoformat(), IBAN, payments))
    story.import_statement(file)
    story.assert_ledger_agrees()

    story.run_cycle(today + timedelta(days=1))
    assert story.claim_states() == ["settled"] * 3
    story.assert_ledger_agrees()
    messages = _wait_for(story.mailbox.messages, 2)
    assert messages[-1]["To"].addresses[0].addr_spec == "ann@debtor.example"

    for days in (2, 3, 4):
        story.run_cycle(today + timedelta(days=days))
        story.assert_ledger_agrees()
    assert len(story.mailbox.messages()) == 2
    assert (
        story.ask(
            "import json\nprint(json.dumps(env['ar.delivery'].search_count("
            "[('channel', '=', 'letter')])))"
        )
        == 1
    )
    assert story.browser.errors == []


def _wait_for(messages, count, seconds=60):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = messages()
        if len(found) >= count:
            assert len(found) == count
            return found
        time.sleep(0.5)
    raise AssertionError(f"{len(messages())} messages after {seconds} s, not {count}")


def test_three_terms_back_to_draft_keep_the_identity(odoo_shell, mail_sink):
    """The ledger agrees while an entry with three terms changes its terms."""
    setting = SETTING.format(
        iban=IBAN,
        port=mail_sink.port,
        mail_debtor=MAIL_DEBTOR,
        letter_debtor=LETTER_DEBTOR,
    )
    printed = odoo_shell(f"{setting}\nimport json\n{THREE_TERMS}")
    for step, differences in json.loads(printed.strip().splitlines()[-1]):
        assert differences, step
        assert all(abs(difference) < 0.005 for difference in differences), step
