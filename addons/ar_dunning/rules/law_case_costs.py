"""Cases of costs and of the time before them: scales, fixed amounts, reminders."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from .grouping import group_amounts
from .law_arithmetic import scale_of
from .law_case_interest import count_interest
from .law_inputs import CaseError, Inputs
from .law_lookup import Law
from .scale import Scale, with_vat
from .waiting import WaitingPeriod

Answer = dict[str, Any]

NOTHING = Decimal("0.00")
CHANNELS = {"post": "letter", "letter": "letter", "email": "email"}
GROUPINGS = ("each", "together")


def fixed_amount_rule(code: str) -> Callable[[Inputs, Law], Answer]:
    """Return the rule for a fixed amount."""

    def rule(inputs: Inputs, law: Law) -> Answer:
        """The fixed amount for one claim: [principal], [on] -> amount."""
        principal = inputs.amount("principal", Decimal(1))
        row = law.tariff_row(code, inputs.day("on", None))
        return {"amount": scale_of(row).amount(principal)}

    return rule


def belgian_lump_sum(inputs: Inputs, law: Law) -> Answer:
    """The cap of art. XIX.4: outstanding, [on] -> amount, uncapped."""
    row = law.tariff_row("be_consumer_lump_sum", inputs.day("on", None))
    outstanding = inputs.amount("outstanding")
    return {
        "amount": scale_of(row).amount(outstanding),
        "uncapped": Scale(scale_of(row).brackets).amount(outstanding),
    }


def belgian_extra_reminder(inputs: Inputs, law: Law) -> Answer:
    """What a reminder of a regular supply may cost (art. XIX.2 § 2).

    unpaid_due_date (its place in the calendar year, from 1), [postage],
    [regular_supply], [on] -> amount.
    """
    row = law.tariff_row("be_extra_reminder", inputs.day("on", None))
    place = inputs.whole("unpaid_due_date", 1, 1000)
    postage = inputs.amount("postage", NOTHING)
    regular = inputs.flag("regular_supply", True)
    if not regular or place <= row.free_per_year:
        return {"amount": NOTHING}
    amount = scale_of(row).amount(Decimal(1))
    return {"amount": amount + postage if row.postage else amount}


def belgian_waiting_period(inputs: Inputs, law: Law) -> Answer:
    """The time after a first reminder to a consumer.

    sent_on, channel (post, email), [saturday_is_working] -> starts_on, last_day,
    claimable_from.
    """
    period = _belgian_period(inputs, law, inputs.day("sent_on"))
    return {
        "starts_on": period.starts_on,
        "last_day": period.last_day,
        "claimable_from": period.claimable_from,
    }


def belgian_consumer_claim(inputs: Inputs, law: Law) -> Answer:
    """What a consumer owes on a day beyond the principal (Book XIX).

    outstandings (of each debt), on, [sent_on] (of the first reminder; none was sent
    without it), [channel], [saturday_is_working], [paid_in_time], [clause] (the
    contract provides for the lump sum and the interest), [small_creditor], [grouping]
    (each, together) -> lump_sum, interest.
    """
    regime = law.regime("be_consumer")
    [cost] = [cost for cost in regime.costs if cost.tariff == "be_consumer_lump_sum"]
    debts = inputs.amounts("outstandings")
    debts = _after_payment(debts, inputs.amount("paid_in_time", NOTHING))
    on = inputs.day("on")
    clause = inputs.flag("clause", True)
    small = inputs.flag("small_creditor", False)
    grouping = inputs.choice("grouping", GROUPINGS, cost.grouping)
    sent_on = inputs.day("sent_on", None)
    period = _belgian_period(inputs, law, sent_on)
    if period is None or on < period.claimable_from:
        return {"lump_sum": NOTHING, "interest": NOTHING}
    scale = scale_of(law.tariff_row(cost.tariff, period.claimable_from))
    terms = regime.interest
    early = small and clause and terms.option == "sending"
    interest = count_interest(
        law.series(terms.series if clause else terms.otherwise),
        sum(debts),
        period.sent_on if early else period.last_day,
        on,
    )
    lump_sum = _by_scale(scale, debts, grouping) if clause else NOTHING
    return {"lump_sum": lump_sum, "interest": interest}


def dutch_collection_costs(inputs: Inputs, law: Law) -> Answer:
    """Collection costs on the sum of what is reminded together.

    principals, [vat] (the creditor may pass it on), [business], [on] -> amount (with
    VAT where it is passed on), net, vat, uncapped. The scale is the same for a business
    as for a consumer; a business owes its minimum without a letter.
    """
    row = law.tariff_row("nl_collection_costs", inputs.day("on", None))
    principals = inputs.amounts("principals")
    passed_on = inputs.flag("vat", False)
    inputs.flag("business", False)
    scale = scale_of(row)
    net = _by_scale(scale, principals, "together")
    net, vat, gross = with_vat(net, row.vat if passed_on and row.vat else Decimal(0))
    uncapped = _by_scale(Scale(scale.brackets), principals, "together")
    return {"amount": gross, "net": net, "vat": vat, "uncapped": uncapped}


def dutch_total(inputs: Inputs, law: Law) -> Answer:
    """Principal, collection costs and interest of a Dutch claim together.

    principal, due_on, paid_on, [business] -> costs, interest, total.
    """
    principal = inputs.amount("principal")
    due_on, paid_on = inputs.day("due_on"), inputs.day("paid_on")
    series = "nl_trade" if inputs.flag("business", False) else "nl_consumer"
    costs = scale_of(law.tariff_row("nl_collection_costs", paid_on)).amount(principal)
    interest = count_interest(law.series(series), principal, due_on, paid_on)
    return {
        "costs": costs,
        "interest": interest,
        "total": principal + costs + interest,
    }


def dutch_fourteen_day_letter(inputs: Inputs, law: Law) -> Answer:
    """The time after a fourteen-day letter.

    posted_on, [channel] (post, email), [weekend_extension] -> delivered_on, first_day,
    last_day, costs_from.
    """
    period = law.wait(
        "nl_fourteen_day_letter",
        CHANNELS[inputs.choice("channel", CHANNELS, "post")],
        inputs.day("posted_on"),
        saturday=False,
        extend=inputs.flag("weekend_extension", False),
    )
    return {
        "delivered_on": period.delivered_on,
        "first_day": period.starts_on,
        "last_day": period.last_day,
        "costs_from": period.claimable_from,
    }


def _belgian_period(
    inputs: Inputs, law: Law, sent_on: date | None
) -> WaitingPeriod | None:
    channel = CHANNELS[inputs.choice("channel", CHANNELS, "post")]
    saturday = inputs.flag("saturday_is_working", False)
    if sent_on is None:
        return None
    return law.wait("be_first_reminder", channel, sent_on, saturday, extend=False)


def _by_scale(scale: Scale, debts: list[Decimal], grouping: str) -> Decimal:
    items = [(place, None, amount) for place, amount in enumerate(debts)]
    groups = group_amounts(items, grouping).values()
    return sum((scale.amount(group.amount) for group in groups), NOTHING)


def _after_payment(debts: list[Decimal], paid: Decimal) -> list[Decimal]:
    """Return what is left of the debts; a payment settles the first ones first."""
    if paid < 0:
        raise CaseError("paid_in_time: an amount of zero or more is expected")
    left = []
    for debt in debts:
        part = min(debt, paid)
        left.append(debt - part)
        paid -= part
    return left
