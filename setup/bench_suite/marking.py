"""What a payment costs when some claims are for few eyes: its money is marked."""

from datetime import date

from .meter import measured


def payments(env, on, number):
    """Measure payments in ordinary journals, alone and beside a restricted journal.

    Nothing of it is kept.

    :param on: the day of the benchmark, ISO text
    :param number: payments of each measurement
    :return: measurements {"plain", "marked"}
    """
    on = date.fromisoformat(on)
    found = {"plain": _pay(env, on, number)}
    _restrict_a_journal(env)
    found["marked"] = _pay(env, on, number)
    env.cr.rollback()
    env.invalidate_all(flush=False)
    return found


def _pay(env, on, number):
    """Measure the payments, one after the other, each with what a commit would do."""
    moves = env["account.move"].search(
        [
            ("move_type", "=", "out_invoice"),
            ("state", "=", "posted"),
            ("payment_state", "=", "not_paid"),
            ("currency_id", "=", env.company.currency_id.id),
        ],
        limit=number + 1,
    )
    # The first one loads what a server that runs since the morning has loaded.
    _pay_one(env, moves[:1], on)
    with measured(env) as result:
        for move in moves[1:]:
            _pay_one(env, move, on)
        result["rows"] = len(moves) - 1
    return result


def _pay_one(env, move, on):
    payments = env["account.payment.register"].with_context(
        active_model="account.move", active_ids=move.ids
    )
    payments.create({"payment_date": on}).action_create_payments()
    # What is written around a payment is written at the end of the transaction.
    env.cr.flush()


def _restrict_a_journal(env):
    """From now on every payment could be about a claim that not everybody may see."""
    group = env["res.groups"].create({"name": "Social"})
    kind = env["ar.claim.type"].create(
        {"name": "Social", "code": "social", "access_group_id": group.id}
    )
    env["account.journal"].create(
        {
            "name": "Social",
            "code": "SOC",
            "type": "sale",
            "company_id": env.company.id,
            "ar_claim_type_id": kind.id,
        }
    )
    env.cr.flush()
