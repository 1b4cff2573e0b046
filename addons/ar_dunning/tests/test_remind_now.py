from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged

from .common import DunningCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-15 09:00:00")
class TestRemindNow(DunningCommon):
    """One debtor is reminded now, within the gates of every run."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.ar_enabled = True

    def remind(self, record, **values):
        wizard = (
            self.env["ar.remind.now"]
            .with_context(active_model=record._name, active_id=record.id)
            .create(values)
        )
        wizard.action_remind()
        self.env.invalidate_all()
        return wizard

    def due_claim(self, amount=100, due="2026-03-01", **values):
        claim = self.claim(self.invoice(amount, due, **values))
        self.assign("2026-03-15")
        self.env.invalidate_all()
        return claim

    def test_what_is_due_leaves_at_once(self):
        claim = self.due_claim()
        self.remind(claim.debtor_id)
        notice = self.lines(claim).notice_id
        self.assertEqual(notice.run_id.kind, "remind")
        self.assertEqual(notice.run_id.state, "dispatched")
        self.assertEqual(self.level_keys(claim), ["reminder"])
        self.assertEqual(notice.delivery_ids.state, "ready")
        self.assertFalse(self.propose("2026-03-16").notice_ids)

    def test_from_an_invoice_only_its_claims(self):
        first = self.due_claim(100)
        second = self.due_claim(50)
        self.remind(first.move_id)
        self.assertEqual(self.level_keys(first), ["reminder"])
        self.assertEqual(self.level_keys(second), [])

    def test_next_level_ahead_of_its_day_but_not_of_its_wait(self):
        claim = self.due_claim(due="2026-03-10")
        wizard = self.env["ar.remind.now"].with_context(
            active_model="ar.claim", active_id=claim.id
        )
        waiting = wizard.create({})
        self.assertFalse(waiting.ready_count)
        self.assertIn("from", waiting.line_ids.obstacle)
        with self.assertRaisesRegex(UserError, "at least one"):
            waiting.action_remind()
        self.remind(claim, early=True)
        self.assertEqual(self.level_keys(claim), ["reminder"])
        self.deliver("2026-03-15")
        again = wizard.create({"early": True})
        self.assertFalse(again.ready_count)
        self.assertEqual(again.line_ids.level_date, date(2026, 3, 29))

    def test_holds_and_credits_stay_in_the_way(self):
        claim = self.due_claim()
        self.env["ar.hold"].create(
            {"claim_id": claim.id, "reason_id": self.reason.id, "date_to": "2026-04-01"}
        )
        with self.assertRaisesRegex(UserError, "at least one"):
            self.remind(claim, early=True)
        with self.assertRaisesRegex(UserError, "something has changed"):
            claim._remind_now(early=True)

    def test_minimum_amount_holds_for_what_was_chosen(self):
        self.segment.procedure_id = self.create_procedure(
            [{"level_key": "reminder", "offset_days": 5, "minimum_amount": 120}],
            code="large",
        )
        first = self.due_claim(100)
        self.due_claim(50)
        with self.assertRaisesRegex(UserError, "below the minimum"):
            first._remind_now()

    def test_what_needs_approval_waits_and_survives_the_night(self):
        self.segment.procedure_id = self.create_procedure(
            [{"level_key": "reminder", "offset_days": 20, "mode": "approval"}],
            code="approved",
        )
        claim = self.due_claim()
        collector = self.create_user("remind_collector", "ar_dunning.group_collector")
        claim.with_user(collector)._remind_now(early=True)
        notice = claim.line_ids.notice_id
        self.assertEqual(notice.state, "proposed")
        item = self.env["ar.work.item"].search([("run_id", "=", notice.run_id.id)])
        self.assertEqual(item.kind, "approve_run")
        self.propose("2026-03-16")
        self.assertEqual(notice.state, "proposed")
        notice.action_approve()
        self.dispatch("2026-03-16")
        self.assertEqual(self.level_keys(claim), ["reminder"])

    def test_what_waits_for_approval_is_not_mentioned_elsewhere(self):
        """Nobody is told "we wrote about this separately" of what may never leave."""
        self.segment.procedure_id = self.create_procedure(
            [
                {"level_key": "first", "offset_days": 5},
                {"level_key": "second", "offset_days": 60, "mode": "approval"},
            ],
            code="two_steps",
        )
        claim = self.due_claim()
        self.run_day("2026-03-14")
        collector = self.create_user("remind_collector", "ar_dunning.group_collector")
        claim.with_user(collector)._remind_now(early=True)
        self.assertIn("proposed", claim.line_ids.mapped("state"))
        other = self.claim(self.invoice(50, "2026-03-02"))
        [notice] = self.propose("2026-03-15").notice_ids
        self.dispatch("2026-03-15")
        self.assertEqual(notice.state, "dispatched")
        self.assertEqual(notice.line_ids.claim_id, other)

    def test_an_approver_approves_at_once_unless_four_eyes_are_needed(self):
        self.segment.procedure_id = self.create_procedure(
            [{"level_key": "reminder", "offset_days": 5, "mode": "approval"}],
            code="approved",
        )
        small = self.due_claim(100)
        large = self.due_claim(
            900, partner=self.create_partner("Large", "large@debtor.example")
        )
        self.company.ar_four_eyes_amount = 500
        self.remind(small)
        self.remind(large)
        self.assertEqual(self.level_keys(small), ["reminder"])
        self.assertEqual(large.line_ids.notice_id.state, "proposed")

    def test_handovers_are_not_reminded(self):
        self.segment.procedure_id = self.create_procedure(
            [
                {
                    "level_key": "handover",
                    "offset_days": 5,
                    "kind": "handover",
                    "mode": "approval",
                }
            ],
            code="bailiff",
        )
        claim = self.due_claim()
        with self.assertRaisesRegex(UserError, "at least one"):
            self.remind(claim)

    def test_auditors_and_strangers_remind_nobody(self):
        claim = self.due_claim()
        auditor = self.create_user("remind_auditor", "ar_dunning.group_auditor")
        with self.assertRaisesRegex(UserError, "Only collectors"):
            claim.with_user(auditor)._remind_now()
        stranger = self.create_user("remind_stranger")
        with self.assertRaises(AccessError):
            claim.with_user(stranger)._remind_now()

    # -- explain ------------------------------------------------------------------

    def test_window_shows_no_claims_that_are_not_the_readers(self):
        group = self.env["res.groups"].create({"name": "Social service"})
        self.env.user.group_ids += group
        social = self.env["ar.claim.type"].create(
            {"name": "Social", "code": "test_soc", "access_group_id": group.id}
        )
        sale = self.company_data["default_journal_sale"]
        journal = sale.copy(
            {
                "code": "SOCX",
                "ar_claim_type_id": social.id,
                "default_account_id": sale.default_account_id.id,
            }
        )
        claim = self.due_claim(100)
        secret = self.due_claim(777, journal_id=journal.id)
        self.assertEqual(secret.debtor_id, claim.debtor_id)
        outsider = self.create_user("remind.outsider", "ar_dunning.group_collector")
        windows = self.env["ar.remind.now"].with_context(
            active_model="ar.debtor", active_id=claim.debtor_id.id
        )
        form = Form(windows.with_user(outsider))
        self.assertEqual(form.save().line_ids.mapped("amount"), [100])
        self.assertEqual(
            windows.with_user(outsider).create({}).line_ids.claim_id, claim
        )
        outsider.group_ids += group
        self.assertEqual(
            windows.with_user(outsider).create({}).line_ids.claim_id, claim + secret
        )

    def test_programs_get_the_words_of_the_form(self):
        claim = self.due_claim(due="2026-03-10")
        [said] = claim.explain()
        self.assertEqual(said["level"], "Reminder")
        self.assertEqual(said["level_date"], "2026-03-20")
        self.assertFalse(said["ready"])
        [blocker] = said["blockers"]
        self.assertEqual(blocker["code"], "not_yet_due")
        self.assertFalse(blocker["depends_on_run"])
        self.assertIn(blocker["sentence"], str(claim.explanation) + blocker["sentence"])
        stranger = self.create_user("explain_stranger")
        with self.assertRaises(AccessError):
            claim.with_user(stranger).explain()

    def test_explaining_many_takes_no_more_statements(self):
        claims = self.due_claim()
        for number in range(6):
            claims |= self.due_claim(
                partner=self.create_partner(f"D{number}", f"d{number}@debtor.example")
            )
        counts = []
        for some in (claims[:2], claims):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some.mapped("next_level_date")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 1)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-15 09:00:00")
class TestRehearsal(DunningCommon):
    """A rehearsal shows everything and changes nothing."""

    def rehearse(self):
        self.assign("2026-03-15")
        runs = (
            self.env["ar.dunning.run"].sudo()._rehearse(self.company, date(2026, 3, 15))
        )
        self.env.invalidate_all()
        return runs

    def test_it_sends_and_counts_nothing(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        run = self.rehearse()
        self.assertEqual((run.kind, run.state), ("rehearsal", "rehearsed"))
        self.assertEqual(run.notice_count, 1)
        self.assertEqual(run.notice_ids.state, "rehearsed")
        self.dispatch("2026-03-15")
        self.assertFalse(run.notice_ids.delivery_ids)
        self.assertEqual(claim.level_sequence, 0)
        self.assertFalse(self.env["ar.work.item"].search([("run_id", "=", run.id)]))
        self.run_day("2026-03-15")
        self.assertEqual(self.level_keys(claim), ["reminder"])

    def test_a_waiting_proposal_stays(self):
        self.segment.procedure_id = self.create_procedure(
            [{"level_key": "reminder", "offset_days": 5, "mode": "approval"}],
            code="approved",
        )
        self.invoice(100, "2026-03-01")
        proposal = self.propose("2026-03-15")
        rehearsal = self.rehearse()
        self.assertEqual(rehearsal.notice_count, 1)
        self.assertEqual(proposal.notice_ids.state, "proposed")
        self.assertEqual(proposal.state, "proposed")

    def test_its_letters_carry_a_watermark(self):
        self.invoice(100, "2026-03-01")
        notice = self.rehearse().notice_ids
        values = notice._render_values("letter")
        self.assertIn("ar_dunning.block_sandbox", values["blocks"])
        self.assertIn("Test", str(notice.preview))

    def test_it_is_removed_after_a_month(self):
        self.invoice(100, "2026-03-01")
        run = self.rehearse()
        notice = run.notice_ids
        with freeze_time("2026-04-13"):
            self.env["ar.dunning.run"].sudo()._gc_rehearsals()
        self.assertTrue(run.exists())
        with freeze_time("2026-04-20"):
            self.env["ar.dunning.run"].sudo()._gc_rehearsals()
        self.assertFalse(run.exists() or notice.exists())
