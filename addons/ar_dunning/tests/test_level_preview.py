from datetime import date

from lxml.html import fromstring

from odoo.tests import Form, freeze_time, tagged

from .common import DunningCommon


@tagged("post_install", "-at_install", "ar")
@freeze_time("2027-01-20")
class TestLevelPreview(DunningCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.account_fiscal_country_id = cls.env.ref("base.be")
        cls.draft = cls.procedure._new_version()
        cls.level = cls.draft.level_ids.filtered(
            lambda one: one.level_key == "reminder"
        )

    def words(self, html):
        """Return the text of a preview, without tags and double spaces."""
        return " ".join(fromstring(str(html)).text_content().split())

    def preview(self, **values):
        """Return the preview of the reminder as a user sees it who types this."""
        form = Form(self.level)
        form.preview_due_on = date(2027, 3, 1)
        for name, value in values.items():
            form[name] = value
        return self.words(form.preview)

    def test_the_sign_of_the_days_shows_as_a_date(self):
        """An offset of -22 is before the due date, +22 after it: before saving."""
        self.company._ar_make_sending_calendar()
        for days, expected in (
            (
                22,
                "An invoice due on March 1, 2027 → March 23, 2027, 08:30 22 days after",
            ),
            (
                -22,
                "An invoice due on March 1, 2027 → February 8, 2027, 08:30 22 days be",
            ),
            (
                0,
                "due on March 1, 2027 → March 1, 2027, 08:30 On the due date",
            ),
            # A Saturday: it leaves on Monday.
            (26, "An invoice due on March 1, 2027 → March 30, 2027, 08:30"),
        ):
            with self.subTest(days=days):
                self.assertIn(expected, self.preview(offset_days=days))

    def test_without_a_sending_calendar_there_is_no_hour(self):
        self.assertIn("→ March 23, 2027 22", self.preview(offset_days=22))

    def test_working_days_and_end_of_the_month(self):
        words = self.preview(offset_days=-5, offset_unit="working")
        self.assertIn("February 22, 2027", words)
        self.assertIn("5 working days before the due date", words)
        self.assertIn("March 31, 2027", self.preview(end_of_month=True))

    def test_repetitions_and_the_last_day(self):
        words = self.preview(repeat_every_days=7, repeat_maximum=2)
        self.assertIn("March 18, 2027; March 25, 2027", words)
        words = self.preview(mandatory=False, expires_after_days=4)
        self.assertIn("by March 15, 2027", words)

    def test_figures_that_make_no_sense_give_a_sentence(self):
        self.assertIn("do not go together", self.preview(repeat_every_days=7))
        self.assertIn("No date", self.preview(offset_days=10**7))
        self.company.account_fiscal_country_id = self.env.ref("base.aq")
        self.assertIn("no calendar", self.preview(offset_unit="working"))

    def test_the_example_begins_next_month(self):
        self.assertEqual(self.level.preview_due_on, date(2027, 2, 1))

    def test_the_whole_ladder_in_dates(self):
        with Form(self.draft) as form:
            form.preview_due_on = date(2027, 3, 1)
            words = self.words(form.ladder_preview)
        for expected in (
            "February 26, 2027 3 days before Friendly",
            "March 11, 2027 10 days after Reminder",
            # The reminder gives 14 days; the offset of 28 days is later.
            "March 29, 2027 28 days after Notice Of Default",
            "April 30, 2027 60 days after Handover",
        ):
            self.assertIn(expected, words)

    def test_the_ladder_follows_what_is_typed(self):
        with Form(self.draft) as form:
            form.preview_due_on = date(2027, 3, 1)
            with form.level_ids.edit(1) as level:
                level.offset_days = 25
                level.repeat_every_days = 2
                level.repeat_maximum = 1
            words = self.words(form.ladder_preview)
        self.assertIn("March 26, 2027 25 days after Reminder", words)
        self.assertIn("March 28, 2027 27 days after Reminder again", words)
        # The wait of 14 days counts from the repetition.
        self.assertIn("April 11, 2027 41 days after Notice Of Default", words)

    def test_the_example_of_a_version_in_force_can_change(self):
        form = Form(self.version)
        form.preview_due_on = date(2028, 2, 28)
        self.assertIn("March 9, 2028", self.words(form.ladder_preview))
        form.save()
