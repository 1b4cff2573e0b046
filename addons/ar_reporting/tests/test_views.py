from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from odoo.addons.ar_dunning.tests.test_views import ScreenCommon


@tagged("post_install", "-at_install", "ar")
class TestReportingViews(ScreenCommon):
    """The screens of this addon for each role; ar_dunning's tests open them as well."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.live_through_march(cls())
        cls.actions = [
            cls.env.ref(f"ar_reporting.{name}")
            for name in ("ar_ageing_action", "ar_receivable_month_action")
        ]

    def test_every_role_finds_the_menus(self):
        for role, user in self.users.items():
            visible = self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
            for name in ("menu_dashboard", "menu_ageing", "menu_receivable_month"):
                with self.subTest(role=role, menu=name):
                    self.assertIn(self.env.ref(f"ar_reporting.{name}").id, visible)

    def test_lists_figures_and_filters_work(self):
        for role, user in self.users.items():
            for action in self.actions:
                with self.subTest(role=role, screen=action.name):
                    self.use_screen(user, action)

    def use_screen(self, user, action):
        model = self.env[action.res_model].with_user(user)
        views = self.views_of(action, user)
        names = views["list"].xpath("//field/@name")
        self.assertTrue(
            model.web_search_read([], {one: {} for one in names})["records"]
        )
        for kind in ("pivot", "graph"):
            shown = views[kind].xpath("//field[not(@invisible)]")
            measures = [one for one in shown if one.get("type") == "measure"]
            groups = [self.grouping(one) for one in shown if one not in measures]
            aggregates = [
                f"{name}:{model._fields[name].aggregator}"
                for name in (one.get("name") for one in measures)
            ]
            self.assertTrue(model.formatted_read_group([], groups, aggregates))
        for node in views["search"].xpath("//filter"):
            self.use_filter(model, node, user)

    def grouping(self, node):
        interval = node.get("interval")
        return f"{node.get('name')}:{interval}" if interval else node.get("name")

    def use_filter(self, model, node, user):
        if node.get("domain"):
            model.search(safe_eval(node.get("domain"), {"uid": user.id}), limit=1)
        group = safe_eval(node.get("context") or "{}").get("group_by")
        if group:
            model.formatted_read_group([], [group], ["__count"])

    def test_filters_of_the_dashboard_exist(self):
        tree = self.views_of(self.actions[0], self.users["auditor"])["search"]
        names = set(tree.xpath("//filter/@name"))
        ageing = self.env["ar.ageing"]
        buckets = dict(ageing._fields["bucket"].selection)
        phases = dict(ageing._fields["phase"]._description_selection(self.env))
        self.assertLessEqual({f"bucket_{code}" for code in buckets}, names)
        self.assertLessEqual({f"phase_{code}" for code in phases}, names)
        for name in ("overdue", "without_type"):
            self.assertIn(name, names)
        for field in ("company_id", "claim_type_id", "partner_id"):
            self.assertTrue(
                self.env["ir.ui.view"]
                .browse(self.actions[0].search_view_id.id)
                .arch.count(f'name="{field}"')
            )

    def test_empty_screens_say_what_they_are(self):
        for action in self.actions:
            self.assertIn("o_view_nocontent", action.help)
            self.assertTrue(action.path)
            self.assertEqual(safe_eval(action.context or "{}"), {})
