"""Let `ar_x.rules` be imported without running the addon's own package.

The package of an addon imports Odoo. An empty stand-in with the addon's path takes its
place, so that `from ar_dunning.rules.levels import Level` works without Odoo and
without a database.
"""

import sys
import types

from . import paths


def make_importable():
    """Put a stand-in for every addon of the repository among the modules."""
    for manifest in sorted(paths.ADDONS.glob("*/__manifest__.py")):
        package = types.ModuleType(manifest.parent.name)
        package.__path__ = [str(manifest.parent)]
        sys.modules.setdefault(package.__name__, package)
