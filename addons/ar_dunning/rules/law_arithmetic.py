"""From the terms of a law pack to the arithmetic that counts with them."""

from collections.abc import Iterable
from datetime import date
from typing import TypeVar

from .law_terms import RateRow, Series, TariffRow, WaitRow
from .rates import Rate, RateSeries
from .scale import Bracket, Scale
from .waiting import WaitingRule

Row = TypeVar("Row", RateRow, TariffRow, WaitRow)


def row_on(rows: Iterable[Row], day: date) -> Row | None:
    """Return the first row that holds on a day; None where the file says nothing."""
    return next((row for row in rows if row.span.holds(day)), None)


def rate_of(row: RateRow, key: str = "") -> Rate:
    """Return the rate of a row; ValueError for one below zero."""
    return Rate(row.span.first, row.percentage, row.span.last, key)


def rates_of(series: Series) -> RateSeries:
    """Return the rates of a series; their key is its code.

    Raises ValueError for rows that overlap or a rate below zero.
    """
    return RateSeries(rate_of(row, series.code) for row in series.rows)


def scale_of(row: TariffRow) -> Scale:
    """Return the scale by which a tariff row counts.

    Raises ValueError for brackets that make none.
    """
    return Scale(
        tuple(
            Bracket(bracket.above, bracket.base, bracket.percentage)
            for bracket in row.brackets
        ),
        row.minimum,
        row.maximum,
    )


def waiting_rule_of(row: WaitRow, extend: bool = False) -> WaitingRule:
    """Return how long to wait by a row.

    ``extend``: never to end on a day that is no working day, even where the row lets
    it. Raises ValueError for no days at all, or an offset that the convention does not
    use.
    """
    return WaitingRule(
        row.convention, row.days, row.offset, extend or row.extend, row.months
    )
