from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.big_integer import BigInteger
from ..tools.integers import Integers

# Transaction numbers of 32 bits come round again; they are only compared within this.
FAR = 1_000_000_000


class CandidateWatch(models.Model):
    """Since when changes of a company's claims have not been looked at.

    PostgreSQL keeps, for each row, the transaction that wrote it. All that the last
    run saw was written by transactions that were over when it began; every row of
    another one is compared anew with what ar.claim.candidate kept. Long transactions
    beside the run only make it compare more.

    A row that this cluster did not write itself (a restored dump, a copy by logical
    replication) is not believed: there the numbers mean nothing.
    """

    _name = "ar.candidate.watch"
    _description = "Since when changes of claims have not been looked at"
    _log_access = False

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    # The latest day that was evaluated for.
    seen_on = fields.Date(string="Seen on", required=True)
    # The oldest transaction of which the run may have seen nothing.
    horizon = BigInteger(required=True)
    # The transaction of the run itself, to tell whether this row is still its own.
    written_by = BigInteger(string="Written by", required=True)
    # A hash of the levels, of the calendar, and of which reasons stop the clock.
    rules = BigInteger(required=True)
    # Claims whose day had come, or for which no day could be told: they have no row
    # of their own that counts, and are looked at each day.
    pending = Integers(string="Claims to look at", required=True)

    _once = models.UniqueIndex("(company_id)", "The company is watched already.")

    @api.model
    def _has_run(self, company):
        """Whether a run has noted anything of the company yet."""
        return bool(
            self.env.execute_query(
                SQL("SELECT FROM ar_candidate_watch WHERE company_id = %s", company.id)
            )
        )

    @api.model
    def _horizon(self, company, on):
        """Return the transaction from which on rows count as changed.

        :return: a transaction number of 64 bits; None when every claim has to be
            compared: before the first run, after a change of levels, calendar or
            hold reasons, for a day before the last one, or when the number means
            nothing here
        """
        found = self.env.execute_query(
            SQL(
                """
                SELECT %(horizon)s FROM ar_candidate_watch
                 WHERE company_id = %(company)s AND seen_on <= %(on)s
                   AND rules IS NOT DISTINCT FROM (%(rules)s)
                """,
                horizon=self._sql_horizon(),
                company=company.id,
                on=on,
                rules=self.env["ar.claim.candidate"]._sql_rules(company),
            )
        )
        return found[0][0] if found else None

    @api.model
    def _sql_horizon(self):
        """The horizon of a row, or NULL where its number means nothing (any more).

        What a run notes inside a savepoint is never believed: the row then has the
        number of the savepoint, not that of its transaction.
        """
        return SQL(
            """CASE WHEN xmin = written_by::text::xid8::xid
                     AND written_by <= pg_current_xact_id()::text::bigint
                     AND pg_current_xact_id()::text::bigint - horizon < %s
                    THEN horizon END""",
            FAR,
        )

    @api.model
    def _sql_since(self, row, horizon):
        """Whether the row of a table, given by its alias, was written since then."""
        return SQL("age(%s.xmin) <= (SELECT age(%s::xid8::xid))", row, str(horizon))

    @api.model
    def _sql_pending(self, company):
        """Query (claim_id) of what the last run could not put off to a later day."""
        return SQL(
            """SELECT unnest(pending) AS claim_id
                 FROM ar_candidate_watch WHERE company_id = %s""",
            company.id,
        )

    @api.model
    def _note(self, company, on, pending):
        """Note that all claims of the company have been looked at, as they are now.

        What this transaction sees is what was over when it began: Odoo's transactions
        read one snapshot. Horizon and evaluation are of one snapshot: no commit
        between them.

        :param pending: query (id) of the claims to look at whatever the day; all
            others wait for a later one
        """
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO ar_candidate_watch (
                       company_id, seen_on, horizon, written_by, rules, pending)
                SELECT %(company)s, %(on)s,
                       pg_snapshot_xmin(pg_current_snapshot())::text::bigint,
                       pg_current_xact_id()::text::bigint, (%(rules)s),
                       ARRAY(%(pending)s)
                    ON CONFLICT (company_id) DO UPDATE
                   SET seen_on = excluded.seen_on, horizon = excluded.horizon,
                       written_by = excluded.written_by, rules = excluded.rules,
                       pending = excluded.pending
                """,
                company=company.id,
                on=on,
                rules=self.env["ar.claim.candidate"]._sql_rules(company),
                pending=pending,
            )
        )
