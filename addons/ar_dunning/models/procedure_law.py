from typing import NamedTuple

from odoo import fields, models

from ..rules.law_terms import DEBTOR_CLASSES, NATURES
from ..rules.regime import UNKNOWN_NATURE


class Reach(NamedTuple):
    """Which claims a procedure gets in a company.

    ``sure`` are the natures of claims that do get it; of the other ones nobody says
    so, and nobody says that they do not.
    """

    classes: set
    natures: set
    sure: set


class ProcedureLaw(models.Model):
    """Under which law the claims of a procedure are."""

    _inherit = "ar.dunning.procedure"

    nature = fields.Selection(
        selection=lambda self: (
            self.env["ar.claim.type"]._fields["nature"]._description_selection(self.env)
        ),
        string="Kind of debt",
        help="For which debts this procedure is written: their law is what its levels "
        "are checked against. Empty: as the segments say, otherwise for any.",
    )

    def action_check_law(self):
        """Show what the draft, or else the version in force, has against the law."""
        self.ensure_one()
        version = self.draft_version_id or self.active_version_id
        check = self.env["ar.law.check"].create(
            {"procedure_id": self.id, "version_id": version.id}
        )
        return check._action_open()

    def _law_segments(self):
        """Return the segments that give this procedure, of all companies."""
        # Whoever writes a shared procedure is told what is wrong with it, also where
        # the segments of another company are what makes it so.
        return (
            self.env["ar.dunning.segment"]
            .sudo()
            .search([("procedure_id", "in", self._origin.ids)])
        )

    def _law_companies(self):
        """Return the companies whose law the procedure has to keep."""
        self.ensure_one()
        return self.company_id or self._law_segments().company_id or self.env.company

    def _reach(self, company):
        """Return the Reach of the procedure in a company."""
        self.ensure_one()
        segments = self._law_segments().filtered(
            lambda segment: segment.company_id == company
        )
        natures, sure = self._natures(segments)
        return Reach(self._classes(segments), natures, sure)

    def _natures(self, segments):
        """Return the kinds of debt that may come, and those that surely do."""
        if self.nature:
            return {self.nature}, {self.nature}
        told = [segment._natures_told() for segment in segments]
        sure = set().union(*(natures for natures in told if natures))
        if told and None not in told:
            return sure, sure
        # Of which kind a debt is nobody knows is an agreement, see rules.regime.
        return set(NATURES), sure | {UNKNOWN_NATURE}

    def _classes(self, segments):
        """Return the classes of debtors that it is written for."""
        if self.debtor_class in DEBTOR_CLASSES:
            return {self.debtor_class}
        told = [segment._classes_told() for segment in segments]
        if told and None not in told:
            return set().union(*told)
        return set(DEBTOR_CLASSES)
