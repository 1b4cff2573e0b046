"""Let the fast tests import `ar_x.rules` without running the addon's own package.

The package of an addon imports Odoo. An empty stand-in with the addon's path takes its
place, so that `from ar_dunning.rules.levels import Level` works without Odoo and
without a database.
"""

import sys
import types
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]

for folder in (
    REPOSITORY / "tests",
    REPOSITORY / "tests" / "acceptance",
    REPOSITORY / "setup",
):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

for manifest in sorted((REPOSITORY / "addons").glob("*/__manifest__.py")):
    package = types.ModuleType(manifest.parent.name)
    package.__path__ = [str(manifest.parent)]
    sys.modules.setdefault(package.__name__, package)
