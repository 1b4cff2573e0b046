from odoo import models
from odoo.tools import SQL

from odoo.addons.ar_dunning.rules.references import normalise


class PaymentReturnLine(models.Model):
    _inherit = "payment.return.line"

    def _find_match(self):
        """Also find payments by the reference or number of the claim that they paid."""
        result = super()._find_match()
        for line in self:
            if not line.move_line_ids and line.reference:
                line._match_claim()
        self.filtered("move_line_ids")._get_partner_from_move()
        return result

    def _match_claim(self):
        """Take the last payment of just this amount of the claim with the reference."""
        # Who imports returns needs no rights on claims: only the journal items are
        # taken, and only those that he may read.
        claims_sudo = self.env["ar.claim"].sudo()
        claims_sudo.flush_model()
        reference = normalise(self.reference)
        columns = (SQL("payment_reference"), SQL("move_name"))
        found = self.env.execute_query(
            SQL(
                "SELECT id FROM ar_claim WHERE company_id = %s AND (%s)",
                self.return_id.company_id.id,
                SQL(" OR ").join(
                    SQL("%s = %s", claims_sudo._sql_normalised(column), reference)
                    for column in columns
                ),
            )
        )
        paying = claims_sudo.browse(
            claim_id for [claim_id] in found
        ).line_id.matched_credit_ids.credit_move_id
        currency = self.return_id.company_id.currency_id
        exact = paying.filtered(
            lambda item: (
                item.journal_id.type in ("bank", "cash")
                and currency.compare_amounts(item.credit, self.amount) == 0
            )
        )
        readable = exact.sudo(False)._filtered_access("read")
        self.move_line_ids = readable.sorted(lambda item: (item.date, item.id))[-1:]
