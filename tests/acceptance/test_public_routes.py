"""Strangers at the door: every public and portal route of the suite, 5,000 requests.

Whatever is wrong with a token or an id, the answer is the same, says nothing about
what exists, and never is an error of the server.
"""

import json
import random
import re
import string

import pytest
import requests

from accessibility import serious_findings
from toolkit import odoo_server, smtp_sink

REQUESTS = 5000
SEED = 3
LARGE = str(2**31), str(2**63), "9" * 400

WORLD = """
import json
from datetime import timedelta
import base64, io
from PIL import Image
picture = io.BytesIO()
Image.effect_noise((600, 200), 40).convert("RGB").save(picture, "PNG")
company = env.company
company.write({"name": "Stad Voorbeeld", "email": "financien@stad.example",
               "logo": base64.b64encode(picture.getvalue()),
               "country_id": env.ref("base.be").id})
company.partner_id.tz = "Europe/Brussels"
env["account.chart.template"].try_loading("be_comp", company, install_demo=False)
env["res.partner.bank"].create(
    {"acc_number": "BE71096123456769", "partner_id": company.partner_id.id})
env["ir.mail_server"].search([]).active = False
env["ir.mail_server"].create({"name": "sink", "smtp_host": "127.0.0.1",
    "smtp_port": PORT, "smtp_encryption": "none"})
# What comes too often is turned away at the door: here all of it has to come in.
for purpose in ("link", "document", "stranger", "check"):
    env["ir.config_parameter"].set_param(f"ar_payment_link.limit_{purpose}", "1000000")
today = company._ar_today()
people = env["res.partner"].create([
    {"name": name, "email": f"{login}@debtor.example", "lang": "en_US"}
    for name, login in (("Ann Claeys", "ann"), ("Quirinus Vandervelde", "bob"),
                        ("Caro Maes", "caro"), ("Dries Nijs", "dries"))])
firms = env["res.partner"].create([
    {"name": name, "is_company": True} for name in ("Bailiff One", "Bailiff Two")])
approver = env["res.users"].with_context(no_reset_password=True).create({
    "name": "Approver", "login": "approver", "company_id": company.id,
    "company_ids": [(6, 0, company.ids)],
    "group_ids": [(4, env.ref("ar_dunning.group_approver").id)]})
moves = env["account.move"].create([
    {"move_type": "out_invoice", "partner_id": partner.id,
     "invoice_date": today - timedelta(days=overdue + 30),
     "invoice_date_due": today - timedelta(days=overdue),
     "invoice_line_ids": [(0, 0, {"name": f"Service {partner.name}",
                                  "price_unit": 100 + partner.id, "tax_ids": []})]}
    for partner, overdue in zip(people, (15, 15, 100, 100)) for _repeat in range(2)])
moves.action_post()
company.write({"ar_enabled": True, "ar_sandbox": False})
# Caro and Dries were reminded until the handover; Ann and Bob get their first mail.
for days in (85, 60, 35, 0):
    for turn in range(2):
        cycle = env["ar.cycle"]._run(company, today - timedelta(days=days))
        assert cycle.state == "done", cycle.error
        env["ar.dunning.notice"].search(
            [("state", "=", "proposed"), ("kind", "=", "dunning")]
        ).with_user(approver).action_approve()
users = env["res.users"].with_context(no_reset_password=True).create([
    {"partner_id": partner.id, "login": login, "password": login,
     "company_ids": [(6, 0, company.ids)], "company_id": company.id,
     "group_ids": [(6, 0, env.ref("base.group_portal").ids)]}
    for partner, login in ((people[0], "ann"), (people[1], "bob"),
                           (firms[0], "one"), (firms[1], "two"))])
links = {partner.name: env["ar.payment.link"].search(
    [("partner_id", "=", partner.id)], limit=1) for partner in people}
assert all(links.values()), links
cases = env["ar.legal.case"]
for firm, partner in zip(firms, people[2:]):
    notice = env["ar.dunning.notice"].search(
        [("partner_id", "=", partner.id), ("kind", "=", "handover")])
    track = env["ar.legal.track"]._proposed_for(company, notice.debtor_id)
    opened, fallen = notice.with_user(approver)._hand_over(
        {"reason": "Not paid", "track_id": track.id, "party_role": "bailiff",
         "party_id": firm.id, "user_id": approver.id}, {company: today})
    cases |= opened.with_user(env.user)
assert len(cases) == 2, cases
for case in cases.with_user(approver):
    case.action_make_handoff()
handoffs = cases.handoff_ids
tokens = {"ann": links["Ann Claeys"]._token(),
          "bob": links["Quirinus Vandervelde"]._token(),
          "expired": links["Caro Maes"]._token(),
          "revoked": links["Dries Nijs"]._token()}
links["Caro Maes"].expires_on = today - timedelta(days=1)
links["Dries Nijs"].action_revoke()
claims = env["ar.claim"].search([])
notices = env["ar.dunning.notice"].search([])
env.cr.commit()

def own(records, partner, path="id"):
    mine = records.filtered(lambda one: one.partner_id == partner)
    return mine.mapped(path) if path == "id" else mine.mapped(path).ids

print(json.dumps({
    "tokens": tokens,
    "claims": {"ann": own(claims, people[0]), "bob": own(claims, people[1])},
    "deliveries": {"ann": own(notices, people[0], "delivery_ids"),
                   "bob": own(notices, people[1], "delivery_ids")},
    "cases": cases.ids, "handoffs": handoffs.ids,
    "secrets": {
        "ann": ["Ann Claeys", *moves.filtered(
            lambda move: move.partner_id == people[0]).mapped("name")],
        "bob": ["Quirinus", *moves.filtered(
            lambda move: move.partner_id == people[1]).mapped("name")],
        "one": ["Caro Maes"], "two": ["Dries Nijs"]},
}))
"""

