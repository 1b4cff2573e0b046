"""The same courses, with all that people decide in between."""

from datetime import date, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from odoo.exceptions import UserError
from odoo.tests import tagged

from .courses import go_by_chance, go_through
from .test_stateful import AMOUNTS, DAYS, PLACES, Road, TestAnyCourse


class BusyRoad(Road):
    """Undoing, choices by hand, promises, merges, stops, capacity and returns."""

    # -- the machine, more often than people ------------------------------------

    @rule(days=st.integers(1, 4), delivered=st.booleans())
    def next_run(self, days, delivered):
        self.today += timedelta(days=days)
        self.review_answers()
        self.run(delivered)

    @rule(days=st.integers(2, 6))
    def run_every_day(self, days):
        for _day in range(days):
            self.next_run(1, delivered=True)

    @rule(debtor=st.integers(0, 2), days=st.integers(-40, -5))
    def overdue_invoice_and_run(self, debtor, days):
        self.invoice(debtor, 100.0, days)
        self.run(delivered=True)

    # -- decisions about claims -------------------------------------------------

    @precondition(lambda self: self._claims())
    @rule(place=PLACES, other=PLACES, lock=st.booleans())
    def choose_procedure(self, place, other, lock):
        claim = self._one(self._claims(), place)
        if claim.procedure_locked:
            claim.action_unlock_procedure()
        else:
            claim._assign_by_hand(self._one(self.case.procedures, other), lock=lock)

    @rule(reassign=st.sampled_from(["propose", "automatic"]), other=PLACES)
    def change_segment_in_use(self, reassign, other):
        self.case.segment.procedure_id = self._one(self.case.procedures, other)
        self.case.segment.reassign = reassign

    @precondition(lambda self: self._claims().filtered("proposed_procedure_id"))
    @rule(accept=st.booleans())
    def decide_on_proposed_procedures(self, accept):
        proposed = self._claims().filtered("proposed_procedure_id")
        if accept:
            proposed.action_accept_proposal()
        else:
            proposed.action_refuse_proposal()

    @precondition(lambda self: self._claims())
    @rule(place=PLACES)
    def change_type(self, place):
        claim = self._one(self._claims(), place)
        kind = self.case.types.filtered(
            lambda one: one.access_group_id == claim.access_group_id
        )
        claim._change_type(kind[:1])

    @precondition(lambda self: self._posted())
    @rule(place=PLACES, restricted=st.booleans())
    def book_for_another_audience(self, place, restricted):
        move = self._one(self._posted(), place)
        with self._on_this_day():
            move.button_draft()
            move.name = False
            move.journal_id = self.case.journals[restricted]
            move.action_post()

    @precondition(lambda self: self._claims())
    @rule(place=PLACES, days=DAYS, code=st.sampled_from(["promise", "no_answer"]))
    def talk(self, place, days, code):
        claim = self._one(self._claims(), place)
        outcome = self.env["ar.contact.outcome"].search([("code", "=", code)], limit=1)
        until = self.today + timedelta(days=days)
        facts = {"date_until": until} if outcome.date_need == "required" else {}
        with self._on_this_day():
            self.env["ar.contact"]._record(
                claim.debtor_id, outcome, claims=claim, **facts
            )

    @precondition(lambda self: self._paid())
    @rule(place=PLACES, code=st.sampled_from(["AM04", "MD01", "MS03"]))
    def debit_is_returned(self, place, code):
        claim = self._one(self._paid(), place)
        partials = claim.line_id.matched_credit_ids
        credits = partials.credit_move_id
        with self._on_this_day():
            payments = credits.move_id.origin_payment_id
            claim.line_id.remove_move_reconcile()
            payments.action_draft()
            payments.action_cancel()
            self.env["ar.claim"]._note_return_reason(credits, code)

    # -- decisions about debtors ------------------------------------------------

    @rule(debtor=st.integers(0, 1), amount=AMOUNTS, days=st.integers(-70, 10))
    def merge_a_double(self, debtor, amount, days):
        """He was in the address book twice; both owed and were written to."""
        target = self.case.debtors[debtor]
        with self._on_this_day():
            double = self.case.create_partner("Double", "double@debtor.example")
            self.invoices |= self.case.invoice(
                amount, self.today + timedelta(days=days), double
            )
            self.case.propose(self.today.isoformat())
            self._sync()
            self.env["base.partner.merge.automatic.wizard"]._merge(
                (target + double).ids, target
            )

    # -- decisions about notices ------------------------------------------------

    @precondition(lambda self: self._undoable())
    @rule(
        place=PLACES,
        choice=st.sampled_from(["again", "hold", "mend"]),
        days=st.integers(1, 6),
        correct=st.booleans(),
    )
    def undo_by_choice(self, place, choice, days, correct):
        notice = self._one(self._undoable(), place)
        values = {
            "again": {"days": days},
            "hold": {"date_to": self.today + timedelta(days=days)},
            "mend": {},
        }[choice]
        claims = notice.line_ids.filtered(lambda one: one.role == "claimed").claim_id
        with self._on_this_day():
            wizard = self.env["ar.notice.undo"].create(
                {
                    "notice_ids": [(6, 0, notice.ids)],
                    "next_step": choice,
                    "reason": "A mistake",
                    "correct": correct,
                    **values,
                }
            )
            try:
                with self.env.cr.savepoint():
                    wizard.action_apply()
            except UserError:
                # Something rests on it: then nothing at all has changed.
                self._sync()
                assert notice.state in ("proposed", "approved", "dispatched")
                return
            self._sync()
            if notice.state in ("withdrawn", "cancelled"):
                self._check_undone(claims)

    @precondition(lambda self: self._undos())
    @rule(place=PLACES)
    def go_on_after_undoing(self, place):
        with self._on_this_day():
            self._one(self._undos(), place).action_go_on()

    @rule(restore=st.booleans(), days=st.integers(0, 4))
    def exclude_from_the_proposal(self, restore, days):
        with self._on_this_day():
            runs = self.case.propose(self.today.isoformat())
            waiting = runs.notice_ids.filtered(lambda one: one.state == "proposed")
            if not waiting:
                return
            waiting._exclude(self.case.reason, self.today + timedelta(days=days))
            self._sync()
            if restore:
                waiting.action_restore()
                self._sync()
                assert set(waiting.mapped("state")) == {"proposed"}

    # -- decisions about the machine --------------------------------------------

    @rule(channel=st.sampled_from([False, "email", "letter"]))
    def pull_or_lift_the_stop(self, channel):
        stops = self._stops()
        if stops:
            with self._on_this_day():
                stops.action_lift()
        else:
            self.env["ar.kill.switch"].create(
                {
                    "company_id": self.case.company.id,
                    "channel": channel,
                    "reason": "Wrong texts",
                }
            )

    @rule(channel=st.sampled_from(["email", "letter"]), per_day=st.integers(0, 3))
    def change_capacity(self, channel, per_day):
        capacities = self.env["ar.capacity"]
        found = capacities.search(
            [
                ("company_id", "=", self.case.company.id),
                ("channel", "=", channel),
            ]
        )
        if found:
            found.unlink()
        else:
            capacities.create(
                {
                    "company_id": self.case.company.id,
                    "channel": channel,
                    "per_day": per_day,
                }
            )

    @rule(maximum=st.integers(0, 2))
    def change_contact_limit(self, maximum):
        self.case.company.write(
            {"ar_contact_maximum": maximum, "ar_contact_period_days": 7}
        )

    @rule()
    def review_answers(self):
        with self._on_this_day():
            self.env["ar.contact"]._review_company(self.case.company, self.today)

    # -- what must hold ---------------------------------------------------------

    def check_invariants(self, *args, **kwargs):
        result = super().check_invariants(*args, **kwargs)
        self._check_one_debtor_each()
        self._check_one_audience_each()
        self._check_locked_choices()
        return result

    def _check_proposal(self, runs, explained):
        explained = self._without_room(runs, explained)
        result = super()._check_proposal(runs, explained)
        self._check_capacity()
        self._check_everybody_is_listed(runs, explained)
        return result

    def _without_room(self, runs, explained):
        """Say of claims that found no room today that they are blocked.

        Capacity belongs to the whole run: the explanation of a debtor leaves it out.
        """
        full = runs.exclusion_ids.filtered(lambda one: one.code == "capacity")
        blocked = {"ready": False, "blockers": [{"code": "capacity"}]}
        return explained | {
            claim_id: explained[claim_id] | blocked
            for claim_id in full.claim_id.ids
            if explained[claim_id]["ready"]
        }

    def _check_dispatched(self, runs):
        result = super()._check_dispatched(runs)
        stopped = self._stops().mapped("channel")
        for notice in runs.notice_ids.filtered(lambda one: one.state == "dispatched"):
            assert False not in stopped, notice
            assert not set(notice.delivery_ids.mapped("channel")) & set(stopped)
        return result

    def _check_undone(self, claims):
        """What was undone leaves nothing for today: a hold stands in the way."""
        for claim in claims.filtered(lambda one: one.state == "open"):
            row = claim._explain(self.today)[claim.id]
            assert not row["ready"], claim

    def _check_everybody_is_listed(self, runs, explained):
        """Whose day has come is on a notice or excluded with all its reasons."""
        listed = {}
        for exclusion in runs.exclusion_ids:
            listed.setdefault(exclusion.claim_id.id, set()).add(exclusion.code)
        for claim_id, row in explained.items():
            if row["ready"] or not row["level_date"] or row["level_date"] > self.today:
                continue
            said = {blocker["code"] for blocker in row["blockers"]}
            if "in_progress" in said:
                continue  # yesterday's proposal was cancelled; it is decided anew
            assert listed.get(claim_id) == said, (claim_id, listed.get(claim_id), said)

    def _check_capacity(self):
        """No proposal promises more than the company can do in a day."""
        self.env.flush_all()
        for capacity in self.env["ar.capacity"].search([]):
            proposed = self.env["ar.dunning.notice"].search_count(
                [
                    ("company_id", "=", capacity.company_id.id),
                    ("state", "in", ("proposed", "approved")),
                    ("date", "=", self.today),
                    ("channel", "=", capacity.channel),
                ]
            )
            assert proposed <= capacity.per_day, (capacity.channel, proposed)

    def _check_one_debtor_each(self):
        """Whatever is said about a claim is in the dossier of its debtor."""
        self._check_none(
            """SELECT claim.id FROM ar_claim claim
                 JOIN ar_debtor debtor ON debtor.id = claim.debtor_id
                WHERE debtor.partner_id <> claim.partner_id"""
        )
        self._check_none(
            """SELECT line.id FROM ar_dunning_notice_line line
                 JOIN ar_claim claim ON claim.id = line.claim_id
                 JOIN ar_dunning_notice notice ON notice.id = line.notice_id
                WHERE line.debtor_id <> claim.debtor_id
                   OR notice.debtor_id <> claim.debtor_id"""
        )
        self._check_none(
            """SELECT hold.id FROM ar_hold hold
                 JOIN ar_claim claim ON claim.id = hold.claim_id
                WHERE hold.partner_id <> claim.partner_id"""
        )

    def _check_one_audience_each(self):
        """A claim, its lines and holds, and its journal are for the same people."""
        self._check_none(
            """SELECT claim.id FROM ar_claim claim
                 JOIN account_move_line item ON item.id = claim.line_id
                WHERE claim.access_group_id IS DISTINCT FROM item.ar_access_group_id"""
        )
        for table in ("ar_dunning_notice_line", "ar_hold", "ar_claim_event"):
            self._check_none(
                f"""SELECT thing.id FROM {table} thing
                      JOIN ar_claim claim ON claim.id = thing.claim_id
                     WHERE thing.access_group_id
                           IS DISTINCT FROM claim.access_group_id"""
            )
        self._check_none(
            """SELECT line.id FROM ar_dunning_notice_line line
                 JOIN ar_dunning_notice notice ON notice.id = line.notice_id
                WHERE line.access_group_id IS DISTINCT FROM notice.access_group_id"""
        )

    def _check_locked_choices(self):
        """A choice by hand is never changed by a segment."""
        self._check_none(
            """SELECT id FROM ar_claim
                WHERE assignment = 'manual' AND segment_id IS NOT NULL"""
        )

    def _check_none(self, query):
        self.env.flush_all()
        self.env.cr.execute(query)
        found = self.env.cr.fetchall()
        assert not found, (query, found)

    # -- words ------------------------------------------------------------------

    def _other_procedure(self):
        place = list(self.case.procedures).index(self.case.segment.procedure_id)
        return self._one(self.case.procedures, place + 1)

    def _paid(self):
        return self.env["ar.claim"].search([("state", "=", "settled")], order="id")

    def _stops(self):
        return self.env["ar.kill.switch"].search([("lifted_on", "=", False)])

    def _undos(self):
        return self.env["ar.dunning.undo"].search([], order="id")

    def _undoable(self):
        return self.env["ar.dunning.notice"].search(
            [
                ("state", "in", ("proposed", "approved", "dispatched")),
                ("kind", "=", "dunning"),
            ],
            order="id",
        )


