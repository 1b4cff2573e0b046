"""Make the virtual environment and install pinned requirements into it."""

import hashlib
import os
import shutil
import sys
import sysconfig
from pathlib import Path

from . import paths, processes
from .console import SetupError

# Draws bar codes for reportlab where rl-renderpm has no wheel.
_RENDERER = "rlpycairo==0.4.0"


def site_packages():
    """Where the environment keeps its packages."""
    version = "python{}.{}".format(*sys.version_info[:2])
    found = sorted((paths.VENV / "lib").glob("python3.*/site-packages"))
    return found[0] if found else paths.VENV / "lib" / version / "site-packages"


def create():
    """Make `.venv` with the running Python, unless it is there and works."""
    if paths.VENV_PYTHON.exists() and _works():
        return
    shutil.rmtree(paths.VENV, ignore_errors=True)
    uv = shutil.which("uv")
    if uv:
        processes.run(
            [uv, "venv", "--quiet", "--python", sys.executable, paths.VENV],
            purpose="Making the virtual environment",
        )
        return
    _require_ensurepip()
    processes.run(
        [sys.executable, "-m", "venv", paths.VENV],
        purpose="Making the virtual environment",
        remedy=_venv_hint(),
    )


def install(requirements):
    """Install a file of pinned packages, with uv where it is present, else with pip.

    Skipped when the same file was installed before.

    :param requirements: path of a requirements file
    :return: whether anything was installed
    """
    stamp = paths.VENV / "installed"
    wanted = _fingerprint(requirements)
    done = stamp.read_text().split() if stamp.exists() else []
    if wanted in done:
        return False
    _install("-r", requirements)
    if _needs_other_renderer():
        # Its requirement pycairo has to be compiled; cairocffi takes that place.
        _install("--no-deps", _RENDERER)
    stamp.write_text("\n".join([*done, wanted]) + "\n")
    return True


def _install(*what):
    uv = shutil.which("uv")
    installer = (
        [uv, "pip", "install", "--quiet", "--python", paths.VENV_PYTHON]
        if uv
        else [paths.VENV_PYTHON, "-m", "pip", "install", "--quiet"]
    )
    processes.run(
        [*installer, *what],
        purpose="Installing Python packages",
        remedy="Check that a package index can be reached, then run the command again.",
        env=processes.environment(PIP_DISABLE_PIP_VERSION_CHECK="1"),
    )


def _needs_other_renderer():
    """Whether reportlab's own drawing back end has no wheel for this Python."""
    return sys.version_info[:2] >= (3, 13)


def _fingerprint(requirements):
    digest = hashlib.sha256(sys.version.encode())
    digest.update(requirements.read_bytes())
    return digest.hexdigest()


def _works():
    """Whether the environment's Python starts and is of a supported version."""
    try:
        version = processes.run(
            [paths.VENV_PYTHON, "-c", "import sys; print(*sys.version_info[:2])"],
            purpose="Trying the virtual environment",
        )
    except SetupError:
        return False
    return version.split() == [str(part) for part in sys.version_info[:2]]


def _require_ensurepip():
    """Debian splits this part of Python off; fetch it as root, else say how."""
    if _has_ensurepip():
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        processes.run(
            ["apt-get", "install", "-y", "-q", _venv_package()],
            purpose="Installing Python's venv",
            remedy=_venv_hint(),
        )
        if _has_ensurepip():
            return
    raise SetupError("This Python cannot make virtual environments.", _venv_hint())


def _has_ensurepip():
    bundled = Path(sysconfig.get_path("stdlib")) / "ensurepip"
    return bundled.exists()


def _venv_package():
    return "python{}.{}-venv".format(*sys.version_info[:2])


def _venv_hint():
    return f"Install it, then try again: sudo apt-get install {_venv_package()}"
