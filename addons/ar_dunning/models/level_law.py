from odoo import models

from ..rules.lint_terms import LintedLevel

# What every notice that asks for payment says by itself: its blocks of claims and of
# payment.
_ALWAYS = {"claims", "total"}
_WHEN_ANNOUNCING = {"costs_announced", "waiting_period"}
# What the author of a text answers for.
_OF_THE_AUTHOR = {
    "said_dispute": "how_to_dispute",
    "said_plan": "payment_plan_offer",
    "said_debt_help": "debt_help",
}


class LevelLaw(models.Model):
    """What a level does, as the law looks at it."""

    _inherit = "ar.dunning.level"

    def _lint_facts(self, company):
        """Return the level as rules.lint reads it."""
        self.ensure_one()
        return LintedLevel(
            key=self.level_key or "",
            kind=self.kind,
            phase=self.phase,
            cost_action=self.cost_action if self.kind == "notice" else "none",
            channels=frozenset(self._ways()),
            offset_days=self.offset_days,
            minimum_wait_days=self.minimum_wait_days,
            mandatory=self.mandatory,
            registered=self.registered and self.kind == "notice",
            says=frozenset(self._said_to(company)),
        )

    def _ways(self):
        """Return the channels over which the level may reach a debtor."""
        self.ensure_one()
        if self.kind == "handover":
            return set()
        if self.mode == "task":
            return {"person"}
        return {channel for channel in self.channel_ids.mapped("channel") if channel}

    def _said_to(self, company):
        """Return which contents of the law (ar.law.content.block) its notices say.

        An addon that adds a block to notices adds what it says.
        """
        self.ensure_one()
        if self.kind == "handover" or self.mode == "task":
            return set()
        said = set(_ALWAYS)
        if self.cost_action != "none":
            said |= _WHEN_ANNOUNCING
        creditor = company.partner_id
        if creditor.company_registry or creditor.vat:
            said.add("creditor_identity")
        template = self.template_id
        return said | {
            block for field, block in _OF_THE_AUTHOR.items() if template[field]
        }
