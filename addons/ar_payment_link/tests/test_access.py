from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from .common import PaymentLinkCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-15")
class TestAccess(PaymentLinkCommon):
    """Who may see links, hand them out and take them back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.auditor, cls.collector, cls.stranger = (
            new_test_user(cls.env, login, groups, company_id=cls.company.id)
            for login, groups in (
                ("link_auditor", "ar_dunning.group_auditor"),
                ("link_collector", "ar_dunning.group_collector"),
                ("link_stranger", "base.group_user"),
            )
        )

    def test_auditor_reads_but_gets_no_address(self):
        link = self.make(self.owe(100)).with_user(self.auditor)
        self.assertTrue(link.reference)
        self.assertTrue(link.amount_due)
        with self.assertRaises(AccessError):
            link.read(["address"])
        for attempt in (link.action_open_page, link.action_revoke):
            with self.assertRaisesRegex(UserError, "Only collectors"):
                attempt()
        with self.assertRaisesRegex(UserError, "Only collectors"):
            link.line_ids.claim_id.action_payment_link()
        with self.assertRaises(UserError):
            link.debtor_id.action_revoke_payment_links()

    def test_nobody_writes_a_link(self):
        link = self.make(self.owe(100)).with_user(self.collector)
        for attempt in (
            lambda: link.write({"expires_on": "2099-01-01"}),
            lambda: link.line_ids.write({"claim_id": False}),
            link.unlink,
            link.copy,
        ):
            with self.assertRaises(AccessError):
                attempt()

    def test_stranger_sees_nothing(self):
        link = self.make(self.owe(100)).with_user(self.stranger)
        for attempt in (
            link.action_revoke,
            link.action_open_page,
            lambda: link.read(["reference"]),
            lambda: link.line_ids.read(["claim_id"]),
        ):
            with self.assertRaises(AccessError):
                attempt()

    def test_other_company_sees_nothing(self):
        link = self.make(self.owe(100))
        other = self.setup_other_company()["company"]
        foreigner = new_test_user(
            self.env, "link_foreigner", "ar_dunning.group_manager", company_id=other.id
        )
        links = self.links.with_user(foreigner).with_company(other)
        self.assertFalse(links.search([("id", "=", link.id)]))
        with self.assertRaises(AccessError):
            links.browse(link.id).action_revoke()

    def test_collector_makes_opens_and_revokes(self):
        claims = self.owe(100, 50).with_user(self.collector)
        action = claims.action_payment_link()
        link = self.links.with_user(self.collector).browse(action["res_id"])
        self.assertEqual(link.source, "manual")
        self.assertEqual(link.create_uid, self.collector)
        self.assertEqual(link.action_open_page()["url"], link.address)
        self.assertEqual(link.debtor_id.payment_link_count, 1)
        link.action_revoke()
        self.assertEqual((link.state, link.revoked_by_id), ("revoked", self.collector))
        self.assertFalse(link.address)
        with self.assertRaisesRegex(UserError, "make a new one"):
            link.action_open_page()

    def test_all_links_of_a_debtor_are_revoked_together(self):
        first, second = self.owe(100, 50)
        links = self.make(first) + self.make(second, "portal")
        links += self.make(first)._choose(second + first)
        debtor = links.debtor_id.with_user(self.collector)
        debtor.action_revoke_payment_links()
        self.assertEqual(set(links.mapped("state")), {"revoked"})
        self.assertEqual(debtor.payment_link_count, 0)

    def test_link_for_all_that_a_debtor_owes(self):
        claims = self.owe(100, 50)
        action = claims.debtor_id.with_user(self.collector).action_payment_link()
        link = self.links.browse(action["res_id"])
        self.assertEqual(link.line_ids.claim_id, claims)

    def test_screens_open(self):
        notice = self.reminder(100)
        link = self.link_of(notice)
        for record in (link, notice, link.debtor_id, link.line_ids.claim_id):
            for user in (self.auditor, self.collector):
                Form(record.with_user(user))
        self.assertEqual(notice.action_open_payment_link()["res_id"], link.id)

    def test_merged_contact_keeps_its_links(self):
        claim = self.owe(100)
        link = self.make(claim)
        token = link._token()
        other = self.create_partner("Dirk Peeters")
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (claim.partner_id + other).ids, other
        )
        self.env.invalidate_all()
        self.assertEqual(link.partner_id, other)
        self.assertEqual(self.found(token), link)
        self.assertEqual(self.amounts(link), {claim.move_name: 100.0})
