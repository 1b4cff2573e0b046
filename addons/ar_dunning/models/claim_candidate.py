from datetime import date

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.big_integer import BigInteger

DUE_TABLE = "ar_run_due"
PARTNER_TABLE = "ar_run_partner"
CHANGED_TABLE = "ar_run_changed"
CANDIDATE_TABLE = "ar_run_candidate"
# Nothing comes any more, unless something changes.
NEVER = date(9999, 12, 31)


class ClaimCandidate(models.Model):
    """From which day on a claim can appear in a run, as it was worked out last.

    Only of claims for which nothing can come before that day; one row has the id of
    its claim. The day may be too early, never too late.

    Nobody has to be told when something changes. Each row keeps a hash of everything
    that the day was worked out from, and it only counts while that is still the same:
    whoever writes to a claim, a hold, a level or a calendar, in whatever way, makes the
    next run look at the claim again. Which rows cannot have changed, and need not be
    compared, is what ar.candidate.watch knows.
    """

    _name = "ar.claim.candidate"
    _description = "Day from which a claim can appear in a run"
    _log_access = False

    candidate_on = fields.Date(string="Candidate on", required=True)
    # The day for which it was evaluated.
    seen_on = fields.Date(string="Seen on", required=True)
    # A hash of what the day was worked out from. With 32 bits, one change in four
    # billion would go unseen, and a claim wait for ever.
    facts = BigInteger(required=True)
    # A hold that is deleted leaves nothing else by which its claim could be found.
    hold_count = fields.Integer(string="Holds that stop the clock", required=True)

    _by_day = models.Index("(candidate_on)")
    _of_holds = models.Index("(id) WHERE hold_count > 0")

    def init(self):
        """Forget rows from before they counted holds: there is no telling how many.

        Without this the column cannot be made required when such a database is updated.
        Claims without a row are looked at.
        """
        self.env.cr.execute(
            SQL(
                """DELETE FROM ar_claim_candidate
                    WHERE hold_count IS NULL OR facts IS NULL"""
            )
        )

    # -- before a run -----------------------------------------------------------------

    @api.model
    def _list_partners(self, company, on):
        """List, in temporary tables, for whom and for what anything can come.

        :return: number of partners, the query of them, and the query of the claims to
            evaluate; three times None when there is no telling, or when they are so
            many that all are evaluated at once
        """
        self.env["ar.evaluation"]._flush()
        watch = self.env["ar.candidate.watch"]
        horizon = watch._horizon(company, on)
        if not watch._has_run(company):
            return None, None, None
        if horizon is not None:
            self._list_changed(horizon)
        self._list_due(company, on, horizon)
        table = SQL.identifier(PARTNER_TABLE)
        self.env.cr.execute(SQL("DROP TABLE IF EXISTS %s", table))
        self.env.cr.execute(
            SQL(
                """CREATE TEMP TABLE %s ON COMMIT DROP AS
                   SELECT DISTINCT partner_id FROM %s""",
                table,
                SQL.identifier(DUE_TABLE),
            )
        )
        # Each credit of the company is looked up among them.
        self.env.cr.execute(SQL("CREATE UNIQUE INDEX ON %s (partner_id)", table))
        self.env.cr.execute(SQL("ANALYZE %s (partner_id)", table))
        [[due, everybody]] = self.env.execute_query(
            SQL(
                """SELECT (SELECT COUNT(*) FROM %s),
                          (SELECT COUNT(*) FROM ar_debtor WHERE root_company_id = %s)
                """,
                table,
                company.root_id.id,
            )
        )
        if 2 * due > everybody:
            return None, None, None
        partners = SQL("SELECT partner_id FROM %s", table)
        self._list_beside(company, partners)
        return due, partners, SQL("SELECT id FROM %s", SQL.identifier(DUE_TABLE))

    @api.model
    def _list_beside(self, company, partners):
        """Add to the list of `_list_due` the claims that decide about others on it.

        A credit covers the oldest claims of its debtor first, and a minimum share is
        one of all that he owes. Of other debtors nothing else need be looked at.
        """
        evaluation = self.env["ar.evaluation"]
        among = partners
        if not evaluation._asks_for("minimum_percentage"):
            among = SQL(
                "SELECT partner_id FROM (%s) credit",
                evaluation._sql_credits(company, partners),
            )
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO %(table)s
                SELECT claim.id, claim.partner_id
                  FROM ar_claim claim
                 WHERE claim.root_company_id = %(root)s AND claim.state = 'open'
                   AND claim.partner_id IN (%(among)s)
                   AND NOT EXISTS (
                       SELECT FROM %(table)s due WHERE due.id = claim.id)
                """,
                table=SQL.identifier(DUE_TABLE),
                root=company.root_id.id,
                among=among,
            )
        )
        self.env.cr.execute(SQL("ANALYZE %s", SQL.identifier(DUE_TABLE)))

    @api.model
    def _list_due(self, company, on, horizon):
        """List, in a temporary table, the claims for which something can have come.

        :param horizon: see ar.candidate.watch; None to compare all claims
        """
        watch = self.env["ar.candidate.watch"]
        table = SQL.identifier(DUE_TABLE)
        self.env.cr.execute(SQL("DROP TABLE IF EXISTS %s", table))
        self.env.cr.execute(
            SQL(
                """
                CREATE TEMP TABLE %(table)s ON COMMIT DROP AS
                SELECT claim.id, claim.partner_id
                  FROM (%(facts)s) claim
                  LEFT JOIN ar_claim_candidate candidate ON candidate.id = claim.id
                 WHERE candidate.id IS NULL OR candidate_on <= %(on)s
                    OR seen_on > %(on)s OR candidate.facts <> claim.facts
                 UNION
                SELECT claim.id, claim.partner_id
                  FROM ar_claim_candidate candidate
                  JOIN ar_claim claim ON claim.id = candidate.id AND %(open)s
                 WHERE candidate_on <= %(on)s
                 UNION
                SELECT claim.id, claim.partner_id
                  FROM (%(pending)s) pending
                  JOIN ar_claim claim ON claim.id = pending.claim_id AND %(open)s
                """,
                table=table,
                on=on,
                open=self._sql_open(company),
                pending=watch._sql_pending(company),
                facts=self._sql_facts(
                    company,
                    None if horizon is None else self._sql_may_differ(company, horizon),
                ),
            )
        )

    @api.model
    def _list_changed(self, horizon):
        """List, in a temporary table, the claims whose row is new since the last run.

        Nothing but that is asked of them: so a row that is not need not be unpacked,
        and to read all claims takes no longer than to count them.
        """
        table = SQL.identifier(CHANGED_TABLE)
        self.env.cr.execute(SQL("DROP TABLE IF EXISTS %s", table))
        self.env.cr.execute(
            SQL(
                """CREATE TEMP TABLE %s ON COMMIT DROP AS
                   SELECT id FROM ar_claim claim WHERE %s""",
                table,
                self.env["ar.candidate.watch"]._sql_since(SQL("claim"), horizon),
            )
        )
        self.env.cr.execute(SQL("ANALYZE %s", table))

    @api.model
    def _count_open(self, company):
        """Return {access group id or None: open claims of the company}."""
        return dict(
            self.env.execute_query(
                SQL(
                    """SELECT access_group_id, COUNT(*)
                         FROM ar_claim claim WHERE %s GROUP BY access_group_id""",
                    self._sql_open(company),
                )
            )
        )

    @api.model
    def _sql_open(self, company):
        """Whether `claim` is one that runs of the company are about."""
        return SQL(
            """claim.company_id = %s AND claim.state = 'open'
               AND claim.principal_claim_id IS NULL""",
            company.id,
        )

    @api.model
    def _sql_may_differ(self, company, horizon):
        """Query of the claims of which something may have changed since the last run.

        Their row, or a hold that stops their clock: changed, come or gone. That neither
        a level nor the calendar nor a hold reason changed is known already.
        """
        return SQL(
            """
            WITH hold AS MATERIALIZED (
                SELECT hold.claim_id, hold.debtor_id, %(changed)s AS changed
                  FROM ar_hold hold
                  JOIN ar_hold_reason reason
                    ON reason.id = hold.reason_id AND reason.freezes_clock
            ), held AS (
                SELECT claim_id, COUNT(*) AS hold_count, bool_or(changed) AS changed
                  FROM (
                    SELECT claim_id, changed FROM hold WHERE claim_id IS NOT NULL
                     UNION ALL
                    SELECT claim.id, hold.changed
                      FROM hold
                      JOIN ar_claim claim
                        ON claim.debtor_id = hold.debtor_id AND %(open)s
                  ) one
                 GROUP BY claim_id
            )
            SELECT id FROM %(listed)s
             UNION ALL
            SELECT COALESCE(held.claim_id, known.id)
              FROM held
              FULL JOIN (
                SELECT id, hold_count FROM ar_claim_candidate WHERE hold_count > 0
              ) known ON known.id = held.claim_id
             WHERE held.changed OR held.hold_count IS DISTINCT FROM known.hold_count
            """,
            listed=SQL.identifier(CHANGED_TABLE),
            open=self._sql_open(company),
            changed=self.env["ar.candidate.watch"]._sql_since(SQL("hold"), horizon),
        )

    # -- after an evaluation -----------------------------------------------------------

    @api.model
    def _note(self, company, on, table):
        """Note from when on the claims evaluated in a table can appear, if not today.

        A claim appears once its level date has come; once it is overdue, if it has none
        for want of a procedure, a version or a calendar. The date of a level only ever
        moves on as days pass. But while a clock stands still for nobody knows how long,
        a level that may be left out can fall away before its day, and the next one come
        at once: such claims are looked at each day, like those whose day has come. What
        is kept of claims that were not evaluated still holds.
        """
        evaluated = SQL(
            """SELECT claim_id AS id, CASE WHEN %(missing)s THEN date_due + 1
                      ELSE COALESCE(level_date, %(never)s) END AS candidate_on
                 FROM %(table)s""",
            missing=self.env["ar.evaluation"]._sql_lacks_day(),
            table=SQL.identifier(table),
            never=SQL("%s::date", NEVER),
        )
        later = SQL(
            "SELECT * FROM (%s) evaluated WHERE candidate_on > %s", evaluated, on
        )
        fresh = SQL.identifier(CANDIDATE_TABLE)
        self.env.cr.execute(SQL("DROP TABLE IF EXISTS %s", fresh))
        self.env.cr.execute(
            SQL(
                """
                CREATE TEMP TABLE %(fresh)s ON COMMIT DROP AS
                SELECT later.id, later.candidate_on, claim.facts, claim.hold_count,
                       known.id IS NOT NULL AS is_known
                  FROM (%(later)s) later
                  JOIN (%(facts)s) claim ON claim.id = later.id
                  LEFT JOIN ar_claim_candidate known
                    ON known.id = later.id AND known.seen_on <= %(on)s
                   AND known.candidate_on = later.candidate_on
                   AND known.facts = claim.facts
                   AND known.hold_count = claim.hold_count
                 WHERE NOT (claim.stands_still AND claim.may_skip)
                """,
                fresh=fresh,
                on=on,
                later=later,
                facts=self._sql_facts(company, SQL("SELECT id FROM (%s) among", later)),
            )
        )
        # Rows that stay as they are must not even be touched: a conflict locks them.
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO ar_claim_candidate (
                       id, candidate_on, seen_on, facts, hold_count)
                SELECT id, candidate_on, %(on)s, facts, hold_count
                  FROM %(fresh)s WHERE NOT is_known
                    ON CONFLICT (id) DO UPDATE
                   SET candidate_on = excluded.candidate_on,
                       seen_on = excluded.seen_on, facts = excluded.facts,
                       hold_count = excluded.hold_count
                """,
                fresh=fresh,
                on=on,
            )
        )
        self.env["ar.candidate.watch"]._note(
            company,
            on,
            pending=SQL(
                """SELECT id FROM (%s) evaluated
                    WHERE NOT EXISTS (
                          SELECT FROM %s fresh WHERE fresh.id = evaluated.id)""",
                evaluated,
                fresh,
            ),
        )
