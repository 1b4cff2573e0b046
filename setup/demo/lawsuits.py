"""What became of claims that a person handed over: cases, costs, dossiers."""

from datetime import datetime, time, timedelta

from . import users
from .names import recall

_DAYS_TO_WRITE = 7
_REASON = "Geen betaling en geen antwoord na de ingebrekestelling."


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
        track = tracks._proposed_for(
            company, notice.debtor_id, notice.line_ids.claim_id
        )
        notice._hand_over(
            {
                "reason": _REASON,
                "track_id": track.id,
                "party_role": track.party_role,
                "party_id": recall(env, track.party_role).id,
                "next_step": False,
                "user_id": users.user(env, "accountant").id,
            },
            {company: day},
        )


def follow(env, company, day):
    """The bailiff who got the case of the cast has written to the debtor.

    He got the dossier on the day of the handover, and told what his letter costs.
    Nothing happens where that debtor has no case.
    """
    partner = recall(env, "debtor_bailiff")
    case = env["ar.legal.case"].search(
        [("partner_id", "=", partner.id), ("company_id", "=", company.id)]
    )
    if not case:
        return
    accountant = users.user(env, "accountant")
    case = case.with_user(accountant)
    morning = datetime.combine(day, time(9))
    env["ar.legal.handoff"].with_user(accountant)._make(case, morning)
    written = day + timedelta(days=_DAYS_TO_WRITE)
    [_received, in_default, *_later] = case.track_id.stage_ids
    case.write({"stage_id": in_default.id, "stage_on": written})
    env["ar.legal.cost"].with_user(accountant).create(
        {
            "case_id": case.id,
            "date": written,
            "kind": "registered_letter",
            "amount": 9.85,
            "paid_by": "party",
            "note": "Ingebrekestelling, niet ten laste van de consument",
        }
    )
