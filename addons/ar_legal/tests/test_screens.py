from lxml import etree

from odoo.tests import Form, tagged
from odoo.tools.safe_eval import safe_eval

from .common import LegalCommon


@tagged("post_install", "-at_install", "ar")
class TestScreens(LegalCommon):
    """Every screen opens for every role that may see it, filters included."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.actions = cls.env["ir.actions.act_window"].search(
            [("res_model", "=like", "ar.legal.%"), ("path", "!=", False)]
        )

    def test_all_screens_open(self):
        self.handed_over()
        self.assertGreaterEqual(len(self.actions), 5)
        for action in self.actions:
            kinds = [(False, kind) for kind in (*action.view_mode.split(","), "search")]
            for role in ("auditor", "collector", "manager"):
                model = self.env[action.res_model].with_user(self.users[role])
                with self.subTest(model=model._name, role=role):
                    views = model.get_views(kinds)["views"]
                    names = (
                        [
                            node.get("name")
                            for node in etree.fromstring(views["form"]["arch"]).iter(
                                "field"
                            )
                        ]
                        if "form" in views
                        else []
                    )
                    names = [name for name in names if name in model._fields]
                    for record in model.search([], limit=3):
                        record.read(names or None)

    def test_all_filters_work(self):
        self.handed_over()
        for action in self.actions:
            model = self.env[action.res_model].with_user(self.users["auditor"])
            arch = model.get_view(view_type="search")["arch"]
            for node in etree.fromstring(arch).iter("filter"):
                with self.subTest(model=model._name, filter=node.get("name")):
                    domain = safe_eval(node.get("domain") or "[]", {"uid": 1})
                    model.search_count(domain)
                    context = safe_eval(node.get("context") or "{}", {"uid": 1})
                    if context.get("group_by"):
                        model.formatted_read_group(
                            [], [context["group_by"]], ["__count"]
                        )

    def test_board_has_the_stages_of_the_tracks_in_use(self):
        self.handed_over()
        groups = (
            self.env["ar.legal.case"]
            .with_context(read_group_expand=True)
            .web_read_group(
                [("state", "=", "open"), ("track_id", "=", self.track.id)], ["stage_id"]
            )["groups"]
        )
        shown = [group["stage_id"][1] for group in groups]
        self.assertEqual(shown, ["Received", "Summoned", "Ended"])

    def test_board_without_cases_has_columns(self):
        board = self.env["ar.legal.case"].with_context(read_group_expand=True)
        self.assertFalse(board.search([("state", "=", "open")]))
        groups = board.web_read_group([("state", "=", "open")], ["stage_id"])["groups"]
        # Without a column the client shows no help, only an empty screen.
        self.assertTrue(groups)

    def test_amounts_are_summed_by_party_and_stage(self):
        claim, _case = self.handed_over()
        self.pay(claim.move_id, 30, "2026-03-20")
        members = self.env["ar.legal.case.claim"].with_user(self.users["auditor"])
        [[party, stage, handed, residual]] = members._read_group(
            [("case_id.state", "=", "open"), ("claim_id", "=", claim.id)],
            ["party_id", "stage_id"],
            ["amount_at_handover:sum", "amount_residual:sum"],
        )
        self.assertEqual((party, stage), (self.bailiff, self.received))
        self.assertEqual((handed, residual), (100, 70))

    def test_form_of_a_case(self):
        _claim, case = self.handed_over()
        with Form(case.with_user(self.users["collector"])) as form:
            form.party_reference = "D-1"
            form.next_deadline = "2026-04-04"
            with form.cost_ids.new() as cost:
                cost.kind = "bailiff_fee"
                cost.amount = 35
        self.assertEqual((case.party_reference, case.amount_costs), ("D-1", 35))
        self.assertIn(
            "their reference", case.event_ids.mapped("display_name")[0].lower()
        )

    def test_timeline_tells_the_story_once(self):
        claim, case = self.handed_over()
        self.pay(claim.move_id, 30, "2026-03-20")
        entries = case._timeline()[case.id]
        self.assertEqual(
            [entry.kind for entry in entries],
            ["invoice", "due", "notice", "notice", "opened", "payment"],
        )
        self.assertIn("dirk@debtor.example", entries[2].detail)
        story = case.with_user(self.users["auditor"]).timeline
        self.assertIn(claim.move_name, story)

    def test_timelines_of_many_ask_no_more_than_of_one(self):
        cases = self.env["ar.legal.case"]
        for place in range(5):
            partner = self.create_partner(f"P{place}", f"p{place}@debtor.example")
            cases |= self.handed_over(partner=partner)[1]
        counts = []
        for chosen in (cases[:1], cases):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            chosen._timeline()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2)

    def test_buttons_on_claim_debtor_and_notice(self):
        claim, case = self.handed_over()
        seen = claim.with_user(self.users["auditor"])
        self.assertEqual(seen.action_open_legal_case()["res_id"], case.id)
        self.assertEqual(seen.debtor_id.legal_case_count, 1)
        action = seen.debtor_id.action_open_legal_cases()
        self.assertEqual(self.env["ar.legal.case"].search(action["domain"]), case)
        notice = case.notice_id.with_user(self.users["auditor"])
        self.assertEqual(notice.action_open_legal_case()["res_id"], case.id)
        claims = case.action_open_claims()["domain"]
        self.assertEqual(self.env["ar.claim"].search(claims), claim)
        found = self.env["ar.claim"].search([("legal_member_ids", "!=", False)])
        self.assertIn(claim, found)
