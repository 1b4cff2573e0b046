from odoo import api, models
from odoo.tools import SQL

from .evaluation import COLUMNS


def notice_key(alias):
    """Return what claims on one notice have in common; what is blocked stands apart."""
    return SQL(
        """%(row)s.blockers = '{}', %(row)s.debtor_id, %(row)s.currency_id,
           %(row)s.access_group_id, %(row)s.version_id, %(row)s.level_kind,
           %(row)s.recipient_id, %(row)s.recipient_role, %(row)s.part""",
        row=SQL.identifier(alias),
    )


class EvaluationGates(models.AbstractModel):
    """What is decided for all claims of a debtor or a notice together."""

    _inherit = "ar.evaluation"

    @api.model
    def _sql_gates(self, company, on, partner_ids):
        """Put the pieces together and apply what is decided per notice and run."""
        last, allocation = self._sql_allocation(company, on, partner_ids)
        return SQL(
            """
            , %(minimums)s %(allocation)s
            SELECT %(columns)s FROM %(last)s
            """,
            minimums=self._sql_minimums(),
            allocation=allocation,
            columns=SQL(", ").join(SQL.identifier(name) for name in COLUMNS),
            last=SQL.identifier(last),
        )

    @api.model
    def _sql_minimums(self):
        """Relation `gated`: the columns of the evaluation, after the minimums.

        A minimum amount holds for what leaves together: of the claims that one notice
        would have, those with the highest minimum that they reach with all claims of
        that minimum or less. So does a minimum share of all that the debtor owes.
        """
        minimums = self._asks_for("minimum_amount")
        return SQL(
            """
            counted AS %(materialized)s (
                SELECT fact.*, COALESCE(blocked.blockers, '{}') AS blockers,
                       CASE WHEN fact.residual = 0 THEN 0
                            WHEN fact.covered = 0 THEN fact.residual_company
                            ELSE (fact.residual - fact.covered)
                                 * fact.residual_company / fact.residual
                       END AS collectable_company,
                       CASE fact.combine
                            WHEN 'per_level' THEN fact.next_level_id
                            WHEN 'per_claim' THEN fact.claim_id
                            ELSE (fact.next_phase = 'proactive')::int
                                 + 2 * (fact.level_mode = 'task')::int
                       END + %(apart)s * COALESCE(own.claim_type_id, 0) AS part
                  FROM fact
                  LEFT JOIN blocked ON blocked.claim_id = fact.claim_id
                  LEFT JOIN (%(copied)s) own
                    ON own.debtor_id = fact.debtor_id
                   AND own.version_id = fact.version_id
                   AND own.claim_type_id = fact.claim_type_id
            ), %(low)s enough AS (
                SELECT gate.claim_id, gate.company_id, gate.root_company_id,
                       gate.debtor_id, gate.partner_id, gate.access_group_id,
                       gate.currency_id, gate.procedure_id, gate.version_id,
                       gate.cycle, gate.date_due, gate.residual, gate.covered,
                       gate.residual - gate.covered AS collectable,
                       gate.collectable_company, gate.costs,
                       gate.next_level_id AS level_id,
                       gate.next_level_key AS level_key,
                       gate.next_level_sequence AS level_sequence, gate.level_kind,
                       gate.level_date, gate.skipped, gate.channel, gate.channels,
                       gate.reachable, gate.recipient_id, gate.recipient_role,
                       gate.part, gate.occurrence, gate.next_phase,
                       gate.minimum_percentage,
                       %(blockers)s AS blockers
                  FROM counted gate %(low_join)s
            ), %(shares)s
            """,
            materialized=SQL("MATERIALIZED") if minimums else SQL(),
            # More than any id: what the number said before stays apart from the type.
            apart=SQL("%s::bigint", 2**32),
            copied=self._sql_own_copies(),
            low=SQL("low AS (%s),", self._sql_low()) if minimums else SQL(),
            low_join=SQL("LEFT JOIN low ON low.claim_id = gate.claim_id")
            if minimums
            else SQL(),
            blockers=SQL(
                """CASE WHEN low.claim_id IS NULL THEN gate.blockers
                        ELSE ARRAY['below_minimum||' || gate.minimum_amount] END"""
            )
            if minimums
            else SQL("gate.blockers"),
            shares=self._sql_shares()
            if self._asks_for("minimum_percentage")
            else self._sql_no_shares(),
        )

    @api.model
    def _sql_own_copies(self):
        """Claim types of a debtor of which somebody gets copies, and of no others.

        Such claims are on a notice of their own: who gets the copy would read of the
        others too, or get none, depending on which claim leads the notice.
        """
        return SQL(
            """
            SELECT DISTINCT point.debtor_id, point.claim_type_id, level.version_id
              FROM contact_point point
              JOIN ar_dunning_level_copy wanted ON wanted.role = point.role
              JOIN ar_dunning_level level ON level.id = wanted.level_id
             WHERE point.claim_type_id IS NOT NULL
            """
        )

    @api.model
    def _sql_low(self):
        """Claims whose notice would not reach the minimum of their level."""
        return SQL(
            """
            SELECT claim_id
              FROM (
                SELECT claim_id, minimum_amount, MAX(minimum_amount) FILTER (
                           WHERE total >= minimum_amount)
                           OVER (PARTITION BY %(summed)s) AS reached_minimum
                  FROM (
                    SELECT counted.*, SUM(collectable_company) OVER (
                               PARTITION BY %(counted)s ORDER BY minimum_amount)
                           AS total
                      FROM counted
                     WHERE blockers = '{}'
                  ) summed
              ) reached
             WHERE minimum_amount > COALESCE(reached_minimum, 0)
            """,
            counted=notice_key("counted"),
            summed=notice_key("summed"),
        )

    @api.model
    def _asks_for(self, minimum):
        """Whether any claim can meet a level with this minimum; if not, it is free."""
        asking = [(minimum, ">", 0)]
        if not self.env.context.get("ar_simulation"):
            # Only a simulation places claims in drafts.
            asking.append(("version_id.state", "!=", "draft"))
        # Configuration of all companies; only its existence is used.
        levels_sudo = self.env["ar.dunning.level"].sudo()
        return bool(levels_sudo.search_count(asking, limit=1))

    @api.model
    def _sql_no_shares(self):
        return SQL("gated AS (SELECT * FROM enough)")

    @api.model
    def _sql_shares(self):
        """The minimum share of what the debtor owes in this company and currency.

        Of what readers of one access group see: a total never tells of other claims.
        """
        return SQL(
            """
            owed AS (
                SELECT debtor_id, currency_id, access_group_id,
                       SUM(collectable) AS amount
                  FROM enough
                 GROUP BY debtor_id, currency_id, access_group_id
                HAVING bool_or(minimum_percentage > 0)
            ), shared AS (
                SELECT enough.*, owed.amount AS owed, SUM(collectable) OVER (
                           PARTITION BY %(enough)s ORDER BY minimum_percentage) AS total
                  FROM enough
                  JOIN owed ON owed.debtor_id = enough.debtor_id
                   AND owed.currency_id = enough.currency_id
                   AND owed.access_group_id
                       IS NOT DISTINCT FROM enough.access_group_id
            ), small AS (
                SELECT claim_id, minimum_percentage
                  FROM (
                    SELECT shared.*, MAX(minimum_percentage) FILTER (
                               WHERE total * 100 >= minimum_percentage * owed)
                               OVER (PARTITION BY %(shared)s) AS reached
                      FROM shared
                  ) share
                 WHERE blockers = '{}' AND minimum_percentage > COALESCE(reached, 0)
            ), gated AS (
                SELECT %(columns)s, enough.next_phase,
                       CASE WHEN small.claim_id IS NOT NULL
                            THEN ARRAY['below_percentage||' || small.minimum_percentage]
                            ELSE enough.blockers END AS blockers
                  FROM enough
                  LEFT JOIN small ON small.claim_id = enough.claim_id
            )
            """,
            enough=notice_key("enough"),
            shared=notice_key("shared"),
            columns=SQL(", ").join(
                SQL.identifier("enough", name) for name in COLUMNS if name != "blockers"
            ),
        )
