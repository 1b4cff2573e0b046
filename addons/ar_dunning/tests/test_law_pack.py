from copy import deepcopy
from datetime import date
from decimal import Decimal

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from ..rules import law_pack
from ..rules.rates import MissingRateError
from .common import DunningCommon

EVERY_NAME = {"en": "Interest", "nl": "Interest", "fr": "Intérêt", "de": "Zinsen"}
LAW = {
    "pack": "test",
    "country": "AQ",  # no company and no other pack is there
    "version": "1",
    "series": [
        {
            "code": "test_interest",
            "name": EVERY_NAME,
            "article": "art. 1",
            "source": "gazette",
            "compounding": "simple",
            "day_count": "act/act",
            "published": "half_year",
            "rates": [
                {
                    "from": "2026-01-01",
                    "until": "2026-06-30",
                    "percentage": 10,
                    "verified_by": "gazette",
                },
                {"from": "2026-07-01", "until": "2026-12-31", "percentage": 11},
            ],
        }
    ],
    "tariffs": [
        {
            "code": "test_lump_sum",
            "name": "Lump sum",
            "kind": "lump_sum",
            "rows": [
                {
                    "from": "2020-01-01",
                    "article": "art. 2",
                    "source": "gazette",
                    "verified_by": "gazette",
                    "brackets": [{"above": 0, "base": 20}],
                }
            ],
        }
    ],
    "waits": [
        {
            "code": "test_wait",
            "name": "First reminder",
            "rows": [
                {
                    "from": "2020-01-01",
                    "channel": "letter",
                    "convention": "working_day_after_sending",
                    "offset": 3,
                    "days": 14,
                    "article": "art. 3",
                    "source": "gazette",
                },
                {
                    "from": "2020-01-01",
                    "channel": "email",
                    "convention": "day_after_sending",
                    "days": 14,
                    "article": "art. 3",
                    "source": "gazette",
                },
            ],
        }
    ],
    "regimes": [
        {
            "code": "test_consumer",
            "name": "Consumers",
            "article": "art. 4",
            "source": "gazette",
            "from": "2020-01-01",
            "debtor_classes": ["consumer"],
            "natures": ["private_contract", "rent"],
            "wait": "test_wait",
            "first_free": True,
            "interest": {"series": "test_interest", "starts": "wait", "clause": True},
            "costs": [{"tariff": "test_lump_sum", "starts": "wait", "clause": True}],
            "contents": [
                {
                    "code": "amount",
                    "name": "The amount",
                    "block": "total",
                    "on": "first",
                }
            ],
        },
        {
            "code": "test_enterprise",
            "name": "Enterprises",
            "article": "art. 5",
            "source": "gazette",
            "from": "2020-01-01",
            "debtor_classes": ["enterprise", "public_body"],
            "natures": ["private_contract"],
            "interest": {"series": "test_interest", "starts": "due"},
        },
    ],
}


