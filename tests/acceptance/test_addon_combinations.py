"""Each addon installs with only what it depends on, works, and leaves nothing behind.

The databases hold Odoo's accounting and nothing else; with --slow they are empty.
"""

import itertools
import json
import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from toolkit import odoo_server, smtp_sink

# What people choose; what an addon depends on comes with it.
ROOMS = ("ar_payment_link", "ar_portal", "ar_legal", "ar_reporting")
OURS = ("ar_dunning", *ROOMS)
ALONE = [(name,) for name in OURS]
TOGETHER = [OURS]

WORLD = """
import json
from datetime import timedelta
company = env.company
company.write({"name": "Stad Voorbeeld", "email": "financien@stad.example",
               "country_id": env.ref("base.be").id,
               "currency_id": env.ref("base.EUR").id})
env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
env["res.partner.bank"].create(
    {"acc_number": "BE71096123456769", "partner_id": company.partner_id.id})
today = company._ar_today()
debtor = env["res.partner"].create(
    {"name": "Ann Claeys", "email": "ann@debtor.example"})
moves = env["account.move"].create([
    {"move_type": "out_invoice", "partner_id": debtor.id,
     "invoice_date": today - timedelta(days=overdue + 30),
     "invoice_date_due": today - timedelta(days=overdue),
     "invoice_line_ids": [(0, 0, {"name": "Service", "price_unit": 100,
                                  "tax_ids": []})]}
    for overdue in (15, 100)])
moves.action_post()
env["ir.mail_server"].create({"name": "sink", "smtp_host": "127.0.0.1",
    "smtp_port": PORT, "smtp_encryption": "none"})
company.write({"ar_enabled": True, "ar_sandbox": False})
# One of the invoices goes all the way to the proposal to hand it over.
for days in (85, 60, 35, 0):
    for turn in range(2):
        cycle = env["ar.cycle"]._run(company, today - timedelta(days=days))
        assert cycle.state == "done", cycle.error
        waiting = env["ar.dunning.notice"].search(
            [("state", "=", "proposed"), ("kind", "=", "dunning")])
        waiting._set_state("approved")
notices = env["ar.dunning.notice"].search([])
assert notices.filtered(lambda notice: notice.state == "dispatched"), "no notice left"
env.cr.commit()
print(json.dumps(len(notices)))
"""

# Makes records of an addon, so that there is something to leave behind.
USE = {
    "ar_payment_link": """
assert env["ar.payment.link"].search([]), "notices brought no link"
""",
    "ar_legal": """
company = env.company
today = company._ar_today()
approver = env["res.users"].with_context(no_reset_password=True).create({
    "name": "Approver", "login": "approver",
    "group_ids": [(4, env.ref("ar_dunning.group_approver").id)]})
notice = env["ar.dunning.notice"].search(
    [("kind", "=", "handover"), ("state", "=", "proposed")])
track = env["ar.legal.track"]._proposed_for(company, notice.debtor_id)
cases, _fallen = notice.with_user(approver)._hand_over(
    {"reason": "Not paid", "track_id": track.id, "party_role": "internal",
     "user_id": approver.id}, {company: today})
cases.action_make_handoff()
assert cases.handoff_ids.content
""",
    "ar_reporting": """
assert env["ar.ageing"].search([]), "the ageing is empty"
""",
}

STILL_WORKS = """
import json
from datetime import timedelta
company = env.company
cycle = env["ar.cycle"]._run(company, company._ar_today() + timedelta(days=1))
assert cycle.state == "done", cycle.error
env["ir.ui.view"].search([("model", "=like", "ar.%")])._check_xml()
env.cr.commit()
print(json.dumps(cycle.step))
"""

UNINSTALL = """
env["ir.module.module"].search([("name", "=", "{name}")]).button_immediate_uninstall()
"""

