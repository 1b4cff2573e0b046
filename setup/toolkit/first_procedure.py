"""Goes through docs/guides/first-procedure.md as a new user would, with pictures.

From a database with the suite and one overdue invoice to the first reminder at the
test address: every click of the guide, nothing else. What the guide says and what
the screens show cannot drift apart without this failing.
"""

import json
import tempfile
import time
from pathlib import Path

from . import odoo_server, smtp_sink
from .browser import Browser
from .console import SetupError, step
from .databases import Databases

DATABASE = "first_procedure"
TEST_ADDRESS = "test@creditor.example"
DEBTOR = "Emma Janssens"
_PATIENCE = 60  # seconds
_QUIET_SECONDS = 0.6
_LOADING = "document.querySelector('.o_loading_indicator, .o_blockUI')"

# What whoever sends invoices with Odoo has already: a company, a customer, an invoice.
PREPARE = f"""
from datetime import date, timedelta

today = date.today()
company = env.company
company.write({{
    "name": "Demo Company", "email": "finance@creditor.example",
    "street": "Stationsplein 1", "zip": "9000", "city": "Gent",
    "country_id": env.ref("base.be").id, "vat": False,
    "account_fiscal_country_id": env.ref("base.be").id,
}})
company.currency_id = env.ref("base.EUR")
company.currency_id.active = True
if not env["account.journal"].search([("company_id", "=", company.id)], limit=1):
    env["account.chart.template"].try_loading("be_comp", company, install_demo=False)
env["res.partner.bank"].create({{
    "acc_number": "BE68539007547034", "partner_id": company.partner_id.id,
}})
debtor = env["res.partner"].create({{
    "name": "{DEBTOR}", "email": "emma@debtor.example", "street": "Lindenlaan 8",
    "zip": "9000", "city": "Gent", "country_id": env.ref("base.be").id,
}})
env["account.move"].create({{
    "move_type": "out_invoice", "partner_id": debtor.id,
    "invoice_date": today - timedelta(days=45),
    "invoice_date_due": today - timedelta(days=15),
    "invoice_line_ids": [(0, 0, {{"name": "Swimming lessons", "price_unit": 120,
                                 "tax_ids": []}})],
}}).action_post()
env["ir.mail_server"].create({{
    "name": "Mail server", "smtp_host": "{{host}}", "smtp_port": {{port}},
    "smtp_encryption": "none", "smtp_authentication": "login",
}})
env.cr.commit()
"""


class Person:
    """Somebody at the screen who reads and clicks.

    :param folder: where pictures go; None: none are taken
    """

    def __init__(self, browser, folder=None):
        self.browser = browser
        self.folder = folder and Path(folder)

    def click(self, text, within="body"):
        """Click what says `text`: a button, a link, a menu, a tab or a cell."""
        where = json.dumps(
            f"{within} :is(button, a, .dropdown-item, .o_menu_item, .nav-link, label,"
            " span, td, .o_app, .o_kanban_record)"
        )
        found = (
            f"[...document.querySelectorAll({where})].filter(one => one.offsetParent"
            f" && one.innerText.trim() === {json.dumps(text)}).at(-1)"
        )
        self._wait(found, f"“{text}” is not on the screen")
        self.browser.evaluate(f"({found}).click()")
        self.settle()

    def type(self, field, text, within="body"):
        """Type into a field by its technical name, as Odoo marks it on the page."""
        selector = f"{within} .o_field_widget[name={field}] :is(input, textarea)"
        self._wait(f"document.querySelector({json.dumps(selector)})", field)
        self.browser.evaluate(
            f"document.querySelector({json.dumps(selector)}).focus();"
            f"document.querySelector({json.dumps(selector)}).select()"
        )
        self.browser.command("Input.insertText", text=text)
        self.settle()

    def choose(self, field, text, within="body"):
        """Choose a record in a field that completes what one types."""
        self.type(field, text, within)
        self.click(text, ".o-autocomplete--dropdown-menu")

    def select(self, field, label, within="body"):
        """Choose in a list of fixed words."""
        self.type(field, label, within)
        self.click(label, ".o_select_menu_menu")

    def tick(self, field, within="body"):
        """Tick a box."""
        selector = json.dumps(f"{within} .o_field_widget[name={field}] input")
        self._wait(f"document.querySelector({selector})", field)
        self.browser.evaluate(f"document.querySelector({selector}).click()")
        self.settle()

    def save(self):
        """Click the cloud that keeps what was typed."""
        self._press(".o_form_button_save")

    def app(self):
        """Open Receivables among the apps."""
        self._press(".o_navbar_apps_menu button")
        self.click("Receivables", ".o-dropdown--menu")

    def menu(self, top, entry):
        """Choose an entry of a menu of the app."""
        self.click(top, ".o_main_navbar")
        self.click(entry, ".o-dropdown--menu")

    def read_menu(self, top, entry):
        """Choose an entry of a menu and return what the page says then."""
        self.menu(top, entry)
        return self.browser.text()

    def first_row(self):
        """Open the first row of a list."""
        self._press(".o_data_row .o_data_cell[name]:not(.o_field_cell_button)")

    def _press(self, selector):
        self._wait(f"document.querySelector({json.dumps(selector)})", selector)
        self.browser.click(selector)
        self.settle()

    def see(self, text):
        """Wait until the page says something."""
        self._wait(f"document.body.innerText.includes({json.dumps(text)})", text)

    def photograph(self, name):
        """Save what is on the screen."""
        if self.folder:
            self.settle()
            self.browser.screenshot(self.folder / f"first-{name}.png")

    def settle(self):
        """Wait until nothing loads any more."""
        time.sleep(_QUIET_SECONDS)
        self._wait(f"!{_LOADING}", "the page goes on loading")

    def _wait(self, expression, complaint):
        try:
            self.browser.wait_until(expression, _PATIENCE)
        except AssertionError as error:
            raise SetupError(
                f"The guide does not work: {complaint}.", self.browser.text()[-800:]
            ) from error


