import io
import json
import zipfile
from base64 import b64decode
from datetime import date, datetime
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import HttpCase, freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.ar_dunning.rules.proof import replay
from odoo.addons.ar_dunning.tests.law_common import LawCommon

from .common import LegalCommon


class LegalCostsCommon(LawCommon, LegalCommon):
    """A claim of 300.00 with costs that is handed over on 10 May 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policies = cls.policy(cls, "lump_sum") + cls.policy(cls, "interest")

    @classmethod
    def default_levels(cls):
        return [
            *super().default_levels(),
            {
                "level_key": "handover",
                "offset_days": 60,
                "kind": "handover",
                "mode": "approval",
                "phase": "legal",
            },
        ]

    def in_case(self, until="2026-05-10", **values):
        """Return (claim, case) of a claim that was reminded twice in vain."""
        claim = self.overdue(until="2026-04-12")
        self.run_day("2026-04-12")
        self.bring_up_to(until)
        self.run_day(until)
        notice = self.proposal(claim)
        self.decide(notice, on=until, **values)
        return claim, notice.legal_case_ids


@tagged("post_install", "-at_install", "ar")
class TestLegalCosts(LegalCostsCommon):
    def test_case_adds_up_what_is_owed_beside_the_claims(self):
        claim, case = self.in_case()
        # 27 March to 10 May are 45 days of 300.00 at 10.5 %.
        self.assert_owes(claim, 300, 45, 3.88)
        self.assertRecordValues(
            case,
            [
                {
                    "amount_handed_over": 300,
                    "amount_open": 300,
                    "amount_accessories": 48.88,
                    "amount_total": 348.88,
                }
            ],
        )

    def test_booked_costs_count_once(self):
        self.policies.treatment = "booked"
        claim, case = self.in_case()
        self.assertEqual(case.claim_ids.claim_id, claim)
        self.assertEqual(case.amount_total, 348.88)

    def test_a_case_that_stands_still_lets_no_costs_come(self):
        claim, case = self.in_case()
        case.accrue_until = "2026-05-10"
        late = self.claim(self.invoice(400, "2026-05-01"))
        self.remind("2026-05-12")
        self.add(case, late, on="2026-05-13")
        self.assertEqual(case.claim_ids.claim_id, claim | late)
        self.bring_up_to("2026-05-28")
        self.assertEqual(set(self.costs(late).mapped("state")), {"announced"})
        self.assert_owes(late, 400)

    def test_interest_goes_on_until_the_day_that_the_case_says(self):
        claim, case = self.in_case()
        self.bring_up_to("2026-05-20")
        self.assertEqual(claim.amount_interest, 4.75)
        case.accrue_until = "2026-05-10"
        self.bring_up_to("2026-05-30")
        self.assertEqual(claim.amount_interest, 3.88)
        self.close(case, "returned", "2026-06-09")
        # From the day after the closing it goes on: 10 days until 19 June.
        self.bring_up_to("2026-06-19")
        self.assertEqual(claim.amount_interest, 4.75)

    def test_dossier_tells_basis_and_proof_of_each_cost(self):
        claim, case = self.in_case()
        with patch.object(type(case), "_print_invoice", return_value=b"%PDF"):
            handoff = self.env["ar.legal.handoff"]._make(
                case, datetime(2026, 5, 11, 9, 0)
            )
        archive = zipfile.ZipFile(io.BytesIO(b64decode(handoff.content)))
        told = json.loads(archive.read("dossier.json"))
        self.assertEqual(told["version"], 2)
        self.assertEqual(
            [(one["kind"], one["open"]) for one in told["accessories"]],
            [("lump_sum", "45.00"), ("interest", "3.88")],
        )
        cost, interest = told["accessories"]
        self.assertEqual(cost["legal_basis"], "art. 2")
        self.assertEqual(
            (interest["runs_from"], interest["reckoned_on"]),
            ("2026-03-27", "2026-05-10"),
        )
        for one in told["accessories"]:
            proof = json.loads(archive.read(one["proof"]))
            self.assertTrue(replay(proof["amount"]).holds)
        self.assertEqual(told["totals"]["accessories"], "48.88")
        self.assertEqual(told["totals"]["total"], "348.88")
        [row] = told["claims"]
        self.assertEqual((row["costs"], row["interest"]), ("45.00", "3.88"))
        table = archive.read("claims.csv").decode("utf-8-sig").splitlines()
        self.assertIn("45.00,3.88,348.88", table[1])
        self.assertIn("evidence/accessories.csv", archive.namelist())
        self.assertNotIn("evidence/early-warnings.csv", archive.namelist())
        self.assertEqual(claim.amount_due, 348.88)


@tagged("post_install", "-at_install", "ar")
@freeze_time("2026-05-10 10:00:00")
class TestLegalGuard(LegalCostsCommon):
    """What the law asks for before a warrant or a summons."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.warrant = cls.create_track("warrant")
        cls.court = cls.create_track("summons")

    @classmethod
    def create_track(cls, act):
        return cls.env["ar.legal.track"].create(
            {
                "name": f"Test {act}",
                "code": f"test_{act}",
                "stage_ids": [
                    (0, 0, {"name": "Prepared", "sequence": 1}),
                    (0, 0, {"name": "Done", "sequence": 2, "act": act}),
                    (0, 0, {"name": "Ended", "sequence": 3, "closing": True}),
                ],
            }
        )

    def case_of(self, kind, track):
        """Return the case of a claim of a type, at the beginning of a track."""
        self.company_data["default_journal_sale"].ar_claim_type_id = self.env.ref(
            f"ar_dunning.claim_type_{kind}"
        )
        _claim, case = self.in_case(track_id=track.id)
        return case

    def advance(self, case):
        case.stage_id = case.track_id.stage_ids[1]

    def assert_refused(self, case, words):
        with self.assertRaisesRegex(UserError, words), self.env.cr.savepoint():
            self.advance(case)
        self.assertEqual(case.stage_id, case.track_id.stage_ids[0])

    def test_no_warrant_without_the_registered_notice(self):
        case = self.case_of("municipal_tax", self.warrant)
        self.assertTrue(case.needs_registered)
        self.assert_refused(case, "registered notice")
        case.registered_on = "2026-05-08"
        self.assert_refused(case, "until")
        case.registered_on = "2026-04-08"
        self.advance(case)
        self.assertEqual(case.stage_id.act, "warrant")

    def test_no_warrant_while_the_claim_is_disputed(self):
        case = self.case_of("municipal_tax", self.warrant)
        case.registered_on = "2026-04-08"
        self.env["ar.hold"].create(
            {
                "claim_id": case.claim_ids.claim_id.id,
                "debtor_id": False,
                "reason_id": self.env.ref("ar_dunning.hold_reason_dispute").id,
                "date_from": "2026-05-01",
            }
        )
        self.assert_refused(case, "disputes")

    def test_no_warrant_against_a_public_body(self):
        debtor = self.claim(self.invoice(10, "2026-06-01")).debtor_id
        debtor.debtor_class = "public_body"
        with self.assertRaisesRegex(UserError, "public body"):
            self.case_of("municipal_tax", self.warrant)

    def test_a_case_may_always_end(self):
        case = self.case_of("municipal_tax", self.warrant)
        case.stage_id = self.warrant.stage_ids[2]
        self.assertTrue(case.stage_closing)

    def test_no_summons_for_rent_before_early_help(self):
        case = self.case_of("rent", self.court)
        self.assert_refused(case, "Personal contact, Pointed to help")
        warning = self.env["ar.early.warning"].create(
            {
                "company_id": self.company.id,
                "debtor_id": case.debtor_id.id,
                "contacted_on": "2026-03-20",
                "pointed_on": "2026-03-20",
                "reminded_on": "2026-03-12",
            }
        )
        self.assert_refused(case, "Offered to pass on")
        warning.offered_on = "2026-03-12"
        self.assertTrue(warning.complete)
        [table] = case._early_help().values()
        self.assertIn(b"2026-03-20,2026-03-20,2026-03-12,2026-03-12,no", table)
        self.advance(case)
        self.assertEqual(case.stage_id.act, "summons")

    def test_help_before_the_arrears_began_does_not_count(self):
        case = self.case_of("rent", self.court)
        self.env["ar.early.warning"].create(
            {
                "company_id": self.company.id,
                "debtor_id": case.debtor_id.id,
                **dict.fromkeys(
                    ("contacted_on", "pointed_on", "reminded_on", "offered_on"),
                    "2026-03-02",
                ),
            }
        )
        self.assert_refused(case, "Personal contact")

    def test_other_debts_are_summoned_without_it(self):
        case = self.case_of("private_contract", self.court)
        self.advance(case)
        self.assertEqual(case.stage_id.act, "summons")


