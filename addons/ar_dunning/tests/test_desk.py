import json
from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, freeze_time, tagged

from .test_contact import ContactCommon


class DeskCommon(ContactCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ar.work.item"].search([]).sudo().unlink()

    def desk(self, user=None, partner=None, **options):
        debtor = self.debtor(partner).with_user(user or self.collector)
        return debtor.get_desk(**options)

    def raise_task(self, partner=None, key="call", **values):
        debtor = self.debtor(partner)
        return (
            self.env["ar.work.item"]
            .sudo()
            ._raise_items(
                [
                    {
                        "kind": "task",
                        "title": "Call after the reminder",
                        "company_id": self.company.id,
                        "debtor_id": debtor.id,
                        "due_on": date(2026, 3, 10),
                        "dedup_key": f"test/{key}",
                        **values,
                    }
                ]
            )
        )


@tagged("post_install", "-at_install", "ar")
@freeze_time("2026-03-21 09:00:00")
class TestDesk(DeskCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        self = cls()
        cls.first = self.invoice(100, "2026-03-01")
        self.run_day("2026-03-12")
        cls.second = self.invoice(40, "2026-03-05")
        self.pay(cls.first, 30, "2026-03-15")

    def test_desk_is_plain_and_says_what_a_collector_needs(self):
        self.raise_task(note="Ask for the manager")
        self.record("dispute", on="2026-03-20", note="Never ordered it")
        desk = json.loads(json.dumps(self.desk()))
        self.assertEqual(desk["head"]["name"], "Dirk Peeters")
        self.assertIn("110.00", desk["head"]["totals"][0]["open"])
        numbers = [claim["number"] for claim in desk["claims"]]
        self.assertEqual(numbers, [self.first.name, self.second.name])
        self.assertTrue(all(claim["held"] for claim in desk["claims"]))
        said = desk["claims"][0]["obstacles"][0]["sentence"]
        self.assertIn("Disputed", said)
        self.assertEqual(
            sorted(item["title"] for item in desk["work"]),
            ["Answer an objection", "Call after the reminder"],
        )
        kinds = [entry["kind"] for entry in desk["timeline"]]
        self.assertEqual(set(kinds), {"contact", "notice", "payment", "event"})
        self.assertLess(kinds.index("contact"), kinds.index("payment"))
        story = json.dumps(desk["timeline"])
        for part in ("Never ordered it", "Reminder", "dirk@debtor.example", "30.00"):
            self.assertIn(part, story)

    def test_what_is_next_is_what_the_claim_says(self):
        self.assign()
        desk = self.desk()
        explained = self.claim(self.second)._explain()[self.claim(self.second).id]
        shown = desk["claims"][1]
        self.assertEqual(shown["next"], explained["level_name"])
        self.assertEqual(shown["next"], "Reminder")
        self.assertFalse(shown["obstacles"])

    def test_outcome_and_undo_in_one_call_each(self):
        task = self.raise_task()
        debtor = self.debtor()
        contacts = debtor.record_outcome(
            self.outcome("promise").id,
            {
                "date_until": "2026-03-25",
                "amount": 50,
                "note": "After his salary",
                "work_item_id": task.id,
                "claim_ids": self.claim(self.first).ids,
            },
        )
        self.assertEqual(task.state, "done")
        held = [claim["held"] for claim in self.desk()["claims"]]
        self.assertEqual(held, [True, False])
        debtor.undo_outcome(contacts)
        self.assertEqual(task.state, "open")
        self.assertFalse(any(claim["held"] for claim in self.desk()["claims"]))
        story = self.desk()["timeline"]
        self.assertTrue(next(one for one in story if one["kind"] == "contact")["muted"])

    def test_undo_of_another_debtors_contact_is_refused(self):
        contacts = self.debtor().record_outcome(self.outcome("no_answer").id)
        other = self.create_partner("Ann Claes", "ann@x.example")
        self.invoice(5, "2026-03-01", other)
        with self.assertRaises(UserError):
            self.debtor(other).undo_outcome(contacts)

    def test_auditor_looks_and_stranger_does_not(self):
        auditor = self.create_user("looker", "ar_dunning.group_auditor")
        self.assertFalse(self.desk(auditor)["may_record"])
        with self.assertRaises(UserError):
            self.debtor().with_user(auditor).record_outcome(
                self.outcome("no_answer").id
            )
        stranger = self.create_user("stranger")
        with self.assertRaises(AccessError):
            self.desk(stranger)

    def test_who_has_no_rights_in_accounting_is_offered_no_invoices(self):
        kinds = {one["kind"] for one in self.desk()["documents"]}
        self.assertNotIn("Invoice", kinds)
        self.collector.group_ids |= self.env.ref("account.group_account_readonly")
        kinds = {one["kind"] for one in self.desk()["documents"]}
        self.assertIn("Invoice", kinds)

    def test_queue_goes_by_worth_and_names_each_debtor_once(self):
        other = self.create_partner("Ann Claes", "ann@x.example")
        self.invoice(5, "2026-03-01", other)
        self.raise_task(key="a", points=10)
        best = self.raise_task(other, key="b", points=90)
        self.raise_task(other, key="c", points=20)
        self.raise_task(key="d", points=95, due_on=date(2026, 4, 1))
        colleague = self.create_user("colleague", "ar_dunning.group_collector")
        self.raise_task(key="e", points=99, user_id=colleague.id)
        queue = self.desk(with_queue=True)["queue"]
        self.assertEqual(
            [one["debtor_id"] for one in queue],
            [self.debtor(other).id, self.debtor().id],
        )
        self.assertEqual(queue[0]["work_item_id"], best.id)

    def test_from_a_colleagues_item_one_goes_on_in_the_colleagues_work(self):
        other = self.create_partner("Ann Claes", "ann@x.example")
        self.invoice(5, "2026-03-01", other)
        colleague = self.create_user("colleague", "ar_dunning.group_collector")
        theirs = self.raise_task(key="theirs", points=90, user_id=colleague.id)
        more = self.raise_task(other, key="more", points=10)
        self.debtor(other).sudo().user_id = colleague
        self.assertFalse(self.desk(with_queue=True)["queue"], "nothing is the reader's")
        queue = self.desk(work_item_id=theirs.id, with_queue=True)["queue"]
        self.assertEqual(
            [one["work_item_id"] for one in queue], (theirs | more).ids, "1 of 2"
        )

    def test_item_of_a_later_day_is_the_first_of_the_work(self):
        later = self.raise_task(key="later", due_on=date(2026, 4, 1))
        other = self.create_partner("Ann Claes", "ann@x.example")
        self.invoice(5, "2026-03-01", other)
        today = self.raise_task(other, key="today")
        queue = self.desk(work_item_id=later.id, with_queue=True)["queue"]
        self.assertEqual([one["work_item_id"] for one in queue], [later.id, today.id])

    def test_outcomes_without_a_key_get_one_that_is_free(self):
        outcomes = self.env["ar.contact.outcome"]
        taken = {one["hotkey"] for one in self.desk()["outcomes"]}
        own = outcomes.create(
            [
                {
                    "name": f"Own {number}",
                    "code": f"own_{number}",
                    "sequence": 100 + number,
                    "company_id": self.company.id,
                }
                for number in range(3)
            ]
        )
        keys = {one["id"]: one["hotkey"] for one in self.desk()["outcomes"]}
        free = sorted(set("123456789") - taken)
        self.assertEqual([keys[outcome.id] for outcome in own], [*free, "", "", ""][:3])

    def test_everything_leads_to_the_desk(self):
        self.collector.group_ids |= self.env.ref("account.group_account_readonly")
        task = self.raise_task()
        ways = [
            task.with_user(self.collector).action_open_desk(),
            self.debtor().action_open_desk(),
            self.claim(self.first).with_user(self.collector).action_open_desk(),
            self.first.with_user(self.collector).action_open_ar_desk(),
            self.debtor_partner.with_user(self.collector).action_open_ar_desk(),
        ]
        for action in ways:
            self.assertEqual(action["tag"], "ar_dunning.desk")
            self.assertEqual(action["context"]["active_id"], self.debtor().id)
        self.assertEqual(ways[0]["context"]["work_item_id"], task.id)

    def test_partner_without_a_claim_has_no_screen_and_is_told_so(self):
        stranger = self.create_partner("Stranger").with_user(self.collector)
        with self.assertRaisesRegex(UserError, "there is no claim"):
            stranger.action_open_ar_desk()

    def test_invoice_and_partner_say_how_follow_up_stands(self):
        self.collector.group_ids |= self.env.ref("account.group_account_readonly")
        move = self.first.with_user(self.collector)
        self.assertEqual(move.ar_notice_count, 1)
        self.assertIn("Notice Of Default from", move.ar_next_step)
        partner = self.debtor_partner.with_user(self.collector)
        self.assertEqual(partner.ar_amount_open, 110)
        self.record("dispute", on="2026-03-20", note="No")
        move.invalidate_recordset()
        self.assertIn("Disputed", move.ar_next_step)

    def test_desk_needs_as_many_statements_for_many_claims_as_for_few(self):
        counts = []
        for many in (2, 15):
            partner = self.create_partner(f"Debtor {many}", f"d{many}@x.example")
            for number in range(many):
                self.invoice(100 + number, "2026-03-01", partner)
            self.propose("2026-03-12")
            self.dispatch("2026-03-12")
            self.deliver("2026-03-12")
            self.debtor_partner = partner
            self.promise("2026-03-25", on="2026-03-20")
            self.raise_task(key=str(many))
            self.desk()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.desk()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])


