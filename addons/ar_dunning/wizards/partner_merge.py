from odoo import models


class BasePartnerMerge(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Merge debtor into debtor before Odoo moves what points to the partners.

        Odoo would fail on the debtor that both partners have, or delete rows.
        """
        # Whoever may merge contacts need not see dossiers: they follow their partner.
        debtors_sudo = self.env["ar.debtor"].sudo().with_context(active_test=False)
        owner = dst_partner.commercial_partner_id or dst_partner
        if owner in src_partners:
            owner = dst_partner
        debtors_sudo.search([("partner_id", "in", src_partners.ids)])._follow_partner(
            owner
        )
        debtors_sudo._repoint(
            "ar_debtor_contact", "partner_id", src_partners.ids, dst_partner.id
        )
        debtors_sudo.env.invalidate_all()
        return super()._update_foreign_keys(src_partners, dst_partner)
