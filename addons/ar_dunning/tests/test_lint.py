import base64
from datetime import date

from odoo.exceptions import UserError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from .law_common import LawCommon

ANNOUNCE = {"level_key": "first", "offset_days": 10, "cost_action": "announce"}
SECOND = {"level_key": "second", "offset_days": 30, "minimum_wait_days": 19}
SILENT = {**ANNOUNCE, "cost_action": "none"}
CLAIM = {**SECOND, "cost_action": "claim"}
HANDOVER = {
    "level_key": "handover",
    "offset_days": 90,
    "minimum_wait_days": 40,
    "kind": "handover",
    "mode": "approval",
    "phase": "legal",
}
FILE = """
format: 1
procedures:
  - code: from_a_file
    name: From a file
    debtor_class: consumer
    nature: private_contract
    in_force: true
    levels:
      - key: first
        name: First
        mode: automatic
        offset_days: 10
        template: test_text
        channels: [email]
      - key: second
        name: Second
        mode: automatic
        offset_days: 30
        minimum_wait_days: 19
        cost_action: claim
        template: test_text
        channels: [email]
"""


@tagged("post_install", "-at_install")
@freeze_time("2026-05-01")
class TestLint(LawCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.company_registry = "0123456749"
        cls.tax_type = cls.env.ref("ar_dunning.claim_type_municipal_tax")

    @classmethod
    def default_levels(cls):
        return [{"level_key": "reminder", "offset_days": 10}]

    def draft(self, *levels, **values):
        """Return a draft with these levels, of a procedure for consumers."""
        procedure = self.env["ar.dunning.procedure"].create(
            {
                "name": "Ladder",
                "code": "ladder",
                "company_id": self.company.id,
                "debtor_class": "consumer",
                "nature": "private_contract",
                **values,
            }
        )
        version = procedure._new_version()
        version.level_ids = [
            (0, 0, self.prepare_level(place, **level))
            for place, level in enumerate(levels, 1)
        ]
        return version

    def found(self, version):
        return [
            (one["code"], one["is_error"], one["level"])
            for one in version._law_findings()
        ]

    def regime(self, code):
        return self.env["ar.law.regime"].search([("code", "=", code)])

    def require(self, regime, block, on="first"):
        self.env["ar.law.content"].sudo().create(
            {
                "regime_id": regime.id,
                "code": f"test_{block}",
                "words": {"name": {"en": "Debt help"}, "article": {"en": "art. 8"}},
                "block": block,
                "on": on,
            }
        )

    # -- saving and activating (T16, guards 78 and 79) --------------------------

    def test_a_lawful_ladder_comes_into_force(self):
        self.policy("lump_sum")
        version = self.draft(ANNOUNCE, CLAIM)
        self.assertEqual(self.found(version), [])
        version.action_activate()
        self.assertEqual(version.state, "active")

    def test_an_illegal_ladder_does_not_and_the_error_says_all_there_is(self):
        version = self.draft(
            SILENT,
            CLAIM,
            {
                **ANNOUNCE,
                "level_key": "third",
                "offset_days": 40,
                "channels": ["person"],
            },
        )
        with self.assertRaises(UserError) as raised:
            version.action_activate()
        words = raised.exception.args[0]
        self.assertIn("Level “Second”", words)
        self.assertIn("no earlier notice announced", words)
        self.assertIn("Consumers, art. 4", words)
        self.assertIn("Let an earlier level announce them.", words)
        self.assertIn("Level “Third”", words)
        self.assertEqual(version.state, "draft")
        with self.assertRaisesRegex(UserError, "not in line with the law"):
            version.action_prepare_activation()

    def test_guard_78_a_consumer_is_never_charged_by_the_law_of_enterprises(self):
        self.policy("fixed_amount", debtor_class="consumer")
        version = self.draft(SILENT, SECOND)
        self.assertEqual(self.found(version), [("cost_not_allowed", True, "")])
        with self.assertRaisesRegex(UserError, "Fixed amount, Consumer"):
            version.action_activate()
        self.env["ar.cost.policy"].search(
            [("kind", "=", "fixed_amount"), ("debtor_class", "=", "consumer")]
        ).treatment = "none"
        version.action_activate()

    def test_guard_79_a_tax_never_bears_the_costs_of_consumers(self):
        self.policy("lump_sum", claim_type_id=self.tax_type.id)
        version = self.draft(ANNOUNCE, SECOND, nature="municipal_tax")
        self.assertEqual(
            self.found(version),
            [("nothing_allowed", True, "First"), ("cost_not_allowed", True, "First")],
        )
        with self.assertRaisesRegex(UserError, "Lump sum, Municipal tax"):
            version.action_activate()
        # The same policy does not concern agreements.
        contracts = self.draft(SILENT, SECOND, code="contracts")
        self.assertEqual(self.found(contracts), [])

    def test_the_period_of_the_law_passes_before_the_next_level(self):
        version = self.draft(ANNOUNCE, {**CLAIM, "minimum_wait_days": 18})
        [finding] = version._law_findings()
        self.assertEqual(finding["remedy"], "Set its minimum wait to 19 days or more.")
        by_email = {**ANNOUNCE, "channels": ["email"]}
        shorter = {**CLAIM, "minimum_wait_days": 15}
        self.assertEqual(self.found(self.draft(by_email, shorter, code="email")), [])

    def test_a_call_announces_nothing(self):
        call = {**ANNOUNCE, "mode": "task", "channels": [], "template_id": False}
        self.assertEqual(
            self.found(self.draft(call, SECOND)), [("no_notice", True, "First")]
        )

    def test_a_text_says_what_the_law_wants_when_its_author_ticks_it(self):
        self.require(self.regime("costs_consumer"), "debt_help")
        version = self.draft(SILENT, SECOND)
        [finding] = version._law_findings()
        self.assertEqual(
            (finding["level"], finding["article"], finding["rule"]),
            ("First", "art. 8", "The notice does not say: Debt help."),
        )
        self.assertIn("tick “Help with debts”", finding["remedy"])
        self.template.said_debt_help = True
        self.assertEqual(self.found(version), [])

    def test_the_number_of_the_creditor(self):
        self.require(self.regime("costs_consumer"), "creditor_identity")
        version = self.draft(ANNOUNCE, CLAIM)
        self.assertEqual(self.found(version), [])
        self.company.partner_id.write({"company_registry": False, "vat": False})
        self.assertEqual(self.found(version), [("content_missing", True, "First")])

    def test_a_registered_letter_before_a_handover(self):
        self.regime("costs_tax").sudo().registered_wait_id = self.env[
            "ar.law.wait"
        ].search([("code", "=", "costs_wait")])
        handover = {**HANDOVER, "minimum_wait_days": 18}
        version = self.draft(SILENT, SECOND, handover, nature="municipal_tax")
        self.assertEqual(
            self.found(version), [("registered_missing", True, "Handover")]
        )
        second, last = version.level_ids.sorted("sequence")[1:]
        second.registered = True
        self.assertEqual(self.found(version), [("registered_wait", True, "Handover")])
        last.minimum_wait_days = 19
        with self.assertRaisesRegex(UserError, "the channel “Letter” alone"):
            version.action_activate()
        second.channel_ids.filtered(lambda one: one.channel == "email").unlink()
        version.action_activate()

    def test_nobody_is_called_at_night(self):
        regime = self.regime("costs_consumer").sudo()
        regime.write({"quiet_from": 8, "quiet_to": 22})
        calendar = self.env["ar.calendar"].create(
            {
                "name": "Late",
                "kind": "sending",
                "company_id": self.company.id,
                "window_from": 9,
                "window_to": 23,
            }
        )
        self.company.ar_sending_calendar_id = calendar
        call = {**SECOND, "mode": "task", "channels": [], "template_id": False}
        version = self.draft(SILENT, call)
        self.assertEqual(
            self.found(version),
            [("quiet_hours", True, "Second"), ("quiet_hours", False, "First")],
        )
        calendar.window_to = 22
        self.assertEqual(self.found(version), [])

    # -- which law it is ---------------------------------------------------------

    def test_what_segments_say_is_the_law_of_a_procedure_without_a_kind(self):
        version = self.draft(ANNOUNCE, SECOND, nature=False)
        codes = {code: error for code, error, _level in self.found(version)}
        # It may get taxes as well: a warning, for nobody says that it does.
        self.assertEqual(codes, {"nothing_allowed": False})
        self.segment.write(
            {
                "procedure_id": version.procedure_id.id,
                "domain": repr([("claim_type_id", "in", self.tax_type.ids)]),
            }
        )
        self.assertEqual(self.found(version), [("nothing_allowed", True, "First")])
        self.segment.domain = "[('claim_type_id.code', '=', 'private_contract')]"
        self.assertEqual(self.found(version), [])
        self.segment.domain = (
            "['|', ('claim_type_id.code', '=', 'rent'), ('amount_residual', '>', 5)]"
        )
        self.assertEqual(self.found(version), [("nothing_allowed", False, "First")])

    def test_what_segments_say_of_the_debtors(self):
        version = self.draft(SILENT, CLAIM, debtor_class="any")
        self.segment.procedure_id = version.procedure_id
        self.assertEqual(self.found(version), [("unannounced", True, "Second")])
        self.segment.domain = "[('debtor_class', 'in', ['enterprise'])]"
        self.assertEqual(self.found(version), [])
        self.segment.domain = "[('debtor_class', '=', 'unknown')]"
        self.assertEqual(self.found(version), [("unannounced", True, "Second")])

    def test_a_shared_procedure_keeps_the_law_of_every_company_that_uses_it(self):
        version = self.draft(SILENT, CLAIM, company_id=False)
        other = self.setup_other_company()["company"]
        other.country_id = other.account_fiscal_country_id = self.env.ref("base.bv")
        self.assertEqual(self.found(version), [("unannounced", True, "Second")])
        self.env["ar.dunning.segment"].create(
            {
                "name": "There",
                "company_id": other.id,
                "procedure_id": version.procedure_id.id,
            }
        )
        self.assertEqual(self.found(version), [("law_unknown", False, "")])
        self.segment.procedure_id = version.procedure_id
        self.assertEqual(
            self.found(version),
            [("unannounced", True, "Second"), ("law_unknown", False, "")],
        )

    def test_without_law_nothing_can_be_charged_and_nothing_is_refused(self):
        self.company.account_fiscal_country_id = self.env.ref("base.bv")
        version = self.draft(SILENT, CLAIM)
        self.assertEqual(self.found(version), [("law_unknown", False, "")])
        version.action_activate()

    def test_the_shipped_procedures_are_lawful_here(self):
        for record in self.env["ar.dunning.procedure"].search([]):
            if not record.get_external_id()[record.id].startswith("ar_dunning."):
                continue
            for version in record.version_ids:
                with self.subTest(record.code):
                    self.assertFalse([one for one in self.found(version) if one[1]])

    # -- after the activation ----------------------------------------------------

    def health(self):
        self.env["ar.health"].invalidate_model()
        return self.env["ar.health"].search(
            [("company_id", "=", self.company.id), ("code", "=", "versions")]
        )

    def test_the_daily_cycle_finds_what_the_law_does_not_allow_any_more(self):
        version = self.draft(SILENT, SECOND)
        version.action_activate()
        cycles = self.env["ar.cycle"].sudo()
        cycles._step_assign(self.company, date(2026, 5, 2))
        self.assertEqual(self.health().state, "1_ok")
        # Somebody lets the company charge consumers what the law keeps for enterprises.
        policy = self.policy("fixed_amount", debtor_class="consumer")
        cycles._step_assign(self.company, date(2026, 5, 3))
        self.assertEqual(version.law_error_count, 1)
        check = self.health()
        # That of the company itself as well.
        self.assertEqual((check.state, check.number), ("3_error", 2))
        self.assertIn("the law of today does not allow: 2", check.sentence)
        [(_id, _in, found)] = check.action_open_place()["domain"]
        self.assertEqual(set(found), {version.id, self.version.id})
        policy.active = False
        cycles._step_assign(self.company, date(2026, 5, 4))
        self.assertEqual(self.health().state, "1_ok")

    def test_a_scheduled_version_waits_until_the_law_allows_it(self):
        before = self.draft(SILENT, SECOND)
        before.action_activate()
        after = before.procedure_id._new_version()
        after._activate_from(date(2026, 5, 10), [])
        policy = self.policy("fixed_amount", debtor_class="consumer")
        cycles = self.env["ar.cycle"].sudo()
        cycles._step_assign(self.company, date(2026, 5, 10))
        self.assertEqual((before.state, after.state), ("active", "scheduled"))
        self.assertEqual(after.law_error_count, 1)
        policy.active = False
        cycles._step_assign(self.company, date(2026, 5, 11))
        self.assertEqual((before.state, after.state), ("retired", "active"))

    # -- warnings ----------------------------------------------------------------

    def test_warnings_stop_nothing(self):
        self.regime("costs_consumer").sudo().verified_by = False
        self.policy("interest")
        self.env["ar.law.rate"].search(
            [("series_id.code", "=", "costs_interest")]
        ).sudo().valid_until = "2026-04-30"
        version = self.draft(ANNOUNCE, SECOND)
        self.assertEqual(
            self.found(version),
            [("rate_unknown", False, ""), ("unverified", False, "")],
        )
        version.action_activate()

    def test_the_rate_of_the_day_counts_where_interest_is_charged(self):
        rate = self.env["ar.law.rate"].search(
            [("series_id.code", "=", "costs_interest")]
        )
        rate.sudo().verified_by = False
        version = self.draft(ANNOUNCE, SECOND)
        self.assertEqual(self.found(version), [])
        self.policy("interest")
        self.assertEqual(self.found(version), [("unverified", False, "")])
        rate.sudo().verified_by = "gazette"
        self.assertEqual(self.found(version), [])

    def test_the_registered_period_counts_where_a_level_is_registered(self):
        wait = (
            self.env["ar.law.wait"]
            .sudo()
            .create(
                {
                    "code": "test_registered",
                    "row_ids": [
                        (
                            0,
                            0,
                            {
                                "valid_from": "2020-01-01",
                                "channel": "letter",
                                "convention": "day_after_sending",
                                "months": 1,
                            },
                        )
                    ],
                }
            )
        )
        self.regime("costs_consumer").sudo().registered_wait_id = wait
        version = self.draft(ANNOUNCE, SECOND)
        self.assertEqual(self.found(version), [])
        version.level_ids[-1].registered = True
        self.assertEqual(self.found(version), [("unverified", False, "")])
        wait.row_ids.verified_by = "gazette"
        self.assertEqual(self.found(version), [])

    def test_what_is_charged_and_never_spoken_of(self):
        self.policy("lump_sum")
        self.assertEqual(
            self.found(self.draft(SILENT, SECOND)), [("never_claimed", False, "")]
        )

    def test_every_finding_has_words(self):
        from ..rules.lint import CODES, WARNING, Finding

        version = self.draft(SILENT)
        for code in CODES:
            values = (("first", 8), ("last", 22), ("block", "total"))
            words = version._say_finding(Finding(code, WARNING, "first", values=values))
            with self.subTest(code):
                self.assertTrue(words["rule"].endswith("."), words["rule"])
                self.assertTrue(words["remedy"].endswith("."))
                self.assertEqual(words["level"], "First")
                self.assertIn("no law is known", version._finding_sentence(words))

    # -- where it is shown --------------------------------------------------------

    def test_findings_are_live_on_the_draft(self):
        version = self.draft(ANNOUNCE, SECOND)
        self.assertIn("Nothing found", version.law_findings)
        with Form(version) as form:
            with form.level_ids.edit(1) as level:
                level.minimum_wait_days = 3
            self.assertIn("19 days or more", form.law_findings)

    def test_the_page_of_the_activation_shows_warnings(self):
        self.policy("lump_sum")
        version = self.draft(SILENT, SECOND)
        action = version.action_prepare_activation()
        page = self.env[action["res_model"]].browse(action["res_id"])
        self.assertIn("never claimed", page.law_findings)

    def test_checking_on_demand(self):
        version = self.draft(SILENT, CLAIM)
        auditor = new_test_user(
            self.env(su=True),
            "lint_auditor",
            groups="base.group_user,ar_dunning.group_auditor",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        action = version.procedure_id.with_user(auditor).action_check_law()
        check = (
            self.env[action["res_model"]].with_user(auditor).browse(action["res_id"])
        )
        self.assertIn("no earlier notice announced", check.law_findings)
        empty = self.env["ar.dunning.procedure"].create(
            {"name": "None", "code": "none"}
        )
        self.assertTrue(empty.action_check_law())

    def wizard(self, text, **values):
        return self.env["ar.config.import"].create(
            {
                "file": base64.b64encode(text.encode()),
                "company_id": self.company.id,
                "shared": False,
                **values,
            }
        )

    def test_an_import_shows_what_is_wrong_with_its_drafts(self):
        wizard = self.wizard(FILE)
        wizard.action_preview()
        self.assertIn("no earlier notice announced", wizard.law_findings)
        wizard.action_apply()
        imported = self.env["ar.dunning.procedure"].search(
            [("code", "=", "from_a_file")]
        )
        self.assertEqual(imported.nature, "private_contract")
        self.assertEqual(imported.version_ids.mapped("state"), ["draft"])

    def test_an_import_puts_nothing_illegal_in_force(self):
        wizard = self.wizard(FILE, put_in_force=True)
        for step in (wizard.action_preview, wizard.action_apply):
            with self.assertRaisesRegex(UserError, "no earlier notice announced"):
                step()

    def test_an_import_of_a_lawful_ladder_shows_nothing(self):
        wizard = self.wizard(FILE.replace("cost_action: claim", "cost_action: none"))
        wizard.action_preview()
        self.assertFalse(wizard.law_findings)
