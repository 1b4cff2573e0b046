"""Pictures of the suite's screens, taken from a running demo."""

import json
import re
import time
from dataclasses import dataclass, field
from pathlib import Path

from . import paths
from .console import SetupError

DESKTOP = (1366, 900)
PHONE = (390, 844)
# What is on the page when a view is there, and what is while it still loads.
_THERE = (
    ".o_action_manager .o_view_controller, .o_action_manager .o_form_view,"
    " .o_ar_dashboard .o_ar_head, .o_ar_desk_head"
)
_LOADING = ".o_loading_indicator, .o_view_sample_data .o_loading"
_ERROR = "document.querySelector('.o_error_dialog') !== null"
_REQUESTS = "performance.getEntriesByType('resource').length"
_QUIET_SECONDS = 0.8
# The companies of the user, the one that is open first.
_COMPANIES = """
fetch('/web/session/get_session_info', {
    method: 'POST',
    headers: {'Content-Type': 'application/json'},
    body: JSON.stringify({jsonrpc: '2.0', method: 'call', params: {}}),
}).then(answer => answer.json()).then(({result: {user_companies: known}}) => {
    const ids = Object.keys(known.allowed_companies).map(Number);
    const opened = known.current_company;
    return [opened, ...ids.filter(id => id !== opened)];
})
"""

# The path of the payment page that the last reminder of a debtor had a link to.
_LINK = """
fetch('/web/dataset/call_kw/ar.payment.link/search_read', {
    method: 'POST',
    headers: {'Content-Type': 'application/json'},
    body: JSON.stringify({jsonrpc: '2.0', method: 'call', params: {
        model: 'ar.payment.link', method: 'search_read', args: [],
        kwargs: {
            domain: [['partner_id.name', '=', NAME], ['source', '=', 'notice']],
            fields: ['address'], limit: 1, order: 'id desc',
            context: {allowed_company_ids: [1, 2, 3]},
        },
    }}),
}).then(answer => answer.json())
    .then(({result}) => result.length ? new URL(result[0].address).pathname : '')
"""

# The path of the statement of a claim that owes costs.
_STATEMENT = """
fetch('/web/dataset/call_kw/ar.claim/search', {
    method: 'POST',
    headers: {'Content-Type': 'application/json'},
    body: JSON.stringify({jsonrpc: '2.0', method: 'call', params: {
        model: 'ar.claim', method: 'search', args: [
            [['partner_id.name', '=', NAME], ['amount_costs', '>', 0]]],
        kwargs: {limit: 1, context: {allowed_company_ids: [1, 2, 3]}},
    }}),
}).then(answer => answer.json())
    .then(({result: [id]}) => id ? `/ar_dunning/claim/${id}/proof` : '')
"""


@dataclass(frozen=True)
class Page:
    """One picture.

    :ivar name: file name without ending
    :ivar path: address behind /odoo/
    :ivar click: CSS selectors of elements that are clicked one after the other
    :ivar size: width and height of the window
    :ivar top: CSS selector of what is scrolled to the top
    :ivar everywhere: whether it shows all companies of the user instead of one
    """

    name: str
    path: str
    click: tuple = field(default=())
    size: tuple = DESKTOP
    top: str = ""
    everywhere: bool = False


@dataclass(frozen=True)
class StatementPage:
    """One picture of the statement that proves what somebody owes.

    :ivar debtor: name of a debtor with a claim that owes costs
    """

    name: str
    debtor: str
    size: tuple = DESKTOP


@dataclass(frozen=True)
class OutsidePage:
    """One picture of what people outside see.

    :ivar login: who is logged in; empty: nobody
    :ivar path: address behind that of Odoo; empty: the payment page of `debtor`
    :ivar debtor: name of the debtor whose last reminder had the link
    :ivar click: CSS selectors of elements that are clicked one after the other
    """

    name: str
    login: str = ""
    path: str = ""
    debtor: str = ""
    click: tuple = field(default=())
    size: tuple = PHONE


_ROW = ".o_data_row .o_data_cell[name]:not(.o_field_cell_button)"
_SWITCH = ".o_cp_switch_buttons .o_switch_view"


def _view(kind):
    """Selector of the button that shows another view."""
    return f"{_SWITCH}.o_{kind}"


