"""The road to its two ends: a debtor pays, another one's claim goes to the bailiff.

Nothing is mocked. A run is approved in a browser; the codes on the mail, the letter
and the page behind the link are read by two decoders; one debtor pays online without a
login on a phone, one by bank transfer with what the code says. A third never pays: a
person hands the claim over, and the bailiff fetches the dossier.
"""

import base64
import hashlib
import io
import json
import re
import time
import zipfile
from datetime import date, timedelta
from decimal import Decimal

import jsonschema
import pytest

import camt
import qr_codes
from accessibility import serious_findings
from office import IBAN, LETTER_DEBTOR, MAIL_DEBTOR, SETTING, Story, wait_for
from toolkit import odoo_server, paths, printing
from toolkit.browser import Browser

CREDITOR = "Stad Voorbeeld"
SILENT_DEBTOR = "Carl Dewit"
PHONE = (390, 844)
REASON = "No payment and no answer after the formal notice."
SCHEMA = paths.ADDONS / "ar_legal" / "static" / "schema" / "dossier-2.json"

FURTHER_SETTING = """
env["ir.config_parameter"].set_param("web.base.url", "{address}")
env["ir.config_parameter"].set_param("web.base.url.freeze", "True")
provider = env.ref("payment.payment_provider_demo")
provider.write({{"state": "test", "is_published": True, "company_id": company.id}})
provider.with_context(active_test=False).payment_method_ids.active = True
silent = env["res.partner"].create({{"name": "{silent}", "email": "carl@debtor.example",
    "lang": "en_US"}})
office = env["res.partner"].create({{"name": "Bailiff Office", "is_company": True}})
env["res.users"].with_context(no_reset_password=True).create({{
    "partner_id": office.id, "login": "bailiff", "password": "bailiff",
    "company_id": company.id, "company_ids": [(6, 0, company.ids)],
    "group_ids": [(6, 0, env.ref("base.group_portal").ids)]}})
move = env["account.move"].create({{"move_type": "out_invoice", "partner_id": silent.id,
    "invoice_date": today - timedelta(days=130),
    "invoice_date_due": today - timedelta(days=100),
    "invoice_line_ids": [
        (0, 0, {{"name": "Rent", "price_unit": 310, "tax_ids": []}})]}})
move.action_post()
env.cr.commit()
"""

# What the printed notices ask for, from the ledger and not from the notice.
OWED = """
import json
print(json.dumps({partner.name: [
    [claim.payment_reference, f"{claim.amount_residual:.2f}"] for claim in claims]
    for partner, claims in env["ar.claim"].search([("state", "=", "open")])
        .grouped("partner_id").items()}))
"""

# The past of the debtor who does not answer: reminded, formally put in default.
REMINDED = """
approver = env["res.users"].search([("login", "=", "approver")])
for days in (85, 60, 35):
    day = today - timedelta(days=days)
    for turn in range(2):
        cycle = env["ar.cycle"]._run(company, day)
        assert cycle.state == "done", cycle.error
        env["ar.dunning.notice"].search(
            [("state", "=", "proposed"), ("kind", "=", "dunning")]
        ).with_user(approver).action_approve()
env.cr.commit()
"""
SENT_BEFORE = 3

DOSSIER = """
import json
case = env["ar.legal.case"].search([])
handoff = case.handoff_ids
print(json.dumps({"cases": len(case), "state": case.state, "reason": case.reason,
    "decided by": case.decided_by_id.login, "party": case.party_id.name,
    "handoffs": len(handoff), "digest": handoff.digest,
    "content": handoff.content.decode()}))
"""


class Phone:
    """A debtor's phone: no login, a small touch screen."""

    def __init__(self, browser):
        self.browser = browser
        width, height = PHONE
        browser.command(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=3,
            mobile=True,
        )
        browser.command("Emulation.setTouchEmulationEnabled", enabled=True)

    def open(self, address):
        """Open an address and check what holds for every page of a debtor."""
        self.browser.open(address)
        self.check()

    def check(self):
        """Nothing to scroll sideways, nothing that shuts somebody out."""
        assert self.browser.evaluate(
            "document.documentElement.scrollWidth <= window.innerWidth"
        )
        assert serious_findings(self.browser) == []

    def picture(self, file):
        """Return the whole page as a PNG; also kept in a file."""
        content = base64.b64decode(
            self.browser.command(
                "Page.captureScreenshot", format="png", captureBeyondViewport=True
            )["data"]
        )
        file.write_bytes(content)
        return content

    def pay_online(self):
        """Pay with the demonstration provider; return what the page says then."""
        self.browser.evaluate(
            "[...document.querySelectorAll('a.button')]"
            ".find(link => link.href.includes('/online')).click()"
        )
        self.browser.wait_until(
            "document.querySelector('button[name=o_payment_submit_button]"
            ":not([disabled])')"
        )
        self.check()
        self.browser.click("button[name=o_payment_submit_button]")
        self.browser.wait_until("location.pathname.endsWith('/done')", 60)
        self.browser.wait_until("document.readyState === 'complete'")
        self.check()
        return self.browser.text()


