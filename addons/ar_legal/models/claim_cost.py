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

    @api.model
    def _sql_costs_wait(self, on):
        return SQL(
            """
            %(waits)s OR EXISTS (
                SELECT FROM ar_legal_case_claim member
                  JOIN ar_legal_case legal ON legal.id = member.case_id
                 WHERE member.claim_id = claim.id AND legal.accrue_until < %(on)s
                   AND COALESCE(member.left_on, CASE WHEN NOT member.active
                                                     THEN legal.closed_on END,
                                %(on)s) >= %(on)s)
            """,
            waits=super()._sql_costs_wait(on),
            on=on,
        )
