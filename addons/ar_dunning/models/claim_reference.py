from odoo import api, models
from odoo.tools import SQL

# What stands between the groups of a reference or a document number.
_SEPARATORS = " +*/.-_#:,;()|"
_NORMALISED = f"upper(translate(%s, '{_SEPARATORS}', ''))"


class ClaimReference(models.Model):
    """Makes claims findable by what payers write: references and document numbers."""

    _inherit = "ar.claim"

    _by_reference = models.Index(
        f"(root_company_id, {_NORMALISED % 'payment_reference'})"
    )
    _by_number = models.Index(f"(root_company_id, {_NORMALISED % 'move_name'})")

    @api.model
    def _sql_normalised(self, column):
        """Return a column of a claim as `rules.references.normalise` gives it.

        The very expression of the indexes: it drops the usual separators only, so a
        number with a rare sign or an accented letter in it is found by nobody.

        :param column: payment_reference or move_name, as SQL
        """
        return SQL(_NORMALISED, column)
