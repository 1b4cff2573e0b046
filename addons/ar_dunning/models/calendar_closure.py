from odoo import api, fields, models


class CalendarClosure(models.Model):
    """Days on which a company sends nothing, e.g. a bridge day or the holidays."""

    _name = "ar.calendar.closure"
    _inherit = ["ar.config.tracked"]
    _description = "Closure"
    _order = "date_from desc, id desc"

    calendar_id = fields.Many2one(
        "ar.calendar", required=True, ondelete="cascade", index=True
    )
    name = fields.Char(required=True)
    date_from = fields.Date(string="From", required=True)
    date_to = fields.Date(string="Until", required=True, help="Last day, included.")

    _period_order = models.Constraint(
        "CHECK (date_to >= date_from)", "The closure ends before it begins."
    )

    @api.model_create_multi
    def create(self, vals_list):
        closures = super().create(vals_list)
        closures._carry_over()
        return closures

    def write(self, vals):
        calendars = self.calendar_id
        result = super().write(vals)
        self._carry_over(calendars)
        return result

    def unlink(self):
        calendars = self.calendar_id
        result = super().unlink()
        self.browse()._carry_over(calendars)
        return result

    def _carry_over(self, calendars=None):
        """Bring the days ahead in line with the closures."""
        calendars = (calendars or self.env["ar.calendar"]) | self.calendar_id
        calendars._refresh(fields.Date.context_today(self))

    def _config_name(self):
        return f"{self.calendar_id.name}, {self.name}"

    def _config_company(self):
        return self.calendar_id.company_id