PAGES = (
    Page("work-list", "receivable-work", everywhere=True),
    Page("work-list-phone", "receivable-work", size=PHONE, everywhere=True),
    Page("work-list-lines", "receivable-work", click=(_view("list"),)),
    Page("work-item", "receivable-work", click=(_view("list"), _ROW)),
    Page("debtors", "receivable-debtors"),
    Page("debtors-cards", "receivable-debtors", click=(_view("kanban"),)),
    Page("debtor", "receivable-debtors", click=(_ROW,)),
    Page(
        "debtor-behaviour",
        "receivable-debtors",
        click=(_ROW, ".nav-link[name=behaviour]"),
    ),
    Page("claims", "receivable-claims"),
    Page("claims-cards", "receivable-claims", click=(_view("kanban"),)),
    Page("claims-calendar", "receivable-claims", click=(_view("calendar"),)),
    # The first card is the oldest claim that nobody was reminded of: it is on hold.
    Page(
        "claim",
        "receivable-claims",
        click=(_view("kanban"), ".o_kanban_record"),
    ),
    Page(
        "claim-history",
        "receivable-claims",
        click=(_ROW, ".nav-link[name=history]"),
        top=".o_notebook",
    ),
    Page("runs", "receivable-runs"),
    Page("runs-cards", "receivable-runs", click=(_view("kanban"),)),
    Page("runs-calendar", "receivable-runs", click=(_view("calendar"),)),
    Page("run", "receivable-runs", click=(_ROW,)),
    Page(
        "undo",
        "receivable-runs",
        click=(
            ".o_data_row:has(.text-bg-success) .o_data_cell[name=name]",
            ".o_statusbar_buttons button:nth-last-child(2)",
        ),
    ),
    Page("notices", "receivable-notices"),
    Page("notice", "receivable-notices", click=(_ROW,)),
    Page(
        "notice-claims",
        "receivable-notices",
        click=(_ROW, ".nav-link[name=lines]"),
        top=".o_notebook",
    ),
    Page("deliveries", "receivable-deliveries"),
    Page("delivery", "receivable-deliveries", click=(_ROW,)),
    Page("letters", "receivable-letters"),
    Page("letter-batch", "receivable-letters", click=(_ROW,)),
    Page("left-out", "receivable-exclusions", click=(".o_group_header",)),
    Page("costs", "action-ar_dunning.ar_claim_cost_action", everywhere=True),
    Page("holds", "receivable-holds"),
    Page("hold", "receivable-holds", click=(_ROW,)),
    Page("holds-calendar", "receivable-holds", click=(_view("calendar"),)),
    Page("payments", "receivable-payments"),
    Page("payment", "receivable-payments", click=(_ROW,)),
    Page("payment-links", "receivable-payment-links"),
    Page("payment-link", "receivable-payment-links", click=(_ROW,)),
    Page("online-payments", "receivable-online-payments"),
    Page("legal-cases", "receivable-legal", everywhere=True),
    Page(
        "legal-cases-list",
        "receivable-legal",
        click=(_view("list"),),
        everywhere=True,
    ),
    Page(
        "legal-calendar",
        "receivable-legal",
        click=(_view("calendar"),),
        everywhere=True,
    ),
    Page(
        "legal-case",
        "receivable-legal",
        click=(_view("list"), _ROW),
        everywhere=True,
    ),
    Page("legal-dossiers", "receivable-legal-dossiers", everywhere=True),
    Page("legal-costs", "receivable-legal-costs", everywhere=True),
    Page("legal-analysis", "receivable-legal-analysis", everywhere=True),
    Page("legal-tracks", "receivable-legal-tracks"),
    Page("legal-track", "receivable-legal-tracks", click=(_ROW,)),
    Page("dashboard", "receivable-dashboard", everywhere=True),
    Page(
        "dashboard-phone",
        "receivable-dashboard",
        size=PHONE,
        everywhere=True,
    ),
    Page("ageing", "receivable-ageing", everywhere=True),
    Page(
        "ageing-graph",
        "receivable-ageing",
        click=(_view("graph"),),
        everywhere=True,
    ),
    Page("months", "receivable-months", everywhere=True),
    Page("claims-analysis", "receivable-claims-analysis"),
    Page(
        "claims-graph",
        "receivable-claims-analysis",
        click=(_view("graph"),),
    ),
    Page("notices-graph", "receivable-notices-analysis"),
    Page("history", "receivable-history"),
    Page("ledger-check", "receivable-ledger-check"),
    Page("ledger-account", "receivable-ledger-check", click=(_ROW,)),
    Page("cycles", "receivable-cycles"),
    Page("cycle", "receivable-cycles", click=(_ROW,)),
    Page("procedures", "receivable-procedures"),
    Page("procedure", "receivable-procedures", click=(_ROW,)),
    Page("segments", "receivable-segments"),
    Page("segment", "receivable-segments", click=(_ROW,)),
    Page(
        "what-would-change",
        "receivable-segments",
        click=(_ROW, ".o_statusbar_buttons button"),
    ),
    Page("texts", "receivable-texts"),
    Page("text", "receivable-texts", click=(_ROW,)),
    Page("claim-types", "receivable-types"),
    Page("claim-type", "receivable-types", click=(_ROW,)),
    Page("hold-reasons", "receivable-hold-reasons"),
    Page("hold-reason", "receivable-hold-reasons", click=(_ROW,)),
    Page("desk", "receivable-desk", everywhere=True),
    Page(
        "statement-window",
        "receivable-desk",
        click=(".o_ar_actions button:nth-child(2)",),
        everywhere=True,
    ),
    Page(
        "remind-now",
        "receivable-desk",
        click=(".o_ar_actions button:nth-child(1)",),
        everywhere=True,
    ),
    Page("contacts", "receivable-contacts", everywhere=True),
    Page("behaviour", "receivable-behaviour", everywhere=True),
    Page("behaviour-debtor", "receivable-behaviour", click=(_ROW,)),
    Page("health", "receivable-health", everywhere=True),
    Page("simulations", "receivable-simulations", everywhere=True),
    Page("simulation", "receivable-simulations", click=(_ROW,), everywhere=True),
    Page("undone", "receivable-undone"),
    Page("clock-corrections", "receivable-clock-corrections"),
    Page("recipients", "receivable-recipients"),
    Page("proposed-procedures", "receivable-proposed-procedures"),
    Page("procedures-by-hand", "receivable-procedures-by-hand"),
    Page("calendars", "receivable-calendars"),
    Page("calendar", "receivable-calendars", click=(_ROW,)),
    Page("level", "receivable-procedures", click=(_ROW, _ROW, _ROW)),
    Page("work-rules", "receivable-work-rules"),
    Page("outcomes", "receivable-outcomes"),
    Page("teams", "receivable-teams"),
    Page("substitutions", "receivable-substitutions"),
    Page("risk-score", "receivable-risk-score"),
    Page("return-reasons", "receivable-return-reasons"),
    Page("capacities", "receivable-capacities"),
    Page("stops", "receivable-stops"),
    Page("configuration-changes", "receivable-configuration-changes"),
    Page("cost-policies", "action-ar_dunning.ar_cost_policy_action", everywhere=True),
    Page("regimes", "action-ar_dunning.ar_law_regime_action"),
    Page("rates", "action-ar_dunning.ar_law_series_action", click=(_ROW,)),
    Page("settings", "action-ar_dunning.res_config_settings_action"),
)


