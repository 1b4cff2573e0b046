from odoo import models


class ClaimPayee(models.Model):
    """Whom a claim is to be paid to: us, unless an addon says otherwise."""

    _inherit = "ar.claim"

    def _with_others(self):
        """Return {claim id: whom to pay instead, a sentence} of claims that are to be
        paid to somebody else.

        For extension; the sentence is for the debtor, in the language of the reader.
        """
        return {}
