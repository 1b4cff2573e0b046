import re
from copy import deepcopy
from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..rules import law_pack
from .law_common import LAW, LawCommon

CONTENT = {
    "code": "amount",
    "name": "The amount",
    "article": "art. 9",
    "source": "gazette",
    "block": "total",
    "on": "first",
}


class GuardCommon(LawCommon):
    """People who try what the screens do not offer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.load(regimes__0__contents=[CONTENT])
        cls.series = cls.pack.series_ids.with_env(cls.env)
        cls.tariff = cls.pack.tariff_ids.filtered(
            lambda one: one.code == "costs_lump_sum"
        ).with_env(cls.env)
        cls.regime = cls.pack.regime_ids.filtered(
            lambda one: one.code == "costs_consumer"
        ).with_env(cls.env)
        cls.manager = cls.create_user("law guard", "ar_dunning.group_manager")
        cls.stranger = cls.create_user(
            "law stranger",
            "ar_dunning.group_manager",
            cls.setup_other_company()["company"],
        )

    @classmethod
    def load(cls, version="2", **changes):
        """Load the law, as changed by {path: value}."""
        said = deepcopy(LAW) | {"version": version}
        for path, value in changes.items():
            place = said
            *way, last = [
                int(each) if each.isdigit() else each for each in path.split("__")
            ]
            for each in way:
                place = place[each]
            place[last] = value
        cls.env(su=True)["ar.law.pack"]._load(law_pack.read(said))
        cls.env.invalidate_all()

    def own(self, model, **values):
        """Return a row of the company's own, made by its manager."""
        return (
            self.env[model]
            .with_user(self.manager)
            .create({"company_id": self.company.id, **values})
        )

    def own_scale(self, **values):
        return self.own(
            "ar.law.tariff.row",
            **{
                "tariff_id": self.tariff.id,
                "valid_from": "2030-01-01",
                "bracket_ids": [
                    Command.create({"above": 0, "base": 10}),
                    Command.create({"above": 100, "base": 20, "percentage": 5}),
                ],
                **values,
            },
        )

    def own_rate(self, **values):
        return self.own(
            "ar.law.rate",
            **{
                "series_id": self.series.id,
                "valid_from": "2030-01-01",
                "valid_until": "2030-12-31",
                "percentage": 5,
                **values,
            },
        )

    def own_regime(self):
        action = self.regime.with_user(self.manager).action_make_own()
        return self.regime.with_user(self.manager).browse(action["res_id"])

    def parts(self, regime, scale):
        """Return a part of each model."""
        return (
            scale.bracket_ids[-1:],
            regime.cost_ids[:1],
            regime.scope_ids[:1],
            regime.content_ids[:1],
        )


