"""A law of a country where no company is: like that of Belgium for consumers."""

from datetime import date

from odoo.fields import Command

from ..models.cost_policy import COST_KINDS
from ..rules import law_pack
from .common import DunningCommon

BASIS = {"source": "gazette", "verified_by": "gazette"}
LAW = {
    "pack": "test_costs",
    "country": "AQ",
    "version": "1",
    "series": [
        {
            "code": "costs_interest",
            "name": "Late interest",
            "article": "art. 1",
            "source": "gazette",
            "compounding": "simple",
            "day_count": "act/act",
            "published": "half_year",
            "rates": [
                {
                    "from": "2026-01-01",
                    "until": "2026-12-31",
                    "percentage": 10.5,
                    "verified_by": "gazette",
                }
            ],
        }
    ],
    "tariffs": [
        {
            "code": "costs_lump_sum",
            "name": "Lump sum",
            "kind": "lump_sum",
            "rows": [
                {
                    "from": "2020-01-01",
                    "article": "art. 2",
                    **BASIS,
                    "brackets": [
                        {"above": 0, "base": 20},
                        {"above": 150, "base": 30, "percentage": 10},
                        {"above": 500, "base": 65, "percentage": 5},
                    ],
                    "maximum": 2000,
                }
            ],
        },
        {
            "code": "costs_fixed",
            "name": "Fixed amount",
            "kind": "fixed_amount",
            "rows": [
                {
                    "from": "2020-01-01",
                    "article": "art. 6",
                    **BASIS,
                    "brackets": [{"above": 0, "base": 40}],
                }
            ],
        },
    ],
    "waits": [
        {
            "code": "costs_wait",
            "name": "First reminder",
            "rows": [
                {
                    "from": "2020-01-01",
                    "channel": "letter",
                    "convention": "working_day_after_sending",
                    "offset": 3,
                    "days": 14,
                    "article": "art. 3",
                    **BASIS,
                },
                {
                    "from": "2020-01-01",
                    "channel": "email",
                    "convention": "day_after_sending",
                    "days": 14,
                    "article": "art. 3",
                    **BASIS,
                },
            ],
        }
    ],
    "regimes": [
        {
            "code": "costs_consumer",
            "name": "Consumers",
            "article": "art. 4",
            **BASIS,
            "from": "2020-01-01",
            "debtor_classes": ["consumer"],
            "natures": ["private_contract"],
            "wait": "costs_wait",
            "first_free": True,
            "notice_channels": ["email", "letter"],
            "interest": {
                "series": "costs_interest",
                "starts": "wait",
                "clause": True,
                "option": "sending",
            },
            "costs": [{"tariff": "costs_lump_sum", "starts": "wait", "clause": True}],
        },
        {
            "code": "costs_enterprise",
            "name": "Enterprises",
            "article": "art. 5",
            **BASIS,
            "from": "2020-01-01",
            "debtor_classes": ["enterprise", "public_body"],
            "natures": ["private_contract"],
            "interest": {"series": "costs_interest", "starts": "due"},
            "costs": [{"tariff": "costs_fixed", "starts": "due"}],
        },
        {
            "code": "costs_tax",
            "name": "Taxes",
            "article": "art. 7",
            **BASIS,
            "from": "2020-01-01",
            "debtor_classes": ["consumer", "enterprise", "public_body"],
            "natures": ["municipal_tax"],
            "registered": "costs_wait",
        },
        {
            "code": "costs_rent",
            "name": "Rent of dwellings",
            "article": "art. 8",
            **BASIS,
            "from": "2020-01-01",
            "debtor_classes": ["consumer"],
            "natures": ["rent"],
            "checklist": "early_warning",
        },
    ],
}