STATEMENT_PAGES = (StatementPage("statement", "Steven Van Laere"),)
# Taken last: each logs somebody else in.
OUTSIDE_PAGES = (
    OutsidePage("payment-page", debtor="Bakkerij Het Gouden Koren BV", size=DESKTOP),
    OutsidePage("payment-page-phone", debtor="Pieter Deschepper"),
    OutsidePage(
        "pay-online-phone",
        debtor="Pieter Deschepper",
        click=("a.button[href*='/online']",),
    ),
    OutsidePage("portal-phone", login="debtor@example.org", path="/my/open-amounts"),
    OutsidePage(
        "portal", login="debtor@example.org", path="/my/open-amounts", size=DESKTOP
    ),
    OutsidePage(
        "bailiff-cases",
        login="bailiff@example.org",
        path="/my/legal-cases",
        size=DESKTOP,
    ),
    OutsidePage(
        "bailiff-case",
        login="bailiff@example.org",
        path="/my/legal-cases",
        click=("a[href^='/my/legal-cases/']",),
        size=DESKTOP,
    ),
)


def chosen(name=None, everything=False):
    """The pages to take: the one of that name, those that are shown, or all."""
    known = (*PAGES, *STATEMENT_PAGES, *OUTSIDE_PAGES)
    if name:
        return [page for page in known if page.name == name]
    names = shown()
    return [page for page in known if everything or page.name in names]


