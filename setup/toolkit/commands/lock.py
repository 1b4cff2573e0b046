"""setup/lock: pin the versions of all Python packages (*.in -> *.txt).

Needs uv and the Debian archive or a source of Odoo: OCA wheels require a distribution
`odoo`, for which a stand-in is made while versions are resolved.
"""

import shutil
import tempfile
import zipfile
from pathlib import Path

from .. import odoo_source, paths, processes
from ..console import SetupError, step

_OLDEST = "3.10"
_FILES = ("requirements", "requirements-dev", "requirements-bench")
_HEADER = "# Written by setup/lock from {name}.in; change that file instead.\n"


def main():
    """Write every requirements file anew."""
    uv = shutil.which("uv")
    if not uv:
        raise SetupError("Pinning needs uv.", "Install it: pipx install uv")
    with tempfile.TemporaryDirectory() as scratch:
        stand_in(Path(scratch))
        for name in _FILES:
            with step(f"{name}.txt"):
                _pin(uv, name, scratch)


def stand_in(folder):
    """Write an empty wheel of the distribution `odoo` into the folder."""
    series = odoo_source.SERIES
    name = f"odoo-{series}"
    metadata = f"{name}.dist-info"
    files = {
        "METADATA": f"Metadata-Version: 2.1\nName: odoo\nVersion: {series}\n",
        "WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "RECORD": "",
    }
    with zipfile.ZipFile(folder / f"{name}-py3-none-any.whl", "w") as wheel:
        for file, text in files.items():
            wheel.writestr(f"{metadata}/{file}", text)


def _pin(uv, name, links):
    target = paths.REPOSITORY / f"{name}.txt"
    pinned = processes.run(
        [
            *(uv, "pip", "compile", "--quiet", "--universal", "--no-header"),
            *("--python-version", _OLDEST, "--fork-strategy", "fewest"),
            *("--find-links", links, "--no-emit-package", "odoo"),
            *("--no-emit-find-links", "--no-emit-index-url", f"{name}.in"),
        ],
        purpose=f"Pinning {name}",
        cwd=paths.REPOSITORY,
    )
    text, _, _ = pinned.partition("\n# The following packages were excluded")
    target.write_text(_HEADER.format(name=name) + text.rstrip() + "\n")
