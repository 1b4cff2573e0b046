from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, freeze_time, tagged
from odoo.tests.common import new_test_user

from .test_payment_page import PageCommon


@tagged("post_install", "-at_install")
class TestRateLimit(TransactionCase):
    def setUp(self):
        super().setUp()
        self.limits = self.env["ar.rate.limit"]
        self.env["ir.config_parameter"].set_param("ar_payment_link.limit_link", "2")

    def admit(self, at, whom=1, purpose="link"):
        with freeze_time(f"2026-03-15 {at}"):
            return self.limits._admit(purpose, whom)

    def test_as_many_as_the_limit_in_ten_minutes(self):
        self.assertTrue(self.admit("10:00:00"))
        self.assertTrue(self.admit("10:05:00"))
        self.assertFalse(self.admit("10:09:59"))
        self.assertTrue(self.admit("10:10:00"))
        self.assertFalse(self.admit("10:14:59"))

    def test_each_is_counted_apart(self):
        for whom, purpose in ((1, "link"), (2, "link"), (1, "document")):
            for _use in range(2):
                self.assertTrue(self.admit("10:00:00", whom, purpose))
        self.assertFalse(self.admit("10:00:00"))

    def test_flood_writes_no_more_than_the_limit(self):
        for _use in range(20):
            self.admit("10:00:00")
        self.assertEqual(self.limits.search_count([]), 2)

    def test_rows_tell_nobody_and_go(self):
        self.admit("10:00:00", "203.0.113.7")
        self.assertNotIn("203.0.113", self.limits.search([]).key)
        with freeze_time("2026-03-15 10:10:00"):
            self.limits._gc_uses()
        self.assertFalse(self.limits.search([]))

    def test_wrong_parameter_leaves_the_limit(self):
        for wrong in ("x", "0", "-1", ""):
            self.env["ir.config_parameter"].set_param(
                "ar_payment_link.limit_link", wrong
            )
            self.assertEqual(self.limits._limit_of("link"), 240)

    def test_nobody_reads_who_came(self):
        manager = new_test_user(self.env, "limits", groups="base.group_user")
        with self.assertRaises(AccessError):
            self.limits.with_user(manager).search([])


@tagged("post_install", "-at_install")
@freeze_time("2026-03-15 10:00:00")
class TestPageLimit(PageCommon):
    def limit(self, purpose, most):
        self.env["ir.config_parameter"].set_param(
            f"ar_payment_link.limit_{purpose}", str(most)
        )

    def test_page_that_is_asked_for_too_often_rests(self):
        self.limit("link", 2)
        self.page()
        self.page()
        answer = self.get(self.path)
        self.assertEqual(answer.status_code, 429)
        self.assertIn("Please wait a few minutes", answer.text)
        self.assertNotIn("Dirk", answer.text)
        self.assertEqual(answer.headers["Referrer-Policy"], "no-referrer")
        self.assertEqual(self.link.open_count, 2)
        self.assertEqual(self.get(self.make(self.claims)._path()).status_code, 200)

    def test_guessing_never_shuts_out_who_has_a_link(self):
        self.limit("stranger", 2)
        for status in (404, 404, 429):
            self.assertEqual(self.get("/ar/pay/v-04hm").status_code, status)
        self.page()

    def test_payment_form_gets_a_sentence(self):
        self.limit("link", 1)
        self.page()
        answer = self.url_open(
            f"{self.path}/transaction", json={"id": 1, "params": {"amount": 1}}
        )
        self.assertEqual(answer.status_code, 200)
        self.assertIn("wait a few minutes", answer.json()["error"]["message"])
