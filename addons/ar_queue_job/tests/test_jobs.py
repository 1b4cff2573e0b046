from datetime import date, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import tagged

from odoo.addons.ar_dunning.models import cycle_workers
from odoo.addons.ar_dunning.tests.common import DunningCommon
from odoo.addons.queue_job.tests.common import trap_jobs

from ..hooks import uninstall_hook
from ..models import cycle as jobs

ON = date(2026, 3, 16)


@tagged("post_install", "-at_install")
@freeze_time(f"{ON} 09:00:00")
class TestJobs(DunningCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cycles = cls.env["ar.cycle"].sudo()
        cls.notices = cls.env["ar.dunning.notice"].sudo()
        for place in range(3):
            cls.create_partner(f"P{place}", f"p{place}@x.example")

    def setUp(self):
        super().setUp()
        for place in range(3):
            partner = self.env["res.partner"].search([("name", "=", f"P{place}")])
            self.invoice(100, "2026-03-01", partner)
        self.patch(cycle_workers, "WORTH_HELP", 1)
        self.patch(jobs, "NOTICES_PER_JOB", 2)

    def enqueue(self):
        with trap_jobs() as trap:
            self.cycles._enqueue_shares(self.company, ON)
        return trap

    def test_shares_are_jobs_in_their_channel(self):
        self.propose(str(ON))
        trap = self.enqueue()
        trap.assert_jobs_count(2, only=self.cycles._job_dispatch)
        trap.assert_jobs_count(2)
        self.assertEqual(
            {job.channel for job in trap.enqueued_jobs}, {"root.receivables"}
        )
        self.assertEqual(
            [job.identity_key for job in trap.enqueued_jobs],
            [
                f"ar_queue_job/dispatch/{self.company.id}/{ON}/{number}"
                for number in range(2)
            ],
        )
        trap.perform_enqueued_jobs()
        left = self.notices.search([("state", "=", "dispatched")])
        self.assertEqual(len(left), 3)

    def test_job_that_runs_again_does_nothing(self):
        self.propose(str(ON))
        first = self.cycles._job_dispatch(self.company.id, str(ON))
        self.assertIn("2", first)
        self.assertIn("1", self.cycles._job_dispatch(self.company.id, str(ON)))
        self.assertIn("0", self.cycles._job_dispatch(self.company.id, str(ON)))
        lines = self.env["ar.dunning.notice.line"].search(
            [("state", "=", "dispatched")]
        )
        self.assertEqual(len(lines), len(lines.claim_id))

    def test_job_of_a_day_that_is_over_does_nothing(self):
        self.propose(str(ON))
        yesterday = str(ON - timedelta(days=1))
        self.cycles._job_dispatch(self.company.id, yesterday)
        self.cycles._job_print(self.company.id, yesterday)
        self.cycles._job_send(self.company.id, yesterday, 0)
        self.assertFalse(self.notices.search([("state", "=", "dispatched")]))

    def test_job_of_yesterday_stands_in_nobodys_way(self):
        """It never takes the lock by which today is closed."""
        before = self.woken()
        self.cycles._of_today(self.company.id, str(ON - timedelta(days=1)))
        self.assertFalse(self.locks())
        self.assertEqual(self.woken(), before)
        days = [ON, ON + timedelta(days=1)]
        with patch.object(type(self.company), "_ar_today", side_effect=days):
            found = self.cycles._of_today(self.company.id, str(ON))
        self.assertFalse(found, "its day ended while it waited for the lock")
        self.assertEqual(self.woken(), before + 1, "nobody could close the day")
        self.assertTrue(self.locks())

    def locks(self):
        """Return whether this transaction stands in the way of who closes a day."""
        self.env.cr.execute(
            """SELECT FROM pg_locks WHERE locktype = 'advisory'
                  AND pid = pg_backend_pid()
                  AND classid = hashtext('ar_dunning:work')::oid
                  AND objid = %s""",
            [self.company.id],
        )
        return bool(self.env.cr.rowcount)

    def test_work_is_counted_once(self):
        self.propose(str(ON))
        counted = patch.object(
            type(self.cycles),
            "_count_work",
            autospec=True,
            side_effect=type(self.cycles)._count_work,
        )
        checkpoint = patch.object(type(self.cycles), "_checkpoint")
        with counted as count, checkpoint, trap_jobs():
            self.cycles._call_helpers(self.company, ON)
        self.assertEqual(count.call_count, 1)

    def woken(self):
        return self.env["ir.cron.trigger"].sudo().search_count([])

    def test_job_wakes_who_closes_the_day(self):
        """Nothing was left for it, but it stood in the way of the one who closes."""
        job = (self.company.id, str(ON))
        before = self.woken()
        self.cycles._job_dispatch(*job)
        self.assertEqual(self.woken(), before, "no day is open")
        cycle = self.cycles._of_day(self.company, ON)
        self.cycles._job_dispatch(*job)
        self.assertEqual(self.woken(), before + 1)
        self.cycles._job_print(*job)
        self.assertEqual(self.woken(), before + 2)
        cycle.state = "done"
        self.cycles._job_print(*job)
        self.assertEqual(self.woken(), before + 2)

    def test_nothing_is_enqueued_for_another_moment(self):
        self.propose(str(ON))
        with patch.object(type(self.company), "_ar_sends_now", return_value=False):
            self.assertEqual(
                set(self.cycles._count_work(self.company, ON, 10).values()), {0}
            )
            self.enqueue().assert_jobs_count(0)
        self.env["ar.capacity"].create(
            {"company_id": self.company.id, "channel": "email", "per_day": 1}
        )
        self.enqueue().assert_jobs_count(1)

    def test_letters_and_mails_are_jobs_too(self):
        self.invoice(10, "2026-03-01", self.create_partner("L", False, street="Kade 1"))
        self.propose(str(ON))
        self.dispatch(str(ON))
        trap = self.enqueue()
        trap.assert_jobs_count(0, only=self.cycles._job_dispatch)
        trap.assert_jobs_count(1, only=self.cycles._job_print)
        shards = self.env["ar.delivery"].sudo()._shards_to_do(self.company)
        trap.assert_jobs_count(len(shards), only=self.cycles._job_send)
        self.assertTrue(shards)
        self.cycles._job_print(self.company.id, str(ON))
        self.assertEqual(
            self.env["ar.print.batch"].search([("date", "=", ON)]).letter_count, 1
        )
        self.company.email = "finance@creditor.example"
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            cycles = self.cycles.with_env(self.cycles.env(cr=cr))
            for shard in shards:
                cycles._job_send(self.company.id, str(ON), shard)
        self.env.invalidate_all()
        mails = self.env["ar.delivery"].search([("channel", "=", "email")])
        self.assertEqual(set(mails.mapped("state")), {"sent"})

    def test_only_the_job_that_sends_commits(self):
        functions = (
            self.env["queue.job.function"]
            .sudo()
            .search([("model_id.model", "=", "ar.cycle")])
        )
        self.assertEqual(
            {one.method: one.allow_commit for one in functions},
            {"_job_dispatch": False, "_job_print": False, "_job_send": True},
        )
        self.assertEqual(set(functions.mapped("channel")), {"root.receivables"})

    def test_day_makes_its_jobs_and_is_done_without_them(self):
        self.company.ar_enabled = True
        self.propose(str(ON))
        with (
            trap_jobs() as trap,
            self.enter_registry_test_mode(),
            self.registry.cursor() as cr,
        ):
            cycles = self.cycles.with_env(self.cycles.env(cr=cr))
            cycle = cycles._run(self.company.with_env(cycles.env), ON)
            state = cycle.state
        self.assertEqual(state, "done")
        self.assertTrue(trap.jobs_count())

    def test_few_notices_are_no_job(self):
        self.propose(str(ON))
        with patch.object(cycle_workers, "WORTH_HELP", 100), trap_jobs() as trap:
            self.cycles._call_helpers(self.company, ON)
        trap.assert_jobs_count(0)

    def test_the_same_share_is_one_job(self):
        self.propose(str(ON))
        self.cycles._enqueue_shares(self.company, ON)
        self.cycles._enqueue_shares(self.company, ON)
        waiting = self.env["queue.job"].sudo().search([("model_name", "=", "ar.cycle")])
        self.assertEqual(len(waiting), 2)
        uninstall_hook(self.env(su=True))
        waiting.invalidate_recordset()
        self.assertEqual(set(waiting.mapped("state")), {"cancelled"})
