from odoo import fields, models


class LawBracket(models.Model):
    """Above an amount: a base and a percentage of what lies above."""

    _name = "ar.law.bracket"
    _description = "Bracket of a cost scale"
    _order = "row_id, above"

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
