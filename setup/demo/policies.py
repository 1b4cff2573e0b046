"""Claim types, who may see them, and the settings of each company: entity files."""

from pathlib import Path

from . import users
from .companies import company
from .names import remember

_FILES = Path(__file__).parents[1] / "entities"
_SOCIAL = "social_claim"


def set_up(env):
    """Apply the file of each entity, as setup/entity does.

    Which procedure a claim follows is left to the segments that every company gets.
    """
    for name in ("stad", "ocmw", "agb"):
        text = (_FILES / f"{name}.yaml").read_text(encoding="utf-8")
        env["ar.config.file"]._load(text)
    restricted = env["ar.claim.type"].search(
        [("code", "=", _SOCIAL), ("company_id", "=", company(env, "welfare").id)]
    )
    remember(env, f"claim_type_{_SOCIAL}", restricted)
    remember(env, users.SOCIAL_GROUP, restricted.access_group_id)
