import base64
from datetime import date
from unittest.mock import patch

from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, tagged

from ..rules import message_length
from .common import NUMBER, SmsCommon

ON = "2026-03-16"


@tagged("post_install", "-at_install")
class TestSms(SmsCommon):
    """A reminder by text message: what leaves, what does not, and never twice."""

    def remind(self, *amounts, **values):
        """Return the notice of a day on which an invoice is reminded of."""
        claims = self.owe(*(amounts or (100.0,)), **values)
        self.run_cycle(ON)
        return self.lines(claims).notice_id

    def dispatched(self):
        """Let what is due leave, up to the deliveries."""
        with freeze_time(f"{ON} 07:00:00"):
            self.propose(ON)
            self.dispatch(ON)

    # -- what leaves ----------------------------------------------------------------

    def test_a_reminder_leaves_and_counts(self):
        notice = self.remind(100.0, 50.0)
        [delivery] = notice.delivery_ids
        self.assertEqual(
            (delivery.channel, delivery.state, delivery.address),
            ("sms", "sent", NUMBER),
        )
        self.assertEqual(delivery.provider_reference, "sms-1")
        self.assertEqual(notice.effective_on, date(2026, 3, 16))
        [message] = self.server.messages
        link = self.link_of(notice)
        self.assertEqual(message["to"], NUMBER)
        self.assertEqual(message["from"], "Finance")
        self.assertIn("150", message["text"])
        self.assertTrue(message["text"].endswith(link._url()))
        self.assertEqual(message["text"].count("http"), 1, "one link")
        [headers] = [headers for headers, _body in self.server.received]
        self.assertEqual(headers["Authorization"], "Bearer let-me-in")

    def test_what_left_is_kept_byte_for_byte(self):
        delivery = self.texts(self.remind())
        [message] = self.server.messages
        kept = base64.b64decode(delivery.with_context(bin_size=False).content)
        self.assertEqual(kept.decode(), message["text"])
        self.assertEqual(delivery.content_name, f"notice-{delivery.notice_id.id}.txt")
        self.assertTrue(delivery.content_digest)
        self.assertEqual(delivery.sms_parts, 1)

    def test_the_debtor_reads_it_in_his_language(self):
        self.env["res.lang"]._activate_lang("nl_BE")
        self.debtor_partner.lang = "nl_BE"
        self.template.with_context(lang="en_US").sms_text = "{total} open: {link}"
        self.template.with_context(lang="nl_BE").sms_text = "Nog {total}: {link}"
        self.remind()
        self.assertTrue(self.server.messages[0]["text"].startswith("Nog "))

    def test_sensitive_claims_say_nothing(self):
        kind = self.env["ar.claim.type"].create(
            {"name": "Secret", "code": "secret_sms", "sensitive": True}
        )
        self.template.sms_text = "{creditor}: {total} {link}"
        claims = self.owe(123.0)
        claims.sudo().claim_type_id = kind
        self.run_cycle(ON)
        text = self.server.messages[0]["text"]
        self.assertNotIn("123", text)
        self.assertNotIn(self.company.name, text)
        self.assertIn("http", text)

    def test_a_fixed_line_gets_the_next_channel(self):
        self.debtor_partner.phone = "09 233 12 34"
        notice = self.remind()
        self.assertEqual(notice.delivery_ids.mapped("channel"), ["email"])
        self.assertFalse(self.server.received)

    def test_nothing_leaves_in_the_quiet_hours(self):
        self.owe(100.0)
        self.run_cycle(ON, moment="22:30:00")
        self.assertFalse(self.server.received)
        self.run_cycle("2026-03-17", moment="08:05:00")
        self.assertEqual(len(self.server.received), 1)

    def test_in_a_test_phase_nobody_gets_one(self):
        self.company.ar_sandbox_email = "test@creditor.example"
        self.company.ar_sandbox = True
        notice = self.remind()
        self.assertEqual(self.texts(notice).state, "sent")
        self.assertFalse(self.server.received)

    def test_a_stopped_channel_waits(self):
        claims = self.owe(100.0)
        self.dispatched()
        self.env["ar.kill.switch"].create(
            {"company_id": self.company.id, "channel": "sms", "reason": "Test"}
        )
        self.run_cycle(ON)
        text = self.texts(self.lines(claims).notice_id)
        self.assertEqual(text.state, "ready")
        self.assertFalse(self.server.received)

    def test_paid_between_dispatch_and_sending(self):
        invoice = self.invoice(100.0, "2026-03-01")
        self.dispatched()
        self.pay(invoice, 100.0, "2026-03-15")
        self.run_cycle(ON)
        self.assertFalse(self.server.received)

    def test_a_second_run_sends_nothing_more(self):
        self.remind()
        self.run_cycle(ON, moment="10:00:00")
        self.run_cycle(ON, moment="11:00:00")
        self.assertEqual(len(self.server.received), 1)

    # -- what goes wrong --------------------------------------------------------------

    def test_a_refused_message_leaves_by_the_next_channel(self):
        self.server.answers.append((422, '{"error": "unknown subscriber"}'))
        notice = self.remind()
        text = self.texts(notice)
        self.assertEqual((text.state, text.error_code), ("failed", "422"))
        self.assertIn("unknown subscriber", text.error_text)
        self.assertEqual(
            (notice.delivery_ids - text).mapped("channel"), ["email"], notice
        )

    def test_a_message_of_unknown_fate_never_goes_twice(self):
        self.server.answers.append(None)
        notice = self.remind()
        text = self.texts(notice)
        self.assertEqual((text.state, text.error_code), ("failed", "unknown_fate"))
        self.run_cycle(ON, moment="10:00:00")
        self.run_cycle("2026-03-17")
        self.assertEqual(len(self.server.received), 1)
        self.assertEqual(notice.delivery_ids, text, "nor by another channel")
        item = self.env["ar.work.item"].search([("delivery_id", "=", text.id)])
        self.assertEqual(item.kind, "delivery_failed")

    def test_what_a_dead_process_began_is_left_to_people(self):
        self.owe(100.0)
        self.dispatched()
        text = self.env["ar.delivery"].sudo().search([("channel", "=", "sms")])
        text.write({"state": "handing_over", "handed_over_on": "2026-03-16 08:00:00"})
        self.run_cycle(ON)
        self.assertEqual((text.state, text.error_code), ("failed", "unknown_fate"))
        self.assertFalse(self.server.received)

    def test_a_gateway_that_does_not_let_us_in_keeps_all_waiting(self):
        self.server.answers.append((401, '{"error": "bad key"}'))
        notice = self.remind()
        self.assertEqual(self.texts(notice).state, "ready")
        self.assertIn("bad key", self.gateway.trouble)
        self.run_cycle(ON, moment="09:20:00")
        self.assertEqual(self.texts(notice).state, "sent")
        self.assertFalse(self.gateway.trouble)

    def test_a_gateway_that_is_down_keeps_all_waiting(self):
        self.gateway.url = "http://127.0.0.1:9/messages"
        notice = self.remind()
        self.assertEqual(self.texts(notice).state, "ready")
        self.assertTrue(self.gateway.trouble)

    def test_refused_although_the_answer_is_200(self):
        self.gateway.write(
            {"answer_status_path": "status", "answer_accepted": "queued"}
        )
        self.server.answers.append((200, '{"status": "no credit"}'))
        notice = self.remind()
        self.assertEqual(self.texts(notice).state, "failed")

    def test_without_a_gateway_the_next_channel_is_taken(self):
        self.company.ar_sms_gateway_id = False
        notice = self.remind()
        self.assertEqual(self.texts(notice).error_code, "no_gateway")
        self.assertIn("email", notice.delivery_ids.mapped("channel"))

    def test_a_number_on_the_list_of_refusals_is_not_reached(self):
        self.env["phone.blacklist"].create({"number": NUMBER})
        notice = self.remind()
        self.assertEqual(notice.delivery_ids.mapped("channel"), ["email"])

    def test_a_number_refused_after_dispatch(self):
        self.owe(100.0)
        self.dispatched()
        self.env["phone.blacklist"].create({"number": NUMBER})
        self.run_cycle(ON)
        text = self.env["ar.delivery"].search([("channel", "=", "sms")])
        self.assertEqual((text.state, text.error_code), ("failed", "blacklisted"))
        self.assertFalse(self.server.received)

    def test_a_message_too_long_is_not_cut(self):
        self.company.ar_sms_maximum_parts = 1
        self.template.sms_text = "{link} " + "word " * 60
        notice = self.remind()
        text = self.texts(notice)
        self.assertEqual((text.state, text.error_code), ("failed", "too_long"))
        self.assertFalse(self.server.received)
        self.assertEqual((notice.delivery_ids - text).mapped("channel"), ["email"])

    def test_statements_grow_by_few_per_message(self):
        def sent(number):
            partners = [
                self.create_partner(
                    f"Debtor {number} {place}", phone=f"+324701{number:02}{place:03}"
                )
                for place in range(number)
            ]
            for partner in partners:
                self.invoice(100.0, "2026-03-01", partner=partner)
            self.dispatched()
            deliveries = self.env["ar.delivery"].sudo()
            before = self.env.cr.sql_log_count
            with freeze_time(f"{ON} 09:00:00"):
                batch = deliveries._prepare_gateway_batch(
                    "sms", self.company, date(2026, 3, 16)
                )
            self.assertEqual(len(batch), number)
            count = self.env.cr.sql_log_count - before
            batch.write({"state": "withdrawn"})
            return count

        small, large = sent(3), sent(9)
        self.assertLessEqual((large - small) / 6, 8)

    # -- settings and words -----------------------------------------------------------

    def test_the_words_are_checked(self):
        with self.assertRaises(ValidationError):
            self.template.sms_text = "Pay {amount}: {link}"
        with self.assertRaises(ValidationError):
            self.template.sms_text = "Pay, please"

    def test_used_words_stay_as_they_were(self):
        self.template.sms_text = "First words {link}"
        notice = self.remind()
        self.template.sms_text = "Other words {link}"
        self.assertIn("First words", notice._render_sms())

    def test_the_length_is_told_while_one_types(self):
        self.template.sms_text = "{link} €"
        self.assertIn("1 part(s)", self.template.sms_length)
        several = self.template | self.template.copy()
        self.assertEqual(len(several.mapped("sms_length")), 2)

    def test_hours_and_sender_are_checked(self):
        for values in (
            {"ar_sms_from": 7.0},
            {"ar_sms_to": 23.0},
            {"ar_sms_from": 12.0, "ar_sms_to": 12.0},
            {"ar_sms_sender": "A name that is too long"},
            {"ar_sms_sender": "Stad🙂"},
            {"ar_sms_maximum_parts": 0},
        ):
            with self.subTest(values), self.assertRaises(ValidationError):
                self.company.write(values)

    def test_every_usual_word_fits_one_message(self):
        link = "https://betalen.voorbeeldstad.example/pay/" + "x" * 26
        for lang in ("en_US", "nl_BE", "fr_FR", "de_DE"):
            self.env["res.lang"]._activate_lang(lang)
            notice = self.env["ar.dunning.notice"].with_context(lang=lang)
            for words in (notice._usual_words(), notice._neutral_words({"link": 1})):
                text = words.replace("{link}", link).replace("{total}", "1 234,56 EUR")
                text = text.replace("{creditor}", "Stad Voorbeeldstad")
                text = message_length.in_plain_letters(text)
                with self.subTest(text):
                    self.assertEqual(message_length.measure(text).parts, 1)

    def test_words_travel_in_files(self):
        self.template.write({"code": "sms_file", "sms_text": "Pay here: {link}"})
        files = self.env["ar.config.file"]
        said = files._text_of(self.template, files._sections()["templates"][1])
        self.assertIn("Pay here: {link}", str(said))

    def test_odoo_s_provider(self):
        """With Odoo's own provider; only its server on the internet is replaced."""
        self.gateway.kind = "odoo"
        asked = []

        def contact(_self, endpoint, params, timeout=15):
            asked.append(params["messages"])
            [message] = params["messages"]
            return [{"uuid": message["numbers"][0]["uuid"], "state": "success"}]

        interface = "odoo.addons.sms.tools.sms_api.SmsApi._contact_iap"
        with patch(interface, contact):
            notice = self.remind()
        text = self.texts(notice)
        self.assertEqual(text.state, "sent")
        [[message]] = asked
        self.assertEqual(message["numbers"][0]["number"], NUMBER)
        tracker = self.env["sms.tracker"].search(
            [("ar_reference", "=", text.message_key)]
        )
        tracker._action_update_from_sms_state("sent")
        self.assertTrue(text.delivered_on)

    def test_trying_a_gateway(self):
        with self.assertRaises(UserError):
            self.gateway.with_context(ar_test_number="09 233 12 34").action_try()
        told = self.gateway.with_context(ar_test_number=NUMBER).action_try()
        self.assertEqual(told["params"]["type"], "success")
        self.server.answers.append((403, "no"))
        told = self.gateway.with_context(ar_test_number=NUMBER).action_try()
        self.assertEqual(told["params"]["type"], "danger")
