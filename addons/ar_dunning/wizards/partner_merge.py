from odoo import models
from odoo.exceptions import UserError


class BasePartnerMerge(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        """Refuse to merge two debtors of one company: their dossiers stay apart."""
        # The merger may not see every dossier; only their number is used.
        dossiers = (
            self.env["ar.debtor"]
            .sudo()
            ._read_group(
                [("partner_id", "in", partner_ids)],
                ["root_company_id"],
                ["__count"],
            )
        )
        if any(count > 1 for _company, count in dossiers):
            raise UserError(
                self.env._(
                    "Several of these partners are debtors of the same company, each "
                    "with an own history of claims and notices, which would be lost. "
                    "Merge only the contacts that owe nothing."
                )
            )
        return super()._merge(partner_ids, dst_partner, extra_checks)
