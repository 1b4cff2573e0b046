"""Cases of the law, counted from the packs: what one asks, what the law answers.

Each rule takes plain inputs and gives plain answers: amounts as texts with two
decimals, days as 2026-01-31. No rate, scale or period stands here: they come from the
packs. What a rule takes and gives is said in its docstring, optional keys in brackets.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from . import law_case_costs as costs
from . import law_case_interest as interest
from . import references
from .imputation import COMPONENTS, impute
from .instalments import split
from .law_inputs import CaseError, Inputs
from .law_lookup import FindWorkingDays, Law
from .law_terms import Pack

Answer = dict[str, Any]
Rule = Callable[[Inputs, Law], Answer]

_MOST_DAYS = 2_000
_MOST_INSTALMENTS = 1_200
_MONTH = timedelta(days=31)


def run(
    rule: str,
    inputs: object,
    packs: Iterable[Pack],
    working_days: FindWorkingDays,
    more: Mapping[str, Rule] | None = None,
) -> Answer:
    """Return the plain answer of a rule to plain inputs.

    ``more`` are rules beside those of ``RULES``. Raises CaseError, whose text says what
    is missing or wrong.
    """
    rules = {**RULES, **(more or {})}
    if rule not in rules:
        [near] = get_close_matches(rule, rules, 1, 0)
        raise CaseError(f"there is no rule {rule}; the nearest is {near}")
    asked = Inputs(inputs)
    try:
        answer = rules[rule](asked, Law(tuple(packs), working_days))
    except CaseError:
        raise
    except (ValueError, LookupError, ArithmeticError) as error:
        raise CaseError(str(error)) from error
    asked.refuse_rest()
    return {key: _plain(value) for key, value in answer.items()}


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value


def imputation(inputs: Inputs, law: Law) -> Answer:
    """What a payment pays of one debt.

    payment, [costs], [interest], [principal], [order] (what it does not name comes
    last) -> costs, interest, principal, overpayment, and what is left of each:
    costs_left, interest_left, principal_left.
    """
    payment = inputs.amount("payment")
    debt = {part: inputs.amount(part, Decimal("0.00")) for part in COMPONENTS}
    named = inputs.words("order", COMPONENTS, COMPONENTS)
    order = (*named, *(part for part in COMPONENTS if part not in named))
    paid = impute(payment, **debt, order=order)
    answer = {part: getattr(paid, part) for part in COMPONENTS}
    left = {f"{part}_left": debt[part] - answer[part] for part in COMPONENTS}
    return {**answer, "overpayment": paid.overpayment, **left}


def instalments(inputs: Inputs, law: Law) -> Answer:
    """A plan in equal instalments: amount, count -> amounts."""
    amount = inputs.amount("amount")
    return {"amounts": split(amount, inputs.whole("count", 1, _MOST_INSTALMENTS))}


def working_days(inputs: Inputs, law: Law) -> Answer:
    """The day so many working days later, earlier below zero.

    country, from, days, [saturday_is_working] -> date.
    """
    country = inputs.text("country")
    first = inputs.day("from")
    count = inputs.whole("days", -_MOST_DAYS, _MOST_DAYS)
    saturday = inputs.flag("saturday_is_working", False)
    reach = timedelta(days=2 * abs(count)) + _MONTH
    calendar = law.working_days(country, saturday, first - reach, first + reach)
    return {"date": calendar.add(first, count)}


def ogm(inputs: Inputs, law: Law) -> Answer:
    """A Belgian structured communication: base of ten digits -> reference."""
    base = inputs.text("base").strip()
    if not (base.isascii() and base.isdigit()):
        raise CaseError("base: ten digits are expected")
    return {"reference": references.format_ogm(int(base))}


def rf_reference(inputs: Inputs, law: Law) -> Answer:
    """A creditor reference of ISO 11649: base -> reference, without spaces."""
    base = references.normalise(inputs.text("base"))
    return {"reference": references.normalise(references.format_rf(base))}


def dutch_reference(inputs: Inputs, law: Law) -> Answer:
    """A Dutch betalingskenmerk: base of 15 digits -> reference of 16."""
    return {"reference": references.format_dutch_reference(inputs.text("base"))}


def _validity(check: Callable[[str], bool]) -> Rule:
    def rule(inputs: Inputs, law: Law) -> Answer:
        """Whether a reference is right: value -> valid."""
        return {"valid": check(inputs.text("value"))}

    return rule


RULES: dict[str, Rule] = {
    "be_consumer_lump_sum": costs.belgian_lump_sum,
    "be_consumer_claim": costs.belgian_consumer_claim,
    "be_extra_reminder": costs.belgian_extra_reminder,
    "be_waiting_period": costs.belgian_waiting_period,
    "be_fixed_amount": costs.fixed_amount_rule("be_fixed_amount"),
    "be_b2b_interest": interest.interest_rule("be_b2b"),
    "be_legal_interest": interest.interest_rule("be_legal"),
    "be_tax_interest": interest.interest_rule("be_tax_interest"),
    "nl_collection_costs": costs.dutch_collection_costs,
    "nl_fourteen_day_letter": costs.dutch_fourteen_day_letter,
    "nl_fixed_amount": costs.fixed_amount_rule("nl_fixed_amount"),
    "nl_consumer_interest": interest.interest_rule("nl_consumer"),
    "nl_trade_interest": interest.interest_rule("nl_trade"),
    "nl_total": costs.dutch_total,
    "de_fixed_amount": costs.fixed_amount_rule("de_fixed_amount"),
    "de_consumer_interest": interest.interest_rule("de_consumer"),
    "de_b2b_interest": interest.interest_rule("de_b2b"),
    "fr_fixed_amount": costs.fixed_amount_rule("fr_fixed_amount"),
    "fr_b2b_interest": interest.interest_rule("fr_b2b"),
    "lu_fixed_amount": costs.fixed_amount_rule("lu_fixed_amount"),
    "lu_b2b_interest": interest.interest_rule("lu_b2b"),
    "rate_on": interest.rate_on,
    "statutory_rate": interest.derived_rate,
    "imputation": imputation,
    "instalments": instalments,
    "working_days": working_days,
    "ogm": ogm,
    "ogm_valid": _validity(references.is_valid_ogm),
    "rf_reference": rf_reference,
    "rf_valid": _validity(references.is_valid_rf),
    "dutch_reference": dutch_reference,
    "dutch_reference_valid": _validity(references.is_valid_dutch_reference),
}
