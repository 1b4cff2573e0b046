"""Judges pages with axe-core in the browser.

Not what frames hold: the suite shows messages in frames that run no script, and axe
would wait for an answer from them.
"""

import json

from toolkit import paths

_AXE = paths.REPOSITORY / "node_modules" / "axe-core" / "axe.min.js"
_RUN = """
axe.run(document, {resultTypes: ['violations'], iframes: false}).then(({violations}) =>
    violations.map(({id, impact, help, nodes}) => ({
        id, impact, help, where: nodes.map(({target}) => target.join(' ')),
    }))
)
"""
_SERIOUS = ("serious", "critical")


def serious_findings(browser):
    """Return the serious findings about the open page, as readable texts."""
    browser.evaluate(_AXE.read_text() + "; true")
    return [
        f"{finding['id']} ({finding['impact']}): {finding['help']}: "
        + json.dumps(finding["where"][:3])
        for finding in browser.evaluate(_RUN)
        if finding["impact"] in _SERIOUS
    ]
