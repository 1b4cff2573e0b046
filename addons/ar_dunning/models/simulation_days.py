from collections import namedtuple
from dataclasses import dataclass
from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from ..rules.assumptions import Assumptions

# Whoever may write during a proposal or a dispatch writes into a copy of these.
SHADOWED = (
    "ar_claim",
    "ar_claim_candidate",
    "ar_candidate_watch",
    "ar_dunning_run",
    "ar_dunning_notice",
    "ar_dunning_notice_line",
    "ar_delivery",
    "ar_claim_event",
    "ar_dunning_exclusion",
    "ar_work_item",
)
NOTICES_PER_CHUNK = 5000
# The statistics of the copies are renewed when a tenth is new, at least so many.
MANY = 500

Simulated = namedtuple("Simulated", "rows steps day paused", defaults=(None, None))


@dataclass(slots=True)
class Memory:
    """What is kept from day to day.

    :ivar made: notices simulated so far
    :ivar analysed: how many of them the statistics know
    """

    made: int = 0
    analysed: int = 0


class SimulationDays(models.Model):
    """Runs the daily cycle on temporary tables that shadow the real ones.

    PostgreSQL looks for a table among the temporary ones first, so the code of
    proposal, dispatch and delivery works on copies without knowing. What it writes
    goes with the savepoint; the real tables are only read, nobody waits for a lock,
    and no number of a sequence is used up.
    """

    _inherit = "ar.simulation"

    @api.model
    def _simulate_days(
        self,
        company,
        first,
        last,
        version_ids=(),
        assumptions=None,
        report=None,
        source=None,
        pause=None,
    ):
        """Simulate the daily cycle of a company from `first` to `last`, inclusive.

        :param version_ids: versions that take the place of those that are active
        :param assumptions: Assumptions; none: approved at once, nobody pays
        :param report: called with each day that is done
        :param source: schema with what an earlier part left, to go on from
        :param pause: called with each day that is done; when true, it stops there
        :return: Simulated: `rows`, values for ar.simulation.line without simulation;
            `steps`, the set of (claim id, level key, occurrence, date); and if it was
            stopped, the last `day` and in `paused` the copies as files
        """
        # The machine simulates what the machine does; readers see only lines of
        # their companies and groups.
        engine = self.sudo().with_context(
            ar_simulation=True,
            tracking_disable=True,
            mail_create_nolog=True,
            mail_notrack=True,
        )
        assumptions = assumptions or Assumptions()
        engine.env.flush_all()
        savepoint = engine.env.cr.savepoint(flush=False)
        try:
            engine._shadow(company, source)
            rows, steps, memory = [], set(), Memory()
            day, stopped = first, ()
            while day <= last:
                engine._simulate_day(company, day, version_ids, assumptions, memory)
                rows += engine._count_day(company, day)
                steps |= engine._steps_of(day)
                if report:
                    report(day)
                if pause and day < last and pause(day):
                    stopped = (day, engine._dump_copies())
                    break
                day += timedelta(days=1)
        finally:
            engine.env.invalidate_all(flush=False)
            savepoint.close(rollback=True)
            engine.env.invalidate_all(flush=False)
        return Simulated(rows, steps, *stopped)

    # -- shadows --------------------------------------------------------------------

    @api.model
    def _shadow(self, company, source=None):
        """Make the temporary copies: open claims, and what was ever written to them.

        :param source: schema with copies made before, which are taken as they are
        """
        tables = self._shadowed_tables()
        for table in tables:
            condition = tables[table] and SQL(
                tables[table], company=company.id, root=company.root_id.id
            )
            if source:
                condition = SQL("TRUE")
            self._shadow_table(table, condition, source or "public")
        self._analyse_shadows()
        self.env.invalidate_all(flush=False)

    @api.model
    def _analyse_shadows(self):
        for table in self._shadowed_tables():
            self.env.cr.execute(SQL("ANALYZE %s", SQL.identifier("pg_temp", table)))

    @api.model
    def _shadowed_tables(self):
        """Return {table: SQL condition of the rows to copy, or None}. For extension.

        In this order; conditions may read the copies made before.
        """
        ours = """(company_id = %(company)s OR partner_id IN (
                       SELECT partner_id FROM pg_temp.ar_claim))"""
        of_these = "notice_id IN (SELECT id FROM pg_temp.ar_dunning_notice)"
        return {
            **dict.fromkeys(SHADOWED),
            "ar_claim": "root_company_id = %(root)s AND state = 'open'",
            "ar_dunning_run": "company_id = %(company)s",
            "ar_dunning_notice": ours,
            "ar_dunning_notice_line": of_these,
            "ar_delivery": of_these,
        }

    @api.model
    def _shadow_table(self, table, condition, source):
        rows = SQL.identifier(source, table)
        real = SQL.identifier("public", table)
        copy = SQL.identifier("pg_temp", table)
        sequence = f"{table}_id_seq"
        cr = self.env.cr
        cr.execute(
            SQL(
                "CREATE TEMP TABLE %s (LIKE %s INCLUDING DEFAULTS INCLUDING INDEXES)",
                SQL.identifier(table),
                real,
            )
        )
        if condition:
            cr.execute(
                SQL("INSERT INTO %s SELECT * FROM %s WHERE %s", copy, rows, condition)
            )
        cr.execute(
            SQL(
                """SELECT GREATEST((SELECT COALESCE(MAX(id), 0) FROM %s),
                                   (SELECT COALESCE(MAX(id), 0) FROM %s)) + 1""",
                real,
                copy,
            )
        )
        [start] = cr.fetchone()
        cr.execute(
            SQL("CREATE TEMP SEQUENCE %s START %s", SQL.identifier(sequence), start)
        )
        cr.execute(
            SQL(
                "ALTER TABLE %s ALTER COLUMN id SET DEFAULT nextval(%s)",
                copy,
                f"pg_temp.{sequence}",
            )
        )

    # -- a day ------------------------------------------------------------------------

    @api.model
    def _simulate_day(self, company, day, version_ids, assumptions, memory):
        """Do what the daily cycle does, with what the assumptions say of people."""
        self._pay_assumed(day, assumptions)
        self.env["ar.dunning.segment"]._assign(company, day)
        self._exchange_versions(version_ids)
        runs = self.env["ar.dunning.run"]._propose_company(company, day)
        notices = self.env["ar.dunning.notice"]
        memory.made += notices.search_count([("run_id", "in", runs.ids)])
        self._keep_statistics(memory)
        self._approve_assumed(company, day, assumptions)
        while notices._dispatch_next(company, day, limit=NOTICES_PER_CHUNK):
            pass
        self._deliver_assumed(company, day)
        self.env.invalidate_all()

    @api.model
    def _keep_statistics(self, memory):
        """Renew the statistics of the copies: nobody else does that for them."""
        if memory.made - memory.analysed > max(MANY, memory.analysed // 10):
            self._analyse_shadows()
            memory.analysed = memory.made

    @api.model
    def _exchange_versions(self, version_ids):
        """Place the claims of their procedures in these versions."""
        if not version_ids:
            return
        self.env.flush_all()
        moved = self.env.execute_query(
            SQL(
                """
                UPDATE ar_claim claim SET version_id = version.id
                  FROM ar_dunning_procedure_version version
                 WHERE version.id = ANY(%s)
                   AND claim.procedure_id = version.procedure_id
                   AND claim.version_id IS DISTINCT FROM version.id
                RETURNING claim.id
                """,
                list(version_ids),
            )
        )
        self.env.invalidate_all(flush=False)
        if moved:
            self.env["ar.claim"].browse(row[0] for row in moved)._place_in_version()

    @api.model
    def _approve_assumed(self, company, day, assumptions):
        """Approve what has waited long enough; nobody decides on a handover."""
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                """
                WITH decided AS (
                    SELECT notice.id FROM ar_dunning_notice notice
                     WHERE notice.company_id = %(company)s
                       AND notice.state = 'proposed' AND notice.kind = 'dunning'
                       AND EXISTS (SELECT FROM ar_dunning_notice_line line
                            WHERE line.notice_id = notice.id AND line.role = 'claimed'
                              AND line.level_date <= %(until)s)
                ), line AS (
                    UPDATE ar_dunning_notice_line SET state = 'approved'
                     WHERE notice_id IN (SELECT id FROM decided) AND state = 'proposed'
                )
                UPDATE ar_dunning_notice SET state = 'approved'
                 WHERE id IN (SELECT id FROM decided)
                RETURNING id
                """,
                company=company.id,
                until=day - timedelta(days=assumptions.approval_days),
            )
        )
        self.env.invalidate_all(flush=False)

    @api.model
    def _deliver_assumed(self, company, day):
        """Everything dispatched arrives on the day itself."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                WITH stamped AS (
                    UPDATE ar_dunning_notice
                       SET dispatched_on = %(day)s::timestamp + interval '12 hours'
                     WHERE company_id = %(company)s AND date = %(day)s
                       AND state = 'dispatched'
                )
                UPDATE ar_delivery
                   SET state = 'sent', effective_on = %(day)s, ready_on = %(day)s,
                       sent_on = %(day)s::timestamp + interval '12 hours'
                 WHERE company_id = %(company)s
                   AND state IN ('ready', 'handing_over', 'printed')
                RETURNING notice_id
                """,
                company=company.id,
                day=day,
            )
        )
        if rows:
            self.env["ar.delivery"]._refresh_effective({row[0] for row in rows})
        self.env.invalidate_all(flush=False)

    @api.model
    def _pay_assumed(self, day, assumptions):
        """Settle the share of the claims that pays some days after a notice.

        Which ones follows from a hash of claim and level: the same in every scenario.
        """
        if not assumptions.payment_percentage:
            return
        self.env.execute_query(
            SQL(
                """
                UPDATE ar_claim SET state = 'settled', settled_on = %(day)s
                 WHERE state = 'open' AND level_sequence > 0
                   AND effective_on = %(noticed)s
                   AND abs(hashtext(id || '/' || level_key)::bigint) %% 100
                       < %(percentage)s
                RETURNING id
                """,
                day=day,
                noticed=day - timedelta(days=assumptions.payment_days),
                percentage=assumptions.payment_percentage,
            )
        )
        self.env.invalidate_all(flush=False)

    # -- counting ------------------------------------------------------------------

    @api.model
    def _count_day(self, company, day):
        """Return the values of the lines of one day: per group, level and channel.

        A notice that leaves by several channels, or with copies, is several deliveries,
        each at its cost. Itself, with its claims and their amount, it counts once: by
        the first channel.
        """
        prices = company._ar_channel_costs()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT notice.access_group_id, notice.procedure_id, notice.level_id,
                       COALESCE(delivery.channel, 'none') AS way,
                       COUNT(*) FILTER (WHERE is_main),
                       COALESCE(SUM(notice.claim_count) FILTER (WHERE is_main), 0),
                       COALESCE(SUM(total.amount) FILTER (WHERE is_main), 0),
                       COUNT(delivery.channel),
                       COUNT(*) FILTER (
                           WHERE delivery.channel = 'person' AND delivery.copy = 0)
                  FROM ar_dunning_notice notice
                  JOIN LATERAL (
                    SELECT SUM(CASE WHEN claim.amount_original = 0 THEN 0
                               ELSE line.amount_open * claim.amount_original_company
                                    / claim.amount_original END) AS amount
                      FROM ar_dunning_notice_line line
                      JOIN ar_claim claim ON claim.id = line.claim_id
                     WHERE line.notice_id = notice.id AND line.role = 'claimed'
                       AND line.state = 'dispatched'
                  ) total ON TRUE
                  LEFT JOIN LATERAL (
                    SELECT channel, copy, row_number() OVER (
                               ORDER BY copy, channel <> notice.channel, id) AS place
                      FROM ar_delivery
                     WHERE notice_id = notice.id AND attempt = 1
                  ) delivery ON TRUE
                 CROSS JOIN LATERAL (
                    SELECT delivery.place IS NULL OR delivery.place = 1 AS is_main
                  ) counted
                 WHERE notice.company_id = %s AND notice.state = 'dispatched'
                   AND notice.date = %s AND notice.kind = 'dunning' AND %s
                 GROUP BY 1, 2, 3, 4
                """,
                company.id,
                day,
                self._sql_simulated(),
            )
        )
        return [
            {
                "date": day,
                "access_group_id": group,
                "procedure_id": procedure,
                "level_id": level,
                "channel": channel,
                "notices": notices,
                "claims": claims,
                "calls": calls,
                "amount": amount,
                "deliveries": deliveries,
                "cost": deliveries * prices.get(channel, 0.0),
            }
            for (
                group,
                procedure,
                level,
                channel,
                notices,
                claims,
                amount,
                deliveries,
                calls,
            ) in rows
        ]

    @api.model
    def _sql_simulated(self):
        """Condition on `notice`: the simulation sent it; it had not really left."""
        return SQL(
            """
            NOT EXISTS (
                SELECT FROM public.ar_dunning_notice already
                 WHERE already.id = notice.id AND already.date = notice.date
                   AND already.state = 'dispatched')
            """
        )

    @api.model
    def _steps_of(self, day):
        """Return the steps (see `_simulate_days`) of what left on a day."""
        return {
            (claim_id, level_key, occurrence, day)
            for claim_id, level_key, occurrence in self.env.execute_query(
                SQL(
                    """
                    SELECT line.claim_id, line.level_key, line.occurrence
                      FROM ar_dunning_notice_line line
                      JOIN ar_dunning_notice notice ON notice.id = line.notice_id
                     WHERE notice.date = %s AND notice.kind = 'dunning' AND %s
                       AND line.role = 'claimed' AND line.state = 'dispatched'
                    """,
                    day,
                    self._sql_simulated(),
                )
            )
        }