@tagged("post_install", "-at_install", "ar")
class TestLawGuard(GuardCommon):
    """What a row of law is made of changes only as the row itself may."""

    CHANGES = {
        "ar.law.bracket": {"base": 1},
        "ar.law.regime.cost": {"clause": False},
        "ar.law.scope": {"nature": "damages"},
        "ar.law.content": {"block": "iban"},
    }

    def values(self, part):
        """Return the values of another part of the same row."""
        [values] = part.sudo().copy_data()
        values |= {
            "ar.law.bracket": {"above": 9999},
            "ar.law.scope": {"nature": "other"},
            "ar.law.content": {"code": "another"},
        }.get(part._name, {})
        return values | {part._part_of: part._row().id}

    def assert_guarded(self, parts, words):
        for part in parts:
            part = part.with_user(self.manager)
            changes = (
                lambda one=part: one.write(self.CHANGES[one._name]),
                lambda one=part: one.create(self.values(one)),
                lambda one=part: one.unlink(),
            )
            for number, change in enumerate(changes):
                with (
                    self.subTest(model=part._name, change=number),
                    self.assertRaisesRegex(UserError, words),
                    self.env.cr.savepoint(),
                ):
                    change()

    def test_parts_of_a_pack_are_not_changed(self):
        parts = self.parts(self.regime, self.tariff.row_ids)
        self.assertTrue(all(parts))
        self.assert_guarded(parts, "comes from a law pack")

    def test_parts_of_a_used_row_are_not_changed(self):
        regime, scale = self.own_regime(), self.own_scale()
        for row in (regime, scale):
            row._use(row.ids, date(2026, 3, 1))
        self.assert_guarded(self.parts(regime, scale), "Amounts rest on this row")

    def test_no_part_moves_to_a_row_of_a_pack(self):
        cost = self.own_regime().cost_ids
        with self.assertRaises(UserError):
            cost.regime_id = self.regime

    def test_parts_of_an_own_row_are_changed_and_logged(self):
        log = self.env["ar.config.change"].sudo()
        for part in self.parts(self.own_regime(), self.own_scale()):
            with self.subTest(model=part._name):
                number = part.id
                other = part.create(self.values(part))
                part.write(self.CHANGES[part._name])
                part.unlink()
                told = log.search(
                    [("model", "=", part._name), ("res_id", "in", [number, other.id])]
                )
                self.assertEqual(
                    set(told.mapped("action")), {"created", "changed", "deleted"}
                )
                self.assertEqual(told.company_id, self.company)
                self.assertEqual(told.user_id, self.manager)
                self.assertTrue(all(told.mapped("record_name")))

    def test_a_content_of_a_pack_is_verified(self):
        content = self.regime.content_ids.with_user(self.manager)
        content.action_verify()
        self.assertIn(self.manager.name, content.verified_by)

    def test_parts_of_another_company_are_out_of_reach(self):
        for part in self.parts(self.own_regime(), self.own_scale()):
            values = self.values(part)
            theirs = part.with_user(self.stranger)
            with self.subTest(model=part._name):
                self.assertFalse(theirs.search([("id", "=", part.id)]))
                for change in (
                    lambda one=theirs: one.read(),
                    lambda one=theirs: one.write(self.CHANGES[one._name]),
                    lambda one=theirs: one.unlink(),
                    lambda one=theirs, new=values: one.create(new),
                ):
                    with self.assertRaises(AccessError), self.env.cr.savepoint():
                        change()

    def test_parts_of_a_pack_are_read_by_everybody(self):
        for part in self.parts(self.regime, self.tariff.row_ids):
            self.assertTrue(part.with_user(self.stranger).search_count([]))

    def test_a_scale_stays_one(self):
        scale = self.own_scale()
        first, second = scale.bracket_ids.sorted("above")
        for change in (
            lambda: first.write({"above": 50}),
            lambda: first.unlink(),
            lambda: scale.bracket_ids.unlink(),
            lambda: scale.write({"bracket_ids": [Command.clear()]}),
            lambda: self.own_scale(valid_from="2031-01-01", bracket_ids=[]),
            lambda: self.own_scale(
                valid_from="2030-06-01", tariff_id=self.tariff.id, minimum=-1
            ),
        ):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                change()
        self.assertEqual(scale._scale().brackets[-1].above, 100)
        # Whole, it may be another one, however it changes on the way.
        scale.write(
            {
                "bracket_ids": [
                    Command.update(first.id, {"above": 200}),
                    Command.update(second.id, {"above": 0}),
                ]
            }
        )
        self.assertEqual(scale.bracket_ids.sorted("above"), second | first)
        scale.unlink()
        self.assertFalse(second.exists())

    def test_no_figure_of_a_scale_is_negative(self):
        bracket = self.own_scale().bracket_ids[-1]
        for values in ({"base": -1}, {"percentage": -1}, {"percentage": 1001}):
            self.assert_refused(bracket, values)
        self.assert_refused(bracket.row_id, {"vat": -21})

    def test_rates_are_within_reason(self):
        rate = self.own_rate()
        for percentage in (-0.5, 1000.5):
            self.assert_refused(rate, {"percentage": percentage})

    def assert_refused(self, record, values):
        """Check that Odoo or the database refuses, whichever looks first."""
        with self.subTest(values=values), mute_logger("odoo.sql_db"):
            refused = False
            try:
                with self.env.cr.savepoint():
                    record.write(values)
                    record.flush_recordset()
            except (IntegrityError, ValidationError):
                refused = True
            self.assertTrue(refused)

    def test_own_rows_do_not_come_to_overlap(self):
        self.own_rate()
        [other] = (
            self.env["ar.law.series"]
            .sudo()
            .create(
                {
                    "code": "guard_other",
                    "compounding": "simple",
                    "day_count": "act/act",
                    "published": "open",
                }
            )
        )
        moved = self.own_rate(series_id=other.id)
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            moved.series_id = self.series
        shared = self.own_rate(valid_from="2031-01-01", valid_until="2031-12-31")
        shared.sudo().write({"company_id": False, "valid_from": "2030-01-01"})
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            shared.sudo().company_id = self.company
        wait = self.pack.wait_ids
        days = {"convention": "day_after_sending", "days": 20}
        self.own(
            "ar.law.wait.row",
            **days,
            wait_id=wait.id,
            channel="sms",
            valid_from="2030-01-01",
        )
        by_mail = self.own(
            "ar.law.wait.row",
            **days,
            wait_id=wait.id,
            channel="email",
            valid_from="2030-01-01",
        )
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            by_mail.channel = "sms"
        regime = self.own_regime()
        regime.contract_from = "2020-01-01"
        again = self.own_regime()
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            again.contract_from = "2020-01-01"
        again.code = "guard_code"
        again.contract_from = "2020-01-01"
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            again.code = regime.code

    def test_rows_of_a_branch_go_before_those_of_its_company(self):
        self.own_rate()
        branch = (
            self.env["res.company"]
            .sudo()
            .create({"name": "Branch", "parent_id": self.company.id})
        )
        self.env["ar.law.rate"].sudo().create(
            {
                "series_id": self.series.id,
                "company_id": branch.id,
                "valid_from": "2030-03-01",
                "valid_until": "2030-03-31",
                "percentage": 4,
            }
        )
        self.env.invalidate_all()
        rates = self.series._rates(branch)
        self.assertEqual(
            [rates.on(date(2030, month, 15)).percentage for month in (2, 3, 4)],
            [5, 4, 5],
        )

    def test_nobody_says_where_a_row_comes_from(self):
        rate = self.own_rate()
        facts = {
            "pack_id": self.pack.id,
            "pack_key": "series/costs_interest/2030-01-01",
            "said": {"percentage": "1"},
            "used_on": "2026-01-01",
            "replaced_in": "9",
        }
        for name, value in facts.items():
            with self.subTest(field=name):
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    rate.write({name: value})
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    self.own_rate(valid_from="2030-05-01", **{name: value})
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    rate.with_context(**{f"default_{name}": value}).create(
                        {
                            "series_id": self.series.id,
                            "valid_from": "2031-01-01",
                            "percentage": 1,
                        }
                    )
        rate._use(rate.ids, date(2026, 3, 1))
        self.assertEqual(rate.used_on, date(2026, 3, 1))

    def test_a_change_of_the_law_is_marked_as_seen_only(self):
        change = self.pack.change_ids[:1].with_user(self.manager)
        change.action_seen()
        self.assertTrue(change.seen)
        for values in ({"difference": "nothing"}, {"seen": True, "kind": "new"}):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                change.write(values)
        with self.assertRaises(AccessError):
            change.unlink()
        with self.assertRaises(AccessError):
            change.copy()

    def test_who_has_verified_a_content_stays_while_it_says_the_same(self):
        other = CONTENT | {"code": "due", "name": "The day"}
        self.load(version="3", regimes__0__contents=[CONTENT, other])
        self.regime.content_ids.with_user(self.manager).action_verify()
        changed = other | {"name": "The last day"}
        noted = CONTENT | {"note": "Another edition."}
        self.load(version="4", regimes__0__contents=[noted, changed])
        amount, due = self.regime.content_ids.sorted("code")
        self.assertIn(self.manager.name, amount.verified_by)
        self.assertEqual(amount.note, "Another edition.")
        self.assertTrue(due.unverified)
        # A regime in use is replaced; its successor knows it as well.
        self.regime._use(self.regime.ids, date(2026, 3, 1))
        self.load(version="5", regimes__0__contents=[CONTENT, changed])
        new = self.pack.regime_ids.filtered(lambda one: one.code == self.regime.code)
        self.assertNotEqual(new, self.regime)
        amount, due = new.content_ids.sorted("code")
        self.assertIn(self.manager.name, amount.verified_by)
        self.assertTrue(due.unverified)

    def test_what_the_file_alone_verified_goes_with_the_file(self):
        verified = CONTENT | {"verified_by": "gazette"}
        self.load(version="3", regimes__0__contents=[verified])
        self.assertEqual(self.regime.content_ids.verified_by, "gazette")
        self.load(version="4", regimes__0__contents=[CONTENT])
        self.assertTrue(self.regime.content_ids.unverified)

    def test_who_has_verified_a_prescription_stays_while_it_says_the_same(self):
        term = {"years": 5, "article": "art. 10", "source": "code"}
        self.load(version="3", regimes__0__prescription=term)
        self.regime.with_user(self.manager).action_verify_prescription()
        self.load(
            version="4", regimes__0__prescription=term, regimes__0__contents=[CONTENT]
        )
        self.assertIn(self.manager.name, self.regime.prescription_verified_by)
        self.load(version="5", regimes__0__prescription=term | {"years": 6})
        self.assertTrue(self.regime.prescription_unverified)