@tagged("post_install", "-at_install", "ar")
@freeze_time("2026-03-21 09:00:00")
class TestDeskConfidence(DeskCommon):
    """A collector without the group sees nothing of a restricted claim type."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        self = cls()
        cls.group = cls.env["res.groups"].create({"name": "Social service"})
        cls.env.user.group_ids |= cls.group
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
        cls.open_one = self.invoice(100, "2026-03-01")
        cls.secret = self.invoice(7077, "2026-03-01", journal_id=journal.id)
        self.run_day("2026-03-12")
        self.pay(cls.secret, 7000, "2026-03-15")
        cls.outsider = cls.collector

    def test_no_trace_of_the_restricted_claim(self):
        self.collector = self.insider
        self.promise("2026-03-25", on="2026-03-20", note="Hush hush")
        claim = self.claim(self.secret)
        self.env["ar.hold"].create({"claim_id": claim.id, "reason_id": self.reason.id})
        self.raise_task(key="s", title="Secret visit", access_group_id=self.group.id)
        told = json.dumps(self.desk(self.insider))
        for trace in (self.secret.name, "Secret visit", "7,000.00", "77.00"):
            self.assertIn(trace, told)
        told = json.dumps(self.desk(self.outsider))
        for trace in (self.secret.name, "Secret", "7,0", "77.00", self.reason.name):
            self.assertNotIn(trace, told)

    def test_wholly_restricted_debtor_has_no_desk(self):
        partner = self.create_partner("Anna", "anna@x.example")
        self.invoice(50, "2026-03-01", partner, journal_id=self.secret.journal_id.id)
        with self.assertRaises(AccessError):
            self.desk(self.outsider, partner)
        self.assertTrue(self.desk(self.insider, partner)["claims"])

    def test_work_about_a_wholly_restricted_debtor_stays_restricted(self):
        partner = self.create_partner("Anna", "anna@x.example")
        move = self.invoice(
            50, "2026-03-01", partner, journal_id=self.secret.journal_id.id
        )
        self.pay(move, 50, "2026-03-10")
        self.collector, self.debtor_partner = self.insider, partner
        contact = self.record("moved")
        self.assertEqual(contact.access_group_id, self.group)
        items = self.env["ar.work.item"].search([("contact_id", "=", contact.id)])
        self.assertEqual(items.access_group_id, self.group)


@tagged("post_install", "-at_install", "ar")
class TestDeskScreen(DeskCommon, HttpCase):
    def test_keys_alone_are_enough(self):
        other = self.create_partner("Ann Claes", "ann@x.example")
        self.invoice(100, "2026-03-01")
        self.invoice(5, "2026-03-01", other)
        self.raise_task(key="a", points=90)
        self.raise_task(other, key="b", points=10)
        self.start_tour("/odoo/receivable-desk", "ar_dunning_desk", login="talker")
        contacts = self.env["ar.contact"].search([], order="id")
        self.assertEqual(contacts.mapped("result"), ["undone", "waiting"])
        self.assertEqual(contacts[1].note, "After the holidays")
        self.assertEqual(contacts.debtor_id, self.debtor())
        self.assertEqual(self.debtor(other).note, "Speaks French")