def shown():
    """Names of the pictures that the README and the guides show."""
    texts = [
        paths.REPOSITORY / "README.md",
        *paths.REPOSITORY.glob("docs/**/*.md"),
        *paths.ADDONS.glob("*/readme/*.md"),
    ]
    return {
        name
        for text in texts
        for name in re.findall(r"images/([\w-]+)\.png", text.read_text())
    }


class Camera:
    """Opens screens of one Odoo and saves what they show.

    :param browser: a running browser, see `toolkit.browser`
    :param address: of Odoo, without a slash at the end
    :param folder: where the pictures go
    """

    def __init__(self, browser, address, folder):
        self.browser = browser
        self.address = address.rstrip("/")
        self.folder = Path(folder)
        self.companies = []
        self.links = {}
        self.visitor = None

    def log_in(self, login, password):
        """Log in; every later screen is this user's."""
        self._resize(DESKTOP)
        self.browser.log_in(self.address, login, password)
        self.companies = self.browser.evaluate(_COMPANIES)

    def take(self, page):
        """Open a screen, click what has to be clicked, save the picture."""
        if isinstance(page, OutsidePage):
            self._take_outside(page)
            return
        if isinstance(page, StatementPage):
            self._take_statement(page)
            return
        self._resize(page.size)
        companies = self.companies if page.everywhere else self.companies[:1]
        self.browser.evaluate(
            f"document.cookie = 'cids={'-'.join(map(str, companies))};path=/'"
        )
        self.browser.open(f"{self.address}/odoo/{page.path}")
        self._settle()
        for selector in page.click:
            self.browser.click(selector)
            self._settle()
        if page.top:
            self.browser.evaluate(
                f"document.querySelector({json.dumps(page.top)}).scrollIntoView()"
            )
        self.browser.screenshot(self.folder / f"{page.name}.png")

    def find_links(self, pages):
        """Remember the payment pages of debtors while somebody may look them up."""
        debtors = {page.debtor for page in pages if getattr(page, "debtor", "")}
        for debtor in debtors:
            question = _LINK.replace("NAME", json.dumps(debtor))
            self.links[debtor] = self.browser.evaluate(question)

    def _take_statement(self, page):
        self._resize(page.size)
        path = self.browser.evaluate(
            _STATEMENT.replace("NAME", json.dumps(page.debtor))
        )
        if not path:
            raise SetupError(f"{page.debtor} owes no costs.")
        self.browser.open(self.address + path)
        self.browser.wait_until("document.readyState === 'complete'")
        self.browser.screenshot(self.folder / f"{page.name}.png")

    def _take_outside(self, page):
        self._resize(page.size)
        if page.login != self.visitor:
            self.browser.open(f"{self.address}/web/session/logout?redirect=/web/login")
            if page.login:
                self._log_in_outside(page.login)
            self.visitor = page.login
        path = page.path or self.links[page.debtor]
        if not path:
            raise SetupError(f"{page.debtor} has no payment link.")
        self.browser.open(self.address + path)
        for selector in page.click:
            self.browser.click(selector)
            time.sleep(_QUIET_SECONDS)
            self.browser.wait_until("document.readyState === 'complete'")
        time.sleep(_QUIET_SECONDS)
        self.browser.screenshot(self.folder / f"{page.name}.png")

    def _log_in_outside(self, login):
        self.browser.fill("input[name=login]", login)
        self.browser.fill("input[name=password]", login)
        self.browser.click("form.oe_login_form button[type=submit]")
        # Behind a language, once somebody has chosen one.
        self.browser.wait_until("/^(\\/[a-z_A-Z]+)?\\/my/.test(location.pathname)")

    def _resize(self, size):
        width, height = size
        self.browser.command(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1 if size == DESKTOP else 2,
            mobile=size != DESKTOP,
        )
        self.browser.command(
            "Emulation.setTouchEmulationEnabled", enabled=size == PHONE
        )

    def _settle(self):
        """Wait until the view is there, asks for nothing more and stands still."""
        there, loading = json.dumps(_THERE), json.dumps(_LOADING)
        self.browser.wait_until(
            f"document.querySelector({there}) && !document.querySelector({loading})"
        )
        before = -1
        # A request counts when it is answered; until then Odoo says that it loads.
        while (now := self.browser.evaluate(_REQUESTS)) != before or (
            self.browser.evaluate(f"document.querySelector({loading}) !== null")
        ):
            before = now
            time.sleep(_QUIET_SECONDS)
        if self.browser.evaluate(_ERROR):
            raise SetupError("Odoo shows an error.", self.browser.text()[-500:])
