from datetime import date
from unittest.mock import patch

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestSegment(DunningCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.create_procedure(
            [{"level_key": "reminder", "offset_days": 5}], code="other"
        )
        cls.tag = cls.env["res.partner.category"].create({"name": "Schools"})
        cls.school = cls.create_partner(
            "Basisschool De Linde",
            "school@debtor.example",
            category_id=[(6, 0, cls.tag.ids)],
            country_id=cls.env.ref("base.nl").id,
        )

    def create_segment(self, domain, procedure=None, rank=5, **values):
        segment = self.env["ar.dunning.segment"].create(
            {
                "name": "Test segment",
                "company_id": self.company.id,
                "domain": repr(domain),
                "procedure_id": (procedure or self.other).id,
                "sequence": rank,
                **values,
            }
        )
        self.sync()
        return segment

    def running_claims(self):
        """Return the claims of a person and of a school that run on `procedure`."""
        moves = self.invoice(100, "2026-03-01")
        moves |= self.invoice(200, "2026-03-02", self.school)
        claims = self.claim(moves)
        self.assign()
        self.assertEqual(claims.procedure_id, self.procedure)
        return claims

    def test_what_conditions_may_look_at(self):
        person, school = self.running_claims()
        more = self.claim(self.invoice(50, "2026-04-01", self.school))
        for domain, expected in (
            ([("country_id.code", "=", "NL")], school | more),
            ([("partner_tag_ids", "in", self.tag.ids)], school | more),
            ([("debtor_claim_count", ">=", 2)], school | more),
            ([("debtor_claim_count", "=", 1)], person),
            ([("debtor_amount_open", ">", 240)], school | more),
            ([("amount_residual_company", "<", 60)], more),
            ([("lang", "=", self.school.lang)], person | school | more),
            ([("debtor_class", "=", "enterprise")], self.env["ar.claim"]),
        ):
            with self.subTest(domain=domain):
                found = self.env["ar.claim"].search(
                    [("company_id", "=", self.company.id), *domain]
                )
                self.assertEqual(found, expected)
        self.assertEqual(school.debtor_claim_count, 2)
        self.assertEqual(school.debtor_amount_open, 250)

    def test_conditions_that_could_tell_of_restricted_claims(self):
        group = self.env["res.groups"].create({"name": "Social"})
        self.env["ar.claim.type"].create(
            {"name": "Social", "code": "seg_social", "access_group_id": group.id}
        )
        for domain in (
            [("partner_id.credit", ">", 0)],
            # Users inherit it from their partner.
            [("partner_id.user_ids.credit", ">", 0)],
        ):
            refused = self.assertRaisesRegex(ValidationError, "could tell of them")
            with self.subTest(domain=domain), refused:
                self.create_segment(domain)
        segments = type(self.env["ar.dunning.segment"])
        with (
            patch.object(segments, "_find_secret", side_effect=KeyError("unknown")),
            self.assertRaisesRegex(ValidationError, "could tell of them"),
        ):
            self.create_segment([("amount_original", ">", 1)])
        self.create_segment([("debtor_amount_open", ">", 1)])
        self.create_segment([("country_id.code", "=", "NL")])

    def test_first_in_rank_wins_and_ties_go_to_the_older(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        self.create_segment([], rank=self.segment.sequence)
        self.assign()
        self.assertEqual(claim.segment_id, self.segment)
        first = self.create_segment([], rank=1)
        later = self.claim(self.invoice(100, "2026-03-05"))
        self.assign()
        self.assertEqual(later.segment_id, first)
        self.assertEqual(claim.segment_id, self.segment)

    def test_preview_before_saving(self):
        person, school = self.running_claims()
        new = self.invoice(50, "2026-04-01", self.school)
        person._assign_by_hand(self.procedure)
        unsaved = self.env["ar.dunning.segment"].new(
            {
                "name": "All",
                "company_id": self.company.id,
                "domain": "[]",
                "procedure_id": self.other.id,
                "sequence": 1,
                "active": True,
                "reassign": "never",
            }
        )
        self.assertRecordValues(
            unsaved,
            [
                {
                    "claim_count": 3,
                    "won_count": 3,
                    "assigned_count": 1,
                    "differing_count": 1,
                    "by_hand_count": 1,
                }
            ],
        )
        self.assertFalse(self.claim(new).procedure_id)
        self.assertEqual(school.procedure_id, self.procedure)
        unsaved.sequence = 99
        self.assertEqual(unsaved.claim_count, 3)
        self.assertEqual(unsaved.won_count, 0)

    def test_edit_changes_no_running_claim(self):
        claims = self.running_claims()
        for reassign in ("automatic", "propose"):
            with self.subTest(reassign=reassign):
                segment = self.create_segment([], rank=1, reassign=reassign)
                self.assign()
                self.assertEqual(claims.procedure_id, self.procedure)
                self.assertFalse(claims.proposed_procedure_id)
                segment.active = False
                self.sync()

    def test_fact_that_changes_reassigns(self):
        person, _school = self.running_claims()
        condition = [("debtor_class", "=", "enterprise")]
        segment = self.create_segment(condition, reassign="automatic", rank=1)
        self.assign()
        self.assertEqual(person.procedure_id, self.procedure)
        person.debtor_id.debtor_class = "enterprise"
        self.assign()
        self.assertEqual(person.procedure_id, self.other)
        self.assertEqual(person.segment_id, segment)

    def test_apply_to_existing(self):
        person, school = self.running_claims()
        person._assign_by_hand(self.procedure)
        segment = self.create_segment([], rank=1)
        preview = self.env["ar.segment.preview"].create(
            {"company_id": self.company.id, "segment_id": segment.id}
        )
        self.assertEqual(preview.change_count, 1)
        line = preview.line_ids.filtered(lambda line: line.outcome == "kept")
        self.assertEqual(line.procedure_before_id, self.procedure)
        self.assertEqual(line.procedure_after_id, self.other)
        listed = self.env["ar.claim"].search(line.action_open_claims()["domain"])
        self.assertEqual(listed, school)
        preview.action_apply()
        self.assertEqual(school.procedure_id, self.other)
        self.assertEqual(person.procedure_id, self.procedure)

    def test_proposal_accepted_and_refused(self):
        person, school = self.running_claims()
        condition = [("debtor_class", "=", "enterprise")]
        self.create_segment(condition, reassign="propose", rank=1)
        (person | school).debtor_id.debtor_class = "enterprise"
        self.assign()
        self.assertEqual((person | school).proposed_procedure_id, self.other)
        person.action_accept_proposal()
        self.assertEqual(person.procedure_id, self.other)
        school.action_refuse_proposal()
        self.assign()
        self.assertFalse(school.proposed_procedure_id)
        self.assertEqual(school.procedure_id, self.procedure)

    def test_refused_proposal_comes_back_after_something_else(self):
        _person, school = self.running_claims()
        condition = [("debtor_class", "=", "enterprise")]
        self.create_segment(condition, reassign="propose", rank=1)
        school.debtor_id.debtor_class = "enterprise"
        self.assign()
        school.action_refuse_proposal()
        school.debtor_id.debtor_class = "consumer"
        self.assign()
        school.debtor_id.debtor_class = "enterprise"
        self.assign()
        self.assertEqual(school.proposed_procedure_id, self.other)

    def test_manual_and_locked_stay(self):
        person, school = self.running_claims()
        condition = [("debtor_class", "=", "enterprise")]
        self.create_segment(condition, reassign="automatic", rank=1)
        person._assign_by_hand(self.procedure)
        school.action_lock_procedure()
        (person | school).debtor_id.debtor_class = "enterprise"
        self.assign()
        self.assertEqual((person | school).procedure_id, self.procedure)
        self.assertEqual(person.segment_outcome, "manual")
        self.assertEqual(school.segment_outcome, "locked")
        (person | school)._assign_by_hand(self.other)
        self.assertEqual(person.procedure_id, self.other)
        self.assertEqual(school.procedure_id, self.procedure)
        with self.assertRaisesRegex(UserError, "locked"):
            school._assign_by_hand(self.other)
        school.action_unlock_procedure()
        self.assign()
        self.assertEqual(school.procedure_id, self.other)

    def test_only_collectors_choose(self):
        person, _school = self.running_claims()
        auditor = self.create_user("segment.auditor", "ar_dunning.group_auditor")
        for action in (
            "action_accept_proposal",
            "action_refuse_proposal",
            "action_lock_procedure",
            "action_unlock_procedure",
        ):
            with self.subTest(action=action), self.assertRaises(UserError):
                getattr(person.with_user(auditor), action)()
        preview = self.env["ar.segment.preview"].with_user(auditor)
        with self.assertRaises(UserError):
            preview.create({"company_id": self.company.id}).action_apply()

    def test_restricted_claims_are_not_counted(self):
        group = self.env["res.groups"].create({"name": "Social"})
        kind = self.env["ar.claim.type"].create(
            {"name": "Social", "code": "social_test", "access_group_id": group.id}
        )
        journal = self.company_data["default_journal_sale"].copy(
            {"code": "SOC", "ar_claim_type_id": kind.id}
        )
        self.env.user.group_ids |= group
        self.invoice(100, "2026-03-01")
        self.invoice(70, "2026-03-01", journal_id=journal.id)
        user = self.create_user("segment.reader", "ar_dunning.group_manager")
        segment = self.create_segment([], rank=1)
        self.assertEqual(segment.won_count, 2)
        self.assertEqual(segment.with_user(user).won_count, 1)
        # Nor can a condition tell that they exist.
        single = self.create_segment([("debtor_claim_count", "=", 1)], rank=0)
        self.assertEqual(single.with_user(user).won_count, 1)
        preview = self.env["ar.segment.preview"].with_user(user)
        preview = preview.create({"company_id": self.company.id})
        self.assertEqual(sum(preview.line_ids.mapped("claim_count")), 1)

    def test_conditions_do_not_look_at_other_claims_of_the_debtor(self):
        telling = (
            [("debtor_id.claim_ids.amount_original", ">", 700)],
            [("debtor_id", "any", [("notice_ids", "!=", False)])],
            [("partner_id.credit", ">", 700)],
            [("debtor_id.risk_score", ">", 50)],
        )
        segment = self.create_segment(list(telling[0]), rank=1)
        kind = self.env["ar.claim.type"].create({"name": "Social", "code": "social_2"})
        group = self.env["res.groups"].create({"name": "Social"})
        with self.assertRaises(ValidationError):
            kind.access_group_id = group
        segment.domain = "[]"
        kind.access_group_id = group
        for domain in telling:
            with self.subTest(domain), self.assertRaises(ValidationError):
                segment.domain = str(domain)
        segment.domain = str(
            [
                ("debtor_claim_count", ">", 1),
                ("partner_tag_ids.name", "=", "VIP"),
                ("debtor_id.debtor_class", "=", "consumer"),
                ("risk_score", ">", 50),
            ]
        )

    def test_other_company_keeps_out(self):
        company = self.setup_other_company()["company"]
        claim = self.claim(self.invoice(100, "2026-03-01"))
        foreign = self.env["ar.dunning.segment"].create(
            {
                "name": "Elsewhere",
                "company_id": company.id,
                "domain": "[]",
                "procedure_id": self.other.id,
                "sequence": 1,
            }
        )
        self.assertEqual(foreign.won_count, 0)
        self.assign()
        self.assertEqual(claim.segment_id, self.segment)

    def test_broken_condition(self):
        with self.assertRaisesRegex(ValidationError, "cannot be read"):
            self.create_segment([("no_such_field", "=", 1)])
        segment = self.create_segment([], rank=1)
        self.env.cr.execute(
            "UPDATE ar_dunning_segment SET domain = '[(' WHERE id = %s", [segment.id]
        )
        segment.invalidate_recordset()
        claim = self.claim(self.invoice(100, "2026-03-01"))
        self.assertTrue(segment.unreadable)
        self.assertTrue(self.segment.unreadable)
        self.assertEqual(self.segment.won_count, 0)
        with mute_logger("odoo.addons.ar_dunning.models.segment"):
            self.assign()
        self.assertFalse(claim.procedure_id)
        preview = self.env["ar.segment.preview"].create({"company_id": self.company.id})
        self.assertEqual(preview.broken_segment_id, segment)
        segment.domain = "[]"

    def test_counts_are_what_assign_then_does(self):
        claims = self.running_claims()
        claims |= self.claim(self.invoice(50, "2026-04-01", self.school))
        claims |= self.claim(self.invoice(500, "2026-04-02"))
        conditions = (
            [("amount_original", ">", 150)],
            [("partner_tag_ids", "in", self.tag.ids)],
            [("debtor_claim_count", ">", 1)],
            [],
        )
        for number, condition in enumerate(conditions):
            for reassign in ("never", "propose", "automatic"):
                with self.subTest(condition=condition, reassign=reassign):
                    self.check_counts(claims, condition, reassign, number)

    def check_counts(self, claims, condition, reassign, number):
        segment = self.create_segment(condition, rank=number % 3, reassign=reassign)
        counts = (segment.assigned_count, segment.won_count)
        expected = {
            claim: (claim.segment_outcome, claim.matching_segment_id)
            for claim in claims
        }
        before = {claim: claim.procedure_id for claim in claims}
        unassigned = claims.filtered(lambda claim: claim.assignment == "none")
        self.assign()
        self.assertEqual(
            counts[0],
            len(unassigned.filtered_domain([("segment_id", "=", segment.id)])),
        )
        self.assertEqual(
            counts[1],
            sum(segment == taken for _outcome, taken in expected.values()),
        )
        for claim, (outcome, taken) in expected.items():
            moves = outcome in ("assigned", "changed")
            self.assertEqual(
                claim.procedure_id, taken.procedure_id if moves else before[claim]
            )
        segment.active = False
        self.sync()

    def test_statements_do_not_grow_with_the_claims(self):
        self.create_segment([("amount_original", ">", 5)], reassign="automatic")
        counts = []
        for number in (2, 12):
            for place in range(number):
                self.invoice(100 + place, "2026-03-01")
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.env["ar.dunning.segment"].sudo()._assign(
                self.company, date(2026, 3, 1)
            )
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])
