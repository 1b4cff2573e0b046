"""What a simulation takes for granted when nobody says otherwise."""

from ar_dunning.rules.assumptions import Assumptions


def test_unless_said_otherwise_all_is_approved_at_once_and_nobody_pays():
    assumed = Assumptions()
    assert assumed.approval_days == 0
    assert assumed.payment_percentage == 0
    assert assumed.payment_days == 0
