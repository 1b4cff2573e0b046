from datetime import date, timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .common import DunningCommon


@freeze_time("2026-03-20 09:00:00")
@tagged("post_install", "-at_install", "ar")
class TestHealth(DunningCommon):
    """What the health page says of a company; today is 20 March 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.ar_enabled = True

    def check(self, code, user=None):
        self.env.flush_all()
        health = self.env["ar.health"].with_user(user or self.env.user)
        health.invalidate_model()
        return health.search(
            [("company_id", "=", self.company.id), ("code", "=", code)]
        )

    def assert_opens(self, check, records):
        """The button of a check opens exactly what it counted."""
        action = check.action_open_place()
        self.assertEqual(action["res_model"], records._name)
        self.assertEqual(records.search(action["domain"]), records)
        self.assertFalse(action["context"], "no filter hides any of it")

    def test_cycle_that_did_not_run_is_an_error(self):
        self.assertEqual(self.check("cycle").state, "3_error")
        cycle = (
            self.env["ar.cycle"]
            .sudo()
            .create(
                {"company_id": self.company.id, "date": "2026-03-19", "state": "done"}
            )
        )
        self.assertEqual(self.check("cycle").state, "1_ok")
        cycle.date = "2026-03-18"
        self.assertEqual(self.check("cycle").state, "3_error")
        self.company.ar_enabled = False
        self.assertEqual(self.check("cycle").state, "1_ok")

    def test_claims_without_procedure_are_counted(self):
        self.invoice(100, "2026-03-01")
        found = self.check("unassigned")
        self.assertRecordValues(found, [{"state": "2_warning", "number": 1}])
        self.assertIn("1", found.sentence)
        self.assertTrue(found.action_open_place()["context"])
        self.assign()
        self.assertEqual(self.check("unassigned").state, "1_ok")

    def test_level_that_its_notice_does_not_say_is_an_error(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        self.run_day("2026-03-12")
        self.assertEqual(self.check("levels").state, "1_ok")
        claim.sudo().level_key = "other"
        self.assertEqual(self.check("levels").state, "3_error")

    def test_ledger_agrees(self):
        self.invoice(100, "2026-03-01")
        self.assertEqual(self.check("ledger").state, "1_ok")

    def test_test_phase_is_shown(self):
        self.company.ar_sandbox = True
        self.assertEqual(self.check("sandbox").state, "2_warning")
        self.company.ar_sandbox = False
        self.assertEqual(self.check("sandbox").state, "1_ok")

    def test_only_who_may_change_the_settings_is_led_there(self):
        manager = self.create_user("health.manager", "ar_dunning.group_manager")
        self.company.ar_sandbox = True
        self.invoice(100, "2026-03-01")
        self.assertFalse(self.check("sandbox", manager).can_open)
        self.assertTrue(self.check("unassigned", manager).can_open)
        manager.sudo().group_ids = [(4, self.env.ref("base.group_system").id)]
        self.assertTrue(self.check("sandbox", manager).can_open)
        self.company.ar_sandbox = False
        self.assertFalse(self.check("sandbox", manager).can_open)

    def test_a_call_that_waits_is_not_silence(self):
        self.claim(self.invoice(100, "2026-03-01"))
        self.propose("2026-03-15")
        self.dispatch("2026-03-15")
        delivery = self.env["ar.delivery"].sudo().search([("state", "=", "ready")])
        self.env.cr.execute(
            "UPDATE ar_delivery SET create_date = '2020-01-01' WHERE id = %s",
            [delivery.id],
        )
        self.assertEqual(self.check("silent").number, 1)
        other = self.create_partner("Other", "other@debtor.example")
        self.invoice(100, "2026-03-01", other)
        self.propose("2026-03-16")
        self.dispatch("2026-03-16")
        self.assert_opens(self.check("silent"), delivery)
        delivery.channel = "person"
        self.env.flush_all()
        self.env["ar.health"].invalidate_model()
        self.assertEqual(self.check("silent").state, "1_ok")

    def test_letters_left_behind_in_a_posted_batch_are_an_error(self):
        partner = self.create_partner("Leo Letter", None, "Kade 1")
        self.invoice(100, "2026-03-01", partner)
        self.propose("2026-03-15")
        self.dispatch("2026-03-15")
        letters = self.env["ar.print.batch"].sudo()
        letters._print_company(self.company, date(2026, 3, 15))
        batch = self.env["ar.print.batch"].search([])
        self.assertEqual(self.check("stranded").state, "1_ok")
        batch.sudo().state = "posted"
        found = self.check("stranded")
        self.assertRecordValues(found, [{"state": "3_error", "number": 1}])
        self.assertEqual(found.theme, "sending")
        self.assertIn("posted without them", found.sentence)
        self.assert_opens(
            found, self.env["ar.delivery"].search([("state", "=", "printed")])
        )
        batch.sudo().state = "open"
        batch._note_download()
        batch.sudo()._mark_posted(date(2026, 3, 16))
        self.assertEqual(self.check("stranded").state, "1_ok")

    def test_restricted_claims_are_not_counted_for_others(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        group = self.env["res.groups"].create({"name": "Social"})
        claim.sudo().access_group_id = group
        outsider = self.create_user("health_outsider", "ar_dunning.group_auditor")
        self.assertEqual(self.check("unassigned", outsider).number, 0)

    def test_other_companies_are_not_shown(self):
        outsider = self.create_user(
            "health_other",
            "ar_dunning.group_auditor",
            self.env["res.company"].create({"name": "Other entity"}),
        )
        self.assertFalse(self.check("cycle", outsider))
        nobody = self.create_user("health_nobody")
        with self.assertRaises(AccessError):
            self.check("cycle", nobody)

    def test_managers_are_told_once_a_day(self):
        manager = self.create_user("health_manager", "ar_dunning.group_manager")
        manager.email = "manager@creditor.example"
        today = date(2026, 3, 20)
        mails = self.company._ar_alert_managers(today)
        mine = mails.filtered(lambda mail: "manager@creditor" in mail.email_to)
        self.assertEqual(len(mine), 1)
        self.assertIn("never been done", mine.body_html)
        self.assertFalse(self.company._ar_alert_managers(today))
        self.assertTrue(self.company._ar_alert_managers(today + timedelta(days=1)))

    @freeze_time("2026-03-20 10:00:00")
    def test_nobody_is_alerted_of_what_is_restricted(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        self.run_day("2026-03-12")
        group = self.env["res.groups"].create({"name": "Social"})
        self.env["ar.claim.type"].create(
            {"name": "Social", "code": "social test", "access_group_id": group.id}
        )
        self.env["ar.cycle"].sudo().create(
            {"company_id": self.company.id, "date": "2026-03-20", "state": "done"}
        )
        self.env.cr.execute(
            "UPDATE ar_claim SET level_key = 'wrong', access_group_id = %s"
            " WHERE id = %s",
            [group.id, claim.id],
        )
        self.env.invalidate_all()
        outsider = self.create_user("health_out", "ar_dunning.group_manager")
        insider = self.create_user("health_in", "ar_dunning.group_manager")
        insider.group_ids = [(4, group.id)]
        (outsider + insider).write({"email": "someone@creditor.example"})
        told = self.company._ar_alert_managers(date(2026, 3, 20)).mapped("email_to")
        self.assertIn(insider.email_formatted, told)
        self.assertNotIn(outsider.email_formatted, told)

    @freeze_time("2026-03-20 10:00:00")
    def test_each_manager_is_told_his_own_numbers_in_his_language(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        claims = self.env["ar.claim"]
        for number in range(3):
            partner = self.create_partner(f"P{number}", f"p{number}@debtor.example")
            claims |= self.claim(self.invoice(100, "2026-03-01", partner=partner))
        self.run_day("2026-03-12")
        group = self.env["res.groups"].create({"name": "Social"})
        self.env["ar.claim.type"].create(
            {"name": "Social", "code": "social test", "access_group_id": group.id}
        )
        claims.sudo().level_key = "wrong"
        claims[1:].sudo().access_group_id = group
        self.env.flush_all()
        self.env.invalidate_all()
        insider = self.create_user("health_in", "ar_dunning.group_manager")
        outsider = self.create_user("health_out", "ar_dunning.group_manager")
        insider.write({"group_ids": [(4, group.id)], "email": "in@creditor.example"})
        outsider.write({"lang": "nl_NL", "email": "out@creditor.example"})
        self.env.flush_all()
        mails = self.company._ar_alert_managers(date(2026, 3, 20))
        body = {
            user: mails.filtered(
                lambda mail, user=user: mail.email_to == user.email_formatted
            ).body_html
            for user in insider + outsider
        }
        self.assertIn("not what their notices say: 3.", body[insider])
        own = self.env["ar.health"].with_context(lang="nl_NL")
        said = own.new({"code": "levels", "state": "3_error", "number": 1}).sentence
        self.assertIn(said, body[outsider])
        self.assertNotIn(": 3.", body[outsider])
        self.assertIn("heeft nog nooit gelopen", body[outsider])
        self.assertNotIn("heeft nog nooit gelopen", body[insider])

    def test_managers_who_see_the_same_are_told_from_one_reading(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        managers = self.env["res.users"]
        for number in range(3):
            managers |= self.create_user(f"health{number}", "ar_dunning.group_manager")
        managers.write({"email": "all@creditor.example"})
        managers[0].lang = "nl_NL"
        health = type(self.env["ar.health"])
        checks = health._checks
        readings = []

        def count(report, visible):
            readings.append(report.env.user)
            return checks(report, visible)

        with patch.object(health, "_checks", count):
            mails = self.company._ar_alert_managers(date(2026, 3, 20))
        told = mails.filtered(lambda mail: "all@creditor" in mail.email_to)
        self.assertEqual(len(told), 3)
        self.assertEqual(len(readings), 1)
        dutch = told.filtered(lambda mail: "nooit" in mail.body_html)
        self.assertEqual(len(dutch), 1)

    def test_error_is_work_of_the_responsible_until_it_is_gone(self):
        manager = self.create_user("health_responsible", "ar_dunning.group_manager")
        self.company.ar_health_user_id = manager
        items = self.env["ar.work.item"].sudo()
        self.env.flush_all()
        [item] = items._list_health(self.company)
        self.assertRecordValues(
            item, [{"kind": "health", "user_id": manager.id, "state": "open"}]
        )
        self.assertIn("never been done", item.title)
        action = item.with_user(manager).action_open_subject()
        self.assertEqual(action["res_model"], "ar.health")
        self.assertFalse(items._list_health(self.company))
        self.env["ar.cycle"].sudo().create(
            {"company_id": self.company.id, "date": "2026-03-19", "state": "done"}
        )
        self.env.flush_all()
        items._list_health(self.company)
        self.assertEqual(item.state, "done")

    def test_what_is_restricted_is_nobodys_work_item(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        self.run_day("2026-03-12")
        group = self.env["res.groups"].create({"name": "Social"})
        claim.sudo().write({"level_key": "wrong", "access_group_id": group.id})
        self.env.flush_all()
        listed = self.env["ar.work.item"].sudo()._list_health(self.company)
        self.assertNotIn("levels", "".join(listed.mapped("dedup_key")))
        claim.sudo().access_group_id = False
        self.env.flush_all()
        listed = self.env["ar.work.item"].sudo()._list_health(self.company)
        self.assertIn("levels", listed.dedup_key)

    def test_stop_in_force_is_shown(self):
        self.assertEqual(self.check("stopped").state, "1_ok")
        stop = self.env["ar.kill.switch"].create({"reason": "Wrong letters"})
        self.assertRecordValues(
            self.check("stopped"),
            [{"state": "2_warning", "number": 1, "theme": "sending"}],
        )
        stop.action_lift()
        self.assertEqual(self.check("stopped").state, "1_ok")

    def ask_a_person(self):
        """Let nothing leave by itself from now on."""
        levels = [{**one, "mode": "approval"} for one in self.default_levels()]
        self.segment.procedure_id = self.create_procedure(levels, code="asks")

    def test_patience_is_a_setting(self):
        self.invoice(100, "2026-03-01")
        self.ask_a_person()
        self.propose("2026-03-15")
        self.assertEqual(self.check("runs").state, "2_warning")
        self.company.ar_health_patience_days = 10
        self.assertEqual(self.check("runs").state, "1_ok")

    def test_proposals_that_nobody_decides_become_an_error(self):
        self.claim(self.invoice(100, "2026-03-01"))
        self.ask_a_person()
        for day in ("2026-03-11", "2026-03-16", "2026-03-20"):
            self.propose(day)
        found = self.check("runs")
        self.assertEqual((found.state, found.since), ("3_error", date(2026, 3, 11)))
        self.assertIn("first proposed on 03/11/2026", found.sentence)
        self.company.ar_health_silent_days = 9
        self.assertEqual(self.check("runs").state, "2_warning")
        run = self.env["ar.dunning.run"].search([("state", "=", "proposed")])
        self.assert_opens(found, run)
        run.sudo().action_approve()
        self.assertEqual(self.check("runs").state, "1_ok")

    def test_approved_notices_that_do_not_leave_are_an_error(self):
        self.claim(self.invoice(100, "2026-03-01"))
        with freeze_time("2026-03-16 09:00:00"):
            self.propose("2026-03-16")
        found = self.check("approved")
        self.assertRecordValues(found, [{"state": "3_error", "number": 1}])
        self.assertEqual(found.since, date(2026, 3, 16))
        self.assertIn("do not leave: 1,", found.sentence)
        notice = self.env["ar.dunning.notice"].search([("state", "=", "approved")])
        self.assert_opens(found, notice)
        stop = self.env["ar.kill.switch"].create({"reason": "Wrong texts"})
        self.assertEqual(self.check("approved").state, "1_ok")
        stop.action_lift()
        self.assertEqual(self.check("approved").state, "3_error")
        calendar = self.env["ar.calendar"].create(
            {"name": "Closed for days", "kind": "sending"}
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE ar_calendar_day SET is_working = FALSE WHERE calendar_id = %s",
            [calendar.id],
        )
        self.company.ar_sending_calendar_id = calendar
        self.assertEqual(self.check("approved").state, "1_ok", "it could not send")
        self.company.ar_sending_calendar_id = False
        self.dispatch("2026-03-20")
        self.assertEqual(self.check("approved").state, "1_ok")

    def test_nothing_sent_although_claims_are_due_is_an_error(self):
        claim = self.claim(self.invoice(100, "2026-02-20"))
        self.assign("2026-03-01")
        self.assertEqual(self.check("unsent").state, "1_ok", "it has only begun")
        self.env["ar.cycle"].sudo().create(
            {"company_id": self.company.id, "date": "2026-03-10", "state": "done"}
        )
        found = self.check("unsent")
        self.assertRecordValues(found, [{"state": "3_error", "number": 1}])
        self.assertIn("Nothing has ever been sent", found.sentence)
        self.assert_opens(found, claim)
        manager = self.create_user("health_silence", "ar_dunning.group_manager")
        manager.email = "silence@creditor.example"
        mails = self.company._ar_alert_managers(date(2026, 3, 20))
        mine = mails.filtered(lambda mail: "silence@creditor" in mail.email_to)
        self.assertIn("Nothing has ever been sent", mine.body_html)
        self.company.ar_health_silent_days = 12
        self.assertEqual(self.check("unsent").state, "1_ok", "not due for so long")
        self.company.ar_health_silent_days = 7
        group = self.env["res.groups"].create({"name": "Social"})
        claim.sudo().access_group_id = group
        outsider = self.create_user("health_silent", "ar_dunning.group_auditor")
        self.assertEqual(self.check("unsent", outsider).number, 0)
        claim.sudo().access_group_id = False
        self.env["ar.hold"].create(
            {
                "claim_id": claim.id,
                "reason_id": self.reason.id,
                "date_from": "2026-03-01",
            }
        )
        self.assertEqual(self.check("unsent").state, "1_ok", "a hold says why")

    def test_who_sends_and_who_has_to_decide_is_not_silent(self):
        self.claim(self.invoice(100, "2026-02-20"))
        self.env["ar.cycle"].sudo().create(
            {"company_id": self.company.id, "date": "2026-03-01", "state": "done"}
        )
        self.propose("2026-03-20")
        self.assertEqual(self.check("unsent").state, "1_ok", "it is about to leave")
        with freeze_time("2026-03-19 09:00:00"):
            self.dispatch("2026-03-19")
        late = self.create_partner("Late", "late@debtor.example")
        self.claim(self.invoice(100, "2026-02-20", partner=late))
        self.assign("2026-03-20")
        self.assertEqual(self.check("unsent").state, "1_ok", "something left")

    def test_statements_are_few(self):
        before = self.env.cr.sql_log_count
        self.env["ar.health"].search([]).mapped("sentence")
        self.assertLess(self.env.cr.sql_log_count - before, 30)
