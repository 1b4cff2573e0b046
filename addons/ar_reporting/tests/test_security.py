from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import TODAY, ReportingCommon, exact


@tagged("post_install", "-at_install", "ar")
class TestSecurity(ReportingCommon):
    """Who sees what: companies, restricted claim types, people without a role."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.social = cls.env["res.groups"].create({"name": "Social claims"})
        cls.env.user.group_ids |= cls.social
        kind = cls.env["ar.claim.type"].create(
            {
                "name": "Social",
                "code": "report_social",
                "access_group_id": cls.social.id,
            }
        )
        cls.journal = cls.company_data["default_journal_sale"].copy(
            {
                "ar_claim_type_id": kind.id,
                "code": "SOCR",
                "default_account_id": cls.company_data["default_account_revenue"].id,
            }
        )
        test = cls()
        cls.public = test.book("2026-03-01", 100, "2026-02-01")
        silent = cls.create_partner("Silent Person")
        cls.hidden = test.book(
            "2026-03-01",
            700,
            "2026-02-01",
            partner_id=silent.id,
            journal_id=cls.journal.id,
        )
        cls.foreign = test.book("2026-03-01", 40, "2026-02-01", company=cls.other)
        cls.match(test, cls.hidden, test.receipt("2026-05-01", 200, silent))
        test.sync()
        cls.auditor = cls.create_user("report_auditor", "ar_dunning.group_auditor")
        cls.member = cls.create_user("report_member", "ar_dunning.group_collector")
        cls.member.group_ids |= cls.social
        cls.bookkeeper = cls.create_user(
            "report_bookkeeper", "account.group_account_invoice"
        )

    def seen(self, user, name):
        self.env.invalidate_all()
        return self.env[name].with_user(user).with_context(ar_as_of=str(TODAY))

    def test_restricted_items_are_hidden_with_their_amounts(self):
        for user, total in ((self.auditor, 100), (self.member, 600)):
            with self.subTest(user=user.login):
                rows = self.seen(user, "ar.ageing").search([])
                self.assertEqual(
                    sum(map(exact, rows.mapped("amount_residual_company"))), total
                )
                [[found]] = rows._read_group([], [], ["amount_residual_company:sum"])
                self.assertEqual(found, total)

    def test_restricted_amounts_are_not_in_the_months(self):
        for user, open_, invoiced in (
            (self.auditor, 100, 100),
            (self.member, 800, 800),
        ):
            with self.subTest(user=user.login):
                row = self.seen(user, "ar.receivable.month").search(
                    [("date", "=", "2026-02-28")]
                )
                self.assertEqual(row.company_id, self.company)
                self.assertEqual(row.amount_open, open_)
                self.assertEqual(row.amount_invoiced, invoiced)

    def test_restricted_amounts_and_names_are_not_on_the_dashboard(self):
        figures = self.seen(self.auditor, "ar.dashboard").get_figures()
        self.assertEqual(figures["now"]["open"], 100)
        self.assertNotIn("Silent Person", str(figures))
        figures = self.seen(self.member, "ar.dashboard").get_figures()
        self.assertEqual(figures["now"]["open"], 600)
        self.assertIn("Silent Person", str(figures))

    def test_restricted_accounts_are_not_in_the_ledger_check(self):
        proofs = self.seen(self.auditor, "ar.ageing")._balances()
        account = self.company_data["default_account_receivable"]
        self.assertNotIn(account.id, [proof.account_id for proof in proofs])
        self.assertNotIn(b"Silent", self.seen(self.auditor, "ar.ageing")._workbook())
        proofs = self.seen(self.member, "ar.ageing")._balances()
        self.assertIn(account.id, [proof.account_id for proof in proofs])
        self.assertTrue(all(proof.agrees for proof in proofs))

    def test_money_received_on_restricted_claims_is_hidden(self):
        for user, received in ((self.auditor, 0), (self.member, 200)):
            dashboard = self.env["ar.dashboard"].with_user(user)
            month = dashboard.with_context(ar_as_of="2026-05-31").get_figures()["month"]
            self.assertEqual(month["received"], received)

    def test_other_companies_are_hidden(self):
        companies = self.seen(self.auditor, "ar.ageing").search([]).company_id
        self.assertEqual(companies, self.company)
        months = self.seen(self.auditor, "ar.receivable.month").search([])
        self.assertEqual(months.company_id, self.company)

    def test_other_companies_cannot_be_asked_for(self):
        for name in ("ar.ageing", "ar.receivable.month"):
            model = self.seen(self.auditor, name).with_context(
                allowed_company_ids=self.both.ids
            )
            with self.assertRaises(AccessError):
                model.search([])
        dashboard = self.seen(self.auditor, "ar.dashboard").with_context(
            allowed_company_ids=self.both.ids
        )
        with self.assertRaises(AccessError):
            dashboard.get_figures()

    def test_people_without_a_role_see_nothing(self):
        for call in (
            self.seen(self.bookkeeper, "ar.ageing").search,
            self.seen(self.bookkeeper, "ar.receivable.month").search,
        ):
            with self.assertRaises(AccessError):
                call([])
        for call in (
            self.seen(self.bookkeeper, "ar.dashboard").get_figures,
            self.seen(self.bookkeeper, "ar.ageing")._balances,
            self.seen(self.bookkeeper, "ar.ageing")._workbook,
        ):
            with self.assertRaises(AccessError):
                call()

    def test_nobody_writes_a_report(self):
        row = self.seen(self.member, "ar.ageing").search([], limit=1)
        with self.assertRaises(AccessError):
            row.write({"days_overdue": 1})
        with self.assertRaises(AccessError):
            row.unlink()

    def test_an_item_that_is_hidden_does_not_open(self):
        item = self.items(self.hidden)
        row = self.env["ar.ageing"].browse(item.id).with_user(self.auditor)
        with self.assertRaises(AccessError):
            row.action_open()
