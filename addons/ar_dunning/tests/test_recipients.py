import base64
from datetime import date
from email import message_from_bytes, policy
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import DunningCommon


@tagged("post_install", "-at_install", "ar")
class TestRecipients(DunningCommon):
    """Who gets a notice, by which channels, and what happens when one fails."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.guardian = cls.create_partner("Griet Maes", "griet@law.example", "Kade 9")
        cls.sister = cls.create_partner("Sara Peeters", "sara@debtor.example")
        cls.debtor_partner.write({"street": "Veld 1", "zip": "9000", "city": "Gent"})

    def contact(self, partner, role, **values):
        self.sync()
        debtor = self.env["ar.debtor"].search(
            [("partner_id", "=", self.debtor_partner.id)]
        )
        return self.env["ar.debtor.contact"].create(
            {
                "debtor_id": debtor.id,
                "partner_id": partner.id,
                "role": role,
                **values,
            }
        )

    def ladder(self, **level):
        """Use a procedure of one level, with these values."""
        self.procedure = self.create_procedure(
            [{"level_key": "only", "offset_days": 10, **level}], code="ladder"
        )
        self.segment.procedure_id = self.procedure

    def notice(self, on="2026-03-15"):
        """Propose and dispatch what a debtor owes; return the notice."""
        self.propose(on)
        self.dispatch(on)
        return self.env["ar.dunning.notice"].search(
            [("partner_id", "=", self.debtor_partner.id)], order="id desc", limit=1
        )

    def mains(self, notice):
        return notice.delivery_ids.filtered(lambda one: not one.copy).sorted("id")

    def message(self, delivery):
        delivery.sudo()._build_email({})
        return message_from_bytes(
            base64.b64decode(delivery.content), policy=policy.default
        )

    def test_guardian_goes_before_accounts_payable_and_debtor(self):
        self.claim(self.invoice(100, "2026-03-01"))
        payable = self.create_partner("AP", "ap@debtor.example")
        self.contact(payable, "accounts_payable")
        first = self.contact(self.guardian, "guardian", valid_to="2026-03-20")
        notice = self.notice()
        delivery = notice.delivery_ids
        self.assertRecordValues(
            delivery,
            [
                {
                    "recipient_id": self.guardian.id,
                    "recipient_role": "guardian",
                    "recipient_name": "Griet Maes",
                    "address": "griet@law.example",
                }
            ],
        )
        [frozen] = notice.snapshot["recipients"]
        self.assertEqual(frozen["role"], "guardian")
        message = self.message(delivery)
        body = message.get_body(("html",)).get_content()
        self.assertIn("as guardian or administrator of Dirk Peeters", body)
        self.assertIn("Griet Maes", message["To"])
        # The last day counts; from the next on it is somebody else.
        first.valid_to = "2026-03-14"
        notice.sudo()._replace_changed()
        self.dispatch("2026-03-15")
        again = self.env["ar.dunning.notice"].search([], order="id desc", limit=1)
        self.assertEqual(again.delivery_ids.recipient_role, "accounts_payable")

    def test_level_may_insist_on_the_debtor(self):
        self.ladder(main_role="debtor")
        self.claim(self.invoice(100, "2026-03-01"))
        self.contact(self.guardian, "guardian")
        self.assertEqual(self.notice().delivery_ids.recipient_role, "debtor")

    def test_contact_of_one_claim_type_makes_a_notice_of_its_own(self):
        types = self.env["ar.claim.type"].create(
            [{"name": name, "code": f"test_{name}"} for name in ("rent", "damages")]
        )
        claims = self.claim(self.invoice(100, "2026-03-01"))
        claims |= self.claim(self.invoice(50, "2026-03-01"))
        for claim, claim_type in zip(claims, types, strict=True):
            claim.sudo().claim_type_id = claim_type
        self.contact(self.guardian, "guardian", claim_type_id=types[0].id)
        self.propose("2026-03-15")
        self.dispatch("2026-03-15")
        roles = {
            claim.claim_type_id.name: claim.line_ids.notice_id.delivery_ids.mapped(
                "recipient_role"
            )
            for claim in claims
        }
        self.assertEqual(roles, {"rent": ["guardian"], "damages": ["debtor"]})

    def test_guardian_whom_nothing_reaches_is_not_passed_over(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        self.contact(self.create_partner("Nobody"), "guardian")
        self.assign()
        self.assertEqual(self.blockers(claim, "2026-03-15"), ["no_channel"])

    def test_letter_names_the_guardian_in_the_address(self):
        self.ladder(channels=("letter",))
        self.claim(self.invoice(100, "2026-03-01"))
        self.contact(self.guardian, "guardian")
        delivery = self.notice().delivery_ids
        html = delivery.notice_id._render_document(
            "ar_dunning.notice_letter", "letter", delivery
        )
        self.assertIn(
            "Griet Maes\nas guardian or administrator of Dirk Peeters\nKade 9", html
        )

    def test_copies_make_nothing_effective_and_stop_nothing(self):
        self.ladder(
            copy_ids=[(0, 0, {"role": "co_debtor"}), (0, 0, {"role": "debtor"})]
        )
        claim = self.claim(self.invoice(100, "2026-03-01"))
        self.contact(self.sister, "co_debtor")
        self.contact(self.guardian, "guardian")
        notice = self.notice()
        main = self.mains(notice)
        copies = notice.delivery_ids - main
        self.assertEqual(main.recipient_role, "guardian")
        self.assertEqual(set(copies.mapped("recipient_role")), {"co_debtor", "debtor"})
        self.assertEqual(set(copies.mapped("copy")), {1, 2})
        copies[0].sudo()._note_sent(date(2026, 3, 15))
        copies[1].sudo()._note_refusal(550, "5.1.1 no such mailbox")
        self.env.invalidate_all()
        self.assertFalse(claim.effective_on)
        self.assertFalse(notice.undelivered)
        self.assertEqual(len(notice.delivery_ids), 3, "no other channel for a copy")
        main.sudo()._note_sent(date(2026, 3, 16))
        self.env.invalidate_all()
        self.assertEqual(claim.effective_on, date(2026, 3, 16))

    def test_copy_after_a_payment_is_taken_back_alone(self):
        self.ladder(copy_ids=[(0, 0, {"role": "copy"})])
        move = self.invoice(100, "2026-03-01")
        claim = self.claim(move)
        self.contact(self.sister, "copy")
        notice = self.notice()
        main = self.mains(notice)
        copied = notice.delivery_ids - main
        main.sudo()._note_sent(date(2026, 3, 15))
        self.env.invalidate_all()
        self.pay(move, 40, "2026-03-16")
        self.assertFalse(
            copied.sudo()._withdraw_changed(self.company, date(2026, 3, 16))
        )
        self.assertEqual((copied.state, notice.state), ("withdrawn", "dispatched"))
        self.assertEqual(claim.level_key, "only")

    def test_all_channels_at_once_and_the_earliest_counts(self):
        self.ladder(channel_mode="all")
        claim = self.claim(self.invoice(100, "2026-03-01"))
        notice = self.notice()
        email, letter = self.mains(notice).sorted("channel")
        self.assertEqual((email.channel, letter.channel), ("email", "letter"))
        self.assertEqual(notice.channels, "email,letter")
        letter.sudo()._note_sent(date(2026, 3, 18))
        email.sudo()._note_sent(date(2026, 3, 16))
        self.env.invalidate_all()
        self.assertEqual(claim.effective_on, date(2026, 3, 16))
        email.sudo()._mark_bounced("came back")
        self.assertEqual(claim.effective_on, date(2026, 3, 18), "falls on the other")
        self.assertFalse(notice.undelivered)
        email.action_send_again()
        self.assertEqual(len(self.mains(notice)), 3)

    def test_refused_or_bounced_mail_leaves_by_the_next_channel(self):
        """T7: failed, next channel at once, never queued."""
        answers = {
            "refused": lambda one: one._note_refusal(550, "5.1.1 no such mailbox"),
            "bounced": lambda one: (
                one._note_sent(date(2026, 3, 15)),
                one._mark_bounced("unknown"),
            ),
        }
        for case, answer in answers.items():
            with self.subTest(case), self.env.cr.savepoint() as savepoint:
                claim = self.claim(self.invoice(100, "2026-03-01"))
                notice = self.notice()
                email = self.mains(notice)
                answer(email.sudo())
                self.env.invalidate_all()
                letter = self.mains(notice) - email
                self.assertEqual((letter.channel, letter.state), ("letter", "ready"))
                self.assertIn(email.state, ("failed", "bounced"))
                self.assertFalse(claim.effective_on)
                letter.sudo()._note_refusal(550, "nobody there")
                self.env.invalidate_all()
                self.assertEqual(len(self.mains(notice)), 2, "each channel once")
                items = self.env["ar.work.item"].search(
                    [("delivery_id", "in", notice.delivery_ids.ids)]
                )
                self.assertEqual(items.delivery_id, letter)
                savepoint.rollback()

    def test_mail_to_a_bounced_address_is_not_tried_again(self):
        self.claim(self.invoice(100, "2026-03-01"))
        email = self.mains(self.notice()).sudo()
        email._note_sent(date(2026, 3, 15))
        email._mark_bounced("unknown")
        later = self.claim(self.invoice(50, "2026-03-10"))
        self.propose("2026-03-25")
        lines = later.line_ids.filtered(lambda line: line.role == "claimed")
        self.assertEqual(lines.notice_id.channel, "letter")

    def test_blacklisted_after_dispatch_fails_and_moves_on(self):
        self.claim(self.invoice(100, "2026-03-01"))
        notice = self.notice()
        self.env["mail.blacklist"]._add(self.debtor_partner.email)
        with patch.object(type(notice.delivery_ids), "_checkpoint"):
            batch = self.prepare_emails(date(2026, 3, 15))
        self.env.invalidate_all()
        self.assertFalse(batch)
        self.assertEqual(
            [(one.channel, one.state) for one in self.mains(notice)],
            [("email", "failed"), ("letter", "ready")],
        )

    def test_server_that_refuses_us_makes_no_letters(self):
        self.claim(self.invoice(100, "2026-03-01"))
        notice = self.notice()
        self.mains(notice).sudo()._note_refusal(554, "5.7.1 you are on a list")
        self.env.invalidate_all()
        self.assertEqual(self.mains(notice).channel, "email")
        self.assertTrue(notice.undelivered)

    def test_sender_of_the_level(self):
        self.ladder(
            sender_name="Legal department",
            sender_email="legal@creditor.example",
            reply_to="answers@creditor.example",
        )
        self.claim(self.invoice(100, "2026-03-01"))
        message = self.message(self.notice().delivery_ids)
        self.assertEqual(message["From"], "Legal department <legal@creditor.example>")
        self.assertEqual(message["Reply-To"], "answers@creditor.example")
        version = self.procedure._new_version()
        with self.assertRaises(ValidationError):
            version.level_ids.reply_to = "A <a@b.example>"

    def test_task_takes_effect_when_it_is_done(self):
        self.ladder(mode="task", channels=(), template_id=False, name="Call the debtor")
        claim = self.claim(self.invoice(100, "2026-03-01"))
        notice = self.notice()
        delivery = notice.delivery_ids
        self.assertEqual((delivery.channel, delivery.state), ("person", "ready"))
        item = self.env["ar.work.item"].search([("delivery_id", "=", delivery.id)])
        self.assertEqual((item.kind, item.note), ("task", "Call the debtor"))
        self.assertFalse(claim.effective_on)
        with patch.object(
            type(self.company), "_ar_today", lambda company: date(2026, 3, 17)
        ):
            item.action_done()
        self.env.invalidate_all()
        self.assertEqual(delivery.state, "sent")
        self.assertEqual(claim.effective_on, date(2026, 3, 17))

    def test_task_is_gone_when_the_claim_is_paid(self):
        self.ladder(mode="task", channels=(), template_id=False)
        move = self.invoice(100, "2026-03-01")
        self.claim(move)
        delivery = self.notice().delivery_ids
        item = self.env["ar.work.item"].search([("delivery_id", "=", delivery.id)])
        self.pay(move, 100, "2026-03-16")
        self.env["ar.delivery"].sudo()._review_tasks(self.company, date(2026, 3, 16))
        self.env.invalidate_all()
        self.assertEqual((delivery.state, item.state), ("withdrawn", "dismissed"))

    def test_dismissed_task_did_not_take_effect(self):
        self.ladder(mode="task", channels=(), template_id=False)
        claim = self.claim(self.invoice(100, "2026-03-01"))
        delivery = self.notice().delivery_ids
        self.env["ar.work.item"].search(
            [("delivery_id", "=", delivery.id)]
        ).action_dismiss()
        self.env.invalidate_all()
        self.assertEqual((delivery.state, delivery.error_code), ("failed", "dismissed"))
        self.assertFalse(claim.effective_on)

    def test_answer_goes_to_the_collector_and_the_notice(self):
        """T9: the reply is on the notice, and on the collector's list."""
        claim = self.claim(self.invoice(100, "2026-03-01"))
        collector = self.create_user("colin", "ar_dunning.group_collector")
        claim.debtor_id.user_id = collector
        notice = self.notice()
        delivery = notice.delivery_ids.sudo()
        bodies = {}
        delivery._build_email(bodies)
        delivery._log_messages(bodies)
        reply = (
            "From: Dirk <dirk@debtor.example>\n"
            "To: finance@creditor.example\n"
            f"In-Reply-To: {delivery.message_key}\n"
            "Message-ID: <answer-1@debtor.example>\n"
            "Subject: Re: your reminder\n\nI paid last week."
        )
        with mute_logger("odoo.addons.mail.models.mail_thread"):
            self.env["mail.thread"].sudo().message_process(
                False, reply, save_original=False
            )
        self.assertIn("I paid last week", notice.message_ids[0].body)
        item = self.env["ar.work.item"].search([("kind", "=", "reply")])
        self.assertRecordValues(
            item,
            [
                {
                    "notice_id": notice.id,
                    "debtor_id": claim.debtor_id.id,
                    "user_id": collector.id,
                }
            ],
        )

    def test_contacts_are_kept_from_others(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        contact = self.contact(self.guardian, "guardian")
        plain = self.create_user("paula")
        with self.assertRaises(AccessError):
            contact.with_user(plain).read(["role"])
        other = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = self.create_user("sten", "ar_dunning.group_manager", other)
        self.assertFalse(self.env["ar.debtor.contact"].with_user(stranger).search([]))
        group = self.env["res.groups"].create({"name": "Social"})
        restricted = self.env["ar.claim.type"].create(
            {"name": "Social", "code": "t_social", "access_group_id": group.id}
        )
        hidden = self.contact(self.sister, "copy")
        hidden.sudo().claim_type_id = restricted
        collector = self.create_user("carl", "ar_dunning.group_collector")
        seen = self.env["ar.debtor.contact"].with_user(collector).search([])
        self.assertEqual(seen, contact)
        with self.assertRaises(AccessError):
            hidden.with_user(collector).read(["role"])
        auditor = self.create_user("audi", "ar_dunning.group_auditor")
        with self.assertRaises(AccessError):
            contact.with_user(auditor).note = "x"
        with self.assertRaises(UserError):
            contact.with_user(collector).debtor_id = claim.debtor_id

    def test_dispatch_takes_the_same_statements_with_contacts(self):
        def statements(number):
            for place in range(number):
                partner = self.create_partner(f"P{place}", f"p{place}@x.example")
                claim = self.claim(self.invoice(10, "2026-03-01", partner))
                self.env["ar.debtor.contact"].create(
                    {
                        "debtor_id": claim.debtor_id.id,
                        "partner_id": self.guardian.id,
                        "role": "guardian",
                    }
                )
            self.propose("2026-03-15")
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.dispatch("2026-03-15")
            return self.env.cr.sql_log_count - before

        statements(1)
        self.assertEqual(statements(2), statements(12))
