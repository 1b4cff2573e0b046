from odoo import models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

# How rows say to which group they are restricted.
_MARKERS = {"access_group_id", "ar_access_group_id"}
# Of the whole debtor or contact, whoever asks: the daily cycle may see everything.
_TOTALS = {"ar.debtor", "res.partner"}


class SegmentSecret(models.Model):
    """Keeps conditions of segments from telling what is restricted.

    The daily cycle reads conditions with all rights. One that looks from an ordinary
    claim at all claims of its debtor would show by its result that others exist. The
    fields of the claim itself are safe: they count claims of the same visibility.
    """

    _inherit = "ar.dunning.segment"

    def _check_tells_no_secret(self):
        """Refuse conditions over lists of restricted rows, once there are any."""
        if not self.env["ar.claim.type"]._access_group_ids():
            return
        for segment in self:
            try:
                domain = segment._claim_domain()
            except (AttributeError, IndexError, SyntaxError, TypeError, ValueError):
                continue  # _check_domain refuses what cannot be read
            try:
                found = self._find_secret("ar.claim", domain)
            except (AttributeError, KeyError, TypeError, ValueError):
                # What cannot be followed cannot be judged: it may tell.
                found = segment.domain
            if found:
                raise ValidationError(
                    self.env._(
                        "Claims of restricted types exist, and the condition of "
                        "segment “%(segment)s” could tell of them by “%(field)s”. Use "
                        "the fields of the claim instead, such as the number of open "
                        "claims of the debtor, their amount or the risk.",
                        segment=segment.name,
                        field=found,
                    )
                )

    def _find_secret(self, model_name, domain):
        """Return the first path of a domain that could tell, or None."""
        for condition in Domain(domain).iter_conditions():
            model = self.env[model_name]
            for name in condition.field_expr.split("."):
                field = model._fields.get(name)
                if field is None:
                    break  # a part of a date or of a property
                if self._tells(field):
                    return condition.field_expr
                model = self.env[field.comodel_name] if field.relational else model
            value = condition.value
            if isinstance(value, Domain) or condition.operator in ("any", "not any"):
                found = self._find_secret(model._name, value)
                if found:
                    return f"{condition.field_expr}.{found}"
        return None

    def _tells(self, field):
        # What an inherited or related field shows is judged where it comes from.
        while field.related_field:
            field = field.related_field
        if field.type in ("one2many", "many2many"):
            return bool(self.env[field.comodel_name]._fields.keys() & _MARKERS)
        return (
            field.model_name in _TOTALS
            and bool(field.compute)
            and bool(field.search)
            and not field.store
        )
