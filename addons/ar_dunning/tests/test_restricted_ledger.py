from datetime import date

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import DunningCommon


class RestrictedLedgerCommon(DunningCommon):
    """An ordinary and two restricted journals, and an accountant without a group."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.group, cls.journal = cls.restrict("social")
        cls.other_group, cls.other_journal = cls.restrict("fine")
        cls.accountant = cls.create_user(
            "accountant",
            "ar_dunning.group_manager,account.group_account_manager",
        )

    @classmethod
    def restrict(cls, code):
        """Return a new group and a journal of a claim type that it alone sees."""
        group = cls.env["res.groups"].create({"name": code})
        kind = cls.env["ar.claim.type"].create(
            {"name": code, "code": f"test_{code}", "access_group_id": group.id}
        )
        ordinary = cls.company_data["default_journal_sale"]
        journal = ordinary.copy(
            {
                "ar_claim_type_id": kind.id,
                "default_account_id": ordinary.default_account_id.id,
            }
        )
        cls.env.user.group_ids = [(4, group.id)]
        return group, journal

    def secret(self, amount=100, **values):
        return self.invoice(
            amount, "2026-03-01", journal_id=values.pop("journal", self.journal).id
        )

    def transfer(self, amount, matched, on="2026-04-01"):
        """Return a transaction of the bank that is matched with journal items."""
        line = self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.company_data["default_journal_bank"].id,
                "date": on,
                "payment_ref": "transfer",
                "partner_id": self.debtor_partner.id,
                "amount": amount,
            }
        )
        _liquidity, suspense, _other = line._seek_for_lines()
        suspense.account_id = matched.account_id[:1]
        (suspense + matched).reconcile()
        self.sync()
        return line

    def seen(self, records):
        """Return those of the records that the accountant finds."""
        own = records.with_user(self.accountant).with_context(active_test=False)
        return own.search([("id", "in", records.ids)])

    def assert_hidden(self, *parts):
        for records in parts:
            with self.subTest(model=records._name):
                self.assertTrue(records)
                self.assertFalse(self.seen(records))

    def assert_seen(self, *parts):
        for records in parts:
            with self.subTest(model=records._name):
                self.assertTrue(records)
                self.assertEqual(self.seen(records), records)


def item(move):
    return move.line_ids.filtered(
        lambda line: line.account_id.account_type == "asset_receivable"
    )


@tagged("post_install", "-at_install")
class TestRestrictedLedger(RestrictedLedgerCommon):
    def test_payment_of_a_restricted_invoice_is_hidden(self):
        move = self.secret()
        self.pay(move, 100, "2026-04-01")
        payment = move.matched_payment_ids
        partial = item(move).matched_credit_ids
        self.assert_hidden(
            payment,
            payment.move_id,
            payment.move_id.line_ids,
            partial,
            partial.full_reconcile_id,
        )
        self.assertEqual(payment.ar_access_group_id, self.group)
        self.accountant.group_ids = [(4, self.group.id)]
        self.assert_seen(payment, payment.move_id, partial, partial.full_reconcile_id)

    def test_payment_of_an_ordinary_invoice_stays_visible(self):
        move = self.invoice(100, "2026-03-01")
        self.pay(move, 100, "2026-04-01")
        partial = item(move).matched_credit_ids
        self.assert_seen(
            move.matched_payment_ids, partial, partial.full_reconcile_id, move
        )

    def test_transaction_is_hidden_while_it_is_matched(self):
        move = self.secret()
        line = self.transfer(100, item(move))
        self.assert_hidden(line, line.move_id, line.move_id.line_ids)
        item(move).remove_move_reconcile()
        self.sync()
        self.assert_seen(line, line.move_id, line.move_id.line_ids)

    def test_transaction_that_settles_a_hidden_payment_is_hidden(self):
        move, ordinary = self.secret(), self.invoice(50, "2026-03-01")
        self.pay(move, 100, "2026-04-01")
        self.pay(ordinary, 50, "2026-04-01")
        payments = move.matched_payment_ids + ordinary.matched_payment_ids
        outstanding = payments.move_id.line_ids - item(payments.move_id)
        line = self.transfer(150, outstanding)
        self.assert_hidden(line, payments[0])
        # The other payment of a collective transaction is nobody's secret.
        self.assert_seen(payments[1], ordinary)
        outstanding.remove_move_reconcile()
        self.sync()
        self.assert_seen(line)
        self.assert_hidden(payments[0])

    def test_payment_stays_hidden_after_its_return(self):
        move = self.secret()
        self.pay(move, 100, "2026-04-01")
        payment = move.matched_payment_ids
        payment.action_reject()
        self.sync()
        self.assert_hidden(payment, payment.move_id, payment.move_id.reversal_move_ids)

    def test_payment_of_two_restricted_types_is_for_those_who_see_both(self):
        move, fine = self.secret(), self.secret(30, journal=self.other_journal)
        line = self.transfer(130, item(move) + item(fine))
        several = self.env.ref("ar_dunning.group_several_restricted")
        self.assertEqual(line.sudo().move_id.ar_access_group_id, several)
        self.accountant.group_ids = [(4, self.group.id)]
        self.assert_hidden(line)
        self.accountant.group_ids = [(4, several.id)]
        self.assert_seen(line)

    def test_write_off_and_credit_note_are_hidden_while_matched(self):
        move = self.secret()
        credit = self.invoice(40, "2026-03-01", move_type="out_refund")
        self.assert_seen(credit)
        (item(move) + item(credit)).reconcile()
        self.sync()
        self.assert_hidden(credit, item(credit))

    def test_ordinary_claim_paid_together_with_a_restricted_one_is_seen(self):
        move, ordinary = self.secret(), self.invoice(50, "2026-03-01")
        line = self.transfer(150, item(move) + item(ordinary))
        self.assert_hidden(line, item(ordinary).matched_credit_ids)
        self.assert_seen(ordinary, self.claim(ordinary))

    def test_daily_cycle_marks_what_was_matched_past_the_orm(self):
        move = self.secret()
        self.pay(move, 100, "2026-04-01")
        payment = move.matched_payment_ids
        self.env.cr.execute("UPDATE account_payment SET ar_access_group_id = NULL")
        self.env.cr.execute(
            "UPDATE account_move SET ar_access_group_id = NULL WHERE id = %s",
            [payment.move_id.id],
        )
        self.env.invalidate_all()
        self.assert_seen(payment)
        self.env["ar.claim"].sudo()._sync_companies(self.company)
        self.assert_hidden(payment)

    def test_nobody_writes_who_may_see_a_payment(self):
        move = self.secret()
        self.pay(move, 100, "2026-04-01")
        with self.assertRaises(UserError):
            move.matched_payment_ids.with_user(self.env.user).sudo(
                False
            ).ar_access_group_id = False

    def test_marking_takes_the_same_statements_for_many(self):
        moves = [self.secret() for _number in range(6)]
        counts = []
        for chunk in (moves[:1], moves[1:]):
            ids = [line.id for move in chunk for line in item(move)]
            self.env["account.move"]._note_carriers("lines", ids)
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.env.cr.precommit.run()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
        self.assertLessEqual(counts[1], 3)

    def test_totals_of_a_contact_are_per_reader(self):
        self.secret(100)
        self.invoice(50, "2026-03-01")
        partner = self.debtor_partner
        own = partner.with_user(self.accountant)
        self.assertEqual([partner.credit, own.credit], [150, 50])
        for amount, found in ((40, True), (60, False)):
            domain = [("id", "=", partner.id), ("credit", ">", amount)]
            self.assertEqual(bool(own.search(domain)), found)
            self.assertTrue(partner.search(domain))


@tagged("post_install", "-at_install")
class TestRestrictedCover(RestrictedLedgerCommon):
    """What is asked for a claim tells nothing of restricted credits and debts."""

    def covered(self, claims):
        """Return what credits cover of each claim."""
        rows = self.env["ar.evaluation"]._evaluate(
            self.company, date(2026, 4, 1), partners=claims.partner_id
        )
        covered = {row["claim_id"]: float(row["covered"]) for row in rows}
        return [covered.get(claim.id, 0.0) for claim in claims]

    def test_restricted_credit_covers_its_own_claims_alone(self):
        claims = self.claim(self.invoice(100, "2026-01-01"))
        claims += self.claim(self.secret(100))
        self.invoice(
            130, "2026-03-01", journal_id=self.journal.id, move_type="out_refund"
        )
        self.assertEqual(self.covered(claims), [0, 100])

    def test_other_credits_cover_what_all_may_see_first(self):
        secret = self.claim(self.invoice(100, "2026-01-01", journal_id=self.journal.id))
        claims = secret + self.claim(self.invoice(100, "2026-03-01"))
        self.invoice(130, "2026-03-01", move_type="out_refund")
        self.assertEqual(self.covered(claims), [30, 100])

    def test_both_kinds_of_credit_together(self):
        secret = self.claim(self.invoice(100, "2026-01-01", journal_id=self.journal.id))
        claims = secret + self.claim(self.invoice(100, "2026-03-01"))
        self.invoice(120, "2026-03-01", move_type="out_refund")
        self.invoice(
            60, "2026-03-01", journal_id=self.journal.id, move_type="out_refund"
        )
        self.assertEqual(self.covered(claims), [80, 100])

    def test_net_credit_and_debt_stay_within_their_group(self):
        euro = self.setup_other_currency("EUR", rates=[("2025-01-01", 2.0)])
        claim = self.claim(self.invoice(100, "2026-03-01", currency_id=euro.id))
        self.invoice(
            500, "2026-03-01", journal_id=self.journal.id, move_type="out_refund"
        )
        self.assertNotIn("net_credit", self.blockers(claim, "2026-04-01"))
        self.secret(900)
        self.invoice(60, "2026-03-01", move_type="out_refund")
        self.assertIn("net_credit", self.blockers(claim, "2026-04-01"))