ROUTES = """
import json
print(json.dumps(sorted({
    (rule.rule, rule.endpoint.routing["type"], rule.endpoint.routing["auth"])
    for rule in env["ir.http"].routing_map().iter_rules()
    if rule.endpoint.func.__module__.startswith("odoo.addons.ar_")
})))
"""

_HOLE = re.compile(r"<(?:(?P<kind>[a-z]+)[^:>]*:)?(?P<name>[a-z_]+)>")
# What differs from page to page although it says the same.
_CHANGING = (
    (re.compile(r'csrf_token["\']?\s*[:=]\s*["\'][^"\']*["\']'), "csrf"),
    (re.compile(r'value="[0-9a-f]{40}o\d+"'), "csrf"),
    (re.compile(r'nonce="[^"]*"'), "nonce"),
)
_STACK = "Traceback (most recent call last)"


class Door:
    """The server, the people who knock, and what each of them must not see."""

    def __init__(self, address, world, routes):
        self.address, self.world, self.routes = address, world, routes
        self.visitors = {None: requests.Session()}
        for login in ("ann", "bob", "one", "two"):
            self.visitors[login] = self._log_in(login)

    def _log_in(self, login):
        session = requests.Session()
        page = session.get(f"{self.address}/web/login").text
        token = re.search(r'csrf_token: "([^"]+)"', page)[1]
        answer = session.post(
            f"{self.address}/web/login",
            data={"login": login, "password": login, "csrf_token": token},
            allow_redirects=False,
        )
        assert answer.status_code == 303, answer.status_code
        return session

    def knock(self, visitor, method, path, **facts):
        """Send a request and check what holds for every answer."""
        answer = self.visitors[visitor].request(
            method,
            f"{self.address}{path}",
            allow_redirects=False,
            timeout=60,
            **facts,
        )
        told = (visitor, method, path, facts, answer.status_code)
        assert answer.status_code < 500, told
        assert _STACK not in answer.text, told
        return answer

    def check_silence(self, answer, *, about):
        """The answer must not hold anything of these people."""
        for person in about:
            for secret in self.world["secrets"][person]:
                assert secret not in answer.text, (person, secret, answer.url)


