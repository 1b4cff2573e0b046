"""Databases and their file stores: templates, quick copies, removal."""

import contextlib
import fcntl
import hashlib
import os
import shutil
from pathlib import Path

from psycopg2 import sql

from . import odoo_repairs, odoo_server, paths

# What our addons depend on, so that a copy of the template only installs ours.
BASE_MODULES = (
    "account",
    "account_payment",
    # Odoo adds it by itself as soon as a Belgian or Dutch company exists.
    "account_peppol",
    "l10n_be",
    "l10n_ch",
    "l10n_nl",
    "mail",
    "payment",
    "payment_demo",
    "phone_validation",
    "portal",
    "sms",
)
_TEMPLATE = "ar_template_"


class Databases:
    """The databases on one server.

    :param server: a `postgres.Server`
    """

    def __init__(self, server):
        self.server = server
        self.data_folder = data_folder()

    def names(self):
        """The names of all databases."""
        with self._cursor() as cursor:
            cursor.execute("SELECT datname FROM pg_database")
            return {name for (name,) in cursor.fetchall()}

    def exists(self, name):
        """Whether there is a database of this name."""
        return name in self.names()

    def create(self, name, template):
        """Copy a template database with its file store; an old `name` is dropped.

        Files of the store are never changed in place, so links to them are enough.
        """
        self.drop(name)
        self._copy(template, name)

    def rename(self, old, new):
        """Give a database and its file store another name."""
        with self._cursor() as cursor:
            cursor.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                    sql.Identifier(old), sql.Identifier(new)
                )
            )
        if self._store(old).exists():
            shutil.rmtree(self._store(new), ignore_errors=True)
            self._store(old).rename(self._store(new))

    def drop(self, name):
        """Remove a database and its file store; nothing happens if there is none."""
        with self._cursor() as cursor:
            cursor.execute(
                "UPDATE pg_database SET datistemplate = false WHERE datname = %s"
                " AND datistemplate",
                [name],
            )
            cursor.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(
                    sql.Identifier(name)
                )
            )
        shutil.rmtree(self._store(name), ignore_errors=True)

    def template(self, modules=BASE_MODULES, say=print):
        """The name of a database with these modules installed; made when missing.

        Its name carries a hash of the modules, of Odoo's source and of the way it is
        built, so a change of any makes a new one; the private server then loses those
        out of date.
        """
        name = _template_name(modules)
        with _locked("template.lock"):
            if not self.exists(name):
                say("   making the template database (once, about a minute) …")
                self._make_template(name, modules)
        return name

    def _make_template(self, name, modules):
        building = f"{name}_building"
        self.drop(building)
        self._copy("template0", building)
        odoo_server.install(self.server, building, modules)
        odoo_server.shell(self.server, building, _SETTLE)
        self.rename(building, name)
        if self.server.private:
            for old in self.names():
                if old.startswith(_TEMPLATE) and old != name:
                    self.drop(old)

    def _copy(self, template, name):
        with self._cursor() as cursor:
            cursor.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {} ENCODING 'UTF8'").format(
                    sql.Identifier(name), sql.Identifier(template)
                )
            )
        if self._store(template).exists():
            shutil.copytree(
                self._store(template), self._store(name), copy_function=os.link
            )

    def _store(self, name):
        return self.data_folder / "filestore" / name

    @contextlib.contextmanager
    def _cursor(self):
        with self.server.connect() as connection, connection.cursor() as cursor:
            yield cursor


def data_folder():
    """Odoo's data folder of this clone: file stores and sessions."""
    return paths.server_home() / "odoo"


# Run once in a new template, in Odoo's shell.
_SETTLE = """
# No calls over the network from demo and tests: not to the publisher, and what is
# asked of paid services fails at once instead of after a time-out.
env.ref("mail.ir_cron_module_update_notification").active = False
env["ir.config_parameter"].set_param("iap.endpoint", "http://127.0.0.1:9")
# Its mails to all users would lie between those of the demo.
env.ref("digest.ir_cron_digest_scheduler_action").active = False
# Odoo waits a second for late images before each PDF; ours have none.
env["ir.config_parameter"].set_param("report.print_delay", "0")
# The bundles of style and script take most of a first page view.
env["ir.qweb"]._pregenerate_assets_bundles()
env.cr.commit()
"""


def _template_name(modules):
    digest = hashlib.sha256()
    for part in (
        *sorted(modules),
        str(odoo_server.source()),
        odoo_repairs.VERSION,
        _SETTLE,
    ):
        digest.update(f"{part}\n".encode())
    return f"{_TEMPLATE}{digest.hexdigest()[:10]}"


@contextlib.contextmanager
def _locked(name):
    path = Path(paths.server_home()) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
