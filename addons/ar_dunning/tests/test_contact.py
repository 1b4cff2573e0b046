from datetime import date
from decimal import Decimal

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from odoo.addons.ar_dunning.rules import promises

from .common import DunningCommon


class ContactCommon(DunningCommon):
    """Words for tests of what was said to debtors."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.collector = cls.create_user("talker", "ar_dunning.group_collector")

    def outcome(self, code):
        return self.env["ar.contact.outcome"].search([("code", "=", code)])

    def debtor(self, partner=None):
        partner = partner or self.debtor_partner
        return partner.ar_debtor_ids.with_user(self.collector)

    def record(self, code, on="2026-03-10", claims=None, item=None, **facts):
        """Record an outcome as the collector, on a day."""
        with freeze_time(f"{on} 10:00:00"):
            contacts = (
                self.debtor()
                .env["ar.contact"]
                ._record(
                    self.debtor(),
                    self.outcome(code).with_user(self.collector),
                    claims and claims.with_user(self.collector),
                    item and item.with_user(self.collector),
                    **facts,
                )
            )
        self.env.flush_all()
        return contacts.sudo()

    def promise(self, until, on="2026-03-10", **facts):
        return self.record("promise", on, date_until=date.fromisoformat(until), **facts)

    def review(self, on):
        self.env["ar.contact"].sudo()._review_company(
            self.company, date.fromisoformat(on)
        )
        self.env.invalidate_all()

    def items(self, kind):
        return self.env["ar.work.item"].search(
            [("kind", "=", kind), ("state", "=", "open")]
        )


@tagged("post_install", "-at_install", "ar")
class TestContact(ContactCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        self = cls()
        cls.first = self.invoice(100, "2026-03-01")
        cls.second = self.invoice(40, "2026-03-05")
        cls.env["ar.work.item"].sudo()._raise_items(
            [
                {
                    "kind": "task",
                    "company_id": cls.company.id,
                    "debtor_id": cls.debtor_partner.ar_debtor_ids.id,
                    "due_on": date(2026, 3, 10),
                    "dedup_key": "test/call",
                }
            ]
        )
        cls.task = cls.env["ar.work.item"].search([("dedup_key", "=", "test/call")])

    def test_promise_holds_the_claims_and_closes_the_task(self):
        contact = self.promise("2026-03-17", item=self.task, note="Next salary")
        claims = self.claim(self.first) | self.claim(self.second)
        self.assertRecordValues(
            contact.hold_ids.sorted("claim_id"),
            [
                {
                    "claim_id": claim.id,
                    "date_from": date(2026, 3, 10),
                    "date_to": date(2026, 3, 19),
                }
                for claim in claims.sorted("id")
            ],
        )
        self.assertRecordValues(
            contact,
            [
                {
                    "result": "waiting",
                    "user_id": self.collector.id,
                    "note": "Next salary",
                    "work_item_id": self.task.id,
                }
            ],
        )
        self.assertEqual(sum(contact.line_ids.mapped("amount")), 140)
        self.assertEqual(self.task.state, "done")
        self.assertIn("hold", self.blockers(claims[0], "2026-03-19"))
        self.assertNotIn("hold", self.blockers(claims[0], "2026-03-20"))

    def test_promise_of_one_claim_leaves_the_other_alone(self):
        self.promise("2026-03-17", claims=self.claim(self.second))
        self.assertNotIn("hold", self.blockers(self.claim(self.first), "2026-03-11"))
        self.assertIn("hold", self.blockers(self.claim(self.second), "2026-03-11"))

    def test_promise_paid_in_time_is_kept(self):
        contact = self.promise("2026-03-17")
        self.pay(self.first, 100, "2026-03-12")
        self.pay(self.second, 40, "2026-03-12")
        self.review("2026-03-13")
        self.assertEqual(contact.result, "kept")
        self.review("2026-04-01")
        self.assertFalse(self.items("promise_broken"))

    def test_payment_that_is_not_matched_yet_keeps_a_promise(self):
        contact = self.promise("2026-03-17")
        self.env["account.payment"].create(
            {
                "partner_id": self.debtor_partner.id,
                "payment_type": "inbound",
                "partner_type": "customer",
                "amount": 140,
                "date": "2026-03-16",
            }
        ).action_post()
        self.sync()
        self.review("2026-03-20")
        self.assertEqual(contact.result, "kept")

    def test_broken_promise_is_work_on_the_day_after_the_grace_and_once(self):
        contact = self.promise("2026-03-17")
        self.review("2026-03-19")
        self.assertEqual(contact.result, "waiting")
        for day in ("2026-03-20", "2026-03-20", "2026-03-21"):
            self.review(day)
        self.assertEqual(contact.result, "broken")
        self.assertRecordValues(
            self.items("promise_broken"),
            [
                {
                    "amount": 140.0,
                    "due_on": date(2026, 3, 20),
                    "contact_id": contact.id,
                    "debtor_id": self.debtor_partner.ar_debtor_ids.id,
                }
            ],
        )

    def test_promise_kept_in_part_asks_for_the_rest(self):
        contact = self.promise("2026-03-17")
        self.pay(self.first, 60, "2026-03-16")
        self.review("2026-03-20")
        self.assertRecordValues(contact, [{"result": "partly", "amount_paid": 60.0}])
        self.assertEqual(self.items("promise_broken").amount, 80)

    def test_part_that_was_promised_is_enough(self):
        contact = self.promise("2026-03-17", amount=50)
        self.pay(self.first, 50, "2026-03-16")
        self.review("2026-03-20")
        self.assertEqual(contact.result, "kept")

    def test_call_back_is_on_the_list_on_its_day(self):
        contact = self.record("call_back", date_until=date(2026, 3, 12))
        self.review("2026-03-11")
        self.assertFalse(self.items("call_back"))
        self.review("2026-03-12")
        self.assertEqual(self.items("call_back").contact_id, contact)

    def test_nobody_is_called_back_about_what_is_paid(self):
        contact = self.record(
            "call_back", date_until=date(2026, 3, 12), claims=self.claim(self.second)
        )
        self.pay(self.second, 40, "2026-03-11")
        self.review("2026-03-14")
        self.assertEqual(contact.result, "settled")
        self.assertFalse(self.items("call_back"))

    def test_later_conversation_replaces_what_was_agreed(self):
        call = self.record("call_back", date_until=date(2026, 3, 25))
        former = self.promise("2026-03-17")
        latter = self.promise("2026-03-24")
        self.assertEqual(
            (call | former | latter).mapped("result"),
            ["replaced", "replaced", "waiting"],
        )
        self.assertTrue(all(former.hold_ids.mapped("lifted_on")))
        self.review("2026-03-30")
        self.assertEqual(self.items("promise_broken").contact_id, latter)
        self.assertFalse(self.items("call_back"))

    def test_debtor_who_needs_help_is_left_alone_and_given_to_a_person(self):
        helper = self.create_user("helper", "ar_dunning.group_collector")
        self.outcome("needs_help").follow_up_user_id = helper
        self.record("needs_help")
        later = self.invoice(10, "2026-03-20")
        for move in (self.first, later):
            self.assertIn("hold", self.blockers(self.claim(move), "2026-06-01"))
        self.assertEqual(self.items("needs_help").user_id, helper)

    def test_decision_at_hand_is_not_taken_by_a_conversation(self):
        self.task.sudo().kind = "handover"
        contact = self.promise("2026-03-17", item=self.task)
        self.assertEqual(self.task.state, "open")
        self.assertFalse(contact.task_closed)

    def test_moved_debtor_is_work_to_find(self):
        self.record("moved")
        self.assertEqual(len(self.items("address_unknown")), 1)

    def test_no_answer_keeps_the_task_for_the_next_day(self):
        contact = self.record("no_answer", item=self.task)
        self.assertRecordValues(
            self.task, [{"state": "open", "due_on": date(2026, 3, 11)}]
        )
        self.assertFalse(contact.hold_ids)

    @freeze_time("2026-03-10 11:00:00")
    def test_undo_takes_everything_back_but_keeps_the_evidence(self):
        contact = self.promise("2026-03-17", item=self.task)
        contact.with_user(self.collector)._undo()
        self.assertEqual(contact.result, "undone")
        self.assertEqual(self.task.state, "open")
        self.assertNotIn("hold", self.blockers(self.claim(self.first), "2026-03-11"))
        helped = self.record("needs_help", item=self.task)
        helped.with_user(self.collector)._undo()
        self.assertFalse(self.items("needs_help"))
        self.assertFalse(helped.hold_ids.filtered("in_force"))

    @freeze_time("2026-03-10 11:00:00")
    def test_only_the_recorder_undoes_and_only_without_a_result(self):
        contact = self.promise("2026-03-17")
        other = self.create_user("other", "ar_dunning.group_collector")
        with self.assertRaises(UserError):
            contact.with_user(other)._undo()
        self.review("2026-03-20")
        with self.assertRaises(UserError):
            contact.with_user(self.collector)._undo()

    def test_what_an_outcome_needs_is_asked_for(self):
        for code, facts in (
            ("promise", {}),
            ("promise", {"date_until": date(2026, 3, 9)}),
            ("promise", {"date_until": date(2026, 6, 30)}),
            ("promise", {"date_until": date(2026, 3, 12), "amount": -1}),
            ("dispute", {}),
            ("dispute", {"note": "  "}),
            ("no_answer", {"date_until": date(2026, 3, 12)}),
            ("no_answer", {"amount": 5}),
        ):
            with self.subTest(code=code, facts=facts), self.assertRaises(UserError):
                self.record(code, **facts)

    def test_outcome_that_waits_for_a_date_requires_one(self):
        with self.assertRaises(ValidationError):
            self.outcome("promise").date_need = "optional"

    def test_auditor_and_stranger_record_nothing(self):
        for group in ("ar_dunning.group_auditor", "base.group_user"):
            user = self.create_user(f"no_{group[-5:]}", group)
            with self.subTest(group=group), self.assertRaises(UserError):
                self.env["ar.contact"].with_user(user)._record(
                    self.debtor().with_user(user),
                    self.outcome("no_answer").with_user(user),
                )

    def test_evidence_is_written_by_nobody(self):
        contact = self.record("no_answer")
        manager = self.create_user("boss", "ar_dunning.group_manager")
        for user in (self.collector, manager):
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    contact.with_user(user).note = "something else"
                with self.assertRaises(AccessError):
                    contact.with_user(user).unlink()
                with self.assertRaises(AccessError):
                    contact.with_user(user).copy()

    def test_wizard_records_for_the_task_at_hand(self):
        entry = (
            self.env["ar.contact.entry"]
            .with_user(self.collector)
            .create(
                {
                    "debtor_id": self.debtor().id,
                    "work_item_id": self.task.id,
                    "outcome_id": self.outcome("promise").id,
                }
            )
        )
        entry.action_record()
        contact = self.env["ar.contact"].search([])
        self.assertEqual(contact.date_until, entry.date_until)
        self.assertEqual(self.task.state, "done")


@tagged("post_install", "-at_install", "ar")
class TestContactConfidence(ContactCommon):
    """What is said about a restricted claim is not told to others."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        self = cls()
        cls.group = cls.env["res.groups"].create({"name": "Social service"})
        cls.insider = cls.create_user("insider", "ar_dunning.group_collector")
        cls.insider.group_ids |= cls.group
        journal = cls.company_data["default_journal_sale"].copy(
            {
                "code": "SOC",
                "name": "Social",
                "default_account_id": cls.company_data["default_account_revenue"].id,
            }
        )
        journal.ar_claim_type_id = cls.env["ar.claim.type"].create(
            {"name": "Social help", "code": "soc", "access_group_id": cls.group.id}
        )
        cls.env.user.group_ids |= cls.group
        cls.open_one = self.invoice(100, "2026-03-01")
        cls.secret = self.invoice(70, "2026-03-01", journal_id=journal.id)
        cls.collector, cls.outsider = cls.insider, cls.collector

    def test_contacts_are_noted_apart_and_seen_apart(self):
        contacts = self.promise("2026-03-17")
        self.assertEqual(
            [
                (group, lines.line_ids.claim_id.move_id)
                for group, lines in contacts.grouped("access_group_id").items()
            ],
            [(self.env["res.groups"], self.open_one), (self.group, self.secret)],
        )
        seen = self.env["ar.contact"].with_user(self.outsider).search([])
        self.assertEqual(seen, contacts.filtered(lambda one: not one.access_group_id))
        self.assertEqual(seen.line_ids.claim_id.move_id.ids, self.open_one.ids)
        self.review("2026-03-20")
        self.assertEqual(
            self.env["ar.work.item"]
            .with_user(self.outsider)
            .search([("kind", "=", "promise_broken")])
            .mapped("amount"),
            [100.0],
        )

    def test_outsider_records_about_what_he_sees_only(self):
        self.collector = self.outsider
        contacts = self.promise("2026-03-17")
        self.assertEqual(contacts.line_ids.claim_id.move_id, self.open_one)
        with self.assertRaises(AccessError):
            self.promise("2026-03-18", claims=self.claim(self.secret))

    def test_other_company_sees_no_contact(self):
        self.promise("2026-03-17")
        other = self.setup_other_company()["company"]
        stranger = self.create_user("far", "ar_dunning.group_collector", other)
        self.assertFalse(self.env["ar.contact"].with_user(stranger).search([]))
        with self.assertRaises(AccessError):
            self.env["ar.contact"].with_user(stranger)._record(
                self.debtor_partner.ar_debtor_ids.with_user(stranger),
                self.outcome("no_answer").with_user(stranger),
            )