# What an addon may leave in the database, as SELECTs of names.
LEFTOVERS = {
    "tables": """SELECT tablename FROM pg_tables
        WHERE tablename = ANY(%(tables)s)""",
    "columns": """SELECT attrelid::regclass || '.' || attname FROM pg_attribute
         JOIN pg_class ON pg_class.oid = attrelid AND relkind = 'r'
        WHERE attrelid::regclass || '.' || attname = ANY(%(columns)s)
          AND NOT attisdropped""",
    "external ids": """SELECT module || '.' || name FROM ir_model_data
        WHERE module = ANY(%(gone)s)""",
    "models": "SELECT model FROM ir_model WHERE model = ANY(%(models)s)",
    "messages": """SELECT DISTINCT model FROM mail_message
        WHERE model = ANY(%(models)s)""",
    "files": """SELECT DISTINCT res_model FROM ir_attachment
        WHERE res_model = ANY(%(models)s)""",
    "sequences": """SELECT relname FROM pg_class
        WHERE relkind = 'S' AND relname LIKE ANY(%(prefixes)s)""",
}

KNOWN = {
    "tables": "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
    "columns": """SELECT attrelid::regclass || '.' || attname FROM pg_attribute
         JOIN pg_class ON pg_class.oid = attrelid AND relkind = 'r'
         JOIN pg_namespace ON pg_namespace.oid = relnamespace AND nspname = 'public'
        WHERE attnum > 0 AND NOT attisdropped""",
    "models": "SELECT model FROM ir_model",
}


class Installation:
    """A database in which addons are installed and removed."""

    def __init__(self, server, database):
        self.server, self.database = server, database

    def ask(self, query, **parameters):
        """Return the first column of a query."""
        with self.server.connect(self.database) as connection:
            with connection.cursor() as cursor:
                cursor.execute(query, parameters)
                return [row[0] for row in cursor.fetchall()]

    def snapshot(self):
        """Return what the database is made of."""
        return {name: set(self.ask(query)) for name, query in KNOWN.items()}

    def keep_for_odoo(self):
        """Keep PostgreSQL's housekeeping off the list of addons.

        Odoo refuses to uninstall, rather than wait, while anything has that table
        locked; autovacuum comes by in the minute after an installation.
        """
        with self.server.connect(self.database) as connection:
            with connection.cursor() as cursor:
                cursor.execute(
                    "ALTER TABLE ir_module_module SET (autovacuum_enabled = false)"
                )

    def installed(self):
        """Return which of our addons are there."""
        return set(
            self.ask(
                """SELECT name FROM ir_module_module
                    WHERE state = 'installed' AND name LIKE 'ar\\_%%'"""
            )
        )

    def shell(self, code):
        """Run code in Odoo's shell and return the JSON it prints at the end."""
        lines = odoo_server.shell(self.server, self.database, code, strict=True).strip()
        return json.loads(lines.splitlines()[-1]) if lines else None

    def uninstall(self, name):
        """Remove an addon and all that depends on it; return which went."""
        before = self.installed()
        self.shell(UNINSTALL.format(name=name))
        return before - self.installed()

    def leftovers(self, gone, before, after_install):
        """Return what addons left: {kind: names}, without what was there before."""
        made = {kind: after_install[kind] - before[kind] for kind in before}
        parameters = {
            "gone": sorted(gone),
            "tables": sorted(made["tables"]),
            "columns": sorted(made["columns"]),
            "models": sorted(made["models"]),
            "prefixes": [f"{table}%" for table in made["tables"]],
        }
        found = {
            kind: self.ask(query, **parameters) for kind, query in LEFTOVERS.items()
        }
        return {kind: names for kind, names in found.items() if names}


@pytest.fixture(scope="module")
def accounting_database(databases):
    """The name of a database with Odoo's accounting alone; only for copying."""
    name = f"ar_accounting_{os.getpid()}"
    databases.create(name, "template0")
    odoo_server.install(databases.server, name, ["account"])
    yield name
    databases.drop(name)


@pytest.fixture(scope="module")
def mail_port(tmp_path_factory):
    """The port of a mail server that takes everything."""
    with smtp_sink.running(tmp_path_factory.mktemp("mail")) as port:
        yield port