def write_procedure(person):
    """Chapter 1: a procedure with one level, put in force."""
    person.app()
    person.menu("Configuration", "Procedures")
    person.click("New", ".o_control_panel")
    person.type("name", "My customers")
    person.type("code", "my_customers")
    person.save()
    person.click("New version", ".o_form_statusbar")
    person.click("Add a line", ".o_field_widget[name=level_ids]")
    person.type("name", "Reminder", ".modal")
    person.type("offset_days", "10", ".modal")
    person.choose("template_id", "First reminder, consumers", ".modal")
    person.photograph("level")
    person.click("Add a line", ".modal .o_field_widget[name=channel_ids]")
    person.select("channel", "E-mail", ".modal")
    person.photograph("channel")
    person.click("Save & Close", ".modal")
    person.save()
    person.see("10 days after")
    person.photograph("version")
    person.click("Activate", ".o_form_statusbar")
    person.click("Put in force", ".modal")
    person.see("does not change any more")


def give_it(person):
    """Chapter 2: a segment that gives the procedure to everybody."""
    person.menu("Configuration", "Segments")
    person.click("New", ".o_control_panel")
    person.type("name", "Everybody")
    person.choose("procedure_id", "My customers")
    person.type("sequence", "1")
    person.save()
    person.photograph("segment")


def switch_on(person):
    """Chapter 3: what is missing, and the switch."""
    person.menu("Configuration", "Go live")
    person.see("Follow-up is off")
    person.photograph("check")
    person.click("Open it", ".o_data_row:nth-child(1)")
    person.tick("ar_enabled")
    person.type("ar_sandbox_email", TEST_ADDRESS)
    person.photograph("settings")
    person.click("Save", ".o_control_panel")


def remind(person):
    """Chapter 4: the proposal, the notice, the approval."""
    person.app()
    person.menu("Runs", "Runs")
    person.click("Propose now", ".o_control_panel")
    person.see("To approve: 1")
    person.photograph("run")
    person.click("Look at the notices", ".o_form_statusbar")
    person.first_row()
    person.see(DEBTOR)
    person.photograph("notice")
    person.click("Approve", ".o_form_statusbar")


def look_after_it(person):
    """Chapter 5: the message at the test address, and what comes next."""
    deadline = time.monotonic() + 3 * _PATIENCE
    while TEST_ADDRESS not in person.read_menu("Runs", "Deliveries"):
        if time.monotonic() > deadline:
            raise SetupError("The guide does not work: the reminder does not leave.")
    person.see(TEST_ADDRESS)
    person.photograph("delivery")
    person.click("Claims", ".o_main_navbar")
    person.first_row()
    person.see("No further level follows by itself")
    person.photograph("claim")


CHAPTERS = (write_procedure, give_it, switch_on, remind, look_after_it)


def go_through(server, program, folder):
    """Make a database, follow the guide in a browser, take its pictures.

    :param server: a `postgres.Server`
    :param program: path of the browser
    :param folder: where the pictures go
    :return: seconds of each chapter, {name: seconds}
    """
    databases = Databases(server)
    seconds = {}
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch,
        smtp_sink.running(f"{scratch}/mail") as mail_port,
    ):
        with step("A database with the suite and one invoice"):
            databases.create(DATABASE, databases.template(say=lambda _words: None))
            odoo_server.install(server, DATABASE, ["ar_dunning"])
            facts = {"{host}": smtp_sink.HOST, "{port}": str(mail_port)}
            code = PREPARE
            for hole, value in facts.items():
                code = code.replace(hole, value)
            odoo_server.shell(server, DATABASE, code)
        try:
            port = odoo_server.free_port()
            log = f"{scratch}/odoo.log"
            with (
                odoo_server.running(server, DATABASE, port=port, log=log) as address,
                Browser(program, f"{scratch}/profile") as browser,
            ):
                browser.log_in(address, "admin", "admin")
                person = Person(browser, folder)
                for chapter in CHAPTERS:
                    began = time.monotonic()
                    with step(chapter.__doc__.splitlines()[0]):
                        chapter(person)
                    seconds[chapter.__name__] = round(time.monotonic() - began, 1)
        finally:
            databases.drop(DATABASE)
        if not any(Path(scratch, "mail").glob("*.eml")):
            raise SetupError("The guide does not work: no message arrived.")
    return seconds