@tagged("post_install", "-at_install")
class TestBusyCourse(TestAnyCourse):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.ar_legal_calendar_id = cls.env.ref("ar_dunning.calendar_be")
        cls.env["ar.calendar"]._extend_all(date(2026, 2, 1))
        cls.procedures += cls.create_procedure(
            [
                {
                    "level_key": "reminder",
                    "offset_days": 4,
                    "offset_unit": "working",
                    "repeat_every_days": 6,
                    "repeat_maximum": 2,
                },
                {
                    "level_key": "notice_of_default",
                    "offset_days": 12,
                    "end_of_month": True,
                    "minimum_wait_days": 7,
                },
                {"level_key": "last", "offset_days": 30, "channels": ("letter",)},
            ],
            code="test_third",
        )
        group = cls.env["res.groups"].create({"name": "Social service"})
        cls.env.user.group_ids = [(4, group.id)]
        cls.types = cls.env["ar.claim.type"].create(
            [
                {"name": "Rent", "code": "test_rent"},
                {"name": "Social", "code": "test_soc", "access_group_id": group.id},
            ]
        )
        sale = cls.company_data["default_journal_sale"]
        cls.journals = [
            sale,
            sale.copy(
                {
                    "code": "SOCX",
                    "ar_claim_type_id": cls.types[1].id,
                    "default_account_id": sale.default_account_id.id,
                }
            ),
        ]

    def test_rules_hold_on_every_course(self):
        go_through(BusyRoad, self, examples=4, steps=30)

    def test_rules_hold_on_courses_by_chance(self):
        go_by_chance(BusyRoad, self, examples=4, steps=30)