def _live(databases, template, mail_port, addons):
    """Install addons in a copy of a template, use them, remove them one by one."""
    name = f"{template}_{'_'.join(addon[3:5] for addon in addons)}"
    databases.create(name, template)
    try:
        installation = Installation(databases.server, name)
        before = installation.snapshot() if template != "template0" else None
        odoo_server.install(databases.server, name, addons)
        installation.keep_for_odoo()
        installed = installation.installed()
        assert set(addons) <= installed
        assert installed <= {"ar_dunning", "ar_payment_link", *addons}, installed
        after_install = installation.snapshot()
        installation.shell(WORLD.replace("PORT", str(mail_port)))
        for addon in sorted(installed & set(USE)):
            installation.shell(f"{USE[addon]}\nenv.cr.commit()")
        for addon in reversed(OURS):
            if addon not in installation.installed():
                continue
            gone = installation.uninstall(addon)
            assert addon in gone
            left = installation.installed()
            if "ar_dunning" in left:
                assert installation.shell(STILL_WORKS)
        assert not installation.installed()
        if before is not None:
            assert installation.leftovers(installed, before, after_install) == {}
    finally:
        databases.drop(name)


def _live_all(databases, template, mail_port, combinations):
    """Two at a time; every failure is told."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        runs = [
            pool.submit(_live, databases, template, mail_port, combination)
            for combination in combinations
        ]
        failures = {
            " + ".join(combination): str(run.exception())
            for combination, run in zip(combinations, runs, strict=True)
            if run.exception()
        }
    assert failures == {}


def test_each_addon_alone_and_all_together(databases, accounting_database, mail_port):
    _live_all(databases, accounting_database, mail_port, [*ALONE, *TOGETHER])


@pytest.mark.slow
def test_every_combination(databases, accounting_database, mail_port):
    known = {*ALONE, *TOGETHER}
    combinations = {
        tuple(sorted({*chosen, *_needed(chosen)}))
        for size in range(2, len(ROOMS) + 1)
        for chosen in itertools.combinations(ROOMS, size)
    }
    _live_all(databases, accounting_database, mail_port, sorted(combinations - known))


@pytest.mark.slow
def test_each_addon_alone_on_an_empty_database(databases, mail_port):
    _live_all(databases, "template0", mail_port, ALONE)


def _needed(chosen):
    return {"ar_payment_link"} if "ar_portal" in chosen else set()


JOBS = """
company = env.company
env["ar.cycle"]._enqueue_shares(company, company._ar_today())
env["ar.cycle"].with_delay()._job_dispatch(company.id, str(company._ar_today()))
assert env["queue.job"].search([("model_name", "=", "ar.cycle")]), "no job was made"
env.cr.commit()
"""
JOBS_LEFT = """
import json
print(json.dumps(env["queue.job"].search([
    ("model_name", "=", "ar.cycle"), ("state", "!=", "cancelled")]).ids))
"""


def test_job_queue_comes_and_goes_by_itself(databases, accounting_database, mail_port):
    """It is glue: there with both it needs, gone with either; no job of it waits."""
    name = f"{accounting_database}_qu"
    databases.create(name, accounting_database)
    try:
        installation = Installation(databases.server, name)
        odoo_server.install(databases.server, name, ["queue_job", "ar_dunning"])
        assert installation.installed() == {"ar_dunning", "ar_queue_job"}
        installation.keep_for_odoo()
        after_install = installation.snapshot()
        installation.shell(WORLD.replace("PORT", str(mail_port)))
        installation.shell(JOBS)
        assert installation.uninstall("ar_queue_job") == {"ar_queue_job"}
        assert installation.shell(JOBS_LEFT) == []
        assert installation.shell(STILL_WORKS)
        # It has no tables or columns of its own.
        left = installation.leftovers({"ar_queue_job"}, after_install, after_install)
        assert left == {}
        installation.uninstall("ar_dunning")
        assert not installation.installed()
    finally:
        databases.drop(name)
