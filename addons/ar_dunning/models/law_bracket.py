from odoo import api, fields, models

from .law_tariff_row import WHOLE


class LawBracket(models.Model):
    """Above an amount: a base and a percentage of what lies above."""

    _name = "ar.law.bracket"
    _inherit = ["ar.law.part"]
    _description = "Bracket of a cost scale"
    _order = "row_id, above"
    _part_of = "row_id"

    row_id = fields.Many2one("ar.law.tariff.row", required=True, ondelete="cascade")
    currency_id = fields.Many2one(related="row_id.currency_id")
    above = fields.Monetary(required=True, help="Applies to what is more than this.")
    base = fields.Monetary(help="Amount at the beginning of the bracket.")
    percentage = fields.Float(
        digits=(8, 4), help="Percent of what lies above the beginning."
    )

    _above_unique = models.Constraint(
        "UNIQUE (row_id, above)", "Two brackets begin at the same amount."
    )
    _not_negative = models.Constraint(
        "CHECK (above >= 0 AND (base IS NULL OR base >= 0))",
        "No amount of a bracket is negative.",
    )
    _percentage_range = models.Constraint(
        "CHECK (percentage IS NULL OR (percentage >= 0 AND percentage <= 1000))",
        "The percentage of a bracket is between 0 and 1000.",
    )

    @api.depends("above", "base", "percentage", "currency_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for bracket in self:
            bracket.display_name = bracket._say_formula()

    @api.constrains("row_id", "above", "base", "percentage")
    def _check_scale(self):
        self._check_rows(self.row_id)

    def write(self, vals):
        rows = self.row_id
        result = super().write(vals)
        if "row_id" in vals:
            self._check_rows(rows)  # those that lost one
        return result

    def unlink(self):
        rows = self.row_id
        result = super().unlink()
        self._check_rows(rows)
        return result

    def _check_rows(self, rows):
        """Check that these rows still make a scale."""
        if self.env.context.get("ar_law_whole") is not WHOLE:
            rows.invalidate_recordset(["bracket_ids"])
            rows._check_scale()

    def _say_formula(self):
        """Return the bracket in words, e.g. above € 150: € 30 + 10 % of the rest."""
        self.ensure_one()
        say = self.currency_id.format
        if not self.percentage:
            if not self.above:
                return say(self.base)
            return self.env._(
                "above %(above)s: %(base)s", above=say(self.above), base=say(self.base)
            )
        return self.env._(
            "above %(above)s: %(base)s + %(percentage)s %% of what is more",
            above=say(self.above),
            base=say(self.base),
            percentage=f"{self.percentage:g}",
        )
