"""Fetch packages from the machine's Debian mirror without changing the machine.

apt downloads and checks signatures as always, but keeps its lists in a folder of ours
and reads one sources entry of ours: suite sid on the mirror this machine uses anyway.
"""

import re
import shutil
from pathlib import Path

from . import processes
from .console import SetupError

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
_SUITE = "sid"


def usable():
    """Whether this is Debian with apt, dpkg and the archive's signing keys."""
    release = Path("/etc/os-release")
    is_debian = release.exists() and re.search(
        r"^ID=\"?debian\"?$", release.read_text(), re.MULTILINE
    )
    tools = all(shutil.which(tool) for tool in ("apt-get", "dpkg-deb"))
    return bool(is_debian and tools and KEYRING.exists())


def mirror():
    """The address of the Debian mirror in the machine's own apt configuration.

    `apt-get indextargets` knows nothing before the first `apt-get update`; then the
    sources files are read instead.

    :raises SetupError: when neither names a mirror
    """
    listed = processes.run(
        ["apt-get", "indextargets", "--format", "$(ORIGIN)|$(SITE)"],
        purpose="Asking apt for its mirror",
    )
    sites = [line.split("|", 1) for line in listed.splitlines() if "|" in line]
    debian = [site for origin, site in sites if origin == "Debian" and site]
    candidates = [site for site in debian if "security" not in site]
    candidates += _sites_in_sources()
    if not candidates:
        raise SetupError(
            "The apt configuration of this machine names no Debian mirror.",
            "Add one below /etc/apt, or set ODOO_SOURCE to a folder with Odoo 19.0.",
        )
    return candidates[0]


def _sites_in_sources(folder=Path("/etc/apt")):
    """The archive addresses in one-line and deb822 sources, security left out."""
    files = [folder / "sources.list", *sorted(folder.glob("sources.list.d/*"))]
    pattern = re.compile(
        r"^(?:deb\s+(?:\[[^\]]*\]\s+)?|URIs:\s*)(?P<site>\S+/debian/?)(?:\s|$)",
        re.MULTILINE,
    )
    return [
        match["site"]
        for file in files
        if file.suffix in (".list", ".sources") and file.is_file()
        for match in pattern.finditer(file.read_text())
    ]


class Archive:
    """A private view of the archive, kept in one folder.

    :param folder: where lists and downloads go; created when missing
    """

    def __init__(self, folder):
        self.folder = Path(folder)
        self.sources = self.folder / "debian.sources"

    def update(self):
        """Fetch the list of packages and check its signature."""
        for part in ("lists/partial", "cache/archives/partial"):
            (self.folder / part).mkdir(parents=True, exist_ok=True)
        self.sources.write_text(
            "Types: deb\n"
            f"URIs: {mirror()}\n"
            f"Suites: {_SUITE}\n"
            "Components: main\n"
            f"Signed-By: {KEYRING}\n"
        )
        self._apt("update")

    def download(self, packages, target):
        """Download packages into a folder; apt checks each against the signed list.

        :return: the downloaded files
        """
        target.mkdir(parents=True, exist_ok=True)
        self._apt("download", *packages, cwd=target)
        return sorted(target.glob("*.deb"))

    def version(self, package):
        """The version that the archive has now."""
        shown = self._apt("show", package, tool="apt-cache")
        match = re.search(r"^Version: (\S+)$", shown, re.MULTILINE)
        if not match:
            raise SetupError(f"The Debian archive has no package {package}.")
        return match[1]

    def _apt(self, *arguments, tool="apt-get", cwd=None):
        options = {
            "Dir::Etc::sourcelist": self.sources,
            "Dir::Etc::sourceparts": "/dev/null",
            "Dir::State::Lists": self.folder / "lists",
            "Dir::Cache": self.folder / "cache",
            # Without it an update that reached nothing counts as done.
            "APT::Update::Error-Mode": "any",
            # Not every user may switch to apt's own download user.
            "APT::Sandbox::User": "",
        }
        flags = [
            part for key, value in options.items() for part in ("-o", f"{key}={value}")
        ]
        return processes.run(
            [tool, "-q", *flags, *arguments],
            purpose="Reading the Debian archive",
            remedy="Check the network, or set ODOO_SOURCE to a folder with Odoo 19.0.",
            env=processes.environment(LC_ALL="C.UTF-8"),
            cwd=cwd,
        )


def unpack(packages, prefix):
    """Extract packages below a folder; nothing is installed and no script runs."""
    for package in packages:
        processes.run(
            ["dpkg-deb", "-x", package, prefix], purpose=f"Unpacking {package.name}"
        )
