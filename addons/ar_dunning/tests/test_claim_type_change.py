from odoo.exceptions import UserError
from odoo.tests import Form, freeze_time, tagged

from .common import DunningCommon


@tagged("post_install", "-at_install", "ar")
@freeze_time("2026-03-08")
class TestClaimTypeChange(DunningCommon):
    """A person gives claims another type; the next run follows it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.group = cls.env["res.groups"].create({"name": "Social service"})
        cls.rent, cls.fine, cls.social = cls.env["ar.claim.type"].create(
            [
                {"name": "Rent", "code": "test_rent"},
                {"name": "Fine", "code": "test_fine"},
                {
                    "name": "Social",
                    "code": "test_social",
                    "access_group_id": cls.group.id,
                },
            ]
        )
        cls.of_fines = cls.create_procedure(
            [{"level_key": "warning", "offset_days": 5}], code="test_fines"
        )
        cls.collector = cls.create_user("type.collector", "ar_dunning.group_collector")

    def create_segment(self, reassign):
        self.env["ar.dunning.segment"].create(
            {
                "name": "Fines",
                "company_id": self.company.id,
                "domain": repr([("claim_type_id.code", "=", "test_fine")]),
                "procedure_id": self.of_fines.id,
                "sequence": 1,
                "reassign": reassign,
            }
        )

    def running_claim(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        claim._change_type(self.rent)
        self.assign()
        self.assertEqual(claim.procedure_id, self.procedure)
        return claim

    def window(self, claims, user=None):
        return (
            self.env["ar.claim.type.change"]
            .with_user(user or self.collector)
            .with_context(active_model="ar.claim", active_ids=claims.ids)
        )

    def change(self, claims, kind, user=None):
        """Choose a type in the window and apply it, as a person does."""
        form = Form(self.window(claims, user))
        form.claim_type_id = kind.with_user(user or self.collector)
        form.save().action_apply()
        self.env.invalidate_all()

    def test_the_next_run_follows_the_new_type(self):
        self.create_segment("automatic")
        claim = self.running_claim()
        guardian = self.create_partner("Guardian", "guardian@contact.example")
        self.env["ar.debtor.contact"].create(
            {
                "debtor_id": claim.debtor_id.id,
                "partner_id": guardian.id,
                "role": "guardian",
                "claim_type_id": self.fine.id,
            }
        )
        # As rent the first reminder comes on 11 March, as a fine on 6 March.
        self.assertFalse(self.propose("2026-03-08").notice_ids)
        self.change(claim, self.fine)
        self.assertEqual(claim.claim_type_id, self.fine)
        self.assertFalse(claim.access_group_id)
        notice = self.propose("2026-03-08").notice_ids
        self.assertEqual(claim.procedure_id, self.of_fines)
        self.assertEqual(notice.line_ids.level_key, "warning")
        self.assertEqual(notice.line_ids.claim_id, claim)
        notice.action_approve()
        self.dispatch("2026-03-08")
        self.assertEqual(notice.delivery_ids.recipient_role, "guardian")
        self.assertEqual(self.level_keys(claim), ["warning"])

    def test_segments_that_propose_or_never_change_wait_for_a_person(self):
        for reassign, proposed in (("propose", True), ("never", False)):
            with self.subTest(reassign=reassign):
                self.env["ar.dunning.segment"].search(
                    [("procedure_id", "=", self.of_fines.id)]
                ).active = False
                self.create_segment(reassign)
                claim = self.running_claim()
                self.change(claim, self.fine)
                self.assertFalse(self.propose("2026-03-08").notice_ids)
                self.assertEqual(claim.procedure_id, self.procedure)
                self.assertEqual(claim.proposed_procedure_id == self.of_fines, proposed)

    def test_the_change_is_kept_with_who_and_what(self):
        claim = self.running_claim()
        self.change(claim, self.fine)
        self.assertRecordValues(
            claim.event_ids.filtered(
                lambda event: event.kind == "type" and event.old_value
            ),
            [
                {
                    "old_value": "Rent",
                    "new_value": "Fine",
                    "user_id": self.collector.id,
                    "access_group_id": False,
                }
            ],
        )

    def test_types_of_another_audience_are_not_offered_and_refused(self):
        self.env.user.group_ids += self.group
        self.collector.group_ids += self.group
        claim = self.running_claim()
        form = Form(self.window(claim))
        self.assertIn(self.fine.id, form.allowed_type_ids.ids)
        self.assertNotIn(self.social.id, form.allowed_type_ids.ids)
        window = self.window(claim).create({"claim_type_id": self.social.id})
        # What to do instead is said.
        with self.assertRaisesRegex(UserError, "booked in a journal of that type"):
            window.action_apply()
        self.assertEqual(claim.claim_type_id, self.rent)

    def test_auditors_change_no_type(self):
        claim = self.running_claim()
        auditor = self.create_user("type.auditor", "ar_dunning.group_auditor")
        with self.assertRaisesRegex(UserError, "Only collectors"):
            claim.with_user(auditor)._change_type(self.fine)
        self.assertEqual(claim.claim_type_id, self.rent)
