from odoo import api, fields, models

from ..rules.regime import claimable
from .law_regime import STARTS


class LawRegimeCost(models.Model):
    """A cost that may be claimed under a regime, from when and on what condition."""

    _name = "ar.law.regime.cost"
    _inherit = ["ar.law.part"]
    _description = "Cost of a regime"
    _order = "regime_id, id"
    _part_of = "regime_id"

    regime_id = fields.Many2one(
        "ar.law.regime", required=True, ondelete="cascade", index=True
    )
    tariff_id = fields.Many2one("ar.law.tariff", required=True, ondelete="restrict")
    kind = fields.Selection(related="tariff_id.kind")
    includes_id = fields.Many2one(
        "ar.law.tariff",
        ondelete="restrict",
        help="A cost that is part of this one: both together come to the higher of the "
        "two, never to their sum.",
    )
    starts = fields.Selection(STARTS, string="May be claimed from", required=True)
    clause = fields.Boolean(
        string="By contract", help="Only when the contract provides for it."
    )
    grouping = fields.Selection(
        [
            ("each", "Each claim by itself"),
            ("together", "Claims of one notice together"),
        ],
        required=True,
        default="each",
        help="Claims that are reminded together may count as one sum, which never "
        "costs more than each by itself.",
    )
    regular_supply = fields.Boolean(
        string="Regular supplies only",
        help="Only for contracts by which something is supplied regularly.",
    )

    @api.depends("tariff_id.name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for cost in self:
            cost.display_name = cost.tariff_id.name

    def _applies(self, row, terms):
        """Whether the conditions of the law for this cost are met.

        :param row: the ar.law.tariff.row in force
        :param terms: rules.regime.CreditorTerms
        """
        self.ensure_one()
        return self._is_agreed(terms) and terms.free_used >= row.free_per_year

    def _is_agreed(self, terms):
        """Whether contracts provide for what the law wants them to provide for."""
        self.ensure_one()
        return (terms.clause or not self.clause) and (
            terms.regular_supply or not self.regular_supply
        )

    def _is_free(self, company, on, free_used):
        """Whether it costs nothing yet: so many due dates of a year are free.

        :param free_used: how many others of the year came before
        """
        self.ensure_one()
        if self.kind != "reminder":
            return False
        row = self.tariff_id._row_on(company, on)
        return bool(row) and free_used < row.free_per_year

    def _claimable(self, due_on, sent_on, period):
        """Return from when the cost may be claimed, see rules.regime.claimable."""
        self.ensure_one()
        return claimable(self.starts, due_on, sent_on, period)

    def _is_together(self, policy):
        """Whether claims of one notice count as one sum, see scale.lowest_amount."""
        self.ensure_one()
        how = self.grouping if policy.grouping == "law" else policy.grouping
        return how == "together"
