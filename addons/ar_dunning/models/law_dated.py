from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..rules.law_rows import Dated, override
from ..rules.law_terms import Span


class LawDated(models.AbstractModel):
    """A row of law that counts on some days: from one day to another, both included."""

    _name = "ar.law.dated"
    _inherit = ["ar.law.row"]
    _description = "Dated row of law"

    _place = ()  # fields that say for what it counts; rows of one place do not overlap

    valid_from = fields.Date(string="From", required=True)
    valid_until = fields.Date(
        string="Until", help="The last day; empty: the law sets no end."
    )

    @api.constrains(
        lambda self: (
            "valid_from",
            "valid_until",
            "company_id",
            "pack_id",
            "active",
            *self._place,
        )
    )
    def _check_days(self):
        for row in self:
            if row.valid_until and row.valid_until < row.valid_from:
                raise ValidationError(
                    self.env._("The last day of a row comes after its first one.")
                )
            others = self.search(
                Domain(row._same_place())
                & Domain("id", "!=", row.id)
                & Domain("pack_id", "=", row.pack_id.id)
                & Domain("company_id", "=", row.company_id.id)
            )
            if row.active and any(row._span().meets(one._span()) for one in others):
                raise ValidationError(
                    self.env._(
                        "Another row counts on the same days: end one of them first."
                    )
                )

    def _same_place(self):
        """Return the domain of the rows that this one must not overlap."""
        self.ensure_one()
        return [
            (name, "=", self[name].id if self._fields[name].relational else self[name])
            for name in self._place
        ]

    def _span(self):
        self.ensure_one()
        return Span(self.valid_from, self.valid_until or None)

    def _in_force(self, company):
        """Return the rows that count for a company, as [rules.Dated] by first day.

        Own rows of the company go before those of the companies that it is part of,
        these before those for all, and all of them before the pack's.
        """
        dated = [Dated(row._span(), row) for row in self]

        def of(condition):
            return [one for one in dated if condition(one.row)]

        counting = override(
            of(lambda row: row.pack_id),
            of(lambda row: not row.pack_id and not row.company_id),
        )
        for owner in company.parent_ids:  # the topmost first
            own = of(lambda row, by=owner: not row.pack_id and row.company_id == by)
            counting = override(counting, own)
        return counting
