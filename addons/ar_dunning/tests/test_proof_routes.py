from datetime import date

from odoo.tests import HttpCase, new_test_user, tagged

from .law_common import LawCommon


@tagged("post_install", "-at_install", "ar")
class TestProofRoutes(LawCommon, HttpCase):
    """Who reads how an amount came about, and what everybody else gets."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = date(2026, 3, 12)

    def setUp(self):
        super().setUp()
        self.policy("lump_sum")

    def statement(self, login, record, kind="claim", suffix="proof"):
        self.authenticate(login and login.login, login and login.login)
        return self.url_open(f"/ar_dunning/{kind}/{record}/{suffix}")

    def sent(self, **values):
        """Return a claim with the cost that its reminder announced, and the notice."""
        claim = self.claim(self.invoice(300, "2026-03-02", **values))
        self.propose("2026-03-12")
        self.dispatch("2026-03-12")
        self.deliver("2026-03-12")
        self.bring_up_to("2026-03-27")
        return claim, self.lines(claim).notice_id

    def test_a_collector_reads_page_and_file(self):
        claim, notice = self.sent()
        collector = self.create_user("proof_collector", "ar_dunning.group_collector")
        for kind, record in (("claim", claim), ("notice", notice)):
            with self.subTest(kind):
                page = self.statement(collector, record.id, kind)
                self.assertEqual(page.status_code, 200)
                self.assertIn("45.00", page.text)
                self.assertIn("art. 2", page.text)
                self.assertEqual(page.headers["Cache-Control"], "no-store")
                paper = self.statement(collector, record.id, kind, "proof.pdf")
                self.assertEqual(paper.headers["Content-Type"], "application/pdf")
                self.assertEqual(paper.content[:5], b"%PDF-")

    def test_what_one_may_not_see_is_not_there(self):
        claim, notice = self.sent()
        other = self.env["res.company"].create({"name": "Other creditor"})
        stranger = self.create_user("proof_stranger", "ar_dunning.group_manager", other)
        employee = self.create_user("proof_employee")
        portal = new_test_user(
            self.env(su=True), login="proof_portal", groups="base.group_portal"
        )
        for kind, record in (("claim", claim), ("notice", notice)):
            for user in (stranger, employee, portal):
                for suffix in ("proof", "proof.pdf"):
                    with self.subTest(kind=kind, user=user.login, suffix=suffix):
                        answer = self.statement(user, record.id, kind, suffix)
                        self.assertEqual(answer.status_code, 404)
                        self.assertNotIn("45.00", answer.text)

    def test_a_restricted_claim_is_for_its_group(self):
        group = self.env["res.groups"].sudo().create({"name": "Social claims"})
        self.env.user.group_ids += group
        kind = self.env["ar.claim.type"].create(
            {"name": "Social", "code": "social_proof", "access_group_id": group.id}
        )
        sales = self.company_data["default_journal_sale"]
        journal = sales.copy(
            {
                "code": "SOC",
                "ar_claim_type_id": kind.id,
                "default_account_id": sales.default_account_id.id,
            }
        )
        claim, notice = self.sent(journal_id=journal.id)
        outside = self.create_user("proof_outside", "ar_dunning.group_manager")
        inside = self.create_user("proof_inside", "ar_dunning.group_collector")
        inside.sudo().group_ids += group
        for what, record in (("claim", claim), ("notice", notice)):
            answers = {
                user.login: self.statement(user, record.id, what).status_code
                for user in (outside, inside)
            }
            self.assertEqual(answers, {"proof_outside": 404, "proof_inside": 200})

    def test_numbers_and_kinds_that_mean_nothing(self):
        collector = self.create_user("proof_nobody", "ar_dunning.group_collector")
        for kind, number in (
            ("claim", 2147483647),
            ("claim", 0),
            ("claim", 99999999999999),
            ("claim", "1 or 1=1"),
            ("debtor", 1),
            ("notice", "-1"),
        ):
            with self.subTest(kind=kind, number=number):
                answer = self.statement(collector, number, kind)
                self.assertEqual(answer.status_code, 404)

    def test_nobody_reads_without_a_session(self):
        answer = self.statement(None, self.sent()[0].id)
        self.assertIn("/web/login", answer.url)
