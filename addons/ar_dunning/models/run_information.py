from odoo import api, models
from odoo.tools import SQL

from .run_proposal import EVALUATION_TABLE

OTHER_TABLE = "ar_run_other"
NOTICE_TABLE = "ar_run_notice"


class RunInformation(models.Model):
    """Mentions on a notice what else the debtor owes, without claiming it there."""

    _inherit = "ar.dunning.run"

    def _insert_information(self, on):
        """Add the debtor's other claims to the notices of these runs, as information.

        Claims of the same procedure that are overdue and unpaid but do not advance
        today; a claim on hold or excluded is never mentioned. A notice before the due
        date mentions nothing that is late. What is not due yet is only mentioned where
        the level asks for it, on one notice of the debtor.
        """
        with_not_due = self._lists_not_due()
        self._list_others(on, with_not_due)
        sources = [self._sql_other_overdue(on)]
        if with_not_due:
            sources.append(self._sql_other_not_due(on))
        for others in sources:
            self.env.cr.execute(
                SQL(
                    """
                    INSERT INTO ar_dunning_notice_line (
                           notice_id, run_id, company_id, access_group_id, claim_id,
                           debtor_id, role, state, cycle, level_id, level_key,
                           level_sequence, occurrence, %(fact_names)s,
                           create_uid, create_date, write_uid, write_date)
                    SELECT other.notice_id, other.run_id, other.company_id,
                           other.access_group_id, other.claim_id, other.debtor_id,
                           'information', other.notice_state, other.cycle,
                           claim.level_id, claim.level_key, claim.level_sequence, 1,
                           %(facts)s, %(audit)s
                      FROM (%(others)s) other
                      JOIN ar_claim claim ON claim.id = other.claim_id
                    """,
                    others=others,
                    audit=self._sql_audit(),
                    fact_names=self._sql_fact_names(),
                    facts=self._sql_facts(SQL("other"), on),
                )
            )

    def _list_others(self, on, with_not_due):
        """List what nothing but its day keeps from advancing, and the notices.

        In temporary tables, so that it is known how many there are: guessed to be few,
        each claim would be held against each notice of the run.
        """
        self._list_into(
            OTHER_TABLE,
            SQL(
                """
                SELECT * FROM %(evaluated)s
                 WHERE (%(with_not_due)s OR date_due < %(on)s)
                   AND cardinality(blockers) = 1
                   AND (blockers[1] LIKE 'not_yet_due|%%'
                        OR blockers[1] IN ('finished', 'awaiting_delivery'))
                """,
                evaluated=SQL.identifier(EVALUATION_TABLE),
                with_not_due=with_not_due,
                on=on,
            ),
        )
        self._list_into(
            NOTICE_TABLE,
            SQL(
                """
                SELECT id, state, run_id, debtor_id, currency_id, procedure_id, level_id
                  FROM ar_dunning_notice
                 WHERE run_id = ANY(%s) AND kind = 'dunning'
                """,
                self.ids,
            ),
        )

    @api.model
    def _list_into(self, name, query):
        table = SQL.identifier(name)
        self.env.cr.execute(SQL("DROP TABLE IF EXISTS %s", table))
        self.env.cr.execute(
            SQL("CREATE TEMP TABLE %s ON COMMIT DROP AS %s", table, query)
        )
        self.env.cr.execute(SQL("ANALYZE %s (run_id, debtor_id, procedure_id)", table))

    @api.model
    def _lists_not_due(self):
        """Whether any notice of today lists what is not due yet: mostly none does."""
        return bool(
            self.env.execute_query(
                SQL(
                    """SELECT 1 FROM ar_dunning_level level
                        WHERE level.include_not_due AND EXISTS (
                              SELECT FROM %s evaluated
                               WHERE evaluated.level_id = level.id
                                 AND evaluated.blockers = '{}')
                        LIMIT 1""",
                    SQL.identifier(EVALUATION_TABLE),
                )
            )
        )

    @api.model
    def _sql_other_overdue(self, on):
        """Claims that are late but do not advance today, with their notice."""
        return SQL(
            """
            SELECT evaluated.*, notice.id AS notice_id, notice.state AS notice_state
              FROM %(table)s evaluated
              JOIN ar_claim claim ON claim.id = evaluated.claim_id
              JOIN %(notices)s notice ON %(same)s
              JOIN ar_dunning_level lead
                ON lead.id = notice.level_id AND lead.phase <> 'proactive'
              JOIN ar_dunning_procedure procedure
                ON procedure.id = evaluated.procedure_id
               AND procedure.combine = 'highest_level'
             WHERE evaluated.date_due < %(on)s
               AND claim.level_sequence > 0
            """,
            table=SQL.identifier(OTHER_TABLE),
            notices=SQL.identifier(NOTICE_TABLE),
            same=self._sql_same_notice(),
            on=on,
        )

    @api.model
    def _sql_other_not_due(self, on):
        """Claims that fall due later, with the highest notice that lists such."""
        return SQL(
            """
            SELECT DISTINCT ON (evaluated.claim_id) evaluated.*,
                   notice.id AS notice_id, notice.state AS notice_state
              FROM %(table)s evaluated
              JOIN %(notices)s notice ON %(same)s
              JOIN ar_dunning_level lead
                ON lead.id = notice.level_id AND lead.include_not_due
             WHERE evaluated.date_due >= %(on)s
               AND evaluated.collectable > 0
             ORDER BY evaluated.claim_id, lead.sequence DESC, notice.id
            """,
            table=SQL.identifier(OTHER_TABLE),
            notices=SQL.identifier(NOTICE_TABLE),
            same=self._sql_same_notice(),
            on=on,
        )

    @api.model
    def _sql_same_notice(self):
        """Whether an evaluated claim may be mentioned on `notice` of its run."""
        return SQL(
            """notice.run_id = evaluated.run_id
               AND notice.debtor_id = evaluated.debtor_id
               AND notice.currency_id = evaluated.currency_id
               AND notice.procedure_id = evaluated.procedure_id"""
        )