class HandOver:
    """What an approver does in the browser with a proposal to hand over."""

    def __init__(self, story):
        self.story, self.browser = story, story.browser

    def decide(self):
        """Hand the one waiting proposal over to the bailiff."""
        notice_id = self.story.ask(
            "import json\nprint(json.dumps(env['ar.dunning.notice'].search("
            "[('kind', '=', 'handover'), ('state', '=', 'proposed')]).id))"
        )
        assert notice_id, "no handover was proposed"
        self.browser.open(
            f"{self.story.address}/odoo/receivable-notices/{notice_id}",
        )
        self.browser.click("button[name=action_hand_over]")
        self.browser.wait_until("document.querySelector('.modal [name=reason]')")
        self.browser.fill(".modal [name=reason] textarea", REASON)
        self._choose_party("Bailiff Office")
        self.browser.click(".modal button[name=action_apply]")
        self.browser.wait_until(
            "!document.querySelector('.modal')"
            " && document.querySelector('button[name=action_make_handoff]')"
        )

    def _choose_party(self, name):
        field = ".modal [name=party_id] input"
        self.browser.evaluate(f"document.querySelector('{field}').focus()")
        self.browser.command("Input.insertText", text=name)
        option = (
            "[...document.querySelectorAll('.o-autocomplete--dropdown-item a')]"
            f".find(item => item.textContent.trim() === '{name}')"
        )
        self.browser.wait_until(option)
        self.browser.evaluate(f"{option}.click()")
        self.browser.wait_until(
            f"document.querySelector('{field}').value.includes('{name}')"
        )

    def make_dossier(self):
        """Make the dossier of the open case."""
        self.browser.click("button[name=action_make_handoff]")
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if self.story.ask(
                "import json\nprint(json.dumps(env['ar.legal.handoff']"
                ".search_count([])))"
            ):
                return
        raise AssertionError("no dossier was made")


@pytest.fixture
def phone(tmp_path):
    with Browser(printing.browser(), tmp_path / "phone") as page:
        yield Phone(page)


@pytest.fixture
def story(odoo_shell, browser, database_server, database, mail_sink, tmp_path):
    port = odoo_server.free_port()
    names = {
        "iban": IBAN,
        "port": mail_sink.port,
        "mail_debtor": MAIL_DEBTOR,
        "letter_debtor": LETTER_DEBTOR,
    }
    further = FURTHER_SETTING.format(
        address=odoo_server.address(port), silent=SILENT_DEBTOR
    )
    odoo_shell(SETTING.format(**names) + further + REMINDED)
    with odoo_server.running(
        database_server,
        database,
        port=port,
        log=tmp_path / "odoo.log",
        arguments=["--max-cron-threads", "1"],
    ) as address:
        yield Story(odoo_shell, browser, address, mail_sink)


def test_one_pays_and_one_is_handed_over(story, phone, tmp_path):
    today = date.fromisoformat(
        story.ask("import json\nprint(json.dumps(str(env.company._ar_today())))")
    )
    story.run_cycle(today)
    owed = story.ask(OWED)
    story.approve_the_run()
    story.wait_for_letter()
    mails = {
        mail["To"].addresses[0].addr_spec: mail
        for mail in wait_for(story.mailbox.messages, SENT_BEFORE + 1)
    }

    _pay_online(story, phone, mails["ann@debtor.example"], owed[MAIL_DEBTOR], tmp_path)
    _pay_by_transfer(story, owed[LETTER_DEBTOR], today, tmp_path)
    story.assert_ledger_agrees()

    story.run_cycle(today + timedelta(days=1))
    assert sorted(story.claim_states()) == ["open", "settled", "settled", "settled"]
    story.assert_ledger_agrees()
    _hand_over(story, phone, tmp_path)

    for days in (2, 30, 90):
        story.run_cycle(today + timedelta(days=days))
    _check_who_got_what(story)
    story.assert_ledger_agrees()
    assert story.browser.errors == []


def _pay_online(story, phone, mail, owed, folder):
    """The mail, its code and its link; the page and its code; the payment."""
    total = sum(Decimal(amount) for _reference, amount in owed)
    (image,) = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    (asked,) = qr_codes.transfers(image.get_content())
    html = mail.get_body(("html",)).get_content()
    assert f"cid:{image['Content-ID'].strip('<>')}" in html
    (link,) = set(re.findall(r"http://[^\"'\s<]+/ar/pay/[^\"'\s<]+", html))
    assert link in mail.get_body(("plain",)).get_content()

    phone.open(link)
    text = phone.browser.text()
    assert f"{total:.2f}" in text
    (shown,) = qr_codes.transfers(phone.picture(folder / "payment-page.png"))
    assert shown == asked
    assert (shown.creditor, shown.iban, shown.amount) == (CREDITOR, IBAN, total)
    printed = re.search(r"\+\+\+\d{3}/\d{4}/\d{5}\+\+\+", text)[0]
    assert shown.structured == re.sub(r"\D", "", printed)
    # Two invoices: the link's own reference, which is none of theirs.
    assert shown.structured not in {re.sub(r"\D", "", one) for one, _amount in owed}

    assert "thank you" in phone.pay_online().lower()
    phone.picture(folder / "paid-page.png")