@tagged("post_install", "-at_install", "ar")
class TestSharedLaw(GuardCommon):
    """Law for all companies is made by people of all companies."""

    def test_who_works_for_one_company_makes_law_for_that_one(self):
        with (
            self.assertRaisesRegex(UserError, "choose your company"),
            self.env.cr.savepoint(),
        ):
            self.own_rate(company_id=False)
        own = self.own_rate()
        with self.assertRaisesRegex(UserError, "choose your company"):
            own.company_id = False
        self.assertEqual(self.own_scale().company_id, self.company)

    def test_a_new_row_is_of_the_company_of_its_maker(self):
        rates = self.env["ar.law.rate"].with_user(self.manager)
        self.assertEqual(rates.new().company_id, self.company)

    def test_nor_changes_he_what_is_for_all(self):
        rate = self.own_rate()
        rate.sudo().company_id = False
        with self.assertRaisesRegex(UserError, "choose your company"):
            rate.percentage = 1

    def test_nor_archives_or_deletes_it(self):
        rate = self.own_rate()
        rate.sudo().company_id = False
        packed = self.pack.series_ids.rate_ids.with_user(self.manager)
        for what in (
            lambda: rate.write({"active": False}),
            lambda: packed.write({"active": False}),
            rate.unlink,
        ):
            with (
                self.assertRaisesRegex(UserError, "choose your company"),
                self.env.cr.savepoint(),
            ):
                what()
        packed.verified_by = "the gazette"

    def test_who_works_for_all_makes_it_for_all(self):
        self.manager.company_ids = self.env["res.company"].sudo().search([])
        self.assertFalse(self.own_rate(company_id=False).company_id)


