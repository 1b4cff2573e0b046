"""A customer's week from end to end: nothing is mocked.

An approver approves the run in a browser; the mail arrives at a real mail server, the
letter is a PDF; a bank file with the references is imported in the browser; the claims
close, a thank-you leaves, and the next three days send nothing more.
"""

import base64
import io
import json
import re
from datetime import date, timedelta

import pytest
from pypdf import PdfReader

import camt
from office import IBAN, LETTER_DEBTOR, MAIL_DEBTOR, SETTING, Story, wait_for
from toolkit import odoo_server

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

    (mail,) = wait_for(story.mailbox.messages, 1)
    text = mail.get_body(("plain",)).get_content()
    assert mail["To"].addresses[0].addr_spec == "ann@debtor.example"
    assert "150.75" in text
    mail_references = set(re.findall(r"\+\+\+\d{3}/\d{4}/\d{5}\+\+\+", text))
    # Those of the two invoices, and the one that pays them together.
    assert len(mail_references) == 3

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
        "batches = env['ar.print.batch'].search([])\nbatches._note_download()\n"
        "batches.action_confirm_posted()\nenv.cr.commit()"
    )
    amounts = story.ask(
        "import json\nprint(json.dumps({claim.payment_reference:"
        " claim.amount_residual for claim in env['ar.claim'].search([])}))"
    )
    payments = [
        (MAIL_DEBTOR, amounts[reference], reference, None)
        for reference in sorted(mail_references & set(amounts))
    ]
    assert len(payments) == 2
    payments.append((LETTER_DEBTOR, amounts[letter_reference], letter_reference, None))
    file = tmp_path / "statement.xml"
    file.write_text(camt.statement("STMT-1", today.isoformat(), IBAN, payments))
    story.import_statement(file)
    story.assert_ledger_agrees()

    story.run_cycle(today + timedelta(days=1))
    assert story.claim_states() == ["settled"] * 3
    story.assert_ledger_agrees()
    messages = wait_for(story.mailbox.messages, 2)
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
