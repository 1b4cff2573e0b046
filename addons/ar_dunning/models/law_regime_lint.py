from odoo import models

from ..rules.lint import longest_wait
from ..rules.lint_terms import (
    Law,
    LintedContent,
    LintedCost,
    LintedPolicy,
    LintedRegime,
)
from ..rules.regime import UNKNOWN_NATURE
from .cost_policy import COST_KINDS
from .law_wait_row import CHANNEL_NAMES

# Debts by contract: what nothing is known of counts as one, and rent is one.
_AGREEMENTS = {UNKNOWN_NATURE, "rent"}


class RegimeLint(models.Model):
    """A regime as the linter of ladders reads it."""

    _inherit = "ar.law.regime"

    def _lint_facts(self, company, policies, scopes, on, sure, registered=False):
        """Return the rules.lint.LintedRegime for claims of a company.

        :param policies: ar.cost.policy of the company, the most special first
        :param scopes: ar.law.scope of the claims that it is about
        :param sure: whether there are such claims, or only may be
        :param registered: whether a level of the ladder is a registered letter
        """
        self.ensure_one()
        calendar = company.ar_sending_calendar_id
        charged = self._lint_policies(company, policies, scopes)
        kinds = {policy.kind for policy in charged}
        series = self.series_id | self.otherwise_id
        return LintedRegime(
            law=Law(self.name, self.article or ""),
            sure=sure,
            costs=self._lint_costs(),
            first_free=self.first_free,
            agreements=bool(_AGREEMENTS & set(scopes.mapped("nature"))),
            notice_channels=frozenset(
                filter(None, (self.notice_channels or "").split(","))
            ),
            waits=self._lint_waits(self.wait_id, company, on),
            registered_days=dict(
                self._lint_waits(self.registered_wait_id, company, on)
            ).get("letter", 0),
            quiet_from=self.quiet_from,
            quiet_to=self.quiet_to,
            checklist=bool(self.checklist),
            contents=tuple(
                LintedContent(one.name, one.block, one.on, one.article)
                for one in self.content_ids
            ),
            policies=charged,
            hours=(round(calendar.window_from * 60), round(calendar.window_to * 60))
            if calendar
            else None,
            rate_known=all(one._row_on(company, on) for one in series),
            verified=not any(
                row.unverified
                for row in self._lint_rows(kinds, company, on, registered)
            ),
        )

    def _lint_costs(self):
        """Return what the regime allows: its costs, and interest."""
        costs = [LintedCost(one.kind, one.starts) for one in self.cost_ids]
        if self.interest_starts:
            costs.append(LintedCost("interest", self.interest_starts))
        return tuple(costs)

    def _cost_kinds(self):
        """Return the kinds of costs that these regimes allow, interest among them."""
        return {*self.cost_ids.mapped("kind")} | {
            "interest" for regime in self if regime.interest_starts
        }

    def _lets(self, policy):
        """Whether what contracts say under a policy is enough for its cost."""
        terms = policy._terms()
        if policy.kind == "interest":
            return bool(self.interest_starts and self._interest_series(terms))
        return any(
            rule.kind == policy.kind and rule._is_agreed(terms)
            for rule in self.cost_ids
        )

    def _lint_policies(self, company, policies, scopes):
        """Return what the company charges of claims in these scopes."""
        kinds_of_debt = self.env["ar.claim.type"].search(
            [("company_id", "in", [False, *company.parent_ids.ids])]
        )
        charged = {}
        for scope in scopes:
            types = kinds_of_debt.filtered(
                lambda one, of=scope: one.nature == of.nature
            )
            usual = scope.nature == UNKNOWN_NATURE
            for type_id in [*types.ids, *([False] if usual or not types else [])]:
                for kind, _name in COST_KINDS:
                    policy = policies._choose(kind, type_id, scope.debtor_class)
                    aimed = bool(
                        policy.claim_type_id or (policy.debtor_class and usual)
                    )
                    if policy._is_on():
                        charged[policy] = aimed or charged.get(policy, False)
        return tuple(
            LintedPolicy(policy.kind, policy.display_name, aimed)
            for policy, aimed in charged.items()
        )

    def _lint_waits(self, wait, company, on):
        """Return the longest calendar days of a period, by channel."""
        rows = [
            (channel, wait._row_on(company, channel, on))
            for channel, _name in CHANNEL_NAMES
            if wait
        ]
        return tuple(
            (
                channel,
                longest_wait(row.convention, row.nth, row.days, row.months, row.extend),
            )
            for channel, row in rows
            if row
        )

    def _lint_rows(self, kinds, company, on, registered):
        """Return the rows of law on which what is charged rests."""
        tariffs = self.cost_ids.filtered(lambda cost: cost.kind in kinds).tariff_id
        series = self.series_id | self.otherwise_id
        return [
            self,
            *(
                self.wait_id._row_on(company, channel, on)
                for channel, _name in CHANNEL_NAMES
                if self.wait_id
            ),
            *(tariff._row_on(company, on) for tariff in tariffs),
            *(one._row_on(company, on) for one in series if "interest" in kinds),
            *(
                wait._row_on(company, "letter", on)
                for wait in self.registered_wait_id
                if registered
            ),
        ]
