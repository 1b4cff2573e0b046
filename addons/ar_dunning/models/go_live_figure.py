from odoo import api, fields, models
from odoo.tools import SQL

from .channel import channels
from .exclusion import BLOCKER_CODES

_AGES = (
    ("0_not_due", "Not yet due", 1),
    ("1_month", "1 to 30 days", 31),
    ("2_quarter", "31 to 90 days", 91),
    ("3_year", "91 to 365 days", 366),
    ("4_three_years", "1 to 3 years", 1096),
    ("5_older", "Over 3 years", None),
)


class GoLiveFigure(models.Model):
    """Counts of a forecast for the go-live; one row per access group, so that totals
    tell nobody of claims that he may not see."""

    _name = "ar.go.live.figure"
    _description = "Forecast for the go-live"
    _order = "date, level_id, channel, id"
    _rec_name = "date"

    go_live_id = fields.Many2one(
        "ar.go.live", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one("res.company", required=True)
    access_group_id = fields.Many2one("res.groups", ondelete="restrict")
    kind = fields.Selection(
        [("day_one", "First day"), ("spread", "Spread")], required=True
    )
    date = fields.Date()
    procedure_id = fields.Many2one("ar.dunning.procedure", ondelete="cascade")
    level_id = fields.Many2one("ar.dunning.level", ondelete="cascade")
    channel = fields.Selection(channels)
    obstacle = fields.Selection(
        BLOCKER_CODES, string="In the way", help="Empty: it leaves on the first day."
    )
    age = fields.Selection([(code, label) for code, label, _end in _AGES])
    notices = fields.Integer()
    claims = fields.Integer()
    debtors = fields.Integer()
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary()

    @api.model
    def _sql_age(self, days):
        """Return the age class of a claim so many days overdue."""
        return SQL(
            "CASE %s ELSE %s END",
            SQL(" ").join(
                SQL("WHEN %s < %s THEN %s", days, end, code)
                for code, _label, end in _AGES[:-1]
            ),
            _AGES[-1][0],
        )
