from datetime import date
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import SQL, mute_logger

from odoo.addons.ar_dunning.models.claim_candidate import NEVER
from odoo.addons.ar_dunning.tools.guarded import GuardedMany2one

from .common import DunningCommon

TODAY = "2026-03-01"


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestCandidate(DunningCommon):
    """A run looks at nobody for whom nothing can have come, and forgets nobody.

    That nobody is forgotten on any course of things is shown in test_stateful.
    """

    def setUp(self):
        super().setUp()
        self.create_idle_debtors(5)
        self.move = self.invoice(100, "2026-03-20")
        self.propose(TODAY)
        self.only_claim = self.claim(self.move)

    def candidate_on(self, claim=None):
        """Return the day that is kept for a claim, or None."""
        kept = (
            self.env["ar.claim.candidate"]
            .sudo()
            .search_fetch(
                [("id", "=", (claim or self.only_claim).id)], ["candidate_on"]
            )
        )
        return kept.candidate_on or None

    def assert_due(self, on=TODAY):
        due = self.due_partners(date.fromisoformat(on))
        self.assertEqual(due, {self.debtor_partner.id})

    def assert_not_due(self, on=TODAY):
        self.assertEqual(self.due_partners(date.fromisoformat(on)), set())

    def test_nothing_comes_before_the_first_level(self):
        self.assertEqual(self.candidate_on(), date(2026, 3, 17))
        self.assert_not_due("2026-03-16")
        self.assert_due("2026-03-17")

    def test_counts_are_those_of_all_claims(self):
        run = self.propose("2026-03-02")
        self.assertEqual((run.evaluated_count, run.not_due_count), (1, 1))
        self.env["ar.dunning.run"].flush_model()
        other = self.create_partner("Els Maes", "els@debtor.example")
        self.invoice(50, "2026-02-01", other)
        run = self.propose("2026-03-02")
        self.assertEqual((run.evaluated_count, run.not_due_count), (2, 1))
        self.assertEqual(run.notice_ids.partner_id, other)

    def test_a_credit_covers_the_oldest_though_it_is_not_due(self):
        self.invoice(60, "2026-02-01")
        self.run_day("2026-03-10")
        self.invoice(60, TODAY, move_type="out_refund")
        self.sync()
        self.propose("2026-03-16")
        self.assert_due("2026-03-17")
        run = self.propose("2026-03-17")
        self.assertFalse(run.exclusion_ids)
        self.assertRecordValues(
            run.notice_ids.line_ids,
            [
                {
                    "claim_id": self.only_claim.id,
                    "amount_covered": 0,
                    "amount_open": 100,
                }
            ],
        )

    def test_a_minimum_share_is_one_of_all_that_is_owed(self):
        self.only_claim._assign_by_hand(
            self.create_procedure(
                [{"level_key": "only", "offset_days": 10, "minimum_percentage": 20}],
                code="share",
            )
        )
        self.claim(self.invoice(400.01, "2026-09-01"))
        self.propose("2026-03-29")
        self.assert_due("2026-03-30")
        run = self.propose("2026-03-30")
        self.assertFalse(run.notice_ids)
        self.assertEqual(run.exclusion_ids.mapped("code"), ["below_percentage"])

    def test_others_of_the_debtor_are_left_alone(self):
        late = self.claim(self.invoice(60, "2026-09-01"))
        self.propose("2026-03-16")
        self.assertEqual(self.due_claims(date(2026, 3, 17)), self.only_claim)
        self.invoice(10, "2026-03-16", move_type="out_refund")
        self.sync()
        self.assertEqual(self.due_claims(date(2026, 3, 17)), self.only_claim | late)

    def test_after_the_last_level_nothing_comes_any_more(self):
        procedure = self.create_procedure(
            [{"level_key": "only", "offset_days": 0}], code="short"
        )
        self.only_claim._assign_by_hand(procedure)
        self.run_day("2026-03-25")
        self.propose("2026-03-26")
        self.assertEqual(self.candidate_on(), NEVER)
        self.assertEqual(self.propose("2026-04-20").not_due_count, 1)

    def test_a_new_due_date_is_looked_at(self):
        self.move.button_draft()
        self.move.invoice_date_due = date(2026, 2, 10)
        self.move.action_post()
        self.sync()
        self.assert_due()

    def test_a_level_that_was_projected_anew_is_looked_at(self):
        """Even when it is the same as before: its lines may not be."""
        self.assertTrue(self.candidate_on())
        self.assert_not_due("2026-03-02")
        self.only_claim._project_levels()
        self.assertIsNone(self.candidate_on())
        self.assert_due("2026-03-02")

    def test_another_procedure_is_looked_at(self):
        self.only_claim._assign_by_hand(
            self.create_procedure([{"level_key": "early", "offset_days": -30}], "early")
        )
        self.assert_due()

    def test_a_changed_level_is_looked_at(self):
        self.env.cr.execute(
            "UPDATE ar_dunning_level SET offset_days = -25 WHERE id = %s",
            [self.version.level_ids[0].id],
        )
        self.assert_due()

    def test_a_lifted_hold_is_looked_at(self):
        hold = self.env["ar.hold"].create(
            {
                "claim_id": self.only_claim.id,
                "reason_id": self.reason.id,
                "date_from": date(2026, 3, 20),
                "date_to": date(2026, 3, 30),
            }
        )
        self.propose("2026-03-25")
        later = self.candidate_on()
        self.assertGreater(later, date(2026, 3, 30))
        self.assert_not_due("2026-03-30")
        hold.action_lift()
        self.assert_due("2026-03-25")
        self.propose("2026-03-25")
        self.assertLess(self.candidate_on(), later)

    def test_a_hold_of_the_whole_debtor_counts_too(self):
        self.env["ar.hold"].create(
            {
                "debtor_id": self.only_claim.debtor_id.id,
                "reason_id": self.reason.id,
                "date_from": date(2026, 3, 1),
                "date_to": date(2026, 3, 10),
            }
        )
        self.assert_due()

    def test_two_reasons_that_change_places_are_looked_at(self):
        """The number of holds that stop the clock is the same as before."""
        running = self.reason.copy({"code": "runs", "freezes_clock": False})
        for reason, until in ((self.reason, "2026-03-12"), (running, "2026-03-05")):
            self.env["ar.hold"].create(
                {
                    "claim_id": self.only_claim.id,
                    "reason_id": reason.id,
                    "date_from": date(2026, 3, 1),
                    "date_to": until,
                }
            )
        self.propose("2026-03-02")
        self.assert_not_due("2026-03-03")
        before = self.rules()
        running.freezes_clock, self.reason.freezes_clock = True, False
        self.env.flush_all()
        self.assertNotEqual(self.rules(), before)
        self.assert_due("2026-03-03")

    def rules(self):
        [[rules]] = self.env.execute_query(
            self.env["ar.claim.candidate"]._sql_rules(self.company)
        )
        return rules

    def assert_exchange_is_seen(self, table, column, pair):
        before = self.rules()
        self.env.cr.execute(
            SQL(
                """UPDATE %(table)s one SET %(column)s = other.%(column)s
                     FROM %(table)s other WHERE one.id = ANY(%(pair)s)
                      AND other.id = ANY(%(pair)s) AND one.id <> other.id""",
                table=SQL.identifier(table),
                column=SQL.identifier(column),
                pair=list(pair),
            )
        )
        self.assertNotEqual(self.rules(), before)

    def test_rows_that_exchange_a_value_are_looked_at(self):
        """The sum of what they say is the same as before."""
        levels = self.version.level_ids.grouped("offset_days").values()
        self.assert_exchange_is_seen(
            "ar_dunning_level", "offset_days", [level.id for level in levels][:2]
        )
        calendar = self.env["ar.calendar"].create({"name": "Law", "kind": "legal"})
        self.company.ar_legal_calendar_id = calendar
        self.env.flush_all()
        days = self.env["ar.calendar.day"].search([("calendar_id", "=", calendar.id)])
        off = days.filtered(lambda day: not day.is_working)
        pair = (days - off)[0] | off[0]
        self.assert_exchange_is_seen("ar_calendar_day", "is_working", pair.ids)

    def test_levels_count_for_all_wherever_a_claim_can_be_on_them(self):
        before = self.rules()
        self.procedure._new_version().level_ids[0].offset_days = 3
        self.env.flush_all()
        self.assertEqual(self.rules(), before)
        other = self.setup_other_company(name="Elsewhere")["company"]
        theirs = self.create_procedure(
            [{"level_key": "one", "offset_days": 1}], code="theirs"
        )
        self.env.flush_all()
        with_shared = self.rules()
        self.assertNotEqual(with_shared, before)
        # Claims may still be on it.
        theirs.company_id = other
        self.env.flush_all()
        self.assertEqual(self.rules(), with_shared)

    def test_a_clock_that_stands_still_is_looked_at_each_day(self):
        self.env["ar.hold"].create(
            {
                "claim_id": self.only_claim.id,
                "reason_id": self.reason.id,
                "date_from": date(2026, 3, 1),
            }
        )
        self.propose("2026-03-02")
        self.assert_due("2026-03-03")

    def test_a_day_before_the_last_evaluation_is_evaluated_anew(self):
        # By then it is too late for the friendly notice.
        self.propose("2026-03-25")
        self.assert_not_due("2026-03-26")
        self.assert_due("2026-03-18")

    def test_new_days_of_the_calendar_of_the_law(self):
        calendar = self.company._ar_legal_calendar()
        if not calendar:
            calendar = self.env["ar.calendar"].create({"name": "Law", "kind": "legal"})
            self.company.ar_legal_calendar_id = calendar
            self.propose("2026-03-02")
        self.assert_not_due("2026-03-02")
        self.env.cr.execute(
            """UPDATE ar_calendar_day SET is_working = NOT is_working
                WHERE calendar_id = %s AND date = '2026-03-12'""",
            [calendar.id],
        )
        self.assert_due("2026-03-02")

    def test_the_number_of_statements_does_not_grow(self):
        counts = []
        for number in (1, 12):
            for place in range(number):
                partner = self.create_partner(f"Debtor {number} {place}", "a@b.example")
                self.invoice(50, "2026-02-01", partner)
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.env["ar.dunning.run"].sudo()._propose_company(
                self.company, date(2026, 3, 1 + number)
            )
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])

    def test_rows_from_before_holds_were_counted_are_forgotten(self):
        self.env.cr.execute(
            "ALTER TABLE ar_claim_candidate ALTER hold_count DROP NOT NULL"
        )
        self.env.cr.execute("UPDATE ar_claim_candidate SET hold_count = NULL")
        self.env["ar.claim.candidate"].init()
        self.assertIsNone(self.candidate_on())
        self.env.cr.execute(
            "ALTER TABLE ar_claim_candidate ALTER hold_count SET NOT NULL"
        )
        self.assert_due()

    def test_what_it_depends_on_is_hashed_with_64_bits(self):
        rows = self.env.execute_query(
            SQL(
                "SELECT facts FROM (%s) claim",
                self.env["ar.claim.candidate"]._sql_facts(self.company),
            )
        )
        kept = self.env["ar.claim.candidate"].sudo().browse(self.only_claim.id)
        self.assertEqual(rows, [(kept.facts,)])
        [[type_]] = self.env.execute_query(
            SQL("SELECT pg_typeof(facts)::text FROM ar_claim_candidate LIMIT 1")
        )
        self.assertEqual(type_, "bigint")

    def test_nobody_reads_it(self):
        auditor = self.create_user("auditor", "ar_dunning.group_manager")
        with self.assertRaises(AccessError):
            self.env["ar.claim.candidate"].with_user(auditor).search([])


