from datetime import date

from odoo.tests import tagged

from .common import DunningCommon

ACTIVE = (
    "consumer",
    "enterprise",
    "administrative_fine",
    "social_claim",
    "just_remind",
    "rent_nl",
    "consumer_nl",
    "enterprise_nl",
)
DRAFT = ("municipal_tax", "municipal_retribution")
# What each level says of costs, where it says anything.
SPEAKS = {
    ("consumer", "reminder"): "announce",
    ("enterprise", "reminder"): "claim",
    ("rent_nl", "second_reminder"): "announce",
    ("consumer_nl", "last_reminder"): "announce",
    ("enterprise_nl", "reminder"): "claim",
}
COSTS = ("cost", "interest", "compensation", "penalty", "increase")


@tagged("post_install", "-at_install", "ar")
class TestReadyProcedures(DunningCommon):
    def ready(self, code):
        return self.env.ref(f"ar_dunning.procedure_{code}")

    def test_what_a_person_sends_registered_waits_as_a_draft_and_says_why(self):
        for code in DRAFT:
            with self.subTest(code):
                procedure = self.ready(code)
                self.assertFalse(procedure.active_version_id)
                self.assertIn("Draft on purpose", procedure.draft_version_id.note)
        for code in ACTIVE:
            with self.subTest(code):
                self.assertTrue(self.ready(code).active_version_id)

    def test_every_draft_could_be_activated(self):
        for code in DRAFT:
            with self.subTest(code):
                self.ready(code).draft_version_id.action_activate()

    def test_costs_are_announced_before_they_are_claimed(self):
        said = {
            (level.version_id.procedure_id.code, level.level_key): level.cost_action
            for code in (*DRAFT, *ACTIVE)
            for level in self.ready(code).version_ids.level_ids
            if level.cost_action != "none"
        }
        self.assertEqual(said, SPEAKS)

    def test_no_text_of_the_new_procedures_announces_costs(self):
        for code in (*DRAFT, *ACTIVE[2:]):
            version = self.ready(code).version_ids[:1]
            for template in version.level_ids.template_id:
                words = f"{template.heading} {template.opening} {template.closing}"
                if template in (
                    self.env.ref("ar_dunning.template_reminder_consumer"),
                    self.env.ref("ar_dunning.template_formal_notice_enterprise"),
                ):
                    continue
                with self.subTest(template=template.name):
                    for announced in COSTS:
                        self.assertNotIn(announced, words.lower())

    def test_a_person_decides_last_and_nobody_is_threatened_early(self):
        for code in (*DRAFT, *ACTIVE):
            levels = self.ready(code).version_ids.level_ids.sorted("sequence")
            with self.subTest(code):
                if code != "just_remind":
                    self.assertEqual(levels[-1].kind, "handover")
                    self.assertEqual(levels[-1].mode, "approval")
                self.assertFalse(
                    levels.filtered(
                        lambda one: (
                            one.phase == "collection" and one.mode == "automatic"
                        )
                    )
                )

    def test_each_ladder_has_dates_in_order(self):
        for code in (*DRAFT, *ACTIVE):
            version = self.ready(code).version_ids[:1]
            version.preview_due_on = date(2027, 3, 1)
            rows = version._prepare_ladder()["rows"]
            with self.subTest(code):
                days = [row["days"] for row in rows]
                self.assertEqual(days, sorted(days))
                self.assertFalse([row for row in rows if row["skipped"]])
                self.assertEqual({row["level"] for row in rows}, set(version.level_ids))

    def test_just_remind_reminds_three_times_and_stops(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        claim._assign_by_hand(self.ready("just_remind"))
        for on in ("2026-03-11", "2026-04-01", "2026-04-22", "2026-05-13"):
            self.run_day(on)
        self.assertEqual(self.lines(claim).mapped("occurrence"), [1, 2, 3])
        self.assertEqual(self.blockers(claim, "2026-06-01"), ["finished"])
