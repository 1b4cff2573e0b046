"""Mend what Debian's build of Odoo lost, in the one place that knows of it.

Each repair can be applied again and changes nothing on a complete source, such as a
git clone. `tests/repo/test_core_repairs.py` guards every one.
"""

from pathlib import Path

# Raised when a repair changes, so that prepared sources are repaired again.
VERSION = 1


def apply(source):
    """Repair the Odoo source in this folder (the one that holds `odoo`)."""
    for repair in (_selfie_segmentation,):
        repair(Path(source))


def addon(source, name):
    """The folder of a core addon, in Debian's layout or that of a git clone."""
    packaged = source / "odoo" / "addons" / name
    return packaged if packaged.exists() else source / "addons" / name


def _selfie_segmentation(source):
    """Put a silent stand-in where the background blur of video calls was removed.

    The bundle of the back end names the file; without it every page logs an error in
    the browser console, which fails all browser tests. Video calls go without blur.
    """
    script = addon(source, "mail") / (
        "static/lib/selfie_segmentation/selfie_segmentation.js"
    )
    if not script.exists():
        script.parent.mkdir(parents=True, exist_ok=True)
        script.write_text("// Background blur is not part of this build.\n")
