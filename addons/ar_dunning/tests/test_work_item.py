from datetime import date

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import DunningCommon


@tagged("post_install", "-at_install", "ar")
class TestWorkItem(DunningCommon):
    def items(self, kind):
        return self.env["ar.work.item"].search(
            [("kind", "=", kind), ("state", "=", "open")]
        )

    def test_unreachable_debtor_is_listed_once_until_he_can_be_reached(self):
        partner = self.create_partner("Nobody Home")
        self.invoice(100, "2026-03-01", partner)
        self.invoice(30, "2026-03-02", partner)
        self.run_day("2026-03-20")
        self.run_day("2026-03-21")
        self.assertRecordValues(
            self.items("no_channel"),
            [{"amount": 130.0, "debtor_id": partner.ar_debtor_ids.id}],
        )
        partner.email = "found@debtor.example"
        self.run_day("2026-03-22")
        self.assertFalse(self.items("no_channel"))

    def test_claims_without_procedure_are_listed_until_assigned(self):
        self.segment.active = False
        self.invoice(100, "2026-03-01")
        self.run_day("2026-03-20")
        self.assertIn("1", self.items("no_procedure").note)
        self.segment.active = True
        self.run_day("2026-03-21")
        self.assertFalse(self.items("no_procedure"))

    def test_run_that_waits_is_on_the_list_until_decided(self):
        procedure = self.create_procedure(
            [{"level_key": "reminder", "offset_days": 10, "mode": "approval"}],
            code="approval",
        )
        self.claim(self.invoice(100, "2026-03-01"))._assign_by_hand(procedure)
        runs = self.propose("2026-03-15")
        item = self.items("approve_run")
        self.assertEqual(item.run_id, runs)
        approver = self.create_user("aaa_decides", "ar_dunning.group_approver")
        for close in ("action_done", "action_dismiss"):
            with self.assertRaisesRegex(UserError, "deciding on it"):
                getattr(item.with_user(self.env.user), close)()
        self.assertFalse(item.approvers, "who may approve is not told who may")
        collector = self.create_user("asks", "ar_dunning.group_collector")
        self.assertIn(approver.name, item.with_user(collector).approvers)
        runs.with_user(self.env.user).action_approve()
        self.assertFalse(self.items("approve_run"))

    def task(self, **values):
        values = {"kind": "task", "company_id": self.company.id, **values}
        return self.env["ar.work.item"].sudo()._raise_items([values])

    def test_the_same_work_is_listed_once(self):
        item = self.task(dedup_key="call/1", points=5, note="Call")
        self.assertRecordValues(
            item, [{"state": "open", "points": 5, "points_base": 5, "note": "Call"}]
        )
        self.assertFalse(self.task(dedup_key="call/1", points=9))
        item.action_done()
        again = self.task(dedup_key="call/1")
        self.assertEqual(again.points_base, 0)
        self.assertNotEqual(again, item)

    def test_many_items_take_as_many_statements_as_few(self):
        counts = []
        for number in (2, 40):
            rows = [
                {
                    "kind": "task",
                    "company_id": self.company.id,
                    "debtor_id": False,
                    "amount": 1.005,
                    "currency_id": self.company.currency_id.id,
                    "due_on": "2026-03-01",
                    "points": place,
                    "dedup_key": f"many/{number}/{place}",
                }
                for place in range(number)
            ]
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            items = self.env["ar.work.item"].sudo()._raise_items(rows)
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(len(items), number)
            self.assertRecordValues(
                items.sorted("id")[-1],
                [
                    {
                        "points_base": number - 1,
                        "amount": 1.01,
                        "due_on": date(2026, 3, 1),
                        "debtor_id": False,
                    }
                ],
            )
        self.assertLessEqual(counts[1], counts[0])

    def test_work_that_the_reader_does_not_see_is_not_listed_twice(self):
        group = self.env["res.groups"].create({"name": "Social"})
        self.task(dedup_key="call/2", access_group_id=group.id)
        manager = self.create_user("items_manager", "ar_dunning.group_manager")
        items = self.env["ar.work.item"].with_user(manager)
        self.assertFalse(items.search([("dedup_key", "=", "call/2")]))
        row = {"kind": "task", "company_id": self.company.id, "dedup_key": "call/2"}
        self.assertFalse(items._take_places([row]))
        self.assertFalse(items._take_places([]))

    def test_done_and_reopened(self):
        self.segment.active = False
        self.invoice(100, "2026-03-01")
        self.run_day("2026-03-20")
        item = self.items("no_procedure")
        item.with_user(self.env.user).action_done()
        self.assertRecordValues(
            item, [{"state": "done", "done_by_id": self.env.user.id}]
        )
        item.action_reopen()
        self.assertEqual(item.state, "open")
