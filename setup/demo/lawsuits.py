"""What became of claims that a person handed over: cases, costs, dossiers."""

from . import users
from .names import recall

_REASON = "Geen betaling en geen antwoord na de ingebrekestelling."
_NEXT_STEP = "Minnelijke aanmaning door de gerechtsdeurwaarder"


def hand_over(env, company, day):
    """The approver hands everything that was proposed to the bailiff."""
    waiting = env["ar.dunning.notice"].search(
        [
            ("company_id", "=", company.id),
            ("state", "=", "proposed"),
            ("kind", "=", "handover"),
        ]
    )
    tracks = env["ar.legal.track"]
    for notice in waiting.with_user(users.user(env, "approver")):
        track = tracks._proposed_for(company, notice.debtor_id)
        notice._hand_over(
            {
                "reason": _REASON,
                "track_id": track.id,
                "party_role": "bailiff",
                "party_id": recall(env, "bailiff").id,
                "next_step": _NEXT_STEP,
                "user_id": users.user(env, "accountant").id,
            },
            {company: day},
        )
