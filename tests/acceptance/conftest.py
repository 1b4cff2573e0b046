"""What tests from end to end stand on: a real server, database, mail sink, browser.

Nothing is mocked. Databases are copies of one in which all addons are installed; it
is made once a session.
"""

import os
from zlib import crc32

import pytest

from toolkit import odoo_server, odoo_tests, postgres, printing, smtp_sink
from toolkit.browser import Browser
from toolkit.databases import Databases


@pytest.fixture(scope="session")
def database_server():
    """The PostgreSQL server of this clone, running."""
    with postgres.serving() as server:
        yield server


@pytest.fixture(scope="session")
def databases(database_server):
    """Makes, copies and drops databases: `toolkit.databases.Databases`."""
    return Databases(database_server)


@pytest.fixture(scope="session")
def installed_database(databases):
    """The name of a database with all addons of the repository; only for copying."""
    name = f"ar_acceptance_{os.getpid()}"
    databases.create(name, databases.template())
    odoo_server.install(databases.server, name, odoo_tests.addons())
    yield name
    databases.drop(name)


@pytest.fixture
def database(databases, installed_database, request):
    """The name of a fresh database with all addons, for this test alone."""
    name = f"{installed_database}_{crc32(request.node.nodeid.encode()):08x}"
    databases.create(name, installed_database)
    yield name
    databases.drop(name)


@pytest.fixture
def odoo_shell(database_server, database):
    """Run Python code in Odoo's shell on the test's database: `odoo_shell(code)`.

    The code finds `env`; what it prints is returned. It must commit what it changes.
    """

    def run(code):
        return odoo_server.shell(database_server, database, code)

    return run


@pytest.fixture
def odoo_address(database_server, database, mail_sink, tmp_path):
    """The address of an Odoo server on the test's database; mail goes to the sink."""
    arguments = ["--smtp", smtp_sink.HOST, "--smtp-port", mail_sink.port]
    with odoo_server.running(
        database_server,
        database,
        port=odoo_server.free_port(),
        log=tmp_path / "odoo.log",
        arguments=[*arguments, "--max-cron-threads", "0"],
    ) as address:
        yield address


@pytest.fixture
def mail_sink(tmp_path):
    """A running mail sink: `toolkit.smtp_sink.Mailbox` with its `port`."""
    folder = tmp_path / "mail"
    with smtp_sink.running(folder) as port:
        mailbox = smtp_sink.Mailbox(folder)
        mailbox.port = port
        yield mailbox


@pytest.fixture
def browser(tmp_path):
    """A headless Chromium with one page: see `toolkit.browser`."""
    program = printing.browser()
    if program is None:
        pytest.skip("no browser: apt-get install chromium")
    with Browser(program, tmp_path / "browser") as page:
        yield page


def pytest_terminal_summary(terminalreporter):
    """Show the figures that tests of faults and kills counted."""
    # Reports of the end of each test; pytest files them without an outcome.
    counted = [
        report for report in terminalreporter.getreports("") if report.user_properties
    ]
    if counted:
        terminalreporter.section("figures")
    for report in counted:
        figures = ", ".join(f"{name} {value}" for name, value in report.user_properties)
        name = report.nodeid.rpartition("::")[2]
        terminalreporter.write_line(f"{name}: {figures}")
