"""What debtors receive: 200 mails and letters in four languages, read by others.

Mails come out of a real SMTP server and are parsed by a library that shares nothing
with Odoo; 300 QR codes (mail, page, printed letter at 300 dpi) are read by two decoders
and compared, field by field, with the ledger.
"""

import base64
import contextlib
import io
import json
import re
from decimal import Decimal
from email.utils import parseaddr

import pypdfium2
import pytest
import requests
from lxml import html
from PIL import Image, ImageDraw

import qr_codes
from toolkit import odoo_server, smtp_sink

# It shares no line with the library by which Odoo writes mails.
fast_mail_parser = pytest.importorskip("fast_mail_parser")

EACH = 100
IBAN = "BE71096123456769"
LANGUAGES = ("en", "nl", "fr", "de")
NEUTRAL_SUBJECTS = {
    "A message for you",
    "Een bericht voor u",
    "Un message pour vous",
    "Eine Nachricht für Sie",
}

WORLD = """
import base64, json
from datetime import timedelta
company = env.company
company.write({"name": "Stad Voorbeeld & Zonen", "email": "financien@stad.example",
               "phone": "+32 9 210 90 10", "street": "Markt 1", "zip": "9000",
               "city": "Gent", "country_id": env.ref("base.be").id,
               "ar_reply_to": "antwoord@stad.example", "ar_neutral_name": "SV",
               "ar_fuse_maximum": 0})
company.partner_id.tz = "Europe/Brussels"
env["account.chart.template"].try_loading("be_comp", company, install_demo=False)
env["res.partner.bank"].create(
    {"acc_number": "IBAN", "partner_id": company.partner_id.id})
env["ir.mail_server"].search([]).active = False
env["ir.mail_server"].create({"name": "sink", "smtp_host": "127.0.0.1",
    "smtp_port": PORT, "smtp_encryption": "none"})
codes = ["en_US", "nl_BE", "fr_BE", "de_DE"]
for code in codes:
    env["res.lang"]._activate_lang(code)
names = env["ir.module.module"].search(
    [("state", "=", "installed"), ("name", "=like", "ar_%")]).mapped("name")
env["ir.module.module"]._load_module_terms(names, codes)
today = company._ar_today()
words = ("Zoë Ångström", "Łukasz O'Brien", "Ann-Sofie Müller & Co", "Dirk “D” Peeters")
people = env["res.partner"].create([
    {"name": f"{words[number % 4]} {number}", "lang": codes[number % 4],
     "email": f"debtor{number}@debtor.example" if number < EACH else False,
     "street": f"Kerkstraat {number}", "zip": str(1000 + 37 * number),
     "city": "Gent", "country_id": env.ref("base.be").id}
    for number in range(2 * EACH)])
moves = env["account.move"].create([
    {"move_type": "out_invoice", "partner_id": partner.id,
     "invoice_date": today - timedelta(days=45 + turn),
     "invoice_date_due": today - timedelta(days=15 + turn),
     "invoice_line_ids": [(0, 0, {"name": "Service", "tax_ids": [],
                                  "price_unit": 30.01 + 13.37 * number + turn})]}
    for number, partner in enumerate(people) for turn in range(1 + number % 2)])
moves.action_post()
env.flush_all()
secret = env["ar.claim.type"].create(
    {"name": "Confidential", "code": "secret_post", "sensitive": True})
silent = people[:EACH:10]
env.cr.flush()
env["ar.claim"].search([("partner_id", "in", silent.ids)]).claim_type_id = secret
company.write({"ar_enabled": True, "ar_sandbox": False})
approver = env["res.users"].with_context(no_reset_password=True).create({
    "name": "Approver", "login": "approver", "company_id": company.id,
    "company_ids": [(6, 0, company.ids)],
    "group_ids": [(4, env.ref("ar_dunning.group_approver").id)]})
env.cr.commit()
for turn in range(2):
    cycle = env["ar.cycle"]._run(company, today)
    assert cycle.state == "done", cycle.error
    env["ar.dunning.notice"].search(
        [("state", "=", "proposed"), ("kind", "=", "dunning")]
    ).with_user(approver).action_approve()
env.cr.commit()
batches = env["ar.print.batch"].search([])
FACTS
"""