def _pay_by_transfer(story, owed, today, folder):
    """The letter and its code; a bank statement with what the code says."""
    letter = base64.b64decode(
        story.ask(
            "import base64, json\nbatch = env['ar.print.batch'].search([])\n"
            "print(json.dumps(base64.b64encode(batch._merged_pdf()).decode()))"
        )
    )
    (folder / "letter.pdf").write_bytes(letter)
    (asked,) = qr_codes.transfers_of_pdf(letter)
    ((reference, amount),) = owed
    assert asked == qr_codes.Transfer(
        CREDITOR, IBAN, Decimal(amount), re.sub(r"\D", "", reference), ""
    )
    story.shell(
        "batches = env['ar.print.batch'].search([])\nbatches._note_download()\n"
        "batches.action_confirm_posted()\nenv.cr.commit()"
    )
    file = folder / "statement.xml"
    payment = (LETTER_DEBTOR, float(asked.amount), asked.reference, None)
    file.write_text(camt.statement("STMT-1", today.isoformat(), IBAN, [payment]))
    story.import_statement(file)


def _hand_over(story, phone, folder):
    """A person decides, the case is there, the bailiff fetches the dossier."""
    approver = HandOver(story)
    approver.decide()
    approver.make_dossier()
    story.browser.screenshot(folder / "legal-case.png")
    told = story.ask(DOSSIER)
    content = base64.b64decode(told.pop("content"))
    assert told == {
        "cases": 1,
        "state": "open",
        "reason": REASON,
        "decided by": "approver",
        "party": "Bailiff Office",
        "handoffs": 1,
        "digest": hashlib.sha256(content).hexdigest(),
    }
    _check_dossier(content)
    assert _fetched_by_the_bailiff(story, phone) == content


def _check_dossier(content):
    """The JSON keeps its own published schema; every file is what the list says."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    dossier = json.loads(files["dossier.json"])
    schema = json.loads(SCHEMA.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(dossier)
    listed = dict(
        reversed(line.split("  ", 1))
        for line in files["SHA256SUMS"].decode().splitlines()
    )
    assert set(listed) == set(files) - {"SHA256SUMS"}
    for name, digest in listed.items():
        assert hashlib.sha256(files[name]).hexdigest() == digest, name
    assert {"claims.csv", "summary.pdf"} <= set(files)
    folders = {name.split("/")[0] for name in files if "/" in name}
    assert {"invoices", "notices", "evidence"} <= folders
    assert SILENT_DEBTOR in files["claims.csv"].decode() + json.dumps(dossier)
    for name in files:
        if name.endswith(".pdf"):
            assert files[name].startswith(b"%PDF"), name


def _fetched_by_the_bailiff(story, phone):
    """Log in as the bailiff, open the case, return the bytes of the dossier."""
    phone.browser.open(f"{story.address}/web/login")
    phone.browser.fill("input[name=login]", "bailiff")
    phone.browser.fill("input[name=password]", "bailiff")
    phone.browser.click("form.oe_login_form button[type=submit]")
    phone.browser.wait_until("location.pathname.startsWith('/my')", 60)
    phone.open(f"{story.address}/my/legal-cases")
    case = phone.browser.evaluate(
        "[...document.querySelectorAll('a')].map(link => link.pathname)"
        ".find(path => /^\\/my\\/legal-cases\\/\\d+$/.test(path))"
    )
    phone.open(f"{story.address}{case}")
    assert SILENT_DEBTOR in phone.browser.text()
    address = phone.browser.evaluate(
        "[...document.querySelectorAll('a')].map(link => link.href)"
        ".find(href => href.includes('dossier'))"
    )
    return base64.b64decode(
        phone.browser.evaluate(
            f"fetch({json.dumps(address)}).then(answer => answer.arrayBuffer())"
            ".then(buffer => btoa([...new Uint8Array(buffer)]"
            ".map(byte => String.fromCharCode(byte)).join('')))"
        )
    )


def _check_who_got_what(story):
    """Who paid was thanked and left in peace; who did not got each level once."""
    messages = story.mailbox.messages()
    to_ann = [m for m in messages if m["To"].addresses[0].username == "ann"]
    assert len(to_ann) == 2, [m["Subject"] for m in to_ann]
    levels = story.ask(
        "import json\nprint(json.dumps([line.level_key for line in"
        " env['ar.dunning.notice.line'].search([('role', '=', 'claimed'),"
        f" ('claim_id.partner_id.name', '=', '{SILENT_DEBTOR}'),"
        " ('state', '=', 'dispatched')], order='id')]))"
    )
    assert levels[-1] == "handover"
    assert len(levels) == len(set(levels)) >= 3, levels
    to_carl = [m for m in messages if m["To"].addresses[0].username == "carl"]
    assert len(to_carl) == len(levels) - 1 == SENT_BEFORE
