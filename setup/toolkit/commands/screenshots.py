"""setup/screenshots: take the pictures of the README and the user guides.

Needs a running Odoo with the demo (./setup/run) and a browser. Writes one PNG per
screen; with --all every screen of the suite, not only those that the guides show.

--first-procedure follows docs/guides/first-procedure.md click by click, in a database
of its own, and takes the pictures of that guide.
"""

import argparse
import tempfile
from pathlib import Path

from .. import paths, postgres, printing, screenshots
from ..console import SetupError, say, step
from . import prepare


def main():
    """Take the pictures."""
    options = _options()
    prepare.development()
    from ..browser import Browser  # its library comes with the preparation

    program = printing.browser()
    if program is None:
        raise SetupError("There is no browser.", "Install it: apt-get install chromium")
    if options.first_procedure:
        _first_procedure(program, options.output)
        return
    pages = screenshots.chosen(options.only, everything=options.all)
    if not pages:
        raise SetupError(
            f"No screen is called {options.only}.",
            "Known are: "
            + ", ".join(page.name for page in screenshots.chosen(everything=True)),
        )
    options.output.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile,
        Browser(program, profile) as browser,
    ):
        camera = screenshots.Camera(browser, options.address, options.output)
        camera.log_in(options.login, options.password or options.login)
        camera.find_links(pages)
        for page in pages:
            with step(page.name):
                camera.take(page)
    say(f"\n{len(pages)} pictures in {options.output}")


def _first_procedure(program, folder):
    from .. import first_procedure

    folder.mkdir(parents=True, exist_ok=True)
    with postgres.serving() as server:
        seconds = first_procedure.go_through(server, program, folder)
    say(f"\nThe guide works: {sum(seconds.values()):.0f} s of clicks.")


def _options():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--address", default="http://127.0.0.1:8069", metavar="URL")
    parser.add_argument("--login", default="admin")
    parser.add_argument("--password", help="the login, unless given")
    parser.add_argument(
        "--output", type=Path, default=paths.REPOSITORY / "docs" / "images"
    )
    parser.add_argument("--only", metavar="NAME", help="one screen")
    parser.add_argument(
        "--first-procedure", action="store_true", help="try the guide of that name"
    )
    parser.add_argument("--all", action="store_true", help="every screen")
    return parser.parse_args()