@tagged("post_install", "-at_install")
class TestGuardedLinks(DunningCommon):
    """Links without a key of their own are those of the record that guards them."""

    def test_a_row_names_what_its_guard_names(self):
        claim = self.claim(self.invoice(100, "2026-02-01"))
        other = self.create_partner("Els Maes")
        excluded = self.claim(self.invoice(100, "2026-02-01", other))
        run = self.run_day("2026-03-01")
        line = self.lines(claim)
        self.assertEqual(line.run_id, line.notice_id.run_id)
        for row in (line, line.notice_id):
            self.assertEqual(row.company_id, claim.company_id)
            self.assertEqual(row.currency_id, claim.currency_id)
            self.assertEqual(row.debtor_id, claim.debtor_id)
        self.assertEqual(line.notice_id.version_id, line.level_id.version_id)
        self.assertEqual(line.notice_id.procedure_id, line.level_id.procedure_id)
        exclusion = run.exclusion_ids.filtered(lambda one: one.claim_id == excluded)
        self.assertEqual(exclusion.mapped("debtor_id"), excluded.debtor_id)
        self.assertEqual(exclusion.mapped("company_id"), excluded.company_id)

    def test_a_level_that_a_line_names_stays(self):
        early = self.claim(self.invoice(100, "2026-01-01"))
        self.run_day("2026-01-20")
        late = self.claim(self.invoice(100, "2026-02-01"))
        self.run_day("2026-03-20")
        lower = self.lines(late).level_id
        self.assertNotEqual(lower, self.lines(late).notice_id.level_id)
        self.assertIn(early, self.lines(late).notice_id.line_ids.claim_id)
        for used in (lower, lower.version_id):
            with self.assertRaises(UserError):
                used.unlink()
        # Nor is it swept away with what it belongs to.
        (early | late)._assign_by_hand(self.env["ar.dunning.procedure"])
        self.env.flush_all()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            lower.procedure_id.unlink()
            self.env.flush_all()

    def test_only_such_links_have_no_key(self):
        keys = {
            (table, column)
            for table, column in self.env.execute_query(
                SQL(
                    """SELECT conrelid::regclass::text, attname
                         FROM pg_constraint
                         JOIN pg_attribute ON attrelid = conrelid
                          AND attnum = conkey[1]
                        WHERE contype = 'f'"""
                )
            )
        }
        for name in ("ar.dunning.notice", "ar.dunning.notice.line"):
            model = self.env[name]
            for field in model._fields.values():
                if field.type == "many2one" and field.store:
                    guarded = isinstance(field, GuardedMany2one)
                    self.assertNotEqual(
                        guarded, (model._table, field.name) in keys, field
                    )

    def test_who_may_delete_no_user_lets_nothing_be_forgotten(self):
        user = self.create_user("staying")
        nobody = self.create_user("nobody")
        unguarded = patch.object(
            type(user), "_unguarded_columns", side_effect=AssertionError("too early")
        )
        with unguarded, self.assertRaises(AccessError):
            user.with_user(nobody).unlink()

    def test_a_deleted_user_is_forgotten(self):
        claim = self.claim(self.invoice(100, "2026-02-01"))
        self.run_day("2026-03-01")
        line = self.lines(claim)
        user = self.create_user("leaving")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE ar_dunning_notice_line SET create_uid = %s WHERE id = %s",
            [user.id, line.id],
        )
        line.invalidate_recordset()
        user.sudo().unlink()
        self.assertFalse(line.create_uid)
