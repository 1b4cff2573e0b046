from odoo.tests import Form, tagged

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestTemplatePreview(DunningCommon):
    """A text shows on a real notice while it is typed, and how it reads."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("nl_BE")

    def setUp(self):
        super().setUp()
        self.move = self.invoice(123.45, "2026-03-01")
        self.propose("2026-03-15")
        self.notice = self.claim(self.move).line_ids.notice_id

    def say_in_dutch(self, words):
        self.template.update_field_translations(
            "opening", {"nl_BE": {"Dear {debtor}, please pay {total}.": words}}
        )

    def test_it_shows_the_newest_notice_with_this_text(self):
        self.assertEqual(self.template.preview_notice_id, self.notice)
        self.assertIn("Dirk Peeters", self.template.preview)
        self.assertIn("123", self.template.preview)
        self.assertEqual(
            self.template.preview_subject, f"Your payment to {self.company.name}"
        )

    def test_it_follows_what_is_typed(self):
        with Form(self.template) as form:
            form.opening = "<p>Dear {debtor}, other words of {total}.</p>"
            self.assertIn("other words of", form.preview)
            self.assertNotIn("{total}", form.preview)
            form.subject = "Other subject"
            self.assertEqual(form.preview_subject, "Other subject")
        self.assertIn("please pay", self.notice._render_body(), "nothing else changed")

    def test_another_language_shows_what_is_saved(self):
        self.say_in_dutch("Beste {debtor}")
        with Form(self.template) as form:
            form.preview_lang = "nl_BE"
            self.assertIn("Beste Dirk Peeters", form.preview)

    def test_without_a_notice_there_is_nothing_to_show(self):
        thanks = self.template.copy({"kind": "thank_you", "name": "Thanks"})
        self.assertFalse(thanks.preview_notice_id)
        self.assertFalse(thanks.preview)
        self.assertTrue(thanks.review)

    def test_a_new_text_can_be_begun(self):
        form = Form(self.env["ar.dunning.template"])
        self.assertFalse(form.preview_subject)
        form.subject = "A subject of far more than sixty letters, which telephones cut"
        self.assertIn("telephones show about 60", form.review)

    def test_hostile_words_stay_words(self):
        self.template.opening = "<p>{debtor}</p><script>alert(1)</script>"
        self.assertNotIn("<script", self.template.preview)
        self.debtor_partner.name = "<script>alert(1)</script>"
        self.template.invalidate_recordset()
        self.assertNotIn("<script", self.template.preview)

    def test_remarks(self):
        self.say_in_dutch("Volgens artikel 5")
        review = self.template.review
        self.assertIn("quotes the law", review)
        self.assertIn("put {debtor} into the opening", review)
        self.assertIn("Other languages also say", review)
        self.template.opening = "<p>{debtor}: PLEASE pay!! We hereby ask you.</p>"
        review = self.template.review
        self.assertIn("shouts", review)
        self.assertIn("everyday", review)

    def test_notices_of_others_are_not_offered(self):
        other = self.env["res.company"].create({"name": "Other creditor"})
        manager = self.create_user("preview_other", "ar_dunning.group_manager", other)
        template = self.template.with_user(manager).with_company(other)
        self.assertFalse(template.preview_notice_id)
        self.assertFalse(template.preview)
