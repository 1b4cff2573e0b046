"""setup/readme: write README.md of each addon from its fragments.

With --check nothing is written; it ends with an error when one is out of date.
"""

import argparse

from .. import readme
from ..console import say


def main():
    """Write or check; return 1 when --check finds something."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing")
    if parser.parse_args().check:
        stale = readme.stale()
        if stale:
            say(f"Out of date, run setup/readme: {', '.join(stale)}")
        return 1 if stale else 0
    for addon in readme.addons():
        (addon / "README.md").write_text(readme.render(addon))
    return 0
