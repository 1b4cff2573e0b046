from odoo import api, fields, models


class LawScope(models.Model):
    """A kind of debt of a class of debtors that a regime covers."""

    _name = "ar.law.scope"
    _inherit = ["ar.law.part"]
    _description = "Scope of a regime"
    _order = "regime_id, nature, debtor_class"
    _part_of = "regime_id"

    regime_id = fields.Many2one(
        "ar.law.regime", required=True, ondelete="cascade", index=True
    )
    nature = fields.Selection(
        selection=lambda self: (
            self.env["ar.claim.type"]._fields["nature"]._description_selection(self.env)
        ),
        string="Kind of debt",
        required=True,
    )
    debtor_class = fields.Selection(
        [
            ("consumer", "Consumer"),
            ("enterprise", "Enterprise"),
            ("public_body", "Public body"),
        ],
        string="Debtor",
        required=True,
    )

    _once = models.Constraint(
        "UNIQUE (regime_id, nature, debtor_class)", "This is covered already."
    )

    @api.depends("nature", "debtor_class")
    @api.depends_context("lang")
    def _compute_display_name(self):
        natures, classes = (
            dict(self._fields[name]._description_selection(self.env))
            for name in ("nature", "debtor_class")
        )
        for scope in self:
            said = (natures.get(scope.nature), classes.get(scope.debtor_class))
            scope.display_name = ", ".join(filter(None, said))