FACTS = """
print(json.dumps({
    "letters": [base64.b64encode(batch._merged_pdf()).decode() for batch in batches],
    "silent": silent.mapped("name"),
    "notices": [{
        "name": notice.partner_id.name,
        "email": notice.partner_id.email,
        "lang": notice.lang[:2],
        "total": f"{notice.amount_total:.2f}",
        "owed": f"{sum(notice.line_ids.claim_id.mapped('amount_residual')):.2f}",
        "reference": (notice.payment_link_ids.reference
                      if len(notice.line_ids) > 1
                      else notice.line_ids.claim_id.payment_reference),
        "numbers": notice.line_ids.claim_id.mapped("move_name"),
        "path": notice.payment_link_ids._path(),
        "key": notice.delivery_ids.message_key,
        "digest": notice.delivery_ids.content_digest,
    } for notice in env["ar.dunning.notice"].search([("state", "=", "dispatched")])],
}))
"""


class Post:
    """What left, as it arrived, and what the ledger says of it."""

    def __init__(self, facts, messages, address):
        self.notices = facts["notices"]
        self.silent = set(facts["silent"])
        self.letters = [base64.b64decode(one) for one in facts["letters"]]
        self.messages = messages
        self.address = address

    def mailed(self):
        """Return [(facts of a notice, its mail)], each mail once."""
        mails = {}
        for mail in self.messages:
            mails.setdefault(_header(mail, "X-Envelope-To"), []).append(mail)
        assert all(len(found) == 1 for found in mails.values())
        return [
            (notice, mails[notice["email"]][0])
            for notice in self.notices
            if notice["email"]
        ]


@pytest.fixture(scope="module")
def post(databases, installed_database, tmp_path_factory):
    name = f"{installed_database}_post"
    folder = tmp_path_factory.mktemp("post")
    server = databases.server
    databases.create(name, installed_database)
    try:
        with smtp_sink.running(folder / "mail") as mail_port:
            code = WORLD.replace("FACTS", FACTS).replace("IBAN", IBAN)
            code = code.replace("PORT", str(mail_port)).replace("EACH", str(EACH))
            told = odoo_server.shell(server, name, code).splitlines()[-1]
        messages = [
            fast_mail_parser.parse_email(file.read_bytes())
            for file in sorted((folder / "mail").glob("*.eml"))
        ]
        with odoo_server.running(
            server,
            name,
            port=odoo_server.free_port(),
            log=folder / "odoo.log",
            arguments=["--max-cron-threads", "0", "--log-level", "warn"],
        ) as address:
            yield Post(json.loads(told), messages, address)
    finally:
        databases.drop(name)


def _header(mail, name):
    """Return the one header of this name."""
    [value] = [
        value
        for key, values in mail.headers.items()
        if key.lower() == name.lower()
        for value in values
    ]
    return value


def _parts(mail):
    """Return {kind of content: [content]} of all parts of a mail."""
    parts = {}
    for content in (*mail.text_plain, *mail.text_html):
        kind = "html" if "<html" in content[:500].lower() else "plain"
        parts.setdefault(kind, []).append(content)
    for attachment in mail.attachments:
        parts.setdefault(attachment.mimetype, []).append(attachment.content)
    return parts


def test_mails_have_every_promised_part(post):
    mailed = post.mailed()
    assert len(mailed) == EACH
    assert {notice["lang"] for notice, _mail in mailed} == set(LANGUAGES)
    keys = set()
    for notice, mail in mailed:
        parts = _parts(mail)
        [plain], [document] = parts["plain"], parts["html"]
        page = html.fromstring(document)
        links = {link for link in page.xpath("//a/@href") if "/ar/pay/" in link}
        assert len(links) == 1, notice
        for text in (plain, page.text_content()):
            for number in notice["numbers"]:
                assert number in text, notice
            assert _names(text, notice["total"]), notice
            assert "/ar/check" in text, notice
        assert links.pop().endswith(notice["path"]), notice
        assert notice["path"] in plain, notice
        assert page.xpath("//@src[starts-with(., 'cid:')]"), notice
        assert not page.xpath("//script | //img[starts-with(@src, 'http')][@width='1']")
        key = _header(mail, "Message-ID").strip("<>")
        assert key == notice["key"].strip("<>")
        assert _header(mail, "Reply-To") == "antwoord@stad.example"
        assert _header(mail, "Auto-Submitted") == "auto-generated"
        keys.add(key)
    assert len(keys) == EACH


