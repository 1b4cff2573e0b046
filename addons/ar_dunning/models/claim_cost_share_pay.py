from odoo import api, models


class ClaimCostSharePay(models.Model):
    """Money for shares of costs: what is booked, and matched with the money."""

    _inherit = "ar.claim.cost.share"

    def _booked(self):
        """Return the claims of what is in the ledger of these shares."""
        return self.accessory_ids.filtered(lambda claim: claim.state != "void")

    def _amount_unbooked(self):
        """Return what of this share is not in the ledger yet."""
        self.ensure_one()
        booked = sum(self._booked().mapped("amount_original"))
        return self.currency_id.round(self.amount - booked)

    @api.model
    def _items_of(self, pieces):
        """Return the ids of the items in the ledger that pieces of payments pay.

        What is not in the ledger yet is booked, on the day of its payment.

        :param pieces: [(rules.owed.Piece, day)]
        """
        booked = iter(
            self._book(
                [
                    (self.browse(piece.id), float(piece.amount), on)
                    for piece, on in pieces
                    if not piece.item
                ]
            ).ids
        )
        return [piece.item or next(booked) for piece, _on in pieces]

    def _end_interest(self, on):
        """Close interest that was paid up to a day, together with its principal."""
        for share in self:
            share.cost_id.write({"amount": share.amount_paid, "reckoned_on": on})
            share.amount = share.amount_paid
        self.cost_id._note_paid()
