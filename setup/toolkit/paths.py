"""Where things lie: the repository, the user's cache, this clone's server."""

import hashlib
import os
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
ADDONS = REPOSITORY / "addons"
SETUP = REPOSITORY / "setup"
VENV = REPOSITORY / ".venv"
VENV_PYTHON = VENV / "bin" / "python"


def cache():
    """The folder that all clones of this user share (downloads, byte code)."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return Path(base) / "ar-suite"


def clone_key():
    """A short name for this clone: several clones must never share a server."""
    digest = hashlib.sha256(str(REPOSITORY).encode()).hexdigest()[:8]
    return f"{REPOSITORY.name}-{digest}"


def server_home():
    """The folder of everything that belongs to this clone's database server.

    PostgreSQL refuses to run as root, so for root it runs as another user, who
    must be able to enter the folder: root's own cache is often closed.
    """
    base = cache()
    if os.geteuid() == 0 and not open_to_all(base):
        base = Path("/var/cache/ar-suite")
    return base / "servers" / clone_key()


def open_to_all(folder):
    """Whether every user may enter the folder and each of its parents.

    Folders that do not exist yet are judged by their first existing parent.
    """
    folder = Path(folder).absolute()
    return all(
        parent.stat().st_mode & 0o001
        for parent in [folder, *folder.parents]
        if parent.exists()
    )


def byte_code():
    """Where compiled Python goes: the source trees stay clean and start fast."""
    return cache() / "pycache"
