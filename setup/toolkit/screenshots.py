"""Pictures of the suite's screens, taken from a running demo."""

import json
import time
from dataclasses import dataclass, field
from pathlib import Path

from .console import SetupError

DESKTOP = (1366, 900)
PHONE = (390, 844)
# What is on the page when a view is there, and what is while it still loads.
_THERE = ".o_action_manager .o_view_controller, .o_action_manager .o_form_view"
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


@dataclass(frozen=True)
class Page:
    """One picture.

    :ivar name: file name without ending
    :ivar path: address behind /odoo/
    :ivar click: CSS selectors of elements that are clicked one after the other
    :ivar size: width and height of the window
    :ivar guide: whether the user guides show it
    :ivar top: CSS selector of what is scrolled to the top
    :ivar everywhere: whether it shows all companies of the user instead of one
    """

    name: str
    path: str
    click: tuple = field(default=())
    size: tuple = DESKTOP
    guide: bool = False
    top: str = ""
    everywhere: bool = False


_ROW = ".o_data_row .o_data_cell[name]:not(.o_field_cell_button)"
_SWITCH = ".o_cp_switch_buttons .o_switch_view"


def _view(kind):
    """Selector of the button that shows another view."""
    return f"{_SWITCH}.o_{kind}"


PAGES = (
    Page("work-list", "receivable-work", guide=True, everywhere=True),
    Page("work-list-phone", "receivable-work", size=PHONE, guide=True, everywhere=True),
    Page("work-list-lines", "receivable-work", click=(_view("list"),)),
    Page("work-item", "receivable-work", click=(_view("list"), _ROW)),
    Page("debtors", "receivable-debtors", guide=True),
    Page("debtors-cards", "receivable-debtors", click=(_view("kanban"),)),
    Page("debtor", "receivable-debtors", click=(_ROW,), guide=True),
    Page("claims", "receivable-claims", guide=True),
    Page("claims-cards", "receivable-claims", click=(_view("kanban"),), guide=True),
    Page("claims-calendar", "receivable-claims", click=(_view("calendar"),)),
    # The first card is the oldest claim that nobody was reminded of: it is on hold.
    Page(
        "claim",
        "receivable-claims",
        click=(_view("kanban"), ".o_kanban_record"),
        guide=True,
    ),
    Page(
        "claim-history",
        "receivable-claims",
        click=(_ROW, ".nav-link[name=history]"),
        top=".o_notebook",
    ),
    Page("runs", "receivable-runs", guide=True),
    Page("runs-cards", "receivable-runs", click=(_view("kanban"),)),
    Page("runs-calendar", "receivable-runs", click=(_view("calendar"),)),
    Page("run", "receivable-runs", click=(_ROW,), guide=True),
    Page("notices", "receivable-notices", guide=True),
    Page("notice", "receivable-notices", click=(_ROW,), guide=True),
    Page(
        "notice-claims",
        "receivable-notices",
        click=(_ROW, ".nav-link[name=lines]"),
        top=".o_notebook",
    ),
    Page("deliveries", "receivable-deliveries"),
    Page("delivery", "receivable-deliveries", click=(_ROW,)),
    Page("letters", "receivable-letters"),
    Page("letter-batch", "receivable-letters", click=(_ROW,), guide=True),
    Page("left-out", "receivable-exclusions", click=(".o_group_header",), guide=True),
    Page("holds", "receivable-holds", guide=True),
    Page("hold", "receivable-holds", click=(_ROW,)),
    Page("holds-calendar", "receivable-holds", click=(_view("calendar"),)),
    Page("payments", "receivable-payments", guide=True),
    Page("payment", "receivable-payments", click=(_ROW,)),
    Page("claims-analysis", "receivable-claims-analysis", guide=True),
    Page(
        "claims-graph",
        "receivable-claims-analysis",
        click=(_view("graph"),),
        guide=True,
    ),
    Page("notices-graph", "receivable-notices-analysis", guide=True),
    Page("history", "receivable-history"),
    Page("ledger-check", "receivable-ledger-check", guide=True),
    Page("ledger-account", "receivable-ledger-check", click=(_ROW,)),
    Page("cycles", "receivable-cycles"),
    Page("cycle", "receivable-cycles", click=(_ROW,)),
    Page("procedures", "receivable-procedures"),
    Page("procedure", "receivable-procedures", click=(_ROW,), guide=True),
    Page("segments", "receivable-segments", guide=True),
    Page("segment", "receivable-segments", click=(_ROW,)),
    Page("texts", "receivable-texts"),
    Page("text", "receivable-texts", click=(_ROW,), guide=True),
    Page("claim-types", "receivable-types"),
    Page("claim-type", "receivable-types", click=(_ROW,)),
    Page("hold-reasons", "receivable-hold-reasons"),
    Page("hold-reason", "receivable-hold-reasons", click=(_ROW,)),
    Page("settings", "action-ar_dunning.res_config_settings_action", guide=True),
)


def chosen(name=None, everything=False):
    """The pages to take: the one of that name, those of the guides, or all."""
    if name:
        return [page for page in PAGES if page.name == name]
    return [page for page in PAGES if everything or page.guide]


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

    def log_in(self, login, password):
        """Log in; every later screen is this user's."""
        self._resize(DESKTOP)
        self.browser.log_in(self.address, login, password)
        self.companies = self.browser.evaluate(_COMPANIES)

    def take(self, page):
        """Open a screen, click what has to be clicked, save the picture."""
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
        while (now := self.browser.evaluate(_REQUESTS)) != before:
            before = now
            time.sleep(_QUIET_SECONDS)
        if self.browser.evaluate(_ERROR):
            raise SetupError("Odoo shows an error.", self.browser.text()[-500:])
