from odoo import api, fields, models


class CalendarRefresh(models.TransientModel):
    """Shows which days ahead would change, then changes them."""

    _name = "ar.calendar.refresh"
    _description = "Refresh a calendar"

    calendar_id = fields.Many2one("ar.calendar", required=True, ondelete="cascade")
    line_ids = fields.One2many(
        "ar.calendar.refresh.line",
        "refresh_id",
        compute="_compute_line_ids",
        store=True,
    )

    @api.depends("calendar_id")
    def _compute_line_ids(self):
        today = fields.Date.context_today(self)
        for refresh in self:
            refresh.line_ids = [fields.Command.clear()] + [
                fields.Command.create(
                    {
                        "date": new.date,
                        "before": day.name,
                        "was_working": day.is_working,
                        "after": new.name,
                        "is_working": new.is_working,
                    }
                )
                for day, new in refresh.calendar_id._differences(today)
            ]

    def action_apply(self):
        self.ensure_one()
        self.calendar_id.check_access("write")
        self.calendar_id._refresh(fields.Date.context_today(self))
        return {"type": "ir.actions.act_window_close"}


class CalendarRefreshLine(models.TransientModel):
    """One day that would change."""

    _name = "ar.calendar.refresh.line"
    _description = "Day that would change"
    _order = "date"

    refresh_id = fields.Many2one("ar.calendar.refresh", ondelete="cascade")
    date = fields.Date(readonly=True)
    was_working = fields.Boolean(string="Working day before", readonly=True)
    before = fields.Char(string="Occasion before", readonly=True)
    is_working = fields.Boolean(string="Working day then", readonly=True)
    after = fields.Char(string="Occasion then", readonly=True)
