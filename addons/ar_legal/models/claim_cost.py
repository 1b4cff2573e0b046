from odoo import api, models
from odoo.tools import SQL


class ClaimCost(models.Model):
    """Costs and interest stand still when the legal case of the claim says so."""

    _inherit = "ar.claim.cost"

    @api.model
    def _sql_still(self):
        return SQL(
            """
            %s
             UNION ALL
            SELECT legal.accrue_until + 1,
                   COALESCE(member.left_on, CASE WHEN NOT member.active
                                                 THEN legal.closed_on END)
              FROM ar_legal_case_claim member
              JOIN ar_legal_case legal ON legal.id = member.case_id
             WHERE member.claim_id = claim.id AND legal.accrue_until IS NOT NULL
               AND COALESCE(member.left_on, legal.closed_on, legal.accrue_until + 1)
                   > legal.accrue_until
            """,
            super()._sql_still(),
        )

    def _stopped(self, on):
        """Nothing more is claimed beside a claim whose case says so."""
        cases = self.share_ids.claim_id.legal_case_id
        still = cases.filtered(
            lambda case: case.accrue_until and case.accrue_until < on
        )
        return super()._stopped(on) | self.filtered(
            lambda cost: cost.share_ids.claim_id.legal_case_id & still
        )
