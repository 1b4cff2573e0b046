from odoo import api, fields, models
from odoo.fields import Domain


class PartnerOrderStop(models.Model):
    """The signal to sales people that no more orders should be taken."""

    _inherit = "res.partner"

    ar_order_stop = fields.Boolean(
        string="Order stop",
        compute="_compute_ar_order_stop",
        search="_search_ar_order_stop",
        help="Receivables have decided to take no more orders in this company.",
    )
    ar_order_stop_reason = fields.Char(
        string="Reason of the order stop", compute="_compute_ar_order_stop"
    )

    @api.model
    def _stopped_domain(self):
        """Decisions of the current company's tree that everybody may know of.

        A debtor known only through claims of a restricted type stays unknown.
        """
        return Domain(
            [
                ("order_stop_on", "!=", False),
                ("restricted", "=", False),
                ("root_company_id", "=", self.env.company.root_id.id),
            ]
        )

    @api.depends_context("company")
    def _compute_ar_order_stop(self):
        # Sales people need no rights on debtors: only the signal and its reason.
        stopped_sudo = (
            self.env["ar.debtor"]
            .sudo()
            .search(
                self._stopped_domain()
                & Domain("partner_id", "in", self.commercial_partner_id.ids)
            )
        )
        reasons = {
            debtor.partner_id.id: debtor.order_stop_note for debtor in stopped_sudo
        }
        for partner in self:
            owner = partner.commercial_partner_id.id
            partner.ar_order_stop = owner in reasons
            partner.ar_order_stop_reason = reasons.get(owner, False)

    def _search_ar_order_stop(self, operator, value):
        if operator != "in":
            return NotImplemented
        # See the compute.
        stopped_sudo = self.env["ar.debtor"].sudo()._search(self._stopped_domain())
        found = Domain(
            "commercial_partner_id", "in", stopped_sudo.subselect("partner_id")
        )
        if True in value and False in value:
            return Domain.TRUE
        return found if True in value else ~found
