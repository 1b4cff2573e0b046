"""The demo: its database, the daily cycle in it, and what the user is told."""

import contextlib
import hashlib
import json
import threading

from . import odoo_server, odoo_tests, paths
from .console import SetupError, say

_MARK = "ar-suite-result:"
_SOURCE = "ar_demo.source"
# Run in Odoo's shell: the mail servers, the daily cycle, what is told of it.
_DAY = """
from datetime import date

env["ir.mail_server"].with_context(active_test=False).search([]).write({{
    "smtp_host": "{host}", "smtp_port": {port}, "smtp_encryption": "none",
    "smtp_authentication": "login", "smtp_user": False, "smtp_pass": False,
}})
# Links in mails and letters lead to the Odoo that is started next.
env["ir.config_parameter"].set_param("web.base.url", "{address}")
env["ir.config_parameter"].set_param("web.base.url.freeze", "True")
env.cr.commit()
cycles = [
    env["ar.cycle"]._run(company, date.fromisoformat("{on}"))
    for company in env["res.company"].search([("ar_enabled", "=", True)])
]
env.cr.commit()
result = {{
    "unfinished": [
        f"{{cycle.company_id.name}}: {{cycle.state}}, {{cycle.error}}"
        for cycle in cycles
        if cycle.state != "done"
    ],
    "summary": demo.report.summary(env),
    "logins": demo.report.logins(env),
    "links": demo.report.links(env),
}}
"""


class Demo:
    """The demo database of this clone.

    :param databases: a `databases.Databases`
    :param size: about how many claims; None for the story of some hundred
    """

    def __init__(self, databases, size=None):
        self.databases = databases
        self.server = databases.server
        self.size = size
        self.name = f"ar_demo_{size}" if size else "ar_demo"

    def exists(self):
        """Whether the database was built."""
        return self.databases.exists(self.name)

    def build(self):
        """Build the database: addons installed, the story told.

        It gets its name at the very end; a build that was broken off leaves nothing
        that could be taken for the demo.
        """
        building = f"{self.name}_building"
        self.databases.create(building, self.databases.template(say=say))
        say("   installing the addons …")
        odoo_server.install(self.server, building, odoo_tests.addons())
        say("   telling the story of the demo …")
        self._run(building, f"demo.build.main(env, size={self.size!r})", "demo.build")
        self._note_source(building)
        self.databases.drop(self.name)
        self.databases.rename(building, self.name)

    def refresh(self):
        """Update the addons in the database when their sources changed.

        :return: whether anything was updated
        """
        with self.server.connect(self.name) as connection:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT value FROM ir_config_parameter WHERE key = %s", [_SOURCE]
                )
                noted = cursor.fetchone()
        if noted == (source_fingerprint(),):
            return False
        odoo_server.update(self.server, self.name, odoo_tests.addons())
        self._note_source(self.name)
        return True

    def run_daily_cycle(self, on, mail_host, mail_port, address):
        """Run the main job: the daily cycle of every company that is followed up.

        Every outgoing mail server of the database becomes the sink first: no mail of
        the demo ever leaves the machine.

        :param on: the day for which it runs, as ISO text
        :param address: where Odoo will answer, without a slash at the end
        :return: {"summary": rows, "logins": rows, "links": rows}; the rows of each are
            dictionaries with the same keys, in order
        :raises SetupError: when the cycle of a company did not come to its end
        """
        code = _DAY.format(on=on, host=mail_host, port=mail_port, address=address)
        with self._progress_shown():
            result = self._run(self.name, code, "demo.report")
        if result["unfinished"]:
            raise SetupError(
                "The daily cycle did not finish.", "\n".join(result["unfinished"])
            )
        return result

    @contextlib.contextmanager
    def _progress_shown(self, seconds=10):
        """Say every some seconds what the running cycle does, when it goes on."""
        ended = threading.Event()

        def watch():
            told = None
            while not ended.wait(seconds):
                now = self._progress()
                if now and now != told:
                    say(f"   {now}")
                told = now

        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        try:
            yield
        finally:
            ended.set()
            watcher.join()

    def _progress(self):
        """What the running cycle does, in one line; empty when none runs."""
        with self.server.connect(self.name) as connection:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT company.name || ': ' || cycle.step"
                    "    || COALESCE(' ' || NULLIF(cycle.step_done, 0), '')"
                    "  FROM ar_cycle cycle"
                    "  JOIN res_company company ON company.id = cycle.company_id"
                    " WHERE cycle.state = 'running' LIMIT 1"
                )
                found = cursor.fetchone()
        return found[0] if found else ""

    def _note_source(self, database):
        self._run(
            database,
            "env['ir.config_parameter'].set_param("
            f"{_SOURCE!r}, {source_fingerprint()!r})\nenv.cr.commit()",
        )

    def _run(self, database, code, module=None):
        """Run code in Odoo's shell and return what it left in `result`."""
        lines = [
            "import json, sys",
            f"sys.path.insert(0, {str(paths.SETUP)!r})",
            *([f"import {module}"] if module else []),
            "result = None",
            code,
            f"print({_MARK!r} + json.dumps(result, default=str))",
        ]
        printed = odoo_server.shell(self.server, database, "\n".join(lines) + "\n")
        for line in printed.splitlines():
            if line.startswith(_MARK):
                return json.loads(line[len(_MARK) :])
        raise SetupError(f"A step in the database {database} told no result.", printed)


def source_fingerprint():
    """Changes when any file of the addons changes; tests and texts left out."""
    digest = hashlib.sha256()
    for file in sorted(paths.ADDONS.rglob("*")):
        parts = file.relative_to(paths.ADDONS).parts
        if file.is_file() and not {"tests", "readme", "__pycache__"} & set(parts):
            digest.update("/".join(parts).encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()
