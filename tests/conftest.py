"""Let the fast tests find their helpers, and the rules of addons without Odoo."""

import sys
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]

for folder in (
    REPOSITORY / "tests",
    REPOSITORY / "tests" / "acceptance",
    REPOSITORY / "setup",
):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

from toolkit import rules_alone  # noqa: E402

rules_alone.make_importable()
