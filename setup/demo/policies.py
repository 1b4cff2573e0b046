"""Claim types, who may see them, and the settings of each company."""

from . import entities, users
from .companies import company
from .names import recall, remember

# Above this amount, in euro, the proposer of a run does not approve it alone.
_FOUR_EYES_AMOUNT = 2500


def set_up(env):
    """Give every journal its claim type and switch the follow-up on.

    Which procedure a claim follows is left to the segments that every company gets.
    """
    group = env["res.groups"].create(
        {
            "name": "Sociale vorderingen OCMW",
            "comment": "Ziet de vorderingen van de sociale dienst.",
        }
    )
    remember(env, users.SOCIAL_GROUP, group)
    for entity in entities.ENTITIES:
        for spec in entity.journals:
            _give_type(env, entity, spec.code, _claim_type(env, entity, spec))
        if entity.opening:
            first = _claim_type(env, entity, entity.journals[0])
            _give_type(env, entity, entities.OPENING_JOURNAL, first)
        _switch_on(env, entity)


def _give_type(env, entity, code, claim_type):
    recall(env, f"journal_{entity.key}_{code}").ar_claim_type_id = claim_type


def _claim_type(env, entity, spec):
    shared = env.ref(f"ar_dunning.claim_type_{spec.nature}")
    if not spec.sensitive:
        return shared
    # Restricted to a group that only this company has.
    restricted = shared.copy(
        {
            "company_id": company(env, entity.key).id,
            "access_group_id": recall(env, users.SOCIAL_GROUP).id,
        }
    )
    return remember(env, f"claim_type_{spec.nature}", restricted)


def _switch_on(env, entity):
    owner = company(env, entity.key)
    owner.write(
        {
            "ar_enabled": True,
            "ar_four_eyes_amount": _FOUR_EYES_AMOUNT,
            "ar_bank_account_id": owner.partner_id.bank_ids[0].id,
        }
    )
