from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import DunningCommon

ENTITY = """\
format: 1
entity:
  name: Stad Rivierbeke
  email: finance@city.example
  time_zone: Europe/Brussels
  iban: BE68 5390 0754 7034
  settings:
    enabled: true
    four_eyes_amount: 2500
uses: [consumer]
groups:
  - name: Social claims of the city
claim_types:
  - code: social_city
    name: {en: Social claim, nl: Sociale vordering}
    nature: social_claim
    visible_to: Social claims of the city
    sensitive: true
procedures:
  - code: city_soft
    name: Soft
    in_force: true
    levels:
      - key: reminder
        name: Reminder
        offset_days: 20
        template: test_text
        channels: [email, letter]
segments:
  - name: Social claims
    rank: 1
    domain: "[('claim_type_id.code', '=', 'social_city')]"
    procedure: city_soft
journals:
  - code: SOC
    name: Social service
    claim_type: social_city
users:
  - login: social@city.example
    name: Social accountant
    roles: [collector, billing]
    groups: [Social claims of the city]
"""


@tagged("post_install", "-at_install")
class TestEntityFile(DunningCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.city = cls.setup_other_company(name="Stad Rivierbeke")["company"]
        # As setup/entity and an administrator do it.
        cls.files = cls.env(su=True)["ar.config.file"]

    def actions(self, text, dry_run=False):
        return {
            (row["section"], row["key"]): row["action"]
            for row in self.files._load(text, dry_run)
        }

    def test_entity_is_made_once(self):
        self.assertNotIn("same", self.actions(ENTITY).values())
        city = self.city
        self.assertTrue(city.ar_enabled)
        self.assertEqual(city.ar_four_eyes_amount, 2500)
        self.assertEqual(city.partner_id.tz, "Europe/Brussels")
        bank = city.ar_bank_account_id
        self.assertEqual(bank.sanitized_acc_number, "BE68539007547034")
        journal = self.env["account.journal"].search(
            [("company_id", "=", city.id), ("code", "=", "SOC")]
        )
        kind = journal.ar_claim_type_id
        self.assertEqual(kind.company_id, city)
        self.assertEqual(kind.access_group_id.name, "Social claims of the city")
        segment = self.env["ar.dunning.segment"].search(
            [("company_id", "=", city.id), ("name", "=", "Social claims")]
        )
        self.assertEqual(
            segment.procedure_id.active_version_id.level_ids.offset_days, 20
        )
        user = self.env["res.users"].search([("login", "=", "social@city.example")])
        self.assertTrue(user.has_group("ar_dunning.group_collector"))
        self.assertIn(kind.access_group_id, user.group_ids)
        self.assertEqual(user.company_ids, city)
        self.assertEqual(set(self.actions(ENTITY).values()), {"same"})

    def test_group_goes_by_name_or_external_id(self):
        self.files._load(ENTITY)
        group = self.env["res.groups"].search(
            [("name", "=", "Social claims of the city")]
        )
        self.env["ir.model.data"]._update_xmlids(
            [{"xml_id": "ar_test.group_social", "record": group}]
        )
        self.assertEqual(set(self.actions(ENTITY).values()), {"same"})

    def test_what_the_file_does_not_say_stays(self):
        self.files._load(ENTITY)
        self.city.phone = "+32 9 210 90 10"
        changed = ENTITY.replace("four_eyes_amount: 2500", "four_eyes_amount: 500")
        rows = [row for row in self.files._load(changed) if row["action"] != "same"]
        self.assertEqual(len(rows), 1)
        self.assertEqual(
            rows[0]["changes"], [("settings.four_eyes_amount", "2500", "500")]
        )
        self.assertEqual(self.city.ar_four_eyes_amount, 500)
        self.assertEqual(self.city.phone, "+32 9 210 90 10")

    def test_bank_journal_gets_the_age_at_which_reminders_stop(self):
        journal = self.env["account.journal"].search(
            [("company_id", "=", self.city.id), ("type", "=", "bank")], limit=1
        )
        text = ENTITY.replace(
            "journals:\n",
            f"journals:\n  - {{code: {journal.code}, staleness_days: 3}}\n",
        )
        self.actions(text)
        self.assertEqual(journal.ar_staleness_days, 3)
        self.assertEqual(self.actions(text)["journals", journal.code], "same")

    def test_text_is_kept_in_each_language(self):
        """Other sentences in another language are no new text of all of them."""
        for code in ("nl_BE", "fr_BE"):
            self.env["res.lang"]._activate_lang(code)
        text = (
            "format: 1\nentity: {name: Stad Rivierbeke}\ntemplates:\n"
            "  - code: city_text\n    name: Text\n    subject: Open\n"
            "    heading: Open\n    opening:\n"
            "      en: <p>Dear {debtor},</p><p>Please pay this week.</p>\n"
            "      nl: <p>Beste {debtor},</p><p>Gelieve deze week te betalen.</p>\n"
            "      fr: <p>Bonjour {debtor},</p><p>Veuillez payer.</p><p>Merci.</p>\n"
        )
        self.actions(text)
        opening = {
            lang: self.env["ar.dunning.template"]
            .with_context(lang=lang)
            .search([("code", "=", "city_text")])
            .opening
            for lang in ("en_US", "nl_BE", "fr_BE")
        }
        self.assertIn("Please pay this week", opening["en_US"])
        self.assertIn("Gelieve deze week", opening["nl_BE"])
        self.assertIn("Merci", opening["fr_BE"])
        self.assertEqual(self.actions(text)["templates", "city_text"], "same")
        changed = text.replace("Gelieve deze week", "Gelieve vandaag")
        self.assertEqual(self.actions(changed)["templates", "city_text"], "update")
        self.assertEqual(self.actions(changed)["templates", "city_text"], "same")
        logged = self.env["ar.config.change"].search(
            [("field", "=", "opening"), ("lang", "=", "nl_BE")], limit=1
        )
        self.assertIn("Gelieve vandaag", logged.new_value)
        with self.assertRaisesRegex(UserError, "nobody"):
            self.actions(text.replace("Bonjour {debtor}", "Bonjour {nobody}"))

    def test_dry_run_changes_nothing(self):
        self.assertIn("create", self.actions(ENTITY, dry_run=True).values())
        self.assertFalse(self.city.ar_four_eyes_amount)
        self.assertFalse(
            self.env["res.users"].search([("login", "=", "social@city.example")])
        )

    def test_company_that_does_not_exist_is_made(self):
        text = ENTITY.replace("Stad Rivierbeke", "AGB Rivierbeke")
        text = text[: text.index("journals:")]
        self.assertEqual(self.actions(text)["entity", "AGB Rivierbeke"], "create")
        company = self.env["res.company"].search([("name", "=", "AGB Rivierbeke")])
        self.assertTrue(company.ar_enabled)
        self.assertEqual(set(self.actions(text).values()), {"same"})

    def test_everything_or_nothing(self):
        broken = ENTITY.replace("code: SOC\n", "code: SOC\n    type: general\n")
        broken = broken.replace("offset_days: 20", "minimum_wait_days: -1")
        refused = self.assertRaisesRegex(UserError, "city_soft")
        with mute_logger("odoo.sql_db"), refused, self.env.cr.savepoint():
            self.files._load(broken)
        self.assertFalse(self.city.ar_four_eyes_amount)

    def test_mistakes_name_the_line(self):
        for old, new, words in (
            ("claim_type: social_city", "claim_type: nothing", "Line 37.*nothing"),
            ("uses: [consumer]", "uses: [nobody]", "Line 10.*nobody"),
            ("roles: [collector, billing]", "roles: [boss]", "Line 41.*roles.*auditor"),
            ("enabled: true", "enabled: perhaps", "Line 8.*true or false"),
            ("    name: Social accountant", "    password: x", "Line 40.*password"),
            ("entity:\n  name: Stad", "entity:\n  nam: Stad", "Line 3.*name"),
        ):
            with self.subTest(new=new), self.assertRaisesRegex(UserError, words):
                self.files._load(ENTITY.replace(old, new))

    def test_people_need_an_entity(self):
        with self.assertRaisesRegex(UserError, "needs an entity"):
            self.files._load("format: 1\nusers:\n  - login: a@b.example\n")

    def test_manager_of_receivables_makes_no_users(self):
        manager = self.create_user("entity.manager", "ar_dunning.group_manager")
        files = self.env["ar.config.file"].with_user(manager)
        with self.assertRaises(UserError):
            files._load(ENTITY)


WORK = """\
format: 1
entity: {name: Stad Rivierbeke}
calendars:
  - name: {en: Counters, nl: Loketten}
    kind: sending
    country: BE
    open_friday: false
    window_from: 9
    in_use: true
    closures:
      - {name: Summer, from: 2027-07-19, to: 2027-07-30}
capacities:
  - {channel: letter, per_day: 150}
return_reasons:
  - {code: AM04, action: reminder}
outcomes:
  - code: city_visit
    name: Comes to the counter
    date_need: required
    hold_reason: promise
    grace_days: 3
    follow_up: if_unpaid
    follow_up_kind: call_back
work_rules:
  - {name: Large amounts of the city, points: 7, amount_from: 5000}
users:
  - {login: desk@city.example, name: Desk, roles: [collector]}
teams:
  - {name: Counter, takes_debtors: true, members: [desk@city.example]}
"""


@tagged("post_install", "-at_install")
class TestEntityWork(DunningCommon):
    """How an entity works: days, capacity, reasons, outcomes, rules, teams."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.city = cls.setup_other_company(name="Stad Rivierbeke")["company"]
        cls.files = cls.env(su=True)["ar.config.file"]

    def changed(self, text, **kwargs):
        return {
            row["section"]: row["action"]
            for row in self.files._load(text, **kwargs)
            if row["action"] != "same"
        }

    def test_it_is_made_once(self):
        shared = self.env.ref("ar_dunning.return_reason_am04")
        usual = shared.action
        self.assertEqual(
            set(self.changed(WORK).values()), {"create"}, "all of it is new"
        )
        calendar = self.city.ar_sending_calendar_id
        self.assertEqual(calendar.company_id, self.city)
        self.assertEqual(calendar.country_id.code, "BE")
        self.assertFalse(calendar.open_friday)
        self.assertTrue(calendar.open_monday)
        self.assertEqual(calendar.window_from, 9)
        self.assertEqual(calendar.closure_ids.name, "Summer")
        reasons = self.env["ar.return.reason"]._of_codes(self.city, ["AM04"])
        self.assertEqual(reasons["AM04"].company_id, self.city)
        self.assertEqual(reasons["AM04"].action, "reminder")
        self.assertEqual(reasons["AM04"].days, shared.days)
        self.assertEqual(shared.action, usual)
        outcome = self.env["ar.contact.outcome"].search([("code", "=", "city_visit")])
        self.assertEqual(outcome.hold_reason_id.code, "promise")
        team = self.env["ar.team"].search([("name", "=", "Counter")])
        self.assertEqual(team.member_ids.login, "desk@city.example")
        self.assertEqual(self.changed(WORK), {})

    def test_closures_are_added_to_those_entered_by_hand(self):
        self.files._load(WORK)
        self.city.ar_sending_calendar_id.closure_ids = [
            (
                0,
                0,
                {
                    "name": "Bridge day",
                    "date_from": "2027-05-07",
                    "date_to": "2027-05-07",
                },
            )
        ]
        self.assertEqual(self.changed(WORK), {})
        self.files._load(WORK.replace("name: Summer", "name: Autumn"))
        self.assertEqual(
            set(self.city.ar_sending_calendar_id.closure_ids.mapped("name")),
            {"Bridge day", "Summer", "Autumn"},
        )

    def test_closures_need_a_date_as_files_write_it(self):
        for wrong in ("19/07/2027", "2027-7-19"):
            refused = self.assertRaisesRegex(UserError, f"Line 11.*{wrong}")
            with self.subTest(wrong), refused:
                self.files._load(WORK.replace("2027-07-19", wrong), dry_run=True)

    def test_shared_calendar_is_chosen_and_stays_as_it_is(self):
        self.env["res.lang"]._activate_lang("nl_BE")
        shared = self.env.ref("ar_dunning.calendar_be")
        shared.with_context(lang="nl_BE").name = "Wettelijke dagen"
        text = (
            "format: 1\nentity: {name: Stad Rivierbeke}\ncalendars:\n"
            '  - name: "Belgium: legal days"\n    kind: legal\n    in_use: true\n'
        )
        self.assertEqual(self.changed(text), {"calendars": "update"})
        self.assertEqual(self.city.ar_legal_calendar_id, shared)
        self.assertEqual(shared.with_context(lang="nl_BE").name, "Wettelijke dagen")
        self.assertEqual(self.changed(text), {})

    def test_closures_make_a_calendar_of_the_companys_own(self):
        shared = self.env.ref("ar_dunning.calendar_be")
        text = (
            "format: 1\nentity: {name: Stad Rivierbeke}\ncalendars:\n"
            '  - name: "Belgium: legal days"\n    kind: legal\n    in_use: true\n'
            "    closures: [{name: Strike, from: 2027-03-01, to: 2027-03-01}]\n"
        )
        self.assertEqual(self.changed(text), {"calendars": "create"})
        own = self.city.ar_legal_calendar_id
        self.assertEqual((own.company_id, own.country_id.code), (self.city, "BE"))
        self.assertEqual(own.closure_ids.name, "Strike")
        self.assertFalse(shared.closure_ids)
        self.assertEqual(self.changed(text), {})

    def test_only_what_is_mentioned_changes(self):
        self.files._load(WORK)
        text = (
            "format: 1\nentity: {name: Stad Rivierbeke}\n"
            "work_rules: [{name: Large amounts of the city, points: 9}]\n"
        )
        [row] = [one for one in self.files._load(text) if one["action"] != "same"]
        self.assertEqual(row["changes"], [("points", "7", "9")])
        found = self.env["ar.work.rule"].search(
            [("name", "=", "Large amounts of the city")]
        )
        self.assertEqual((found.points, found.amount_from), (9, 5000))

    def test_dry_run_changes_nothing(self):
        self.assertIn("calendars", self.changed(WORK, dry_run=True))
        self.assertFalse(self.city.ar_sending_calendar_id)
        self.assertFalse(self.env["ar.capacity"].search([]))

    def test_mistakes_name_the_line_and_nothing_is_kept(self):
        for old, new, words in (
            ("hold_reason: promise", "hold_reason: nothing", "nothing"),
            ("[desk@city.example]", "[nobody@city.example]", "nobody@city.example"),
            ("channel: letter", "channel: pigeon", "Line 13.*channel"),
            ("country: BE", "country: ZZ", "ZZ"),
            ("per_day: 150", "per_day: -1", "cannot be negative"),
            ("follow_up_kind: call_back", "grace: 1", "Line 23.*grace"),
        ):
            refused = self.assertRaisesRegex(UserError, words)
            with self.subTest(new=new), mute_logger("odoo.sql_db"), refused:
                with self.env.cr.savepoint():
                    self.files._load(WORK.replace(old, new))
        self.assertFalse(self.city.ar_sending_calendar_id)

    def test_what_all_companies_share_is_not_changed_for_one(self):
        shared = self.env["ar.contact.outcome"].search(
            [("company_id", "=", False)], limit=1
        )
        text = (
            "format: 1\nentity: {name: Stad Rivierbeke}\n"
            f"outcomes: [{{code: {shared.code}, grace_days: 27}}]\n"
        )
        with self.assertRaisesRegex(UserError, "shared by all companies"):
            self.files._load(text)

    def test_work_needs_an_entity(self):
        with self.assertRaisesRegex(UserError, "needs an entity"):
            self.files._load("format: 1\ncapacities: [{channel: letter, per_day: 1}]\n")

    def test_costs_of_an_entity_are_in_its_file(self):
        text = (
            ENTITY
            + """\
costs:
  - kind: lump_sum
    debtor_class: consumer
    treatment: off_ledger
    clause: true
    journal: COST
    account: "704321"
  - kind: interest
    treatment: none
"""
        )
        with self.assertRaisesRegex(UserError, "COST"):
            self.files._load(text)
        self.env["account.journal"].create(
            {
                "name": "Costs",
                "code": "COST",
                "type": "general",
                "company_id": self.city.id,
            }
        )
        self.env["account.account"].create(
            {
                "name": "Recovered costs",
                "code": "704321",
                "account_type": "income_other",
                "company_ids": [(6, 0, self.city.ids)],
            }
        )
        self.files._load(text)
        policies = self.env["ar.cost.policy"].search(
            [("company_id", "=", self.city.id)]
        )
        self.assertRecordValues(
            policies.sorted("kind"),
            [
                {"kind": "interest", "treatment": "none", "clause": False},
                {"kind": "lump_sum", "treatment": "off_ledger", "clause": True},
            ],
        )
        again = self.files._load(text, dry_run=True)
        self.assertEqual(
            {step["action"] for step in again if step["section"] == "costs"}, {"same"}
        )
