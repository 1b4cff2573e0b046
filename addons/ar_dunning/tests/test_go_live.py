from datetime import date
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged

from ..rules import levels as rules
from ..rules import spread
from .common import DunningCommon

TODAY = "2026-06-01"  # a Monday


@freeze_time(f"{TODAY} 10:00:00")
@tagged("post_install", "-at_install", "ar")
class TestGoLive(DunningCommon):
    """From an empty installation to real reminders, step by step."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.create_user("live.manager", "ar_dunning.group_manager")
        cls.company.write({"ar_sandbox": True, "ar_enabled": True})
        cls.go_live = (
            cls.env["ar.go.live"].with_user(cls.manager)._for_company(cls.company)
        )

    def old(self, due, amount=100, partner=None):
        return self.claim(self.invoice(amount, due, partner=partner))

    def bucket(self, days, level_key):
        level = self.version.level_ids.filtered(lambda one: one.level_key == level_key)
        return self.go_live.bucket_ids.create(
            {
                "go_live_id": self.go_live.id,
                "procedure_id": self.procedure.id,
                "days_from": days,
                "level_id": level.id,
            }
        )

    # -- steps ------------------------------------------------------------------------

    def test_a_company_has_one_list_of_steps(self):
        action = (
            self.env["ar.go.live"]
            .with_user(self.manager)
            .with_company(self.company)
            .action_open()
        )
        self.assertEqual(action["res_id"], self.go_live.id)
        with Form(self.go_live) as form:
            form.step = "history"
        self.assertEqual(self.go_live.step, "history")

    def test_checks_say_what_is_missing_and_lead_there(self):
        self.company.partner_id.write({"email": False})
        self.company.partner_id.bank_ids.unlink()
        self.env.flush_all()
        checks = {check.code: check for check in self.go_live.check_ids}
        self.assertEqual(checks["account"].state, "3_error")
        self.assertIn("IBAN", checks["account"].sentence)
        self.assertEqual(checks["sender"].state, "3_error")
        self.assertEqual(checks["segments"].state, "1_ok")
        for check in checks.values():
            self.assertTrue(check.sentence)
            self.assertTrue(check.action_open_place()["res_model"])
        self.company.partner_id.write({"email": "finance@creditor.example"})
        self.env.flush_all()
        self.env.invalidate_all()
        states = {check.code: check.state for check in self.go_live.check_ids}
        self.assertEqual(states["sender"], "1_ok")

    def test_bank_account_is_entered_where_the_check_leads(self):
        company = self.company
        company.partner_id.bank_ids.unlink()
        self.env.flush_all()
        [check] = self.go_live.check_ids.filtered(lambda one: one.code == "account")
        action = check.action_open_place()
        self.assertEqual(action["res_model"], "res.partner.bank")
        self.env["res.partner.bank"].with_context(**action["context"]).create(
            {"acc_number": "BE68539007547034"}
        )
        self.assertTrue(company._ar_bank_account())

    def test_mail_server_is_missed_before_follow_up_is_on(self):
        self.company.ar_enabled = False
        self.env["ir.mail_server"].search([]).active = False
        self.env.flush_all()
        [mail] = self.go_live.check_ids.filtered(lambda one: one.code == "mail")
        self.assertEqual(mail.state, "2_warning")
        self.assertIn("no mail server", mail.sentence)

    def limits(self):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.go_live.check_ids.filtered(lambda check: check.code == "limits")

    def test_limits_that_nobody_set_are_named(self):
        journals = self.env["account.journal"].search(
            [("company_id", "=", self.company.id), ("type", "=", "bank")]
        )
        self.company.ar_fuse_maximum = 0
        found = self.limits()
        self.assertEqual((found.state, found.number), ("2_warning", 3))
        for words in ("unseen at first", "one debtor", journals[0].name):
            self.assertIn(words, found.sentence)
        self.company.write({"ar_fuse_maximum": 500, "ar_contact_maximum": 2})
        found = self.limits()
        self.assertEqual(found.number, 1)
        self.assertNotIn("unseen", found.sentence)
        journals.ar_staleness_days = 3
        self.assertEqual(self.limits().state, "1_ok")

    def test_bank_that_never_spoke_is_not_in_order(self):
        self.env.flush_all()
        [bank] = self.go_live.check_ids.filtered(lambda check: check.code == "bank")
        self.assertEqual(bank.state, "2_warning")
        self.assertIn("never had a transaction", bank.sentence)

    def test_the_page_reads_the_health_checks_once(self):
        health = type(self.env["ar.health"])
        checks = health._checks
        readings = []

        def count(report, visible):
            readings.append(report)
            return checks(report, visible)

        shown = {"check_ids": {"fields": {"code": {}, "state": {}, "sentence": {}}}}
        for step, expected in (("check", 1), ("levels", 0), ("rehearsal", 1)):
            with self.subTest(step=step), patch.object(health, "_checks", count):
                self.go_live.step = step
                self.env.flush_all()
                self.env.invalidate_all()
                readings.clear()
                [page] = self.go_live.web_read({"open_check_count": {}, **shown})
                self.assertEqual(len(readings), expected)
                self.assertEqual(bool(page["open_check_count"]), bool(expected))

    def test_who_may_not_change_the_settings_is_told_who_can(self):
        manager = self.create_user("go_live.manager", "ar_dunning.group_manager")
        self.env.ref("ar_dunning.cron_daily_cycle").sudo().active = False
        self.env.flush_all()
        for group, may in (("base.group_user", False), ("base.group_system", True)):
            manager.sudo().group_ids = [(4, self.env.ref(group).id)]
            self.env.invalidate_all()
            checks = self.go_live.with_user(manager).check_ids
            [job] = checks.filtered(lambda check: check.code == "job")
            self.assertEqual(job.can_open, may)
            self.assertEqual("rights to the settings" in job.sentence, not may)

    def test_debtors_without_any_address_are_counted(self):
        self.old("2026-05-01", partner=self.create_partner("Nobody Home"))
        self.env.flush_all()
        checks = {check.code: check for check in self.go_live.check_ids}
        self.assertEqual(checks["reach"].number, 1)

    def test_going_live_is_the_managers_and_happens_once(self):
        self.go_live.action_go_live()
        self.assertFalse(self.company.ar_sandbox)
        self.assertEqual(self.go_live.step, "live")
        with self.assertRaisesRegex(UserError, "live already"):
            self.go_live.action_go_live()
        self.go_live.action_test_phase()
        self.assertTrue(self.company.ar_sandbox)
        self.company.ar_enabled = False
        with self.assertRaisesRegex(UserError, "switched off"):
            self.go_live.action_go_live()
        self.assertEqual(len(self.go_live.entry_ids), 2)

    def test_nobody_else_prepares_it(self):
        for login, group in (
            ("live.approver", "ar_dunning.group_approver"),
            ("live.auditor", "ar_dunning.group_auditor"),
        ):
            user = self.create_user(login, group)
            steps = self.go_live.with_user(user)
            for method in (
                "action_go_live",
                "action_apply_levels",
                "action_suggest",
                "action_preview",
                "action_spread",
                "action_take_back_spread",
                "action_rehearse",
            ):
                with self.subTest(login, method=method), self.assertRaises(UserError):
                    getattr(steps, method)()
            with self.assertRaises(AccessError):
                steps.step = "live"
        other = self.setup_other_company(name="Elsewhere")["company"]
        stranger = self.create_user("live.stranger", "ar_dunning.group_manager", other)
        with self.assertRaises(AccessError):
            self.go_live.with_user(stranger).action_go_live()

    def test_what_was_done_is_not_written_by_hand(self):
        other = self.setup_other_company(name="Elsewhere")["company"]
        for vals in ({"live_on": "2020-01-01 00:00:00"}, {"company_id": other.id}):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                self.go_live.write(vals)
        self.go_live.step = "history"

    # -- starting levels --------------------------------------------------------------

    def test_old_claims_begin_where_a_person_says(self):
        young, aged = self.old("2026-05-25"), self.old("2023-06-01")
        # Without a person: the friendly word has expired for both.
        self.go_live.action_suggest()
        self.assertEqual(self.go_live.bucket_ids.mapped("days_from"), [1, 31, 91, 366])
        self.assertEqual(
            [bucket.level_id.level_key for bucket in self.go_live.bucket_ids],
            [False, "reminder", "reminder", "reminder"],
        )
        self.assertEqual(self.go_live.bucket_ids[-1].claim_count, 1)
        self.assertEqual(self.go_live.bucket_ids[-1].amount, 100)
        self.assertFalse(self.go_live.needs_reason)
        self.go_live.action_apply_levels()
        self.assertEqual(
            (young.start_level_key, aged.start_level_key), (False, "reminder")
        )
        event = aged.event_ids.filtered(lambda one: one.kind == "start_level")
        self.assertEqual(event.after, "Reminder")
        self.assertIn("a person chose", aged.explanation)

    def test_a_mandatory_level_is_passed_over_with_a_reason_alone(self):
        claim = self.old("2023-06-01")
        self.assign(TODAY)
        bucket = self.bucket(366, "notice_of_default")
        # The first day can be looked at before there is a reason.
        with Form(self.go_live) as form:
            form.step = "levels"
        self.go_live.action_preview()
        self.assertEqual(bucket.passed_over, "Reminder")
        with self.assertRaisesRegex(UserError, "say why"):
            self.go_live.action_apply_levels()
        self.assertFalse(claim.start_level_key)
        self.go_live.override_reason = "Two reminders by the former program"
        self.go_live.action_apply_levels()
        self.assertIn("Two reminders", self.go_live.entry_ids[0].sentence)
        self.company.ar_sandbox = False
        self.run_day(TODAY)
        self.assertEqual(self.level_keys(claim), ["notice_of_default"])

    def test_an_expired_level_comes_when_a_person_chose_it(self):
        claim = self.old("2023-06-01")
        self.assign(TODAY)
        self.bucket(1, "friendly")
        self.go_live.action_apply_levels()
        row = claim._explain(date(2026, 6, 1))[claim.id]
        self.assertEqual(row["level_name"], "Friendly")

    def test_the_next_run_looks_at_claims_that_begin_otherwise(self):
        claim = self.old("2026-05-27")
        self.company.ar_sandbox = False
        self.run_day(TODAY)
        self.assertFalse(claim.level_key)
        self.bucket(1, "friendly")
        self.go_live.action_apply_levels()
        self.run_day("2026-06-02")
        self.assertEqual(self.level_keys(claim), ["friendly"])

    def test_the_query_and_the_rule_agree_on_the_start(self):
        claim = self.old("2026-03-01")
        self.assign(TODAY)
        ladder = [
            rules.Level(
                level.sequence,
                level.level_key,
                level.offset_days,
                level.minimum_wait_days,
                level.mandatory,
                level.expires_after_days,
            )
            for level in self.version.level_ids
        ]
        for key in ("", "friendly", "reminder", "notice_of_default", "gone"):
            claim.sudo().start_level_key = key or False
            for on in ("2026-02-20", "2026-03-02", "2026-03-20", TODAY):
                day = date.fromisoformat(on)
                [row] = self.env["ar.evaluation"]._evaluate(
                    self.company, day, partners=claim.partner_id
                )
                decision = rules.next_level(
                    ladder,
                    rules.Progress(0, None, False, start_key=key),
                    claim.date_due,
                    [],
                    day,
                )
                with self.subTest(key, on=on):
                    self.assertEqual(row["level_key"], decision.level.level_key)
                    self.assertEqual(row["level_date"], decision.allowed_from)
                    self.assertEqual(
                        row["skipped"] or "", ",".join(decision.skipped_keys)
                    )

    def test_claims_with_history_and_on_other_days_are_left_alone(self):
        had, coming = self.old("2026-01-01"), self.old("2026-06-10")
        self.company.ar_sandbox = False
        self.run_day("2026-02-01")
        self.assertTrue(had.level_key)
        self.go_live.action_suggest()
        self.go_live.action_apply_levels()
        self.assertFalse(had.start_level_key)
        self.assertFalse(coming.start_level_key)

    def test_it_can_be_set_again_and_taken_back(self):
        claim = self.old("2023-06-01")
        self.go_live.action_suggest()
        self.go_live.action_apply_levels()
        self.go_live.action_apply_levels()
        self.assertIn(" 0 claims", self.go_live.entry_ids[0].sentence)
        self.assertEqual(self.go_live.started_count, 1)
        self.go_live.action_reset_levels()
        self.assertFalse(claim.start_level_key)

    def test_a_new_default_begins_at_the_beginning(self):
        move = self.invoice(100, "2026-03-01")
        claim = self.claim(move)
        self.go_live.action_suggest()
        self.go_live.action_apply_levels()
        self.assertTrue(claim.start_level_key)
        self.pay(move, 100, "2026-06-01")
        self.assertEqual(claim.state, "settled")
        claim.line_id.with_context(check_move_validity=False).remove_move_reconcile()
        claim.line_id.date_maturity = "2026-09-01"
        self.sync()
        self.env["ar.claim"]._sync_companies(self.company)
        self.env.invalidate_all()
        self.assertEqual(claim.cycle, 2)
        self.assertFalse(claim.start_level_key)

    def test_the_first_day_is_shown_and_nothing_is_kept(self):
        claim = self.old("2023-06-01")
        self.old("2026-05-21", partner=self.create_partner("Ann", "ann@debtor.example"))
        self.go_live.action_suggest()
        action = self.go_live.action_preview()
        self.assertFalse(claim.start_level_key)
        self.assertFalse(claim.line_ids)
        figures = self.env["ar.go.live.figure"].search(action["domain"])
        self.assertEqual(
            {
                (row.age, row.level_id.level_key, row.channel, row.notices, row.claims)
                for row in figures
            },
            {
                ("5_older", "reminder", "email", 1, 1),
                ("1_month", "reminder", "email", 1, 1),
            },
        )
        # Looking again replaces what was shown.
        self.go_live.action_preview()
        self.assertEqual(self.env["ar.go.live.figure"].search_count([]), 2)

    # -- backlog ----------------------------------------------------------------------

    def backlog(self, number):
        claims = self.env["ar.claim"]
        for place in range(number):
            partner = self.create_partner(f"P{place}", f"p{place}@debtor.example")
            claims |= self.old(f"2026-03-{1 + place:02}", 100 + place, partner)
        # A second, small claim: who waits, waits whole.
        claims |= self.old("2026-05-15", 5, claims[-1].partner_id)
        self.assign(TODAY)
        return claims

    def test_each_debtor_waits_whole_for_his_day(self):
        claims = self.backlog(5)
        self.go_live.write({"spread_by": "per_day", "spread_number": 2})
        self.go_live.action_show_spread()
        figures = self.env["ar.go.live.figure"].search([("kind", "=", "spread")])
        self.assertEqual(tuple(figures.mapped("debtors")), spread.batches(5, 2))
        self.assertEqual(sum(figures.mapped("claims")), 6)
        self.assertFalse(claims.hold_ids)
        self.go_live.action_spread()
        self.assertEqual(self.go_live.spread_hold_count, 4)
        self.assertEqual(
            [claim.hold_ids.date_to for claim in claims],
            [
                False,
                False,
                date(2026, 6, 1),
                date(2026, 6, 1),
                date(2026, 6, 2),
                date(2026, 6, 2),
            ],
        )
        self.company.ar_sandbox = False
        sent = []
        for day in ("2026-06-01", "2026-06-02", "2026-06-03"):
            self.run_day(day)
            sent.append(len(claims.filtered("level_key").partner_id))
        self.assertEqual(sent, [2, 4, 5])

    def test_largest_first_over_so_many_days(self):
        claims = self.backlog(4)
        self.go_live.write(
            {"spread_by": "days", "spread_number": 2, "spread_order": "largest"}
        )
        self.go_live.action_spread()
        self.assertEqual(
            claims.filtered("hold_ids").mapped("amount_original"), [100, 101]
        )

    def test_spread_twice_is_refused_and_taken_back_whole(self):
        claims = self.backlog(3)
        self.go_live.spread_number = 1
        self.go_live.action_spread()
        with self.assertRaisesRegex(UserError, "spread already"):
            self.go_live.action_spread()
        self.go_live.action_take_back_spread()
        self.assertEqual(self.go_live.spread_hold_count, 0)
        self.assertFalse(any(claims.mapped("on_hold")))
        self.go_live.action_spread()
        self.assertTrue(any(claims.mapped("on_hold")))

    def test_nothing_to_spread_and_too_long_are_said(self):
        with self.assertRaisesRegex(UserError, "nothing to spread"):
            self.go_live.action_spread()
        self.backlog(3)
        self.go_live.spread_number = 1
        limit = "odoo.addons.ar_dunning.models.go_live_spread.MOST_DAYS"
        with patch(limit, 2), self.assertRaisesRegex(UserError, "Send more a day"):
            self.go_live.action_spread()

    def test_what_was_done_tells_each_group_of_its_own_claims(self):
        self.old("2023-06-01")
        group = self.env["res.groups"].create({"name": "Social start"})
        restricted = self.old(
            "2023-06-01", partner=self.create_partner("Ann", "ann@debtor.example")
        )
        self.company.ar_sandbox = False
        restricted.sudo().access_group_id = group
        self.manager.group_ids = [(4, group.id)]
        collector = self.create_user("live.collector", "ar_dunning.group_collector")
        self.env.flush_all()
        self.go_live.action_suggest()
        self.go_live.action_apply_levels()
        self.go_live.spread_number = 1
        self.go_live.action_spread()
        self.go_live.action_take_back_spread()
        self.go_live.action_reset_levels()
        self.env.invalidate_all()
        entries = self.env["ar.go.live.entry"]
        told = entries.with_user(collector).search([])
        self.assertEqual(
            told.sorted("id").mapped("sentence"),
            [
                "The starting level of 1 claims was set.",
                "The backlog was spread over 1 days; 0 claims wait.",
                "The spread was taken back: 0 claims wait no more.",
                "The starting level of 1 claims was taken back.",
            ],
        )
        hidden = entries.with_user(self.manager).search([]) - told
        hidden = hidden.sorted("id")
        self.assertEqual(hidden.access_group_id, group)
        self.assertEqual(hidden[0].sentence, "The starting level of 1 claims was set.")

    def test_restricted_claims_are_neither_counted_nor_touched(self):
        group = self.env["res.groups"].create({"name": "Social start"})
        kind = self.env["ar.claim.type"].create(
            {"name": "Social", "code": "start_social", "access_group_id": group.id}
        )
        self.env.user.group_ids += group
        journal = self.company_data["default_journal_sale"].copy(
            {
                "code": "SSOC",
                "ar_claim_type_id": kind.id,
                "default_account_id": self.company_data["default_account_revenue"].id,
            }
        )
        claim = self.claim(self.invoice(100, "2023-06-01", journal_id=journal.id))
        self.go_live.action_suggest()
        self.assertFalse(self.go_live.bucket_ids)
        self.assign(TODAY)
        self.bucket(1, "reminder")
        self.assertEqual(self.go_live.bucket_ids.claim_count, 0)
        self.go_live.action_apply_levels()
        self.assertFalse(claim.start_level_key)
        self.go_live.action_preview()
        mine = self.env["ar.go.live.figure"].with_user(self.manager).search([])
        self.assertFalse(mine)
        with self.assertRaisesRegex(UserError, "nothing to spread"):
            self.go_live.action_spread()
