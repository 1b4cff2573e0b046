from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, freeze_time, tagged

from .test_desk import DeskCommon

TODAY = "2026-03-10 09:00:00"


class WorkListCommon(DeskCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        self = cls()
        cls.invoice(self, 100, "2026-03-01")
        cls.colleague = cls.create_user("colleague", "ar_dunning.group_collector")

    def mine(self, user=None):
        items = self.env["ar.work.item"].with_user(user or self.collector)
        return items.search([("is_mine", "=", True), ("is_shown", "=", True)])

    def ours(self, user=None):
        items = self.env["ar.work.item"].with_user(user or self.collector)
        return items.search([("is_my_team", "=", True)])


@tagged("post_install", "-at_install", "ar")
@freeze_time(TODAY)
class TestWorkPoints(WorkListCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ar.work.rule"].search([]).active = False

    def rule(self, points=10, **values):
        return self.env["ar.work.rule"].create(
            {"name": f"worth {points}", "points": points, **values}
        )

    def test_points_are_those_of_the_kind_and_of_each_rule_with_reasons(self):
        rules = self.rule(30, amount_from=1000) | self.rule(20, kind="task")
        self.rule(500, amount_from=1001)
        self.rule(500, kind="dispute")
        item = self.raise_task(
            points=40, amount=1000, currency_id=self.company.currency_id.id
        )
        self.assertEqual(item.points, 90)
        self.assertEqual(item.point_rules, [[rule.id, rule.points] for rule in rules])
        self.assertEqual(
            item.point_reasons, "+40 Task of the procedure; +30 worth 30; +20 worth 20"
        )

    def test_each_condition_counts(self):
        item = self.raise_task(points=0)
        self.debtor().sudo().debtor_class = "consumer"
        self.env["ar.debtor.figure"].sudo().search([]).unlink()
        self.env["ar.debtor.figure"].sudo().create(
            {
                "debtor_id": self.debtor().id,
                "company_id": self.company.id,
                "score": 50,
                "risk_class": "medium",
            }
        )
        cases = [
            ({"days_overdue_from": 9}, True),
            ({"days_overdue_from": 10}, False),
            ({"debtor_class": "consumer"}, True),
            ({"debtor_class": "enterprise"}, False),
            ({"domain": "[('debtor_id.partner_id.name', 'ilike', 'dirk')]"}, True),
            ({"domain": "[('debtor_id.partner_id.name', 'ilike', 'ann')]"}, False),
            ({"company_id": self.company.id}, True),
            ({"risk_from": 50}, True),
            ({"risk_from": 51}, False),
            ({"kind": "task", "amount_from": 1}, False),
        ]
        for conditions, meets in cases:
            with self.subTest(conditions=conditions):
                rule = self.rule(7, **conditions)
                self.assertEqual(item.points, 7 if meets else 0)
                rule.unlink()
                self.assertEqual(item.points, 0)

    def test_amounts_of_another_currency_are_converted(self):
        currency = self.setup_other_currency("EUR", rates=[("2020-01-01", 4.0)])
        self.rule(10, amount_from=100)
        below = self.raise_task(key="a", amount=399, currency_id=currency.id)
        above = self.raise_task(key="b", amount=400, currency_id=currency.id)
        self.assertEqual((below.points, above.points), (0, 10))

    def test_restricted_claims_give_no_points_to_items_that_all_see(self):
        group = self.env["res.groups"].create({"name": "Social service"})
        claim = self.claim(self.env["account.move"].search([], limit=1))
        item = self.raise_task()
        secret = self.raise_task(key="secret", access_group_id=group.id)
        self.debtor().sudo().claim_ids.access_group_id = group
        self.rule(10, days_overdue_from=1)
        self.assertTrue(claim)
        self.assertEqual((item.points, secret.points), (0, 10))

    def test_points_set_by_the_machine_stay_the_base(self):
        self.rule(10)
        item = self.raise_task(points=40)
        item.sudo().points = 80
        self.env["ar.work.item"].sudo()._score()
        self.assertEqual(item.points, 90)

    def test_condition_that_cannot_be_read_is_refused(self):
        for domain in ("[('nothing', '=', 1)]", "]["):
            with self.subTest(domain=domain), self.assertRaises(ValidationError):
                self.rule(1, domain=domain)

    def test_only_managers_change_rules(self):
        rule = self.rule(5)
        with self.assertRaises(AccessError):
            rule.with_user(self.collector).points = 6
        manager = self.create_user("chief", "ar_dunning.group_manager")
        item = self.raise_task(points=0)
        rule.with_user(manager).points = 6
        self.assertEqual(item.points, 6)

    def test_scoring_is_one_statement_however_many_items(self):
        self.rule(5, amount_from=10)
        self.rule(5, domain="[('debtor_id', '!=', False)]")
        counts = []
        for many in (3, 30):
            for number in range(many):
                self.raise_task(key=f"{many}-{number}")
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.env["ar.work.item"].sudo()._score()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])


