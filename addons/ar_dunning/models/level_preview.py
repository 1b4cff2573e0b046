from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import format_date

from ..rules import forecast
from ..rules import levels as rules

# What the dates of a level depend on.
TIMING = (
    "sequence",
    "level_key",
    "offset_days",
    "offset_unit",
    "end_of_month",
    "minimum_wait_days",
    "mandatory",
    "expires_after_days",
    "repeat_every_days",
    "repeat_maximum",
)


class LevelPreview(models.Model):
    """Says in dates what the figures of a level mean."""

    _inherit = "ar.dunning.level"

    preview_due_on = fields.Date(
        string="Example: due on",
        compute="_compute_preview_due_on",
        readonly=False,
        help="Any date: the dates beside it are worked out for an invoice due then.",
    )
    preview = fields.Html(compute="_compute_preview", sanitize=False)

    def _compute_preview_due_on(self):
        for level in self:
            level.preview_due_on = level._example_due_on()

    @api.model
    def _example_due_on(self):
        """Return the due date of the example: the first of the month after this one."""
        return fields.Date.context_today(self) + relativedelta(months=1, day=1)

    @api.depends(*TIMING, "preview_due_on", "procedure_id.company_id")
    @api.depends_context("lang", "allowed_company_ids")
    def _compute_preview(self):
        calendars = {}
        for level in self:
            company = level.procedure_id.company_id or self.env.company
            if company not in calendars:
                calendars[company] = company._ar_legal_calendar()._working_days()
            level.preview = self.env["ir.qweb"]._render(
                "ar_dunning.level_preview",
                level._prepare_preview(company, calendars[company]),
            )

    def _prepare_preview(self, company, calendar):
        """Return what the preview shows: (problem, sentence, further sentences)."""
        self.ensure_one()
        due_on = self.preview_due_on or self._example_due_on()
        rule = self._as_rule()
        if not rule:
            return self._prepare_problem(
                self.env._(
                    "These figures do not go together yet: a repetition needs both its "
                    "distance and its number, and none of them is negative."
                )
            )
        clock_on = self._first_date(rule, due_on, calendar)
        if not clock_on:
            return self._prepare_problem(
                self.env._(
                    "No date: the company has no calendar of legal days that says "
                    "which days are working days, or it does not reach so far."
                )
            )
        headline = self.env._(
            "An invoice due on %(due)s → %(date)s",
            due=self._say(due_on),
            date=company._ar_sending_moment(clock_on),
        )
        steps = forecast.forecast([rule], due_on, calendar, company._ar_sending_day)
        again = [
            company._ar_sending_moment(step.leaves_on)
            for step in steps
            if step.occurrence > 1
        ]
        return {
            "problem": False,
            "headline": headline,
            "remarks": [self.timing, *self._say_limits(clock_on, again)],
        }

    def _prepare_problem(self, sentence):
        return {"problem": True, "headline": sentence, "remarks": []}

    def _say_limits(self, clock_on, again):
        """Return sentences on what may move, repeat or drop the level."""
        sentences = []
        if self.minimum_wait_days:
            sentences.append(
                self.env._(
                    "Later when the previous level took effect less than %(days)s days "
                    "before.",
                    days=self.minimum_wait_days,
                )
            )
        if again:
            sentences.append(
                self.env._(
                    "Again at the earliest on %(dates)s, as long as no other level "
                    "comes.",
                    dates="; ".join(again),
                )
            )
        if not self.mandatory:
            last = clock_on + relativedelta(days=self.expires_after_days)
            sentences.append(
                self.env._(
                    "Left out when it cannot come by %(date)s.", date=self._say(last)
                )
            )
        return sentences

    def _first_date(self, rule, due_on, calendar):
        try:
            return rules.level_clock_date(rule, due_on, (), calendar)
        except ValueError:
            # A number of days that leads out of the calendar.
            return None

    def _say(self, day):
        return format_date(self.env, day, date_format="long")

    def _as_rule(self, place=None):
        """Return this level for the rules, None while its figures make no sense yet.

        :param place: its place in the order, for levels that are still being typed.
        """
        self.ensure_one()
        try:
            return rules.Level(
                sequence=place or self.sequence,
                level_key=f"{place or self.sequence} {self.level_key}",
                offset_days=self.offset_days,
                minimum_wait_days=self.minimum_wait_days,
                mandatory=self.mandatory,
                expires_after_days=self.expires_after_days,
                in_working_days=self.offset_unit == "working",
                end_of_month=self.end_of_month,
                repeat_every_days=self.repeat_every_days,
                repeat_maximum=self.repeat_maximum,
            )
        except ValueError:
            return None
