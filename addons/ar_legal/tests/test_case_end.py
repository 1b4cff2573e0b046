import contextlib
from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .common import LegalCommon


@tagged("post_install", "-at_install", "ar")
class TestCaseEnd(LegalCommon):
    """Stages, deadlines, the end of a case, and who may bring it there."""

    # -- stages and deadlines ---------------------------------------------------

    def test_stage_sets_the_deadline_and_is_told(self):
        _claim, case = self.handed_over()
        collector = self.users["collector"]
        case.with_user(collector).write(
            {"stage_id": self.summoned.id, "stage_on": "2026-04-01"}
        )
        self.assertEqual(case.next_deadline, date(2026, 5, 1))
        case.with_user(collector).next_deadline = "2026-05-10"
        self.assertEqual(case.next_deadline, date(2026, 5, 10))
        event = case.event_ids.filtered(lambda event: event.kind == "stage")
        self.assertRecordValues(
            event,
            [
                {
                    "stage_id": self.summoned.id,
                    "former_stage_id": self.received.id,
                    "user_id": collector.id,
                    "on_date": date(2026, 4, 1),
                }
            ],
        )

    @freeze_time("2026-04-01 23:30:00")
    def test_days_are_those_of_the_company(self):
        """It is the 2nd in Brussels, the 1st in New York, at the same moment."""
        _claim, case = self.handed_over()
        user = self.users["collector"]
        user.tz = "Asia/Tokyo"
        for zone, day in (
            ("Europe/Brussels", date(2026, 4, 2)),
            ("America/New_York", date(2026, 4, 1)),
        ):
            with self.subTest(zone=zone):
                self.company.partner_id.tz = zone
                cost = (
                    self.env["ar.legal.cost"]
                    .with_user(user)
                    .create({"case_id": case.id, "kind": "summons", "amount": 10})
                )
                self.assertEqual(cost.date, day)
                wizard = (
                    self.env["ar.legal.close"]
                    .with_user(user)
                    .with_context(active_model="ar.legal.case", active_ids=case.ids)
                    .create({"outcome": "paid"})
                )
                self.assertEqual(wizard.closed_on, day)
                copied = case.sudo().copy_data()[0]
                copied.pop("stage_on", None)
                prepared = {**copied, "company_id": self.company.id}
                vals = [{"stage_on": day, **prepared}]
                self.assertEqual(case.sudo()._with_days([prepared]), vals)

    def test_stage_of_another_track_is_refused(self):
        _claim, case = self.handed_over()
        with self.assertRaises(ValidationError):
            case.stage_id = self.env.ref("ar_legal.stage_be_ios_2")

    def test_another_track_begins_at_its_first_stage(self):
        _claim, case = self.handed_over()
        track = self.env.ref("ar_legal.track_be_court")
        case.with_user(self.users["approver"]).track_id = track
        self.assertEqual(case.stage_id, track.stage_ids[0])

    def test_deadline_comes_on_the_work_list_once(self):
        _claim, case = self.handed_over()
        self.assertEqual(self.review("2026-03-16"), 0)
        self.assertEqual(self.review("2026-03-17"), 1)
        item = self.items("legal_deadline", case)
        self.assertRecordValues(
            item, [{"due_on": date(2026, 3, 17), "user_id": self.users["collector"].id}]
        )
        self.assertEqual(self.review("2026-03-18"), 0)
        item.with_user(self.users["collector"]).action_done()
        self.assertEqual(self.review("2026-03-19"), 0)

    def test_moved_deadline_leaves_the_work_list(self):
        _claim, case = self.handed_over()
        self.review("2026-03-17")
        case.with_user(self.users["collector"]).next_deadline = "2026-03-25"
        self.assertFalse(self.items("legal_deadline", case))
        self.review("2026-03-25")
        self.assertTrue(self.items("legal_deadline", case))
        self.close(case, "withdrawn")
        self.review("2026-04-02")
        self.assertFalse(self.items("legal_deadline", case))

    def test_review_is_a_step_of_the_daily_cycle(self):
        _claim, case = self.handed_over()
        cycle = self.env["ar.cycle"].sudo()
        cycle = cycle.create({"company_id": self.company.id, "date": "2026-03-20"})
        cycle._step_review(self.company, date(2026, 3, 20))
        self.assertTrue(self.items("legal_deadline", case))

    def test_claim_that_was_booked_anew_stays_in_its_case(self):
        claim, case = self.handed_over()
        move = claim.move_id
        move.button_draft()
        move.invoice_line_ids.price_unit = 70
        move.invoice_date_due = "2026-02-15"
        move.action_post()
        self.env.cr.flush()
        self.env.invalidate_all()
        new = self.env["ar.claim"].search([("line_id.move_id", "=", move.id)])
        if new == claim:
            # The pairing went on with the same claim: make the rare case.
            new = claim.sudo().copy({"line_id": False, "state": "open"})
            claim.sudo().write({"state": "void", "successor_id": new.id})
        self.review("2026-03-20")
        self.assertEqual(case.claim_ids.claim_id, new)

    def test_statements_of_a_review_do_not_grow(self):
        counts = []
        for number in (1, 5):
            for place in range(number):
                partner = self.create_partner(f"P{place}", f"p{place}@debtor.example")
                self.handed_over(partner=partner)
            before = self.env.cr.sql_log_count
            self.review("2026-06-01")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])

    # -- the end ----------------------------------------------------------------

    def test_paid_case_is_to_be_closed(self):
        claim, case = self.handed_over()
        self.review("2026-03-11")
        self.assertFalse(self.items("legal_paid", case))
        self.pay(claim.move_id, 100, "2026-03-20")
        self.review("2026-03-21")
        self.assertTrue(self.items("legal_paid", case))
        self.close(case, "paid", user=self.users["collector"])
        self.assertRecordValues(
            case,
            [{"state": "closed", "outcome": "paid", "closed_on": date(2026, 4, 1)}],
        )
        self.assertFalse(self.items("legal_paid", case))

    def test_claim_in_draft_is_not_paid(self):
        claim, case = self.handed_over()
        claim.move_id.button_draft()
        self.sync()
        with self.assertRaises(UserError):
            self.close(case, "paid", user=self.users["collector"])
        self.assertEqual(case.state, "open")

    def test_nothing_written_is_no_error(self):
        self.env["ar.legal.case"].write({"stage_id": self.summoned.id})

    def test_returned_payment_takes_the_closing_back(self):
        claim, case = self.handed_over()
        self.pay(claim.move_id, 100, "2026-03-20")
        self.review("2026-03-21")
        claim.line_id.remove_move_reconcile()
        self.sync()
        self.review("2026-03-22")
        self.assertFalse(self.items("legal_paid", case))

    def test_paid_is_not_said_of_what_is_due(self):
        _claim, case = self.handed_over()
        with self.assertRaisesRegex(UserError, "still due"):
            self.close(case, "paid")

    def test_collectors_close_only_what_is_paid(self):
        _claim, case = self.handed_over()
        for outcome in ("returned", "uncollectable", "withdrawn"):
            with self.subTest(outcome=outcome), self.assertRaises(UserError):
                self.close(case, outcome, user=self.users["collector"])
        with self.assertRaises(AccessError):
            self.close(case, "returned", user=self.users["auditor"])

    def test_returned_claims_go_on_where_they_stood(self):
        _claim, case = self.handed_over()
        other = self.claim(self.invoice(50, "2026-02-20"))
        self.run_day("2026-03-05")
        self.assertEqual(self.level_keys(other), ["reminder"])
        self.add(case, other)
        self.run_day("2026-03-25")
        self.assertEqual(self.level_keys(other), ["reminder"])
        self.close(case, "returned")
        self.run_day("2026-04-02")
        self.assertEqual(self.level_keys(other), ["reminder", "notice_of_default"])

    def test_uncollectable_claims_stay_out_of_dunning(self):
        claim, case = self.handed_over()
        self.close(case, "uncollectable")
        [facts] = claim._explain(date(2026, 5, 1)).values()
        self.assertIn("uncollectable", facts["blockers"][0]["sentence"])
        self.assertEqual(claim._with_others(), {})

    def test_closing_through_the_window(self):
        _claim, case = self.handed_over()
        wizard = (
            self.env["ar.legal.close"]
            .with_user(self.users["approver"])
            .with_context(active_model="ar.legal.case", active_ids=case.ids)
            .create({"outcome": "withdrawn", "closed_on": "2026-04-01", "note": "Ours"})
        )
        wizard.action_apply()
        self.assertEqual((case.outcome, case.closing_note), ("withdrawn", "Ours"))
        with self.assertRaisesRegex(UserError, "closed already"):
            wizard.action_apply()
        with self.assertRaises(UserError):
            case.with_user(self.users["collector"]).stage_id = self.ended

    def test_reopened_case_takes_its_claims_back(self):
        claim, case = self.handed_over()
        self.close(case, "returned")
        self.assertFalse(claim.legal_case_id)
        with self.assertRaises(UserError):
            case.with_user(self.users["collector"]).action_reopen()
        case.with_user(self.users["approver"]).action_reopen()
        self.assertEqual(case.state, "open")
        self.assertEqual(claim.legal_case_id, case)
        with self.assertRaises(UserError):
            case.with_user(self.users["approver"]).action_reopen()

    def test_reopening_gives_way_to_a_later_case(self):
        claim, case = self.handed_over()
        self.close(case, "returned")
        somebody = self.create_partner("Somebody", "some@debtor.example")
        _other, later = self.handed_over(partner=somebody)
        later.sudo().claim_ids.claim_id = claim
        with self.assertRaisesRegex(UserError, later.name):
            case.with_user(self.users["approver"]).action_reopen()

    # -- who may what -----------------------------------------------------------

    def test_the_decision_is_not_typed_over(self):
        _claim, case = self.handed_over()
        for values in (
            {"reason": "Other"},
            {"state": "closed"},
            {"decided_by_id": self.env.user.id},
            {"company_id": self.env.company.id},
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                case.with_user(self.users["manager"]).write(values)
        with self.assertRaises(UserError):
            case.unlink()

    def test_another_party_is_an_approvers_decision(self):
        _claim, case = self.handed_over()
        office = self.create_partner("Other office", "other@bailiff.example")
        with self.assertRaises(UserError):
            case.with_user(self.users["collector"]).party_id = office
        case.with_user(self.users["approver"]).party_id = office
        self.assertIn("party", case.event_ids.mapped("kind"))
        with self.assertRaises(ValidationError):
            case.with_user(self.users["approver"]).party_id = self.debtor_partner

    def test_auditors_read_and_change_nothing(self):
        _claim, case = self.handed_over()
        seen = case.with_user(self.users["auditor"])
        self.assertEqual(seen.amount_open, 100)
        self.assertIn("Handed over", seen.timeline)
        with self.assertRaises(AccessError):
            seen.stage_id = self.summoned
        with self.assertRaises(AccessError):
            self.env["ar.legal.cost"].with_user(self.users["auditor"]).create(
                {"case_id": case.id, "kind": "other", "amount": 1}
            )
        with self.assertRaises(UserError):
            self.env["ar.legal.handoff"].with_user(self.users["auditor"])._make(
                seen, case.create_date
            )

    def test_restricted_case_shows_to_its_group_alone(self):
        group = self.env["res.groups"].create({"name": "Social"})
        claim, case = self.handed_over()
        for rows in (case, case.claim_ids, case.event_ids):
            rows.sudo().access_group_id = group
        claim.sudo().access_group_id = group
        cost = self.env["ar.legal.cost"].sudo()
        cost = cost.create({"case_id": case.id, "kind": "other", "amount": 1})
        secrets = (case, case.claim_ids, case.event_ids, cost)
        self.env.flush_all()
        self.env.invalidate_all()
        for user, sees in (("manager", False), ("approver", True)):
            if sees:
                self.users[user].group_ids |= group
            for model in secrets:
                found = model.with_user(self.users[user])._filtered_access("read")
                with self.subTest(user=user, model=model._name):
                    self.assertEqual(bool(found), sees)

    def test_windows_tell_nothing_of_a_hidden_case(self):
        """A number that is tried out must not name the debtor behind it."""
        group = self.env["res.groups"].create({"name": "Social"})
        claim, case = self.handed_over()
        case.sudo().access_group_id = group
        self.env.flush_all()
        self.env.invalidate_all()
        named = {"fields": {"display_name": {}}}
        for model in ("ar.legal.cost", "ar.legal.claims.add"):
            rows = self.env[model].with_user(self.users["approver"])
            told = {}
            with self.subTest(model=model), contextlib.suppress(AccessError):
                told = rows.onchange(
                    {"case_id": case.id}, ["case_id"], {"debtor_id": named}
                )
            self.assertNotIn(claim.sudo().partner_id.name, str(told))
        with self.assertRaises(AccessError):
            rows.create({"case_id": case.id})

    def test_other_company_sees_nothing(self):
        _claim, case = self.handed_over()
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        user = self.users["manager"]
        user.write({"company_ids": [(6, 0, elsewhere.ids)], "company_id": elsewhere.id})
        found = self.env["ar.legal.case"].with_user(user).search([])
        self.assertNotIn(case, found)
