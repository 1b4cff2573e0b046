"""Fetch the addon that ours is compared with into a folder of its own.

It must never come near the addons path of the product, so it is not installed into the
environment; only the processes that measure it know the folder.
"""

import hashlib
import importlib.metadata
import shutil
import sys

from toolkit import paths, processes
from toolkit.console import SetupError

_REQUIREMENTS = paths.REPOSITORY / "requirements-bench.txt"
_DISTRIBUTION = "odoo-addon-account-credit-control"


class PeerPackage:
    """The unpacked wheel.

    :ivar addons: the folder to add to the addons path
    :ivar version: the installed version
    """

    def __init__(self, folder):
        self.addons = folder / "odoo" / "addons"
        found = importlib.metadata.distributions(name=_DISTRIBUTION, path=[str(folder)])
        self.version = next((each.version for each in found), None)


def provide():
    """Return the package, fetched from the package index the first time.

    :raises SetupError: when it cannot be had
    """
    stamp = hashlib.sha256(_REQUIREMENTS.read_bytes()).hexdigest()[:10]
    folder = paths.cache() / "bench" / stamp
    if not folder.exists():
        building = folder.with_name(f"{stamp}.building")
        shutil.rmtree(building, ignore_errors=True)
        processes.run(
            # Without its dependencies: Odoo itself is there, but not as a package.
            [*_installer(), "--no-deps", "--target", building, "-r", _REQUIREMENTS],
            purpose="Fetching the addon to compare with",
            remedy="Check that a package index can be reached, or leave out --peer.",
            env=processes.environment(PIP_DISABLE_PIP_VERSION_CHECK="1"),
        )
        building.rename(folder)
    package = PeerPackage(folder)
    if not package.version:
        raise SetupError(f"There is no {_DISTRIBUTION} in {folder}.")
    return package


def _installer():
    uv = shutil.which("uv")
    if uv:
        return [uv, "pip", "install", "--quiet", "--python", paths.VENV_PYTHON]
    return [sys.executable, "-m", "pip", "install", "--quiet"]
