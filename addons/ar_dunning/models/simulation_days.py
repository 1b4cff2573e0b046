from collections import namedtuple
from dataclasses import dataclass
from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from ..rules.assumptions import Assumptions

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
    """Runs the daily cycle day after day on copies, which go with the savepoint."""

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
