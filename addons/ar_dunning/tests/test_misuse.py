import smtplib
from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import DunningCommon

TODAY = date(2026, 3, 20)


@tagged("post_install", "-at_install")
class TestMisuse(DunningCommon):
    """What people, files and servers do that nobody meant them to."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.collector = cls.create_user("collector", "ar_dunning.group_collector")
        cls.approver = cls.create_user("approver", "ar_dunning.group_approver")
        cls.auditor = cls.create_user("auditor", "ar_dunning.group_auditor")
        cls.bookkeeper = cls.create_user("bookkeeper", "account.group_account_invoice")

    @classmethod
    def create_user(cls, name, group):
        return cls.env["res.users"].create(
            {
                "name": name,
                "login": f"{name}@misuse.example",
                "company_id": cls.company.id,
                "company_ids": [(6, 0, cls.company.ids)],
                "group_ids": [
                    (6, 0, [cls.env.ref("base.group_user").id, cls.env.ref(group).id])
                ],
            }
        )

    def restricted_claim(self):
        """Return a claim that no user of these tests may see."""
        group = self.env["res.groups"].create({"name": "Social"})
        self.env.user.group_ids |= group
        kind = self.env["ar.claim.type"].create(
            {"name": "Social", "code": "social", "access_group_id": group.id}
        )
        journal = self.env["account.journal"].create(
            {
                "name": "Social",
                "code": "SOC",
                "type": "sale",
                "company_id": self.company.id,
                "default_account_id": self.company_data["default_account_revenue"].id,
                "ar_claim_type_id": kind.id,
            }
        )
        partner = self.create_partner("Silent Person")
        invoice = self.invoice(100, "2026-03-01", partner, journal_id=journal.id)
        return self.claim(invoice)

    # -- what only the machine writes -------------------------------------------

    def test_people_do_not_write_what_the_machine_keeps(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        item = (
            self.env["ar.work.item"]
            .sudo()
            .create(
                {"company_id": self.company.id, "kind": "bounced", "dedup_key": "x"}
            )
        )
        batch = (
            self.env["ar.print.batch"]
            .sudo()
            .create({"company_id": self.company.id, "date": TODAY})
        )
        for record, values in [
            (claim.debtor_id, {"restricted": True}),
            (claim.debtor_id, {"partner_id": self.env.user.partner_id.id}),
            (item, {"claim_id": claim.id}),
            (item, {"dedup_key": "approve_run/1"}),
            (batch, {"state": "posted"}),
        ]:
            with (
                self.subTest(record=record, values=values),
                self.assertRaises(UserError),
            ):
                record.with_user(self.collector).write(values)
        with self.assertRaises(AccessError):
            item.with_user(self.collector).copy()

    def test_nobody_hides_an_entry(self):
        invoice = self.invoice(100, "2026-03-01")
        hidden = {"ar_access_group_id": self.env.ref("base.group_system").id}
        for entry in (invoice, invoice.line_ids):
            with self.subTest(entry=entry), self.assertRaises(UserError):
                entry.with_user(self.bookkeeper).write(dict(hidden))

    def test_a_bookkeeper_reads_whole_entries(self):
        invoice = self.invoice(100, "2026-03-01")
        [facts] = invoice.with_user(self.bookkeeper).read()
        self.assertNotIn("ar_claim_ids", facts)

    def test_a_new_hold_is_not_lifted(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        values = {"claim_id": claim.id, "reason_id": self.reason.id}
        holds = self.env["ar.hold"].with_user(self.collector)
        with self.assertRaises(UserError):
            holds.create({**values, "lifted_on": "2026-03-02"})
        self.assertTrue(holds.create(values))

    def test_used_version_stays_as_it_is(self):
        draft = self.procedure._new_version()
        manager = self.env.user
        self.assertTrue(manager.has_group("ar_dunning.group_manager"))
        with self.assertRaises(UserError):
            self.version.with_user(manager).write({"state": "draft"})
        with self.assertRaises(UserError):
            draft.level_ids[0].with_user(manager).write(
                {"version_id": self.version.id, "level_key": "new", "sequence": 9}
            )
        with self.assertRaises(UserError):
            draft.level_ids[0].channel_ids[0].with_user(manager).write(
                {"level_id": self.version.level_ids[-1].id}
            )

    def test_letters_are_not_posted_in_the_future(self):
        batch = (
            self.env["ar.print.batch"]
            .sudo()
            .create(
                {
                    "company_id": self.company.id,
                    "date": TODAY,
                    "posted_on": "2126-03-21",
                    "downloaded_on": "2026-03-20 09:00:00",
                }
            )
        )
        with self.assertRaisesRegex(UserError, "not come yet"):
            batch.with_user(self.collector).action_confirm_posted()

    # -- who may see what -------------------------------------------------------

    def test_restricted_debtors_show_nowhere(self):
        claim = self.restricted_claim()
        hold = self.env["ar.hold"].create(
            {"debtor_id": claim.debtor_id.id, "reason_id": self.reason.id}
        )
        self.env.flush_all()
        seen = self.env["ar.hold"].with_user(self.auditor)
        self.assertFalse(seen.search([("id", "=", hold.id)]))
        report = self.env["account.invoice.report"]
        of_claim = [("move_id", "=", claim.move_id.id)]
        self.assertTrue(report.search(of_claim))
        self.assertFalse(report.with_user(self.bookkeeper).search(of_claim))

    def test_ledger_check_tells_no_restricted_total(self):
        claim = self.restricted_claim()
        self.env.flush_all()
        rows = self.env["ar.ledger.identity"]
        of_account = [("account_id", "=", claim.account_id.id)]
        self.assertTrue(rows.search(of_account))
        self.assertFalse(rows.with_user(self.auditor).search(of_account))

    def test_buttons_without_records_need_the_role_as_well(self):
        with self.assertRaises(UserError):
            self.env["ar.cycle"].with_user(self.auditor).action_run_now()
        with self.assertRaises(UserError):
            self.env["ar.dunning.run"].with_user(self.collector).action_approve()
        with self.assertRaises(UserError):
            self.env["ar.cycle"].with_user(self.bookkeeper).action_run_now()

    def test_limit_of_four_eyes_counts_in_company_currency(self):
        currency = self.setup_other_currency("GBP", rates=[("2020-01-01", 0.5)])
        self.company.ar_four_eyes_amount = 1500
        invoice = self.invoice(1000, "2026-03-01", currency_id=currency.id)
        self.version.level_ids._write({"mode": "approval"})
        self.assign("2026-03-20")
        runs = self.env["ar.dunning.run"].with_user(self.approver).sudo()
        runs._propose_company(self.company, TODAY)
        notice = self.claim(invoice).line_ids.notice_id
        self.assertEqual(notice.state, "proposed")
        with self.assertRaises(UserError):
            notice.with_user(self.approver).action_approve()

    # -- poison -----------------------------------------------------------------

    def test_condition_that_fails_at_night_is_refused_by_day(self):
        for condition in (
            '[("days_overdue", ">", 3)]',
            '[("amount_residual", ">", "much")]',
        ):
            with (
                self.subTest(condition=condition),
                self.assertRaises(ValidationError),
                mute_logger("odoo.sql_db"),
            ):
                self.segment.domain = condition

    def test_broken_segment_does_not_stop_the_night(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        broken = self.segment.copy({"sequence": 1})
        broken._write({"domain": '[("gone", "=", 1)]'})
        broken.invalidate_recordset()
        with mute_logger("odoo.addons.ar_dunning.models.segment"):
            self.assign("2026-03-20")
        self.assertFalse(claim.procedure_id, "a lower rank must not take the claim")
        self.assertEqual(broken.claim_count, 0)

    def dispatched(self, partner):
        claim = self.claim(self.invoice(100, "2026-03-01", partner))
        self.propose("2026-03-20")
        self.dispatch("2026-03-20")
        return claim.line_ids.notice_id

    def test_address_that_smtp_cannot_say_fails_alone(self):
        partner = self.create_partner("José", "josé@debtor.example")
        delivery = self.dispatched(partner).delivery_ids
        delivery.sudo()._build_email({})

        class Session(smtplib.SMTP):
            def __init__(self):
                pass

            def sendmail(self, sender, recipients, content):
                raise AssertionError("the dialogue must not begin")

        refusal = delivery._transmit(Session())
        self.assertEqual(refusal[0], 553)

    def test_line_breaks_in_a_name_stay_out_of_the_header(self):
        partner = self.create_partner("A\r\nBcc: b@c.example", "a@debtor.example")
        delivery = self.dispatched(partner).delivery_ids
        self.assertTrue(delivery.sudo()._build_each("_build_email", {}))
        self.assertEqual(delivery.address, "a@debtor.example")

    def test_address_in_a_name_gets_no_copy(self):
        partner = self.create_partner("former@other.example", "a@debtor.example")
        delivery = self.dispatched(partner).delivery_ids
        delivery.sudo()._build_email({})
        self.assertEqual(delivery.address, "a@debtor.example")

    def test_without_a_sender_all_messages_wait(self):
        delivery = self.dispatched(self.debtor_partner).delivery_ids
        self.company.email = "nobody"
        with self.assertRaises(UserError):
            self.prepare_emails(TODAY)
        self.assertEqual(delivery.state, "ready")

    def test_sender_is_one_address(self):
        for address in ("a", "A <a@b.example>", "a@b.example, c@d.example"):
            with self.subTest(address=address), self.assertRaises(ValidationError):
                self.company.ar_sender_email = address
        self.company.ar_reply_to = "Finance@Creditor.example"

    def test_thanks_in_a_language_that_is_not_installed(self):
        notice = self.dispatched(self.debtor_partner)
        self.env["res.lang"].with_context(active_test=False).search(
            [("code", "=", "es_ES")]
        ).active = False
        self.env.cr.execute(
            "UPDATE res_partner SET lang = 'es_ES' WHERE id = %s",
            [self.debtor_partner.id],
        )
        self.pay(notice.line_ids.claim_id.move_id, 100, "2026-03-20")
        self.sync()
        self.env.invalidate_all()
        thanked = (
            self.env["ar.dunning.notice"].sudo()._thank_company(self.company, TODAY)
        )
        self.assertEqual(thanked, 1)

    def test_one_delivery_by_a_channel_is_on_its_way(self):
        notice = self.dispatched(
            self.create_partner("Two", "two@debtor.example", "Kerkstraat 2")
        )
        notice = notice.sudo()
        notice._insert_deliveries(tuple(notice.ids), ["email"])
        notice.invalidate_recordset()
        self.assertEqual(len(notice.delivery_ids), 1)

    def test_unknown_placeholder_is_named(self):
        for field, text in (("subject", "{debtor.x}"), ("opening", "<p>{oops}</p>")):
            with (
                self.subTest(field=field),
                self.assertRaisesRegex(ValidationError, r"\{(debtor\.x|oops)\}"),
            ):
                self.template[field] = text
