from datetime import date, timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..models.delivery_email import SHARDS
from ..rules.volume import SMALL_DAY
from .common import DunningCommon

ON = "2026-03-16"  # a Monday


@tagged("post_install", "-at_install", "ar")
class TestGates(DunningCommon):
    """What keeps a notice back that has its day: money, limits, stops."""

    def other_procedure(self, partner, **level):
        """Put the newest claim of a partner into a second procedure by hand."""
        procedure = self.create_procedure(
            [{"level_key": "second", "offset_days": 10, **level}], code="second"
        )
        claim = self.claim(self.invoice(500, "2026-03-02", partner))
        claim._assign_by_hand(procedure)
        return claim

    def codes(self, claims, on=ON):
        self.assign(on)
        return [self.blockers(claim, on) for claim in claims]

    def left_out(self, runs):
        return {
            (one.claim_id, one.code): one.until
            for one in runs.exclusion_ids
            if one.code not in ("not_yet_due",)
        }

    def bank_line(self, partner, amount, on="2026-03-10"):
        return self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.company_data["default_journal_bank"].id,
                "date": on,
                "payment_ref": "no idea",
                "partner_id": partner.id,
                "amount": amount,
            }
        )

    # -- money ----------------------------------------------------------------------

    def test_unmatched_credit_withholds_and_is_listed(self):
        """T2: a credit of at least the claim, not matched yet."""
        claim = self.claim(self.invoice(100, "2026-03-01"))
        self.invoice(100, "2026-03-01", move_type="out_refund")
        run = self.propose(ON)
        self.assertIn((claim, "covered_by_credit"), self.left_out(run))
        self.assertFalse(run.notice_ids)

    def test_net_credit_in_another_currency(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        other = self.setup_other_currency("HRK", rounding=0.01)
        refund = self.invoice(
            1000, "2026-03-01", move_type="out_refund", currency_id=other.id
        )
        self.assertLess(refund.amount_residual_signed, -100)
        self.assertEqual(self.codes(claim), [["net_credit"]])
        self.invoice(2000, "2026-06-01")
        self.assertEqual(self.codes(claim), [[]], "owes more again, due or not")

    def test_payment_on_the_bank_that_is_not_booked(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        line = self.bank_line(self.debtor_partner, 30)
        self.assertEqual(self.codes(claim), [["payment_in_progress"]])
        explained = claim._explain(date.fromisoformat(ON))[claim.id]
        self.assertIn("has arrived", explained["blockers"][0]["sentence"])
        line.amount = -30
        self.assertEqual(self.codes(claim), [[]], "money that went out is none")

    def test_share_of_all_that_is_owed(self):
        procedure = self.create_procedure(
            [{"level_key": "only", "offset_days": 10, "minimum_percentage": 20}],
            code="share",
        )
        self.segment.procedure_id = procedure
        small = self.claim(self.invoice(19.99, "2026-03-01"))
        later = self.invoice(80, "2026-09-01")
        self.assertEqual(self.codes(small), [["below_percentage"]])
        later.button_draft()
        later.button_cancel()
        self.sync()
        self.assertEqual(self.codes(small), [[]])

    def test_old_bank_data_keep_everything_but_friendly_notices(self):
        overdue = self.claim(self.invoice(100, "2026-03-01"))
        friendly = self.claim(self.invoice(100, "2026-03-18"))
        journal = self.company_data["default_journal_bank"]
        journal.ar_staleness_days = 2
        someone = self.create_partner("Someone", "s@x.example")
        self.bank_line(someone, 1, "2026-03-12")
        # Monday: Thursday is two working days ago.
        self.assertEqual(self.codes(overdue | friendly), [[], []])
        self.assertEqual(
            self.codes(overdue | friendly, "2026-03-17"), [["stale_bank"], []]
        )
        explained = overdue._explain(date(2026, 3, 17))[overdue.id]
        self.assertIn(journal.name, explained["blockers"][0]["sentence"])

    # -- contacts -------------------------------------------------------------------

    def test_contact_limit_lets_the_weightier_go_first(self):
        self.company.write({"ar_contact_maximum": 1, "ar_contact_period_days": 7})
        light = self.claim(self.invoice(100, "2026-03-01"))
        heavy = self.other_procedure(self.debtor_partner, phase="collection")
        run = self.propose(ON)
        self.assertEqual(run.notice_ids.line_ids.claim_id, heavy)
        self.assertEqual(
            self.left_out(run), {(light, "contact_limit"): date(2026, 3, 23)}
        )
        self.dispatch(ON)
        self.deliver(ON)
        self.assertEqual(self.blockers(light, "2026-03-22"), ["contact_limit"])
        self.assertEqual(self.blockers(light, "2026-03-23"), [])

    def test_contact_limit_holds_at_dispatch(self):
        self.claim(self.invoice(100, "2026-03-01"))
        self.other_procedure(self.debtor_partner)
        notices = self.propose(ON).notice_ids
        self.assertEqual(len(notices), 2)
        self.company.write({"ar_contact_maximum": 1, "ar_contact_period_days": 7})
        self.dispatch(ON)
        self.assertEqual(sorted(notices.mapped("state")), ["cancelled", "dispatched"])
        self.assertEqual(
            notices.filtered(lambda one: one.state == "cancelled").line_ids.mapped(
                "cancel_code"
            ),
            ["contact_limit"],
        )

    def test_taken_back_counts_only_when_it_had_left(self):
        self.company.write({"ar_contact_maximum": 1, "ar_contact_period_days": 30})
        claim = self.claim(self.invoice(100, "2026-03-01"))
        self.propose(ON)
        self.dispatch(ON)
        notice = claim.level_line_id.notice_id.sudo()
        with self.env.cr.savepoint() as savepoint:
            notice._withdraw("undone")
            self.assertEqual(self.blockers(claim, ON), [])
            savepoint.rollback()
        self.env.invalidate_all()
        self.deliver(ON)
        notice._withdraw("undone")
        self.assertEqual(self.blockers(claim, ON), ["contact_limit"])

    def test_other_companies_count_without_telling(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        self.run_day(ON)
        other = self.setup_other_company()["company"]
        notice = claim.level_line_id.notice_id
        # What another company wrote to the same person.
        self.env.cr.execute(
            "UPDATE ar_dunning_notice SET company_id = %s WHERE id = %s",
            [other.id, notice.id],
        )
        self.env.invalidate_all()
        mine = self.claim(self.invoice(50, "2026-03-02"))
        self.company.write({"ar_contact_maximum": 1, "ar_contact_period_days": 7})
        self.assertEqual(self.codes(mine), [[]], "the own company only")
        self.company.ar_contact_scope = "all"
        self.assertEqual(self.codes(mine), [["contact_pause"]])
        [told] = mine._explain(date.fromisoformat(ON))[mine.id]["blockers"]
        self.assertFalse(told["until"])
        self.assertNotIn(other.name, told["sentence"])

    # -- capacity, fuse, days ---------------------------------------------------------

    def test_capacity_goes_to_who_waits_longest(self):
        partners = [
            self.create_partner(f"P{place}", f"p{place}@x.example")
            for place in range(4)
        ]
        claims = [
            self.claim(self.invoice(amount, due, partner))
            for partner, amount, due in zip(
                partners,
                (10, 20, 30, 40),
                ("2026-03-05", "2026-03-01", "2026-03-05", "2026-03-04"),
                strict=True,
            )
        ]
        self.claim(self.invoice(5, "2026-03-05", partners[2]))
        self.env["ar.capacity"].create(
            {"company_id": self.company.id, "channel": "email", "per_day": 3}
        )
        run = self.propose(ON)
        self.assertEqual(set(run.notice_ids.partner_id), set(partners) - {partners[0]})
        self.assertEqual(
            self.left_out(run), {(claims[0], "capacity"): date(2026, 3, 17)}
        )
        self.dispatch(ON)
        self.assertFalse(self.propose(ON).notice_ids, "used up for today")
        self.assertEqual(self.propose("2026-03-17").notice_ids.partner_id, partners[0])

    def test_fuse_lets_nothing_leave_by_itself(self):
        self.company.ar_fuse_maximum = 2
        for place in range(3):
            partner = self.create_partner(f"P{place}", f"p{place}@x.example")
            self.claim(self.invoice(10, "2026-03-01", partner))
        run = self.propose(ON)
        self.assertTrue(run.fuse_blown)
        self.assertEqual(run.state, "proposed")
        self.assertEqual(set(run.notice_ids.mapped("state")), {"proposed"})
        self.assertEqual(set(run.notice_ids.line_ids.mapped("state")), {"proposed"})
        item = self.env["ar.work.item"].search([("kind", "=", "volume_fuse")])
        self.assertEqual((item.run_id, item.state), (run, "open"))
        run.action_approve()
        self.dispatch(ON)
        self.assertEqual(set(run.notice_ids.mapped("state")), {"dispatched"})
        self.assertEqual(item.state, "done")

    def test_what_the_fuse_keeps_back_was_never_approved(self):
        self.claim(self.invoice(10, "2026-03-01"))
        self.run_day("2026-03-14")
        self.company.ar_fuse_maximum = 1
        for place in range(2):
            partner = self.create_partner(f"P{place}", f"p{place}@x.example")
            self.claim(self.invoice(10, "2026-03-01", partner))
        run = self.propose(ON)
        self.assertEqual(run.notice_ids.mapped("state"), ["proposed"] * 2)
        self.assertFalse(any(run.notice_ids.mapped("approved_on")))

    def test_a_new_company_has_a_fuse_from_its_first_day(self):
        company = self.env["res.company"].create({"name": "New entity"})
        runs = self.env["ar.dunning.run"].sudo()
        self.assertEqual(runs._fuse_limit(company, date(2026, 3, 16)), 500)

    def test_fuse_compares_with_the_usual(self):
        self.company.write({"ar_fuse_factor": 2, "ar_fuse_maximum": 1})
        day = date(2026, 1, 20)
        partner = self.create_partner("Usual", "usual@x.example")
        for place in range(5):
            self.invoice(10, day - timedelta(days=10), partner)
            self.company.ar_fuse_maximum = 0
            self.run_day(day.isoformat())
            day += timedelta(days=1 + place % 2)
        runs = self.env["ar.dunning.run"].sudo()
        limit = runs._fuse_limit(self.company, day)
        self.assertEqual(limit, SMALL_DAY, "twice one is a small day still")
        with patch("odoo.addons.ar_dunning.rules.volume.SMALL_DAY", 0):
            self.assertEqual(runs._fuse_limit(self.company, day), 2)
        self.company.ar_fuse_factor = 0
        self.assertIsNone(runs._fuse_limit(self.company, day))

    def test_closed_day_says_when_it_goes_on(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        self.assign("2026-03-15")
        opens = {date(2026, 3, 15): date(2026, 3, 16)}
        with patch.object(
            type(self.company),
            "_ar_sending_day",
            lambda company, day: opens.get(day, day),
        ):
            [told] = claim._explain(date(2026, 3, 15))[claim.id]["blockers"]
            self.assertEqual(
                (told["code"], told["until"]), ("closed_day", "2026-03-16")
            )
            self.assertEqual(self.blockers(claim, "2026-03-16"), [])

    # -- kill switch ------------------------------------------------------------------

    def stop(self, channel=False):
        return self.env["ar.kill.switch"].create(
            {"company_id": self.company.id, "channel": channel, "reason": "Wrong text"}
        )

    def test_stop_keeps_back_everything_at_each_step(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        run = self.propose(ON)
        stop = self.stop()
        self.assertEqual(self.blockers(claim, ON), ["stopped", "in_progress"])
        self.dispatch(ON)
        self.assertEqual(run.notice_ids.state, "approved", "it waits")
        stop.action_lift()
        self.dispatch(ON)
        delivery = claim.level_line_id.notice_id.delivery_ids.sudo()
        delivery._build_email({})
        again = self.stop("email")
        self.env.flush_all()
        deliveries = self.env["ar.delivery"].sudo()
        self.assertFalse(deliveries._shards_to_do(self.company))
        for shard in range(SHARDS):
            self.assertFalse(deliveries._next_emails(self.company, "ready", shard))
        with patch.object(type(delivery), "_checkpoint"):
            self.assertFalse(delivery._begin_dialogue())
            again.action_lift()
            self.env.flush_all()
            self.assertTrue(delivery._begin_dialogue())

    def test_stop_of_letters_leaves_mail_alone(self):
        by_mail = self.claim(self.invoice(100, "2026-03-01"))
        partner = self.create_partner("Els", street="Kade 1")
        by_letter = self.claim(self.invoice(100, "2026-03-01", partner))
        self.propose(ON)
        self.dispatch(ON)
        batches = self.env["ar.print.batch"].sudo()
        stop = self.stop("letter")
        self.assertEqual(
            batches._print_company(self.company, date.fromisoformat(ON)), 0
        )
        stop.action_lift()
        self.assertEqual(
            batches._print_company(self.company, date.fromisoformat(ON)), 1
        )
        batch = by_letter.level_line_id.notice_id.delivery_ids.print_batch_id
        stop = self.stop("letter")
        with self.assertRaisesRegex(UserError, "Wrong text"):
            batch.action_print()
        self.assertEqual(by_mail.level_key, "reminder")

    def test_approver_pulls_and_manager_lifts(self):
        approver = self.create_user("ada", "ar_dunning.group_approver")
        collector = self.create_user("cor", "ar_dunning.group_collector")
        with self.assertRaises(AccessError):
            self.env["ar.kill.switch"].with_user(collector).create({"reason": "x"})
        with Form(self.env["ar.kill.switch"].with_user(approver)) as form:
            form.reason = "Something is wrong"
        stop = form.save()
        self.assertEqual(stop.user_id, approver)
        for change in (
            lambda: stop.with_user(approver).action_lift(),
            lambda: (
                self.env(user=approver)["ar.kill.switch"]
                .browse(stop.id)
                .write({"reason": "y"})
            ),
        ):
            with self.assertRaises(UserError):  # an AccessError is one
                change()
        manager = self.create_user("max", "ar_dunning.group_manager")
        with self.assertRaises(AccessError):
            stop.with_user(manager).unlink()
        stop.with_user(manager).action_lift()
        self.assertEqual(stop.lifted_by_id, manager)

    def test_gates_take_the_same_statements_for_many(self):
        self.company.write(
            {
                "ar_contact_maximum": 2,
                "ar_contact_scope": "all",
                "ar_fuse_maximum": 500,
            }
        )
        self.env["ar.capacity"].create(
            {"company_id": self.company.id, "channel": "email", "per_day": 100}
        )

        def statements(number):
            for place in range(number):
                partner = self.create_partner(f"P{place}", f"p{place}@x.example")
                self.invoice(10, "2026-03-01", partner)
            self.assign(ON)
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.env["ar.evaluation"]._evaluate(self.company, date.fromisoformat(ON))
            return self.env.cr.sql_log_count - before

        statements(1)
        self.assertEqual(statements(2), statements(12))
