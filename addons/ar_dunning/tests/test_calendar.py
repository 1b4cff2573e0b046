from datetime import date
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import SQL, mute_logger

from .common import DunningCommon


@tagged("post_install", "-at_install", "ar")
@freeze_time("2026-11-02")
class TestCalendar(DunningCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.belgium = cls.env.ref("ar_dunning.calendar_be")
        cls.sending = cls.env["ar.calendar"].create(
            {
                "name": "Office",
                "kind": "sending",
                "company_id": cls.company.id,
                "country_id": cls.env.ref("base.be").id,
            }
        )

    def day(self, calendar, on):
        return calendar.day_ids.filtered(lambda day: day.date == date.fromisoformat(on))

    def test_shipped_calendars_reach_three_years_ahead(self):
        for code in ("be", "nl", "de", "fr", "lu"):
            calendar = self.env.ref(f"ar_dunning.calendar_{code}")
            with self.subTest(calendar=calendar.name):
                self.assertEqual(calendar.first_day, date(2015, 1, 1))
                self.assertGreaterEqual(calendar.last_day, date(2029, 12, 31))
                self.assertFalse(calendar.pending_count)

    def test_holidays_that_move_are_free(self):
        # Easter Monday, Ascension, Whit Monday 2027; a Monday that is none.
        for on, is_working in (
            ("2027-03-29", False),
            ("2027-05-06", False),
            ("2027-05-17", False),
            ("2027-05-24", True),
            ("2028-02-29", True),
        ):
            with self.subTest(on=on):
                self.assertEqual(self.day(self.belgium, on).is_working, is_working)

    def test_the_index_equals_the_rule(self):
        working = self.sending._working_days()
        for day in self.sending.day_ids.sorted("date"):
            self.assertEqual(day.working_index, working.index(day.date))

    def test_next_working_day_in_sql_and_python(self):
        self.env.flush_all()
        for on, expected in (
            ("2026-12-24", "2026-12-24"),
            ("2026-12-25", "2026-12-28"),
            ("2027-01-01", "2027-01-04"),
        ):
            expected = date.fromisoformat(expected)
            query = self.sending._sql_next_working(
                SQL("%s", self.sending.id), SQL("%s::date", on)
            )
            with self.subTest(on=on):
                self.assertEqual(
                    self.sending._next_working(date.fromisoformat(on)), expected
                )
                [[found]] = self.env.execute_query(SQL("SELECT %s", query))
                self.assertEqual(found, expected)

    def test_a_closure_closes_days_ahead_and_opens_them_again(self):
        closure = self.env["ar.calendar.closure"].create(
            {
                "calendar_id": self.sending.id,
                "name": "Bridge days",
                "date_from": "2026-10-30",
                "date_to": "2026-12-31",
            }
        )
        self.assertEqual(self.day(self.sending, "2026-12-29").source, "closure")
        self.assertEqual(self.day(self.sending, "2026-12-25").source, "library")
        # What has passed stays as it was.
        self.assertTrue(self.day(self.sending, "2026-10-30").is_working)
        self.assertEqual(
            self.sending._next_working(date(2026, 11, 3)), date(2027, 1, 4)
        )
        closure.unlink()
        self.assertTrue(self.day(self.sending, "2026-12-29").is_working)

    def test_law_days_change_only_after_a_look_at_the_difference(self):
        self.belgium.saturday_is_working = True
        self.assertFalse(self.day(self.belgium, "2026-11-07").is_working)
        self.assertGreater(self.belgium.pending_count, 100)
        refresh = self.env["ar.calendar.refresh"].create(
            {"calendar_id": self.belgium.id}
        )
        self.assertEqual(len(refresh.line_ids), self.belgium.pending_count)
        self.assertFalse(any(line.date.weekday() != 5 for line in refresh.line_ids))
        refresh.action_apply()
        self.assertTrue(self.day(self.belgium, "2026-11-07").is_working)
        self.assertFalse(self.day(self.belgium, "2026-10-31").is_working)
        self.assertFalse(self.belgium.pending_count)

    def test_a_day_set_by_hand_stays(self):
        monday = self.day(self.belgium, "2026-11-09")
        monday.write({"is_working": False, "name": "Proclaimed yesterday"})
        self.assertEqual(monday.source, "manual")
        self.belgium._refresh(date(2026, 11, 2))
        self.assertFalse(monday.is_working)
        self.assertEqual(
            self.belgium._working_days().add(date(2026, 11, 6), 1), date(2026, 11, 10)
        )

    def test_what_people_change_is_logged_and_what_is_generated_is_not(self):
        changes = self.env["ar.config.change"]
        before = changes.search([])
        self.day(self.belgium, "2026-11-09").is_working = False
        self.sending.window_from = 9
        self.sending._extend(date(2027, 1, 1))
        fresh = changes.search([]) - before
        self.assertEqual(set(fresh.mapped("model")), {"ar.calendar", "ar.calendar.day"})
        self.assertLessEqual(len(fresh), 3)

    def test_the_past_is_frozen(self):
        with self.assertRaisesRegex(UserError, "has passed"):
            self.day(self.belgium, "2026-11-02").is_working = False
        with self.assertRaisesRegex(UserError, "not deleted"):
            self.day(self.belgium, "2026-11-09").sudo().unlink()

    def test_the_years_go_on_without_a_change_of_known_days(self):
        before = self.sending.day_ids.mapped("is_working")
        self.sending._extend(date(2027, 1, 1))
        self.assertEqual(self.sending.last_day, date(2030, 12, 31))
        self.assertEqual(
            self.sending.day_ids.sorted("date")[: len(before)].mapped("is_working"),
            before,
        )

    def test_an_older_due_date_extends_into_the_past(self):
        self.sending._extend(date(2026, 11, 2), since=date(2014, 6, 1))
        self.assertEqual(self.sending.first_day, date(2014, 6, 1))
        days = self.sending.day_ids.sorted("date")
        self.assertEqual(days[-1].working_index, sum(days.mapped("is_working")))

    def test_a_slip_of_the_pen_does_not_make_centuries_of_days(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        claim.sudo().date_due = date(1, 1, 1)
        self.env["ar.calendar"]._extend_all(date(2026, 11, 2))
        self.assertEqual(self.sending.first_day, date(2000, 1, 1))

    def test_the_calendar_of_the_country_unless_another_is_chosen(self):
        self.company.account_fiscal_country_id = self.env.ref("base.nl")
        dutch = self.env.ref("ar_dunning.calendar_nl")
        self.assertEqual(self.company._ar_legal_calendar(), dutch)
        self.company.ar_legal_calendar_id = self.belgium
        self.assertEqual(self.company._ar_legal_calendar(), self.belgium)

    def test_a_calendar_of_working_days_is_made_on_demand(self):
        self.company.account_fiscal_country_id = self.env.ref("base.be")
        self.company._ar_make_sending_calendar()
        calendar = self.company.ar_sending_calendar_id
        self.assertEqual(calendar.company_id, self.company)
        self.assertEqual(
            self.company._ar_sending_day(date(2026, 11, 11)), date(2026, 11, 12)
        )
        self.company._ar_make_sending_calendar()
        self.assertEqual(self.company.ar_sending_calendar_id, calendar)

    def test_a_country_without_known_holidays_has_weekends(self):
        nowhere = self.env["res.country"].create({"name": "Nowhere", "code": "ZZ"})
        for country in (nowhere, self.env["res.country"]):
            self.sending.country_id = country
            days = self.sending._list_days(date(2026, 12, 24), date(2026, 12, 27))
            self.assertEqual(
                [day.is_working for day in days], [True, True, False, False]
            )

    def test_an_unknown_region_says_which_are_known(self):
        with self.assertRaisesRegex(ValidationError, "BY"):
            self.env["ar.calendar"].create(
                {
                    "name": "Nowhere",
                    "kind": "legal",
                    "country_id": self.env.ref("base.de").id,
                    "subdivision": "XX",
                }
            )

    def test_a_week_without_working_days_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "at least one working day"):
            self.sending.write(
                {
                    f"open_{day}": False
                    for day in ("monday", "tuesday", "wednesday", "thursday", "friday")
                }
            )

    def test_hours_out_of_order_are_refused(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.sending.write({"window_from": 19, "window_to": 8})
            self.sending.flush_recordset()

    def test_only_managers_change_calendars_of_their_companies(self):
        collector = self.create_user("calendar_reader", "ar_dunning.group_collector")
        day = self.day(self.belgium, "2026-11-09")
        self.assertTrue(day.with_user(collector).is_working)
        with self.assertRaises(AccessError):
            day.with_user(collector).is_working = False
        with self.assertRaises(AccessError):
            self.env["ar.calendar.refresh"].with_user(collector).create(
                {"calendar_id": self.belgium.id}
            )
        other = self.setup_other_company()["company"]
        stranger = self.create_user("stranger", "ar_dunning.group_manager", other)
        calendars = self.env["ar.calendar"].with_user(stranger)
        self.assertNotIn(self.sending, calendars.search([]))
        self.assertIn(self.belgium, calendars.search([]))

    def test_the_daily_cycle_extends(self):
        with patch.object(type(self.env["ar.calendar"]), "_extend_all") as extend:
            self.env["ar.cycle"]._step_sync(self.company, date(2026, 11, 2))
        extend.assert_called_once_with(date(2026, 11, 2))
