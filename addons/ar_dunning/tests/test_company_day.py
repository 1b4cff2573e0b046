from datetime import date

from odoo.tests import freeze_time, tagged
from odoo.tools import SQL

from odoo.addons.ar_dunning.models.notice_undo import UndoDecision

from .common import DunningCommon

# 16 March 00:30 in Brussels, 15 March 16:30 in Los Angeles.
MIDNIGHT_IN_BRUSSELS = "2026-03-15 23:30:00"
# 16 March 17:30 in Los Angeles, 17 March in Greenwich and Brussels.
EVENING_IN_CALIFORNIA = "2026-03-17 00:30:00"


@tagged("post_install", "-at_install", "ar")
class TestCompanyDay(DunningCommon):
    """The day is the company's, wherever the server and the people are."""

    EVENTS = ("due_date", "locked", "unposted", "reposted")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.tz = "Europe/Brussels"
        cls.western = cls.setup_other_company(name="Western")["company"]
        cls.western.partner_id.tz = "America/Los_Angeles"
        cls.western.write({"ar_sandbox": False, "email": "west@creditor.example"})
        cls.env["ar.dunning.segment"].search(
            [("company_id", "=", cls.western.id)]
        ).active = False
        cls.segment.copy({"company_id": cls.western.id, "active": True})
        cls.env.user.tz = False

    def western_claim(self, due):
        env = self.env(
            context={**self.env.context, "allowed_company_ids": self.western.ids}
        )
        move = env["account.move"].create(
            {
                "move_type": "out_invoice",
                "company_id": self.western.id,
                "partner_id": self.debtor_partner.id,
                "invoice_date": "2026-02-01",
                "invoice_date_due": due,
                "invoice_line_ids": [
                    (0, 0, {"name": "Service", "price_unit": 100, "tax_ids": []})
                ],
            }
        )
        move.action_post()
        return self.claim(move)

    def proposed_today(self, company):
        """Propose for the day that the company has now; return the claims."""
        today = company._ar_today()
        self.env["ar.dunning.segment"].sudo()._assign(company, today)
        runs = self.env["ar.dunning.run"].sudo()._propose_company(company, today)
        self.env.invalidate_all()
        return runs.notice_ids.line_ids.claim_id

    @freeze_time(MIDNIGHT_IN_BRUSSELS)
    def test_at_the_same_moment_each_company_has_its_own_day(self):
        self.assertEqual(self.company._ar_today(), date(2026, 3, 16))
        self.assertEqual(self.western._ar_today(), date(2026, 3, 15))
        # The reminder comes ten days after the due date: on the 16th.
        eastern = self.claim(self.invoice(100, "2026-03-06"))
        western = self.western_claim("2026-03-06")
        self.assertEqual(self.proposed_today(self.company), eastern)
        self.assertFalse(self.proposed_today(self.western))
        with freeze_time("2026-03-16 07:00:00"):  # midnight in California
            self.assertEqual(self.proposed_today(self.western), western)

    @freeze_time("2026-03-28 23:30:00")
    def test_the_hour_that_summer_time_takes_moves_no_day(self):
        self.assertEqual(self.company._ar_today(), date(2026, 3, 29))
        claim = self.claim(self.invoice(100, "2026-03-19"))
        self.assertEqual(self.proposed_today(self.company), claim)

    @freeze_time(EVENING_IN_CALIFORNIA)
    def test_a_hold_of_the_evening_protects_the_same_evening(self):
        claim = self.western_claim("2026-03-01")
        hold = self.env["ar.hold"].create(
            {"claim_id": claim.id, "reason_id": self.reason.id}
        )
        self.assertEqual(hold.date_from, date(2026, 3, 16))
        self.assertTrue(hold.in_force)
        self.assertTrue(claim.on_hold)
        self.assertFalse(self.proposed_today(self.western))

    @freeze_time(EVENING_IN_CALIFORNIA)
    def test_a_hold_lifted_in_the_evening_is_over_the_same_evening(self):
        claim = self.western_claim("2026-02-20")
        hold = self.env["ar.hold"].create(
            {
                "claim_id": claim.id,
                "reason_id": self.reason.id,
                "date_from": "2026-03-10",
            }
        )
        hold.action_lift()
        self.assertEqual(hold.lifted_on, date(2026, 3, 16))
        self.assertFalse(hold.in_force)
        self.assertFalse(claim.on_hold)
        self.assertEqual(self.proposed_today(self.western), claim)

    @freeze_time(EVENING_IN_CALIFORNIA)
    def test_a_hold_of_an_archived_company_is_found(self):
        claim = self.western_claim("2026-03-01")
        hold = self.env["ar.hold"].create(
            {"claim_id": claim.id, "reason_id": self.reason.id}
        )
        self.western.sudo().active = False
        self.assertTrue(hold.in_force)
        self.assertIn(hold, hold.search([("in_force", "=", True)]))

    @freeze_time(EVENING_IN_CALIFORNIA)
    def test_a_hold_that_ends_today_is_in_force_until_midnight_there(self):
        claim = self.western_claim("2026-03-01")
        hold = self.env["ar.hold"].create(
            {
                "claim_id": claim.id,
                "reason_id": self.reason.id,
                "date_from": "2026-03-10",
                "date_to": "2026-03-16",
            }
        )
        found = self.env["ar.hold"].search([("in_force", "=", True)])
        self.assertIn(hold, found)
        self.assertTrue(hold.in_force)
        self.assertFalse(self.proposed_today(self.western))

    def event_days(self, claim):
        claim.event_ids.invalidate_recordset()
        return {event.kind: event.on_date for event in claim.event_ids}

    @freeze_time("2026-02-20 12:00:00")
    def test_what_happens_to_a_claim_is_written_on_the_day_of_its_company(self):
        eastern = self.claim(self.invoice(100, "2026-02-10"))
        western = self.western_claim("2026-02-10")
        there, here = date(2026, 3, 15), date(2026, 3, 16)
        with freeze_time(MIDNIGHT_IN_BRUSSELS):
            eastern.move_id.invoice_date_due = "2026-03-01"
            western.move_id.invoice_date_due = "2026-03-01"
            self.sync()
            (eastern | western).action_lock_procedure()
            (eastern | western).move_id.button_draft()
            self.env.flush_all()
            (eastern | western).move_id.action_post()
            self.sync()
        for claim, day in ((eastern, here), (western, there)):
            with self.subTest(company=claim.company_id.name):
                days = self.event_days(claim)
                self.assertEqual(
                    {kind: days.get(kind) for kind in self.EVENTS},
                    dict.fromkeys(self.EVENTS, day),
                )

    @freeze_time("2026-03-16 20:00:00")
    def test_an_old_name_of_a_zone_stops_no_invoice(self):
        """Whatever PostgreSQL knows of it: the day is worked out without it."""
        self.company.partner_id.tz = "Asia/Calcutta"
        claim = self.claim(self.invoice(100, "2026-03-10"))
        claim.move_id.button_draft()
        claim.move_id.action_post()
        self.sync()
        self.assertEqual(self.event_days(claim)["reposted"], date(2026, 3, 17))
        asked = self.company._ar_sql_today(SQL("asked.id"))
        self.assertNotIn("TIME ZONE", asked.code)

    @freeze_time(MIDNIGHT_IN_BRUSSELS)
    def test_an_undone_notice_is_withdrawn_on_the_day_of_its_company(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        notice = self.run_day("2026-03-16").notice_ids
        notice._undo(UndoDecision("Wrong text", "again", date(2026, 3, 20)))
        self.assertEqual(self.event_days(claim)["withdrawn"], date(2026, 3, 16))

    def test_the_day_of_every_zone_is_the_same_in_sql(self):
        # Odoo offers old names too, which PostgreSQL need not know.
        zones = (
            "Europe/Brussels",
            "America/Los_Angeles",
            "Pacific/Auckland",
            "Asia/Calcutta",
            "Canada/Eastern",
            False,
        )
        for moment in (MIDNIGHT_IN_BRUSSELS, EVENING_IN_CALIFORNIA, "2026-07-01 12:00"):
            for zone in zones:
                with self.subTest(moment=moment, zone=zone), freeze_time(moment):
                    self.company.partner_id.tz = zone
                    self.env.flush_all()
                    sql = self.company._ar_sql_today(SQL("asked.id"))
                    [[found]] = self.env.execute_query(
                        SQL(
                            "SELECT %s FROM res_company asked WHERE id = %s",
                            sql,
                            self.company.id,
                        )
                    )
                    self.assertEqual(found, self.company._ar_today())


@tagged("post_install", "-at_install", "ar")
class TestLeapDay(DunningCommon):
    """29 February counts as a day, and is the end of its month."""

    def follow(self, due, **level):
        procedure = self.create_procedure(
            [{"level_key": "first", **level}],
            code=f"leap {self.env['ar.dunning.procedure'].search_count([])}",
        )
        claim = self.claim(self.invoice(100, due))
        claim._assign_by_hand(procedure)
        return claim

    def first_day(self, claim, on):
        return claim._explain(date.fromisoformat(on))[claim.id]["level_date"]

    def test_offsets_run_over_the_leap_day(self):
        for due, days, expected in (
            ("2028-02-19", 10, "2028-02-29"),
            ("2028-02-28", 1, "2028-02-29"),
            ("2028-02-29", 1, "2028-03-01"),
            ("2028-02-29", 365, "2029-02-28"),
            ("2028-03-01", -1, "2028-02-29"),
            ("2027-02-28", 1, "2027-03-01"),
        ):
            with self.subTest(due=due, days=days):
                claim = self.follow(due, offset_days=days)
                self.assertEqual(
                    self.first_day(claim, due), date.fromisoformat(expected)
                )

    def test_the_end_of_february(self):
        for due, expected in (
            ("2028-02-10", "2028-02-29"),
            ("2028-02-24", "2028-02-29"),
            ("2028-02-25", "2028-03-31"),
            ("2027-02-10", "2027-02-28"),
        ):
            with self.subTest(due=due):
                claim = self.follow(due, offset_days=5, end_of_month=True)
                self.assertEqual(
                    self.first_day(claim, due), date.fromisoformat(expected)
                )

    def test_waits_and_frozen_days_count_the_leap_day(self):
        claim = self.claim(self.invoice(100, "2028-01-31"))
        self.run_day("2028-02-15")
        self.assertEqual(self.level_keys(claim), ["reminder"])
        # 28 days after 31 January is 28 February; 14 after the notice the 29th.
        self.assertEqual(self.first_day(claim, "2028-02-20"), date(2028, 2, 29))
        self.env["ar.hold"].create(
            {
                "claim_id": claim.id,
                "reason_id": self.reason.id,
                "date_from": "2028-02-28",
                "date_to": "2028-02-29",
            }
        )
        self.assertEqual(self.first_day(claim, "2028-03-01"), date(2028, 3, 2))
        self.assertIn("hold", self.blockers(claim, "2028-02-29"))
        self.assertEqual(self.blockers(claim, "2028-03-02"), [])

    def test_a_notice_dispatched_on_the_leap_day_is_repeated_a_year_later(self):
        procedure = self.create_procedure(
            [
                {
                    "level_key": "yearly",
                    "offset_days": 1,
                    "repeat_every_days": 365,
                    "repeat_maximum": 1,
                }
            ],
            code="yearly",
        )
        claim = self.claim(self.invoice(100, "2028-02-28"))
        claim._assign_by_hand(procedure)
        self.run_day("2028-02-29")
        self.assertEqual(self.first_day(claim, "2028-03-01"), date(2029, 2, 28))
        self.run_day("2029-02-27")
        self.assertEqual(len(self.lines(claim)), 1)
        self.run_day("2029-02-28")
        self.assertEqual(self.lines(claim).mapped("occurrence"), [1, 2])
