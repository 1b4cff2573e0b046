"""What a case of the law may look up: the packs, and the days of a country."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from . import law_terms as terms
from .calendar import SUNDAY, WEEKEND, WorkingDays
from .law_arithmetic import Row, row_on, waiting_rule_of
from .law_inputs import CaseError
from .waiting import WaitingPeriod, wait

# The Dutch post delivers on neither (Supreme Court 25 November 2016).
NO_DELIVERY = frozenset({SUNDAY, 0})
# Days of a calendar before and after the one that is asked for.
_AROUND = timedelta(days=120)

Named = TypeVar("Named", terms.Series, terms.Tariff, terms.Wait, terms.Regime)
# (country, closed weekdays, first day, last day) -> the days, without public holidays
FindWorkingDays = Callable[[str, Collection[int], date, date], WorkingDays]


@dataclass(frozen=True, slots=True)
class Law:
    """The packs of some countries, searched by code; CaseError for what they lack."""

    packs: tuple[terms.Pack, ...]
    find_working_days: FindWorkingDays

    def series(self, code: str) -> terms.Series:
        """Return a series of rates."""
        return self._find("series", code)

    def tariff(self, code: str) -> terms.Tariff:
        """Return a tariff."""
        return self._find("tariffs", code)

    def regime(self, code: str) -> terms.Regime:
        """Return a regime."""
        return self._find("regimes", code)

    def tariff_row(self, code: str, on: date | None) -> terms.TariffRow:
        """Return the row of a tariff on a day; without a day the newest."""
        rows = self.tariff(code).rows
        return rows[-1] if on is None else _row(rows, on, code)

    def working_days(
        self, country: str, saturday: bool, first: date, last: date
    ) -> WorkingDays:
        """Return the working days of the law in a country; Sunday never is one."""
        closed = {SUNDAY} if saturday else WEEKEND
        return self.find_working_days(country.upper(), closed, first, last)

    def wait(
        self, code: str, channel: str, sent_on: date, saturday: bool, extend: bool
    ) -> WaitingPeriod:
        """Return the period that a notice sent on a day gives.

        ``extend``: not to end on a day that is no working day, whatever the row says.
        """
        found = self._find("waits", code)
        rows = [row for row in found.rows if row.channel == channel]
        row = _row(rows, sent_on, f"{code} over {channel}")
        [country] = [pack.country for pack in self.packs if found in pack.waits]
        around = (sent_on - _AROUND, sent_on + _AROUND)
        return wait(
            sent_on,
            waiting_rule_of(row, extend),
            self.working_days(country, saturday, *around),
            self.find_working_days(country, NO_DELIVERY, *around),
        )

    def _find(self, section: str, code: str) -> Named:
        for pack in self.packs:
            for named in getattr(pack, section):
                if named.code == code:
                    return named
        raise CaseError(f"no pack knows {code} among its {section}")


def _row(rows: Iterable[Row], day: date, name: str) -> Row:
    row = row_on(rows, day)
    if row is None:
        raise CaseError(f"the pack says nothing of {name} on {day}")
    return row
