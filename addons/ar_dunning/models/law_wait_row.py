from odoo import api, fields, models

from ..rules import waiting

CHANNEL_NAMES = [
    ("letter", "Letter"),
    ("email", "E-mail"),
    ("sms", "SMS"),
    ("person", "By a person"),
]


class LawWaitRow(models.Model):
    """How long to wait after a notice over one channel, on some days of sending."""

    _name = "ar.law.wait.row"
    _inherit = ["ar.law.dated"]
    _description = "Waiting period by channel"
    _order = "wait_id, channel, valid_from desc"
    _place = ("wait_id", "channel")

    wait_id = fields.Many2one("ar.law.wait", required=True, ondelete="restrict")
    country_id = fields.Many2one(related="wait_id.country_id", store=True)
    channel = fields.Selection(CHANNEL_NAMES, required=True)
    convention = fields.Selection(
        [
            ("day_after_sending", "Days after sending"),
            ("working_day_after_sending", "Working days after sending"),
            ("delivery_day", "The day after presumed delivery"),
            ("receipt", "The day after receipt"),
        ],
        required=True,
        string="Begins",
        help="Presumed delivery: on days on which the post delivers, so not on "
        "Sundays, Mondays and public holidays. Receipt: on the day of sending.",
    )
    nth = fields.Integer(
        string="On the n-th",
        required=True,
        default=1,
        help="Belgium, by post: the third working day after sending.",
    )
    days = fields.Integer(help="Length of the period in calendar days.")
    months = fields.Integer(help="Length of the period in months, beside its days.")
    extend = fields.Boolean(
        string="Ends on a working day",
        help="A last day that is no working day moves to the next one.",
    )

    _length = models.Constraint(
        "CHECK (days >= 0 AND months >= 0 AND days + months > 0)",
        "A waiting period has days or months.",
    )
    _offset_positive = models.Constraint(
        "CHECK (nth > 0)", "The period begins after the day of sending."
    )

    @api.depends("wait_id", "channel", "valid_from")
    @api.depends_context("lang")
    def _compute_display_name(self):
        names = dict(self._fields["channel"]._description_selection(self.env))
        for row in self:
            row.display_name = f"{row.wait_id.name}, {names.get(row.channel, '')}"

    def _say_period(self):
        """Return the period in words, as a notice has to say it.

        Without a date where nobody knows yet when it begins: what is written has to be
        right on the day it is read.
        """
        self.ensure_one()
        length = self._say_length()
        if self.convention == "day_after_sending":
            return self.env._(
                "You have %(length)s to pay, from the day after this message was sent "
                "to you.",
                length=length,
            )
        if self.convention == "working_day_after_sending":
            return self.env._(
                "You have %(length)s to pay, from the %(nth)s working day after this "
                "message was sent.",
                length=length,
                nth=self._say_nth(),
            )
        return self.env._(
            "You have %(length)s to pay, from the day after this letter was delivered "
            "to you.",
            length=length,
        )

    def _say_length(self):
        """Return how long the period is, e.g. 14 days, one month."""
        days = self.env._("%s days", self.days)
        months = (
            self.env._("one month")
            if self.months == 1
            else self.env._("%s months", self.months)
        )
        if self.days and self.months:
            return self.env._("%(months)s and %(days)s", months=months, days=days)
        return months if self.months else days

    def _say_nth(self):
        """Return the day on which the period begins as a word, e.g. third."""
        words = (
            self.env._("first"),
            self.env._("second"),
            self.env._("third"),
            self.env._("fourth"),
            self.env._("fifth"),
        )
        return words[self.nth - 1] if self.nth <= len(words) else f"{self.nth}."

    def _rule(self):
        """Return the row as waiting.WaitingRule."""
        self.ensure_one()
        return waiting.WaitingRule(
            convention=self.convention,
            days=self.days,
            offset=self.nth,
            extend_to_working_day=self.extend,
            months=self.months,
        )
