from odoo.tests import Form, tagged

from .common import DunningCommon


@tagged("post_install", "-at_install", "ar")
class TestLevelKey(DunningCommon):
    """The key of a level follows its name until claims may remember it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.draft = cls.procedure._new_version()

    def test_key_follows_the_name_while_the_level_is_not_saved(self):
        form = Form(self.draft)
        with form.level_ids.new() as level:
            level.name = "Secnd call"
            self.assertEqual(level.level_key, "secnd_call")
            level.name = "Second call"
            self.assertEqual(level.level_key, "second_call")
            # As another level is called: the key gets a number, its own is no hurdle.
            level.name = "Reminder"
            self.assertEqual(level.level_key, "reminder_2")
            level.name = "Reminder"
            self.assertEqual(level.level_key, "reminder_2")
            level.template_id = self.draft.level_ids.template_id[:1]

    def test_key_is_saved_as_it_followed(self):
        levels = self.env["ar.dunning.level"].with_context(
            default_version_id=self.draft.id, default_sequence=9
        )
        form = Form(levels)
        form.name = "Cal"
        form.name = "Call"
        form.template_id = self.draft.level_ids.template_id[:1]
        self.assertEqual(form.save().level_key, "call")

    def test_key_that_was_typed_stays(self):
        form = Form(self.draft)
        with form.level_ids.new() as level:
            level.name = "Call"
            level.level_key = "telephone"
            level.name = "Telephone call"
            self.assertEqual(level.level_key, "telephone")
            # Emptied, it is made of the name again.
            level.level_key = False
            level.name = "Call again"
            self.assertEqual(level.level_key, "call_again")
            level.template_id = self.draft.level_ids.template_id[:1]

    def test_key_of_a_saved_level_stays(self):
        with Form(self.draft) as form, form.level_ids.edit(1) as level:
            before = level.level_key
            level.name = "Something else"
            self.assertEqual(level.level_key, before)
