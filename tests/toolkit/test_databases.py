"""Copies of databases with their file stores."""

import shutil
import tempfile
from pathlib import Path

import pytest

from toolkit import databases, paths, postgres


@pytest.fixture(name="store", scope="module")
def fixture_store():
    home = Path(tempfile.mkdtemp(prefix="ar-suite-"))
    home.chmod(0o755)
    cluster = postgres.Cluster(home / "servers" / "clone")
    with cluster.in_use(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(paths, "server_home", lambda: cluster.home)
        yield databases.Databases(cluster.server())
    shutil.rmtree(home)


def file_in(store, database):
    """One file in the file store of a database."""
    return store.data_folder / "filestore" / database / "ab" / "abcdef"


@pytest.fixture(name="source")
def fixture_source(store):
    store.drop("source")
    store._copy("template0", "source")
    file = file_in(store, "source")
    file.parent.mkdir(parents=True)
    file.write_text("picture")
    yield "source"
    store.drop("source")


def test_copy_has_the_data_and_the_files(store, source):
    with store.server.connect(source) as connection:
        connection.cursor().execute("CREATE TABLE here AS SELECT 1")
    store.create("copied", source)
    with store.server.connect("copied") as connection:
        connection.cursor().execute("SELECT * FROM here")
    assert file_in(store, "copied").read_text() == "picture"
    store.drop("copied")
    assert file_in(store, source).read_text() == "picture"


def test_copy_replaces_an_old_database(store, source):
    store.create("copied", source)
    with store.server.connect("copied") as connection:
        connection.cursor().execute("CREATE TABLE old AS SELECT 1")
    store.create("copied", source)
    with store.server.connect("copied") as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT to_regclass('old')")
        assert cursor.fetchone()[0] is None
    store.drop("copied")


def test_drop_ends_open_connections_and_removes_the_files(store, source):
    with store.server.connect(source):
        store.drop(source)
    assert not store.exists(source)
    assert not file_in(store, source).exists()


def test_rename_moves_the_files_too(store, source):
    store.rename(source, "renamed")
    assert store.exists("renamed")
    assert file_in(store, "renamed").exists()
    assert not file_in(store, source).exists()
    store.drop("renamed")


def test_name_of_the_template_depends_on_the_modules():
    name = databases._template_name(("account", "mail"))
    assert name == databases._template_name(("mail", "account"))
    assert name != databases._template_name(("mail",))
