from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL

from ..rules.law_rows import known_through
from ..rules.regime import UNKNOWN_NATURE

# Days before the end of what is known at which it is worth a warning.
RATE_DAYS = 30


class HealthLaw(models.Model):
    """What costs rest on: rates that end, changes of the law nobody looked at."""

    _inherit = "ar.health"

    def _checks(self, visible):
        on = fields.Date.context_today(self)
        return [
            *super()._checks(visible),
            self._sql_rates(on),
            self._sql_changes(),
            self._sql_versions(),
        ]

    def _sql_rates(self, on):
        """Rates and scales that somebody claims by and that are not known (for long).

        Where the one of a day is not known nothing is charged: the old one never is.
        """
        ends = [
            (company_id, ends)
            for company_id, ends in self._known_ends(on)
            if ends and ends < on + timedelta(days=RATE_DAYS)
        ]
        return SQL(
            """
            SELECT company.id, 'rates',
                   CASE WHEN MIN(known.ends) < %(on)s::date THEN '3_error'
                        WHEN MIN(known.ends) IS NOT NULL THEN '2_warning'
                        ELSE '1_ok' END,
                   COUNT(known.ends)::int, MIN(known.ends)
              FROM res_company company
              LEFT JOIN unnest(%(companies)s::int[], %(ends)s::date[])
                     AS known (company_id, ends) ON known.company_id = company.id
             GROUP BY company.id
            """,
            on=on,
            companies=[company_id for company_id, _ends in ends],
            ends=[ends for _company, ends in ends],
        )

    def _sql_versions(self):
        """Versions that the law of today does not allow."""
        return SQL(
            """
            SELECT company.id, 'versions',
                   CASE WHEN COUNT(found.id) > 0 THEN '3_error' ELSE '1_ok' END,
                   COUNT(found.id)::int, NULL::date
              FROM res_company company
              LEFT JOIN LATERAL (%s) AS found ON TRUE
             GROUP BY company.id
            """,
            self._sql_versions_rows(),
        )

    def _sql_versions_rows(self):
        """Query (id) of versions of `company` that break the law, see _watch_law."""
        self.env["ar.dunning.procedure.version"].flush_model()
        return SQL(
            """
            SELECT version.id
              FROM ar_dunning_procedure_version version
              JOIN ar_dunning_procedure procedure
                ON procedure.id = version.procedure_id
             WHERE version.state IN ('active', 'scheduled')
               AND version.law_error_count > 0
               AND (procedure.company_id = company.id
                    OR EXISTS (SELECT FROM ar_dunning_segment segment
                                WHERE segment.procedure_id = procedure.id
                                  AND segment.company_id = company.id
                                  AND segment.active))
            """
        )

    def _known_ends(self, on):
        """Yield (company id, last day known from a day on) of rates and scales in use.

        Of those that a policy of the company can meet; an end that the law does not
        set is None.
        """
        # Each company has its row; which of them somebody reads, the rules say.
        policies_sudo = (
            self.env["ar.cost.policy"].sudo().search([("treatment", "!=", "none")])
        )
        for company in policies_sudo.company_id:
            regimes_sudo = (
                self.env["ar.law.regime"]
                .sudo()
                .search([("country_id", "=", company._ar_law_country().id)])
                .filtered(lambda regime: regime._span().holds(on))
            )
            own = policies_sudo.filtered(lambda one, by=company: one.company_id == by)
            natures = self._natures(company)
            met = {}
            for regime in regimes_sudo:
                for kind in set(own.mapped("kind")):
                    if any(
                        own._choose(kind, claim_type, scope.debtor_class)
                        for scope in regime.scope_ids
                        for claim_type in natures.get(scope.nature, ())
                    ):
                        met.setdefault(kind, regimes_sudo.browse())
                        met[kind] |= regime
            for dated in self._dated_in_use(met):
                spans = [one.span for one in dated._in_force(company)]
                yield company.id, known_through(spans, on)

    def _dated_in_use(self, met):
        """Return the rows over time of the rates and scales that regimes rest on.

        :param met: {kind of cost: ar.law.regime}
        """
        interest = met.get("interest", self.env["ar.law.regime"])
        series = interest.series_id | interest.otherwise_id
        tariffs = self.env["ar.law.tariff"].union(
            *(
                regimes.cost_ids.filtered(
                    lambda rule, of=kind: rule.kind == of
                ).tariff_id
                for kind, regimes in met.items()
            )
        )
        return [
            *(one.rate_ids for one in series),
            *(one.row_ids for one in tariffs),
        ]

    def _natures(self, company):
        """Return {kind of debt: ids of the claim types} of what a company is owed."""
        types_sudo = self.env["ar.claim.type"].sudo()  # of all groups: a rate is public
        natures = {}
        for kind, _count in (
            self.env["ar.claim"]
            .sudo()
            ._read_group(
                [("company_id", "=", company.id), ("state", "=", "open")],
                ["claim_type_id"],
                ["__count"],
            )
        ):
            # What nothing is known of is an agreement, see rules.regime.
            nature = types_sudo.browse(kind.id).nature or UNKNOWN_NATURE
            natures.setdefault(nature, []).append(kind.id)
        natures.setdefault(UNKNOWN_NATURE, [False])
        return natures

    def _sql_changes(self):
        """What an upgrade of a law pack changed and nobody has looked at."""
        countries = [
            (company.id, company._ar_law_country().id)
            for company in self.env["res.company"].sudo().search([])  # public facts
        ]
        return SQL(
            """
            SELECT owner.id, 'law',
                   CASE WHEN COUNT(change.id) > 0 THEN '2_warning' ELSE '1_ok' END,
                   COUNT(change.id)::int, MIN(change.date)
              FROM unnest(%(companies)s::int[], %(countries)s::int[])
                   AS owner (id, country_id)
              LEFT JOIN ar_law_pack pack ON pack.country_id = owner.country_id
              LEFT JOIN ar_law_change change
                     ON change.pack_id = pack.id AND change.seen IS NOT TRUE
             GROUP BY owner.id
            """,
            companies=[company_id for company_id, _country in countries],
            countries=[country_id or 0 for _company, country_id in countries],
        )
