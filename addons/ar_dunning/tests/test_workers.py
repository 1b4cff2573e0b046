from datetime import date
from unittest.mock import patch

from freezegun import freeze_time
from psycopg2.errors import SerializationFailure

from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.ar_dunning.models.cycle import OutOfTimeError
from odoo.addons.ar_dunning.models.delivery_email import SHARDS
from odoo.addons.ar_dunning.models.in_turn import TRIES, in_turn

from .workers_common import ON, WorkersCommon


@tagged("post_install", "-at_install")
class TestWorkers(WorkersCommon):
    """What several workers share, seen by one; two of them: tests/acceptance."""

    # -- the day -------------------------------------------------------------------

    def test_day_goes_from_step_to_step(self):
        self.debtors(3)
        self.company.ar_enabled = True
        cycle = self.call("_run")
        self.assertRecordValues(cycle, [{"state": "done", "step": "done"}])
        self.assertTrue(cycle.finished_on)
        runs = self.env["ar.dunning.run"].search([("company_id", "=", self.company.id)])
        self.assertEqual(set(runs.mapped("state")), {"dispatched"})

    def test_error_is_kept_and_the_next_worker_goes_on(self):
        self.debtors(1)
        kind = type(self.env["ar.dunning.notice"])
        with (
            patch.object(kind, "_next_chunk", side_effect=ValueError("broken")),
            self.assertLogs("odoo.addons.ar_dunning", "ERROR"),
        ):
            cycle = self.call("_run")
        self.assertRecordValues(
            cycle, [{"state": "failed", "error": "broken", "step": "dispatch"}]
        )
        cycle = self.call("_run")
        self.assertRecordValues(cycle, [{"state": "done", "error": False}])

    def test_worker_of_yesterday_leaves_the_notices_of_today(self):
        """Evaluated as of yesterday their claims are not due: they would be dropped."""
        self.debtors(2)
        run = self.propose(ON)
        self.dispatch("2026-03-14")
        self.assertEqual(set(run.notice_ids.mapped("state")), {"approved"})
        self.capacity(0)
        self.notices._list_beyond_capacity(self.company, date(2026, 3, 14))
        self.assertNotIn("capacity", run.exclusion_ids.mapped("code"))
        self.notices._list_beyond_capacity(self.company, date.fromisoformat(ON))
        self.env.invalidate_all()
        self.assertIn("capacity", run.exclusion_ids.mapped("code"))

    def test_share_ends_with_the_day_of_the_company(self):
        self.company.partner_id.tz = "UTC"
        cycle = self.cycles._of_day(self.company, date.fromisoformat(ON))
        cron = cycle.with_context(cron_id=self.env.ref("ar_dunning.cron_worker_2").id)
        with freeze_time(f"{ON} 23:59:00"):
            cron._stay_in_day()
        with freeze_time("2026-03-16 00:01:00"):
            cycle._stay_in_day()
            with self.assertRaises(OutOfTimeError):
                cron._stay_in_day()
            # The cron that still has yesterday in hands.
            self.debtors(1)
            self.propose(ON)
            self.cycles = self.cycles.with_context(cron_id=cron.env.context["cron_id"])
            self.call("_take_part")
        self.assertFalse(self.notices.search([("state", "=", "dispatched")]))
        self.assertEqual(cycle.state, "running")

    # -- in turn --------------------------------------------------------------------

    def test_disturbed_work_is_done_again(self):
        calls = []

        def work(result):
            calls.append(result)
            if len(calls) < 3:
                raise SerializationFailure
            return result

        with (
            patch.object(self.env.cr, "rollback"),
            patch("odoo.addons.ar_dunning.models.in_turn.time.sleep"),
        ):
            self.assertEqual(in_turn(self.env, work, "well"), "well")
            self.assertEqual(len(calls), 3)
            calls.clear()
            with self.assertRaises(SerializationFailure):
                in_turn(self.env, self._always_disturbed, calls)
            self.assertEqual(len(calls), TRIES)

    def _always_disturbed(self, calls):
        calls.append(True)
        raise SerializationFailure

    # -- dispatch --------------------------------------------------------------------

    def test_statements_of_a_chunk_do_not_grow(self):
        counts = []
        for count in (2, 12):
            self.debtors(count, ref=str(count))
            self.propose(ON)
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.dispatch(ON)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])

    def test_notice_that_lost_its_claims_tells_nothing_besides(self):
        procedure = self.create_procedure(
            [{"level_key": "only", "offset_days": 10, "include_not_due": True}],
            code="telling",
        )
        self.segment.procedure_id = procedure
        due = self.invoice(100, "2026-03-01")
        self.claim(due)
        self.claim(self.invoice(50, "2026-03-25"))
        notice = self.propose(ON).notice_ids.sudo()
        self.assertTrue(notice._render_values("email")["not_due"])
        self.pay(due, 100, ON)
        self.dispatch(ON)
        self.assertRecordValues(
            notice, [{"state": "cancelled", "cancel_code": "changed"}]
        )
        self.assertRecordValues(
            notice.line_ids, [{"role": "claimed", "state": "cancelled"}]
        )
        self.assertFalse(notice.delivery_ids)

    def test_each_notice_is_written_once(self):
        """What a transaction writes twice has all its references checked again."""
        self.debtors(3)
        notices = self.propose(ON).notice_ids
        self.env.flush_all()
        written = []
        execute = type(self.env.cr).execute

        def noting(cursor, query, *args, **kwargs):
            text = getattr(query, "code", query)
            if "UPDATE ar_dunning_notice notice" in text:
                written.append(text)
            return execute(cursor, query, *args, **kwargs)

        self.patch(type(self.env.cr), "execute", noting)
        self.dispatch(ON)
        self.assertEqual(set(notices.mapped("state")), {"dispatched"})
        self.assertEqual(len(written), 1)
        recipients = [
            one["name"] for notice in notices for one in notice.snapshot["recipients"]
        ]
        self.assertEqual(sorted(recipients), ["P0", "P1", "P2"])

    # -- guards ----------------------------------------------------------------------

    def test_contacts_are_guarded_when_somebody_counts_them(self):
        guards = self.env["ar.contact.guard"].sudo()
        self.env["res.company"].sudo().search([]).ar_contact_maximum = 0
        first, second = self.debtors(2)
        self.propose(ON)
        self.dispatch(ON)
        guarded = [("kind", "=", "partner")]
        before = guards.search(guarded)
        self.assertNotIn(first.partner_id.id, before.mapped("guarded"))
        # Another company counts: what this one writes may count there.
        other = self.setup_other_company()["company"]
        other.ar_contact_maximum = 3
        self.notices._lock_partners((first | second).partner_id.ids)
        after = guards.search(guarded) - before
        self.assertEqual(
            sorted(after.mapped("guarded")), sorted((first | second).partner_id.ids)
        )
        self.notices._lock_partners(first.partner_id.ids)
        after.invalidate_recordset()
        self.assertEqual(
            {row.guarded: row.turn for row in after},
            {first.partner_id.id: 2, second.partner_id.id: 1},
        )

    def test_nobody_reads_or_writes_guards(self):
        guard = (
            self.env["ar.contact.guard"]
            .sudo()
            .create({"kind": "partner", "guarded": 1, "turn": 1})
        )
        manager = self.create_user("guards_manager", "ar_dunning.group_manager")
        with self.assertRaises(AccessError):
            guard.with_user(manager).read(["turn"])

    # -- capacity --------------------------------------------------------------------

    def test_what_was_approved_before_keeps_to_the_capacity_too(self):
        claims = self.debtors(3)
        run = self.propose(ON)
        self.capacity(2)
        self.dispatch(ON)
        self.notices._list_beyond_capacity(self.company, date.fromisoformat(ON))
        states = sorted(run.notice_ids.mapped("state"))
        self.assertEqual(states, ["approved", "dispatched", "dispatched"])
        [left_out] = run.exclusion_ids
        self.assertEqual(
            (left_out.code, left_out.until), ("capacity", date(2026, 3, 16))
        )
        self.assertIn(left_out.claim_id, claims)
        self.dispatch("2026-03-16")
        self.assertEqual(set(run.notice_ids.mapped("state")), {"dispatched"})

    def test_one_worker_at_a_time_takes_places(self):
        """The other does not wait for him: he goes on with letters and e-mails."""
        self.debtors(2)
        run = self.propose(ON)
        self.capacity(2)
        guards = self.env["ar.contact.guard"].sudo()
        guarded = [("kind", "=", "capacity"), ("guarded", "=", self.company.id)]
        with patch.object(type(self.company), "_ar_lock", return_value=False):
            self.dispatch(ON)
        self.assertEqual(set(run.notice_ids.mapped("state")), {"approved"})
        self.assertFalse(guards.search(guarded))
        self.dispatch(ON)
        self.assertEqual(set(run.notice_ids.mapped("state")), {"dispatched"})
        self.assertTrue(guards.search(guarded))

    def test_another_channel_is_not_held_back(self):
        self.debtors(2)
        letter = self.claim(
            self.invoice(
                10, "2026-03-01", self.create_partner("L", False, street="Kade 1")
            )
        )
        self.propose(ON)
        self.capacity(0)
        self.dispatch(ON)
        left = self.notices.search([("state", "=", "dispatched")])
        self.assertEqual(left.line_ids.claim_id, letter)

    @freeze_time(f"{ON} 10:00:00")
    def test_reminding_now_keeps_to_the_capacity(self):
        self.company.ar_enabled = True
        claims = self.debtors(2)
        self.assign(ON)
        self.capacity(1)
        approver = self.create_user("capacity_approver", "ar_dunning.group_approver")
        runs = self.env["ar.dunning.run"]
        for claim in claims:
            runs |= claim.with_user(approver)._remind_now()
        first, second = runs.sudo()
        self.assertEqual(first.notice_ids.state, "dispatched")
        self.assertEqual(second.notice_ids.state, "approved")
        self.assertEqual(second.exclusion_ids.code, "capacity")

    # -- sending ---------------------------------------------------------------------

    def test_shards_are_of_notices(self):
        self.debtors(4)
        self.propose(ON)
        self.dispatch(ON)
        deliveries = self.env["ar.delivery"].sudo()
        ready = deliveries.search([("state", "=", "ready")])
        shards = deliveries._shards_to_do(self.company)
        self.assertEqual(set(shards), {one.notice_id.id % SHARDS for one in ready})
        found = deliveries.browse()
        for shard in shards:
            part = deliveries._next_emails(self.company, "ready", shard)
            self.assertEqual({one.notice_id.id % SHARDS for one in part}, {shard})
            found |= part
        self.assertEqual(found, ready)
        # A message that a dead worker had begun comes first.
        last = ready.sorted("id")[-1]
        last.state = "handing_over"
        self.assertEqual(
            deliveries._shards_to_do(self.company)[0], last.notice_id.id % SHARDS
        )

    def test_letters_are_printed_when_the_company_sends(self):
        self.claim(
            self.invoice(
                10, "2026-03-01", self.create_partner("L", False, street="Kade 1")
            )
        )
        self.propose(ON)
        self.dispatch(ON)
        batches = self.env["ar.print.batch"].sudo()
        on = date.fromisoformat(ON)
        company = type(self.company)
        with patch.object(company, "_ar_sends_now", return_value=False):
            self.assertEqual(batches._print_company(self.company, on), 0)
        self.assertEqual(batches._print_company(self.company, on), 1)

    # -- thanks ----------------------------------------------------------------------

    def thank(self, guardian):
        """The debtor pays; from then on a guardian gets his post."""
        move = self.invoice(100, "2026-03-01")
        self.claim(move)
        self.run_day(ON)
        self.pay(move, 100, "2026-03-17")
        debtor = self.env["ar.debtor"].search(
            [("partner_id", "=", self.debtor_partner.id)]
        )
        self.env["ar.debtor.contact"].create(
            {
                "debtor_id": debtor.id,
                "partner_id": guardian.id,
                "role": "guardian",
            }
        )
        self.notices._thank_company(self.company, date(2026, 3, 18))
        self.dispatch("2026-03-18")
        return self.notices.search([("kind", "=", "thank_you")])

    def test_guardian_without_email_is_thanked_by_letter(self):
        guardian = self.create_partner("Griet Maes", False, "Kade 9")
        thanks = self.thank(guardian)
        self.assertRecordValues(thanks, [{"state": "dispatched", "channel": "letter"}])
        self.assertRecordValues(
            thanks.delivery_ids,
            [{"channel": "letter", "recipient_id": guardian.id, "state": "ready"}],
        )

    def test_thanks_that_reach_nobody_are_on_the_work_list(self):
        thanks = self.thank(self.create_partner("Griet Maes"))
        self.assertFalse(thanks.delivery_ids)
        items = self.env["ar.work.item"].search([("notice_id", "=", thanks.id)])
        self.assertRecordValues(items, [{"kind": "delivery_failed", "state": "open"}])
