from typing import NamedTuple

from odoo import models

from ..rules.calendar import SUNDAY, WorkingDays

MONDAY = 0
# Days after a notice for which a calendar is read: longer than any period of the law.
REACH = 400


class CalendarDays(NamedTuple):
    """Working days of the law, and days on which the post delivers."""

    working: WorkingDays
    delivery: WorkingDays


class CalendarAround(models.Model):
    """The days of the law after a notice."""

    _inherit = "ar.calendar"

    def _days_around(self, day):
        """Return the CalendarDays of the year after a day; LookupError: not known.

        The post does not deliver on Sundays, Mondays and public holidays; on Saturdays
        it does, whether they are working days or not.
        """
        days = self.env["ar.calendar.day"].search_fetch(
            [("calendar_id", "in", self.ids), ("date", ">=", day)],
            ["date", "is_working", "source"],
            order="date",
            limit=REACH,
        )
        if not days or days[0].date != day:
            raise LookupError(day)
        return CalendarDays(
            WorkingDays(day, days.mapped("is_working")),
            WorkingDays(
                day,
                [
                    each.source != "library"
                    and each.date.weekday() not in (SUNDAY, MONDAY)
                    for each in days
                ],
            ),
        )