@tagged("post_install", "-at_install", "ar")
@freeze_time("2026-05-10 10:00:00")
class TestEarlyWarning(LegalCostsCommon):
    def warning(self, **values):
        claim = self.claim(self.invoice(800, "2026-03-02"))
        self.debtor_partner.phone = "+32 9 123 45 67"
        return self.env["ar.early.warning"].create(
            {
                "company_id": self.company.id,
                "debtor_id": claim.debtor_id.id,
                **dict.fromkeys(
                    ("contacted_on", "pointed_on", "reminded_on", "offered_on"),
                    "2026-03-20",
                ),
                **values,
            }
        )

    def test_file_has_contact_and_arrears_and_nothing_else(self):
        [row] = self.warning()._rows()
        self.assertEqual(
            [str(value) for value in row],
            [
                "Dirk Peeters",
                "Kerkstraat 1",
                "None",
                "9000",
                "Gent",
                "+32 9 123 45 67",
                "dirk@debtor.example",
                "800.00",
                self.company.currency_id.name,
            ],
        )

    def test_who_objects_is_not_passed_on(self):
        warning = self.warning(objection=True)
        for method in (warning.action_export, warning.action_reported):
            with self.assertRaisesRegex(UserError, "objects"):
                method()

    def test_incomplete_is_not_passed_on(self):
        warning = self.warning(offered_on=False)
        with self.assertRaisesRegex(UserError, "four steps"):
            warning.action_export()

    def test_reported_keeps_its_first_day(self):
        warning = self.warning()
        warning.action_reported()
        self.assertEqual(warning.reported_on, date(2026, 5, 10))

    def test_what_was_done_lies_in_the_past(self):
        with self.assertRaisesRegex(UserError, "past"):
            self.warning(contacted_on="2026-05-11")

    def test_other_companies_do_not_see_it(self):
        warning = self.warning()
        other = self.env["res.company"].create({"name": "Another landlord"})
        stranger = self.create_user("stranger", "ar_dunning.group_collector", other)
        found = self.env["ar.early.warning"].with_user(stranger).search([])
        self.assertNotIn(warning, found)


@tagged("post_install", "-at_install", "ar")
@freeze_time("2026-05-10 10:00:00")
class TestEarlyWarningFile(LegalCostsCommon, HttpCase):
    def get(self, login, warning):
        self.authenticate(login, login)
        return self.url_open(f"/ar_legal/early-warnings.csv?ids={warning.id},x,0")

    @mute_logger("odoo.http")
    def test_file_is_for_those_who_may_read_it(self):
        claim = self.claim(self.invoice(800, "2026-03-02"))
        warning = self.env["ar.early.warning"].create(
            {
                "company_id": self.company.id,
                "debtor_id": claim.debtor_id.id,
                **dict.fromkeys(
                    ("contacted_on", "pointed_on", "reminded_on", "offered_on"),
                    "2026-03-20",
                ),
            }
        )
        answer = self.get("legal_collector", warning)
        self.assertEqual(answer.status_code, 200)
        self.assertIn("Dirk Peeters", answer.text)
        self.create_user("nobody_here")
        self.assertIn(self.get("nobody_here", warning).status_code, (403, 404))
        warning.objection = True
        self.assertEqual(self.get("legal_collector", warning).status_code, 404)
