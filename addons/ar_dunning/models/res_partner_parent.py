from odoo import models

_DECIDES_WHO_OWES = {"parent_id", "is_company"}


class PartnerParent(models.Model):
    """A partner that becomes part of another one takes its debts along."""

    _inherit = "res.partner"

    def write(self, vals):
        result = super().write(vals)
        if _DECIDES_WHO_OWES & vals.keys():
            # Who keeps addresses need not see dossiers: they follow their partner.
            self.env["ar.debtor"].sudo()._follow_commercial_partners(self)
        return result
