import logging
from decimal import Decimal

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from ..access_log import MaskTokens
from ..models.payment_link_making import MAXIMUM_CHOICES
from ..rules import epc
from .common import BASE_URL, IBAN, PaymentLinkCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-15")
class TestToken(PaymentLinkCommon):
    def setUp(self):
        super().setUp()
        self.link = self.make(self.owe(100))

    def test_token_opens_its_link_however_it_is_typed(self):
        token = self.link._token()
        groups = "-".join([token[:6], token[6:]]).upper()
        for typed in (token, token.upper(), f" {groups} "):
            self.assertEqual(self.found(typed), self.link)
        self.assertTrue(self.found(token).env.su)
        self.assertEqual(self.link._url(), f"{BASE_URL}/ar/pay/{token}")

    def test_whatever_is_no_token_opens_nothing(self):
        head, secret = self.link._token().split("-")
        other = self.make(self.owe(50))._token().split("-")[1]
        for wrong in (
            "",
            None,
            False,
            27,
            head,
            f"{head}-",
            f"{head}-{secret[:-1]}",
            f"{head}-{secret[:-1]}{'0' if secret[-1] != '0' else '1'}",
            f"{head}-{other}",
            f"zzzzzzz-{secret}",
            f"0-{secret}",
            f"u{head}-{secret}",
            f"{head}-{secret}\x00",
            f"{head}-{secret}é",
            "٣-" + secret,
            "9" * 100_000,
            f"{head}-{secret}" * 3,
            f"{head}'; DROP TABLE ar_payment_link--{secret}",
        ):
            with self.subTest(token=str(wrong)[:40]):
                self.assertFalse(self.found(wrong))

    def test_token_depends_on_the_secret_of_the_database(self):
        token = self.link._token()
        self.env["ir.config_parameter"].set_param("database.secret", "another")
        self.assertFalse(self.found(token))
        self.assertNotEqual(self.link._token(), token)

    def test_token_depends_on_the_nonce(self):
        token = self.link._token()
        self.link.sudo().nonce = "another"
        self.assertFalse(self.found(token))

    def test_link_works_until_the_last_day_of_the_company(self):
        self.assertEqual(str(self.link.expires_on), "2026-06-13")
        self.company.partner_id.tz = "Europe/Brussels"
        for moment, works in (
            ("2026-06-13 21:59:00", True),
            ("2026-06-13 22:01:00", False),
        ):
            with freeze_time(moment):
                self.assertEqual(bool(self.found(self.link._token())), works)

    def test_revoked_link_and_its_choices_open_nothing(self):
        second = self.owe(50)
        choice = self.link._choose(second)
        tokens = [self.link._token(), choice._token()]
        self.link.action_revoke()
        self.assertFalse(any(self.found(token) for token in tokens))
        self.assertEqual(choice.state, "revoked")
        self.assertEqual(self.link.revoked_by_id, self.env.user)

    def test_choice_of_a_revoked_origin_opens_nothing(self):
        choice = self.link._choose(self.owe(50))
        self.link.sudo().revoked_on = fields.Datetime.now()
        self.assertFalse(choice.revoked_on)
        self.assertFalse(self.found(choice._token()))

    def test_archived_debtor_opens_nothing(self):
        self.link.debtor_id.active = False
        self.assertFalse(self.found(self.link._token()))

    def test_secret_part_is_read_by_nobody(self):
        with self.assertRaises(AccessError):
            self.link.read(["nonce"])
        self.assertNotIn("nonce", self.link.fields_get())

    def test_log_of_requests_holds_no_token(self):
        path = self.link._path()
        head = path.partition("-")[0]
        for name in ("werkzeug", "odoo.http"):
            record = logging.makeLogRecord(
                {"msg": f'"{path}" %s %s', "args": (f"GET {path}/done", 200)}
            )
            logger = logging.getLogger(name)
            [masking] = [one for one in logger.filters if isinstance(one, MaskTokens)]
            self.assertTrue(masking.filter(record))
            self.assertEqual(record.getMessage(), f'"{head}-…" GET {head}-…/done 200')

    def test_log_holds_no_token_however_it_is_typed(self):
        head, _hyphen, secret = self.link._token().partition("-")
        typed = "%20".join(secret[at : at + 4] for at in range(0, 20, 4))
        for path in (
            f"/ar/pay/{head}-{typed}",
            f"/ar/pay/%20{head}-{secret}",
            f"/ar/pay/{head}%2D{secret}",
            f"/ar//pay//{head}-{secret}",
        ):
            record = logging.makeLogRecord({"msg": "GET %s", "args": (path,)})
            MaskTokens().filter(record)
            for piece in (secret[:4], secret[8:12], secret[-4:]):
                with self.subTest(path=path):
                    self.assertNotIn(piece, record.getMessage())
        record = logging.makeLogRecord({"msg": "GET /ar/pay/back?lang=nl"})
        MaskTokens().filter(record)
        self.assertEqual(record.getMessage(), "GET /ar/pay/back?lang=nl")

    def test_opening_is_counted(self):
        with freeze_time("2026-03-16 10:00:00"):
            self.link._note_opened()
        with freeze_time("2026-03-17 10:00:00"):
            self.link._note_opened()
        self.assertEqual(self.link.open_count, 2)
        self.assertEqual(str(self.link.first_opened_on), "2026-03-16 10:00:00")
        self.assertEqual(str(self.link.last_opened_on), "2026-03-17 10:00:00")


