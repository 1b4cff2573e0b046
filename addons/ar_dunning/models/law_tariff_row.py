from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..rules import scale

# Said to brackets while a write of their row changes them one by one: the row is looked
# at when it is whole. An object, so nobody can say it from outside.
WHOLE = object()


class LawTariffRow(models.Model):
    """The scale of a tariff on some days."""

    _name = "ar.law.tariff.row"
    _inherit = ["ar.law.dated"]
    _description = "Cost scale"
    _order = "tariff_id, valid_from desc"
    _place = ("tariff_id",)

    tariff_id = fields.Many2one("ar.law.tariff", required=True, ondelete="restrict")
    country_id = fields.Many2one(related="tariff_id.country_id", store=True)
    kind = fields.Selection(related="tariff_id.kind")
    currency_id = fields.Many2one(related="tariff_id.currency_id")
    bracket_ids = fields.One2many(
        "ar.law.bracket", "row_id", string="Brackets", copy=True
    )
    minimum = fields.Monetary(help="The least that may be claimed; 0: no minimum.")
    maximum = fields.Monetary(help="The most that may be claimed; 0: no maximum.")
    vat = fields.Float(
        string="VAT (%)",
        digits=(5, 2),
        help="May be added by a creditor who cannot deduct it and says so; 0: never.",
    )
    free_per_year = fields.Integer(
        string="Free a year",
        help="Unpaid due dates of a calendar year for which nothing is charged.",
    )
    postage = fields.Boolean(
        string="Plus postage", help="The postage of the day comes on top."
    )
    formula = fields.Char(compute="_compute_formula")

    _vat_range = models.Constraint(
        "CHECK (vat IS NULL OR (vat >= 0 AND vat <= 100))",
        "VAT is between 0 and 100 %.",
    )

    def write(self, vals):
        if "bracket_ids" in vals:
            self = self.with_context(ar_law_whole=WHOLE)
        return super().write(vals)

    # Its tariff is always given, so a row without brackets is looked at as well.
    @api.constrains("tariff_id", "bracket_ids", "minimum", "maximum")
    def _check_scale(self):
        for row in self:
            try:
                row._scale()
            except ValueError as error:
                raise ValidationError(
                    self.env._(
                        "These brackets make no scale. The first one begins above 0, "
                        "each next one above a higher amount, no percentage is "
                        "negative, and the minimum is not above the maximum. (%s)",
                        error,
                    )
                ) from error

    @api.depends("tariff_id", "valid_from")
    def _compute_display_name(self):
        for row in self:
            row.display_name = f"{row.tariff_id.name}, {row.valid_from or ''}"

    @api.depends(
        "bracket_ids.above",
        "bracket_ids.base",
        "bracket_ids.percentage",
        "minimum",
        "maximum",
        "vat",
        "postage",
        "currency_id",
    )
    @api.depends_context("lang")
    def _compute_formula(self):
        for row in self:
            parts = [bracket._say_formula() for bracket in row.bracket_ids]
            if row.minimum:
                parts.append(
                    self.env._("at least %s", row.currency_id.format(row.minimum))
                )
            if row.maximum:
                parts.append(
                    self.env._("at most %s", row.currency_id.format(row.maximum))
                )
            if row.vat:
                parts.append(self.env._("VAT %s %% where declared", f"{row.vat:g}"))
            if row.postage:
                parts.append(self.env._("plus postage"))
            row.formula = "; ".join(parts)

    def _exact_vat(self):
        """Return the percentage of VAT that may be added; None: none may."""
        self.ensure_one()
        return Decimal(str(round(self.vat, 2))) if self.vat else None

    def _scale(self):
        """Return the row as scale.Scale; raises ValueError."""
        self.ensure_one()

        def exact(record, name, places=2):
            return Decimal(str(round(record[name], places)))

        return scale.Scale(
            tuple(
                scale.Bracket(
                    exact(bracket, "above"),
                    exact(bracket, "base"),
                    exact(bracket, "percentage", 4),
                )
                for bracket in self.bracket_ids.sorted("above")
            ),
            exact(self, "minimum"),
            exact(self, "maximum") if self.maximum else None,
        )
