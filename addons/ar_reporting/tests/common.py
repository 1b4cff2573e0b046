from collections import defaultdict
from datetime import date
from decimal import Decimal

from odoo import Command

from odoo.addons.ar_dunning.tests.common import DunningCommon

DAYS = [
    date.fromisoformat(day)
    for day in (
        "2025-12-31",
        "2026-01-10",
        "2026-01-31",
        "2026-02-14",
        "2026-02-15",
        "2026-02-28",
        "2026-03-10",
        "2026-03-31",
        "2026-04-30",
        "2026-12-31",
    )
]
TODAY = DAYS[-1]


class ReportingCommon(DunningCommon):
    """Two companies, two currencies and a year with everything a ledger meets."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_data = cls.setup_other_company(name="Second entity")
        cls.other = cls.other_data["company"]
        cls.env.user.company_ids |= cls.other
        cls.euro = cls.setup_other_currency(
            "EUR",
            rates=[("2020-01-01", 0.8), ("2026-02-01", 0.9), ("2026-03-01", 0.75)],
        )
        cls.both = cls.company + cls.other
        cls.customer = cls.create_partner("An Claes")

    # -- what happens in the ledger ---------------------------------------------

    def book(self, due, amount, issued=None, company=None, **values):
        """Post an invoice with its own accounting date; return it."""
        company = company or self.company
        data = self.other_data if company == self.other else self.company_data
        move = (
            self.env["account.move"]
            .with_company(company)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.customer.id,
                    "invoice_date": issued or due,
                    "date": issued or due,
                    "invoice_date_due": due,
                    "journal_id": data["default_journal_sale"].id,
                    "invoice_line_ids": [
                        Command.create(
                            {"name": "Service", "price_unit": amount, "tax_ids": []}
                        )
                    ],
                    **values,
                }
            )
        )
        move.action_post()
        return move

    def entry(self, day, amount, partner=None, company=None, **values):
        """Post an entry over a receivable amount (negative: money); return it."""
        data = self.other_data if company == self.other else self.company_data
        currency = values.pop("currency", data["currency"])
        account = values.pop("account", data["default_account_receivable"])
        journal = values.pop("journal", data["default_journal_misc"])
        common = {
            "partner_id": partner and partner.id,
            "currency_id": currency.id,
            "name": "Entry",
        }
        balance = currency._convert(
            amount, data["currency"], data["company"], date.fromisoformat(day)
        )
        move = (
            self.env["account.move"]
            .with_company(data["company"])
            .create(
                {
                    "move_type": "entry",
                    "date": day,
                    "journal_id": journal.id,
                    "line_ids": [
                        Command.create(
                            {
                                **common,
                                "account_id": side.id,
                                "amount_currency": sign * amount,
                                "balance": sign * balance,
                                **values,
                            }
                        )
                        for side, sign in (
                            (account, 1),
                            (data["default_account_revenue"], -1),
                        )
                    ],
                }
            )
        )
        move.action_post()
        return move

    def receipt(self, day, amount, partner=None, company=None, **values):
        """Post money of a debtor in the bank journal; return it."""
        data = self.other_data if company == self.other else self.company_data
        return self.entry(
            day,
            -amount,
            partner or self.customer,
            company,
            journal=data["default_journal_bank"],
            **values,
        )

    def match(self, *moves):
        """Match the receivable items of the entries."""
        self.items(*moves).reconcile()

    def items(self, *moves):
        lines = self.env["account.move.line"].union(*(move.line_ids for move in moves))
        return lines.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )

    def live_through_a_year(self):
        """Everything that can happen to a receivable, on different days."""
        # Paid in two parts; the second one undone again.
        paid = self.book("2026-01-15", 100, "2025-12-16")
        self.match(paid, self.receipt("2026-01-20", 40))
        undone = self.receipt("2026-02-14", 60)
        self.match(paid, undone)
        self.items(undone).remove_move_reconcile()
        # Matched late: the credit note waits for a month.
        note = self.book("2026-02-01", 30, "2026-02-01", move_type="out_refund")
        invoice = self.book("2026-01-31", 30, "2026-01-01")
        self.match(note, invoice)
        # Invoiced in euro, paid at other rates: exchange differences both ways.
        dear = self.book("2026-02-20", 80, "2026-01-25", currency_id=self.euro.id)
        self.match(dear, self.receipt("2026-02-15", 50, currency=self.euro))
        self.match(dear, self.receipt("2026-03-05", 30, currency=self.euro))
        # Euro matched with dollars: each in its own currency.
        crossed = self.book("2026-02-10", 45, "2026-01-10", currency_id=self.euro.id)
        self.match(crossed, self.receipt("2026-02-12", 25))
        self.live_through_oddities()
        self.live_in_second_entity()
        self.sync()

    def live_through_oddities(self):
        # Instalments.
        self.book(
            "2026-01-31",
            300,
            "2026-01-31",
            invoice_payment_term_id=self.pay_terms_b.id,
        )
        # An opening entry, one without a partner, one in a journal left out.
        self.entry("2025-06-30", 250, self.customer, date_maturity="2025-07-31")
        self.entry("2026-02-28", 12.34)
        left_out = self.company_data["default_journal_misc"].copy()
        left_out.ar_follow_up = False
        self.entry("2026-01-05", 9.99, self.customer, journal=left_out)
        # Money that nobody has matched; a draft; posted, reset and posted anew.
        self.receipt("2026-03-10", 500)
        self.book("2026-03-01", 77).button_draft()
        again = self.book("2026-03-01", 66, "2026-02-02")
        again.button_draft()
        again.invoice_line_ids.price_unit = 67
        again.action_post()
        self.match(again, self.receipt("2026-04-30", 67))
        # A second receivable account.
        account = self.company_data["default_account_receivable"].copy()
        self.entry("2026-01-02", 15, self.customer, account=account)

    def live_in_second_entity(self):
        first = self.book("2026-02-28", 410.10, "2026-01-29", company=self.other)
        self.book("2026-04-15", 20, "2026-03-16", company=self.other)
        self.match(first, self.receipt("2026-03-31", 410.09, company=self.other))

    # -- the second opinion -----------------------------------------------------

    def left_of_items(self, on):
        """Return {item: (left, left in company currency)}, from raw rows in Python.

        Written differently from the report on purpose: forward from the full amount,
        by the dates of both sides of each matching.
        """
        self.env.flush_all()
        self.env.cr.execute(
            """
            SELECT line.id, line.date, line.amount_currency, line.balance
              FROM account_move_line line, account_account account
             WHERE account.id = line.account_id AND line.parent_state = 'posted'
               AND account.account_type = 'asset_receivable'
            """
        )
        rows = {row[0]: row[1:] for row in self.env.cr.fetchall()}
        left = {
            item: [exact(amount), exact(balance)]
            for item, (day, amount, balance) in rows.items()
            if day <= on
        }
        self.env.cr.execute(
            """
            SELECT debit_move_id, credit_move_id, debit_amount_currency,
                   credit_amount_currency, amount
              FROM account_partial_reconcile
            """
        )
        for debit, credit, of_debit, of_credit, amount in self.env.cr.fetchall():
            if debit in left and credit in left:
                left[debit][0] -= exact(of_debit)
                left[debit][1] -= exact(amount)
                left[credit][0] += exact(of_credit)
                left[credit][1] += exact(amount)
        return {item: tuple(both) for item, both in left.items() if any(both)}

    def posted_balances(self, on):
        """Return {(company, account, currency): [balance, in company currency]}."""
        lines = self.env["account.move.line"].search(
            [
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("date", "<=", on),
                ("company_id", "in", self.both.ids),
            ]
        )
        found = defaultdict(lambda: [Decimal(0), Decimal(0)])
        for line in lines:
            key = (line.company_id.id, line.account_id.id, line.currency_id.id)
            found[key][0] += exact(line.amount_currency)
            found[key][1] += exact(line.balance)
        return found

    def ageing(self, on):
        """Return the ageing of both companies on a day."""
        on = date.fromisoformat(on) if isinstance(on, str) else on
        companies = {"allowed_company_ids": self.both.ids}
        return self.env["ar.ageing"].with_context(**companies)._at(on)

    def rows(self, on, domain=()):
        return self.ageing(on).search(list(domain))


def exact(amount):
    """An amount of money as the number that is meant by a float."""
    return Decimal(str(round(amount, 2)))
