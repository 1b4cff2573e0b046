import json

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.ar_gateway.rules.gateway_message import sign

from .common import SmsCommon

ON = "2026-03-16"


@tagged("post_install", "-at_install")
class TestReports(SmsCommon, HttpCase):
    """Delivery reports over HTTP: signed ones count, nothing else does."""

    def setUp(self):
        super().setUp()
        claims = self.owe(100.0)
        self.run_cycle(ON)
        self.notice = self.lines(claims).notice_id
        self.text = self.texts(self.notice).sudo()
        self.path = f"/sms/report/{self.gateway.id}/{self.gateway.report_token}"

    def report(self, said, path=None, headers=None):
        data = said if isinstance(said, bytes | str) else json.dumps(said)
        self.env.flush_all()
        answer = self.url_open(
            path or self.path,
            data=data,
            headers={"Content-Type": "application/json", **(headers or {})},
        )
        self.env.invalidate_all()
        return answer.status_code

    def test_delivered(self):
        self.assertEqual(self.report({"id": "sms-1", "status": "DELIVERED"}), 200)
        self.assertTrue(self.text.delivered_on)
        first = self.text.delivered_on
        self.report({"id": "sms-1", "status": "delivered"})
        self.report({"id": "sms-1", "status": "failed"})
        self.assertEqual((self.text.delivered_on, self.text.state), (first, "sent"))

    def test_by_our_reference_in_a_list_or_a_form(self):
        key = self.text.message_key
        self.report([{"id": "of somebody else"}, {"id": key, "status": "delivered"}])
        self.assertTrue(self.text.delivered_on)
        self.text.delivered_on = False
        status = self.report(
            f"id={key}&status=delivered",
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )
        self.assertEqual(status, 200)
        self.assertTrue(self.text.delivered_on)

    def test_by_an_address_that_is_opened(self):
        self.env.flush_all()
        answer = self.url_open(f"{self.path}?id=sms-1&status=delivered")
        self.env.invalidate_all()
        self.assertEqual(answer.status_code, 200)
        self.assertTrue(self.text.delivered_on)

    def test_failed_takes_effect_back_and_leaves_by_the_next_channel(self):
        self.report({"id": "sms-1", "status": "undelivered"})
        self.assertEqual(self.text.state, "bounced")
        self.assertFalse(self.text.effective_on)
        left = self.notice.delivery_ids - self.text
        self.assertEqual(left.mapped("channel"), ["email"])
        self.assertFalse(self.notice.effective_on)

    def test_a_report_settles_an_unknown_fate(self):
        self.text.write({"state": "failed", "error_code": "unknown_fate"})
        self.report({"id": self.text.message_key, "status": "delivered"})
        self.assertEqual(self.text.state, "sent")
        self.assertTrue(self.notice.effective_on)

    def test_not_when_it_was_sent_again_meanwhile(self):
        self.text.write({"state": "failed", "error_code": "unknown_fate"})
        [values] = self.text.copy_data()
        self.text.flush_recordset()
        again = self.text.create(
            {**values, "attempt": 2, "state": "ready", "message_key": "again"}
        )
        self.report({"id": self.text.message_key, "status": "delivered"})
        self.assertEqual((self.text.state, again.state), ("failed", "ready"))

    def test_a_failed_report_ends_an_unknown_fate(self):
        self.text.write({"state": "failed", "error_code": "unknown_fate"})
        self.report({"id": self.text.message_key, "status": "failed"})
        self.assertEqual(self.text.error_code, "refused")
        self.assertIn("email", self.notice.delivery_ids.mapped("channel"))

    def test_a_wrong_key_is_not_found(self):
        with mute_logger("odoo.http"):
            for path in (
                f"/sms/report/{self.gateway.id}/wrong",
                f"/sms/report/{self.gateway.id + 1000}/{self.gateway.report_token}",
                f"/sms/report/{2**31}/x",
                "/sms/report/0/%00",
            ):
                with self.subTest(path):
                    said = {"id": "sms-1", "status": "failed"}
                    self.assertEqual(self.report(said, path), 404)
        self.assertEqual(self.text.state, "sent")

    def test_signatures(self):
        self.gateway.write(
            {"signature_header": "X-Signature", "signature_secret": "agreed"}
        )
        body = json.dumps({"id": "sms-1", "status": "failed"})
        with mute_logger("odoo.http"):
            for signature in ("", "00", sign(b"another", "agreed"), "ü"):
                with self.subTest(signature):
                    headers = {"X-Signature": signature.encode()}
                    self.assertEqual(self.report(body, headers=headers), 403)
        self.assertEqual(self.text.state, "sent")
        good = sign(body.encode(), "agreed")
        self.assertEqual(self.report(body, headers={"X-Signature": good}), 200)
        self.assertEqual(self.text.state, "bounced")

    def test_a_form_is_signed_as_it_was_sent(self):
        self.gateway.write(
            {"signature_header": "X-Signature", "signature_secret": "agreed"}
        )
        body = "id=sms-1&status=delivered"
        status = self.report(
            body,
            headers={
                "X-Signature": "sha256=" + sign(body.encode(), "agreed"),
                "Content-Type": "application/x-www-form-urlencoded",
            },
        )
        self.assertEqual(status, 200)
        self.assertTrue(self.text.delivered_on)

    def test_rubbish_changes_nothing(self):
        for said in (
            b"",
            b"\xff\xfe\x00",
            "null",
            "[]",
            "[[[]]]",
            "12",
            '"text"',
            "{}",
            '{"id": {"a": 1}, "status": []}',
            '{"id": "sms-1"}',
            '{"id": null, "status": null}',
            "[" * 3000,
            '{"id": "sms-1\\u0000", "status": "failed"}',
        ):
            with self.subTest(said[:30]):
                self.assertEqual(self.report(said), 200)
                self.assertEqual(self.text.state, "sent")

    def test_reports_of_another_gateway_are_not_ours(self):
        other = self.gateway.copy({"name": "Other"})
        path = f"/sms/report/{other.id}/{other.report_token}"
        self.assertEqual(self.report({"id": "sms-1", "status": "failed"}, path), 200)
        self.assertEqual(self.text.state, "sent")
