"""The private cluster: started for its users, stopped behind the last one."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from toolkit import postgres
from toolkit.console import SetupError


@pytest.fixture(name="cluster", scope="module")
def fixture_cluster():
    # Not pytest's own folder: the server's user may be another than ours.
    home = Path(tempfile.mkdtemp(prefix="ar-suite-"))
    home.chmod(0o755)
    cluster = postgres.Cluster(home / "servers" / "clone")
    yield cluster
    cluster.stop()
    shutil.rmtree(home)


def ask(server, query):
    """The first value a query gives."""
    with server.connect() as connection, connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()[0]


def test_runs_while_used_and_stops_behind_the_last_user(cluster):
    with cluster.in_use():
        with cluster.in_use():
            assert ask(cluster.server(), "SELECT 1") == 1
        assert cluster.running()
    assert not cluster.running()


def test_keeps_running_when_told_so(cluster):
    cluster.keep.parent.mkdir(parents=True, exist_ok=True)
    cluster.keep.touch()
    with cluster.in_use():
        pass
    assert cluster.running()
    cluster.keep.unlink()
    cluster.stop()
    assert not cluster.running()


def test_data_survive_a_stop(cluster):
    with cluster.in_use(), cluster.server().connect() as connection:
        connection.cursor().execute("CREATE TABLE kept AS SELECT 7 AS number")
    with cluster.in_use():
        assert ask(cluster.server(), "SELECT number FROM kept") == 7


def test_is_new_enough_and_has_what_odoo_asks_for(cluster):
    with cluster.in_use():
        server = cluster.server()
        version = ask(server, "SHOW server_version_num")
        assert int(version) >= postgres.OLDEST_MAJOR * 10000
        for extension in ("unaccent", "pg_trgm"):
            found = ask(
                server,
                "SELECT count(*) FROM pg_available_extensions"
                f" WHERE name = '{extension}'",
            )
            assert found == 1


def test_listens_on_its_socket_only(cluster):
    with cluster.in_use():
        assert ask(cluster.server(), "SHOW listen_addresses") == ""
        folder = Path(cluster.server().host)
        assert folder.stat().st_mode & 0o077 == 0


def test_server_of_the_environment_is_taken(cluster, monkeypatch):
    with cluster.in_use():
        monkeypatch.setenv("PGHOST", cluster.server().host)
        monkeypatch.setenv("PGUSER", "odoo")
        with postgres.serving() as server:
            assert not server.private
            assert ask(server, "SELECT current_user") == "odoo"


def test_unknown_user_is_a_clear_error(cluster, monkeypatch):
    with cluster.in_use():
        monkeypatch.setenv("PGHOST", cluster.server().host)
        monkeypatch.setenv("PGUSER", "nobody_here")
        with pytest.raises(SetupError, match="does not let nobody_here in") as caught:
            with postgres.serving():
                pass
        assert "PGUSER" in caught.value.remedy


def test_user_who_may_not_create_databases_is_told_how(cluster, monkeypatch):
    with cluster.in_use():
        with cluster.server().connect() as connection:
            connection.cursor().execute("CREATE ROLE reader LOGIN")
        monkeypatch.setenv("PGHOST", cluster.server().host)
        monkeypatch.setenv("PGUSER", "reader")
        with pytest.raises(SetupError) as caught, postgres.serving():
            pass
        assert 'ALTER ROLE "reader" CREATEDB;' in caught.value.remedy


def test_superuser_postgres_is_refused(monkeypatch):
    monkeypatch.setenv("PGHOST", "nowhere.example")
    monkeypatch.setenv("PGUSER", "postgres")
    with pytest.raises(SetupError, match="refuses"), postgres.serving():
        pass


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can run it as another user")
def test_never_runs_as_root(cluster):
    with cluster.in_use():
        owner = (cluster.data / "postmaster.pid").stat().st_uid
        assert owner != 0
