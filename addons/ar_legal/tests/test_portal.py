from odoo.http import Request
from odoo.tests import HttpCase, freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from .common import LegalCommon


@tagged("post_install", "-at_install", "ar")
class TestPortal(LegalCommon, HttpCase):
    """What a bailiff sees and says, and what nobody else does."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        self = cls()
        cls.claim, cls.case = self.handed_over()
        cls.clerk = cls.create_partner(
            "Clerk", "clerk@bailiff.example", parent_id=cls.bailiff.id
        )
        cls.portal = cls.portal_user("bailiff_clerk", cls.clerk)
        other_office = cls.create_partner("Other office", "o@other.example")
        cls.stranger = cls.portal_user("other_office", other_office)
        cls.debtor_user = cls.portal_user("portal_debtor", cls.debtor_partner)

    @classmethod
    def portal_user(cls, login, partner):
        return new_test_user(
            cls.env,
            login=login,
            groups="base.group_portal",
            partner_id=partner.id,
            name=partner.name,
            email=partner.email,
        )

    def path(self, suffix="", case=None):
        return f"/my/legal-cases/{(case or self.case).id}{suffix}"

    def look(self, user, path):
        self.authenticate(user.login, user.login)
        return self.url_open(path)

    def say(self, user, suffix, csrf=True, **values):
        self.authenticate(user.login, user.login)
        if csrf:
            values["csrf_token"] = Request.csrf_token(self)
        return self.url_open(self.path(suffix), data=values)

    def test_the_office_reads_its_case(self):
        page = self.look(self.portal, "/my/legal-cases")
        self.assertIn(self.case.name, page.text)
        page = self.look(self.portal, self.path())
        self.assertEqual(page.status_code, 200)
        for words in ("Dirk Peeters", "Received", self.claim.move_name, "Handed over"):
            self.assertIn(words, page.text)

    def test_card_counts_the_cases(self):
        self.authenticate(self.portal.login, self.portal.login)
        answer = self.make_jsonrpc_request(
            "/my/counters", {"counters": ["legal_case_count"]}
        )
        self.assertEqual(answer["legal_case_count"], 1)
        self.authenticate(self.debtor_user.login, self.debtor_user.login)
        answer = self.make_jsonrpc_request(
            "/my/counters", {"counters": ["legal_case_count"]}
        )
        self.assertEqual(answer["legal_case_count"], 0)

    def test_what_stays_in_the_house_is_not_shown(self):
        self.env["ar.hold"].create(
            {
                "claim_id": self.claim.id,
                "reason_id": self.reason.id,
                "date_from": "2026-03-12",
                "note": "Secret hardship",
            }
        )
        for body, values in (
            ("Talk among colleagues", {"subtype_xmlid": "mail.mt_note"}),
            ("Open talk", {"subtype_xmlid": "mail.mt_comment"}),
            (
                "A word to the bailiff",
                {"subtype_xmlid": "mail.mt_comment", "partner_ids": self.clerk.ids},
            ),
        ):
            self.case.message_post(body=body, message_type="comment", **values)
        page = self.look(self.portal, self.path()).text
        self.assertIn("A word to the bailiff", page)
        for secret in (
            "Talk among colleagues",
            "Open talk",
            "Question open",
            "Secret hardship",
        ):
            with self.subTest(secret=secret):
                self.assertNotIn(secret, page)

    def test_everybody_else_gets_the_answer_of_an_unknown_case(self):
        employee = new_test_user(self.env, login="legal_employee")
        unknown = self.look(self.portal, f"/my/legal-cases/{self.case.id + 1000}")
        self.assertEqual(unknown.status_code, 404)
        people = (self.stranger, self.debtor_user, employee, self.users["manager"])
        for user in people:
            for suffix in ("", "/dossier"):
                with self.subTest(user=user.login, suffix=suffix):
                    answer = self.look(user, self.path(suffix))
                    self.assertEqual(answer.status_code, 404)
                    self.assertNotIn(self.case.name, answer.text)
            with self.subTest(user=user.login, list=True):
                self.assertNotIn(
                    self.case.name, self.look(user, "/my/legal-cases").text
                )
            for suffix in ("/message", "/reference", "/stage"):
                with self.subTest(user=user.login, suffix=suffix):
                    answer = self.say(user, suffix, text="x", reference="x", stage="1")
                    self.assertEqual(answer.status_code, 404)

    def test_odd_addresses_are_not_found(self):
        for suffix in ("99999999999999999999", "-1", "1%20or%201=1", "abc"):
            with self.subTest(suffix=suffix):
                answer = self.look(self.portal, f"/my/legal-cases/{suffix}")
                self.assertEqual(answer.status_code, 404)

    def test_visitor_has_to_log_in(self):
        self.assertIn("/web/login", self.url_open(self.path()).url)

    def test_own_legal_service_is_no_party(self):
        self.case.with_user(self.users["approver"]).write(
            {"party_role": "internal", "party_id": self.bailiff.id}
        )
        self.assertEqual(self.look(self.portal, self.path()).status_code, 404)

    def test_former_party_sees_nothing_any_more(self):
        office = self.stranger.partner_id
        self.case.with_user(self.users["approver"]).party_id = office
        self.assertEqual(self.look(self.portal, self.path()).status_code, 404)
        self.assertEqual(self.look(self.stranger, self.path()).status_code, 200)

    def test_new_party_reads_nothing_of_the_former_one(self):
        self.say(self.portal, "/message", text="Words of the former office")
        self.say(self.portal, "/reference", reference="FORMER-1")
        self.say(self.portal, "/stage", stage=self.summoned.id, text="Former proposal")
        case = self.case.with_user(self.users["approver"])
        case.party_id = self.stranger.partner_id
        page = self.look(self.stranger, self.path())
        self.assertEqual(page.status_code, 200)
        for words in ("Words of the former", "FORMER-1", "Former proposal"):
            self.assertNotIn(words, page.text)
            self.assertIn(words, case.timeline)
        self.assertFalse(case.proposed_stage_id)
        # The debtor is not sent to the new office with the number of the old one.
        self.assertNotIn("FORMER-1", self.claim._with_others()[self.claim.id])

    def test_closed_case_is_read_for_a_year_and_not_answered(self):
        self.close(self.case, "returned", "2026-04-01")
        with freeze_time("2027-04-01"):
            page = self.look(self.portal, self.path())
            self.assertEqual(page.status_code, 200)
            self.assertNotIn("Write to us", page.text)
            answer = self.say(self.portal, "/message", text="Too late")
            self.assertIn("closed", answer.text)
            self.assertFalse(self.items("legal_message", self.case))
        with freeze_time("2027-04-02"):
            self.assertEqual(self.look(self.portal, self.path()).status_code, 404)

    def test_message_reaches_the_case_and_the_work_list(self):
        answer = self.say(
            self.portal, "/message", text="Served <b>yesterday</b>\n<script>x</script>"
        )
        self.assertIn("said=message", answer.url)
        self.assertNotIn("<script>x", answer.text)
        message = self.case.message_ids[0]
        self.assertEqual(message.author_id, self.clerk)
        self.assertIn("&lt;b&gt;yesterday", message.body)
        self.assertTrue(self.items("legal_message", self.case))
        for text in ("", "   ", "x" * 5001):
            with self.subTest(length=len(text)):
                answer = self.say(self.portal, "/message", text=text)
                self.assertIn("Write your message", answer.text)
        self.assertEqual(len(self.items("legal_message", self.case)), 1)

    def test_reference_is_taken_over(self):
        self.say(self.portal, "/reference", reference="  D  2026/77 ")
        self.assertEqual(self.case.party_reference, "D 2026/77")
        self.say(self.portal, "/reference", reference="")
        self.assertEqual(self.case.party_reference, "D 2026/77")

    def test_stage_is_only_proposed(self):
        self.say(self.portal, "/stage", stage=str(self.summoned.id), text="On 12 March")
        self.assertEqual(self.case.stage_id, self.received)
        self.assertRecordValues(
            self.case,
            [{"proposed_stage_id": self.summoned.id, "proposed_note": "On 12 March"}],
        )
        self.case.with_user(self.users["collector"]).action_accept_proposal()
        self.assertEqual(self.case.stage_id, self.summoned)
        self.assertFalse(self.case.proposed_stage_id)

    def test_proposal_can_be_declined(self):
        self.say(self.portal, "/stage", stage=str(self.summoned.id))
        self.case.with_user(self.users["collector"]).action_decline_proposal()
        self.assertEqual(self.case.stage_id, self.received)
        self.assertFalse(self.case.proposed_stage_id)
        self.assertNotIn("declined", self.look(self.portal, self.path()).text)

    def test_foreign_stages_are_refused(self):
        foreign = self.env.ref("ar_legal.stage_be_ios_2").id
        for stage in (str(foreign), str(self.received.id), "", "x", "-1", "9" * 30):
            with self.subTest(stage=stage):
                answer = self.say(self.portal, "/stage", stage=stage)
                self.assertIn("Choose another stage", answer.text)
        self.assertFalse(self.case.proposed_stage_id)

    def test_odd_values_are_answered_in_words(self):
        for suffix, values in (
            ("/message", {"text": "Paid\0 today"}),
            ("/reference", {"reference": "R\0-1"}),
            ("/stage", {"stage": "9" * 5000}),
            ("/stage", {"stage": str(self.summoned.id), "text": "\0"}),
        ):
            with self.subTest(suffix=suffix, values=values):
                self.assertEqual(
                    self.say(self.portal, suffix, **values).status_code, 200
                )
        self.assertEqual(self.case.party_reference, "R-1")
        for suffix, name in (
            ("/message", "text"),
            ("/reference", "reference"),
            ("/stage", "stage"),
        ):
            answer = self.url_open(
                self.path(suffix),
                data={"csrf_token": Request.csrf_token(self)},
                files={name: ("file.txt", b"A file where text belongs")},
            )
            with self.subTest(file=suffix):
                self.assertEqual(answer.status_code, 200)

    def test_nothing_changes_without_post_and_token(self):
        for suffix in ("/message", "/reference", "/stage"):
            with self.subTest(suffix=suffix):
                answer = self.look(self.portal, self.path(f"{suffix}?text=x"))
                self.assertEqual(answer.status_code, 405)
                with mute_logger("odoo.http"):
                    answer = self.say(self.portal, suffix, csrf=False, text="x")
                self.assertEqual(answer.status_code, 400)
        self.assertFalse(self.items("legal_message", self.case))

    def test_latest_dossier_of_the_office_is_downloaded(self):
        self.assertEqual(self.look(self.portal, self.path("/dossier")).status_code, 404)
        made = self.env["ar.legal.handoff"].with_user(self.users["collector"])
        made._make(self.case, self.case.create_date)
        answer = self.look(self.portal, self.path("/dossier"))
        self.assertEqual(answer.status_code, 200)
        self.assertTrue(answer.content.startswith(b"PK"))
        self.assertIn("attachment", answer.headers["Content-Disposition"])
        office = self.stranger.partner_id
        self.case.with_user(self.users["approver"]).party_id = office
        answer = self.look(self.stranger, self.path("/dossier"))
        self.assertEqual(answer.status_code, 404, "made for somebody else")

    def test_no_rights_behind_the_pages(self):
        for user in (self.portal, self.stranger):
            for model in (
                "ar.legal.case",
                "ar.legal.case.claim",
                "ar.legal.event",
                "ar.legal.handoff",
                "ar.legal.cost",
            ):
                with self.subTest(user=user.login, model=model):
                    self.assertFalse(self.env[model].with_user(user).has_access("read"))
