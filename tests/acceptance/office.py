"""The receivables office of a small town, as tests from end to end see it.

People work in a browser, mail arrives at a real mail server; only the clock is ours.
"""

import json
import time

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
company.company_registry = "0900001335"
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
company.write({{"ar_enabled": True, "ar_sandbox": False}})
env.cr.commit()
"""

IDENTITY = """
import json
rows = env["ar.ledger.identity"].search([])
print(json.dumps([[row.difference, row.difference_company, row.balance]
                  for row in rows]))
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


def wait_for(messages, count, seconds=60):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = messages()
        if len(found) >= count:
            assert len(found) == count
            return found
        time.sleep(0.5)
    raise AssertionError(f"{len(messages())} messages after {seconds} s, not {count}")
