from odoo.tests import freeze_time, tagged

from .common import DunningCommon


@freeze_time("2026-03-20")
@tagged("post_install", "-at_install", "ar")
class TestPartnerMerge(DunningCommon):
    """Dirk is in the address book twice, and owes under both names."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.double = cls.create_partner("D. Peeters", "dp@debtor.example")

    def owe_twice(self):
        """Return the claims of both, the second one reminded of."""
        kept = self.claim(self.invoice(100, "2026-03-01"))
        lost = self.claim(self.invoice(50, "2026-03-02", self.double))
        self.run_day("2026-03-13")
        return kept, lost

    def merge(self, source=None, target=None):
        target = target or self.debtor_partner
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (target + (source or self.double)).ids, target
        )
        self.sync()

    def test_dossiers_become_one_with_their_history(self):
        kept, lost = self.owe_twice()
        former = lost.debtor_id
        notice = lost.line_ids.notice_id
        hold = self.env["ar.hold"].create(
            {
                "debtor_id": former.id,
                "reason_id": self.reason.id,
                "date_from": "2026-03-14",
            }
        )
        former.message_post(body="He called.")
        former.note = "Speaks French"
        messages = former.message_ids
        self.merge()
        self.assertFalse(former.exists())
        debtor = kept.debtor_id
        self.assertEqual(lost.debtor_id, debtor)
        self.assertEqual(lost.partner_id, self.debtor_partner)
        self.assertEqual(notice.debtor_id, debtor)
        self.assertEqual(notice.partner_id, self.debtor_partner)
        self.assertEqual(lost.line_ids.debtor_id, debtor)
        self.assertEqual(notice.delivery_ids.debtor_id, debtor)
        self.assertEqual(hold.debtor_id, debtor)
        self.assertEqual(hold.partner_id, self.debtor_partner)
        self.assertLessEqual(messages, debtor.message_ids)
        self.assertIn("Speaks French", debtor.note)
        self.assertEqual(self.level_keys(lost), ["reminder"])
        self.assertIn("hold", self.blockers(lost, "2026-03-20"))
        self.assert_ledger_agrees()

    def test_nothing_that_names_a_debtor_is_left_behind(self):
        _kept, lost = self.owe_twice()
        former = lost.debtor_id.id
        self.merge()
        for model, field in self.env["ar.debtor"]._fields_to("ar.debtor"):
            self.env.cr.execute(
                f"SELECT 1 FROM {model._table} WHERE {field.name} = %s",
                [former],
            )
            self.assertFalse(self.env.cr.fetchall(), f"{model._name}.{field.name}")

    def test_figures_and_contacts_that_both_have_do_not_stand_in_the_way(self):
        kept, lost = self.owe_twice()
        guardian = self.create_partner("Guardian", "g@law.example")
        for claim in kept + lost:
            self.env["ar.debtor.contact"].create(
                {
                    "debtor_id": claim.debtor_id.id,
                    "partner_id": guardian.id,
                    "role": "guardian",
                }
            )
        self.env["ar.debtor.figure"].sudo()._refresh(
            self.company, self.company._ar_today()
        )
        self.merge()
        debtor = kept.debtor_id
        self.assertEqual(debtor.figure_ids.mapped("unpaid_count"), [1])
        self.assertEqual(
            self.env["ar.debtor.contact"]
            .search([("debtor_id", "=", debtor.id)])
            .partner_id,
            guardian,
        )

    def test_debtor_moves_to_a_partner_that_owes_nothing(self):
        _kept, lost = self.owe_twice()
        other = self.create_partner("New Peeters")
        debtor = lost.debtor_id
        self.merge(self.double, other)
        self.assertEqual(debtor.partner_id, other)
        self.assertEqual(lost.partner_id, other)
        self.assertEqual(lost.state, "open")

    def test_stricter_marks_survive(self):
        kept, lost = self.owe_twice()
        lost.debtor_id.sudo()._block_debits(
            self.env.ref("ar_dunning.return_reason_md01"), self.company._ar_today()
        )
        kept.debtor_id.sudo().restricted = True
        self.merge()
        self.assertTrue(kept.debtor_id.debit_blocked_on)
        self.assertFalse(kept.debtor_id.restricted)

    def test_two_roots_keep_a_dossier_each(self):
        other = self.setup_other_company()["company"]
        debtors = self.env["ar.debtor"].sudo()
        for root in (self.company, other):
            for partner in (self.debtor_partner, self.double):
                debtors.create({"root_company_id": root.id, "partner_id": partner.id})
        self.merge()
        left = debtors.search(
            [("partner_id", "in", (self.debtor_partner + self.double).ids)]
        )
        self.assertEqual(left.root_company_id, self.company + other)
        self.assertEqual(len(left), 2)

    def test_branches_share_the_dossier_of_their_root(self):
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        self.env.user.company_ids += branch
        kept, lost = self.owe_twice()
        self.env.cr.execute(
            "UPDATE ar_claim SET company_id = %s WHERE id = %s", [branch.id, lost.id]
        )
        self.env.invalidate_all()
        self.merge()
        self.assertEqual(lost.debtor_id, kept.debtor_id)
        self.assertEqual(lost.company_id, branch)
        self.assertEqual(kept.debtor_id.root_company_id, self.company)

    def test_restricted_claims_stay_hidden_after_a_merge(self):
        group = self.env["res.groups"].create({"name": "Social"})
        kind = self.env["ar.claim.type"].create(
            {"name": "Social", "code": "soc_merge", "access_group_id": group.id}
        )
        journal = self.company_data["default_journal_sale"].copy(
            {
                "ar_claim_type_id": kind.id,
                "code": "SOCM",
                "default_account_id": self.company_data["default_account_revenue"].id,
            }
        )
        self.env.user.group_ids += group
        kept = self.claim(self.invoice(100, "2026-03-01"))
        secret = self.claim(
            self.invoice(50, "2026-03-02", self.double, journal_id=journal.id)
        )
        self.merge()
        outsider = self.create_user("merge_outsider", "ar_dunning.group_auditor")
        self.assertEqual(secret.debtor_id, kept.debtor_id)
        self.env.invalidate_all()
        visible = self.env["ar.claim"].with_user(outsider)
        self.assertEqual(visible.search([("debtor_id", "=", kept.debtor_id.id)]), kept)

    def test_partner_that_joins_a_company_takes_its_debts_along(self):
        kept, lost = self.owe_twice()
        firm = self.debtor_partner
        firm.is_company = True
        self.double.parent_id = firm
        self.sync()
        self.assertEqual(lost.debtor_id, kept.debtor_id)
        self.assertEqual(lost.partner_id, firm)
        self.assertEqual(lost.state, "open")
        self.env["ar.claim"].sudo()._sync_companies(self.company)
        self.assertEqual(lost.state, "open", "it is not another debtor")

    def test_archived_dossier_is_found_too(self):
        kept, lost = self.owe_twice()
        kept.debtor_id.active = False
        self.merge()
        self.assertEqual(lost.debtor_id, kept.debtor_id)
        self.assertTrue(kept.debtor_id.active)