@pytest.fixture(scope="module")
def door(databases, installed_database, tmp_path_factory):
    name = f"{installed_database}_door"
    folder = tmp_path_factory.mktemp("door")
    server, log = databases.server, folder / "odoo.log"
    databases.create(name, installed_database)
    try:
        with smtp_sink.running(folder / "mail") as mail_port:
            world = _ask(server, name, WORLD.replace("PORT", str(mail_port)))
        with odoo_server.running(
            server,
            name,
            port=odoo_server.free_port(),
            log=log,
            arguments=["--max-cron-threads", "0", "--log-level", "warn"],
        ) as address:
            yield Door(address, world, _ask(server, name, ROUTES))
    finally:
        databases.drop(name)
    assert [line for line in log.read_text().splitlines() if _is_fault(line)] == []


def _is_fault(line):
    return " ERROR " in line or " CRITICAL " in line or line.startswith("Traceback")


def _ask(server, database, code):
    return json.loads(odoo_server.shell(server, database, code).splitlines()[-1])


def test_strangers_learn_nothing(door, request):
    _check_tokens(door)
    _check_foreign_ids(door)
    count = _knock_at_random(door)
    request.node.user_properties.append(("routes", len(door.routes)))
    request.node.user_properties.append(("mutated requests", count))


@pytest.mark.parametrize("size", [(390, 844), (1366, 900)], ids=["phone", "desktop"])
def test_pages_shut_nobody_out(door, browser, size):
    """No serious finding of axe, nothing to scroll sideways, no error in a script."""
    width, height = size
    browser.command(
        "Emulation.setDeviceMetricsOverride",
        width=width,
        height=height,
        deviceScaleFactor=1,
        mobile=width < 500,
    )
    token = door.world["tokens"]["ann"]
    case = door.world["cases"][0]
    pages = {
        None: [
            f"/ar/pay/{token}",
            f"/ar/pay/{token}/done",
            f"/ar/pay/{token}/paid",
            "/ar/check",
            "/ar/pay/nonsense",
        ],
        "ann": ["/my", "/my/open-amounts"],
        "one": ["/my", "/my/legal-cases", f"/my/legal-cases/{case}"],
    }
    findings = {}
    for visitor, paths in pages.items():
        if visitor:
            _log_in(door, browser, visitor)
        for path in paths:
            browser.open(f"{door.address}{path}")
            found = serious_findings(browser)
            if browser.evaluate(
                "document.documentElement.scrollWidth > window.innerWidth"
            ):
                found.append("wider than the window")
            if found:
                findings[visitor, path] = found
    assert findings == {}
    assert browser.errors == []


def test_payment_page_is_light_and_needs_no_script(door, browser, request):
    """At most 100 kB for all of it with nothing kept from before, uncompressed."""
    browser.command("Network.enable")
    browser.command("Network.setCacheDisabled", cacheDisabled=True)
    browser.open(f"{door.address}/ar/pay/{door.world['tokens']['ann']}")
    entries = browser.evaluate(
        """JSON.stringify(["navigation", "resource"].flatMap((kind) =>
            performance.getEntriesByType(kind).map((one) =>
                [new URL(one.name).pathname.split("/").pop(), one.transferSize])))"""
    )
    sizes = json.loads(entries)
    assert len(sizes) >= 4, sizes  # the page, its style, its script and the logo
    assert all(size > 0 for _name, size in sizes), sizes
    total = sum(size for _name, size in sizes)
    assert total <= 100_000, sizes
    request.node.user_properties.append(("bytes of the payment page", total))
    plain = requests.get(
        f"{door.address}/ar/pay/{door.world['tokens']['ann']}", timeout=60
    ).text
    for word in ("BE71 0961 2345 6769", "<svg", "I have paid already", "Pay a part"):
        assert word in plain, word