@tagged("post_install", "-at_install", "ar")
class TestLawCalculator(GuardCommon):
    """Whatever is typed into the calculator, it answers in sentences."""

    def case(self, **values):
        return {
            "company_id": self.company.id,
            "country_id": self.pack.country_id.id,
            "nature": "private_contract",
            "debtor_class": "enterprise",
            "principal": 1000,
            "due_on": "2026-01-31",
            "sent_on": False,
            "last": "2026-03-02",
            **values,
        }

    def answer(self, **values):
        calculators = self.env["ar.law.calculator"].with_user(self.manager)
        return calculators.create(self.case(**values)).answer

    def test_a_case_is_made_without_a_currency(self):
        self.assertIn("8.63", self.answer())  # 10.5 % of 1,000 for 30 days of 365

    def test_what_cannot_be_reckoned_with_is_said(self):
        for values, words in (
            ({"principal": -1}, "open amount above 0"),
            ({"principal": 1e300}, "1,000,000,000,000"),
            ({"percentage": -5}, "between 0 and 1000"),
            ({"percentage": 1e9}, "between 0 and 1000"),
            ({"paid_on": "2026-02-01", "paid_amount": -5}, "no amount below 0"),
            ({"due_on": "9999-12-31"}, "Due date: enter a day"),
            ({"due_on": "0001-01-01"}, "Due date: enter a day"),
            ({"last": "9999-12-31"}, "paid whole on: enter a day"),
            ({"sent_on": "9999-12-31"}, "First notice sent on: enter a day"),
            ({"contract_on": "9999-12-31"}, "Contract of: enter a day"),
            ({"paid_on": "9999-12-31"}, "Part paid on: enter a day"),
        ):
            with self.subTest(values=values):
                self.assertIn(words, self.answer(**values))

    def test_the_first_and_the_last_day_are_reckoned_with(self):
        far = {"due_on": "1900-01-01", "last": "2199-12-31", "paid_on": "2199-12-31"}
        for sent_on in (False, "1900-01-02", "2199-12-31"):
            for debtor_class in ("consumer", "enterprise"):
                answer = self.answer(
                    **far, sent_on=sent_on, debtor_class=debtor_class, paid_amount=1
                )
                self.assertNotIn("enter a day", answer)

    def test_a_part_that_is_more_than_the_whole_is_reckoned_with(self):
        answer = self.answer(paid_on="2026-02-10", paid_amount=5000)
        self.assertIn("2.88", answer)  # ten days

    def test_costs_are_reckoned_on_what_was_open_when_they_fell_due(self):
        paid = {"paid_amount": 1000, "paid_on": "2026-01-31"}
        self.assertIn("Fixed amount: nothing was open any more.", self.answer(**paid))
        # A day late is late.
        answer = self.answer(paid_amount=1000, paid_on="2026-02-01")
        self.assertIn("40.00", answer)
        self.assertIn("0.29", answer)  # one day of interest

    def test_a_part_paid_within_the_period_lowers_the_lump_sum(self):
        case = {
            "debtor_class": "consumer",
            "sent_on": "2026-02-02",  # until 16 February
            "clause": True,
            "paid_amount": 700,
        }
        self.assertIn("45.00", self.answer(**case, paid_on="2026-02-16"))
        self.assertIn("90.00", self.answer(**case, paid_on="2026-02-17"))

    def test_a_notice_before_the_due_date_does_not_count(self):
        case = {"debtor_class": "consumer", "clause": True}
        answer = self.answer(**case, sent_on="2026-01-31")
        self.assertIn("only when it is sent after the due date", answer)
        self.assertIn("Lump sum: only after a first notice", answer)
        self.assertIn("90.00", self.answer(**case, sent_on="2026-02-01"))

    def test_without_a_clause_the_consumer_owes_nothing(self):
        answer = self.answer(debtor_class="consumer", sent_on="2026-02-02")
        self.assertIn("Lump sum: only where the contract provides for it.", answer)
        self.assertIn("Interest: only where the contract provides for it.", answer)

    def test_what_is_no_number_is_refused_in_words(self):
        calculators = self.env["ar.law.calculator"].with_user(self.manager)
        made = calculators.create(self.case())
        for name in ("principal", "percentage", "paid_amount"):
            for number in (float("nan"), float("inf"), "nan", "some", 1e307):
                values = {name: number}
                with self.subTest(values=values):
                    with self.assertRaises(ValidationError):
                        self.answer(**values)
                    with self.assertRaises(ValidationError):
                        made.write(values)
                    with self.assertRaises(ValidationError):
                        calculators.onchange(
                            self.case(**values), [name], {"answer": {}}
                        )


