from datetime import date
from unittest.mock import patch

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .common import DunningCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-15 09:00:00")
class TestRunDesk(DunningCommon):
    """A proposal is edited and approved by exception."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.procedure = cls.create_procedure(
            [{"level_key": "reminder", "offset_days": 10, "mode": "approval"}],
            code="approved",
        )
        cls.segment.procedure_id = cls.procedure

    def proposal(self, *amounts, **values):
        """Return the run that proposes a reminder to one new debtor per amount."""
        for number, amount in enumerate(amounts):
            partner = self.create_partner(
                f"Debtor {number}", f"debtor{number}@debtor.example", **values
            )
            self.invoice(amount, "2026-03-01", partner)
        return self.propose("2026-03-15")

    def test_proposing_by_hand_sorts_new_claims_first(self):
        self.company.ar_enabled = True
        claim = self.claim(self.invoice(100, "2026-03-01"))
        self.assertFalse(claim.procedure_id)
        runs = self.env["ar.dunning.run"].with_company(self.company)
        runs.action_propose_now()
        self.assertEqual(claim.procedure_id, self.procedure)
        self.assertEqual(claim.line_ids.mapped("state"), ["proposed"])

    def test_postponed_comes_back_by_itself(self):
        run = self.proposal(100)
        claim = run.notice_ids.line_ids.claim_id
        self.env["ar.notice.exclude"].create(
            {
                "notice_ids": [(6, 0, run.notice_ids.ids)],
                "postpone": True,
                "date_to": "2026-03-17",
            }
        ).action_apply()
        self.env.invalidate_all()
        self.assertEqual(claim.hold_ids.reason_id.code, "postponed")
        self.assertFalse(self.propose("2026-03-17").notice_ids)
        self.assertTrue(self.propose("2026-03-18").notice_ids)

    def test_excluding_obeys_the_longest_duration_of_the_reason(self):
        run = self.proposal(100)
        self.reason.maximum_days = 5
        with self.assertRaisesRegex(ValidationError, "5 days at most"):
            run.notice_ids._exclude(self.reason, date(2026, 4, 15))
        with self.assertRaisesRegex(ValidationError, "ends before"):
            run.notice_ids._exclude(self.reason, date(2026, 3, 1))

    def test_excluding_many_takes_no_more_statements(self):
        counts = []
        for amounts in ([100, 100], [100] * 9):
            notices = self.proposal(*amounts).notice_ids
            # As the list view gives them: read together.
            notices = notices.browse(notices.ids)
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            notices._exclude(self.reason, None)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            self.env.invalidate_all()
            self.assertEqual(len(notices.line_ids.claim_id.hold_ids), len(amounts))
        self.assertLessEqual(counts[1], counts[0] + 2)

    def test_restored_notice_waits_again_and_its_claim_is_free(self):
        run = self.proposal(100)
        notice = run.notice_ids
        notice._exclude(self.reason, None)
        self.env.invalidate_all()
        self.assertEqual(run.state, "dispatched")
        notice.action_restore()
        self.assertRecordValues(
            notice, [{"state": "proposed", "edited_by_id": self.env.uid}]
        )
        self.assertEqual(run.state, "proposed")
        self.assertFalse(notice.line_ids.claim_id.on_hold)
        notice.action_approve()
        self.dispatch("2026-03-15")
        self.assertEqual(notice.state, "dispatched")

    def test_restoring_after_a_later_run_is_refused(self):
        run = self.proposal(100, 200)
        notice = run.notice_ids[0]
        notice._exclude(self.reason, None)
        self.propose("2026-03-15")
        with self.assertRaisesRegex(UserError, "later run"):
            notice.action_restore()

    def test_channel_changes_only_where_it_reaches(self):
        run = self.proposal(100, street="Kade 1")
        self.invoice(
            50, "2026-03-01", self.create_partner("No street", "n@debtor.example")
        )
        run = self.propose("2026-03-15")
        left = run.notice_ids._choose_channel("letter")
        self.assertEqual(left.partner_id.name, "No street")
        changed = run.notice_ids - left
        self.assertRecordValues(
            changed, [{"channel": "letter", "edited_by_id": self.env.uid}]
        )
        changed.action_approve()
        self.dispatch("2026-03-15")
        self.assertEqual(changed.delivery_ids.channel, "letter")

    def test_notice_of_several_channels_keeps_the_others_unless_told(self):
        self.segment.procedure_id = self.create_procedure(
            [
                {
                    "level_key": "reminder",
                    "offset_days": 10,
                    "mode": "approval",
                    "channel_mode": "all",
                }
            ],
            code="at_once",
        )
        both = {"street": "Kade 1"}
        run = self.proposal(100, 200, **both)
        kept, dropped = run.notice_ids
        self.assertEqual(run.notice_ids.mapped("channels"), ["email,letter"] * 2)
        window = self.env["ar.notice.channel"].with_context(
            active_model="ar.dunning.notice"
        )
        form = Form(window.with_context(active_ids=kept.ids))
        self.assertTrue(form.several and form.keep_others)
        form.channel = "letter"
        form.save().action_apply()
        form = Form(window.with_context(active_ids=dropped.ids))
        form.channel = "letter"
        form.keep_others = False
        form.save().action_apply()
        self.assertRecordValues(
            kept + dropped,
            [
                {"channel": "letter", "channels": "letter,email"},
                {"channel": "letter", "channels": "letter"},
            ],
        )
        # Whoever reads the notice sees that the e-mail leaves as well, or not.
        self.assertEqual(kept.also_by, "E-mail")
        self.assertFalse(dropped.also_by)
        # What leaves by one channel does not leave by two because of the window.
        form = Form(window.with_context(active_ids=dropped.ids))
        self.assertFalse(form.several)
        form.channel = "email"
        form.save().action_apply()
        self.assertEqual(dropped.channels, "email")
        run.action_approve()
        self.dispatch("2026-03-15")
        self.assertEqual(
            sorted(kept.delivery_ids.mapped("channel")), ["email", "letter"]
        )
        self.assertEqual(dropped.delivery_ids.channel, "email")

    def test_exceptions_are_marked_and_kept_from_the_bulk(self):
        self.proposal(10)
        for notice in self.env["ar.dunning.notice"].search(
            [("state", "=", "proposed")]
        ):
            self.assertEqual(notice.exceptions, "first_of_kind")
            notice.action_approve()
        self.dispatch("2026-03-15")
        tag = self.env["res.partner.category"].create({"name": "Council"})
        self.company.write(
            {
                "ar_exception_amount": 500,
                "ar_exception_category_ids": [(6, 0, tag.ids)],
            }
        )
        self.proposal(100, 600)
        vip = self.create_partner("Vip", "vip@debtor.example", category_id=tag.ids)
        self.invoice(20, "2026-03-01", vip)
        run = self.propose("2026-03-15")
        codes = {notice.amount_total: notice.exceptions for notice in run.notice_ids}
        self.assertEqual(codes, {100: False, 600: "amount", 20: "vip"})
        self.assertEqual(run.exception_count, 2)
        run.action_approve_ordinary()
        self.env.invalidate_all()
        self.assertEqual(run.waiting_count, 2)
        with self.assertRaisesRegex(UserError, "look at each"):
            run.action_approve_ordinary()

    def test_automatic_notices_out_of_the_ordinary_wait_too(self):
        tag = self.env["res.partner.category"].create({"name": "Council"})
        self.company.write(
            {
                "ar_exception_amount": 500,
                "ar_exception_category_ids": [(6, 0, tag.ids)],
            }
        )
        self.segment.procedure_id = self.create_procedure(
            [{"level_key": "reminder", "offset_days": 10}], code="by_itself"
        )
        vip = self.create_partner("Vip", "vip@debtor.example", category_id=tag.ids)
        self.invoice(20, "2026-03-01", vip)
        run = self.proposal(100, 600)
        found = {
            one.amount_total: (one.state, one.exceptions) for one in run.notice_ids
        }
        self.assertEqual(found[100], ("approved", False))
        self.assertEqual(found[600], ("proposed", "amount,first_of_kind"))
        self.assertEqual(found[20], ("proposed", "first_of_kind,vip"))
        held = run.notice_ids.filtered("exceptions")
        self.assertEqual(set(held.line_ids.mapped("state")), {"proposed"})
        self.assertFalse(any(held.mapped("approved_on")))
        self.assertEqual((run.state, run.waiting_count), ("proposed", 2))
        items = self.env["ar.work.item"].search([("kind", "=", "approve_run")])
        self.assertEqual(items.run_id, run)
        self.dispatch("2026-03-15")
        self.assertEqual(set(held.mapped("state")), {"proposed"})
        self.assertEqual(set((run.notice_ids - held).mapped("state")), {"dispatched"})
        approver = self.create_user("by_exception", "ar_dunning.group_approver")
        held.with_user(approver).action_approve()
        self.dispatch("2026-03-15")
        self.assertEqual(set(held.mapped("state")), {"dispatched"})

    def test_first_of_its_kind_holds_automatic_ones_where_the_company_says_so(self):
        self.segment.procedure_id = self.create_procedure(
            [{"level_key": "reminder", "offset_days": 10}], code="by_itself"
        )
        run = self.proposal(100)
        self.assertEqual(run.notice_ids.mapped("state"), ["approved"])
        run.notice_ids.sudo().write({"state": "cancelled"})
        run.notice_ids.line_ids.sudo().write({"state": "cancelled"})
        self.company.ar_exception_first = True
        again = self.propose("2026-03-15")
        self.assertEqual(again.notice_ids.mapped("state"), ["proposed"])
        self.assertEqual(again.notice_ids.exceptions, "first_of_kind")

    def test_what_never_left_is_no_first_of_its_kind(self):
        run = self.proposal(10)
        run.action_approve()
        self.dispatch("2026-03-15")
        run.notice_ids.sudo()._withdraw("undone")
        again = self.propose("2026-03-16")
        self.assertEqual(again.notice_ids.exceptions, "first_of_kind")
        again.action_approve()
        self.dispatch("2026-03-16")
        self.deliver("2026-03-16")
        again.notice_ids.sudo()._withdraw("undone")
        self.assertFalse(self.propose("2026-03-17").notice_ids.exceptions)

    def test_test_phase_is_forgotten_by_what_is_out_of_the_ordinary(self):
        self.company.write(
            {"ar_sandbox": True, "ar_sandbox_email": "test@creditor.example"}
        )
        run = self.proposal(10)
        run.action_approve()
        self.dispatch("2026-03-15")
        self.deliver("2026-03-15")
        other = self.create_partner("Other", "other@debtor.example")
        self.invoice(30, "2026-03-01", other)
        self.assertFalse(self.propose("2026-03-16").notice_ids.exceptions)
        self.company.ar_sandbox = False
        live = self.propose("2026-03-17")
        self.assertEqual(live.notice_ids.mapped("exceptions"), ["first_of_kind"] * 2)

    def test_level_of_a_new_version_is_not_first_of_its_kind(self):
        run = self.proposal(10)
        self.assertEqual(run.notice_ids.exceptions, "first_of_kind")
        run.action_approve()
        self.dispatch("2026-03-15")
        procedure = run.notice_ids.procedure_id
        before = procedure.active_version_id
        version = procedure._new_version()
        version.action_activate()
        self.env.invalidate_all()
        self.assertNotEqual(procedure.active_version_id, before)
        notice = self.proposal(100).notice_ids
        self.assertEqual(notice.version_id, version)
        self.assertFalse(notice.exceptions)

    def test_new_address_is_marked(self):
        run = self.proposal(10)
        run.action_approve()
        self.dispatch("2026-03-15")
        self.deliver("2026-03-15")
        partner = run.notice_ids.partner_id
        partner.email = "elsewhere@debtor.example"
        self.invoice(20, "2026-03-02", partner)
        again = self.propose("2026-03-16")
        self.assertEqual(again.notice_ids.exceptions, "new_address")

    def test_who_changed_a_notice_does_not_approve_it_above_the_limit(self):
        self.company.ar_four_eyes_amount = 50
        self.proposal(100, street="Kade 1")
        run = self.env["ar.dunning.run"].search([("state", "=", "proposed")])
        approver = self.create_user("desk_approver", "ar_dunning.group_approver")
        mine = run.notice_ids.with_user(approver)
        mine._choose_channel("letter")
        with self.assertRaisesRegex(UserError, "second person"):
            mine.action_approve()

    def test_one_debtors_error_is_on_the_run(self):
        run = self.proposal(100, 200)
        run.action_approve()
        self.dispatch("2026-03-15")
        failing = run.notice_ids[0].delivery_ids
        failing.sudo().write({"state": "failed", "error_text": "No such user"})
        run.invalidate_recordset()
        self.assertEqual(run.trouble_ids, failing.notice_id)
        self.assertEqual(run.trouble_ids.trouble, "No such user")

    def test_error_at_dispatch_is_on_the_run(self):
        run = self.proposal(100)
        run.action_approve()
        notices = type(self.env["ar.dunning.notice"])
        with (
            patch.object(notices, "_freeze_lines", side_effect=ValueError("broken")),
            mute_logger("odoo.addons.ar_dunning.models.notice_dispatch"),
        ):
            self.dispatch("2026-03-15")
        self.assertEqual(run.trouble_ids.trouble, "broken")

    def test_auditors_change_nothing(self):
        run = self.proposal(100)
        auditor = self.create_user("desk_auditor", "ar_dunning.group_auditor")
        notice = run.notice_ids.with_user(auditor)
        for change in (
            lambda: notice._exclude(self.reason, None),
            lambda: notice._choose_channel("letter"),
            notice.action_restore,
        ):
            with self.assertRaisesRegex(UserError, "Only collectors"):
                change()
