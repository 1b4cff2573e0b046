from odoo import models

from ..rules.lint import lint, merge, order


class VersionLawFacts(models.Model):
    """What rules.lint looks at: levels, the law of their claims, what is charged."""

    _inherit = "ar.dunning.procedure.version"

    def _lint(self, on=None):
        """Return the rules.lint.Findings of a version.

        :param on: day whose law it is; default: today of each company
        """
        self.ensure_one()
        # Policies and law of every company that uses the procedure: the reader is told
        # what is wrong with it, and nothing else of them.
        version_sudo = self.sudo()
        levels = version_sudo.level_ids.sorted("sequence")
        found, ladder = [], ()
        for company in version_sudo.procedure_id._law_companies():
            ladder = [level._lint_facts(company) for level in levels]
            day = on or company._ar_today()
            policies = self.env["ar.cost.policy"]._of_company(company)
            found += lint(
                ladder,
                version_sudo._lint_regimes(
                    company, policies, day, any(level.registered for level in ladder)
                ),
                any(policy._is_on() for policy in policies),
            )
        return order(merge(found), ladder)

    def _lint_regimes(self, company, policies, on, registered):
        """Return the rules.lint.LintedRegimes that claims of a company are under.

        :param registered: whether a level is a registered letter
        """
        reach = self.procedure_id._reach(company)
        regimes = self.env["ar.law.regime"].search(
            [
                ("country_id", "=", company._ar_law_country().id or 0),
                ("company_id", "in", [False, *company.parent_ids.ids]),
            ]
        )
        linted = []
        for regime in regimes.filtered(lambda one: one._span().holds(on)):
            scopes = regime.scope_ids.filtered(
                lambda scope: (
                    scope.nature in reach.natures
                    and scope.debtor_class in reach.classes
                )
            )
            if scopes:
                sure = bool(reach.sure & set(scopes.mapped("nature")))
                linted.append(
                    regime._lint_facts(company, policies, scopes, on, sure, registered)
                )
        return linted