def test_outside_of_sensitive_mails_tells_nothing(post):
    seen = 0
    for notice, mail in post.mailed():
        outside = f"{mail.subject} {_header(mail, 'From')}"
        if notice["name"] in post.silent:
            seen += 1
            assert mail.subject in NEUTRAL_SUBJECTS, mail.subject
            assert "Stad Voorbeeld" not in outside
            assert parseaddr(_header(mail, "From"))[0] == "SV"
            assert not re.search(r"\d", mail.subject)
        else:
            assert mail.subject not in NEUTRAL_SUBJECTS
    assert seen == len(post.silent) == EACH // 10


def test_three_hundred_codes_say_what_the_ledger_says(post, request):
    count = 0
    by_name = {notice["name"]: notice for notice in post.notices}
    for notice, mail in post.mailed():
        [picture] = _parts(mail)["image/png"]
        [asked] = qr_codes.transfers(bytes(picture))
        [shown] = qr_codes.transfers(_page_code(post, notice))
        for transfer in (asked, shown):
            assert transfer == _owed(notice), notice
            count += 1
    letters = [notice for notice in by_name.values() if not notice["email"]]
    assert len(letters) == EACH
    printed = [
        transfer
        for letter in post.letters
        for transfer in qr_codes.transfers_of_pdf(letter)
    ]
    assert sorted(printed, key=str) == sorted(map(_owed, letters), key=str)
    count += len(printed)
    assert count == 3 * EACH
    request.node.user_properties.append(("codes read by two decoders", count))


def test_letters_name_their_debtor_and_claims(post):
    texts = []
    for letter in post.letters:
        with contextlib.closing(pypdfium2.PdfDocument(letter)) as document:
            texts += [page.get_textpage().get_text_range() for page in document]
    everything = _spaces(" ".join(texts))
    for notice in post.notices:
        if not notice["email"]:
            for word in (notice["name"], *notice["numbers"]):
                assert word in everything, notice


def _owed(notice):
    """Return the transfer that pays what a notice asks for, out of the ledger."""
    assert notice["total"] == notice["owed"]
    return qr_codes.Transfer(
        "Stad Voorbeeld & Zonen",
        IBAN,
        Decimal(notice["total"]),
        re.sub(r"\D", "", notice["reference"]),
        "",
    )


def _page_code(post, notice):
    """Return the code on the payment page as a picture, drawn from its path."""
    answer = requests.get(f"{post.address}{notice['path']}", timeout=60)
    [drawn] = html.fromstring(answer.text).xpath("//*[local-name()='svg']")
    side = int(drawn.get("viewbox").split()[-1])
    picture = Image.new("RGB", (side * 6, side * 6), "white")
    draw = ImageDraw.Draw(picture)
    dark = drawn.xpath(".//*[local-name()='path']/@d")[-1]
    for column, row in re.findall(r"M(\d+) (\d+)h1v1h-1z", dark):
        x, y = int(column) * 6, int(row) * 6
        draw.rectangle((x, y, x + 5, y + 5), fill="black")
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    return stream.getvalue()


def _names(text, amount):
    """Whether a text says an amount, however its language parts the thousands."""
    whole, cents = amount.split(".")
    figures = f"{int(whole):,}".replace(",", r"\D?")
    return re.search(rf"(?<!\d){figures}[.,]{cents}(?!\d)", text)


def _spaces(text):
    return " ".join(text.replace("\u202f", " ").replace("\xa0", " ").split())
