from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class CalendarDay(models.Model):
    """One day of a calendar. What has passed is frozen."""

    _name = "ar.calendar.day"
    _inherit = ["ar.config.tracked"]
    _description = "Calendar day"
    _order = "calendar_id, date"
    _log_access = False

    calendar_id = fields.Many2one("ar.calendar", required=True, ondelete="cascade")
    date = fields.Date(required=True)
    is_working = fields.Boolean(string="Working day")
    working_index = fields.Integer(
        readonly=True,
        help="Number of working days of the calendar up to and including this day.",
    )
    source = fields.Selection(
        [
            ("library", "Public holiday"),
            ("weekend", "Weekend"),
            ("closure", "Closure"),
            ("manual", "Set by a person"),
        ],
        help="Why the day is free; a day set by a person is never changed by itself.",
    )
    name = fields.Char(string="Occasion")
    color = fields.Integer(compute="_compute_color")

    _date_unique = models.Constraint(
        "UNIQUE (calendar_id, date)", "A calendar has each day once."
    )
    _by_index = models.Index("(calendar_id, working_index) WHERE is_working")

    @api.depends("name", "is_working")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for day in self:
            usual = (
                self.env._("Working day")
                if day.is_working
                else self.env._("No working day")
            )
            day.display_name = day.name or usual

    @api.depends("source", "is_working")
    def _compute_color(self):
        colors = {"library": 1, "closure": 3, "weekend": 0, "manual": 4}
        for day in self:
            day.color = colors.get(day.source, 10)

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise UserError(
                self.env._("Days are made by their calendar: change one that exists.")
            )
        return super().create(vals_list)

    def write(self, vals):
        """A day ahead may change by hand; a day that has passed is evidence."""
        if vals.keys() - {"is_working", "name", "source"}:
            raise UserError(
                self.env._(
                    "Of a day only its occasion, and whether it is a working day, can "
                    "change."
                )
            )
        self._check_ahead()
        result = super().write({**vals, "source": "manual"})
        if "is_working" in vals:
            self.calendar_id._number_days()
        return result

    def _check_ahead(self):
        today = fields.Date.context_today(self)
        if any(day.date <= today for day in self):
            raise UserError(
                self.env._(
                    "A day that has passed does not change any more: dates that were "
                    "worked out with it stay explainable."
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_frozen(self):
        raise UserError(
            self.env._("Days are not deleted: say whether it is a working day.")
        )

    def _config_name(self):
        return f"{self.calendar_id.name}, {format_date(self.env, self.date)}"

    def _config_company(self):
        return self.calendar_id.company_id
