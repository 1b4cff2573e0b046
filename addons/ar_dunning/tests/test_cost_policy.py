from psycopg2 import IntegrityError
from psycopg2.errors import CheckViolation

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .law_common import LawCommon


@tagged("post_install", "-at_install", "ar")
class TestCostPolicy(LawCommon):
    """What a company says it does with costs, and what is told about that."""

    @mute_logger("odoo.sql_db")
    def test_there_is_one_policy_for_the_same_claims(self):
        policy = self.policy("lump_sum")
        self.policy("lump_sum", debtor_class="consumer")
        self.policy("interest")
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.policy("lump_sum")
        policy.active = False
        policy.flush_recordset()
        self.policy("lump_sum", treatment="booked")

    @mute_logger("odoo.sql_db")
    def test_amounts_of_the_company_are_not_below_zero(self):
        for name in ("ar_letter_postage", "ar_waive_amount"):
            with self.assertRaises(CheckViolation), self.env.cr.savepoint():
                self.company[name] = -1
                self.company.flush_recordset()

    def test_what_no_law_allows_is_said_on_the_policy(self):
        tax = self.env["ar.claim.type"].create(
            {"name": "Tax", "code": "tax_of_test", "nature": "municipal_tax"}
        )
        for kind, values, lawful in (
            ("lump_sum", {}, True),
            ("lump_sum", {"debtor_class": "consumer"}, True),
            ("lump_sum", {"debtor_class": "enterprise"}, False),
            ("lump_sum", {"claim_type_id": tax.id}, False),
            ("interest", {"claim_type_id": tax.id}, False),
            ("interest", {"debtor_class": "enterprise"}, True),
            ("collection_costs", {}, False),
            ("collection_costs", {"treatment": "none"}, True),
        ):
            with self.subTest(kind=kind, values=values):
                policy = self.policy(kind, **values)
                self.assertEqual(not policy.law_remark, lawful)
                policy.active = False
                policy.flush_recordset()

    def test_what_contracts_have_to_provide_for_is_said(self):
        policy = self.policy("lump_sum", clause=False)
        self.assertIn("only where contracts provide for it", policy.law_remark)
        policy.clause = True
        self.assertFalse(policy.law_remark)
        interest = self.policy("interest", clause=False, debtor_class="consumer")
        self.assertIn("only where contracts provide for it", interest.law_remark)
        interest.debtor_class = "enterprise"
        self.assertFalse(interest.law_remark)

    def test_without_a_country_there_is_no_law(self):
        policy = self.policy("lump_sum")
        self.company.account_fiscal_country_id = self.company.country_id = False
        policy.invalidate_recordset()
        self.assertIn("Choose a country", policy.law_remark)

    def test_of_whom_contracts_have_to_provide_for_it_is_said(self):
        interest = self.policy("interest", clause=False)
        consumer = self.env["ar.law.regime"]._choose(
            self.company._ar_law_country(),
            "consumer",
            "private_contract",
            None,
            self.company._ar_today(),
        )
        self.assertIn(consumer.name, interest.law_remark)
        self.assertIn("Of these nothing is charged", interest.law_remark)
        # Another policy is about them.
        self.policy("interest", debtor_class="consumer")
        interest.invalidate_recordset()
        self.assertNotIn(consumer.name, interest.law_remark or "")
        interest.clause = True
        self.assertFalse(interest.law_remark)

    def test_types_of_other_companies_are_not_for_it(self):
        other = self.env["res.company"].create({"name": "Other creditor"})
        kind = self.env["ar.claim.type"].create(
            {"name": "Theirs", "code": "theirs_of_test", "company_id": other.id}
        )
        with self.assertRaisesRegex(UserError, "Theirs"):
            self.policy("lump_sum", claim_type_id=kind.id)
