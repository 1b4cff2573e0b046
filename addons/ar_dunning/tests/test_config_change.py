from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestConfigChange(DunningCommon):
    def changes(self, record):
        return self.env["ar.config.change"].search(
            [("model", "=", record._name), ("res_id", "in", record.ids)], order="id"
        )

    def test_change_says_who_what_from_what_to_what(self):
        before = self.changes(self.segment)
        other = self.create_procedure(code="other", name="Others")
        self.segment.write({"procedure_id": other.id, "reassign": "propose"})
        self.assertRecordValues(
            self.changes(self.segment) - before,
            [
                {
                    "action": "changed",
                    "field_label": "Procedure",
                    "old_value": "Test procedure",
                    "new_value": "Others",
                    "user_id": self.env.uid,
                    "company_id": self.company.id,
                },
                {
                    "action": "changed",
                    "field_label": "Reassign",
                    "old_value": "Never",
                    "new_value": "Propose",
                    "user_id": self.env.uid,
                    "company_id": self.company.id,
                },
            ],
        )

    def test_writing_the_same_is_no_change(self):
        before = self.changes(self.segment)
        self.segment.write({"domain": self.segment.domain, "reassign": "never"})
        self.assertEqual(self.changes(self.segment), before)

    def test_creation_and_deletion(self):
        draft = self.procedure._new_version()
        level = draft.level_ids[:1]
        level.unlink()
        changes = self.changes(level)
        self.assertEqual(changes.mapped("action"), ["created", "deleted"])
        self.assertIn("version 2: Friendly", changes[-1].record_name)

    def test_settings_of_the_company(self):
        self.company.write({"ar_four_eyes_amount": 1234, "phone": "09 210 90 10"})
        change = self.changes(self.company)[-1]
        self.assertEqual(change.field, "ar_four_eyes_amount")
        self.assertEqual(change.new_value, "1234")
        self.assertNotIn("phone", self.changes(self.company).mapped("field"))

    def test_stops_and_capacities(self):
        stop = self.env["ar.kill.switch"].create({"reason": "Wrong letters"})
        stop.action_lift()
        self.assertEqual(
            set(self.changes(stop).mapped("field_label")),
            {False, "Lifted by", "Lifted on"},
        )
        capacity = self.env["ar.capacity"].create({"channel": "letter", "per_day": 500})
        capacity.per_day = 800
        self.assertRecordValues(
            self.changes(capacity)[-1],
            [{"old_value": "500", "new_value": "800", "company_id": self.company.id}],
        )

    def test_log_cannot_be_changed(self):
        self.segment.name = "Renamed"
        change = self.changes(self.segment)[-1]
        with self.assertRaises(UserError):
            change.sudo().write({"new_value": "Something else"})
        with self.assertRaises(UserError):
            change.sudo().unlink()
        with self.assertRaises(UserError):
            change.write({"new_value": "Something else"})
        auditor = self.create_user("log.auditor", "ar_dunning.group_auditor")
        self.assertEqual(change.with_user(auditor).new_value, "Renamed")
        with self.assertRaises(AccessError):
            change.with_user(self.create_user("log.stranger")).read(["new_value"])

    def test_other_company_reads_nothing(self):
        foreign = self.setup_other_company()["company"]
        self.segment.name = "Renamed"
        reader = self.create_user("log.other", "ar_dunning.group_auditor", foreign)
        log = self.env["ar.config.change"].with_user(reader)
        self.assertFalse(
            log.search([("model", "=", "ar.dunning.segment")]).filtered(
                lambda change: change.res_id == self.segment.id
            )
        )

    def test_statements_do_not_grow_with_the_records(self):
        kinds = self.env["ar.claim.type"].create(
            [{"name": f"Type {n}", "code": f"type_{n}"} for n in range(12)]
        )
        counts = []
        for records, value in ((kinds[:2], "rent"), (kinds[2:], "damages")):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            records.write({"nature": value})
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(len(self.changes(kinds)), 24)
        self.assertLessEqual(counts[1], counts[0] + 1)
