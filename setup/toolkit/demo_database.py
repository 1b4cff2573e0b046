"""The demo: its database, the daily cycle in it, and what the user is told."""

import hashlib
import json

from . import odoo_server, odoo_tests, paths
from .console import SetupError, say

_MARK = "ar-suite-result:"


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
        noted = self._run(
            self.name,
            "result = env['ir.config_parameter'].get_param('ar_demo.source')",
        )
        if noted == source_fingerprint():
            return False
        odoo_server.update(self.server, self.name, odoo_tests.addons())
        self._note_source(self.name)
        return True

    def send_mail_to(self, host, port):
        """Make every outgoing mail server of the database our sink: nothing leaves."""
        self._run(
            self.name,
            "env['ir.mail_server'].with_context(active_test=False).search([]).write("
            f"{{'smtp_host': {host!r}, 'smtp_port': {port},"
            " 'smtp_encryption': 'none', 'smtp_authentication': 'login',"
            " 'smtp_user': False, 'smtp_pass': False})\n"
            "env.cr.commit()",
        )

    def run_daily_cycle(self, on):
        """Run the main job: the daily cycle of every company that is followed up.

        :param on: the day for which it runs, as ISO text
        :raises SetupError: when the cycle of a company did not come to its end
        """
        unfinished = self._run(
            self.name,
            "from datetime import date\n"
            f"on = date.fromisoformat({on!r})\n"
            "result = []\n"
            "for company in env['res.company'].search([('ar_enabled', '=', True)]):\n"
            "    cycle = env['ar.cycle']._run(company, on)\n"
            "    if cycle.state != 'done':\n"
            "        result.append(f'{company.name}: {cycle.state}, {cycle.error}')\n"
            "env.cr.commit()",
        )
        if unfinished:
            raise SetupError("The daily cycle did not finish.", "\n".join(unfinished))

    def summary(self):
        """The rows of the table: dictionaries with the same keys, in order."""
        return self._run(self.name, "result = demo.report.summary(env)", "demo.report")

    def logins(self):
        """Who can log in: dictionaries with the same keys, in order."""
        return self._run(self.name, "result = demo.report.logins(env)", "demo.report")

    def _note_source(self, database):
        self._run(
            database,
            "env['ir.config_parameter'].set_param("
            f"'ar_demo.source', {source_fingerprint()!r})\nenv.cr.commit()",
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
