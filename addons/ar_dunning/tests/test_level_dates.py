import random
from datetime import date, timedelta

from psycopg2 import IntegrityError

from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..rules import levels as rules
from ..rules.periods import Period
from .common import DunningCommon

ONE_DAY = timedelta(days=1)


@tagged("post_install", "-at_install", "ar")
class TestLevelDates(DunningCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.ar_legal_calendar_id = cls.env.ref("ar_dunning.calendar_be")

    def follow(self, levels, due, **values):
        """Return a claim due on a day that follows a procedure of these levels."""
        number = self.env["ar.dunning.procedure"].search_count([])
        procedure = self.create_procedure(levels, code=f"procedure {number}")
        claim = self.claim(self.invoice(100, due, **values))
        claim._assign_by_hand(procedure)
        return claim

    def evaluated(self, claim, on):
        on = date.fromisoformat(on) if isinstance(on, str) else on
        rows = self.env["ar.evaluation"]._evaluate(
            self.company, on, partners=claim.partner_id
        )
        return next(row for row in rows if row["claim_id"] == claim.id)

    def hold(self, claim, first, last):
        self.env["ar.hold"].create(
            {
                "claim_id": claim.id,
                "reason_id": self.reason.id,
                "date_from": first,
                "date_to": last,
            }
        )

    # -- dates ------------------------------------------------------------------

    def test_working_days_before_and_after_the_due_date(self):
        # Easter Monday is 29 March 2027; Labour Day is a Saturday.
        for due, days, expected in (
            ("2027-03-25", 2, "2027-03-30"),
            ("2027-03-25", 0, "2027-03-25"),
            ("2027-03-31", -2, "2027-03-26"),
            ("2027-03-28", -1, "2027-03-26"),
            ("2026-12-31", 1, "2027-01-04"),
            ("2028-02-28", 1, "2028-02-29"),
            ("2024-02-28", 2, "2024-03-01"),
        ):
            with self.subTest(due=due, days=days):
                level = {
                    "level_key": f"level_{days}",
                    "offset_days": days,
                    "offset_unit": "working",
                }
                claim = self.follow([level], due)
                row = self.evaluated(claim, "2027-01-05")
                self.assertEqual(row["level_date"], date.fromisoformat(expected))

    def test_frozen_days_count_in_working_days_too(self):
        level = {"level_key": "call", "offset_days": 3, "offset_unit": "working"}
        claim = self.follow([level], "2027-03-25")
        # Good Friday is a working day in Belgium; the hold takes it, and Tuesday.
        self.hold(claim, "2027-03-26", "2027-03-30")
        row = self.evaluated(claim, "2027-04-10")
        self.assertEqual(row["level_date"], date(2027, 4, 2))

    def test_end_of_the_month(self):
        for due, days, expected in (
            ("2026-12-20", 10, "2026-12-31"),
            ("2026-12-22", 10, "2027-01-31"),
            ("2028-01-25", 10, "2028-02-29"),
            ("2027-01-25", 10, "2027-02-28"),
        ):
            with self.subTest(due=due):
                level = {
                    "level_key": "monthly",
                    "offset_days": days,
                    "end_of_month": True,
                }
                row = self.evaluated(self.follow([level], due), "2027-01-05")
                self.assertEqual(row["level_date"], date.fromisoformat(expected))

    def test_the_clock_has_no_hours(self):
        # The clocks change on 28 March 2027: a day is a day.
        level = {"level_key": "reminder", "offset_days": 3}
        claim = self.follow([level], "2027-03-26")
        self.assertEqual(
            self.evaluated(claim, "2027-03-20")["level_date"], date(2027, 3, 29)
        )

    def test_without_a_calendar_working_days_wait_and_say_so(self):
        self.company.ar_legal_calendar_id = False
        self.company.account_fiscal_country_id = self.env.ref("base.aq")
        level = {"level_key": "call", "offset_days": 3, "offset_unit": "working"}
        claim = self.follow([level], "2026-03-01")
        self.assertEqual(self.blockers(claim, "2026-05-01"), ["no_calendar"])

    # -- the rule and the query -------------------------------------------------

    def test_the_query_decides_as_the_rule(self):
        """Every claim of many invented ones: level, date, occurrence, skipped."""
        dice = random.Random(20260301)
        calendar = self.company.ar_legal_calendar_id._working_days()
        compared = set()
        for number in range(30):
            specs = [self.invent_level(dice, place) for place in range(1, 5)]
            procedure = self.create_procedure(specs, code=f"invented {number}")
            due = date(2026, 3, 1) + timedelta(days=dice.randrange(-40, 40))
            partner = self.create_partner(f"Invented {number}", "i@debtor.example")
            claim = self.claim(self.invoice(100, due, partner))
            claim._assign_by_hand(procedure)
            progress = self.invent_progress(dice, claim, procedure, due)
            periods = []
            for _hold in range(dice.randrange(3)):
                first = due + timedelta(days=dice.randrange(-20, 60))
                last = first + timedelta(days=dice.randrange(15))
                self.hold(claim, first, last)
                periods.append(Period(first, last))
            ladder = [self.as_rule(level) for level in procedure.active_level_ids]
            for days in (-20, 0, 9, 25, 40, 61, 90):
                on = due + timedelta(days=days)
                expected = rules.next_level(
                    ladder, progress, due, periods, on, calendar
                )
                row = self.evaluated(claim, on)
                with self.subTest(number=number, on=on, specs=specs, of=progress):
                    self.assertEqual(
                        row["level_key"], expected.level and expected.level.level_key
                    )
                    if not expected.level:
                        continue
                    self.assertEqual(row["level_date"], expected.allowed_from)
                    self.assertEqual(row["occurrence"], expected.occurrence)
                    self.assertEqual(
                        row["skipped"] or "", ",".join(expected.skipped_keys)
                    )
                    compared.add((expected.occurrence > 1, bool(expected.skipped_keys)))
        self.assertEqual(len(compared), 3)

    def invent_level(self, dice, place):
        repeats = dice.random() < 0.3
        return {
            "level_key": f"level_{place}",
            "offset_days": 12 * place - 15,
            "offset_unit": dice.choice(["calendar", "calendar", "working"]),
            "end_of_month": dice.random() < 0.15,
            "minimum_wait_days": dice.choice([0, 0, 7, 20]),
            "mandatory": dice.random() < 0.5,
            "expires_after_days": dice.randrange(12),
            "repeat_every_days": dice.randrange(1, 10) if repeats else 0,
            "repeat_maximum": dice.randrange(1, 4) if repeats else 0,
        }

    def invent_progress(self, dice, claim, procedure, due):
        place = dice.randrange(5)
        if not place:
            return rules.NOT_STARTED
        level = procedure.active_level_ids.sorted("sequence")[place - 1]
        effective = due + timedelta(days=dice.randrange(-10, 40))
        occurrence = dice.randrange(1, 4)
        claim.sudo().write(
            {
                "level_id": level.id,
                "level_key": level.level_key,
                "level_sequence": level.sequence,
                "level_occurrence": occurrence,
                "dispatched_on": effective,
                "effective_on": effective,
            }
        )
        return rules.Progress(level.sequence, effective, True, occurrence)

    def as_rule(self, level):
        return rules.Level(
            sequence=level.sequence,
            level_key=level.level_key,
            offset_days=level.offset_days,
            minimum_wait_days=level.minimum_wait_days,
            mandatory=level.mandatory,
            expires_after_days=level.expires_after_days,
            in_working_days=level.offset_unit == "working",
            end_of_month=level.end_of_month,
            repeat_every_days=level.repeat_every_days,
            repeat_maximum=level.repeat_maximum,
        )

    # -- repetitions ------------------------------------------------------------

    REPEATED = [
        {
            "level_key": "reminder",
            "offset_days": 10,
            "repeat_every_days": 7,
            "repeat_maximum": 2,
        },
        {"level_key": "formal", "offset_days": 30, "minimum_wait_days": 5},
    ]

    def test_a_level_is_repeated_until_the_next_one_comes(self):
        claim = self.follow(self.REPEATED, "2026-03-01")
        day = date(2026, 3, 1)
        while day < date(2026, 5, 1):
            self.run_day(day.isoformat())
            day += ONE_DAY
        self.assertEqual(
            [
                (line.level_key, line.occurrence, line.notice_id.date)
                for line in self.lines(claim)
            ],
            [
                ("reminder", 1, date(2026, 3, 11)),
                ("reminder", 2, date(2026, 3, 18)),
                ("reminder", 3, date(2026, 3, 25)),
                ("formal", 1, date(2026, 3, 31)),
            ],
        )
        self.assertEqual(claim.level_occurrence, 1)

    def test_a_repetition_never_comes_when_the_next_level_is_due(self):
        claim = self.follow(self.REPEATED, "2026-03-01")
        self.run_day("2026-03-28")
        row = self.evaluated(claim, "2026-04-06")
        self.assertEqual((row["level_key"], row["occurrence"]), ("formal", 1))

    def test_the_claim_says_when_it_leaves_and_that_it_is_a_repetition(self):
        self.company.account_fiscal_country_id = self.env.ref("base.be")
        self.company._ar_make_sending_calendar()
        level = {**self.REPEATED[0], "repeat_every_days": 5}
        claim = self.follow([level], "2028-03-03")
        with freeze_time("2028-03-13 12:00"):
            self.run_day("2028-03-13")
            # Saturday 18 March: it leaves on Monday, when the office opens.
            self.assertIn("March 20, 2028, 08:30", claim.explanation)
            self.assertIn("It is a repetition", claim.explanation)

    def test_a_finished_procedure_repeats_its_last_level(self):
        level = {**self.REPEATED[0], "level_key": "only"}
        claim = self.follow([level], "2026-03-01")
        for on in ("2026-03-11", "2026-03-18", "2026-03-25", "2026-04-01"):
            self.run_day(on)
        self.assertEqual(self.lines(claim).mapped("occurrence"), [1, 2, 3])
        self.assertEqual(self.blockers(claim, "2026-05-01"), ["finished"])

    def test_a_repetition_waits_for_the_delivery_of_the_one_before(self):
        claim = self.follow([{**self.REPEATED[0], "level_key": "only"}], "2026-03-01")
        self.propose("2026-03-11")
        self.dispatch("2026-03-11")
        self.assertEqual(self.blockers(claim, "2026-04-01"), ["awaiting_delivery"])
        self.deliver("2026-04-01")
        row = self.evaluated(claim, "2026-04-08")
        self.assertEqual(row["level_date"], date(2026, 4, 8))

    def test_a_withdrawn_repetition_is_sent_again(self):
        claim = self.follow(self.REPEATED, "2026-03-01")
        self.run_day("2026-03-11")
        self.run_day("2026-03-18")
        second = self.lines(claim)[-1]
        self.assertEqual(claim.level_occurrence, 2)
        second.notice_id.sudo()._withdraw("excluded_by_user")
        self.assertEqual(claim.level_occurrence, 1)
        row = self.evaluated(claim, "2026-03-19")
        self.assertEqual((row["level_key"], row["occurrence"]), ("reminder", 2))

    def test_a_new_default_begins_at_the_first_occurrence(self):
        move = self.invoice(100, "2026-03-01")
        claim = self.claim(move)
        claim._assign_by_hand(self.create_procedure(self.REPEATED, code="again"))
        self.run_day("2026-03-11")
        self.run_day("2026-03-18")
        claim.sudo()._project_levels()
        self.assertEqual(claim.level_occurrence, 2)
        self.run_day("2026-03-31")
        self.assertEqual((claim.level_key, claim.level_occurrence), ("formal", 1))

    def test_a_handover_is_not_repeated(self):
        handover = {
            "level_key": "handover",
            "offset_days": 10,
            "kind": "handover",
            "mode": "approval",
            "repeat_every_days": 7,
            "repeat_maximum": 2,
        }
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.create_procedure([handover], code="twice")

    # -- levels that may be left out --------------------------------------------

    def test_an_expiring_level_that_waits_does_not_hide_the_next(self):
        levels = [
            {"level_key": "reminder", "offset_days": 20},
            {
                "level_key": "friendly_call",
                "offset_days": 25,
                "minimum_wait_days": 20,
                "mandatory": False,
                "expires_after_days": 5,
            },
            {"level_key": "formal", "offset_days": 28, "minimum_wait_days": 5},
        ]
        claim = self.follow(levels, "2026-03-01")
        self.run_day("2026-03-21")
        # The call could come on 10 April at the earliest: too late for it.
        row = self.evaluated(claim, "2026-03-29")
        self.assertEqual(row["level_key"], "formal")
        self.assertEqual(row["skipped"], "friendly_call")
        self.assertEqual(row["level_date"], date(2026, 3, 29))

    # -- one level a run (market.md T3, T5, T6) ---------------------------------

    def test_three_missed_days_give_one_notice_at_the_right_level(self):
        claim = self.claim(self.invoice(100, "2026-03-01"))
        self.run_day("2026-03-10")
        for _twice in range(2):
            self.run_day("2026-03-14")
        self.assertEqual(self.level_keys(claim), ["reminder"])
        self.run_day("2026-03-15")
        self.assertEqual(self.level_keys(claim), ["reminder"])

    def test_when_the_oldest_is_paid_the_others_keep_their_level(self):
        oldest = self.invoice(100, "2026-02-01")
        younger = self.claim(self.invoice(50, "2026-03-01"))
        self.run_day("2026-02-11")
        self.run_day("2026-03-11")
        self.assertEqual(younger.level_key, "reminder")
        self.pay(oldest, 100, "2026-03-12")
        for on in ("2026-03-13", "2026-03-20", "2026-03-28"):
            self.run_day(on)
            self.assertEqual(younger.level_key, "reminder")
        self.run_day("2026-03-29")
        self.assertEqual(self.level_keys(younger), ["reminder", "notice_of_default"])

    def test_of_three_instalments_only_the_late_one_is_claimed(self):
        terms = self.env["account.payment.term"].create(
            {
                "name": "Three times",
                "line_ids": [
                    (0, 0, {"value": "percent", "value_amount": share, "nb_days": days})
                    for share, days in ((40, 0), (30, 60), (30, 90))
                ],
            }
        )
        move = self.invoice(
            300, "2026-03-31", invoice_payment_term_id=terms.id, invoice_date_due=False
        )
        first, second, third = self.claim(move).sorted("date_due")
        self.assertEqual(first.date_due, date(2026, 3, 1))
        self.run_day("2026-03-11")
        notice = self.lines(first).notice_id
        self.assertEqual(notice.line_ids.claim_id, first)
        self.assertEqual(notice.amount_total, 120)
        self.assertFalse(self.lines(second) | self.lines(third))

    # -- what is not due yet ----------------------------------------------------

    LISTING = [
        {"level_key": "reminder", "offset_days": 10, "include_not_due": True},
    ]

    def listing(self, levels=None, **values):
        """Return a late claim, one that falls due later, and one on hold."""
        procedure = self.create_procedure(levels or self.LISTING, code="list", **values)
        late = self.claim(self.invoice(100, "2026-03-01"))
        later = self.claim(self.invoice(40, "2026-04-01"))
        held = self.claim(self.invoice(30, "2026-04-02"))
        (late | later | held)._assign_by_hand(procedure)
        self.hold(held, "2026-03-01", "2026-04-30")
        return late, later, held

    def test_a_notice_lists_what_is_not_due_yet_apart(self):
        late, later, held = self.listing()
        self.run_day("2026-03-11")
        notice = self.lines(late).notice_id
        self.assertEqual(notice.amount_total, 100)
        self.assertEqual(self.lines(later, "information").notice_id, notice)
        self.assertFalse(held.line_ids)
        values = notice._render_values("email")
        self.assertEqual(values["not_due"].claim_id, later)
        self.assertFalse(values["information"])
        for document in (
            notice._render_body(),
            notice._render_document("ar_dunning.claims_letter", "letter"),
        ):
            self.assertIn("Not yet due", document)
            self.assertIn(later.move_name, document)
        # It is mentioned, no more: its own reminder comes in its own time.
        self.assertFalse(later.level_key)
        self.run_day("2026-04-11")
        self.assertEqual(self.level_keys(later), ["reminder"])

    def test_other_levels_do_not_list_what_is_not_due_yet(self):
        late, _later, _held = self.listing(
            [{**self.LISTING[0], "include_not_due": False}]
        )
        self.run_day("2026-03-11")
        self.assertEqual(self.lines(late).notice_id.line_ids.claim_id, late)

    def test_of_several_notices_one_lists_what_is_not_due_yet(self):
        late, later, _held = self.listing(combine="per_claim")
        more = self.claim(self.invoice(60, "2026-03-01"))
        more._assign_by_hand(late.procedure_id)
        self.run_day("2026-03-11")
        self.assertEqual(len((self.lines(late) | self.lines(more)).notice_id), 2)
        self.assertEqual(len(self.lines(later, "information")), 1)
