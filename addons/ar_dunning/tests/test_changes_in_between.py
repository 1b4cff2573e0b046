from datetime import date, timedelta

from odoo.tests import tagged

from .common import DunningCommon

ON = date(2026, 3, 16)


@tagged("post_install", "-at_install", "ar")
class TestChangesInBetween(DunningCommon):
    """Payments and holds between proposal, dispatch, mail and print."""

    def test_part_paid_between_proposal_and_dispatch(self):
        """T1: the notice says what is still due."""
        move = self.invoice(100, "2026-03-01")
        self.claim(move)
        notice = self.propose(ON.isoformat()).notice_ids
        self.pay(move, 40, ON)
        self.dispatch(ON.isoformat())
        self.assertEqual((notice.state, notice.amount_total), ("dispatched", 60))
        self.assertEqual(notice.line_ids.amount_paid, 40)

    def test_part_paid_between_dispatch_and_mail(self):
        """T1: what was not sent yet is taken back, and goes with the new amount."""
        move = self.invoice(100, "2026-03-01")
        claim = self.claim(move)
        first = self.propose(ON.isoformat()).notice_ids
        self.dispatch(ON.isoformat())
        delivery = first.delivery_ids.sudo()
        delivery._build_email({})
        self.pay(move, 40, ON)
        self.assertFalse(delivery._withdraw_changed(self.company, ON))
        self.assertEqual((first.state, delivery.state), ("withdrawn", "withdrawn"))
        self.dispatch(ON.isoformat())
        second = claim.level_line_id.notice_id
        self.assertEqual((second.replaces_id, second.amount_total), (first, 60))
        self.assertEqual(len(self.lines(claim)), 1, "one notice counts")

    def test_part_paid_between_dispatch_and_print(self):
        """T1: no letter is printed with the old amount."""
        partner = self.create_partner("Els", street="Kade 1")
        move = self.invoice(100, "2026-03-01", partner)
        claim = self.claim(move)
        first = self.propose(ON.isoformat()).notice_ids
        self.dispatch(ON.isoformat())
        self.pay(move, 40, ON)
        batches = self.env["ar.print.batch"].sudo()
        batches._print_company(self.company, ON)
        self.env.invalidate_all()
        self.assertEqual(first.delivery_ids.state, "withdrawn")
        self.assertFalse(first.delivery_ids.content)
        self.dispatch(ON.isoformat())
        batches._print_company(self.company, ON)
        self.env.invalidate_all()
        second = claim.level_line_id.notice_id
        self.assertEqual(
            (second.amount_total, second.delivery_ids.state), (60, "printed")
        )

    def test_hold_ends_at_the_same_step_with_a_frozen_clock(self):
        """T10: ten days on hold move the next level by ten days."""
        claim = self.claim(self.invoice(100, "2026-03-01"))
        self.run_day("2026-03-11")
        self.assertEqual(claim.level_key, "reminder")
        hold = self.env["ar.hold"].create(
            {
                "claim_id": claim.id,
                "reason_id": self.reason.id,
                "date_from": "2026-03-15",
                "date_to": "2026-03-24",
            }
        )
        self.assertIn("hold", self.blockers(claim, "2026-03-24"))
        # Due 1 March + 28 = 29 March, and ten days later with the hold.
        self.assertEqual(self.blockers(claim, "2026-04-07"), ["not_yet_due"])
        self.assertEqual(self.blockers(claim, "2026-04-08"), [])
        self.run_day("2026-04-08")
        self.assertEqual(claim.level_key, "notice_of_default")
        self.assertTrue(hold.exists())

    def test_three_companies_and_four_currencies(self):
        """T11: totals are those of the rows; nothing is added across currencies."""
        main = self.company
        codes = ("HRK", "GBP", "CHF")
        currencies = [main.currency_id]
        for place, code in enumerate(codes, 2):
            currencies.append(
                self.setup_other_currency(code, rates=[("2020-01-01", float(place))])
            )
        companies = [main]
        for name in ("Second", "Third"):
            companies.append(self.setup_other_company(name=name)["company"])
        companies[1].ar_sandbox = companies[2].ar_sandbox = False
        expected = {}
        for number, company in enumerate(companies, 1):
            segment = self.segment
            if company != main:
                self.env["ar.dunning.segment"].search(
                    [("company_id", "=", company.id)]
                ).active = False
                segment = self.segment.copy({"company_id": company.id})
            self.assertTrue(segment.active)
            env = self.env(
                context={**self.env.context, "allowed_company_ids": [company.id]}
            )
            for place, currency in enumerate(currencies, 1):
                move = env["account.move"].create(
                    {
                        "move_type": "out_invoice",
                        "company_id": company.id,
                        "partner_id": self.debtor_partner.id,
                        "currency_id": currency.id,
                        "invoice_date": "2026-02-01",
                        "invoice_date_due": "2026-03-01",
                        "invoice_line_ids": [
                            (
                                0,
                                0,
                                {
                                    "name": "x",
                                    "price_unit": 100 * number + place,
                                    "tax_ids": [],
                                },
                            )
                        ],
                    }
                )
                move.action_post()
                expected[company, currency] = 100 * number + place
        self.sync()
        runs = self.env["ar.dunning.run"].sudo()
        for company in companies:
            self.env["ar.dunning.segment"].sudo()._assign(company, ON)
            runs |= runs._propose_company(company, ON)
            while self.env["ar.dunning.notice"].sudo()._dispatch_next(company, ON):
                pass
        self.env.invalidate_all()
        notices = runs.notice_ids
        self.assertEqual(
            {
                (notice.company_id, notice.currency_id): notice.amount_total
                for notice in notices
            },
            expected,
        )
        for notice in notices:
            self.assertEqual(
                notice.amount_total, sum(notice.line_ids.mapped("amount_open"))
            )
        for run in runs:
            total = sum(
                notice.currency_id._convert(
                    notice.amount_total, run.currency_id, run.company_id, run.date
                )
                for notice in run.notice_ids
            )
            self.assertEqual(
                run.currency_id.compare_amounts(run.amount_total, total), 0
            )

    def test_late_payment_of_another_claim_changes_nothing(self):
        """A payment of one claim does not take back the notice about another."""
        one = self.invoice(100, "2026-03-01")
        partner = self.create_partner("Els", "els@debtor.example")
        other = self.claim(self.invoice(50, "2026-03-01", partner))
        self.claim(one)
        self.propose(ON.isoformat())
        self.dispatch(ON.isoformat())
        self.pay(one, 100, ON + timedelta(days=1))
        delivery = other.level_line_id.notice_id.delivery_ids.sudo()
        self.assertEqual(delivery._withdraw_changed(self.company, ON), delivery)
