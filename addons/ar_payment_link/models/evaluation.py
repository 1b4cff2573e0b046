from odoo import api, models
from odoo.tools import SQL


class Evaluation(models.AbstractModel):
    _inherit = "ar.evaluation"

    @api.model
    def _blocker_sources(self, on):
        return [*super()._blocker_sources(on), self._sql_payments_in_progress()]

    @api.model
    def _sql_payments_in_progress(self):
        """Nobody is reminded of what he is paying at this moment."""
        return SQL(
            """
            SELECT fact.claim_id, 52, 'payment_in_progress'
              FROM ar_payment_reservation reservation
              JOIN fact ON fact.claim_id = reservation.claim_id
             WHERE %s
            """,
            self.env["ar.payment.reservation"]._sql_in_force(SQL("reservation")),
        )

    @api.model
    def _stopping_codes(self):
        return [*super()._stopping_codes(), "payment_in_progress"]

    @api.model
    def _blocker_words(self, code, until, detail):
        if code == "payment_in_progress" and not detail:
            return (
                self.env._("The debtor is paying online at this moment."),
                self.env._(
                    "Nothing has to be done: the payment arrives, or the claim is free "
                    "again within the hour."
                ),
            )
        return super()._blocker_words(code, until, detail)
