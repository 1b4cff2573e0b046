"""Whatever people and ledger do in whatever order, the rules of the road hold."""

from datetime import date, timedelta
from unittest.mock import patch

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from odoo.tests import freeze_time, tagged
from odoo.tools import SQL

from .common import DunningCommon
from .courses import go_through

FIRST_DAY = date(2026, 2, 26)
AMOUNTS = st.sampled_from([15.0, 100.0, 250.5, 1200.0])
PLACES = st.integers(0, 99)
DAYS = st.integers(1, 12)


class Road(RuleBasedStateMachine):
    """What may happen to the claims of three debtors, one step at a time.

    Each course starts from the same database: it is rolled back at its end.
    """

    case = None

    def __init__(self):
        super().__init__()
        self.env = self.case.env(su=True)
        self.today = FIRST_DAY
        self.invoices = self.env["account.move"]
        self.savepoint = self.env.cr.savepoint()

    def teardown(self):
        self.savepoint.close(rollback=True)
        self.env.invalidate_all(flush=False)
        self.env.cr.precommit.clear()

    # -- what happens in the ledger ---------------------------------------------

    @rule(debtor=st.integers(0, 2), amount=AMOUNTS, days=st.integers(-70, 10))
    def invoice(self, debtor, amount, days):
        with self._on_this_day():
            self.invoices |= self.case.invoice(
                amount, self.today + timedelta(days=days), self.case.debtors[debtor]
            )

    @rule(debtor=st.integers(0, 2), amount=AMOUNTS, days=st.integers(-70, 10))
    def invoice_in_two_terms(self, debtor, amount, days):
        with self._on_this_day():
            move = self.case.invoice(
                amount,
                self.today + timedelta(days=days),
                self.case.debtors[debtor],
                post=False,
            )
            move.invoice_payment_term_id = self.case.two_terms
            move.action_post()
            self.invoices |= move

    @precondition(lambda self: self._posted())
    @rule(place=PLACES, share=st.sampled_from([0.4, 1.0]))
    def pay(self, place, share):
        move = self._one(self._posted(), place)
        amount = move.currency_id.round(move.amount_residual * share)
        if amount:
            with self._on_this_day():
                self.case.pay(move, amount, self.today)

    @precondition(lambda self: self._posted())
    @rule(place=PLACES)
    def payment_comes_back(self, place):
        move = self._one(self._posted(), place)
        with self._on_this_day():
            move.line_ids.remove_move_reconcile()

    @rule(debtor=st.integers(0, 2), amount=AMOUNTS)
    def credit_nobody_matched(self, debtor, amount):
        with self._on_this_day():
            self.case.invoice(
                amount, self.today, self.case.debtors[debtor], move_type="out_refund"
            )

    @precondition(lambda self: self._posted())
    @rule(place=PLACES)
    def reverse(self, place):
        move = self._one(self._posted(), place)
        with self._on_this_day():
            move._reverse_moves(
                [{"date": self.today, "invoice_date": self.today}], cancel=True
            )

    @precondition(lambda self: self._posted())
    @rule(place=PLACES)
    def back_to_draft(self, place):
        move = self._one(self._posted(), place)
        with self._on_this_day():
            move.button_draft()

    @precondition(lambda self: self._drafts())
    @rule(place=PLACES, later=st.integers(0, 30))
    def post_again(self, place, later):
        move = self._one(self._drafts(), place)
        with self._on_this_day():
            if not move.invoice_payment_term_id:
                move.invoice_date_due += timedelta(days=later)
            move.action_post()

    # -- what people decide -----------------------------------------------------

    @precondition(lambda self: self._claims())
    @rule(place=PLACES, days=DAYS, whole_debtor=st.booleans())
    def hold(self, place, days, whole_debtor):
        claim = self._one(self._claims(), place)
        target = {"debtor_id": claim.debtor_id.id} if whole_debtor else {}
        with self._on_this_day():
            self.env["ar.hold"].create(
                {
                    "claim_id": False if whole_debtor else claim.id,
                    "reason_id": self.case.reason.id,
                    "date_from": self.today,
                    "date_to": self.today + timedelta(days=days),
                    **target,
                }
            )

    @precondition(lambda self: self._holds())
    @rule(place=PLACES)
    def release(self, place):
        with self._on_this_day():
            self._one(self._holds(), place).action_lift()

    @rule(automatic=st.booleans())
    def change_segment(self, automatic):
        segment = self.case.segment
        segment.procedure_id = self._other_procedure()
        segment.reassign = "automatic" if automatic else "never"

    @rule(days=st.integers(0, 5), wait=st.integers(0, 10))
    def change_version(self, days, wait):
        with self._on_this_day():
            version = self.case.segment.procedure_id._new_version()
            for level in version.level_ids:
                level.offset_days += days
                level.minimum_wait_days = wait
            version.action_activate()

    @precondition(lambda self: self._dispatched())
    @rule(place=PLACES)
    def undo(self, place):
        with self._on_this_day():
            self._one(self._dispatched(), place)._withdraw("undone")

    # -- the machine ------------------------------------------------------------

    @rule(days=DAYS)
    def days_pass(self, days):
        self.today += timedelta(days=days)

    @rule(delivered=st.booleans())
    def run(self, delivered):
        with self._on_this_day():
            self.case.assign(self.today.isoformat())
            self._sync()
            explained = self._claims()._explain(self.today)
            self._check_candidates_propose_the_same()
            runs = self.case.propose(self.today.isoformat())
            self._check_proposal(runs, explained)
            runs.notice_ids.filtered(
                lambda notice: notice.state == "proposed" and notice.kind == "dunning"
            )._approve()
            self.case.dispatch(self.today.isoformat())
            self._check_dispatched(runs)
            if delivered:
                self.case.deliver(self.today.isoformat())

    @rule()
    def run_that_dies(self):
        with self._on_this_day():
            before = self._state()
            savepoint = self.env.cr.savepoint()
            self.case.propose(self.today.isoformat())
            self.case.dispatch(self.today.isoformat())
            savepoint.close(rollback=True)
            self.env.invalidate_all(flush=False)
            assert self._state() == before

    @precondition(lambda self: self.env["ar.delivery"].search_count([], limit=1))
    @rule(place=PLACES)
    def mail_comes_back(self, place):
        sent = self.env["ar.delivery"].search([("state", "=", "sent")], order="id")
        if sent:
            with self._on_this_day():
                self._one(sent, place)._mark_bounced("User unknown")

    # -- what must hold ---------------------------------------------------------

    def check_invariants(self, *args, **kwargs):
        """After each step, whatever it was."""
        self._sync()
        self.case.assert_ledger_agrees()
        self._check_projection()
        self._check_no_level_skipped()
        self._check_candidates()
        # What comes next is written by a later transaction than what came before,
        # as PostgreSQL counts: that is how a run knows what has changed since.
        self.env.cr.execute("SAVEPOINT next_step")
        return super().check_invariants(*args, **kwargs)

    def _check_proposal(self, runs, explained):
        """The explanation agrees with the run, claim by claim."""
        said = {
            (claim_id, row["level_id"])
            for claim_id, row in explained.items()
            if row["ready"]
        }
        # What an earlier day approved is under way; the rest is proposed anew.
        waiting = runs.notice_ids.line_ids.filtered(
            lambda line: (
                line.role == "claimed" and line.state in ("proposed", "approved")
            )
        )
        done = {(line.claim_id.id, line.level_id.id) for line in waiting}
        superseded = {
            claim_id
            for claim_id, row in explained.items()
            if [blocker["code"] for blocker in row["blockers"]] == ["in_progress"]
        }
        assert said <= done, said - done
        assert {claim for claim, _level in done - said} <= superseded, done - said

    def _check_dispatched(self, runs):
        """Nobody is asked for what he does not owe, or while a hold protects him."""
        for line in runs.notice_ids.line_ids:
            if line.state == "dispatched" and line.role == "claimed":
                claim = line.claim_id
                assert claim.state == "open", claim.state
                assert 0 < line.amount_open <= claim.amount_residual
                holds = self._holds().filtered(
                    lambda hold, claim=claim: (
                        hold._is_in_force(self.today)
                        and (
                            hold.claim_id == claim or hold.debtor_id == claim.debtor_id
                        )
                    )
                )
                assert not holds, holds

    def _check_projection(self):
        """The level of each claim is what its lines say."""
        before = self._state()
        self._claims()._project_levels()
        assert self._state() == before

    def _check_no_level_skipped(self):
        """Between two levels of one version that a claim has had, none was due."""
        lines = self.env["ar.dunning.notice.line"].search(
            [("role", "=", "claimed"), ("state", "=", "dispatched")], order="id"
        )
        for (_claim, _cycle), own in lines.grouped(
            lambda line: (line.claim_id, line.cycle)
        ).items():
            reached, version = set(), None
            for line in own:
                levels = line.level_id.version_id.level_ids
                below = levels.filtered(
                    lambda level, line=line: (
                        level.mandatory and level.sequence < line.level_id.sequence
                    )
                )
                missed = set(below.mapped("level_key")) - reached
                # A claim that changed its version takes its place by key.
                same = version in (None, line.level_id.version_id)
                assert not (same and missed), (line, missed)
                reached |= missed | {line.level_key}
                version = line.level_id.version_id

    def _check_candidates(self):
        """What can appear in a run, today or later, is a candidate on that day."""
        for days in (0, 1, 9, 40):
            day = self.today + timedelta(days=days)
            appearing = {
                row["claim_id"]
                for row in self.env["ar.evaluation"]._evaluate(self.case.company, day)
                if (row["level_date"] and row["level_date"] <= day)
                or (not row["procedure_id"] and row["date_due"] < day)
                or not row["blockers"]
            }
            due = self.case.due_claims(day)
            assert due is None or appearing <= set(due.ids), (day, appearing, due)

    def _check_candidates_propose_the_same(self):
        """A run over the candidates is the same as a run over everybody."""
        proposed = self._proposed()
        candidates = type(self.env["ar.claim.candidate"])
        listed = candidates._list_partners

        def everybody(model, company, on):
            listed(model, company, on)
            return None, None, None

        with patch.object(candidates, "_list_partners", everybody):
            assert proposed == self._proposed()

    def _proposed(self):
        """What a proposal of today would be; it leaves no trace."""
        savepoint = self.env.cr.savepoint()
        runs = self.env["ar.dunning.run"]
        runs = runs._propose_company(self.case.company, self.today)
        found = (
            {(run.evaluated_count, run.not_due_count) for run in runs},
            {
                (
                    line.claim_id.id,
                    line.role,
                    line.state,
                    line.level_id.id,
                    line.occurrence,
                    line.amount_open,
                    line.notice_id.level_id.id,
                    line.notice_id.channels,
                    tuple(sorted(line.notice_id.line_ids.claim_id.ids)),
                )
                for line in runs.notice_ids.line_ids
            },
            {
                (excluded.claim_id.id, excluded.code, excluded.until, excluded.detail)
                for excluded in runs.exclusion_ids
            },
        )
        savepoint.close(rollback=True)
        self.env.invalidate_all(flush=False)
        return found

    # -- words ------------------------------------------------------------------

    def _on_this_day(self):
        return freeze_time(self.today)

    def _sync(self):
        self.env.cr.flush()
        self.env.invalidate_all()

    def _state(self):
        """What decides about claims, to be compared."""
        self.env.flush_all()
        self.env.cr.execute(
            """SELECT id, state, cycle, version_id, level_id, level_key,
                      level_sequence, level_line_id, dispatched_on, effective_on
                 FROM ar_claim ORDER BY id"""
        )
        return self.env.cr.fetchall()

    def _one(self, records, place):
        return records[place % len(records)]

    def _posted(self):
        return self.invoices.filtered(lambda move: move.state == "posted")

    def _drafts(self):
        return self.invoices.filtered(lambda move: move.state == "draft")

    def _claims(self):
        return self.env["ar.claim"].search([("state", "=", "open")], order="id")

    def _holds(self):
        return self.env["ar.hold"].search([("lifted_on", "=", False)], order="id")

    def _dispatched(self):
        """Notices that nothing later rests on, so that they can be undone."""
        notices = self.env["ar.dunning.notice"].search(
            [("state", "=", "dispatched"), ("kind", "=", "dunning")], order="id"
        )
        return notices.filtered(
            lambda notice: all(
                line.claim_id.level_line_id == line
                for line in notice.line_ids
                if line.role == "claimed"
            )
        )

    def _other_procedure(self):
        return self.case.procedures - self.case.segment.procedure_id


