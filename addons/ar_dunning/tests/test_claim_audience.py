from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import DunningCommon


@tagged("post_install", "-at_install", "ar")
class TestClaimAudience(DunningCommon):
    """An invoice is booked anew in a journal whose claims others may see."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.group = cls.env["res.groups"].create({"name": "Social service"})
        cls.env.user.group_ids = [(4, cls.group.id)]
        cls.social = cls.env["ar.claim.type"].create(
            {
                "name": "Social",
                "code": "test_social",
                "access_group_id": cls.group.id,
            }
        )
        cls.open_journal = cls.company_data["default_journal_sale"]
        cls.social_journal = cls.open_journal.copy(
            {
                "code": "SOCX",
                "ar_claim_type_id": cls.social.id,
                "default_account_id": cls.open_journal.default_account_id.id,
            }
        )
        cls.outsider = cls.create_user("outsider", "ar_dunning.group_collector")
        cls.outsider.group_ids = [
            (4, cls.env.ref("account.group_account_user").id),
        ]

    def rebook(self, move, journal):
        """Back to draft, another journal, posted again; as accountants do it."""
        move.button_draft()
        move.name = False
        move.journal_id = journal
        move.action_post()
        self.sync()

    def live(self, move):
        return self.claim(move).filtered(lambda claim: claim.state == "open")

    def seen(self, record, user=None):
        return record.with_user(user or self.outsider).search(
            [("id", "in", record.ids)]
        )

    def test_restricted_claims_become_no_type_of_everybody_by_hand(self):
        claim = self.claim(
            self.invoice(100, "2026-03-01", journal_id=self.social_journal.id)
        )
        everybody = self.env["ar.claim.type"].create(
            {"name": "Fine", "code": "test_fine"}
        )
        with self.assertRaisesRegex(UserError, "visible to other people"):
            claim._change_type(everybody)
        with self.assertRaises(AccessError):
            claim.with_user(self.outsider)._change_type(everybody)

    def test_booked_anew_among_the_restricted_nobody_else_sees_it(self):
        move = self.invoice(100, "2026-03-01")
        former = self.claim(move)
        self.run_day("2026-03-11")
        self.assertEqual(former.level_key, "reminder")
        self.rebook(move, self.social_journal)
        claim = self.live(move)
        self.assertEqual(claim.access_group_id, self.group)
        self.assertEqual(claim.claim_type_id, self.social)
        self.assertNotEqual(claim, former)
        self.assertEqual(former.state, "void")
        self.assertFalse(self.seen(claim))
        self.assertFalse(self.seen(move))
        # What everybody knew stays, and leads nowhere.
        self.assertFalse(former.with_user(self.outsider).successor_id)
        runs = self.propose("2026-03-20")
        notices = runs.notice_ids.filtered(
            lambda notice: claim in notice.line_ids.claim_id
        )
        self.assertEqual(notices.access_group_id, self.group)
        self.assertFalse(self.seen(notices))
        self.assert_ledger_agrees()

    def test_booked_anew_for_everybody_its_history_stays_restricted(self):
        move = self.invoice(100, "2026-03-01", journal_id=self.social_journal.id)
        former = self.claim(move)
        self.run_day("2026-03-11")
        notice = former.line_ids.notice_id
        self.rebook(move, self.open_journal)
        claim = self.live(move)
        self.assertFalse(claim.access_group_id)
        self.assertEqual(self.seen(claim), claim)
        self.assertEqual(former.state, "void")
        self.assertFalse(self.seen(former))
        self.assertFalse(self.seen(notice))
        self.assertFalse(claim.level_key)
        self.assertFalse(claim.event_ids.filtered("access_group_id"))
        self.assert_ledger_agrees()

    def test_what_protects_the_debtor_goes_along(self):
        move = self.invoice(100, "2026-03-01")
        former = self.claim(move)
        self.env["ar.hold"].create(
            {
                "claim_id": former.id,
                "reason_id": self.reason.id,
                "date_from": "2026-03-05",
                "date_to": "2026-04-05",
                "note": "She disputes the second day.",
            }
        )
        self.rebook(move, self.social_journal)
        claim = self.live(move)
        self.assertRecordValues(
            claim.hold_ids,
            [
                {
                    "reason_id": self.reason.id,
                    "date_from": date(2026, 3, 5),
                    "date_to": date(2026, 4, 5),
                    "access_group_id": self.group.id,
                }
            ],
        )
        self.assertFalse(self.propose("2026-03-20").notice_ids)
        self.assertFalse(self.seen(claim.hold_ids))

    def test_holds_go_along_without_their_contacts_and_not_those_that_ended(self):
        reason = self.env["ar.hold.reason"].create(
            {"name": "Promise", "code": "test_promise", "freezes_clock": False}
        )
        move = self.invoice(100, "2026-03-01")
        former = self.claim(move)
        holds = self.env["ar.hold"].create(
            [
                {
                    "claim_id": former.id,
                    "reason_id": reason.id,
                    "date_from": "2026-03-01",
                    "date_to": date_to,
                }
                for date_to in ("2026-03-02", "9999-01-01")
            ]
        )
        contact = (
            self.env["ar.contact"]
            .sudo()
            .create(
                {
                    "debtor_id": former.debtor_id.id,
                    "company_id": self.company.id,
                    "user_id": self.env.uid,
                    "outcome_id": self.env["ar.contact.outcome"].search([], limit=1).id,
                }
            )
        )
        holds.sudo().contact_ids = contact
        self.rebook(move, self.social_journal)
        successor = self.live(move).hold_ids
        self.assertEqual(successor.mapped("date_to"), [date(9999, 1, 1)])
        self.assertFalse(successor.sudo().contact_ids)
        self.assertEqual(contact.hold_ids, holds)

    def test_what_had_not_left_does_not_leave(self):
        move = self.invoice(100, "2026-03-01")
        self.claim(move)
        self.propose("2026-03-11")
        self.dispatch("2026-03-11")
        delivery = self.env["ar.delivery"].search([("state", "=", "ready")])
        self.assertEqual(len(delivery), 1)
        self.rebook(move, self.social_journal)
        kept = delivery.sudo()._withdraw_changed(self.company, date(2026, 3, 11))
        self.assertFalse(kept)
        self.assertEqual(delivery.state, "withdrawn")
        self.dispatch("2026-03-11")
        self.assertFalse(
            self.env["ar.delivery"].search([("state", "=", "ready")]),
            "the restricted claim waits for its own proposal",
        )

    def test_the_nightly_sync_notes_nothing_twice(self):
        move = self.invoice(100, "2026-03-01")
        former = self.claim(move)
        self.rebook(move, self.social_journal)
        before = len(former.event_ids)
        for _night in range(2):
            self.env["ar.claim"].sudo()._sync_companies(self.company)
        self.env.invalidate_all()
        self.assertEqual(len(former.event_ids), before)
        self.assertEqual(len(self.live(move)), 1)

    def test_two_terms_move_together(self):
        terms = self.env["account.payment.term"].create(
            {
                "name": "Two terms",
                "line_ids": [
                    (0, 0, {"value": "percent", "value_amount": 50, "nb_days": days})
                    for days in (0, 30)
                ],
            }
        )
        move = self.invoice(
            100, "2026-03-01", post=False, invoice_payment_term_id=terms.id
        )
        move.action_post()
        former = self.claim(move)
        self.rebook(move, self.social_journal)
        claims = self.live(move)
        self.assertEqual(len(claims), 2)
        self.assertEqual(claims.access_group_id, self.group)
        self.assertEqual(set(former.mapped("state")), {"void"})
        self.assertFalse(claims & former)
