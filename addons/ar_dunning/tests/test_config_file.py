import base64

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import DunningCommon

HEAD = "format: 1\n"
ONE_LEVEL = (
    HEAD
    + """
procedures:
  - code: soft
    name: Soft
    levels:
      - key: call
        name: Call
        kind: notice
        offset_days: 5
        template: test_text
        channels: [letter]
"""
)


@tagged("post_install", "-at_install")
class TestConfigFile(DunningCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_and_install_lang("nl_NL")
        cls.procedure.with_context(lang="nl_NL").name = "Testprocedure"
        cls.template.with_context(lang="nl_NL").subject = "Uw betaling aan {creditor}"
        cls.files = cls.env["ar.config.file"]
        cls.foreign = cls.setup_other_company()["company"]

    def text(self, procedures=None, segments=None):
        return self.files._export(procedures or self.procedure, segments)

    def plan(self, text, company=None, owner=None):
        found = self.files._read(text)
        company = company or self.company
        return self.files._plan(found, company, company if owner is None else owner)

    def actions(self, text, **values):
        return [(one.section, one.action) for one in self.plan(text, **values)]

    def wizard(self, text, **values):
        content = text if isinstance(text, bytes) else text.encode()
        return self.env["ar.config.import"].create(
            {"file": base64.b64encode(content), "company_id": self.company.id, **values}
        )

    def test_what_was_exported_is_nothing_to_do(self):
        shared = self.env["res.company"]
        text = self.text()
        self.assertIn("nl: Testprocedure", text)
        self.assertEqual(
            self.actions(text, owner=shared),
            [("templates", "same"), ("procedures", "same")],
        )

    def test_round_trip_through_another_company(self):
        levels = [
            {
                "level_key": "first",
                "offset_days": -2,
                "mandatory": False,
                "expires_after_days": 3,
                "repeat_every_days": 7,
                "repeat_maximum": 2,
                "minimum_amount": 12.5,
                "channel_mode": "all",
                "sender_name": "Finance: the team",
                "copy_ids": [(0, 0, {"role": "co_debtor"})],
                "name": 'Quotes " and\nlines',
            },
            {
                "level_key": "last",
                "offset_days": 30,
                "kind": "handover",
                "mode": "approval",
            },
        ]
        odd = self.create_procedure(levels, code="odd", combine="per_claim")
        both = self.procedure | odd
        self.segment.domain = repr(
            [
                "|",
                ("claim_type_id", "in", self.env["ar.claim.type"].search([]).ids[:2]),
                ("country_id", "=", self.env.ref("base.be").id),
            ]
        )
        text = self.text(both, self.segment)
        self.assertIn("country_id.code", text)
        # Nothing shared is left, so that everything is made anew.
        both.company_id = self.template.company_id = self.company
        steps = self.plan(text, company=self.foreign)
        self.assertEqual({step.action for step in steps}, {"create"})
        self.files._apply(steps)
        made = self.env["ar.dunning.procedure"].search(
            [("company_id", "=", self.foreign.id)]
        )
        segment = self.env["ar.dunning.segment"].search(
            [("company_id", "=", self.foreign.id), ("name", "=", "Everybody")]
        )
        self.assertEqual(made.version_ids.mapped("state"), ["draft", "draft"])
        self.assertEqual(self.text(made, segment), text)
        again = self.plan(text, company=self.foreign)
        self.assertEqual({step.action for step in again}, {"same"})

    def test_changed_levels_become_a_draft(self):
        text = self.text().replace("offset_days: 10", "offset_days: 12")
        shared = self.env["res.company"]
        [_template, step] = self.plan(text, owner=shared)
        self.assertEqual(step.action, "draft")
        self.assertIn((("levels", "reminder", "offset_days"), "10", "12"), step.changes)
        self.files._apply([step])
        self.assertEqual(self.procedure.active_version_id, self.version)
        draft = self.procedure.draft_version_id
        self.assertEqual(draft.level_ids.mapped("offset_days"), [-3, 12, 28, 60])
        self.assertEqual(self.actions(text, owner=shared)[1][1], "same")

    def test_shared_configuration_is_not_changed_for_one_company(self):
        text = self.text().replace("offset_days: 10", "offset_days: 12")
        step = self.plan(text)[1]
        self.assertEqual(step.action, "create")
        self.files._apply([step])
        self.assertEqual(step.record.company_id, self.company)
        self.assertFalse(self.procedure.draft_version_id)

    def test_every_mistake_names_line_and_remedy(self):
        for text, line, words in (
            ("format: 1\nprocedurs: []\n", 2, "procedures"),
            ("format: 2\n", 1, "1"),
            ("procedures: []\n", 1, "format"),
            (ONE_LEVEL.replace("offset_days: 5", "offset_days: five"), 10, "whole"),
            (ONE_LEVEL.replace("kind: notice", "kind: letter"), 9, "handover"),
            (ONE_LEVEL.replace("[letter]", "[pigeon]"), 12, "letter"),
            (ONE_LEVEL.replace("test_text", "nowhere"), 11, "neither"),
            (ONE_LEVEL.replace("        name: Call\n", ""), 7, "name"),
            (ONE_LEVEL + "      - key: call\n        name: Again\n", 13, "twice"),
            (ONE_LEVEL.replace("name: Soft", "name: {nl: Zacht}"), 5, "English"),
            (ONE_LEVEL.replace("code: soft", "code: 12"), 4, "quotes"),
            (HEAD + "procedures: [\n", 3, "YAML"),
            (HEAD + "format: 1\n", 2, "twice"),
        ):
            with self.subTest(text=text), self.assertRaises(UserError) as caught:
                self.plan(text)
            self.assertIn(f"Line {line}:", caught.exception.args[0])
            self.assertIn(words, caught.exception.args[0])

    def test_hostile_files_are_refused(self):
        bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"
        for text, words in (
            (HEAD + bomb, "aliases"),
            (HEAD + "a: !!python/object/apply:os.system ['id']\n", "exclamation"),
            (HEAD + "a: " + "[" * 5000, "inside each other"),
            (HEAD + "x: 1\n" * 60_000, "values"),
            (HEAD + "a: [" + "1, " * 60_000 + "1]", "values"),
            ("# " + "x" * 1_100_000, "characters"),
            ("- just\n- a list\n", "group of keys"),
            ("", "format"),
            ("\x00", "YAML"),
            (HEAD + "? [a, b]\n: c\n", "plain text"),
            (HEAD + "procedures: 2001-01-01\n", "list"),
            (HEAD + f"format2: {'9' * 5000}\n", "not known"),
        ):
            with self.subTest(text=text[:40]), self.assertRaises(UserError) as caught:
                self.plan(text)
            self.assertIn(words, caught.exception.args[0])
        for content, words in (
            (b"\xff\xfe\x00", "UTF-8"),
            (b"x" * 10_000_000, "too large"),
        ):
            with self.subTest(words=words), self.assertRaisesRegex(UserError, words):
                self.wizard(content).action_preview()

    def test_preview_keeps_nothing_and_shows_every_refusal(self):
        wizard = self.wizard(ONE_LEVEL)
        wizard.action_preview()
        self.assertEqual(wizard.work_count, 1)
        self.assertRecordValues(wizard.line_ids, [{"key": "soft", "action": "create"}])
        procedures = self.env["ar.dunning.procedure"]
        self.assertFalse(procedures.search([("code", "=", "soft")]))
        broken = ONE_LEVEL.replace("offset_days: 5", "minimum_wait_days: -5")
        refused = self.assertRaisesRegex(UserError, "Line 4.*wait cannot be negative")
        with mute_logger("odoo.sql_db"), refused:
            self.wizard(broken).action_preview()
        wizard.action_apply()
        self.assertTrue(procedures.search([("code", "=", "soft")]).draft_version_id)
        wizard.action_preview()
        self.assertFalse(wizard.work_count)

    def test_only_managers_import_and_auditors_export(self):
        auditor = self.create_user("file.auditor", "ar_dunning.group_auditor")
        action = self.procedure.with_user(auditor).action_export()
        export = self.env["ar.config.export"].with_user(auditor)
        content = export.browse(action["res_id"]).file
        self.assertEqual(base64.b64decode(content).decode(), self.text())
        with self.assertRaises(UserError):
            self.wizard(ONE_LEVEL).with_user(auditor).action_preview()

    def test_copy_has_its_own_code_and_the_levels_as_draft(self):
        first = self.procedure.copy()
        second = self.procedure.copy()
        self.assertEqual(first.code, "test_copy")
        self.assertEqual(second.code, "test_copy2")
        self.assertFalse(first.active_version_id)
        self.assertEqual(
            first.draft_version_id.level_ids.mapped("level_key"),
            self.version.level_ids.mapped("level_key"),
        )