@tagged("post_install", "-at_install", "ar")
class TestContactReview(ContactCommon):
    def test_sql_and_rule_agree_on_promises(self):
        until, promised = date(2026, 3, 17), [None, 50]
        cases = []
        for number, (paid, day, part) in enumerate(
            (paid, day, part)
            for paid in (0, 30, 50, 100)
            for day in ("2026-03-16", "2026-03-19", "2026-03-22")
            for part in promised
        ):
            partner = self.create_partner(f"Debtor {number}", f"d{number}@x.example")
            move = self.invoice(100, "2026-03-01", partner)
            cases.append((move, partner, paid, day, part))
        contacts = {}
        for move, partner, _paid, _day, part in cases:
            self.debtor_partner = partner
            contacts[move] = self.promise(str(until), amount=part or 0.0)
        for move, _partner, paid, day, _part in cases:
            if paid:
                self.pay(move, paid, day)
        for on in ("2026-03-16", "2026-03-19", "2026-03-20"):
            expected = {
                move: contacts[move].result
                if contacts[move].result != "waiting"
                else self.by_rule(move, contacts[move], until, part, on)
                for move, _partner, _paid, _day, part in cases
            }
            self.review(on)
            for move, result in expected.items():
                self.assertEqual(contacts[move].result, result)

    def by_rule(self, move, contact, until, part, on):
        claim = self.claim(move)
        facts = promises.PromisedClaim(
            Decimal(100), Decimal(str(claim.amount_residual)), claim.settled_on or None
        )
        return promises.result(
            [facts],
            part and Decimal(part),
            until,
            contact.grace_days,
            date.fromisoformat(on),
        )

    def test_review_needs_as_many_statements_for_many_as_for_few(self):
        counts = []
        for many in (2, 12):
            for number in range(many):
                partner = self.create_partner(
                    f"Debtor {many}-{number}", f"d{many}.{number}@x.example"
                )
                self.invoice(100, "2026-03-01", partner)
                self.debtor_partner = partner
                self.promise("2026-03-17")
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.env["ar.contact"].sudo()._settle_promises(
                self.company, date(2026, 3, 30)
            )
            self.env["ar.contact"].sudo()._settle_dates(self.company, date(2026, 3, 30))
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
