from odoo import api, fields, models

COST_KIND_NAMES = [
    ("lump_sum", "Lump sum"),
    ("collection_costs", "Collection costs"),
    ("fixed_amount", "Fixed amount"),
    ("reminder", "Cost of a reminder"),
]


class LawTariff(models.Model):
    """What a cost of one kind may amount to, as it changes over time."""

    _name = "ar.law.tariff"
    _inherit = ["ar.law.identity"]
    _description = "Cost tariff"
    _order = "code"
    _rec_names_search = ["code"]
    _rows = "row_ids"
    _deciding = ("kind", "currency_id")

    code = fields.Char(required=True, readonly=True)
    name = fields.Char(compute="_compute_name")
    country_id = fields.Many2one(related="pack_id.country_id", store=True)
    kind = fields.Selection(COST_KIND_NAMES, required=True, readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    row_ids = fields.One2many("ar.law.tariff.row", "tariff_id", string="Scales")

    _code_unique = models.UniqueIndex(
        "(code) WHERE active", "Another tariff already has this code."
    )

    @api.depends("words", "code")
    @api.depends_context("lang")
    def _compute_name(self):
        for tariff in self:
            tariff.name = tariff._say("name") or tariff.code

    @api.depends("name")
    def _compute_display_name(self):
        for tariff in self:
            tariff.display_name = tariff.name

    def _row_on(self, company, day):
        """Return the scale of a company on a day; empty when none is known."""
        self.ensure_one()
        for dated in self.row_ids._in_force(company):
            if dated.span.holds(day):
                return dated.row
        return self.env["ar.law.tariff.row"]
