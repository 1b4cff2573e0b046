from odoo import models
from odoo.fields import Domain

_TYPE = "claim_type_id"


class SegmentLaw(models.Model):
    """What a segment says of the law that its claims are under."""

    _inherit = "ar.dunning.segment"

    def _natures_told(self):
        """Return the kinds of debt that the condition names; None: it names none."""
        self.ensure_one()
        wanted = Domain.TRUE
        for path, operator, value in self._plain_conditions():
            if path == _TYPE and not isinstance(value, str):
                wanted &= Domain("id", operator, value)
            elif path.startswith(f"{_TYPE}."):
                wanted &= Domain(path.removeprefix(f"{_TYPE}."), operator, value)
        if wanted.is_true():
            return None
        companies = [False, *self.company_id.parent_ids.ids]
        kinds = self.env["ar.claim.type"].search(
            wanted & Domain("company_id", "in", companies)
        )
        return set(kinds.mapped("nature"))

    def _classes_told(self):
        """Return the classes of debtors that the condition names; None: it names none.

        Of whom nothing is known is treated as a consumer.
        """
        self.ensure_one()
        for path, operator, value in self._plain_conditions():
            if path == "debtor_class" and operator in ("=", "in"):
                values = [value] if isinstance(value, str) else value
                return {"consumer" if one == "unknown" else one for one in values}
        return None

    def _plain_conditions(self):
        """Return the conditions that all claims meet; none where some only may."""
        terms = list(self._claim_domain())
        if "|" in terms or "!" in terms:
            return []
        # The condition of everybody is (1, "=", 1): it names no field.
        return [
            term
            for term in terms
            if not isinstance(term, str) and isinstance(term[0], str)
        ]
