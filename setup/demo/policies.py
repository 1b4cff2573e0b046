"""Claim types, who may see them, and which procedure each claim follows."""

from . import entities, users
from .companies import company
from .names import recall, remember

_TYPE_NAMES = {
    "municipal_tax": "Gemeentebelasting",
    "municipal_retribution": "Retributie",
    "administrative_fine": "Administratieve geldboete",
    "private_contract": "Overeenkomst",
    "rent": "Huur",
    "social_claim": "Sociale vordering",
}


def set_up(env):
    """Give every journal its claim type and every company its segments."""
    group = env["res.groups"].create(
        {
            "name": "Sociale vorderingen OCMW",
            "comment": "Ziet de vorderingen van de sociale dienst.",
        }
    )
    remember(env, users.SOCIAL_GROUP, group)
    for entity in entities.ENTITIES:
        for spec in entity.journals:
            journal = recall(env, f"journal_{entity.key}_{spec.code}")
            journal.ar_claim_type_id = _claim_type(env, entity, spec)
        if entity.opening:
            opening = recall(env, f"journal_{entity.key}_{entities.OPENING_JOURNAL}")
            opening.ar_claim_type_id = recall(
                env, f"journal_{entity.key}_{entity.journals[0].code}"
            ).ar_claim_type_id
        _segments(env, entity)


def _claim_type(env, entity, spec):
    known = env.ref(f"ar_demo.claim_type_{spec.nature}", raise_if_not_found=False)
    if known:
        return known
    facts = {
        "name": _TYPE_NAMES[spec.nature],
        "code": spec.nature,
        "nature": spec.nature,
        "sensitive": spec.sensitive,
    }
    if spec.sensitive:
        facts |= {
            "company_id": company(env, entity.key).id,
            "access_group_id": recall(env, users.SOCIAL_GROUP).id,
        }
    return remember(
        env, f"claim_type_{spec.nature}", env["ar.claim.type"].create(facts)
    )