@tagged("post_install", "-at_install")
@freeze_time("2026-03-15")
class TestOpenClaims(PaymentLinkCommon):
    def test_all_that_the_debtor_owes_is_shown_oldest_first(self):
        later, earlier = self.owe(100, due="2026-03-01") + self.owe(
            50, due="2026-02-01"
        )
        shown = self.make(later)._open_claims()
        self.assertEqual([one.claim for one in shown], [earlier, later])
        self.assertEqual([one.chosen for one in shown], [False, True])
        self.assertEqual([one.days_overdue for one in shown], [42, 14])
        self.assertEqual(shown[0].open_amount, Decimal("50.00"))
        self.assertEqual(shown[0].description, "Service")
        self.assertTrue(all(one.payable for one in shown))

    def test_amounts_are_of_this_moment(self):
        claim = self.owe(100)
        link = self.make(claim)
        self.pay(claim.move_id, 30, "2026-03-10")
        self.assertEqual(self.amounts(link), {claim.move_name: 70.0})
        self.pay(claim.move_id, 70, "2026-03-11")
        self.assertEqual(self.amounts(link), {})

    def test_credit_covers_the_oldest(self):
        older, newer = self.owe(100, due="2026-02-01") + self.owe(50)
        self.invoice(110, "2026-03-01", move_type="out_refund")
        link = self.make(newer)
        self.assertEqual(
            [(one.claim, one.covered, one.payable) for one in link._open_claims()],
            [(older, Decimal("100.00"), False), (newer, Decimal("10.00"), True)],
        )
        self.assertEqual(link._payment_facts().amount, Decimal("40.00"))

    def test_others_debts_are_not_shown(self):
        claim = self.owe(100)
        self.owe(50, partner=self.create_partner("Mia Claes"))
        dollars = self.setup_other_currency("USD", rates=[("2026-01-01", 2.0)])
        self.owe(60, currency_id=dollars.id)
        self.assertEqual(self.amounts(self.make(claim)), {claim.move_name: 100.0})

    def test_restricted_claims_are_a_link_of_their_own(self):
        group = self.env["res.groups"].create({"name": "Social"})
        self.env.user.group_ids += group
        kind = self.env["ar.claim.type"].create(
            {"name": "Social", "code": "social", "access_group_id": group.id}
        )
        journal = self.company_data["default_journal_sale"].copy(
            {"ar_claim_type_id": kind.id}
        )
        ordinary, secret = self.owe(100) + self.owe(70, journal_id=journal.id)
        self.assertEqual(secret.access_group_id, group)
        self.assertEqual(self.amounts(self.make(ordinary)), {ordinary.move_name: 100.0})
        link = self.make(secret)
        self.assertEqual(self.amounts(link), {secret.move_name: 70.0})
        self.assertEqual(link.line_ids.access_group_id, group)
        with self.assertRaisesRegex(UserError, "not visible to the same people"):
            self.make(ordinary + secret)
        self.env.user.group_ids -= group
        self.assertFalse(self.links.search([("id", "=", link.id)]))

    def test_what_accounting_keeps_out_of_follow_up_is_not_asked(self):
        claim, direct_debit = self.owe(100, 50)
        direct_debit.move_id.no_followup = True
        self.assertEqual(self.amounts(self.make(claim)), {claim.move_name: 100.0})
        self.assertEqual(len(self.amounts(self.make(direct_debit))), 2)

    def test_claims_with_somebody_else_are_shown_not_offered(self):
        claim, handed_over = self.owe(100, 50)
        sentence = "Bailiff De Smet collects this claim."
        self.collect_elsewhere(handed_over, sentence)
        link = self.make(claim + handed_over)
        shown = {one.claim: one for one in link._open_claims()}
        self.assertEqual(shown[handed_over].with_others, sentence)
        self.assertFalse(shown[handed_over].payable)
        self.assertEqual(link._payment_facts().amount, Decimal("100.00"))
        with self.assertRaisesRegex(UserError, "load the page again"):
            link._choose(handed_over)

    def test_reading_takes_a_constant_number_of_queries(self):
        few = self.make(self.owe(10))
        partner = self.create_partner("Mia Claes")
        many = self.make(self.owe(*range(1, 9), partner=partner))
        counts = []
        for link in (many, few, many):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.assertTrue(link._open_claims())
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(*counts[1:])

    def test_link_of_what_was_handed_over_shows_nothing_else(self):
        handed_over, ours = self.owe(100) + self.owe(50)
        links = {claim: self.make(claim) for claim in (handed_over, ours)}
        self.collect_elsewhere(handed_over)
        shown = {
            claim: [one.claim for one in link._open_claims()]
            for claim, link in links.items()
        }
        self.assertEqual(shown[handed_over], [handed_over])
        self.assertEqual(shown[ours], [handed_over, ours])