@tagged("post_install", "-at_install", "ar")
class TestLawCalculatorPart(LawCommon):
    """What was paid in part goes where the law lets it go, and the total is said."""

    def answer(self, **values):
        calculator = self.env["ar.law.calculator"].create(
            {
                "company_id": self.company.id,
                "country_id": self.pack.country_id.id,
                "principal": 300,
                "due_on": "2026-03-02",
                "sent_on": "2026-03-12",
                "channel": "email",
                "last": "2026-04-06",
                "clause": True,
                **values,
            }
        )
        reckoned = calculator._reckon(calculator.regime_id)
        amounts = [re.sub(r"[^-.\d]", "", amount) for _name, amount in reckoned["owed"]]
        return amounts, reckoned["remarks"], calculator.answer

    def test_nothing_paid(self):
        amounts, remarks, answer = self.answer()
        # 300.00 at 10.5 % from 27 March to 6 April: 11 days.
        self.assertEqual(amounts, ["300.00", "45.00", "0.95", "345.95"])
        self.assertFalse(remarks)
        self.assertIn("345.95", answer)

    def test_paid_in_time_lowers_the_base_of_all(self):
        amounts, remarks, _answer = self.answer(paid_amount=100, paid_on="2026-03-20")
        # 200.00 left: 30.00 + 10 % of 50.00; 11 days of 10.5 % on 200.00.
        self.assertEqual(amounts, ["300.00", "35.00", "0.63", "-100.00", "235.63"])
        self.assertFalse(remarks)

    def test_paid_later_pays_costs_and_interest_first(self):
        amounts, [remark], _answer = self.answer(paid_amount=100, paid_on="2026-03-30")
        # 4 days on 300.00 (0.35), so 54.65 of principal; 7 days on 245.35 (0.49).
        self.assertEqual(amounts, ["300.00", "45.00", "0.84", "-100.00", "245.84"])
        for part in ("45.00", "0.35", "54.65"):
            self.assertIn(part, remark)

    def test_paid_too_much_is_said(self):
        amounts, remarks, _answer = self.answer(paid_amount=400, paid_on="2026-03-30")
        self.assertEqual(amounts[-1], "0.00")
        self.assertIn("54.65", " ".join(remarks))

    def test_without_a_rate_there_is_no_sum(self):
        amounts, remarks, _answer = self.answer(last="2031-01-01")
        self.assertFalse(amounts)
        self.assertIn("No rate of interest is known", " ".join(remarks))

    def test_a_part_that_does_not_count_is_said(self):
        for values, said in (
            ({"paid_amount": 100}, "with its amount and its day"),
            ({"paid_on": "2026-03-30"}, "with its amount and its day"),
            ({"paid_amount": 100, "paid_on": "2026-04-30"}, "after the last day"),
        ):
            with self.subTest(values):
                amounts, [remark], _answer = self.answer(**values)
                self.assertEqual(amounts[-1], "345.95")
                self.assertIn(said, remark)