def _log_in(door, browser, login):
    browser.open(f"{door.address}/web/session/logout?redirect=/web/login")
    browser.fill("input[name=login]", login)
    browser.fill("input[name=password]", login)
    browser.click("form.oe_login_form button[type=submit]")
    browser.wait_until("location.pathname.startsWith('/my')", 60)


def _check_tokens(door):
    """Forged, expired, revoked and unknown tokens are answered alike."""
    token = door.world["tokens"]["ann"]
    wrong = {
        "expired": door.world["tokens"]["expired"],
        "revoked": door.world["tokens"]["revoked"],
        "forged": token[:-1] + ("0" if token[-1] != "0" else "1"),
        "other's signature": token.split("-")[0]
        + "-"
        + door.world["tokens"]["bob"].split("-")[1],
        "no such link": "zzzzz-" + token.split("-")[1],
        "nonsense": "nonsense",
    }
    public = [route for route in door.routes if "token" in route[0]]
    assert public, "the suite has no route with a token"
    for rule, kind, _auth in public:
        answers = {
            name: _call(door, None, rule, kind, {"token": value})
            for name, value in wrong.items()
        }
        assert len(set(answers.values())) == 1, (rule, answers)
        [(status, body)] = set(answers.values())
        assert status == (200 if rule.endswith("/transaction") else 404), rule
        for name in ("Ann", "Quirinus", "Caro", "Dries"):
            assert name not in body


def _check_foreign_ids(door):
    """What belongs to somebody else is answered like what does not exist."""
    claims, deliveries = door.world["claims"], door.world["deliveries"]
    foreign = {
        "claim_id": (claims["bob"], "ann"),
        "delivery_id": (deliveries["bob"], "ann"),
        "case_id": (door.world["cases"][1:], "one"),
        "handoff_id": (door.world["handoffs"][1:], "one"),
    }
    seen = set()
    for rule, kind, _auth in door.routes:
        holes = {hole["name"] for hole in _HOLE.finditer(rule)}
        for name, (ids, visitor) in foreign.items():
            if name not in holes:
                continue
            seen.add(name)
            known = {"token": door.world["tokens"]["ann"], name: ids[0]}
            unknown = {**known, name: 2_000_000_000}
            people = (visitor, None) if "token" in holes else (visitor,)
            for person in people:
                theirs = _call(door, person, rule, kind, known)
                nothing = _call(door, person, rule, kind, unknown)
                assert theirs == nothing, (rule, person)
    assert {"claim_id", "delivery_id", "case_id"} <= seen, seen


def _call(door, visitor, rule, kind, values):
    """Return status and body of the answer, without what changes each time."""
    path = _HOLE.sub(lambda hole: str(values.get(hole["name"], 1)), rule)
    assert kind == "http", "Odoo's JSON-RPC shows stacks to strangers"
    if rule.endswith("/transaction"):
        body = {"jsonrpc": "2.0", "method": "call", "params": {}}
        answer = door.knock(visitor, "POST", path, json=body)
    else:
        answer = door.knock(visitor, "GET", path)
        if answer.status_code == 405:
            answer = door.knock(visitor, "POST", path, data=_csrf(door, visitor))
    text = answer.text
    for pattern, replacement in _CHANGING:
        text = pattern.sub(replacement, text)
    text = text.replace(path, "…")
    return answer.status_code, text


def _csrf(door, visitor):
    page = door.visitors[visitor].get(f"{door.address}/web/login").text
    found = re.search(r'csrf_token: "([^"]+)"', page)
    return {"csrf_token": found[1]} if found else {}


def _knock_at_random(door):
    draw = random.Random(SEED)
    forger = Forger(door, draw)
    for _attempt in range(REQUESTS):
        visitor = draw.choice((None, None, "ann", "one"))
        rule, _kind, _auth = draw.choice(door.routes)
        path = _HOLE.sub(lambda hole: forger.value(hole["name"]), rule)
        if draw.random() < 0.15:
            path += forger.tail()
        answer = door.knock(visitor, **forger.request(rule, path))
        about = {"ann", "bob", "one", "two"} - {visitor, "ann"}
        door.check_silence(answer, about=about)
    return REQUESTS


