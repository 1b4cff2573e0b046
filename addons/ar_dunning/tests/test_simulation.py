from datetime import date, timedelta
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.ar_dunning.models.simulation_shadow import SHADOWED
from odoo.addons.ar_dunning.rules.assumptions import Assumptions

from .common import DunningCommon

FIRST = date(2026, 3, 1)


@tagged("post_install", "-at_install")
class TestSimulation(DunningCommon):
    """A simulation is what would really happen, and leaves no trace."""

    def simulate(self, days, **values):
        return self.env["ar.simulation"]._simulate_days(
            self.company, FIRST, FIRST + timedelta(days=days - 1), **values
        )

    def live(self, days):
        """Really run the days; return the same set as the simulation."""
        for number in range(days):
            self.run_day(str(FIRST + timedelta(days=number)))
        lines = self.env["ar.dunning.notice.line"].search(
            [
                ("company_id", "=", self.company.id),
                ("role", "=", "claimed"),
                ("state", "=", "dispatched"),
                ("notice_id.kind", "=", "dunning"),
                ("notice_id.date", ">=", FIRST),
            ]
        )
        return {
            (line.claim_id.id, line.level_key, line.occurrence, line.notice_id.date)
            for line in lines
        }

    def make_ledger(self, debtors=60):
        """Claims of many kinds: instalments, credits, holds, two procedures."""
        business = self.create_procedure(
            [
                {"level_key": "reminder", "offset_days": 3},
                {
                    "level_key": "last",
                    "offset_days": 9,
                    "minimum_wait_days": 5,
                    "minimum_amount": 60,
                },
            ],
            code="business",
            combine="per_level",
        )
        self.segment.sequence = 20
        self.env["ar.dunning.segment"].create(
            {
                "name": "Large",
                "sequence": 10,
                "company_id": self.company.id,
                "domain": "[('amount_original', '>', 150)]",
                "procedure_id": business.id,
            }
        )
        terms = self.env["account.payment.term"].create(
            {
                "name": "Three parts",
                "line_ids": [
                    (0, 0, {"value": "percent", "value_amount": 40, "nb_days": 10}),
                    (0, 0, {"value": "percent", "value_amount": 30, "nb_days": 25}),
                    (0, 0, {"value": "percent", "value_amount": 30, "nb_days": 40}),
                ],
            }
        )
        partners = self.env["res.partner"].create(
            [
                {
                    "name": f"Debtor {number}",
                    "email": f"debtor{number}@debtor.example" if number % 7 else False,
                    "street": "Kade 1" if number % 5 == 0 else False,
                    "city": "Gent",
                }
                for number in range(debtors)
            ]
        )
        dues = [
            FIRST + timedelta(days=(number * 11) % 70 - 40) for number in range(debtors)
        ]
        entries = []
        for number, (partner, due) in enumerate(zip(partners, dues, strict=True)):
            amount = 20 + (number * 37) % 300
            entries.append(self.prepare_entry(partner, due, amount))
            if number % 6 == 0:
                entries.append(self.prepare_entry(partner, due, 90, terms))
            if number % 4 == 0:
                later = due + timedelta(days=number % 20)
                entries.append(self.prepare_entry(partner, later, 45))
            if number % 9 == 0:
                refund = self.prepare_entry(partner, due, 35)
                entries.append({**refund, "move_type": "out_refund"})
        moves = self.env["account.move"].create(entries)
        moves.action_post()
        self.sync()
        claims = self.claim(moves)
        self.env["ar.hold"].create(
            [
                {
                    "claim_id": claim.id,
                    "reason_id": self.reason.id,
                    "date_from": FIRST + timedelta(days=number % 5),
                    "date_to": FIRST + timedelta(days=8 + number % 9),
                }
                for number, claim in enumerate(claims)
                if number % 8 == 0
            ]
        )
        return claims

    def prepare_entry(self, partner, due, amount, terms=None):
        return {
            "move_type": "out_invoice",
            "partner_id": partner.id,
            "invoice_date": due - timedelta(days=30),
            "invoice_date_due": due,
            "invoice_payment_term_id": terms.id if terms else False,
            "invoice_line_ids": [
                (0, 0, {"name": "Service", "price_unit": amount, "tax_ids": []})
            ],
        }

    def test_simulation_is_true(self):
        claims = self.make_ledger(130)
        self.assertGreater(len(claims), 200)
        simulated = self.simulate(30).steps
        self.assertGreater(len(simulated), 100)
        self.assertEqual(simulated, self.live(30))

    def test_it_goes_on_from_what_has_been_sent(self):
        self.make_ledger(20)
        self.run_day("2026-02-20")
        simulated = self.simulate(15).steps
        self.assertTrue(simulated)
        self.assertEqual(simulated, self.live(15))

    def test_what_left_before_it_began_is_not_counted(self):
        self.make_ledger(20)
        self.run_day(str(FIRST))
        already = self.live(1)
        self.assertTrue(already)
        simulated = self.simulate(15)
        self.assertFalse(simulated.steps & already)
        self.assertEqual(simulated.steps, self.live(15) - already)
        self.assertEqual(
            sum(row["claims"] for row in simulated.rows), len(simulated.steps)
        )

    def test_it_leaves_no_trace(self):
        self.make_ledger(8)
        self.assign(str(FIRST))
        self.env.flush_all()

        def traces():
            self.env.invalidate_all()
            counted = []
            for table in SHADOWED:
                self.env.cr.execute(
                    f"""SELECT count(*), max(id), (SELECT last_value
                          FROM public.{table}_id_seq) FROM public.{table}"""
                )
                counted.append(self.env.cr.fetchone())
            self.env.cr.execute(
                "SELECT id, level_sequence, dispatched_on FROM ar_claim ORDER BY id"
            )
            self_named = self.env["ir.sequence"].search(
                [("code", "=", "ar.dunning.run")]
            )
            return counted, self.env.cr.fetchall(), self_named.number_next_actual

        before = traces()
        self.assertTrue(self.simulate(20).steps)
        self.assertEqual(traces(), before)

    def test_a_draft_takes_the_place_of_the_active_version(self):
        claim = self.claim(self.invoice(100, "2026-02-25"))
        draft = self.procedure._new_version()
        draft.level_ids.filtered(
            lambda level: level.level_key == "reminder"
        ).offset_days = 20
        as_it_is = self.simulate(25).steps
        changed = self.simulate(25, version_ids=draft.ids).steps
        self.assertIn((claim.id, "reminder", 1, date(2026, 3, 7)), as_it_is)
        self.assertIn((claim.id, "reminder", 1, date(2026, 3, 17)), changed)

    def test_assumed_payments_end_the_follow_up(self):
        self.make_ledger(30)
        everything = self.simulate(30).steps
        nobody = self.simulate(30, assumptions=Assumptions(0, 0, 3)).steps
        half = self.simulate(30, assumptions=Assumptions(0, 50, 3)).steps
        self.assertEqual(nobody, everything)
        self.assertLess(len(half), len(everything))
        self.assertEqual(
            half, self.simulate(30, assumptions=Assumptions(0, 50, 3)).steps
        )

    def test_approval_takes_its_days(self):
        self.segment.procedure_id = self.create_procedure(
            [{"level_key": "reminder", "offset_days": 3, "mode": "approval"}],
            code="approved",
        )
        claim = self.claim(self.invoice(100, "2026-03-01"))
        steps = self.simulate(20, assumptions=Assumptions(approval_days=4)).steps
        self.assertEqual(steps, {(claim.id, "reminder", 1, date(2026, 3, 8))})

    def count(self, **values):
        """Simulate a notice of one claim of 100; return {channel: what is counted}."""
        self.company.ar_letter_cost = 1.5
        self.segment.procedure_id = self.create_procedure(
            [{"level_key": "reminder", "offset_days": 3, **values}], code="counted"
        )
        self.debtor_partner.write({"street": "Kade 1", "city": "Gent"})
        self.invoice(100, "2026-03-01")
        names = ("notices", "claims", "amount", "deliveries", "calls", "cost")
        return {
            row["channel"]: tuple(row[name] for name in names)
            for row in self.simulate(20).rows
        }

    def test_a_notice_by_several_channels_counts_once(self):
        counted = self.count(channels=("letter", "email"), channel_mode="all")
        self.assertEqual(
            counted, {"letter": (1, 1, 100, 1, 0, 1.5), "email": (0, 0, 0, 1, 0, 0)}
        )

    def test_copies_are_deliveries_of_the_same_notice(self):
        claim = self.claim(self.invoice(1, "2026-12-01"))
        self.env["ar.debtor.contact"].create(
            {
                "debtor_id": claim.debtor_id.id,
                "partner_id": self.create_partner("Sara", None, "Plein 2").id,
                "role": "copy",
            }
        )
        counted = self.count(channels=("letter",), copy_ids=[(0, 0, {"role": "copy"})])
        self.assertEqual(counted, {"letter": (1, 1, 100, 2, 0, 3)})

    def test_two_scenarios_are_counted_side_by_side(self):
        self.company.ar_letter_cost = 1.5
        partner = self.create_partner("Leo Letter", None, "Kade 1")
        self.invoice(100, "2026-02-25", partner)
        draft = self.procedure._new_version()
        draft.level_ids.filtered(
            lambda level: level.level_key == "notice_of_default"
        ).unlink()
        simulation = self.env["ar.simulation"].create(
            {
                "date_from": FIRST,
                "days": 40,
                "compare": True,
                "version_b_ids": draft.ids,
            }
        )
        for scenario, versions in simulation._scenarios():
            found = self.simulate(40, version_ids=versions.ids)
            simulation.sudo()._add_lines(scenario, found.rows)
        totals = simulation._overview_totals()
        self.assertEqual(totals["a"]["notices"], 2)
        self.assertEqual(totals["a"]["cost"], 3)
        self.assertEqual(totals["b"]["notices"], 1)
        self.assertIn("Reminder", simulation.overview)
        self.assertNotIn("No costs", simulation.overview)
        self.company.ar_letter_cost = 0
        simulation.line_ids.sudo().cost = 0
        simulation.invalidate_recordset()
        self.assertIn("No costs", simulation.overview)
        self.assertNotIn("0.00 ", simulation.overview)

    def test_a_simulation_in_slices_gives_the_same(self):
        self.make_ledger(40)
        together = self.env["ar.simulation"].create({"date_from": FIRST, "days": 12})
        together.sudo()._add_lines("a", self.simulate(12).rows)
        sliced = together.copy().sudo()
        sliced.state = "waiting"
        limits = []
        for _slice in range(12):
            limits.append((sliced.state, sliced.progress))
            with (
                patch.object(type(sliced), "_slice_seconds", lambda _self: 0),
                patch.object(type(self.env["ir.cron"]), "_commit_progress"),
            ):
                self.env["ar.simulation"].sudo()._cron_simulate()
        self.assertEqual(sliced.state, "done", sliced.error)
        self.assertEqual(sliced.progress, 100)
        self.assertIn(("running", 50.0), limits)
        columns = ["date", "level_id", "channel", "notices", "claims", "amount"]
        self.assertEqual(
            [tuple(line[name] for name in columns) for line in together.line_ids],
            [tuple(line[name] for name in columns) for line in sliced.line_ids],
        )
        self.assertTrue(sliced.line_ids)
        self.assertFalse(self.kept_schemas())

    def test_a_slice_that_is_cut_off_is_done_again_and_then_given_up(self):
        self.invoice(100, "2026-03-01")
        simulation = (
            self.env["ar.simulation"]
            .sudo()
            .create({"date_from": FIRST, "days": 3, "state": "waiting"})
        )
        commit = patch.object(type(self.env["ir.cron"]), "_commit_progress")
        with commit, patch.object(type(simulation), "_slice_seconds", lambda _self: 0):
            simulation._cron_simulate()
            self.assertTrue(self.kept_schemas())
            # Cut off: what was tried stays noted, nothing else.
            simulation.attempts = 2
            simulation._cron_simulate()
            self.assertEqual((simulation.state, simulation.attempts), ("running", 0))
            simulation.attempts = 3
            simulation._cron_simulate()
        self.assertEqual(simulation.state, "failed")
        self.assertIn("longer", simulation.error)
        self.assertFalse(self.kept_schemas())

    def kept_schemas(self):
        self.env.cr.execute(
            "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'ar_simulation_%'"
        )
        return self.env.cr.fetchall()

    def test_a_new_one_is_empty(self):
        with self.assertNoLogs("odoo.domains", "WARNING"):
            fresh = self.env["ar.simulation"].new({"days": 5})
            self.assertFalse(fresh._overview_rows())

    def test_versions_are_found_by_name_and_number(self):
        versions = self.env["ar.dunning.procedure.version"]
        self.procedure.name = "Household customers"
        first = self.procedure.version_ids
        second = self.procedure._new_version()

        def found(text):
            ours = [("procedure_id", "=", self.procedure.id)]
            ids = [one[0] for one in versions.name_search(text, ours, limit=99)]
            return versions.browse(ids)

        self.assertEqual(found("household"), first | second)
        self.assertEqual(found("customers 2"), second)
        self.assertEqual(found(second.display_name), second)
        self.assertFalse(found("somebody else"))
        self.assertFalse(found("household 3"))

    def test_auditors_read_and_start_nothing(self):
        simulation = self.env["ar.simulation"].create({"date_from": FIRST, "days": 5})
        auditor = self.create_user("simulation_auditor", "ar_dunning.group_auditor")
        with self.assertRaises(UserError):
            simulation.with_user(auditor).action_start()

    def test_lines_of_a_restricted_type_are_hidden(self):
        group = self.env["res.groups"].create({"name": "Social"})
        simulation = self.env["ar.simulation"].create({"date_from": FIRST, "days": 5})
        self.env["ar.simulation.line"].sudo().create(
            [
                {
                    "simulation_id": simulation.id,
                    "company_id": self.company.id,
                    "access_group_id": access,
                    "scenario": "a",
                    "date": FIRST,
                    "notices": notices,
                }
                for access, notices in ((group.id, 7), (False, 2))
            ]
        )
        reader = self.create_user("simulation_reader", "ar_dunning.group_auditor")
        seen = simulation.with_user(reader)
        self.assertEqual(seen._overview_totals()["a"]["notices"], 2)
