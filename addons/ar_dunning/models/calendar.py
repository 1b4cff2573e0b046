from datetime import date, timedelta

import holidays

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ..rules import calendar as rules
from ..rules.periods import Period

FIRST_DAY = date(2015, 1, 1)
# Older due dates are slips of the pen: no calendar goes that far back for them.
EARLIEST_DAY = date(2000, 1, 1)
YEARS_AHEAD = 3
WEEKDAYS = (
    "open_monday",
    "open_tuesday",
    "open_wednesday",
    "open_thursday",
    "open_friday",
    "open_saturday",
    "open_sunday",
)
# What decides about the days of a calendar.
DECIDING = {
    "kind",
    "country_id",
    "subdivision",
    "saturday_is_working",
    *WEEKDAYS,
    "closure_ids",
}


class Calendar(models.Model):
    """Which days count: for periods of the law, or for days on which we send.

    The days are rows that are frozen once they have passed: a date that was worked
    out stays explainable, whatever is known about holidays later.
    """

    _name = "ar.calendar"
    _inherit = ["ar.config.tracked", "ar.law.verified"]
    _description = "Calendar"
    _order = "kind, sequence, name, id"

    name = fields.Char(required=True, translate=True)
    kind = fields.Selection(
        [("legal", "Legal days"), ("sending", "Sending days")],
        required=True,
        default="sending",
        help="Legal days count in periods and in levels in working days. Sending days "
        "are those on which notices leave.",
    )
    company_id = fields.Many2one(
        "res.company", help="Leave empty to share this calendar among all companies."
    )
    country_id = fields.Many2one(
        "res.country", help="Its public holidays are not working days."
    )
    subdivision = fields.Char(
        string="Region",
        help="Code of a region with holidays of its own, e.g. BY for Bavaria.",
    )
    saturday_is_working = fields.Boolean(
        string="Saturday counts",
        help="Whether Saturday is a working day of the law. Sunday never is.",
    )
    open_monday = fields.Boolean(string="Monday", default=True)
    open_tuesday = fields.Boolean(string="Tuesday", default=True)
    open_wednesday = fields.Boolean(string="Wednesday", default=True)
    open_thursday = fields.Boolean(string="Thursday", default=True)
    open_friday = fields.Boolean(string="Friday", default=True)
    open_saturday = fields.Boolean(string="Saturday")
    open_sunday = fields.Boolean(string="Sunday")
    window_from = fields.Float(
        string="Send from",
        default=8.5,
        help="Hour in the company's time zone from which messages leave.",
    )
    window_to = fields.Float(
        string="Send until",
        default=18.0,
        help="Hour in the company's time zone until which messages leave.",
    )
    closure_ids = fields.One2many("ar.calendar.closure", "calendar_id", copy=True)
    day_ids = fields.One2many("ar.calendar.day", "calendar_id")
    first_day = fields.Date(string="Known from", compute="_compute_known")
    last_day = fields.Date(string="Known until", compute="_compute_known")
    pending_count = fields.Integer(
        string="Days that would change",
        compute="_compute_pending_count",
        help="Days ahead on which the calendar differs from its settings.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _window_order = models.Constraint(
        "CHECK (window_from >= 0 AND window_to <= 24 AND window_from < window_to)",
        "Messages leave between two hours of the same day: the first hour comes "
        "before the second one, both from 0:00 to 24:00.",
    )

    @api.constrains("kind", *WEEKDAYS)
    def _check_open(self):
        for calendar in self:
            if len(calendar._closed_weekdays()) == 7:
                raise ValidationError(
                    self.env._("A calendar needs at least one working day a week.")
                )

    @api.constrains("country_id", "subdivision")
    def _check_subdivision(self):
        for calendar in self.filtered("subdivision"):
            country = calendar._holiday_country()
            known = country.subdivisions if country else ()
            if calendar.subdivision not in known:
                raise ValidationError(
                    self.env._(
                        "Nothing is known about holidays of the region “%(region)s”. "
                        "Known regions: %(known)s.",
                        region=calendar.subdivision,
                        known=", ".join(known) or "–",
                    )
                )

    def _compute_known(self):
        known = {
            calendar: (first, last)
            for calendar, first, last in self.env["ar.calendar.day"]._read_group(
                [("calendar_id", "in", self.ids)],
                ["calendar_id"],
                ["date:min", "date:max"],
            )
        }
        for calendar in self:
            calendar.first_day, calendar.last_day = known.get(calendar, (False, False))

    @api.depends(*DECIDING)
    def _compute_pending_count(self):
        today = fields.Date.context_today(self)
        for calendar in self:
            calendar.pending_count = (
                len(calendar._origin._differences(today)) if calendar._origin else 0
            )

    @api.model_create_multi
    def create(self, vals_list):
        calendars = super().create(vals_list)
        calendars._extend(fields.Date.context_today(self))
        return calendars

    def write(self, vals):
        result = super().write(vals)
        # Days of the law change only after a look at the difference; when we send
        # is the company's own affair.
        if DECIDING & vals.keys():
            own = self.filtered(lambda calendar: calendar.kind == "sending")
            own._refresh(fields.Date.context_today(self))
        return result

    @api.model
    def _say_law(self, country_code, source, note):
        """Say what the legal days of a country rest on: law packs, at every upgrade.

        Whoever has compared them with the law need not do so again.
        """
        calendars_sudo = self.sudo()  # of all companies: facts of the law
        calendars_sudo.search(
            [
                ("kind", "=", "legal"),
                ("country_id.code", "=", country_code),
                ("company_id", "=", False),
            ]
        ).write({"source": source, "note": note})

    # -- days -------------------------------------------------------------------

    def _closed_weekdays(self):
        """Return the weekdays (Monday is 0) that are never working days."""
        self.ensure_one()
        if self.kind == "legal":
            if self.saturday_is_working:
                return {rules.SUNDAY}
            return set(rules.WEEKEND)
        return {place for place, name in enumerate(WEEKDAYS) if not self[name]}

    def _holidays(self, first, last):
        """Return {date: name} of the public holidays, empty for unknown countries."""
        self.ensure_one()
        country = self._holiday_country()
        if country is None:
            return {}
        return country(
            subdiv=self.subdivision or None,
            years=range(first.year, last.year + 1),
            language=country.default_language,
        )

    def _holiday_country(self):
        """Return what the library knows of the country; None: nothing.

        Its list of all countries would be asked for at the price of loading each.
        """
        self.ensure_one()
        return getattr(holidays, self.country_id.code or "", None)

    def _list_days(self, first, last):
        """Return the days as the settings say, from `first` to `last` inclusive."""
        self.ensure_one()
        return rules.list_days(
            first,
            last,
            self._closed_weekdays(),
            self._holidays(first, last),
            [
                (Period(closure.date_from, closure.date_to), closure.name)
                for closure in self.closure_ids
            ],
        )

    def _extend(self, today, since=None):
        """Add the days that are missing, up to three years ahead of `today`.

        :param since: a day that must be known as well (the oldest due date). Days
            that are there already do not change.
        """
        last = date(today.year + YEARS_AHEAD, 12, 31)
        first = max(min(since or FIRST_DAY, FIRST_DAY), EARLIEST_DAY)
        rows = []
        extended = self.browse()
        self._compute_known()
        for calendar in self:
            if not calendar.first_day:
                missing = calendar._list_days(first, last)
            else:
                missing = calendar._list_days(
                    calendar.last_day + rules.ONE_DAY, last
                ) + calendar._list_days(first, calendar.first_day - rules.ONE_DAY)
            if missing:
                extended |= calendar
            rows += [
                (calendar.id, day.date, day.is_working, day.source, day.name)
                for day in missing
            ]
        extended._insert_days(rows)

    def _insert_days(self, rows):
        """Add days, or replace those of the same date, and number the working days."""
        if not rows:
            return
        self.env["ar.calendar.day"].flush_model()
        self.env.cr.execute_values(
            """
            INSERT INTO ar_calendar_day (calendar_id, date, is_working, source, name)
            VALUES %s
                ON CONFLICT (calendar_id, date) DO UPDATE
               SET is_working = excluded.is_working, source = excluded.source,
                   name = excluded.name
            """,
            rows,
            page_size=2000,
        )
        self._number_days()

    def _number_days(self):
        """Bring the running index in line with the days."""
        self.env["ar.calendar.day"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                UPDATE ar_calendar_day day SET working_index = counted.place
                  FROM (SELECT id, COUNT(*) FILTER (WHERE is_working) OVER (
                               PARTITION BY calendar_id ORDER BY date) AS place
                          FROM ar_calendar_day WHERE calendar_id IN %s) counted
                 WHERE counted.id = day.id
                   AND day.working_index IS DISTINCT FROM counted.place
                """,
                tuple(self.ids),
            )
        )
        self.env["ar.calendar.day"].invalidate_model()
        self.invalidate_recordset(["first_day", "last_day", "pending_count"])

    def _differences(self, today):
        """Return [(ar.calendar.day, rules.Day)] of days ahead that would change.

        Past days never change; neither do days that a person has set.
        """
        self.ensure_one()
        days = self.env["ar.calendar.day"].search(
            [
                ("calendar_id", "=", self.id),
                ("date", ">", today),
                ("source", "not in", ["manual"]),
            ],
            order="date",
        )
        if not days:
            return []
        wanted = {day.date: day for day in self._list_days(days[0].date, days[-1].date)}
        return [
            (day, wanted[day.date])
            for day in days
            if (day.is_working, day.name or None)
            != (wanted[day.date].is_working, wanted[day.date].name)
        ]

    def _refresh(self, today):
        """Let the days ahead be what the settings say; past days stay."""
        for calendar in self:
            calendar._insert_days(
                [
                    (calendar.id, new.date, new.is_working, new.source, new.name)
                    for _day, new in calendar._differences(today)
                ]
            )

    # -- questions --------------------------------------------------------------

    def _next_working(self, day):
        """Return the first working day on or after `day`; `day` where unknown."""
        found = self.env["ar.calendar.day"].search(
            [
                ("calendar_id", "in", self.ids),
                ("date", ">=", day),
                ("is_working", "=", True),
            ],
            order="date",
            limit=1,
        )
        return found.date or day

    @api.model
    def _sql_next_working(self, calendar_id, day):
        """Return `_next_working` in SQL: both arguments are SQL expressions."""
        return SQL(
            """COALESCE((SELECT known.date FROM ar_calendar_day known
                          WHERE known.calendar_id = %(calendar)s
                            AND known.date >= %(day)s AND known.is_working
                          ORDER BY known.date LIMIT 1), %(day)s)""",
            calendar=calendar_id,
            day=day,
        )

    def _working_days(self):
        """Return the days as rules.WorkingDays, None when there are none."""
        days = self.env["ar.calendar.day"].search_fetch(
            [("calendar_id", "in", self.ids)], ["date", "is_working"], order="date"
        )
        if not days:
            return None
        return rules.WorkingDays(days[0].date, days.mapped("is_working"))

    # -- screen -----------------------------------------------------------------

    def action_open_days(self):
        """Show the days that are free in the year view."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_dunning.ar_calendar_day_action"
        )
        return {
            **action,
            "name": self.name,
            "domain": [("calendar_id", "=", self.id)],
            "context": {"search_default_free": 1, "default_calendar_id": self.id},
        }

    def action_refresh(self):
        """Show what would change in the days ahead."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What changes"),
            "res_model": "ar.calendar.refresh",
            "view_mode": "form",
            "target": "new",
            "context": {"default_calendar_id": self.id},
        }

    @api.model
    def _extend_all(self, today=None):
        """Bring every calendar up to date (daily cycle, installation)."""
        today = today or fields.Date.context_today(self)
        self.env["ar.claim"].flush_model(["state", "date_due"])
        [[oldest]] = self.env.execute_query(
            SQL("SELECT MIN(date_due) FROM ar_claim WHERE state = 'open'")
        )
        # A notice before the due date asks for days before the oldest one.
        since = oldest and max(oldest, EARLIEST_DAY) - timedelta(days=366)
        everyone = self.with_context(active_test=False).search(Domain.TRUE)
        everyone._extend(today, since)
