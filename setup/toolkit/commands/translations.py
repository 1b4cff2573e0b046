"""setup/translations: bring the translation files of the addons up to date.

Exports all texts from a fresh database, merges them into i18n/*.po, and says what is
left to translate. Ends with an error when something is.
"""

from .. import postgres
from ..console import say, step
from . import prepare


def main():
    """Export, merge and report; return 1 when texts are not translated."""
    prepare.development()
    # What these import exists in the environment only.
    from .. import translations
    from ..databases import Databases

    with postgres.serving() as server:
        with step("Texts of the addons"):
            exported = translations.export(Databases(server))
        missing = 0
        for module, source in sorted(exported.items()):
            for language, count in translations.merge(module, source).items():
                if count:
                    say(f"   {module}: {language}: {count} texts to translate")
                missing += count
    say("All texts are translated." if not missing else f"{missing} texts are missing.")
    return 1 if missing else 0
