from datetime import date, datetime
from unittest.mock import patch

from freezegun import freeze_time
from psycopg2.errors import SerializationFailure

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.ar_dunning.models import cycle_workers

from .workers_common import ON, WorkersCommon


@tagged("post_install", "-at_install")
class TestWorkerCalls(WorkersCommon):
    """Who is woken when: for what can be done then, and for nothing else."""

    def triggers(self, xmlid="ar_dunning.cron_daily_cycle"):
        """Return the moments at which a scheduled action is called."""
        found = self.env["ir.cron.trigger"].sudo()
        found = found.search([("cron_id", "=", self.env.ref(xmlid).id)])
        return found.sorted("id").mapped("call_at")

    def forget_triggers(self):
        self.env["ir.cron.trigger"].sudo().search([]).unlink()

    # -- scheduled actions --------------------------------------------------------

    def test_number_of_workers_is_a_setting_of_the_system(self):
        settings = self.env["res.config.settings"].sudo()
        self.assertEqual(settings.create({}).ar_worker_count, 2)
        settings.create({"ar_worker_count": 4}).execute()
        helpers = self.cycles._helpers()
        self.assertEqual(helpers.mapped("active"), [True, True, True])
        self.assertEqual(set(helpers.mapped("code")), {"model._cron_help()"})
        self.assertTrue(self.env.ref("ar_dunning.cron_worker_4"))
        settings.create({"ar_worker_count": 1}).execute()
        self.assertEqual(helpers.mapped("active"), [False, False, False])
        settings.create({"ar_worker_count": 3}).execute()
        self.assertEqual(self.cycles._helpers(), helpers, "the same ones again")
        self.assertEqual(helpers.mapped("active"), [True, True, False])

    def test_number_of_workers_has_bounds(self):
        self.cycles._set_worker_count(0)
        self.assertEqual(self.cycles._worker_count(), 1)
        self.cycles._set_worker_count(1000)
        self.assertEqual(self.cycles._worker_count(), cycle_workers.MOST_WORKERS)

    def test_managers_do_not_see_the_number_of_workers(self):
        manager = self.create_user("workers_manager", "ar_dunning.group_manager")
        settings = self.env["res.config.settings"].with_user(manager)
        with self.assertRaises(AccessError):
            settings.new({}).read(["ar_worker_count"])

    def test_helpers_are_woken_when_there_is_enough(self):
        self.debtors(2)
        self.propose(ON)
        triggers = self.env["ir.cron.trigger"].sudo()
        helper = self.env.ref("ar_dunning.cron_worker_2")

        def woken():
            return triggers.search_count([("cron_id", "=", helper.id)])

        before = woken()
        self.call("_call_helpers")
        self.assertEqual(woken(), before, "two notices are not worth it")
        with patch.object(cycle_workers, "WORTH_HELP", 2):
            self.call("_call_helpers")
            self.assertEqual(woken(), before + 1)
            helper.active = False
            self.call("_call_helpers")
            self.assertEqual(woken(), before + 1)

    # -- what can be done now --------------------------------------------------------

    def work(self, limit=10):
        on = date.fromisoformat(ON)
        return self.cycles._count_work(self.company, on, limit)

    def letter(self):
        partner = self.create_partner("L", False, street="Kade 1")
        return self.claim(self.invoice(10, "2026-03-01", partner))

    def test_work_is_counted_up_to_a_limit(self):
        self.debtors(3)
        self.letter()
        self.propose(ON)
        self.assertEqual(self.work(), {"dispatch": 4, "print": 0, "send": 0})
        self.dispatch(ON)
        self.assertEqual(self.work(), {"dispatch": 0, "print": 1, "send": 3})
        self.assertEqual(self.work(2)["send"], 2)

    def test_what_waits_for_another_moment_is_no_work(self):
        self.debtors(3)
        self.letter()
        self.propose(ON)
        self.dispatch(ON)
        self.debtors(3, ref="later")
        self.propose(ON)
        self.capacity(4)
        nothing = {"dispatch": 0, "print": 0, "send": 0}
        self.assertEqual(self.work(), {"dispatch": 1, "print": 1, "send": 3})
        with patch.object(type(self.company), "_ar_sends_now", return_value=False):
            self.assertEqual(self.work(), nothing)
        stop = self.env["ar.kill.switch"].create({"reason": "Wrong letters"})
        self.assertEqual(self.work(), nothing)
        stop.action_lift()
        self.env["ar.delivery"].sudo().search([]).ready_on = datetime(2100, 1, 1)
        self.assertEqual(self.work()["send"], 0)

    def test_only_what_a_later_moment_can_send_is_waited_for(self):
        self.assertFalse(self.cycles._is_sending_left(self.company))
        self.debtors(1)
        self.propose(ON)
        self.dispatch(ON)
        delivery = self.env["ar.delivery"].sudo().search([("state", "=", "ready")])
        self.assertTrue(self.cycles._is_sending_left(self.company))
        stop = self.env["ar.kill.switch"].create(
            {"reason": "Wrong letters", "channel": "email"}
        )
        self.assertFalse(self.cycles._is_sending_left(self.company))
        stop.action_lift()
        self.env["ar.kill.switch"].create(
            {"reason": "Wrong letters", "channel": "letter"}
        )
        self.assertTrue(self.cycles._is_sending_left(self.company))
        self.env["ar.kill.switch"].create({"reason": "All of it"})
        self.assertFalse(self.cycles._is_sending_left(self.company))
        self.env["ar.kill.switch"].search([]).action_lift()
        delivery.channel = "person"
        self.assertFalse(self.cycles._is_sending_left(self.company))

    def test_open_task_does_not_wake_the_cycle_every_quarter(self):
        self.procedure = self.create_procedure(
            [{"level_key": "call", "offset_days": 10, "mode": "task"}], code="calls"
        )
        self.segment.procedure_id = self.procedure
        self.debtors(1)
        self.company.ar_enabled = True
        self.forget_triggers()
        cycle = self.call("_run")
        self.assertEqual(cycle.state, "done")
        waiting = self.env["ar.delivery"].search([("state", "=", "ready")])
        self.assertEqual(waiting.mapped("channel"), ["person"])
        self.assertFalse(self.triggers())

    # -- the sending hours -------------------------------------------------------------

    def test_what_waits_for_the_sending_hours_wakes_the_cycle(self):
        """A night outside the hours: without a trigger nothing would ever leave."""
        self.company.partner_id.tz = "Europe/Brussels"
        self.company._ar_make_sending_calendar()
        self.company.ar_sending_calendar_id.write({"window_from": 8.5, "window_to": 18})
        self.claim(self.invoice(100, "2026-03-01"))
        crons = self.env.ref("ar_dunning.cron_daily_cycle")
        triggers = self.env["ir.cron.trigger"].sudo()
        triggers.search([]).unlink()
        with freeze_time("2026-03-16 01:00:00"):  # a Monday
            self.assign("2026-03-16")
            self.propose("2026-03-16")
            cycle = self.cycles._of_day(self.company, date(2026, 3, 16))
            cycle._wake_when_open(self.company)
        found = triggers.search([("cron_id", "=", crons.id)])
        self.assertEqual(
            found.mapped("call_at"), [datetime(2026, 3, 16, 7, 30)], "8.30 in winter"
        )
        triggers.search([]).unlink()
        with freeze_time("2026-03-27 19:00:00"):  # Friday evening
            cycle._wake_when_open(self.company)
        found = triggers.search([("cron_id", "=", crons.id)])
        self.assertEqual(
            found.mapped("call_at"), [datetime(2026, 3, 30, 6, 30)], "summer time"
        )
        triggers.search([]).unlink()
        with freeze_time("2026-03-27 12:00:00"):
            cycle._wake_when_open(self.company)
        self.assertFalse(triggers.search([("cron_id", "=", crons.id)]), "it is open")

    def test_hours_that_begin_while_the_day_is_closed_are_not_missed(self):
        """Nothing could be sent when it was looked for, but the hours began then."""
        cycle = self.cycles._of_day(self.company, date.fromisoformat(ON))
        opens = patch.object(
            type(self.company), "_ar_sends_now", side_effect=[False, True]
        )
        left = patch.object(type(cycle), "_is_work_left", return_value=False)
        with opens, left, patch.object(type(self.env["ir.cron"]), "_commit_progress"):
            self.assertFalse(cycle._close_day(self.company, cycle.date, True))
        self.assertEqual(cycle.state, "running")

    # -- disturbed ---------------------------------------------------------------------

    @mute_logger("odoo.addons.ar_dunning.models.cycle")
    def test_who_is_disturbed_in_what_he_does_alone_says_so(self):
        kind = type(self.cycles)
        with patch.object(kind, "_step_sync", side_effect=SerializationFailure("no")):
            cycle = self.call("_run")
        self.assertRecordValues(cycle, [{"state": "failed", "error": "no"}])
        self.assertEqual(self.call("_run").state, "done")

    @mute_logger("odoo.addons.ar_dunning.models.cycle")
    def test_who_is_disturbed_too_often_ends_his_share_alone(self):
        """Others are at it: the day has not failed, and somebody comes back."""
        self.debtors(1)
        self.forget_triggers()
        kind = type(self.env["ar.dunning.notice"])
        with (
            patch.object(kind, "_dispatch_next", side_effect=SerializationFailure),
            patch("odoo.addons.ar_dunning.models.in_turn.time.sleep"),
        ):
            cycle = self.call("_run")
        self.assertRecordValues(
            cycle, [{"state": "running", "error": False, "step": "dispatch"}]
        )
        self.assertEqual(len(self.triggers()), 1)
        self.assertEqual(self.call("_run").state, "done")
