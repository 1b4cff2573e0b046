from datetime import date
from unittest.mock import patch

from odoo.tests import freeze_time, tagged
from odoo.tools import SQL

from odoo.addons.ar_dunning.models.notice_undo import UndoDecision

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestLineFacts(DunningCommon):
    """Every line about a claim keeps the same facts, named in one place."""

    def setUp(self):
        super().setUp()
        lines = type(self.env["ar.dunning.notice.line"])
        known = lines._facts

        def with_one_more(self, row, on):
            return {**known(self, row, on), "history_key": SQL("%s", f"told {on}")}

        self.startPatcher(patch.object(lines, "_facts", with_one_more))

    def assertTold(self, role, on):
        line = self.env["ar.dunning.notice.line"].search(
            [("role", "=", role)], order="id DESC", limit=1
        )
        self.assertEqual(line.history_key, f"told {on}")
        return line

    @freeze_time("2026-01-21 09:00:00")
    def test_one_fact_more_is_kept_claimed_mentioned_and_taken_back(self):
        self.invoice(100, "2026-01-01")
        self.run_day("2026-01-20")
        self.assertTold("claimed", "2026-01-20")
        claim = self.claim(self.invoice(50, "2026-01-05"))
        notice = self.propose("2026-01-21").notice_ids
        self.assertEqual(notice._foreseen_information().history_key, "told 2026-01-21")
        self.dispatch("2026-01-21")
        self.deliver("2026-01-21")
        self.assertTold("information", "2026-01-21")
        self.lines(claim).notice_id._undo(
            UndoDecision("Wrong price", "again", date(2026, 3, 20), correct=True)
        )
        self.assertTold("corrected", "2026-01-21")

    def test_one_fact_more_is_kept_where_one_thanks(self):
        move = self.invoice(100, "2026-03-01")
        self.run_day("2026-03-15")
        self.pay(move, 100, "2026-03-17")
        notices = self.env["ar.dunning.notice"].sudo()
        self.assertEqual(notices._thank_company(self.company, date(2026, 3, 18)), 1)
        thanked = self.assertTold("thanks", "2026-03-18")
        self.assertEqual((thanked.amount_paid, thanked.amount_open), (100, 0))
