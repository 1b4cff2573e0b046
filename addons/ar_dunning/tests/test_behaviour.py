import json
import random
from datetime import date, timedelta
from decimal import Decimal

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import SQL, mute_logger

from ..rules import behaviour
from .common import DunningCommon

ON = date(2026, 3, 20)


@tagged("post_install", "-at_install", "ar")
class TestBehaviour(DunningCommon):
    """Payment behaviour as of 20 March 2026."""

    def refresh(self, on=ON):
        count = self.env["ar.debtor.figure"].sudo()._refresh(self.company, on)
        self.env.invalidate_all()
        return count

    def figure(self, partner=None):
        return self.env["ar.debtor.figure"].search(
            [("debtor_id.partner_id", "=", (partner or self.debtor_partner).id)]
        )

    def settle(self, amount, due, on, **values):
        move = self.invoice(amount, due, **values)
        self.pay(move, amount, on)
        return self.claim(move)

    def test_lateness_is_weighted_by_amount(self):
        self.settle(300, "2026-01-01", "2026-01-11")
        self.settle(100, "2026-02-01", "2026-02-01")
        self.refresh()
        self.assertRecordValues(
            self.figure(),
            [
                {
                    "settled_count": 2,
                    "unpaid_count": 0,
                    "days_late_average": 7.5,
                    "days_late_median": 5.0,
                    "company_id": self.company.id,
                }
            ],
        )

    def test_open_items_count_as_not_yet_paid(self):
        self.settle(100, "2026-01-01", "2026-01-01")
        self.invoice(100, "2026-01-19")
        self.invoice(500, "2026-04-19")
        self.refresh()
        self.assertRecordValues(
            self.figure(),
            [{"settled_count": 1, "unpaid_count": 1, "days_late_average": 30.0}],
        )

    def test_what_was_settled_longer_ago_counts_no_more(self):
        self.settle(100, "2023-01-01", "2023-06-01")
        self.assertEqual(self.refresh(), 0)
        self.assertFalse(self.figure())
        self.assertEqual(self.debtor_partner.ar_debtor_ids.risk_class, "unknown")

    def test_trend_compares_half_years(self):
        self.settle(100, "2025-06-01", "2025-06-03")
        self.settle(100, "2026-01-01", "2026-01-31")
        self.refresh()
        self.assertEqual(self.figure().trend_days, 28.0)

    def test_notices_and_disputes_count(self):
        claim = self.claim(self.invoice(100, "2026-02-01"))
        self.run_day("2026-02-12")
        self.env["ar.hold"].create(
            {
                "claim_id": claim.id,
                "reason_id": self.env.ref("ar_dunning.hold_reason_dispute").id,
                "date_from": "2026-03-01",
            }
        )
        self.refresh()
        self.assertRecordValues(
            self.figure(), [{"notices_needed": 1.0, "disputed_share": 100.0}]
        )

    def test_only_broken_promises_count(self):
        for paid in (0, 100):
            partner = self.create_partner(f"Promised {paid}")
            move = self.invoice(100, "2026-02-01", partner)
            with freeze_time("2026-03-01"):
                self.env["ar.contact"]._record(
                    partner.ar_debtor_ids,
                    self.env["ar.contact.outcome"].search([("code", "=", "promise")]),
                    date_until=date(2026, 3, 10),
                )
            if paid:
                self.pay(move, 100, "2026-03-10")
            self.env["ar.contact"].sudo()._review_company(self.company, ON)
            self.refresh()
            self.assertEqual(self.figure(partner).broken_count, 0 if paid else 1)

    def test_score_is_made_of_its_parts(self):
        self.settle(100, "2026-01-01", "2026-01-11")
        self.refresh()
        figure = self.figure()
        parts = figure._parts()
        mean = sum(part["points"] * part["weight"] for part in parts) / sum(
            part["weight"] for part in parts
        )
        self.assertEqual(figure.score, round(mean))
        self.assertNotIn("trend_days", [part["label"] for part in parts])
        debtor = self.debtor_partner.ar_debtor_ids
        self.assertEqual(debtor.risk_score, figure.score)
        self.assertIn("10", debtor.risk_explanation)
        values = json.loads(debtor.behaviour_chart)[0]["values"]
        self.assertEqual(len(values), behaviour.WINDOW_MONTHS)

    def test_manager_changes_what_counts(self):
        self.settle(100, "2026-01-01", "2026-01-11")
        self.env["ar.risk.component"].create(
            {
                "company_id": self.company.id,
                "metric": "days_late_average",
                "no_lower": True,
                "no_upper": True,
                "points": 90,
            }
        )
        self.refresh()
        self.assertRecordValues(
            self.figure(), [{"score": 90, "risk_class": "very_high"}]
        )

    def test_ranges_of_a_metric_do_not_overlap(self):
        with self.assertRaises(ValidationError):
            self.env["ar.risk.component"].create(
                {
                    "metric": "days_late_average",
                    "value_from": 5,
                    "value_to": 10,
                    "points": 1,
                }
            )

    def test_second_refresh_writes_nothing_new(self):
        self.settle(100, "2026-01-01", "2026-01-11")
        self.refresh()
        self.env.cr.execute("SELECT xmin, id FROM ar_debtor_figure")
        before = self.env.cr.fetchall()
        self.refresh()
        self.env.cr.execute("SELECT xmin, id FROM ar_debtor_figure")
        self.assertEqual(self.env.cr.fetchall(), before)

    def test_segments_and_filters_use_the_risk(self):
        good, bad = self.create_partner("Good"), self.create_partner("Bad")
        self.settle(100, "2026-01-01", "2026-01-01", partner=good)
        fine = self.claim(self.invoice(50, "2026-05-01", good))
        poor = self.claim(self.invoice(50, "2025-05-01", bad))
        fresh = self.claim(self.invoice(50, "2026-05-01"))
        self.refresh()
        claims = self.env["ar.claim"]
        mine = [("id", "in", (fine + poor + fresh).ids)]
        for domain, expected in (
            ([("risk_class", "=", "low")], fine),
            ([("risk_class", "in", ("high", "very_high", "medium"))], poor),
            ([("risk_class", "=", "unknown")], fresh),
            ([("risk_score", ">", 20)], poor),
            ([("risk_score", "<=", 20)], fine + fresh),
            ([("risk_score", "=", 0), ("risk_class", "!=", "unknown")], fine),
        ):
            with self.subTest(domain):
                self.assertEqual(
                    claims.search(mine + domain),
                    expected.sorted(lambda claim: (claim.date_due, claim.id)),
                )
        self.assertEqual(fine.risk_class, "low")
        debtors = self.env["ar.debtor"]
        self.assertIn(poor.debtor_id, debtors.search([("risk_score", ">", 20)]))
        self.assertIn(fresh.debtor_id, debtors.search([("risk_class", "=", "unknown")]))
        self.segment.domain = "[('risk_score', '>', 20)]"
        self.assign("2026-03-20")
        self.assertEqual(poor.procedure_id, self.procedure)
        self.assertFalse(fine.procedure_id)

    def test_restricted_claims_count_in_a_row_of_their_own(self):
        group = self.env["res.groups"].create({"name": "Social"})
        kind = self.env["ar.claim.type"].create(
            {"name": "Social", "code": "soc_test", "access_group_id": group.id}
        )
        self.env.user.group_ids += group
        journal = self.company_data["default_journal_sale"].copy(
            {"ar_claim_type_id": kind.id, "code": "SOCT"}
        )
        self.settle(100, "2026-01-01", "2026-01-01")
        self.invoice(100, "2025-06-01", journal_id=journal.id)
        self.refresh()
        outsider = self.create_user("behaviour_outsider", "ar_dunning.group_auditor")
        seen = self.env["ar.debtor.figure"].with_user(outsider).search([])
        self.assertRecordValues(seen, [{"days_late_average": 0.0, "unpaid_count": 0}])
        debtor = self.debtor_partner.ar_debtor_ids.with_user(outsider)
        self.assertEqual(debtor.risk_class, "low")
        insider = self.create_user("behaviour_insider", "ar_dunning.group_auditor")
        insider.group_ids += group
        self.assertEqual(
            self.env["ar.debtor.figure"].with_user(insider).search_count([]), 2
        )

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_nobody_writes_figures_by_hand(self):
        self.settle(100, "2026-01-01", "2026-01-11")
        self.refresh()
        manager = self.create_user("behaviour_manager", "ar_dunning.group_manager")
        with self.assertRaises(AccessError):
            self.figure().with_user(manager).score = 0
        collector = self.create_user(
            "behaviour_collector", "ar_dunning.group_collector"
        )
        with self.assertRaises(AccessError):
            self.env["ar.risk.component"].with_user(collector).search([]).points = 1

    def test_statements_do_not_grow_with_debtors(self):
        counts = []
        for number in range(2):
            for place in range(5 * number + 1):
                partner = self.create_partner(f"Payer {number} {place}")
                self.settle(100, "2026-01-01", "2026-01-05", partner=partner)
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.refresh()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)

    def test_query_and_rule_agree(self):
        """Random debtors, seeded: every figure, score and class is the same."""
        chance = random.Random(20260320)
        debtors = {
            number: [self.random_item(chance) for _ in range(chance.randint(1, 9))]
            for number in range(1, 300)
        }
        rows = [
            (number, item)
            for number, items in debtors.items()
            for item in behaviour.counted(items, ON)
        ]
        items = SQL(
            """SELECT * , NULL::int AS access_group_id
                 FROM unnest(%s::int[], %s::numeric[], %s::date[], %s::date[],
                             %s::int[], %s::bool[])
                   AS item (debtor_id, amount, date_due, closed_on, levels,
                            disputed)""",
            [number for number, _item in rows],
            [item.amount for _number, item in rows],
            [item.date_due for _number, item in rows],
            [item.closed_on for _number, item in rows],
            [item.levels for _number, item in rows],
            [item.disputed for _number, item in rows],
        )
        figures = self.env["ar.debtor.figure"]
        components = self.env["ar.risk.component"]._of_company(self.company)._rules()
        self.env.flush_all()
        found = self.env.execute_query(
            SQL(
                """SELECT debtor_id, settled_count, unpaid_count, days_late_average,
                          days_late_median, trend_days, notices_needed,
                          disputed_share, score, risk_class
                     FROM (%s) scored""",
                figures._sql_scored(items, self.company, ON),
            )
        )
        self.assertEqual(len(found), len({number for number, _item in rows}))
        for debtor, *values, score, risk_class in found:
            wanted = behaviour.figures(debtors[debtor], ON)
            # Odoo reads numbers with decimals as floats: of two digits, so exact.
            self.assertEqual(
                tuple(
                    Decimal(f"{value:.2f}") if isinstance(value, float) else value
                    for value in values
                ),
                (
                    wanted.settled,
                    wanted.unpaid,
                    wanted.days_late_average,
                    wanted.days_late_median,
                    wanted.trend_days,
                    wanted.notices_needed,
                    wanted.disputed_share,
                ),
            )
            metrics = {
                name: getattr(wanted, name, Decimal(0))
                for name in dict.fromkeys(part.metric for part in components)
            }
            wanted_score, _parts = behaviour.score(metrics, components)
            self.assertEqual(score, wanted_score)
            self.assertEqual(risk_class, behaviour.risk_class(wanted_score))

    def random_item(self, chance):
        due = ON - timedelta(days=chance.randint(-40, 900))
        paid = chance.random() < 0.7
        return behaviour.Item(
            amount=Decimal(chance.randint(1, 500_000)) / 100,
            date_due=due,
            closed_on=due + timedelta(days=chance.randint(-20, 120)) if paid else None,
            levels=chance.randint(0, 4),
            disputed=chance.random() < 0.2,
        )
