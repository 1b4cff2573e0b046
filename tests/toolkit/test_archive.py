"""The Debian mirror comes from the machine's own apt configuration."""

from toolkit import archive


def test_reads_deb822_sources(tmp_path):
    folder = tmp_path / "sources.list.d"
    folder.mkdir()
    (folder / "debian.sources").write_text(
        "Types: deb\nURIs: http://mirror.example/debian\nSuites: stable\n\n"
        "Types: deb\nURIs: http://mirror.example/debian-security\nSuites: stable\n"
    )
    (folder / "old.list.disabled").write_text(
        "deb http://no.example/debian stable main\n"
    )
    assert archive._sites_in_sources(tmp_path) == ["http://mirror.example/debian"]


def test_reads_one_line_sources(tmp_path):
    (tmp_path / "sources.list").write_text(
        "# deb http://no.example/debian stable main\n"
        "deb [arch=amd64] http://one.example/debian/ stable main\n"
        "deb http://two.example/debian stable main\n"
    )
    assert archive._sites_in_sources(tmp_path) == [
        "http://one.example/debian/",
        "http://two.example/debian",
    ]


def test_machine_without_sources_names_none(tmp_path):
    assert archive._sites_in_sources(tmp_path) == []
