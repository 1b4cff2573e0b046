from datetime import date

from odoo.tests import freeze_time, tagged

from .common import DunningCommon


@freeze_time("2026-03-20")
@tagged("post_install", "-at_install", "ar")
class TestMergeInMotion(DunningCommon):
    """Two contacts are one person, and something is under way to both of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.double = cls.create_partner("D. Peeters", "dp@debtor.example")

    def setUp(self):
        super().setUp()
        self.kept = self.claim(self.invoice(100, "2026-03-01"))
        self.lost = self.claim(self.invoice(50, "2026-03-02", self.double))

    def merge(self):
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.debtor_partner + self.double).ids, self.debtor_partner
        )
        self.sync()

    def check_one_debtor(self):
        """Nothing of the double is left, and each row knows the same debtor."""
        debtor = self.kept.debtor_id
        for model in (
            "ar.claim",
            "ar.dunning.notice",
            "ar.dunning.notice.line",
            "ar.delivery",
            "ar.hold",
            "ar.work.item",
            "ar.dunning.exclusion",
        ):
            records = self.env[model].with_context(active_test=False).search([])
            self.assertLessEqual(records.debtor_id, debtor, model)
            if "partner_id" in records._fields:
                self.assertLessEqual(records.partner_id, self.debtor_partner, model)
        self.assert_ledger_agrees()

    def sent_to(self):
        return self.env["ar.delivery"].search([("state", "=", "sent")])

    def test_while_two_notices_wait_for_approval(self):
        for level in self.version.level_ids:
            level._write({"mode": "approval"})
        self.env.invalidate_all()
        run = self.propose("2026-03-20")
        self.assertEqual(len(run.notice_ids), 2)
        self.merge()
        self.check_one_debtor()
        run.notice_ids._approve()
        self.run_cycle("2026-03-20")
        self.assertEqual(self.level_keys(self.kept), ["reminder"])
        self.assertEqual(self.level_keys(self.lost), ["reminder"])
        self.check_one_debtor()

    def test_the_next_proposal_puts_them_on_one_notice(self):
        for level in self.version.level_ids:
            level._write({"mode": "approval"})
        self.env.invalidate_all()
        self.propose("2026-03-20")
        self.merge()
        notice = self.propose("2026-03-21").notice_ids
        self.assertEqual(len(notice), 1)
        self.assertEqual(notice.line_ids.claim_id, self.kept + self.lost)
        self.assertEqual(notice.amount_total, 150)

    def test_between_dispatch_and_sending(self):
        self.propose("2026-03-20")
        self.dispatch("2026-03-20")
        self.merge()
        self.run_cycle("2026-03-20")
        self.check_one_debtor()
        for claim in (self.kept, self.lost):
            self.assertEqual(len(self.lines(claim)), 1)
            self.assertEqual(claim.effective_on, date(2026, 3, 20))
        self.assertEqual(sum(self.sent_to().notice_id.mapped("amount_total")), 150)

    def test_between_printing_and_posting(self):
        (self.debtor_partner + self.double).write(
            {"email": False, "street": "Kade 1", "zip": "9000", "city": "Gent"}
        )
        self.run_cycle("2026-03-20")
        batch = self.env["ar.print.batch"].search([])
        self.assertEqual(batch.letter_count, 2)
        self.merge()
        batch._note_download()
        batch.action_confirm_posted()
        self.check_one_debtor()
        self.assertEqual(self.lost.effective_on, date(2026, 3, 20))
        self.assertEqual(self.kept.effective_on, date(2026, 3, 20))

    def test_a_hold_of_one_protects_both(self):
        self.env["ar.hold"].create(
            {"debtor_id": self.lost.debtor_id.id, "reason_id": self.reason.id}
        )
        self.merge()
        self.run_cycle("2026-03-21")
        self.assertFalse(self.sent_to())
        self.assertIn("hold", self.blockers(self.kept, "2026-03-21"))
        self.check_one_debtor()

    def test_a_promise_of_one_is_judged_by_the_claims_it_was_about(self):
        outcome = self.env["ar.contact.outcome"].search([("code", "=", "promise")])
        contact = self.env["ar.contact"]._record(
            self.lost.debtor_id, outcome, date_until=date(2026, 3, 25)
        )
        self.env.flush_all()
        self.merge()
        self.assertEqual(contact.debtor_id, self.kept.debtor_id)
        self.assertNotIn("hold", self.blockers(self.kept, "2026-03-21"))
        self.assertIn("hold", self.blockers(self.lost, "2026-03-21"))
        with freeze_time("2026-03-24"):
            self.pay(self.lost.move_id, 50, "2026-03-24")
        self.run_cycle("2026-03-26")
        self.assertEqual(contact.sudo().result, "kept")
        self.assertEqual(self.level_keys(self.kept), ["reminder"])

    def test_a_credit_of_one_covers_the_debt_of_the_other(self):
        self.invoice(60, "2026-03-10", self.double, move_type="out_refund")
        self.merge()
        notice = self.propose("2026-03-21").notice_ids
        # 60 cover the older claim of 100 in part, the younger one not at all.
        self.assertEqual(notice.amount_total, 90)
        self.check_one_debtor()

    def test_an_undone_notice_of_the_double(self):
        self.run_cycle("2026-03-20")
        notice = self.lines(self.lost).notice_id
        self.merge()
        wizard = self.env["ar.notice.undo"].create(
            {
                "notice_ids": [(6, 0, notice.ids)],
                "reason": "The same person",
                "next_step": "again",
                "days": 1,
            }
        )
        wizard.action_apply()
        self.env.invalidate_all()
        self.assertFalse(self.level_keys(self.lost))
        self.assertEqual(self.level_keys(self.kept), ["reminder"])
        self.run_cycle("2026-03-21")
        self.assertEqual(self.level_keys(self.lost), ["reminder"])
        self.check_one_debtor()

    def test_the_contact_limit_counts_what_the_double_got(self):
        self.run_cycle("2026-03-20")
        self.company.write({"ar_contact_maximum": 2, "ar_contact_period_days": 7})
        third = self.claim(self.invoice(70, "2026-03-11"))
        self.merge()
        self.assign("2026-03-21")
        self.assertIn("contact_limit", self.blockers(third, "2026-03-22"))
