from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common import NUMBER, SmsCommon


@tagged("post_install", "-at_install")
class TestGateway(SmsCommon):
    """A gateway is described by a person: what is refused, who reads its secrets."""

    def test_what_cannot_work_is_refused(self):
        for values in (
            {"url": False},
            {"url": "gateway.example/messages"},
            {"url": "ftp://gateway.example"},
            {"url": "http://gateway.example/messages"},
            {"url": "http://[broken"},
            {"body_template": "to={number}"},
            {"body_template": '["{number}", "{text}"]'},
            {"body_template": '{"to": "{number}"}'},
            {"body_template": '{"text": "{text}"}'},
            {"body_template": '{"to": "{number}", "text": "{text}", "x": "{nobody}"}'},
            {"body_kind": "form", "body_template": '{"a": ["{number}", "{text}"]}'},
            {"signature_header": "X-Signature"},
            {"signature_secret": "only this"},
        ):
            with self.subTest(values), self.assertRaises(ValidationError):
                self.gateway.write(values)

    def test_a_form_with_user_and_password(self):
        self.gateway.write(
            {
                "body_kind": "form",
                "body_template": '{"to": "{digits}", "text": "{text}", "flash": false}',
                "access": "basic",
                "access_name": "städt",
                "access_secret": "gehëim",
            }
        )
        answer = self.gateway._send(self.company, NUMBER, "a&b=c +1 €", "key")
        self.assertTrue(answer.is_taken)
        [(headers, body)] = self.server.received
        self.assertEqual(
            body, b"to=32470123456&text=a%26b%3Dc+%2B1+%E2%82%AC&flash=false"
        )
        self.assertTrue(headers["Authorization"].startswith("Basic "))

    def test_a_key_in_a_header(self):
        self.gateway.write({"access": "header", "access_name": "X-Key"})
        self.gateway._send(self.company, NUMBER, "text", "key")
        [(headers, _body)] = self.server.received
        self.assertEqual(headers["X-Key"], "let-me-in")

    def test_a_text_never_becomes_a_field(self):
        text = '", "to": "+32499999999", "x": "{sender}{report_url}'
        self.gateway._send(self.company, NUMBER, text, "key")
        [message] = self.server.messages
        self.assertEqual((message["to"], message["text"]), (NUMBER, text))

    def test_where_it_points_to_is_not_followed(self):
        self.server.answers.append((302, "elsewhere"))
        answer = self.gateway._send(self.company, NUMBER, "text", "key")
        self.assertTrue(answer.is_about_us)
        self.assertEqual(len(self.server.received), 1)

    def test_fates(self):
        for answer, fate in (
            ((200, "OK"), "taken"),
            ((202, "[]"), "taken"),
            ((200, "not json"), "taken"),
            ((400, "{}"), "refused"),
            ((404, ""), "refused"),
            ((401, ""), "about_us"),
            ((402, ""), "about_us"),
            ((429, ""), "later"),
            ((503, ""), "later"),
            ((500, ""), "unknown"),
            ((502, ""), "unknown"),
            ((504, ""), "unknown"),
            (None, "unknown"),
        ):
            with self.subTest(answer):
                self.server.answers.append(answer)
                given = self.gateway._send(self.company, NUMBER, "text", "key")
                self.assertEqual(given.fate, fate)

    def test_a_huge_answer_is_not_read_to_its_end(self):
        self.server.answers.append((422, "x" * 5_000_000))
        answer = self.gateway._send(self.company, NUMBER, "text", "key")
        self.assertEqual(answer.fate, "refused")
        self.assertLess(len(answer.text), 400)

    def test_secrets_are_for_managers(self):
        collector = self.create_user("sms_collector", "ar_dunning.group_collector")
        gateway = self.gateway.with_user(collector)
        self.assertEqual(gateway.name, "Local gateway")
        for name in ("access_secret", "report_token", "signature_secret"):
            with self.subTest(name), self.assertRaises(AccessError):
                gateway.read([name])
        with self.assertRaises(AccessError):
            gateway.action_try()

    def test_secrets_are_not_written_down(self):
        self.gateway.write({"name": "Renamed", "access_secret": "other-secret"})
        self.env.flush_all()
        changes = self.env["ar.config.change"].sudo().search([])
        told = str(changes.read())
        self.assertIn("Renamed", told)
        for secret in ("other-secret", "let-me-in", self.gateway.report_token):
            self.assertNotIn(secret, told)

    def test_gateways_of_other_companies_are_not_seen(self):
        other = self.env["res.company"].create({"name": "Other creditor"})
        self.gateway.company_id = other
        collector = self.create_user("sms_stranger", "ar_dunning.group_manager")
        found = self.env["ar.sms.gateway"].with_user(collector).search([])
        self.assertNotIn(self.gateway, found)
