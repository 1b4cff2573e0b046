"""Provide what printing and browser tests need beyond Python packages.

Each capability is tried. What is missing is installed from the system's packages when
we are root on a system with apt; otherwise the command to install it is printed, and
the feature says that it is missing when it is used.
"""

import os
import shutil
import subprocess
from dataclasses import dataclass, field

from . import paths, processes
from .console import SetupError, say, warn


@dataclass(frozen=True)
class Capability:
    """Something that can be printed or shown.

    :ivar name: what works when it is there
    :ivar lost: what does not work without it, a sentence
    :ivar trial: a command that succeeds when it is there
    :ivar expected: text that the command must print
    :ivar packages: the system packages that bring what it needs
    """

    name: str
    lost: str
    trial: list
    expected: str = ""
    packages: tuple = field(default=())

    def works(self):
        """Whether the trial succeeds."""
        try:
            done = subprocess.run(
                [str(part) for part in self.trial],
                env=processes.environment(),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return False
        return done.returncode == 0 and self.expected in done.stdout + done.stderr


_BAR_CODE = (
    "from reportlab.graphics.barcode import createBarcodeDrawing as draw;"
    "draw('QR', value='x', format='png').asString('png')"
)
DOCUMENTS = Capability(
    "Odoo's documents as PDF (wkhtmltopdf)",
    "Odoo's own documents (invoices) cannot be printed.",
    [paths.VENV / "programs" / "wkhtmltopdf", "--version"],
    "with patched qt",
    ("libxrender1", "libxext6", "libx11-6", "libfontconfig1", "fonts-dejavu-core"),
)
LETTERS = Capability(
    "letters as PDF (WeasyPrint)",
    "Letters cannot be printed.",
    [paths.VENV_PYTHON, "-c", "import weasyprint"],
    "",
    ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "fonts-dejavu-core"),
)
BAR_CODES = Capability(
    "bar codes and QR codes",
    "Bar codes and QR codes cannot be drawn.",
    [paths.VENV_PYTHON, "-c", _BAR_CODE],
    "",
    ("libcairo2", "libfreetype6"),
)
CODE_READERS = Capability(
    "reading QR codes in tests (ZBar)",
    "Tests that read QR codes with ZBar are skipped.",
    [paths.VENV_PYTHON, "-c", "import pyzbar.pyzbar"],
    "",
    ("libzbar0",),
)


def browser():
    """The browser for tests, or None: the first of those Odoo looks for."""
    for name in ("google-chrome", "chromium", "chromium-browser", "chrome"):
        found = shutil.which(name)
        if found:
            return found
    return None


def provide(tests=False):
    """Try each capability, mend what can be mended, name what stays missing.

    :param tests: whether what only tests need is wanted too: browser, code readers
    """
    programs()
    wanted = [DOCUMENTS, LETTERS, BAR_CODES]
    if tests:
        wanted += [_browser(), CODE_READERS]
    stamp = paths.VENV / "printing"
    known = stamp.read_text().splitlines() if stamp.exists() else []
    missing = [one for one in wanted if one.name not in known and not one.works()]
    if missing:
        missing = _install(missing, wanted)
    for capability in missing:
        warn(f"{capability.lost} {_hint(capability)}")
    working = [one.name for one in wanted if one not in missing]
    stamp.write_text("".join(f"{name}\n" for name in working))


def programs():
    """A folder for the front of PATH, with the wkhtmltopdf of our environment.

    The one of Debian is built without the patched Qt: it prints no header or footer
    and refuses several documents at once.
    """
    folder = paths.VENV / "programs"
    folder.mkdir(exist_ok=True)
    packed = paths.VENV / "bin" / "wkhtmltopdf-pack"
    link = folder / "wkhtmltopdf"
    if packed.exists() and not link.exists():
        link.symlink_to(packed)
    return folder


def _browser():
    return Capability(
        "browser tests (Chromium)",
        "Tests in a browser are skipped.",
        [browser() or "chromium", "--version"],
        "Chrom",
        ("chromium",),
    )


def _install(missing, wanted):
    """Install system packages for what is missing; return what still is."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return missing
    packages = sorted({name for one in missing for name in one.packages})
    say(f"   installing system packages: {' '.join(packages)} …")
    for attempt in (["update"], ["install", "-y", "--no-install-recommends"]):
        arguments = attempt if attempt == ["update"] else [*attempt, *packages]
        try:
            processes.run(
                ["apt-get", "-q", *arguments],
                purpose="Installing system packages",
                env=processes.environment(DEBIAN_FRONTEND="noninteractive"),
            )
        except SetupError as error:
            warn(f"{error.message} {error.remedy.splitlines()[-1:]}")
            return missing
    names = {one.name for one in missing}
    renewed = [_browser() if one.packages == ("chromium",) else one for one in wanted]
    return [one for one in renewed if one.name in names and not one.works()]


def _hint(capability):
    packages = " ".join(capability.packages)
    return f"To mend: sudo apt-get install {packages}"
