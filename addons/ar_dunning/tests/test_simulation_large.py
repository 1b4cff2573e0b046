from datetime import date, timedelta

from odoo.tests import freeze_time, tagged
from odoo.tools import split_every

from .common import DunningCommon

# A Sunday evening: nothing is sent now, and the simulation must not mind.
FIRST, DAYS = date(2026, 3, 2), 30
NOW = "2026-03-01 21:00:00"
MASS = ("ar_claim", "ar_dunning_notice", "ar_dunning_notice_line", "ar_delivery")


@tagged("post_install", "-at_install", "ar")
class TestLargeSimulation(DunningCommon):
    """A thousand claims of all kinds: the simulated month is the real one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.tz = "Europe/Brussels"
        cls.foreign = cls.setup_other_currency("GBP", rates=[("2020-01-01", 2.0)])
        cls.company.ar_legal_calendar_id = cls.env.ref("ar_dunning.calendar_be")
        cls.company.ar_sending_calendar_id = cls.env["ar.calendar"].create(
            {
                "name": "Office hours",
                "kind": "sending",
                "window_from": 8,
                "window_to": 18,
            }
        )
        cls.env["ar.calendar"]._extend_all(date(2026, 1, 1))
        cls.company.ar_capacity_ids = [
            (0, 0, {"channel": "letter", "per_day": 6}),
            (0, 0, {"channel": "person", "per_day": 3}),
        ]
        cls.company.write({"ar_contact_maximum": 2, "ar_contact_period_days": 10})
        cls.debtors = cls.make_debtors(340)

    @classmethod
    def make_segments(cls):
        cls.segment.sequence = 90
        for rank, (code, domain, levels, values) in enumerate(
            (
                (
                    "working",
                    "[('amount_original', '<', 60)]",
                    [
                        {
                            "level_key": "reminder",
                            "offset_days": 4,
                            "offset_unit": "working",
                            "repeat_every_days": 8,
                            "repeat_maximum": 2,
                        },
                        {"level_key": "last", "offset_days": 40},
                    ],
                    {"combine": "per_level"},
                ),
                (
                    "month_end",
                    "[('amount_original', '>', 400)]",
                    [
                        {
                            "level_key": "friendly",
                            "offset_days": -5,
                            "mandatory": False,
                            "expires_after_days": 4,
                            "phase": "proactive",
                        },
                        {
                            "level_key": "statement",
                            "offset_days": 3,
                            "end_of_month": True,
                            "include_not_due": True,
                        },
                        {
                            "level_key": "call",
                            "offset_days": 12,
                            "mode": "task",
                            "channels": (),
                            "template_id": False,
                            "minimum_wait_days": 5,
                        },
                        {
                            "level_key": "final",
                            "offset_days": 20,
                            "minimum_wait_days": 7,
                            "minimum_amount": 450,
                        },
                    ],
                    {"combine": "per_claim"},
                ),
                (
                    "letters",
                    "[('partner_id.city', '=', 'Brugge')]",
                    [
                        {
                            "level_key": "letter",
                            "offset_days": 6,
                            "channels": ("letter", "email"),
                            "mode": "approval",
                        },
                        {
                            "level_key": "both",
                            "offset_days": 15,
                            "channels": ("letter", "email"),
                            "channel_mode": "all",
                            "minimum_percentage": 30,
                        },
                    ],
                    {},
                ),
            ),
            1,
        ):
            procedure = cls.create_procedure(levels, code=code, **values)
            cls.env["ar.dunning.segment"].create(
                {
                    "name": code,
                    "sequence": rank,
                    "company_id": cls.company.id,
                    "domain": domain,
                    "procedure_id": procedure.id,
                }
            )

    @classmethod
    def make_debtors(cls, count):
        return cls.env["res.partner"].create(
            [
                {
                    "name": f"Debtor {number}",
                    "email": f"debtor{number}@debtor.example" if number % 6 else False,
                    "street": f"Kade {number}" if number % 4 == 0 else False,
                    "city": "Brugge" if number % 5 == 0 else "Gent",
                }
                for number in range(count)
            ]
        )

    def make_ledger(self):
        terms = self.env["account.payment.term"].create(
            {
                "name": "Three parts",
                "line_ids": [
                    (0, 0, {"value": "percent", "value_amount": share, "nb_days": days})
                    for share, days in ((40, 10), (30, 25), (30, 40))
                ],
            }
        )
        entries = []
        for number, partner in enumerate(self.debtors):
            due = FIRST + timedelta(days=(number * 11) % 75 - 45)
            amount = 20 + (number * 37) % 500
            entries.append(self.prepare_entry(partner, due, amount))
            entries.append(
                self.prepare_entry(partner, due + timedelta(days=number % 20), 45)
            )
            if number % 4 == 0:
                entries.append(self.prepare_entry(partner, due, 90, terms=terms))
            if number % 3 == 0:
                entries.append(
                    self.prepare_entry(partner, due, amount, currency=self.foreign)
                )
            if number % 9 == 0:
                refund = self.prepare_entry(partner, due, 35)
                entries.append({**refund, "move_type": "out_refund"})
        moves = self.env["account.move"]
        for part in split_every(40, entries, list):
            self.analyze("account_move", "account_move_line", "account_account")
            moves |= moves.create(part)
            moves[-len(part) :].action_post()
        claims = self.claim(moves)
        self.analyze("account_move_line", "ar_claim", "ar_debtor", "res_partner")
        return claims

    def analyze(self, *tables):
        """Give the database an idea of how many rows there are by now."""
        self.env.flush_all()
        for table in tables:
            self.env.cr.execute(f"ANALYZE {table}")

    def prepare_entry(self, partner, due, amount, terms=None, currency=None):
        return {
            "move_type": "out_invoice",
            "partner_id": partner.id,
            "currency_id": (currency or self.company.currency_id).id,
            "invoice_date": due - timedelta(days=30),
            "invoice_date_due": due,
            "invoice_payment_term_id": terms.id if terms else False,
            "invoice_line_ids": [
                (0, 0, {"name": "Service", "price_unit": amount, "tax_ids": []})
            ],
        }

    def hold_some(self, claims):
        self.env["ar.hold"].create(
            [
                {
                    "claim_id": claim.id,
                    "reason_id": self.reason.id,
                    "date_from": FIRST + timedelta(days=number % 9),
                    "date_to": FIRST + timedelta(days=10 + number % 13),
                }
                for number, claim in enumerate(claims)
                if number % 8 == 0
            ]
            + [
                {
                    "debtor_id": debtor.id,
                    "reason_id": self.reason.id,
                    "date_from": FIRST - timedelta(days=4),
                    "date_to": FIRST + timedelta(days=number % 7),
                }
                for number, debtor in enumerate(claims.debtor_id)
                if number % 15 == 0
            ]
        )

    def simulate(self):
        last = FIRST + timedelta(days=DAYS - 1)
        with freeze_time(NOW):
            return self.env["ar.simulation"]._simulate_days(self.company, FIRST, last)

    def live(self):
        """Really run the days; everything is approved and arrives on its day."""
        for number in range(DAYS):
            day = FIRST + timedelta(days=number)
            with freeze_time(f"{day} 10:00:00"):
                runs = self.propose(str(day))
                runs.notice_ids.filtered(
                    lambda one: one.state == "proposed" and one.kind == "dunning"
                )._approve()
                self.dispatch(str(day))
                self.deliver(str(day))
            if number % 5 == 0:
                self.analyze(*MASS)
        lines = self.env["ar.dunning.notice.line"].search(
            [
                ("company_id", "=", self.company.id),
                ("role", "=", "claimed"),
                ("state", "=", "dispatched"),
                ("notice_id.kind", "=", "dunning"),
            ]
        )
        return {
            (line.claim_id.id, line.level_key, line.occurrence, line.notice_id.date)
            for line in lines
        }

    def test_the_simulated_month_is_the_real_one(self):
        self.make_segments()
        claims = self.make_ledger()
        self.assertGreater(len(claims), 1000)
        self.hold_some(claims)
        simulated = self.simulate()
        real = self.live()
        self.assertGreater(len(real), 800)
        keys = {level_key for _claim, level_key, _occurrence, _day in real}
        self.assertLessEqual(
            {"reminder", "friendly", "statement", "call", "letter", "both"}, keys
        )
        self.assertTrue(any(occurrence > 1 for _c, _l, occurrence, _d in real))
        first = min((step[3] for step in simulated.steps ^ real), default=None)
        self.assertEqual(
            {step for step in simulated.steps - real if step[3] == first},
            {step for step in real - simulated.steps if step[3] == first},
            "the first day that differs: simulated, happened",
        )
        self.assertEqual(simulated.steps - real, set(), "simulated only")
        self.assertEqual(real - simulated.steps, set(), "happened only")
        sent = self.env["ar.delivery"].search_count([("attempt", "=", 1)])
        self.assertEqual(sum(row["deliveries"] for row in simulated.rows), sent)
        notices = self.env["ar.dunning.notice"].search_count(
            [
                ("company_id", "=", self.company.id),
                ("state", "=", "dispatched"),
                ("kind", "=", "dunning"),
            ]
        )
        self.assertEqual(sum(row["notices"] for row in simulated.rows), notices)
        self.assertLess(notices, sent, "some left by two channels")
        self.assert_ledger_agrees()
