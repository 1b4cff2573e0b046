"""Settings, people, procedures and who gets them of each company: entity files."""

from pathlib import Path

from . import users
from .companies import company
from .names import remember

_FILES = Path(__file__).parents[1] / "entities"
_SOCIAL = "social_claim"


def set_up(env):
    """Apply the file of each entity, as setup/entity does."""
    for text in _texts().values():
        env["ar.config.file"]._load(text)
    restricted = env["ar.claim.type"].search(
        [("code", "=", _SOCIAL), ("company_id", "=", company(env, "welfare").id)]
    )
    remember(env, f"claim_type_{_SOCIAL}", restricted)
    remember(env, users.SOCIAL_GROUP, restricted.access_group_id)


def unsettled(env):
    """What applying the files again would change, as sentences; empty: nothing."""
    return [
        f"{name} would change {row['section']} {row['key']} again"
        for name, text in _texts().items()
        for row in env["ar.config.file"]._load(text, dry_run=True)
        if row["action"] != "same"
    ]


def _texts():
    return {
        f"{name}.yaml": (_FILES / f"{name}.yaml").read_text(encoding="utf-8")
        for name in ("stad", "ocmw", "agb")
    }