@tagged("post_install", "-at_install", "ar")
class TestLawPack(DunningCommon):
    """A pack is loaded once, changed with a told difference, never behind a cost."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.country = cls.env.ref("base.aq")
        cls.pack = cls.load()
        cls.series = cls.pack.series_ids
        cls.manager = cls.create_user("law manager", "ar_dunning.group_manager")

    @classmethod
    def load(cls, **changes):
        """Load the law, as changed by {path joined with a dot: value}."""
        said = deepcopy(LAW)
        for path, value in changes.items():
            place = said
            *way, last = [
                int(each) if each.isdigit() else each for each in path.split("__")
            ]
            for each in way:
                place = place[each]
            if value is None:
                del place[last]
            else:
                place[last] = value
        packs = cls.env(su=True)["ar.law.pack"]  # as at an installation
        return packs._load(law_pack.read(said)).with_env(cls.env)

    def rate(self, day):
        return self.series.rate_ids.filtered(
            lambda rate: str(rate.valid_from) == day and rate.pack_id
        )

    def changes(self):
        return self.pack.change_ids.sorted("id").mapped(
            lambda change: (change.pack_key, change.kind)
        )

    def test_first_loading_tells_of_no_change(self):
        self.assertFalse(self.pack.change_ids)
        self.assertEqual(self.rate("2026-01-01").percentage, 10)
        self.assertEqual(self.pack.regime_ids.mapped("code")[0], "test_consumer")

    def test_same_file_again_changes_nothing(self):
        before = self.series.rate_ids
        self.load(version="2")
        self.assertEqual(self.series.rate_ids, before)
        self.assertFalse(self.pack.change_ids)
        self.assertEqual(self.pack.version, "2")

    def test_unused_row_is_rewritten_and_told(self):
        rate = self.rate("2026-07-01")
        self.load(version="2", series__0__rates__1__percentage=12)
        self.assertEqual(rate.percentage, 12)
        self.assertEqual(
            self.changes(), [("series/test_interest/2026-07-01", "changed")]
        )
        self.assertIn("percentage: 11 → 12", self.pack.change_ids.difference)
        self.assertEqual(self.pack.unseen_count, 1)

    def test_used_row_is_replaced_never_rewritten(self):
        rate = self.rate("2026-07-01")
        self.env["ar.law.rate"]._use(rate.ids, date(2026, 11, 1))
        self.load(version="2", series__0__rates__1__percentage=12)
        self.assertEqual(rate.percentage, 11)
        self.assertFalse(rate.active)
        self.assertEqual(rate.replaced_in, "2")
        self.assertEqual(self.rate("2026-07-01").percentage, 12)
        self.assertEqual(
            self.changes(), [("series/test_interest/2026-07-01", "replaced")]
        )

    def test_withdrawn_row_is_archived(self):
        rate = self.rate("2026-07-01")
        self.load(version="2", series__0__rates__1=None)
        self.assertFalse(rate.active)
        self.assertEqual(
            self.changes(), [("series/test_interest/2026-07-01", "withdrawn")]
        )

    def test_periods_are_said_as_people_say_them(self):
        row = self.pack.wait_ids.row_ids.filtered(lambda one: one.channel == "email")
        said = {}
        for days, months in ((14, 0), (0, 1), (0, 2), (7, 1)):
            row.sudo().write({"days": days, "months": months})
            said[days, months] = row._say_length()
        self.assertEqual(
            said,
            {
                (14, 0): "14 days",
                (0, 1): "one month",
                (0, 2): "2 months",
                (7, 1): "one month and 7 days",
            },
        )
        self.assertIn("one month and 7 days", row._say_period())

    def test_names_in_the_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.assertEqual(self.series.with_context(lang="fr_FR").name, "Intérêt")
        self.assertEqual(self.series.with_context(lang="en_US").name, "Interest")

    def test_missing_rate_is_never_the_old_one(self):
        rates = self.series._rates(self.company)
        self.assertEqual(rates.on(date(2026, 12, 31)).percentage, Decimal(11))
        with self.assertRaises(MissingRateError):
            rates.on(date(2027, 1, 1))

    def test_own_row_goes_before_the_pack_on_its_days(self):
        self.env["ar.law.rate"].create(
            {
                "series_id": self.series.id,
                "company_id": self.company.id,
                "valid_from": "2026-08-01",
                "valid_until": "2026-08-31",
                "percentage": 5,
            }
        )
        rates = self.series._rates(self.company)
        self.assertEqual(
            [rates.on(date(2026, month, 15)).percentage for month in (7, 8, 9)],
            [Decimal(11), Decimal(5), Decimal(11)],
        )
        other = (
            self.company_data_2["company"]
            if hasattr(self, "company_data_2")
            else (self.env["res.company"].create({"name": "Other creditor"}))
        )
        self.assertEqual(
            self.series._rates(other).on(date(2026, 8, 15)).percentage, Decimal(11)
        )

    def test_own_regime_goes_before_the_pack_in_its_company(self):
        self.company.account_fiscal_country_id = self.country
        regime = self.pack.regime_ids.filtered(lambda one: one.code == "test_consumer")
        own = self.env["ar.law.regime"].browse(
            regime.with_user(self.manager).action_make_own()["res_id"]
        )
        self.assertEqual(own.country_id, self.country)
        on = date(2026, 5, 1)
        regimes = self.env["ar.law.regime"]
        choose = regimes._chooser(self.company, on)
        self.assertEqual(choose("consumer", "rent", None), own)
        self.assertEqual(choose("enterprise", None, None).code, "test_enterprise")
        other = self.env["res.company"].create({"name": "Other creditor"})
        choose = regimes.sudo()._chooser(other, on, self.country)
        self.assertEqual(choose("consumer", "rent", None), regime)

    def test_overlapping_own_rows_are_refused(self):
        own = {
            "series_id": self.series.id,
            "valid_from": "2026-08-01",
            "valid_until": "2026-08-31",
            "percentage": 5,
        }
        self.env["ar.law.rate"].create(own)
        with self.assertRaises(ValidationError):
            self.env["ar.law.rate"].create({**own, "valid_from": "2026-08-31"})

    def test_people_do_not_edit_the_pack(self):
        rate = self.rate("2026-07-01").with_user(self.manager)
        with self.assertRaises(UserError):
            rate.percentage = 1
        with self.assertRaises(UserError):
            rate.unlink()
        rate.action_verify()
        self.assertIn(self.manager.name, rate.verified_by)
        collector = self.create_user("law collector", "ar_dunning.group_collector")
        with self.assertRaises(AccessError):
            rate.with_user(collector).verified_by = "me"

    def test_used_own_row_is_not_rewritten(self):
        self.rate("2026-07-01").with_user(self.manager).action_make_own()
        own = self.env["ar.law.rate"].search(
            [("series_id", "=", self.series.id), ("pack_id", "=", False)]
        )
        own.with_user(self.manager).percentage = 4
        self.env["ar.law.rate"]._use(own.ids, date(2026, 11, 1))
        with self.assertRaises(UserError):
            own.with_user(self.manager).percentage = 3

    def test_unverified_rows_are_found(self):
        unverified = self.env["ar.law.rate"].search(
            [("series_id", "=", self.series.id), ("unverified", "=", True)]
        )
        self.assertEqual(unverified, self.rate("2026-07-01"))

    def test_prescription_and_contents_say_who_has_compared_them(self):
        regime = self.pack.regime_ids.filtered(lambda one: one.code == "test_consumer")
        before = self.pack.unverified_count
        self.load(
            version="2",
            regimes__0__prescription={
                "years": 5,
                "article": "art. 9",
                "source": "code",
                "note": "Not read.",
            },
            regimes__0__contents__0__note="Not read either.",
        )
        self.assertRecordValues(
            regime,
            [
                {
                    "prescription_article": "art. 9",
                    "prescription_source": "code",
                    "prescription_note": "Not read.",
                    "prescription_verification": "verify",
                }
            ],
        )
        self.assertRecordValues(
            regime.content_ids,
            [
                {
                    "source": "gazette",
                    "note": "Not read either.",
                    "verification": "verify",
                }
            ],
        )
        # The content counted before; the prescription is new.
        self.assertEqual(self.pack.unverified_count, before + 1)
        regimes = self.env["ar.law.regime"].search(
            [("pack_id", "=", self.pack.id), ("prescription_unverified", "=", True)]
        )
        self.assertEqual(regimes, regime)
        regime.with_user(self.manager).action_verify_prescription()
        regime.content_ids.with_user(self.manager).action_verify()
        self.pack.invalidate_recordset(["unverified_count"])
        self.assertEqual(self.pack.unverified_count, before - 1)
        self.assertIn(self.manager.name, regime.prescription_verified_by)
        self.assertEqual(regime.prescription_verification, "verified")
        self.assertIn(
            regime,
            self.env["ar.law.regime"].search([("prescription_unverified", "=", False)]),
        )

    def test_prescription_that_the_file_confirms_has_no_badge(self):
        self.load(
            version="2",
            regimes__0__prescription={
                "years": 5,
                "article": "art. 9",
                "source": "code",
                "verified_by": "code",
            },
            regimes__0__contents__0__verified_by="gazette",
        )
        regime = self.pack.regime_ids.filtered(lambda one: one.code == "test_consumer")
        self.assertFalse(regime.prescription_unverified)
        self.assertFalse(regime.content_ids.unverified)
        self.load(version="3")
        self.assertFalse(regime.prescription_verified_by)
        self.assertFalse(regime.prescription_verification)  # none is known

    def test_regime_follows_debtor_and_kind_of_debt(self):
        def code(debtor_class, nature):
            regime = self.env["ar.law.regime"]._choose(
                self.country, debtor_class, nature, None, date(2026, 11, 1)
            )
            return regime.code

        self.assertEqual(code("consumer", "rent"), "test_consumer")
        self.assertEqual(code("unknown", None), "test_consumer")
        self.assertEqual(code("enterprise", "private_contract"), "test_enterprise")
        self.assertFalse(code("enterprise", "municipal_tax"))

    def test_calculator_answers_with_proofs(self):
        calculator = self.env["ar.law.calculator"].new(
            {
                "company_id": self.company.id,
                "country_id": self.country.id,
                "currency_id": self.company.currency_id.id,
                "nature": "private_contract",
                "debtor_class": "enterprise",
                "principal": 1000,
                "due_on": "2026-01-31",
                "sent_on": False,
                "last": "2026-03-02",
            }
        )
        self.assertEqual(calculator.regime_id.code, "test_enterprise")
        # 1,000.00 at 10 % for 30 days of 365
        self.assertIn("8.22", calculator.answer)
        calculator.last = "2027-01-01"
        self.assertIn("No rate of interest is known", calculator.answer)

    def test_health_tells_of_changes_and_of_rates_that_end(self):
        company = self.company
        company.country_id = company.account_fiscal_country_id = self.country
        self.env["ar.cost.policy"].create(
            {"company_id": company.id, "kind": "interest", "treatment": "printed"}
        )
        self.load(version="2", series__0__rates__1__until="2026-08-01")
        with freeze_time("2026-11-01"):
            checks = self.env["ar.health"].search([("company_id", "=", company.id)])
            found = {check.code: check.state for check in checks}
        self.assertEqual(found["rates"], "3_error")
        self.assertEqual(found["law"], "2_warning")

    def test_health_tells_of_a_scale_that_ends(self):
        company = self.company
        company.country_id = company.account_fiscal_country_id = self.country
        self.env["ar.cost.policy"].create(
            {"company_id": company.id, "kind": "lump_sum", "treatment": "printed"}
        )
        checks = self.env["ar.health"]
        of_rates = [("company_id", "=", company.id), ("code", "=", "rates")]
        with freeze_time("2026-11-01"):
            self.assertEqual(checks.search(of_rates).state, "1_ok")
            self.env.invalidate_all()
            self.pack.tariff_ids.row_ids.sudo().valid_until = "2026-11-15"
            self.assertEqual(checks.search(of_rates).state, "2_warning")
            self.env.invalidate_all()
            self.pack.tariff_ids.row_ids.sudo().valid_until = "2026-10-15"
            check = checks.search(of_rates)
            self.assertEqual(check.state, "3_error")
            self.assertIn("scale of costs", check.sentence)

    def test_health_looks_at_rates_that_somebody_pays_by(self):
        company = self.company
        company.country_id = company.account_fiscal_country_id = self.country
        policy = self.env["ar.cost.policy"].create(
            {
                "company_id": company.id,
                "kind": "interest",
                "treatment": "printed",
                "debtor_class": "public_body",
            }
        )
        self.load(
            version="2",
            series__0__rates__1__until="2026-08-01",
            regimes__1__debtor_classes=["enterprise"],
        )
        with freeze_time("2026-11-01"):
            states = []
            for debtor_class in ("public_body", "enterprise"):
                policy.debtor_class = debtor_class
                check = self.env["ar.health"].search(
                    [("company_id", "=", company.id), ("code", "=", "rates")]
                )
                states.append(check.state)
                self.env.invalidate_all()
        self.assertEqual(states, ["1_ok", "3_error"])
