"""What a statement of account adds up."""

# (code, last day late that belongs to it); days late as in `today - due date`.
BUCKETS = (("not_due", 0), ("1_30", 30), ("31_60", 60), ("61_90", 90))


def ageing(items):
    """Return {bucket code: sum} of open amounts by their age.

    What is due today is not late: it counts as not due yet. All buckets are there, in
    order, the empty ones with 0; their sum is the sum of the amounts.

    :param items: pairs (days late, amount)
    """
    sums = {code: 0 for code, _last in BUCKETS} | {"more": 0}
    for days, amount in items:
        code = next((code for code, last in BUCKETS if days <= last), "more")
        sums[code] += amount
    return sums