@tagged("post_install", "-at_install")
class TestAnyCourse(DunningCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.debtors = cls.debtor_partner + cls.create_partner(
            "Els Maes", "els@debtor.example"
        )
        cls.debtors += cls.create_partner("Jan Claes", street="Kade 1")
        cls.procedures = cls.procedure + cls.create_procedure(
            [
                {"level_key": "reminder", "offset_days": 5},
                {"level_key": "call", "offset_days": 15, "mode": "approval"},
                {
                    "level_key": "notice_of_default",
                    "offset_days": 25,
                    "minimum_wait_days": 7,
                },
            ],
            code="test_other",
        )
        cls.two_terms = cls.env["account.payment.term"].create(
            {
                "name": "Two terms",
                "line_ids": [
                    (0, 0, {"value": "percent", "value_amount": 50, "nb_days": days})
                    for days in (0, 30)
                ],
            }
        )

    def setUp(self):
        super().setUp()
        self.create_idle_debtors(20)
        # The whole course is one transaction; each step has a part of it of its own.
        self.patch(
            type(self.env["ar.candidate.watch"]),
            "_sql_horizon",
            lambda model: SQL("xmin::text::bigint"),
        )

    def test_rules_hold_on_every_course(self):
        go_through(Road, self, examples=8, steps=25)