class LawCommon(DunningCommon):
    """The company is where that law is; its first reminder announces costs.

    A class of tests of a law pack names its country.
    """

    country = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The amounts of this law are in euro; before anything is booked.
        cls.company.currency_id = cls.env.ref("base.EUR")
        cls.pack = cls.env(su=True)["ar.law.pack"]._load(law_pack.read(LAW))
        calendar = not cls.country and cls.env.ref("ar_dunning.calendar_be")
        country = cls.env.ref(f"base.{cls.country or 'aq'}")
        cls.company.write(
            {
                "country_id": country.id,
                "account_fiscal_country_id": country.id,
                "ar_legal_calendar_id": calendar and calendar.id,
            }
        )
        cls.journal = cls.env["account.journal"].create(
            {
                "name": "Costs",
                "code": "COST",
                "type": "general",
                "company_id": cls.company.id,
            }
        )
        cls.income = cls.company_data["default_account_revenue"].copy(
            {"name": "Recovered costs", "code": "749000"}
        )
        cls.debtor_partner.street = "Kerkstraat 1"
        cls.debtor_partner.zip = "9000"
        cls.debtor_partner.city = "Gent"

    @classmethod
    def default_levels(cls):
        return [
            {"level_key": "reminder", "offset_days": 10, "cost_action": "announce"},
            {
                "level_key": "notice_of_default",
                "offset_days": 40,
                "minimum_wait_days": 14,
                "cost_action": "claim",
            },
        ]

    def policy(self, kind, treatment="off_ledger", **values):
        return self.env["ar.cost.policy"].create(
            {
                "company_id": self.company.id,
                "kind": kind,
                "treatment": treatment,
                "clause": True,
                "journal_id": self.journal.id,
                "account_id": self.income.id,
                **values,
            }
        )

    def bring_up_to(self, on):
        """Let the costs of the company be what they are on a day."""
        day = date.fromisoformat(on)
        self.env["ar.claim.cost"].sudo()._bring_up_to(self.company, day)
        self.env["ar.claim"].sudo()._pay_costs_from_credits(self.company, day)
        self.env.invalidate_all()

    def post_letters(self, on):
        """Print the letters that are ready, and bring them to the post on a day."""
        day = date.fromisoformat(on)
        self.env["ar.print.batch"].sudo()._print_company(self.company, day)
        batches = (
            self.env["ar.print.batch"]
            .sudo()
            .search([("company_id", "=", self.company.id), ("state", "=", "open")])
        )
        batches._mark_posted(day)

    def costs(self, claim, kind=None):
        costs = claim.cost_share_ids.cost_id
        return costs.filtered(lambda cost: not kind or cost.kind == kind)

    def receive(self, amount, on, partner=None):
        """Book money of the debtor that is matched with nothing yet."""
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": self.company_data["default_journal_bank"].id,
                "date": on,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": self.company_data[
                                "default_account_receivable"
                            ].id,
                            "partner_id": (partner or self.debtor_partner).id,
                            "credit": amount,
                        }
                    ),
                    Command.create(
                        {
                            "account_id": self.company_data[
                                "default_account_assets"
                            ].id,
                            "debit": amount,
                        }
                    ),
                ],
            }
        )
        entry.action_post()
        self.sync()
        return entry

    def overdue(self, amount=300, until="2026-03-27", partner=None, **values):
        """Return the claim of an invoice whose first reminder came in vain.

        Due on 2 March 2026, reminded by e-mail on the 12th; what may be claimed is from
        27 March on. Claims of several debtors: make the invoices first.
        """
        move = self.invoice(amount, "2026-03-02", partner=partner, **values)
        claim = self.claim(move)
        self.remind()
        self.bring_up_to(until)
        return claim

    def remind(self, on="2026-03-12"):
        """Send the reminders of a day by e-mail."""
        self.propose(on)
        self.dispatch(on)
        self.deliver(on)

    def damages(self, due_on="2026-10-23", remind_on="2026-11-03"):
        """Return a claim of 1,000 euro of damages whose notice has left."""
        self.company_data["default_journal_sale"].ar_claim_type_id = self.env[
            "ar.claim.type"
        ].create({"name": "Damages", "code": "damages_of_test", "nature": "damages"})
        claim = self.claim(self.invoice(1000, due_on))
        self.propose(remind_on)
        self.dispatch(remind_on)
        return claim

    def transfer(self, amount, text, on, **values):
        """Return a line of a bank statement that waits for a match."""
        return self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.company_data["default_journal_bank"].id,
                "date": on,
                "amount": amount,
                "payment_ref": text,
                **values,
            }
        )

    def match(self, on):
        """Match bank payments as the daily cycle does; return how many."""
        matcher = self.env["ar.bank.match"].sudo()
        applied = matcher._match_company(self.company, date.fromisoformat(on))
        self.sync()
        return applied

    def assert_owes(self, claim, principal, costs=0, interest=0):
        self.assertRecordValues(
            claim,
            [
                {
                    "amount_residual": principal,
                    "amount_costs": costs,
                    "amount_interest": interest,
                    "state": "open" if principal or costs or interest else "settled",
                }
            ],
        )


class CountryLawCommon(LawCommon):
    """The same company in the country of a law pack, with a reminder that claims."""

    @classmethod
    def default_levels(cls):
        return [{"level_key": "reminder", "offset_days": 10, "cost_action": "claim"}]

    def reminded(self, debtor_class, due_on, remind_on):
        """Return the claim of 1,000 euro of a debtor who was reminded by e-mail."""
        for kind, _name in COST_KINDS:
            self.policy(kind)
        self.debtor_partner.is_company = debtor_class == "enterprise"
        self.debtor_partner.email = "accounts@debtor.example"
        claim = self.claim(self.invoice(1000, due_on))
        claim.debtor_id.debtor_class = debtor_class
        self.remind(remind_on)
        return claim

    def assert_enterprise_owes_from_the_due_date(self, interest, article):
        """Assert forty euro and the interest of thirty days of August 2026."""
        claim = self.reminded("enterprise", "2026-07-31", "2026-08-10")
        self.bring_up_to("2026-08-30")
        self.assert_owes(claim, 1000, costs=40, interest=interest)
        self.assertIn(article, self.costs(claim, "fixed_amount").article)

    def assert_consumer_owes_the_principal_alone(self):
        claim = self.reminded("consumer", "2026-07-31", "2026-08-10")
        self.bring_up_to("2026-12-31")
        self.assertFalse(self.costs(claim))
        self.assert_owes(claim, 1000)
