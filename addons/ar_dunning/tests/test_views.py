from lxml import etree

from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tests import Form, HttpCase, freeze_time, new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

from .common import DunningCommon

ROLES = {
    "auditor": "ar_dunning.group_auditor",
    "collector": "ar_dunning.group_collector",
    "manager": "ar_dunning.group_manager",
}


class ScreenCommon(DunningCommon):
    """Users of each role, none of whom has rights in accounting, and a lived month."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            role: cls.create_user(f"screen_{role}", group)
            for role, group in ROLES.items()
        }

    def live_through_march(self):
        """Invoices in every state; notices sent, proposed and left out."""
        cls = type(self)
        letter_only = self.create_partner("Nel Claes", street="Markt 1")
        unreachable = self.create_partner("Jo Smet")
        cls.sent = self.invoice(100, "2026-03-01")
        cls.printed = self.invoice(60, "2026-03-01", letter_only)
        cls.left_out = self.invoice(30, "2026-03-01", unreachable)
        self.run_day("2026-03-12")
        cls.held = self.invoice(45, "2026-03-02")
        self.env["ar.hold"].create(
            {
                "claim_id": self.claim(self.held).id,
                "reason_id": self.reason.id,
                "date_from": "2026-03-20",
            }
        )
        cls.paid = self.invoice(80, "2026-03-03")
        self.pay(self.paid, 80, "2026-03-05")
        cls.future = self.invoice(20, "2099-01-01")
        self.propose("2026-03-30")
        self.env["ar.cycle"].sudo().create(
            {"company_id": self.company.id, "date": "2026-03-30"}
        )

    def menu_actions(self, user):
        """Return the window actions of all menus that a user sees."""
        root = self.env.ref("ar_dunning.menu_root")
        menus = self.env["ir.ui.menu"].search([("id", "child_of", root.id)])
        visible = menus.with_user(user)._visible_menu_ids()
        return [
            menu.action
            for menu in menus
            if menu.id in visible
            and menu.action
            # Addons may bring pages of their own, which are no lists or forms.
            and menu.action._name == "ir.actions.act_window"
        ]

    def context_of(self, action, user):
        return safe_eval(action.context or "{}", {"uid": user.id, "active_id": 1})

    def views_of(self, action, user):
        """Return what the client loads for an action: {kind of view: tree}."""
        kinds = [*action.view_mode.split(","), "search"]
        model = self.env[action.res_model].with_user(user)
        loaded = model.get_views([(False, kind) for kind in kinds])["views"]
        return {kind: etree.fromstring(view["arch"]) for kind, view in loaded.items()}


@tagged("post_install", "-at_install", "ar")
class TestViews(ScreenCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.live_through_march(cls())

    def check_each_screen(self, check):
        """Call `check(user, action)` for every screen that a role can open."""
        for role, user in self.users.items():
            for action in self.menu_actions(user):
                with self.subTest(role=role, screen=action.name):
                    check(user, action)

    def test_every_role_finds_its_menus(self):
        found = {role: self.menu_actions(user) for role, user in self.users.items()}
        self.assertGreater(len(found["collector"]), 15)
        self.assertEqual(found["collector"], found["manager"])

    def test_stranger_sees_no_menu(self):
        stranger = new_test_user(self.env, login="screen_stranger")
        self.assertEqual(self.menu_actions(stranger), [])

    def test_lists_and_boards_can_be_read(self):
        self.check_each_screen(self.read_records)

    def test_graphs_and_pivots_can_be_computed(self):
        self.check_each_screen(self.read_figures)

    def test_forms_can_be_opened(self):
        self.check_each_screen(self.open_form)

    def test_filters_and_groups_work(self):
        self.check_each_screen(self.use_search)

    def test_default_filters_exist(self):
        self.check_each_screen(self.check_defaults)

    def test_empty_screens_say_what_to_do(self):
        self.check_each_screen(self.read_help)

    def read_help(self, _user, action):
        # A dialog is a form to fill in, which is never an empty screen.
        if action.target != "new":
            self.assertIn("o_view_nocontent", action.help or "")

    def read_records(self, user, action):
        model = self.env[action.res_model].with_user(user)
        for kind, tree in self.views_of(action, user).items():
            if kind not in ("list", "kanban"):
                continue
            names = self.field_names(tree)
            model.web_search_read([], {name: {} for name in names}, limit=80)
            if grouping := tree.get("default_group_by"):
                model.with_context(read_group_expand=True).web_read_group(
                    [], [grouping], aggregates=["__count"]
                )

    def read_figures(self, user, action):
        for kind, tree in self.views_of(action, user).items():
            if kind not in ("graph", "pivot"):
                continue
            shown = tree.xpath("//field[not(@invisible)]")
            measures = [one for one in shown if one.get("type") == "measure"]
            self.env[action.res_model].with_user(user).formatted_read_group(
                [],
                [self.grouping(one) for one in shown if one not in measures],
                [*(f"{one.get('name')}:sum" for one in measures), "__count"],
            )

    def open_form(self, user, action):
        record = self.env[action.res_model].with_user(user).search([], limit=1)
        if record:
            Form(record)

    def use_search(self, user, action):
        model = self.env[action.res_model].with_user(user)
        tree = self.views_of(action, user)["search"]
        for node in tree.xpath("//filter"):
            with self.subTest(filter=node.get("name")):
                self.apply_filter(model, node, user)

    def check_defaults(self, user, action):
        tree = self.views_of(action, user)["search"]
        known = set(tree.xpath("//filter/@name|//field/@name"))
        wanted = {
            key.removeprefix("search_default_")
            for key in self.context_of(action, user)
            if key.startswith("search_default_")
        }
        self.assertLessEqual(wanted, known)

    def field_names(self, tree):
        nested = set(tree.xpath("//field//field/@name"))
        return [name for name in tree.xpath("//field/@name") if name not in nested]

    def grouping(self, node):
        interval = node.get("interval")
        return f"{node.get('name')}:{interval}" if interval else node.get("name")

    def apply_filter(self, model, node, user):
        if node.get("domain"):
            condition = safe_eval(node.get("domain"), {"uid": user.id})
            model.search(Domain(condition), limit=1)
        group = safe_eval(node.get("context") or "{}").get("group_by")
        if group:
            model.formatted_read_group([], [group], ["__count"])


@tagged("post_install", "-at_install", "ar")
class TestScreenFacts(ScreenCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.live_through_march(cls())

    def test_explanation_says_what_is_next(self):
        said = {
            move: str(self.claim(move).explanation)
            for move in (self.sent, self.left_out, self.held, self.paid, self.future)
        }
        self.assertIn("already in a run", said[self.sent])
        self.assertIn("neither an e-mail nor a postal address", said[self.left_out])
        self.assertIn(self.reason.name, said[self.held])
        self.assertIn("is settled", said[self.paid])
        self.assertIn("Nothing has to be done until then", said[self.future])

    def test_explanation_of_entry_in_draft(self):
        claim = self.claim(self.future)
        self.future.button_draft()
        self.sync()
        self.assertIn("entry is in draft", claim.explanation)

    def test_obstacle_names_the_first_thing_in_the_way(self):
        self.assertIn(self.reason.name, self.claim(self.held).obstacle)
        self.assertFalse(self.claim(self.future).obstacle)

    def test_amount_paid_is_what_was_matched(self):
        self.pay(self.held, 15, "2026-03-31")
        self.assertRecordValues(
            self.claim(self.held) | self.claim(self.paid),
            [
                {"amount_paid": 15.0, "amount_residual": 30.0},
                {"amount_paid": 80.0, "amount_residual": 0.0},
            ],
        )

    def test_claims_are_grouped_and_found_by_phase(self):
        claims = self.env["ar.claim"].with_user(self.users["collector"])
        groups = dict(claims._read_group([], ["phase"], ["id:recordset"]))
        self.assertEqual(groups["amicable"].move_id, (self.sent | self.printed))
        self.assertIn(self.future, groups["none"].move_id)
        for phase, members in groups.items():
            self.assertEqual(claims.search([("phase", "=", phase)]), members)
            self.assertEqual(set(members.mapped("phase")), {phase})

    def test_board_has_every_phase_in_order(self):
        groups = (
            self.env["ar.claim"]
            .with_context(read_group_expand=True)
            .web_read_group([], ["phase"], aggregates=["__count"])["groups"]
        )
        self.assertEqual(
            [group["phase"] for group in groups],
            ["none", "proactive", "amicable", "collection", "legal"],
        )

    def test_exclusion_says_why_and_what_would_help(self):
        held = self.claim(self.held).exclusion_ids[:1]
        self.assertIn(self.reason.name, held.sentence)
        self.assertTrue(held.remedy)

    def test_exclusion_without_words_is_said_by_its_label(self):
        exclusion = self.claim(self.held).exclusion_ids[:1]
        exclusion.sudo().code = "changed"
        self.assertEqual(exclusion.sentence, "Changed since the proposal")

    def test_level_says_when_in_words(self):
        self.assertEqual(
            self.version.level_ids.sorted("sequence").mapped("timing"),
            [
                "3 days before the due date",
                "10 days after the due date",
                "28 days after the due date, at least 14 days after the previous level",
                "60 days after the due date",
            ],
        )

    def test_procedure_shows_the_levels_in_force(self):
        self.procedure._new_version()
        self.assertEqual(self.procedure.active_level_ids, self.version.level_ids)

    def test_run_overview_counts_what_leaves_and_what_does_not(self):
        run = self.claim(self.sent).line_ids.run_id.sorted("id")[-1]
        levels = run._overview_levels()
        self.assertEqual(sum(row["notices"] for row in levels), run.notice_count)
        self.assertEqual(sum(row["waiting"] for row in levels), run.waiting_count)
        reasons = {row["name"]: row["claims"] for row in run._overview_reasons()}
        self.assertEqual(reasons["On hold"], 1)
        self.assertIn("Notice Of Default", str(run.overview))

    def test_handover_preview_says_that_nothing_is_sent(self):
        procedure = self.create_procedure(
            [
                {
                    "level_key": "handover",
                    "offset_days": 5,
                    "kind": "handover",
                    "mode": "approval",
                }
            ],
            code="handover_only",
        )
        self.claim(self.future)._assign_by_hand(procedure)
        self.propose("2099-02-01")
        notice = self.claim(self.future).line_ids.notice_id
        self.assertIn("Nothing is sent", notice.preview)

    def test_work_item_opens_its_subject(self):
        item = self.env["ar.work.item"].search([("kind", "=", "no_channel")], limit=1)
        action = item.with_user(self.users["collector"]).action_open_subject()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("ar.debtor", item.debtor_id.id)
        )

    def test_debtor_form_lists_open_claims_only(self):
        debtor = self.claim(self.sent).debtor_id
        self.assertEqual(
            debtor.open_claim_ids.move_id, self.sent | self.held | self.future
        )

    def test_claim_lists_holds_of_its_debtor(self):
        claim = self.claim(self.sent)
        hold = self.env["ar.hold"].create(
            {"debtor_id": claim.debtor_id.id, "reason_id": self.reason.id}
        )
        claim.invalidate_recordset()
        self.assertEqual(claim.all_hold_ids, hold)


@tagged("post_install", "-at_install", "ar")
class TestPrintBatchDownload(ScreenCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        self = cls()
        printed = self.invoice(
            60, "2026-03-01", self.create_partner("Nel Claes", street="Markt 1")
        )
        self.propose("2026-03-12")
        self.dispatch("2026-03-12")
        self.env["ar.print.batch"].sudo()._print_company(
            self.company, printed.invoice_date
        )
        cls.batch = self.env["ar.print.batch"].search(
            [("company_id", "=", self.company.id)]
        )

    def download(self, user, batch_id):
        self.authenticate(user.login, user.login)
        return self.url_open(f"/ar_dunning/print_batch/{batch_id}")

    def test_letters_come_as_one_pdf(self):
        answer = self.download(self.users["collector"], self.batch.id)
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")
        self.assertTrue(answer.content.startswith(b"%PDF"))
        self.assertIn("attachment", answer.headers["Content-Disposition"])

    def test_letters_made_after_the_download_get_a_batch_of_their_own(self):
        on = self.batch.date
        batches = self.env["ar.print.batch"].sudo()
        again = batches._open_batch(self.company, self.env["res.groups"], on)
        self.assertEqual(again, self.batch)
        self.download(self.users["collector"], self.batch.id)
        later = batches._open_batch(self.company, self.env["res.groups"], on)
        self.assertNotEqual(later, self.batch)

    def test_batches_that_were_open_side_by_side_are_joined(self):
        letters = self.batch.sudo().delivery_ids
        self.env.cr.execute("DROP INDEX ar_print_batch_one_open")
        twin = self.batch.sudo().copy()
        batches = self.env["ar.print.batch"]
        self.env.flush_all()
        batches.init()
        self.env.invalidate_all()
        self.assertFalse(self.batch.exists())
        self.assertEqual(twin.delivery_ids, letters)
        batches.init()
        self.assertTrue(twin.exists())

    def test_reading_the_letters_as_auditor_changes_nothing(self):
        self.download(self.users["auditor"], self.batch.id)
        self.assertFalse(self.batch.downloaded_on)

    def test_letters_are_not_posted_before_they_are_on_paper(self):
        batch = self.batch.with_user(self.users["collector"])
        with freeze_time("2026-03-20"):
            batch.posted_on = "2026-03-20"
            with self.assertRaisesRegex(UserError, "Print the letters first"):
                batch.action_confirm_posted()
            self.assertEqual(batch.state, "open")
            self.download(self.users["collector"], batch.id)
            batch.invalidate_recordset()
            batch.action_confirm_posted()
        self.assertEqual(batch.state, "posted")

    def test_letters_are_not_posted_before_or_after_their_time(self):
        batch = self.batch.with_user(self.users["collector"])
        with freeze_time("2026-03-20"):
            batch._note_download()
            for day in ("2026-01-01", "2026-03-21"):
                batch.posted_on = day
                with self.subTest(day=day), self.assertRaises(UserError):
                    batch.action_confirm_posted()
            batch.posted_on = "2026-03-20"
            batch.action_confirm_posted()
        self.assertEqual(batch.state, "posted")

    def test_unknown_batch_is_not_found(self):
        answer = self.download(self.users["collector"], self.batch.id + 1000)
        self.assertEqual(answer.status_code, 404)

    def test_user_without_role_does_not_learn_that_it_exists(self):
        stranger = new_test_user(self.env, login="screen_stranger")
        self.assertEqual(self.download(stranger, self.batch.id).status_code, 404)

    def test_batch_of_another_company_is_not_found(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        foreigner = new_test_user(
            self.env,
            login="screen_foreigner",
            groups="base.group_user,ar_dunning.group_collector",
            company_id=elsewhere.id,
            company_ids=[(6, 0, elsewhere.ids)],
        )
        self.assertEqual(self.download(foreigner, self.batch.id).status_code, 404)

    def test_visitor_has_to_log_in(self):
        answer = self.url_open(f"/ar_dunning/print_batch/{self.batch.id}")
        self.assertIn("/web/login", answer.url)
