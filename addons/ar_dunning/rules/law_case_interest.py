"""Cases of interest: on what, from when, by which series, with which payments."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import count, takewhile
from typing import Any

from . import law_terms as terms
from .day_count import CONVENTIONS
from .imputation import COMPONENTS
from .interest import Reduction, accrue
from .law_arithmetic import rates_of
from .law_inputs import CaseError, Inputs
from .law_lookup import Law
from .money import exact, round_half_up
from .months import ONE_DAY, last_day_of_term
from .rates import MissingRateError
from .reference_rate import statutory_rate

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Run:
    """Interest that runs on a principal, and what was paid meanwhile."""

    series: terms.Series
    principal: Decimal
    due_on: date
    last: date
    day_count: str
    compounding: str
    payments: tuple[Reduction, ...] = ()


def interest_rule(code: str) -> Callable[[Inputs, Law], Answer]:
    """Return the rule that counts interest by a series."""

    def rule(inputs: Inputs, law: Law) -> Answer:
        """Interest from the day after the due date up to the day of payment.

        principal, due_on, paid_on, [day_count], [compounding], [payments] (objects with
        date and amount), [order] -> interest (all that has run), open (principal and
        interest that are not paid). Payments lower the principal from the next day on;
        with an order that names interest before principal they settle first what has
        run of it.
        """
        series = law.series(code)
        run = _Run(
            series,
            inputs.amount("principal"),
            inputs.day("due_on"),
            inputs.day("paid_on"),
            inputs.choice("day_count", CONVENTIONS, series.day_count),
            inputs.choice("compounding", terms.COMPOUNDING, series.compounding),
            tuple(
                Reduction(payment.day("date"), payment.amount("amount"))
                for payment in inputs.records("payments")
            ),
        )
        order = inputs.words("order", COMPONENTS, ("principal", "interest"))
        counted = _after_interest if _interest_first(order) else _before_interest
        interest = counted(run)
        paid = sum(payment.amount for payment in run.payments if payment.on <= run.last)
        return {"interest": interest, "open": max(run.principal + interest - paid, 0)}

    return rule


def count_interest(
    series: terms.Series, principal: Decimal, due_on: date, last: date
) -> Decimal:
    """Return the interest on a principal from the day after ``due_on`` to ``last``."""
    return _before_interest(
        _Run(series, principal, due_on, last, series.day_count, series.compounding)
    )


def rate_on(inputs: Inputs, law: Law) -> Answer:
    """The rate of a series on a day: series, on -> percentage."""
    series = law.series(inputs.text("series"))
    try:
        rate = rates_of(series).on(inputs.day("on"))
    except MissingRateError as error:
        raise _unknown(series, error) from error
    return {"percentage": rate.percentage}


def derived_rate(inputs: Inputs, law: Law) -> Answer:
    """What a reference rate gives by law: series, reference -> percentage."""
    series = law.series(inputs.text("series"))
    if series.margin is None:
        raise CaseError(f"the law does not derive {series.code} from a reference rate")
    reference = inputs.number("reference")
    return {"percentage": statutory_rate(reference, series.margin, series.round_up_to)}


def _interest_first(order: tuple[str, ...]) -> bool:
    if not {"interest", "principal"} <= set(order):
        raise CaseError("order: interest and principal are both expected in it")
    return order.index("interest") < order.index("principal")


def _before_interest(run: _Run) -> Decimal:
    """Return the interest when payments settle the principal first."""
    try:
        return accrue(
            *(run.principal, run.due_on, run.last, rates_of(run.series)),
            *(run.day_count, run.compounding, run.payments),
        ).amount
    except MissingRateError as error:
        raise _unknown(run.series, error) from error


def _after_interest(run: _Run) -> Decimal:
    """Return the interest when payments settle what has run of it first.

    Of yearly compounding the interest that is still owed joins the base at the end of
    each year; what joined it is paid like principal.
    """
    rates = rates_of(run.series)
    yearly = run.compounding == "yearly"
    years = _year_ends(run.due_on, run.last) if yearly else set()
    days = {max(payment.on, run.due_on) for payment in run.payments}
    base, owed, total = exact(run.principal), Fraction(0), Fraction(0)
    after = run.due_on
    for end in sorted(day for day in days | years | {run.last} if day <= run.last):
        try:
            grown = accrue(base, after, end, rates, run.day_count).exact
        except MissingRateError as error:
            raise _unknown(run.series, error) from error
        total += grown
        owed += grown
        for payment in run.payments:
            if max(payment.on, run.due_on) == end:
                settled = min(exact(payment.amount), owed)
                owed -= settled
                base = max(base - exact(payment.amount) + settled, Fraction(0))
        if end in years:
            base, owed = base + owed, Fraction(0)
        after = end
    return round_half_up(total)


def _year_ends(due_on: date, last: date) -> set[date]:
    """Return the last day of each year of interest that ends up to ``last``."""
    ends = (last_day_of_term(due_on + ONE_DAY, 12 * year) for year in count(1))
    return set(takewhile(lambda end: end <= last, ends))


def _unknown(series: terms.Series, error: MissingRateError) -> CaseError:
    known = f"{series.rows[0].span.first} to {series.rows[-1].span.last}"
    return CaseError(
        f"no rate known for {error.day} in {series.code}: it holds from {known}"
    )
