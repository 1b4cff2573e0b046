from datetime import date

from odoo.tests import freeze_time, tagged

from .common import DunningCommon


@tagged("post_install", "-at_install", "ar")
class TestCalendarMissing(DunningCommon):
    """Claims that wait for days of a calendar that nobody entered are not forgotten."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"ar_enabled": True, "ar_legal_calendar_id": False})

    def test_claims_without_a_calendar_are_listed_once_they_are_overdue(self):
        self.company.account_fiscal_country_id = self.env.ref("base.aq")
        self.segment.procedure_id = self.create_procedure(
            [{"level_key": "call", "offset_days": 3, "offset_unit": "working"}],
            code="working",
        )
        self.invoice(100, "2026-03-01")
        self.create_idle_debtors(5)
        self.assertFalse(self.propose("2026-03-01").exclusion_ids)
        for day in ("2026-03-02", "2026-05-01"):
            run = self.propose(day)
            self.assertEqual(run.exclusion_ids.mapped("code"), ["no_calendar"])
            self.assertEqual((run.evaluated_count, run.not_due_count), (1, 0))
        self.company.account_fiscal_country_id = self.env.ref("base.be")
        self.assertTrue(self.propose("2026-05-02").notice_ids)

    @freeze_time("2026-03-20 09:00:00")
    def test_calendar_of_the_country_is_watched_too(self):
        self.company.account_fiscal_country_id = self.env.ref("base.be")
        calendar = self.company._ar_legal_calendar()
        self.assertTrue(calendar)
        self.assertEqual(self.check().state, "1_ok")
        self.env.cr.execute(
            "DELETE FROM ar_calendar_day WHERE calendar_id = %s AND date > %s",
            [calendar.id, date(2026, 4, 1)],
        )
        self.assertRecordValues(
            self.check(), [{"state": "2_warning", "since": date(2026, 4, 1)}]
        )
        auditor = self.create_user("calendar_auditor", "ar_dunning.group_auditor")
        self.assertEqual(self.check(auditor).state, "2_warning")
        self.company.ar_enabled = False
        self.assertEqual(self.check().state, "1_ok")

    def check(self, user=None):
        self.env.flush_all()
        health = self.env["ar.health"].with_user(user or self.env.user)
        health.invalidate_model()
        return health.search(
            [("company_id", "=", self.company.id), ("code", "=", "calendar")]
        )
