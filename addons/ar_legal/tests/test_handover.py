from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.ar_dunning.models.notice_undo import UndoDecision

from .common import HANDOVER_DAY, LegalCommon


@tagged("post_install", "-at_install", "ar")
class TestHandover(LegalCommon):
    def test_deciding_opens_a_case(self):
        claim, notice = self.propose_handover()
        action = self.decide(notice, next_step="Notice by the bailiff")
        case = notice.legal_case_ids
        self.assertEqual(action["res_id"], case.id)
        self.assertRecordValues(
            case,
            [
                {
                    "company_id": self.company.id,
                    "debtor_id": claim.debtor_id.id,
                    "party_id": self.bailiff.id,
                    "reason": "No answer to two notices.",
                    "decided_by_id": self.users["approver"].id,
                    "decided_on": date(2026, 3, 10),
                    "stage_id": self.received.id,
                    "next_deadline": date(2026, 3, 17),
                    "next_step": "Notice by the bailiff",
                    "amount_handed_over": 100,
                    "amount_open": 100,
                    "state": "open",
                }
            ],
        )
        self.assertEqual(case.claim_ids.claim_id, claim)
        self.assertEqual(notice.state, "dispatched")
        self.assertEqual(notice.approved_by_id, self.users["approver"])
        self.assertEqual(claim.level_key, "handover")
        self.assertEqual(notice.run_id.state, "dispatched")

    def test_approving_the_run_hands_nothing_over(self):
        procedure = self.create_procedure(
            [{"level_key": "reminder", "offset_days": 10, "mode": "approval"}],
            code="approval",
        )
        other = self.create_partner("An Other", "an@debtor.example")
        claim = self.claim(self.invoice(100, "2026-01-01"))
        for on in ("2026-01-20", "2026-02-10"):
            self.run_day(on)
        reminded = self.claim(self.invoice(70, "2026-02-01", other))
        reminded._assign_by_hand(procedure)
        run = self.propose(HANDOVER_DAY)
        answer = run.with_user(self.users["approver"]).action_approve()
        self.assertEqual(answer["params"]["type"], "warning")
        handover = self.proposal(claim)
        self.assertEqual(reminded.line_ids.notice_id.state, "approved")
        self.assertEqual(handover.state, "proposed")
        self.assertEqual(run.state, "proposed")
        self.assertEqual((run.handover_count, run.waiting_count), (1, 1))
        self.dispatch(HANDOVER_DAY)
        self.assertEqual(handover.state, "proposed")
        self.assertFalse(self.env["ar.legal.case"].search_count([]))
        self.decide(handover)
        self.assertEqual(run.state, "dispatched")
        self.assertEqual(run.approved_by_id, self.users["approver"])

    def test_approving_the_notice_opens_the_window(self):
        _claim, notice = self.propose_handover()
        action = notice.with_user(self.users["approver"]).action_approve()
        self.assertEqual(action["res_model"], "ar.legal.handover")
        self.assertEqual(notice.state, "proposed")

    def test_window_needs_reason_and_recipient(self):
        _claim, notice = self.propose_handover()
        with self.assertRaises(UserError):
            self.decide(notice, party_id=False)
        action = notice.action_hand_over()
        form = Form(
            self.env["ar.legal.handover"].with_context(**action["context"]),
            "ar_legal.ar_legal_handover_view_form",
        )
        form.track_id = self.track
        form.party_id = self.bailiff
        with self.assertRaises(AssertionError):
            form.save()
        form.reason = "Because"
        self.assertTrue(form.save())

    def test_only_approvers_decide(self):
        _claim, notice = self.propose_handover()
        for role in ("collector", "auditor"):
            user = self.users[role]
            with self.subTest(role=role):
                with self.assertRaises(UserError):
                    notice.with_user(user).action_hand_over()
                with self.assertRaises(UserError):
                    notice.with_user(user)._hand_over({}, {})

    def test_four_eyes_stay(self):
        self.company.ar_four_eyes_amount = 50
        _claim, notice = self.propose_handover()
        notice.run_id.sudo().user_id = self.users["approver"]
        with self.assertRaisesRegex(UserError, "second person"):
            self.decide(notice)
        self.decide(notice, user=self.users["manager"])
        self.assertTrue(notice.legal_case_ids)

    def test_what_a_case_rests_on_is_not_undone(self):
        claim, case = self.handed_over()
        notices = claim.line_ids.filtered(
            lambda line: line.role == "claimed" and line.state == "dispatched"
        ).notice_id.filtered(lambda notice: notice.kind == "dunning")
        self.assertTrue(notices)
        obstacles = {row["obstacle"] for row in notices._plan_undo()}
        self.assertEqual(obstacles, {"in_legal_case"})
        decision = UndoDecision("Wrong price", "again", date(2026, 3, 16))
        with self.assertRaisesRegex(UserError, "rests on it"):
            notices.with_user(self.users["approver"])._undo(decision)
        self.assertEqual(set(notices.mapped("state")), {"dispatched"})
        self.close(case, "withdrawn")
        self.assertNotIn(
            "in_legal_case", {row["obstacle"] for row in notices._plan_undo()}
        )

    def test_second_decision_is_refused(self):
        _claim, notice = self.propose_handover()
        first = notice.with_user(self.users["approver"]).action_hand_over()
        self.decide(notice)
        wizard = (
            self.env["ar.legal.handover"]
            .with_user(self.users["manager"])
            .with_context(**first["context"])
            .create({"reason": "Again", "party_id": self.bailiff.id})
        )
        self.assertTrue(wizard.track_id)
        with self.assertRaisesRegex(UserError, "in the meantime"):
            wizard.action_apply()
        self.assertEqual(len(notice.legal_case_ids), 1)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            notice.legal_case_ids.sudo().copy({"notice_id": notice.id})

    def test_paid_in_the_meantime_is_not_handed_over(self):
        claim, notice = self.propose_handover()
        self.pay(claim.move_id, 100, HANDOVER_DAY)
        with self.assertRaisesRegex(UserError, "Nothing is left to hand over"):
            self.decide(notice)
        self.assertFalse(self.env["ar.legal.case"].search_count([]))

    def test_part_paid_is_handed_over_with_the_rest(self):
        claim, notice = self.propose_handover()
        self.pay(claim.move_id, 40, HANDOVER_DAY)
        self.decide(notice)
        self.assertEqual(notice.legal_case_ids.amount_handed_over, 60)

    def test_what_falls_out_is_said_and_the_rest_goes(self):
        other = self.create_partner("An Other", "an@debtor.example")
        paid = self.claim(self.invoice(70, "2026-01-01", other))
        claim, notice = self.propose_handover()
        notices = notice | self.proposal(paid)
        self.assertEqual(len(notices), 2)
        self.pay(paid.move_id, 70, HANDOVER_DAY)
        answer = self.decide(notices)
        self.assertIn("An Other", answer["params"]["message"])
        cases = notices.legal_case_ids
        self.assertEqual(cases.claim_ids.claim_id, claim)
        self.assertEqual(answer["params"]["next"]["res_id"], cases.id)

    def test_each_debtor_gets_a_case(self):
        other = self.create_partner("An Other", "an@debtor.example")
        second = self.claim(self.invoice(70, "2026-01-01", other))
        first, notice = self.propose_handover()
        notices = notice | self.proposal(second)
        self.decide(notices)
        self.assertEqual(len(notices.legal_case_ids), 2)
        for case in notices.legal_case_ids:
            self.assertEqual(case.claim_ids.claim_id.debtor_id, case.debtor_id)
        self.assertEqual((first | second).legal_case_id, notices.legal_case_ids)

    def test_held_in_the_meantime_stays(self):
        claim, notice = self.propose_handover()
        self.env["ar.hold"].create(
            {
                "claim_id": claim.id,
                "reason_id": self.reason.id,
                "date_from": HANDOVER_DAY,
            }
        )
        with self.assertRaisesRegex(UserError, "On hold"):
            self.decide(notice)

    def test_not_handing_over_holds_the_claims(self):
        claim, notice = self.propose_handover()
        self.assertTrue(self.items("handover"))
        action = notice.with_user(self.users["collector"]).action_not_hand_over()
        wizard = (
            self.env["ar.notice.exclude"]
            .with_user(self.users["collector"])
            .with_context(**action["context"])
            .create({"reason_id": self.reason.id, "date_to": False})
        )
        with freeze_time(f"{HANDOVER_DAY} 10:00:00"):
            wizard.action_apply()
        self.assertEqual(notice.cancel_code, "excluded_by_user")
        self.assertEqual(self.blockers(claim, HANDOVER_DAY), ["hold"])
        self.assertFalse(self.items("handover"))

    def test_work_item_follows_the_proposal_until_the_decision(self):
        claim, first = self.propose_handover()
        item = self.items("handover")
        self.assertEqual((item.notice_id, item.amount), (first, 100))
        item.with_user(self.users["collector"]).note = "Called him"
        self.pay(claim.move_id, 30, HANDOVER_DAY)
        self.propose("2026-03-11")
        second = self.proposal(claim)
        self.assertNotEqual(first, second)
        self.assertEqual(first.state, "cancelled")
        self.assertEqual(self.items("handover"), item)
        self.assertRecordValues(
            item, [{"notice_id": second.id, "amount": 70, "note": "Called him"}]
        )
        action = item.with_user(self.users["approver"]).action_hand_over()
        self.assertEqual(action["context"]["default_notice_ids"], second.ids)
        self.decide(second, on="2026-03-11")
        self.assertEqual(item.state, "done")

    def test_work_item_goes_when_nothing_is_proposed_any_more(self):
        claim, _notice = self.propose_handover()
        self.pay(claim.move_id, 100, HANDOVER_DAY)
        self.propose("2026-03-11")
        self.assertFalse(self.items("handover"))

    def test_decided_before_the_addon_came_gets_its_case(self):
        claim, notice = self.propose_handover()
        notice.sudo()._approve()
        self.dispatch(HANDOVER_DAY)
        self.assertEqual(claim.level_key, "handover")
        self.assertTrue(self.items("handover"))
        self.decide(notice, on="2026-03-12")
        self.assertEqual(notice.legal_case_ids.claim_ids.claim_id, claim)
        self.assertFalse(self.items("handover"))

    def test_track_is_proposed_by_country_and_class(self):
        claim, notice = self.propose_handover()
        belgium = self.env.ref("base.be")
        self.company.account_fiscal_country_id = belgium
        tracks = self.env["ar.legal.track"]
        for debtor_class, code in (
            ("consumer", "be_amicable"),
            ("enterprise", "be_ios"),
        ):
            claim.debtor_id.debtor_class = debtor_class
            with self.subTest(debtor_class=debtor_class):
                track = tracks._proposed_for(self.company, claim.debtor_id)
                self.assertEqual(track.code, code)
        self.assertTrue(notice)

    def test_a_tax_is_proposed_the_warrant(self):
        claim, _notice = self.propose_handover()
        self.company.account_fiscal_country_id = self.env.ref("base.be")
        tracks = self.env["ar.legal.track"]
        for nature, code in (("municipal_tax", "be_warrant"), ("rent", "be_amicable")):
            claim.sudo().claim_type_id = self.env.ref(f"ar_dunning.claim_type_{nature}")
            with self.subTest(nature=nature):
                track = tracks._proposed_for(self.company, claim.debtor_id, claim)
                self.assertEqual(track.code, code)

    def test_handover_of_many_asks_a_constant_number_of_questions(self):
        counts = []
        for number in (1, 6):
            claims = self.env["ar.claim"]
            for place in range(number):
                partner = self.create_partner(f"P{place}", f"p{place}@debtor.example")
                claims |= self.claim(self.invoice(100, "2026-01-01", partner))
            for on in ("2026-01-20", "2026-02-10", HANDOVER_DAY):
                self.run_day(on)
            notices = self.proposal(claims)
            before = self.env.cr.sql_log_count
            with freeze_time(f"{HANDOVER_DAY} 10:00:00"):
                self.env["ar.work.item"].sudo()._list_handovers(self.company)
            counts.append(self.env.cr.sql_log_count - before)
            self.decide(notices)
        self.assertLessEqual(counts[1], counts[0])
