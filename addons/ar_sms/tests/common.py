import contextlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from odoo.addons.ar_payment_link.tests.common import PaymentLinkCommon

NUMBER = "+32470123456"


class Gateway:
    """A gateway for text messages: a real HTTP server on this machine.

    ``received`` holds (headers, body) of each request; ``answers`` are given one after
    the other, then 200 with a number. An answer is (code, text), or None: the
    connection is cut without one.
    """

    def __init__(self):
        self.received = []
        self.answers = []
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                length = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(length)
                gateway.received.append((dict(self.headers), body))
                number = len(gateway.received)
                answer = (200, json.dumps({"messages": [{"id": f"sms-{number}"}]}))
                if gateway.answers:
                    answer = gateway.answers.pop(0)
                if answer is None:
                    self.close_connection = True
                    self.connection.close()
                    return
                code, text = answer
                self.send_response(code)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_args):
                """Say nothing: tests look at what was received."""

            def handle(self):
                with contextlib.suppress(OSError, ValueError):
                    return super().handle()

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/messages"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    @property
    def messages(self):
        return [json.loads(body) for _headers, body in self.received]


class SmsCommon(PaymentLinkCommon):
    """A creditor with a gateway, a level that leaves by SMS, a debtor with a mobile."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = Gateway()
        cls.addClassCleanup(cls.server.stop)
        cls.gateway = cls.env["ar.sms.gateway"].create(
            {
                "name": "Local gateway",
                "url": cls.server.address,
                "access": "bearer",
                "access_secret": "let-me-in",
                "answer_id_path": "messages.0.id",
            }
        )
        cls.company.write(
            {
                "ar_sms_gateway_id": cls.gateway.id,
                "ar_sms_sender": "Finance",
                "ar_sms_from": 8.0,
                "ar_sms_to": 22.0,
                "ar_sandbox": False,
            }
        )
        cls.company.partner_id.tz = "UTC"
        cls.debtor_partner.write(
            {"phone": "0470 12 34 56", "country_id": cls.env.ref("base.be").id}
        )

    def setUp(self):
        super().setUp()
        self.server.received.clear()
        self.server.answers.clear()

    @classmethod
    def default_levels(cls):
        return [
            {
                "level_key": "reminder",
                "offset_days": 10,
                "channels": ("sms", "email", "letter"),
            },
            {
                "level_key": "second",
                "offset_days": 28,
                "minimum_wait_days": 14,
                "channels": ("letter",),
            },
        ]

    def texts(self, notice):
        return notice.delivery_ids.filtered(lambda one: one.channel == "sms")
