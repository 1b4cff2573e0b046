import base64
from datetime import date

from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import DunningCommon

TODAY = "2026-06-01"


@freeze_time(f"{TODAY} 10:00:00")
@tagged("post_install", "-at_install", "ar")
class TestHistoryImport(DunningCommon):
    """Earlier reminders become notices of the past: shown, never sent or counted."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.create_user("history.manager", "ar_dunning.group_manager")
        cls.history = cls.env["ar.history.import"].with_user(cls.manager)

    def look(self, rows, heading="invoice;date;level;channel;amount;text", **values):
        text = "\n".join([heading, *rows])
        history = self.history.create(
            {
                "company_id": self.company.id,
                "file": base64.b64encode(text.encode()),
                "file_name": "old.csv",
                **values,
            }
        )
        history.action_check()
        return history

    def choose(self, history, **levels):
        for level in history.level_ids:
            level.level_key = levels.get(level.old_level, level.level_key)
        history.action_judge()

    def problems(self, history):
        return {row.number: row.problem for row in history.row_ids if row.problem}

    def test_context_invents_no_facts(self):
        other = self.create_user("history.other", "ar_dunning.group_manager")
        history = self.history.with_context(
            default_state="done",
            default_user_id=other.id,
            default_applied_on="2026-01-01 00:00:00",
        ).create({"company_id": self.company.id})
        self.assertRecordValues(
            history,
            [{"state": "draft", "user_id": self.manager.id, "applied_on": False}],
        )

    def test_what_was_looked_at_stays_with_its_company(self):
        move = self.invoice(100, "2026-03-01")
        history = self.look([f"{move.name};2026-03-20;Reminder;letter;;"])
        second = self.env["res.company"].create({"name": "Other entity"})
        self.manager.sudo().company_ids = [(4, second.id)]
        with self.assertRaises(UserError):
            history.company_id = second

    def test_explanation_names_what_was_taken_over(self):
        move = self.invoice(100, "2026-03-01")
        claim = self.claim(move)
        other = self.claim(self.invoice(50, "2026-03-05"))
        self.look([f"{move.name};2026-03-20;Reminder;letter;;"]).action_apply()
        self.env.invalidate_all()
        told = {row["id"]: row["history"] for row in (claim | other).explain()}
        self.assertIn("was sent on 03/20/2026, before the go-live", told[claim.id])
        self.assertIn(claim.level_id.name, told[claim.id])
        self.assertIn(told[claim.id], claim.explanation)
        self.assertEqual(told[other.id], "")

    def test_reminder_of_the_past_is_the_level_reached(self):
        move = self.invoice(100, "2026-03-01")
        claim = self.claim(move)
        other = self.claim(self.invoice(50, "2026-03-05"))
        history = self.look(
            [
                f"{move.name};2026-03-20;Reminder;letter;100,00;first class",
                f"{other.move_name};20/03/2026;Reminder;letter;;first class",
            ]
        )
        self.assertEqual(history.level_ids.level_key, "reminder")
        self.assertEqual(history.ready_count, 2)
        self.assertFalse(claim.line_ids)
        history.action_apply()
        self.env.invalidate_all()
        self.assertEqual(claim.level_key, "reminder")
        self.assertEqual(claim.effective_on, date(2026, 3, 20))
        notice = claim.line_ids.notice_id
        self.assertRecordValues(
            notice,
            [
                {
                    "kind": "imported",
                    "state": "dispatched",
                    "channel": "letter",
                    "amount_total": 150,
                    "claim_count": 2,
                    "contact_on": False,
                    "sandbox": False,
                }
            ],
        )
        self.assertEqual(notice.line_ids.claim_id, claim | other)
        self.assertFalse(notice.delivery_ids)
        self.assertIn("first class", str(notice.preview))
        self.assertEqual(history.state, "done")
        self.assertIn(
            "2 earlier reminders", self.env["ar.go.live.entry"].search([]).sentence
        )

    def test_next_level_waits_since_then_and_it_never_counts_as_a_contact(self):
        self.company.write({"ar_contact_maximum": 1, "ar_contact_period_days": 30})
        claim = self.claim(self.invoice(100, "2026-04-20"))
        self.look([f"{claim.move_name};2026-05-25;reminder;email;;"]).action_apply()
        self.env.invalidate_all()
        explained = claim._explain(date(2026, 6, 1))[claim.id]
        self.assertEqual(explained["level_id"], self.version.level_ids[2].id)
        # 14 days after it arrived; the contact of a week ago was not ours.
        self.assertEqual(explained["level_date"], date(2026, 6, 8))
        self.assertIn("taken over", claim.explanation)
        self.assertNotIn("contact_limit", self.blockers(claim, "2026-06-08"))
        self.run_day("2026-06-08")
        self.assertEqual(self.level_keys(claim), ["reminder", "notice_of_default"])
        self.assertIn(
            "Taken over",
            " ".join(entry["text"] for entry in claim.debtor_id._desk_timeline()),
        )

    def test_importing_again_changes_nothing(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        rows = [f"{claim.move_name};2026-03-20;reminder;email;;"]
        self.look(rows).action_apply()
        again = self.look([*rows, f"{claim.move_name};2026-04-20;reminder;email;;"])
        self.assertEqual((again.known_count, again.ready_count), (1, 1))
        again.action_apply()
        self.assertEqual(len(claim.line_ids), 2)
        self.assertEqual(claim.line_ids.sorted("id").mapped("occurrence"), [1, 2])
        self.assertEqual(self.look(rows).ready_count, 0)

    def test_a_second_click_and_an_empty_one_are_refused(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        history = self.look([f"{claim.move_name};2026-03-20;reminder;;;"])
        history.action_apply()
        with self.assertRaisesRegex(UserError, "done already"):
            history.action_apply()
        with self.assertRaisesRegex(UserError, "No row is ready"):
            self.look(["nothing;2026-03-20;reminder;;;"]).action_apply()
        with self.assertRaisesRegex(UserError, "stays on record"):
            history.unlink()

    def test_what_was_taken_over_is_not_written_by_hand(self):
        move = self.invoice(100, "2026-03-01")
        self.claim(move)
        history = self.look([f"{move.name};2026-03-20;Reminder;letter;;"])
        for vals in (
            {"state": "draft"},
            {"applied_on": "2020-01-01 00:00:00"},
            {"user_id": self.env.user.id},
        ):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                history.write(vals)
        with self.assertRaises(UserError):
            self.history.create({"company_id": self.company.id, "state": "done"})
        history.action_apply()
        self.assertEqual(history.state, "done")
        with self.assertRaises(UserError):
            history.company_id = self.company
        history.action_take_back()
        self.assertEqual(history.state, "undone")

    def test_the_database_knows_a_reminder_once(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        self.look([f"{claim.move_name};2026-03-20;reminder;;;"]).action_apply()
        line = claim.line_ids.sudo()
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            line.copy(
                {
                    "occurrence": 7,
                    "history_key": line.history_key,
                    "state": "dispatched",
                }
            )

    def test_each_row_says_what_is_wrong(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        paid = self.invoice(60, "2026-03-01")
        self.pay(paid, 60, "2026-03-02")
        name = claim.move_name
        history = self.look(
            [
                f"{name};2026-03-20;reminder;;;",
                f"{name};2026-03-20;Reminder;;;",
                "INV/NONE;2026-03-20;reminder;;;",
                f"{paid.name};2026-03-20;reminder;;;",
                f"{name};2030-01-01;reminder;;;",
                f"{name};never;reminder;;;",
                f"{name};2026-03-20;Summons;;;",
                f"{name};0206-03-20;reminder;;;",
            ]
        )
        self.assertEqual(
            self.problems(history),
            {
                3: "repeated",
                4: "unknown",
                5: "paid",
                6: "future",
                7: "bad_date",
                8: "unmapped",
                9: "too_early",
            },
        )
        self.assertTrue(
            all(row.sentence for row in history.row_ids if row.state == "problem")
        )
        self.assertIn("never", history.row_ids.filtered("detail").sentence)
        self.choose(history, Summons="-")
        self.assertNotIn(8, self.problems(history))
        history.action_apply()
        # History only: it is kept, and counts for no level.
        self.assertEqual(len(claim.line_ids.notice_id), 2)
        self.assertEqual(claim.level_key, "reminder")
        self.assertEqual(self.lines(claim, "information").level_key, False)

    def test_level_that_the_procedure_does_not_have(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        self.create_procedure(
            [{"level_key": "gentle", "offset_days": 3}], code="another"
        )
        history = self.look([f"{claim.move_name};2026-03-20;1;;;"])
        self.choose(history, **{"1": "gentle"})
        self.assertEqual(self.problems(history), {2: "other_procedure"})
        self.assertIn("Test procedure", history.row_ids.sentence)

    def test_instalments_that_were_due_reach_the_level_together(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "Three",
                "line_ids": [
                    (0, 0, {"value": "percent", "value_amount": 40, "nb_days": 0}),
                    (0, 0, {"value": "percent", "value_amount": 30, "nb_days": 30}),
                    (0, 0, {"value": "percent", "value_amount": 30, "nb_days": 90}),
                ],
            }
        )
        move = self.invoice(
            300, "2026-03-31", invoice_payment_term_id=term.id, invoice_date_due=False
        )
        claims = self.claim(move)
        # The amount is that of the invoice: it counts for no instalment again.
        self.look([f"{move.name};2026-04-10;reminder;;300,00;"]).action_apply()
        self.env.invalidate_all()
        self.assertEqual(claims.mapped("level_key"), ["reminder", "reminder", False])
        self.assertEqual(claims.line_ids.notice_id.amount_total, 210)
        for line in claims.line_ids:
            self.assertEqual(line.amount_open, line.amount_original)

    def test_reference_of_several_invoices_is_not_guessed(self):
        for _number in range(2):
            self.invoice(10, "2026-03-01", payment_reference="SAME 1")
        history = self.look(["same-1;2026-03-20;reminder;;;"])
        self.assertEqual(self.problems(history), {2: "ambiguous"})

    def test_bad_files_are_refused_in_words(self):
        for content, words in (
            (b"", "Choose a file"),
            (b"  \n", "empty"),
            (b"PK\x00", "save the spreadsheet as CSV"),
            (b"a;b;c\n1;2;3", "name the columns"),
        ):
            history = self.history.create({"file": base64.b64encode(content)})
            with self.subTest(content), self.assertRaisesRegex(UserError, words):
                history.action_check()

    def test_taking_back_restores_unless_something_rests_on_it(self):
        first = self.claim(self.invoice(100, "2026-03-01"))
        partner = self.create_partner("Ann Maes", "ann@debtor.example")
        second = self.claim(self.invoice(100, "2026-03-01", partner=partner))
        rows = [f"{one.move_name};2026-03-20;reminder;;;" for one in (first, second)]
        history = self.look(rows)
        history.action_apply()
        self.env["ar.hold"].create(
            {
                "claim_id": second.id,
                "reason_id": self.reason.id,
                "date_from": "2026-06-01",
            }
        )
        self.run_day(TODAY)
        self.assertEqual(first.level_key, "notice_of_default")
        history.action_take_back()
        self.env.invalidate_all()
        self.assertEqual(history.state, "undone")
        self.assertFalse(second.level_key)
        self.assertEqual(self.level_keys(first), ["reminder", "notice_of_default"])
        # What was taken back can be taken over anew.
        self.assertEqual(self.look(rows).ready_count, 1)

    def test_only_managers_and_only_their_own(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        history = self.look([f"{claim.move_name};2026-03-20;reminder;;;"])
        for login, group in (
            ("history.collector", "ar_dunning.group_collector"),
            ("history.nobody", "base.group_user"),
        ):
            user = self.create_user(login, group)
            with self.subTest(login), self.assertRaises(AccessError):
                self.history.with_user(user).create({})
            with self.subTest(login), self.assertRaises(AccessError):
                history.with_user(user).action_apply()
        other = self.create_user("history.other", "ar_dunning.group_manager")
        self.assertFalse(self.env["ar.history.row"].with_user(other).search([]))
        with self.assertRaises(AccessError):
            history.with_user(other).action_apply()

    def test_restricted_claims_are_not_found_without_their_group(self):
        group = self.env["res.groups"].create({"name": "Social history"})
        kind = self.env["ar.claim.type"].create(
            {"name": "Social", "code": "history_social", "access_group_id": group.id}
        )
        self.env.user.group_ids += group
        journal = self.company_data["default_journal_sale"].copy(
            {
                "code": "HSOC",
                "ar_claim_type_id": kind.id,
                "default_account_id": self.company_data["default_account_revenue"].id,
            }
        )
        claim = self.claim(self.invoice(100, "2026-03-01", journal_id=journal.id))
        self.assertEqual(claim.access_group_id, group)
        rows = [f"{claim.move_name};2026-03-20;reminder;;;"]
        history = self.look(rows)
        self.assertEqual(self.problems(history), {2: "unknown"})
        self.manager.group_ids = [(4, group.id)]
        history.action_check()
        history.action_apply()
        told = self.env["ar.go.live.entry"].search([])
        self.assertEqual(told.filtered("access_group_id").access_group_id, group)
        self.assertIn("1 earlier", told.filtered("access_group_id").sentence)
        for other in told.filtered(lambda entry: not entry.access_group_id):
            self.assertIn("0 earlier", other.sentence)
        notice = self.env["ar.dunning.notice"].search(
            [("history_import_id", "=", history.id)]
        )
        self.assertEqual(notice.access_group_id, group)
        self.assertEqual(notice.line_ids.access_group_id, group)

    def test_another_company_is_out_of_reach(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        other = self.setup_other_company(name="Elsewhere")["company"]
        history = self.env["ar.history.import"].create(
            {
                "company_id": other.id,
                "file": base64.b64encode(
                    f"invoice;date;level\n{claim.move_name};2026-03-20;1".encode()
                ),
            }
        )
        history.action_check()
        self.assertEqual(self.problems(history), {2: "unknown"})
        with self.assertRaises(AccessError):
            self.history.create({"company_id": other.id})

    # -- other programs ---------------------------------------------------------------

    def test_credit_control_lines_of_the_oca(self):
        history = self.history.create({"source": "credit_control"})
        with self.assertRaisesRegex(UserError, "Use a file instead"):
            history.action_check()
        claim = self.claim(self.invoice(100, "2026-03-01"))
        self.env.cr.execute(
            """
            CREATE TABLE credit_control_policy_level (id int, name jsonb);
            CREATE TABLE credit_control_line (
                id int, move_line_id int, policy_level_id int, date date,
                date_sent date, state varchar, channel varchar, balance_due numeric);
            INSERT INTO credit_control_policy_level
            VALUES (1, '{"en_US": "Reminder"}'), (2, '{"en_US": "Second letter"}');
            """
        )
        for number, level, sent, state in (
            (11, 1, "2026-03-20", "sent"),
            (12, 2, None, "sent"),
            (13, 2, None, "ignored"),
        ):
            self.env.cr.execute(
                """INSERT INTO credit_control_line
                   VALUES (%s, %s, %s, '2026-04-20', %s, %s, 'letter', 80)""",
                (number, claim.line_id.id, level, sent, state),
            )
        history.action_check()
        self.choose(history, **{"Second letter": "notice_of_default"})
        self.assertEqual(history.ready_count, 2)
        history.action_apply()
        self.env.invalidate_all()
        self.assertEqual(self.level_keys(claim), ["reminder", "notice_of_default"])
        self.assertEqual(claim.effective_on, date(2026, 4, 20))
        self.assertEqual(claim.line_ids.mapped("amount_open"), [80, 80])

    def test_follow_up_levels_of_enterprise(self):
        history = self.history.create({"source": "follow_up"})
        with self.assertRaisesRegex(UserError, "Use a file instead"):
            history.action_check()
        claim = self.claim(self.invoice(100, "2026-03-01"))
        never = self.claim(self.invoice(100, "2026-03-01"))
        self.env.cr.execute(
            """
            CREATE TABLE account_followup_followup_line (id int, name varchar);
            INSERT INTO account_followup_followup_line VALUES (5, 'Reminder');
            ALTER TABLE account_move_line ADD followup_line_id int,
                                          ADD last_followup_date date;
            """
        )
        self.env.cr.execute(
            """UPDATE account_move_line
                  SET followup_line_id = 5, last_followup_date = '2026-03-15'
                WHERE id = %s""",
            (claim.line_id.id,),
        )
        history.action_check()
        history.action_apply()
        self.env.invalidate_all()
        self.assertEqual(claim.level_key, "reminder")
        self.assertEqual(claim.effective_on, date(2026, 3, 15))
        self.assertFalse(never.level_key)

    def test_a_big_file_takes_a_constant_number_of_statements(self):
        moves = [self.invoice(10, "2026-03-01") for _number in range(12)]
        rows = [f"{move.name};2026-03-20;reminder;;;" for move in moves]
        self.look(rows[:2])

        def statements(number):
            before = self.env.cr.sql_log_count
            history = self.look(rows[:number])
            history.action_apply()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        few = statements(2)
        self.assertLessEqual(statements(12), few + 5)