@tagged("post_install", "-at_install")
@freeze_time("2026-03-15")
class TestPaymentFacts(PaymentLinkCommon):
    def test_one_claim_is_paid_with_its_own_reference(self):
        claim = self.owe(100, payment_reference="+++123/4567/89002+++")
        facts = self.make(claim)._payment_facts()
        self.assertEqual(facts.reference, "+++123/4567/89002+++")
        self.assertEqual(facts.iban, IBAN)
        self.assertEqual(facts.holder, self.company.name)
        self.assertTrue(facts.structured)
        transfer = epc.read(facts.code)
        self.assertEqual(transfer.structured, "123456789002")
        self.assertEqual(transfer.amount, Decimal("100.00"))
        self.assertEqual(transfer.iban, IBAN)

    def test_document_number_is_free_text(self):
        claim = self.owe(100, payment_reference="INV/2026/7")
        facts = self.make(claim)._payment_facts()
        self.assertFalse(facts.structured)
        self.assertEqual(epc.read(facts.code).text, "INV/2026/7")

    def test_several_claims_are_paid_with_the_reference_of_the_link(self):
        link = self.make(self.owe(100, 50))
        facts = link._payment_facts()
        self.assertEqual(facts.reference, link.reference)
        self.assertEqual(facts.amount, Decimal("150.00"))
        self.assertEqual(epc.read(facts.code).structured, link.reference_key)

    def test_part_of_a_link_is_not_paid_with_its_reference(self):
        claims = self.owe(100, 50, 25)
        link = self.make(claims)
        with self.assertRaises(ValueError):
            link._payment_facts(claims[:2])
        self.assertEqual(
            link._payment_facts(claims[0]).reference, claims[0].payment_reference
        )

    def test_reference_is_from_the_range_of_links(self):
        self.assertRegex(self.make(self.owe(5)).reference_key, r"^9[0-9]{11}$")
        self.company.account_fiscal_country_id = self.env.ref("base.nl")
        link = self.make(self.owe(6))
        self.assertRegex(link.reference_key, r"^RF[0-9]{2}ARL[0-9]{9}$")
        self.assertEqual(link.reference.replace(" ", ""), link.reference_key)

    def test_no_code_where_a_transfer_cannot_pay(self):
        claim = self.owe(100)
        link = self.make(claim)
        self.company.partner_id.bank_ids.acc_number = "123-456"
        self.assertIsNone(link._payment_facts().code)
        self.company.partner_id.bank_ids = [fields.Command.clear()]
        facts = link._payment_facts()
        self.assertEqual((facts.iban, facts.code), ("", None))

    def test_nothing_left_to_pay(self):
        claim = self.owe(100)
        link = self.make(claim)
        self.pay(claim.move_id, 100, "2026-03-11")
        facts = link._payment_facts()
        self.assertEqual((facts.amount, facts.code), (Decimal(0), None))


