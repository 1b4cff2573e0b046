from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL

# Days before the end of what is known at which it is worth a warning.
RATE_DAYS = 30


class HealthLaw(models.Model):
    """What costs rest on: rates that end, changes of the law nobody looked at."""

    _inherit = "ar.health"

    def _checks(self, visible):
        on = fields.Date.context_today(self)
        return [*super()._checks(visible), self._sql_rates(on), self._sql_changes()]

    def _sql_rates(self, on):
        """Interest that somebody claims and whose rate is not known (for long).

        Where the rate of a day is not known, no interest runs: the old one never does.
        """
        ends = [
            (company_id, ends)
            for company_id, ends in self._rates_end()
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

    def _rates_end(self):
        """Yield (company id, last day with a known rate) of each series in use."""
        # Each company has its row; which of them somebody reads, the rules say.
        policies_sudo = (
            self.env["ar.cost.policy"]
            .sudo()
            .search([("kind", "=", "interest"), ("treatment", "!=", "none")])
        )
        for company in policies_sudo.company_id:
            regimes_sudo = (
                self.env["ar.law.regime"]
                .sudo()
                .search([("country_id", "=", company._ar_law_country().id)])
            )
            for series in regimes_sudo.series_id | regimes_sudo.otherwise_id:
                yield company.id, series.with_company(company).known_until

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