class Forger:
    """Draws requests that nobody would send who means well."""

    def __init__(self, door, draw):
        self.draw = draw
        tokens = door.world["tokens"]
        # The token of bob is his secret: a stranger has only ever seen those of ann.
        self.tokens = [tokens["ann"], tokens["expired"], tokens["revoked"]]
        self.ids = [
            *door.world["claims"]["bob"],
            *door.world["claims"]["ann"],
            *door.world["cases"][1:],
            *door.world["deliveries"]["bob"],
        ]

    def value(self, name):
        """Return something to fill the hole of a route with."""
        if "token" in name:
            return self._token()
        return self.draw.choice(
            (
                str(self.draw.choice(self.ids)),
                *LARGE,
                "0",
                "-1",
                "1.5",
                "١٢",
                "%00",
                "null",
                "1%27%20OR%201=1--",
            )
        )

    def _token(self):
        token = self.draw.choice(self.tokens)
        place = self.draw.randrange(len(token))
        sign = self.draw.choice(string.ascii_letters + string.digits + "-_.~!$'(),;=")
        return self.draw.choice(
            (
                token,
                token[:place] + sign + token[place + 1 :],
                token[:place],
                token + sign,
                token.upper() + sign,
                token.replace("-", "--"),
                "-".join(reversed(token.split("-"))),
                "%00" + token,
                token + "%0d%0aSet-Cookie:x=1",
                "é" * 20,
                "a" * 6000,
                "..%2f..%2fetc%2fpasswd",
                "%ff%fe",
                f"{2**70:x}-{token.split('-')[-1]}",
            )
        )

    def tail(self):
        """Return something to put behind a path.

        Not `?debug=1`: Odoo's developer mode shows stacks to whoever asks for it.
        """
        return self.draw.choice(
            (
                "/",
                "//",
                "?lang=xx_YY",
                "?lang=%00",
                "/../",
                ";x",
                "?%ff=%ff",
            )
        )

    def request(self, rule, path):
        """Return method, path and body of a request."""
        method = self.draw.choice(
            ("GET", "GET", "POST", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH")
        )
        facts = {}
        if rule.endswith("/transaction") or self.draw.random() < 0.2:
            facts["data"] = self._json()
            facts["headers"] = {"Content-Type": "application/json"}
        elif method == "POST":
            facts["data"] = self._form()
        if self.draw.random() < 0.3:
            facts["params"] = self._form()
        return {"method": method, "path": path, **facts}

    def _form(self):
        names = (
            "claim_ids",
            "claims",
            "amount",
            "lang",
            "csrf_token",
            "provider_id",
            "message",
            "reference",
            "landing_route",
            "code",
            "page",
            "sortby",
            "access_token",
        )
        return {name: self._nonsense() for name in self.draw.sample(names, 4)}

    def _json(self):
        params = self.draw.choice(
            (
                self._form(),
                [1, 2],
                None,
                "text",
                {"amount": -5, "claim_ids": {"a": [None]}, "flow": "direct"},
                {
                    "provider_id": 1,
                    "payment_method_id": "x",
                    "token_id": [],
                    "flow": "redirect",
                    "tokenization_requested": "yes",
                    "landing_route": "//evil.example",
                    "amount": "NaN",
                },
            )
        )
        body = {"jsonrpc": "2.0", "method": "call", "id": 1, "params": params}
        text = json.dumps(body)
        return self.draw.choice((text, text, text, text[:-3], "[]", "", "\x00", "7"))

    def _nonsense(self):
        return self.draw.choice(
            (
                str(self.draw.choice(self.ids)),
                "",
                "NaN",
                "-1",
                "1e999",
                "<script>alert(1)</script>",
                "{{7*7}}",
                "'; DROP TABLE ar_claim; --",
                "\x00",
                "٣",
                "x" * 5000,
                *LARGE,
            )
        )