@tagged("post_install", "-at_install")
@freeze_time("2026-03-15")
class TestChoosing(PaymentLinkCommon):
    def test_choice_is_made_once_and_ends_with_its_origin(self):
        first, second, third = self.owe(100, 50, 25)
        link = self.make(first + second)
        visitor = self.found(link._token())
        self.assertEqual(visitor._choose(first + second), link)
        choice = visitor._choose(second + third)
        self.assertRecordValues(
            choice,
            [
                {
                    "source": "choice",
                    "origin_id": link.id,
                    "expires_on": link.expires_on,
                    "debtor_id": link.debtor_id.id,
                }
            ],
        )
        self.assertEqual(choice.line_ids.claim_id, second + third)
        self.assertEqual(visitor._choose(third + second), choice)
        # On the page of the choice one comes back to the origin.
        self.assertEqual(choice._choose(first + second), link)
        self.assertEqual(choice._choose(second + third), choice)
        self.assertEqual(choice._choose(third).origin_id, link)

    def test_link_stays_when_part_of_it_is_paid(self):
        first, second, third = self.owe(100, 50, 25)
        link = self.make(first + second + third)
        self.pay(first.move_id, 100, "2026-03-11")
        self.assertEqual(link._choose(second + third), link)
        self.assertEqual(link._payment_facts().reference, link.reference)

    def test_foreign_or_empty_choices_are_refused(self):
        link = self.make(self.owe(100))
        foreign = self.owe(50, partner=self.create_partner("Mia Claes"))
        paid = self.owe(20)
        self.pay(paid.move_id, 20, "2026-03-11")
        for claims in (foreign, paid, foreign.browse()):
            with self.assertRaisesRegex(UserError, "choose anew"):
                link._choose(claims)

    def test_number_of_choices_is_limited(self):
        claims = self.owe(100, 50)
        link = self.make(claims)
        other = self.owe(5)
        for number in range(MAXIMUM_CHOICES):
            link.sudo().copy(
                {
                    "source": "choice",
                    "origin_id": link.id,
                    "number": 1000 + number,
                    "reference": f"{number}",
                    "reference_key": f"TEST{number}",
                    "lines_digest": f"test {number}",
                    "nonce": "test",
                }
            )
        with self.assertRaisesRegex(UserError, "pay per invoice"):
            link._choose(other)
        self.assertEqual(link._choose(claims), link)

    def test_same_claims_give_the_same_link(self):
        claims = self.owe(100, 50)
        link = self.make(claims)
        self.assertEqual(self.make(claims), link)
        self.assertNotEqual(self.make(claims, "portal"), link)
        link.action_revoke()
        self.assertNotEqual(self.make(claims), link)

    def test_claims_that_do_not_belong_together(self):
        claim = self.owe(100)
        paid = self.owe(20)
        self.pay(paid.move_id, 20, "2026-03-11")
        foreign = self.owe(50, partner=self.create_partner("Mia Claes"))
        for claims, words in (
            (claim + foreign, "one debtor"),
            (paid, "open claims"),
            (claim.browse(), "Choose"),
        ):
            with self.assertRaisesRegex(UserError, words):
                self.make(claims)

    def test_company_decides_how_long_a_link_works(self):
        self.company.ar_link_validity_days = 10
        self.assertEqual(str(self.make(self.owe(5)).expires_on), "2026-03-25")