@tagged("post_install", "-at_install", "ar")
@freeze_time(TODAY)
class TestWorkOwner(WorkListCommon):
    def test_mine_are_my_items_and_those_of_my_debtors(self):
        own = self.raise_task(key="own", user_id=self.collector.id)
        of_debtor = self.raise_task(key="debtor")
        self.raise_task(key="other", user_id=self.colleague.id)
        self.assertEqual(self.mine(), own)
        self.debtor().user_id = self.collector
        self.assertEqual(self.mine(), own | of_debtor)
        self.assertEqual((own | of_debtor).mapped("is_mine"), [False, False])
        items = (own | of_debtor).with_user(self.collector)
        self.assertEqual(items.mapped("is_mine"), [True, True])

    def test_substitute_sees_the_work_while_it_lasts(self):
        item = self.raise_task(user_id=self.colleague.id)
        self.env["ar.substitution"].with_user(self.colleague).create(
            {
                "substitute_id": self.collector.id,
                "date_from": "2026-03-10",
                "date_to": "2026-03-11",
            }
        )
        for day, expected in (
            ("2026-03-09", False),
            ("2026-03-10", True),
            ("2026-03-11", True),
            ("2026-03-12", False),
        ):
            with self.subTest(day=day), freeze_time(f"{day} 12:00:00"):
                mine = self.env["ar.work.item"].with_user(self.collector)
                found = mine.search([("is_mine", "=", True)])
                self.assertEqual(item in found, expected)

    def test_collector_enters_no_absence_of_others(self):
        values = {
            "user_id": self.colleague.id,
            "substitute_id": self.collector.id,
            "date_to": "2026-03-11",
        }
        absences = self.env["ar.substitution"]
        with self.assertRaises(AccessError):
            absences.with_user(self.collector).create(values)
        manager = self.create_user("chief", "ar_dunning.group_manager")
        self.assertTrue(absences.with_user(manager).create(values))

    def test_put_away_until_a_day(self):
        items = self.raise_task(key="a") | self.raise_task(key="b")
        items.sudo().user_id = self.collector
        plan = (
            self.env["ar.work.item.plan"]
            .with_user(self.collector)
            .with_context(active_model="ar.work.item", active_ids=items.ids[:1])
            .create({"hidden_until": "2026-03-12", "hidden_reason": "On holiday"})
        )
        plan.action_apply()
        self.assertEqual(self.mine(), items[1])
        self.assertEqual(items[0].state, "open")
        with freeze_time("2026-03-12 08:00:00"):
            self.assertEqual(self.mine(), items)

    def test_take_and_give(self):
        item = self.raise_task()
        item.with_user(self.collector).action_take()
        self.assertEqual(item.user_id, self.collector)
        plan = (
            self.env["ar.work.item.plan"]
            .with_user(self.collector)
            .create({"item_ids": item.ids, "user_id": self.colleague.id})
        )
        plan.action_apply()
        self.assertEqual(item.user_id, self.colleague)
        with self.assertRaises(UserError):
            item.with_user(self.collector).points = 1000
        auditor = self.create_user("looker", "ar_dunning.group_auditor")
        with self.assertRaises(AccessError):
            item.with_user(auditor).action_take()

    def test_progress_of_the_day(self):
        team = self.env["ar.team"].create(
            {
                "name": "All",
                "member_ids": [(6, 0, (self.collector | self.colleague).ids)],
            }
        )
        items = [
            self.raise_task(key=str(n), user_id=self.collector.id) for n in range(4)
        ]
        self.raise_task(key="later", user_id=self.collector.id, due_on="2026-03-11")
        theirs = self.raise_task(key="theirs", user_id=self.colleague.id)
        theirs.with_user(self.colleague).action_done()
        with freeze_time("2026-03-09 12:00:00"):
            items[0].with_user(self.collector).action_done()
        items[1].with_user(self.collector).action_done()
        progress = self.env["ar.work.item"].with_user(self.collector).get_progress()
        self.assertEqual(progress["me"], {"done": 1, "due": 2})
        self.assertEqual(progress["team"], {"done": 2, "due": 2})
        team.active = False
        progress = self.env["ar.work.item"].with_user(self.collector).get_progress()
        self.assertFalse(progress["team"])
        self.assertEqual(progress["free"], 0)
        self.raise_task(key="anybody")
        self.raise_task(key="not today", due_on="2026-03-11")
        self.raise_task(key="about no debtor", debtor_id=False)
        self.raise_task(key="hers", user_id=self.colleague.id)
        self.raise_task(key="for approvers", kind="approve_run", debtor_id=False)
        progress = self.env["ar.work.item"].with_user(self.collector).get_progress()
        self.assertEqual(progress["free"], 2)


