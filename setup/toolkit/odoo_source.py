"""Provide Odoo 19.0 Community and make it importable in our environment."""

import ast
import fcntl
import os
import re
import shutil
from contextlib import contextmanager
from pathlib import Path

from . import archive, odoo_repairs, paths, processes
from .console import SetupError

SERIES = "19.0"
PACKAGE = "odoo-19"
# Odoo's package links to files of these instead of carrying copies.
COMPANIONS = (
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-font-awesome",
    "fonts-glyphicons-halflings",
    "fonts-inconsolata",
    "fonts-montserrat",
    "fonts-ocr-b",
    "fonts-roboto-unhinted",
    "gsfonts",
)
_REPOSITORY = "https://github.com/odoo/odoo.git"


def provide(say=print):
    """Return the folder that holds the package `odoo`, fetched if need be.

    In this order: ODOO_SOURCE, the cache, the Debian archive, a git clone.

    :param say: told what takes long
    :raises SetupError: when no way works, or the source is not Odoo 19.0
    """
    own = os.environ.get("ODOO_SOURCE")
    if own:
        return _checked(Path(own).expanduser().resolve(), "ODOO_SOURCE")
    home = paths.cache() / "odoo"
    with _only_one(home / "fetching.lock"):
        ready = _from_cache(home)
        if ready:
            return ready
        fetch = _from_archive if archive.usable() else _from_git
        say("   fetching Odoo (once per user, about 130 MB) …")
        return fetch(home)


def version_of(source):
    """The exact version of a source folder, for stamps and cache keys."""
    release = (source / "odoo" / "release.py").read_text()
    info = re.search(r"^version_info = (\(.*\))$", release, re.MULTILINE)
    names = {"FINAL": "'final'", "RELEASE_CANDIDATE": "'candidate'"}
    text = info[1] if info else "()"
    for name, value in names.items():
        text = text.replace(name, value)
    return ".".join(str(part) for part in ast.literal_eval(text)[:2])


def link_into(site_packages, source):
    """Make the source importable as `odoo` and known to pip as `odoo` 19.0.

    Wheels of OCA addons require the distribution `odoo`; there is none on PyPI, so
    its metadata is written here and the source is named in a path file.
    """
    (site_packages / "odoo-source.pth").write_text(f"{source}\n")
    info = site_packages / f"odoo-{SERIES}.dist-info"
    info.mkdir(exist_ok=True)
    files = {
        "METADATA": f"Metadata-Version: 2.1\nName: odoo\nVersion: {SERIES}\n",
        "INSTALLER": "setup/prepare\n",
        "WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    for name, text in files.items():
        (info / name).write_text(text)
    listed = [f"{info.name}/{name},," for name in [*files, "RECORD"]]
    (info / "RECORD").write_text("\n".join(["odoo-source.pth,,", *listed]) + "\n")


def _checked(source, origin):
    """The source folder, after a look that it is Odoo of our series."""
    release = source / "odoo" / "release.py"
    addons = [source / "odoo" / "addons" / "base", source / "addons" / "account"]
    packaged = source / "odoo" / "addons" / "account"
    if not release.exists() or not addons[0].exists():
        raise SetupError(
            f"{origin}: {source} holds no Odoo (no odoo/release.py).",
            "Name the folder that contains odoo/ and addons/ of branch 19.0.",
        )
    if version_of(source) != SERIES:
        raise SetupError(
            f"{origin}: {source} is Odoo {version_of(source)}, {SERIES} is needed."
        )
    if not addons[1].exists() and not packaged.exists():
        raise SetupError(
            f"{origin}: {source} has no addons (no module account).",
            "Name the folder that contains odoo/ and addons/ of branch 19.0.",
        )
    return source


def _from_cache(home):
    """The source fetched earlier, or None. Complete ones only: see _publish."""
    current = home / "current"
    if not current.exists():
        return None
    source = (current.resolve() / "source").resolve()
    return _checked(source, "The cache")


def _publish(building, name, source):
    """Move a complete source into place and point `current` to it, atomically."""
    odoo_repairs.apply(source)
    _checked(source, "The download")
    (building / "source").symlink_to(source.relative_to(building))
    target = building.parent / name
    shutil.rmtree(target, ignore_errors=True)
    building.rename(target)
    link = building.parent / "current.new"
    link.unlink(missing_ok=True)
    link.symlink_to(name)
    link.rename(building.parent / "current")
    return (target / "source").resolve()


def _from_archive(home):
    """Unpack Debian's package and what its links point to."""
    debian = archive.Archive(home / "apt")
    debian.update()
    version = debian.version(PACKAGE)
    building, downloads = home / "building", home / "downloads"
    shutil.rmtree(building, ignore_errors=True)
    shutil.rmtree(downloads, ignore_errors=True)
    building.mkdir(parents=True)
    archive.unpack(debian.download([PACKAGE, *COMPANIONS], downloads), building)
    shutil.rmtree(downloads)
    source = building / "usr" / "lib" / "python3" / "dist-packages"
    # Left over from the package's build: a second, incomplete copy of the addons, and
    # names that would hide packages of ours.
    for leftover in ("addons", "doc", "setup"):
        shutil.rmtree(source / leftover, ignore_errors=True)
    for metadata in source.glob("odoo-*.egg-info"):
        shutil.rmtree(metadata)
    return _publish(building, f"debian-{version}", source)


def _from_git(home):
    """Clone the newest commit of the branch."""
    building = home / "building"
    shutil.rmtree(building, ignore_errors=True)
    source = building / "checkout"
    processes.run(
        [
            *("git", "clone", "--quiet", "--depth", "1", "--single-branch"),
            *("--branch", SERIES, _REPOSITORY, source),
        ],
        purpose="Cloning Odoo",
        remedy=(
            "Check the network and that git is installed, or set ODOO_SOURCE to a"
            " folder with Odoo 19.0."
        ),
    )
    commit = processes.run(
        ["git", "-C", source, "rev-parse", "--short", "HEAD"], purpose="Reading git"
    ).strip()
    return _publish(building, f"git-{commit}", source)


@contextmanager
def _only_one(path):
    """Let one process at a time fetch: clones may be prepared side by side."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
