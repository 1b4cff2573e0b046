from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from ..rules.version_change import Step, move
from .common import DunningCommon

REMINDER = {"level_key": "reminder", "offset_days": 10}
DEFAULT = {"level_key": "notice_of_default", "offset_days": 28, "minimum_wait_days": 14}


@tagged("post_install", "-at_install")
class TestVersion(DunningCommon):
    def draft(self, *levels, procedure=None):
        """Return a draft of the procedure with exactly these levels."""
        draft = (procedure or self.procedure)._new_version()
        draft.level_ids.unlink()
        draft.level_ids = [
            (0, 0, self.prepare_level(place, **level))
            for place, level in enumerate(levels, 1)
        ]
        return draft

    def claim_at(self, *days, due="2026-03-01"):
        claim = self.claim(self.invoice(100, due))
        for day in days:
            self.run_day(day)
        return claim

    def activation(self, version):
        return self.env["ar.version.activation"].create({"version_id": version.id})

    @freeze_time("2026-03-20")
    def test_scheduled_version_comes_into_force_on_its_day(self):
        claim = self.claim_at()
        self.assign()
        draft = self.draft(REMINDER)
        activation = self.activation(draft)
        activation.effective_from = "2026-04-01"
        # The version stands behind the window: it is not opened a second time.
        closed = activation.action_apply()
        self.assertEqual(closed["type"], "ir.actions.act_window_close")
        self.assertEqual(draft.state, "scheduled")
        with self.assertRaises(UserError):
            draft.level_ids[:1].offset_days = 12
        self.env["ar.cycle"]._step_assign(self.company, date(2026, 3, 31))
        self.assertEqual(self.version.state, "active")
        cycles = self.env["ar.cycle"].sudo()
        cycles.create(
            {"company_id": self.company.id, "date": "2026-04-01"}
        )._step_assign(self.company, date(2026, 4, 1))
        self.assertEqual(draft.state, "active")
        self.assertEqual(self.version.state, "retired")
        self.assertEqual(claim.version_id, draft)

    @freeze_time("2026-03-20")
    def test_scheduled_version_goes_back_to_draft(self):
        draft = self.draft(REMINDER)
        draft._activate_from(date(2026, 4, 1), [])
        other = self.draft(REMINDER)
        with self.assertRaisesRegex(UserError, "scheduled already"):
            other._activate_from(date(2026, 4, 2), [])
        draft.action_unschedule()
        self.assertEqual(draft.state, "draft")
        draft.level_ids[:1].offset_days = 12

    def test_differences_field_by_field(self):
        draft = self.procedure._new_version()
        levels = {level.level_key: level for level in draft.level_ids}
        levels["reminder"].offset_days = 12
        levels["reminder"].channel_ids[:1].unlink()
        levels["friendly"].unlink()
        draft.level_ids = [
            (0, 0, self.prepare_level(9, level_key="call", offset_days=70))
        ]
        changes = self.activation(draft).change_ids
        found = {
            (
                change.kind,
                change.level,
                change.field,
                change.old_value,
                change.new_value,
            )
            for change in changes
        }
        self.assertIn(("changed", "Reminder", "Days from due date", "10", "12"), found)
        self.assertIn(("removed", "Friendly", False, "", ""), found)
        self.assertIn(("added", "Call", False, "", ""), found)
        self.assertIn(
            ("changed", "Reminder", "Channel", "E-mail, Letter", "Letter"), found
        )

    def test_running_claims_are_counted_by_level(self):
        self.claim_at("2026-03-15")
        self.claim(self.invoice(50, "2026-06-01"))
        self.assign()
        activation = self.activation(self.draft(DEFAULT))
        self.assertRecordValues(
            activation.line_ids,
            [
                {"level_key": "", "claim_count": 1, "moving_count": 1},
                {"level_key": "reminder", "claim_count": 1, "moving_count": 0},
            ],
        )
        self.assertIn("does not have", activation.line_ids[1].note)

    def test_claims_of_a_level_stay_by_choice(self):
        claim = self.claim_at("2026-03-15")
        draft = self.draft(REMINDER, DEFAULT)
        activation = self.activation(draft)
        activation.line_ids.stay = True
        activation.action_apply()
        self.assertEqual(draft.state, "active")
        self.assertEqual(claim.version_id, self.version)

    def test_locked_claim_stays(self):
        claim = self.claim_at("2026-03-15")
        claim.action_lock_procedure()
        self.draft(REMINDER, DEFAULT).action_activate()
        self.assertEqual(claim.version_id, self.version)

    def test_nobody_skips_a_mandatory_level(self):
        claim = self.claim_at("2026-03-15", "2026-04-01")
        self.assertEqual(claim.level_key, "notice_of_default")
        call = {"level_key": "call", "offset_days": 20}
        draft = self.draft(REMINDER, call, DEFAULT)
        self.assertIn("Call", self.activation(draft).line_ids.note)
        draft.action_activate()
        self.assertEqual(claim.version_id, self.version)
        optional = self.draft(REMINDER, {**call, "mandatory": False}, DEFAULT)
        optional.action_activate()
        self.assertEqual(claim.version_id, optional)
        self.assertEqual(claim.level_sequence, 3)

    def test_nobody_gets_a_level_twice_nor_two_on_a_day(self):
        claim = self.claim_at("2026-03-15")
        late = {"level_key": "late", "offset_days": 11}
        self.draft(REMINDER, late, DEFAULT).action_activate()
        self.run_day("2026-03-15")
        self.assertEqual(self.level_keys(claim), ["reminder"])
        self.assertIn("reached_today", self.blockers(claim, "2026-03-15"))
        self.run_day("2026-03-16")
        self.assertEqual(self.level_keys(claim), ["reminder", "late"])

    def test_approved_notice_of_the_former_version_does_not_leave(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        self.propose("2026-03-15")
        self.draft(REMINDER, DEFAULT).action_activate()
        self.dispatch("2026-03-15")
        self.assertFalse(self.lines(claim))
        self.run_day("2026-03-16")
        self.assertEqual(self.level_keys(claim), ["reminder"])

    def test_query_agrees_with_the_rule(self):
        claims = self.claim_at("2026-03-15", "2026-04-01")
        claims |= self.claim_at("2026-04-02", due="2026-03-20")
        claims |= self.claim(self.invoice(10, "2026-09-01"))
        self.assign()
        call = {"level_key": "call", "offset_days": 20}
        friendly = self.default_levels()[0]
        for levels in (
            (REMINDER, DEFAULT),
            (DEFAULT,),
            (call, REMINDER, DEFAULT),
            (friendly, REMINDER, call, DEFAULT),
            ({**REMINDER, "offset_days": 30}, {**call, "offset_days": 40}),
            ({**DEFAULT, "offset_days": 5}, REMINDER),
        ):
            for staying in ((), ("reminder",), ("",)):
                with self.subTest(levels=levels, staying=staying):
                    self.check_moves(claims, self.draft(*levels), staying)

    def check_moves(self, claims, draft, staying):
        rows = self.env.execute_query(claims._sql_moves(draft, staying))
        found = {row[0]: (row[2], row[4] or 0, row[5] or "") for row in rows}
        for claim in claims:
            expected = move(
                self.steps(claim.version_id),
                self.steps(draft),
                claim.level_key or "",
                claim.level_sequence,
                self.level_keys(claim),
                staying,
            )
            outcome, sequence, missed = found[claim.id]
            self.assertEqual(outcome, expected.outcome)
            if outcome == "moves":
                self.assertEqual(sequence, expected.sequence)
            if outcome == "would_skip":
                self.assertEqual(missed, expected.level_key)
        draft.unlink()

    def steps(self, version):
        return [
            Step(level.sequence, level.level_key, level.mandatory)
            for level in version.level_ids
        ]

    def test_any_two_versions_can_be_compared(self):
        draft = self.procedure._new_version()
        draft.level_ids[:1].name = "Hello"
        action = draft.action_compare()
        comparison = self.env["ar.version.comparison"].browse(action["res_id"])
        self.assertEqual(comparison.other_id, self.version)
        self.assertRecordValues(
            comparison.change_ids,
            [{"kind": "changed", "old_value": "Friendly", "new_value": "Hello"}],
        )
        comparison.other_id = draft
        self.assertFalse(comparison.change_ids)

    def test_a_level_gets_its_key_from_its_name(self):
        version = self.procedure._new_version()
        level = {"version_id": version.id, "offset_days": 90}
        for name, key in (
            ("Letzte Mahnung", "letzte_mahnung"),
            ("Reminder", "reminder_2"),
            (False, False),
        ):
            typed = version.level_ids.new({"version_id": version.id, "name": name})
            self.assertEqual(typed.level_key, key)
        made = self.env["ar.dunning.level"].create(
            [
                {"sequence": number, "name": "Final notice", **level}
                for number in (20, 21)
            ]
        )
        self.assertEqual(made.mapped("level_key"), ["final_notice", "final_notice_2"])
        made[0].name = "Very last notice"
        self.env.flush_all()
        self.assertEqual(made[0].level_key, "final_notice")

    def test_only_managers_put_versions_in_force(self):
        draft = self.draft(REMINDER)
        collector = self.create_user("version.collector", "ar_dunning.group_collector")
        for action in (
            "action_activate",
            "action_prepare_activation",
            "action_unschedule",
        ):
            with self.subTest(action=action), self.assertRaises(UserError):
                getattr(draft.with_user(collector), action)()
        with self.assertRaises(AccessError):
            self.env["ar.version.activation"].with_user(collector).create(
                {"version_id": draft.id}
            )