@tagged("post_install", "-at_install", "ar")
@freeze_time(TODAY)
class TestTeam(WorkListCommon):
    def debtors(self, count):
        partners = self.env["res.partner"]
        for number in range(count):
            partner = self.create_partner(f"Firm {number}", f"f{number}@x.example")
            self.invoice(10, "2026-03-01", partner)
            partners |= partner
        return partners.ar_debtor_ids

    def team(self, members=None, **values):
        return self.env["ar.team"].create(
            {
                "name": "Firms",
                "takes_debtors": True,
                "distribute": True,
                "domain": "[('partner_id.name', 'ilike', 'Firm')]",
                "member_ids": [(6, 0, (members or self.collector).ids)],
                **values,
            }
        )

    def assign_debtors(self):
        self.env["ar.team"].sudo()._assign_debtors(self.company)

    def test_debtors_get_team_and_collector_by_turn(self):
        debtors = self.debtors(5)
        team = self.team(self.collector | self.colleague)
        self.assign_debtors()
        self.assertEqual(team.debtor_ids, debtors)
        shares = sorted(
            len(debtors.filtered(lambda debtor, user=user: debtor.user_id == user))
            for user in team.member_ids
        )
        self.assertEqual(shares, [2, 3])
        self.assertFalse(self.debtor().team_id)

    def test_who_has_fewer_debtors_gets_the_next(self):
        debtors = self.debtors(2)
        self.debtor().sudo().user_id = self.collector
        debtors[0].user_id = self.collector
        self.team(self.collector | self.colleague)
        self.assign_debtors()
        self.assertEqual(debtors[1].user_id, self.colleague)

    def test_choice_by_hand_is_never_changed(self):
        debtors = self.debtors(1)
        own = self.env["ar.team"].create({"name": "By hand"})
        debtors.write({"team_id": own.id, "user_id": self.colleague.id})
        self.team()
        self.assign_debtors()
        self.assertEqual((debtors.team_id, debtors.user_id), (own, self.colleague))

    def test_debtors_of_other_companies_are_left_alone(self):
        other = self.setup_other_company()["company"]
        debtors = self.debtors(1)
        self.team()
        self.env["ar.team"].sudo()._assign_debtors(other)
        self.assertFalse(debtors.team_id)

    def test_team_sees_its_work(self):
        item = self.raise_task()
        self.assertFalse(self.ours())
        self.debtor().team_id = self.team(domain="[]", distribute=False)
        self.assertEqual(self.ours(), item)
        self.assertFalse(self.ours(self.colleague))

    def test_only_managers_make_teams(self):
        with self.assertRaises(AccessError):
            self.env["ar.team"].with_user(self.collector).create({"name": "Mine"})
        team = self.team()
        with self.assertRaises(AccessError):
            team.with_user(self.collector).action_assign()

    def test_condition_that_cannot_be_read_is_refused(self):
        with self.assertRaises(ValidationError):
            self.team(domain="[('nothing', '=', 1)]")


@tagged("post_install", "-at_install", "ar")
class TestWorkListOnAPhone(WorkListCommon, HttpCase):
    browser_size = "390x844"

    def test_one_list_that_says_what_it_is_and_lets_take_it(self):
        item = self.raise_task(
            amount=100, currency_id=self.company.currency_id.id, user_id=False
        )
        self.start_tour(
            "/odoo/receivable-work", "ar_dunning_work_phone", login="talker"
        )
        self.assertEqual(item.user_id, self.collector)
