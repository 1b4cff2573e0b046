"""Proofs: everything a cent rests on, kept as plain values and worked out again.

A proof is a mapping that JSON can hold. It has what went in (amounts, dates, rates,
brackets, days off, each with the article it rests on) and what came out. ``replay``
works the result out again from what went in and nothing else: no data of today, so the
same years later. Amounts are texts with two decimals, days are ISO dates.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from .calendar import ONE_DAY, WorkingDays
from .interest import Accrual, Reduction, Segment, accrue
from .money import round_half_up
from .periods import Period
from .rates import Rate, RateSeries
from .scale import Bracket, Scale, lowest_amount, with_vat
from .waiting import WaitingPeriod, WaitingRule, wait

Proof = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Replay:
    """A proof worked out again: what came out, and whether it is what was claimed."""

    result: dict[str, str]
    holds: bool
    segments: tuple[Segment, ...] = ()


# -- interest -----------------------------------------------------------------


def prove_interest(
    principal: Decimal,
    due_on: date,
    last: date,
    series: RateSeries,
    convention: str,
    compounding: str,
    reductions: Iterable[Reduction] = (),
    frozen: Iterable[Period] = (),
    basis: Mapping[str, str] | None = None,
) -> tuple[Accrual, Proof]:
    """Return the interest up to and including ``last``, and its proof.

    Arguments are those of interest.accrue; ``basis`` says in words where it comes from
    (series, article, source, version). Raises MissingRateError for an unknown rate.
    """
    reductions, frozen = tuple(reductions), tuple(frozen)
    accrual = accrue(
        principal, due_on, last, series, convention, compounding, reductions, frozen
    )
    used = dict.fromkeys(segment.rate for segment in accrual.segments)
    proof = {
        "rule": "interest",
        "principal": str(principal),
        "due_on": due_on.isoformat(),
        "last": last.isoformat(),
        "convention": convention,
        "compounding": compounding,
        "rates": [
            {
                "first": rate.first.isoformat(),
                "last": rate.last and rate.last.isoformat(),
                "percentage": str(rate.percentage),
                "row": rate.key,
            }
            for rate in used
        ],
        "reductions": [
            {"on": each.on.isoformat(), "amount": str(each.amount)}
            for each in reductions
        ],
        "frozen": [
            {
                "first": period.first.isoformat(),
                "last": period.last and period.last.isoformat(),
            }
            for period in frozen
        ],
        "result": {"amount": str(accrual.amount)},
        "basis": dict(basis or {}),
    }
    return accrual, proof


def _replay_interest(proof: Proof) -> Replay:
    accrual = accrue(
        Decimal(proof["principal"]),
        _day(proof["due_on"]),
        _day(proof["last"]),
        RateSeries(
            Rate(
                _day(rate["first"]),
                Decimal(rate["percentage"]),
                rate["last"] and _day(rate["last"]),
                rate["row"],
            )
            for rate in proof["rates"]
        ),
        proof["convention"],
        proof["compounding"],
        [
            Reduction(_day(each["on"]), Decimal(each["amount"]))
            for each in proof["reductions"]
        ],
        [
            Period(_day(each["first"]), each["last"] and _day(each["last"]))
            for each in proof["frozen"]
        ],
    )
    return _compare(proof, {"amount": str(accrual.amount)}, accrual.segments)


# -- costs --------------------------------------------------------------------


def prove_cost(
    amounts: Mapping[str, Decimal],
    scale: Scale,
    vat: Decimal | None = None,
    postage: Decimal = Decimal(0),
    included: Decimal = Decimal(0),
    basis: Mapping[str, str] | None = None,
    agreed: Scale | None = None,
) -> tuple[Decimal, Proof]:
    """Return the lowest cost on amounts that count together, and its proof.

    :param amounts: what is open, by the name of the document
    :param vat: percentage that is added; None: none is
    :param postage: comes on top
    :param included: what is charged already and is part of this cost
    :param agreed: what the contract says, where it says less
    """
    lowest, counted = lowest_amount(scale, amounts.values(), agreed)
    net, vat_amount, gross = with_vat(lowest, vat or Decimal(0))
    total = max(round_half_up(gross + postage - included), Decimal("0.00"))
    proof = {
        "rule": "cost",
        "amounts": {name: str(amount) for name, amount in amounts.items()},
        "counted": counted,
        **_said_scale(scale),
        "agreed": agreed and _said_scale(agreed),
        "vat": None if vat is None else str(vat),
        "postage": str(postage),
        "included": str(included),
        "result": {"net": str(net), "vat": str(vat_amount), "amount": str(total)},
        "basis": dict(basis or {}),
    }
    return total, proof


def _replay_cost(proof: Proof) -> Replay:
    agreed = proof["agreed"]
    _total, again = prove_cost(
        {name: Decimal(amount) for name, amount in proof["amounts"].items()},
        _scale_said(proof),
        None if proof["vat"] is None else Decimal(proof["vat"]),
        Decimal(proof["postage"]),
        Decimal(proof["included"]),
        agreed=agreed and _scale_said(agreed),
    )
    return _compare(proof, again["result"])


def _said_scale(scale: Scale) -> Proof:
    return {
        "brackets": [
            {
                "above": str(bracket.above),
                "base": str(bracket.base),
                "percentage": str(bracket.percentage),
            }
            for bracket in scale.brackets
        ],
        "minimum": str(scale.minimum),
        "maximum": None if scale.maximum is None else str(scale.maximum),
    }


def _scale_said(said: Proof) -> Scale:
    return Scale(
        tuple(
            Bracket(
                Decimal(each["above"]),
                Decimal(each["base"]),
                Decimal(each["percentage"]),
            )
            for each in said["brackets"]
        ),
        Decimal(said["minimum"]),
        None if said["maximum"] is None else Decimal(said["maximum"]),
    )


# -- waiting periods ----------------------------------------------------------


def prove_wait(
    sent_on: date,
    rule: WaitingRule,
    working: WorkingDays,
    delivery: WorkingDays | None = None,
    basis: Mapping[str, str] | None = None,
) -> tuple[WaitingPeriod, Proof]:
    """Return the waiting period of a notice, and its proof with the days off in it.

    :param delivery: days on which the post delivers, where the rule asks for them
    :raises LookupError: a calendar does not reach far enough
    """
    period = wait(sent_on, rule, working, delivery)
    known_until = period.last_day
    proof = {
        "rule": "wait",
        "sent_on": sent_on.isoformat(),
        "convention": rule.convention,
        "offset": rule.offset,
        "days": rule.days,
        "months": rule.months,
        "extend": rule.extend_to_working_day,
        "known_until": known_until.isoformat(),
        "days_off": _days_off(sent_on, known_until, working),
        "no_delivery": delivery and _days_off(sent_on, known_until, delivery),
        "result": _say_period(period),
        "basis": dict(basis or {}),
    }
    return period, proof


def _replay_wait(proof: Proof) -> Replay:
    first, last = _day(proof["sent_on"]), _day(proof["known_until"])
    no_delivery = proof["no_delivery"]
    period = wait(
        first,
        WaitingRule(
            proof["convention"],
            proof["days"],
            proof["offset"],
            proof["extend"],
            proof["months"],
        ),
        _calendar(first, last, proof["days_off"]),
        None if no_delivery is None else _calendar(first, last, no_delivery),
    )
    return _compare(proof, _say_period(period))


def _days_off(first: date, last: date, calendar: WorkingDays) -> list[str]:
    """Return the days off; none after the calendar, where the period asked for none."""
    known = range((min(last, calendar.last) - first).days + 1)
    days = (first + place * ONE_DAY for place in known)
    return [day.isoformat() for day in days if not calendar.is_working(day)]


def _calendar(first: date, last: date, off: Iterable[str]) -> WorkingDays:
    days_off = {_day(day) for day in off}
    known = range((last - first).days + 1)
    return WorkingDays(
        first, [first + place * ONE_DAY not in days_off for place in known]
    )


def _say_period(period: WaitingPeriod) -> dict[str, str]:
    days = {
        "delivered_on": period.delivered_on,
        "starts_on": period.starts_on,
        "last_day": period.last_day,
        "claimable_from": period.claimable_from,
    }
    return {name: day.isoformat() for name, day in days.items() if day}


# -- replay -------------------------------------------------------------------

_REPLAYS = {
    "interest": _replay_interest,
    "cost": _replay_cost,
    "wait": _replay_wait,
}


def replay(proof: Proof) -> Replay:
    """Work a proof out again from what it holds; ValueError for another rule.

    A proof from which nothing can be worked out, such as one whose rates have a hole,
    does not hold; the result is then what it claims.
    """
    if proof.get("rule") not in _REPLAYS:
        raise ValueError(f"nothing is proved by the rule {proof.get('rule')!r}")
    try:
        return _REPLAYS[proof["rule"]](proof)
    except (ArithmeticError, LookupError, ValueError):
        return Replay(proof["result"], False)


def _compare(
    proof: Proof, result: dict[str, str], segments: tuple[Segment, ...] = ()
) -> Replay:
    return Replay(result, result == proof["result"], segments)


def _day(said: str) -> date:
    return date.fromisoformat(said)
