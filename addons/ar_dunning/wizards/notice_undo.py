from collections import Counter
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.notice_undo import UndoDecision
from ..models.undo import NEXT_STEPS

EXAMPLES = 12
HOLD_DAYS = 7


class NoticeUndo(models.TransientModel):
    """Undo a run or single notices: shows what happens, asks what comes next."""

    _name = "ar.notice.undo"
    _description = "Undo"

    run_ids = fields.Many2many("ar.dunning.run", string="Runs")
    notice_ids = fields.Many2many("ar.dunning.notice", string="Notices")
    next_step = fields.Selection(
        NEXT_STEPS, string="What next", required=True, default="hold"
    )
    days = fields.Integer(
        string="After days",
        default=3,
        help="1: the run of tomorrow proposes them again.",
    )
    date_to = fields.Date(
        string="On hold until",
        default=lambda self: self.env.company._ar_today() + timedelta(days=HOLD_DAYS),
        help="Last day on which nothing follows; a week from today unless you choose "
        "another.",
    )
    reason = fields.Text(required=True)
    correct = fields.Boolean(
        string="Tell the debtors",
        help="Those whom something reached get a message that takes it back, by the "
        "same channel, at the same address.",
    )
    cancel_count = fields.Integer(compute="_compute_plan", string="Not dispatched yet")
    not_left_count = fields.Integer(
        compute="_compute_plan", string="Dispatched, not sent yet"
    )
    left_count = fields.Integer(compute="_compute_plan", string="Sent")
    printed_count = fields.Integer(compute="_compute_plan", string="Printed letters")
    person_count = fields.Integer(compute="_compute_plan", string="Said by a person")
    refused_count = fields.Integer(compute="_compute_plan", string="Cannot be undone")
    refusals = fields.Html(compute="_compute_plan")

    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        names = {"ar.dunning.run": "run_ids", "ar.dunning.notice": "notice_ids"}
        name = names.get(self.env.context.get("active_model"))
        if name:
            values[name] = [fields.Command.set(self.env.context.get("active_ids", []))]
        return values

    def _notices(self):
        """Return the notices that are to be undone, as the user may see them."""
        self.ensure_one()
        notices = self.env["ar.dunning.notice"]
        if self.run_ids:
            notices = notices.search(
                [
                    ("run_id", "in", self.run_ids.ids),
                    ("state", "in", ("proposed", "approved", "dispatched")),
                ]
            )
        return notices | self.notice_ids

    @api.depends("run_ids", "notice_ids")
    def _compute_plan(self):
        for wizard in self:
            notices = wizard._notices()
            plan = notices._plan_undo()
            done = [row for row in plan if not row["obstacle"]]
            refused = [row for row in plan if row["obstacle"]]
            wizard.cancel_count = len(
                notices.filtered(lambda one: one.state in ("proposed", "approved"))
            )
            wizard.not_left_count = _notice_count(done, lambda row: not row["left"])
            wizard.left_count = _notice_count(done, lambda row: row["left"])
            wizard.printed_count = _notice_count(done, lambda row: row["printed"])
            wizard.person_count = _notice_count(
                done, lambda row: row["left"] and row["by_person"]
            )
            wizard.refused_count = _notice_count(refused)
            wizard.refusals = wizard._render_refusals(refused)

    def _render_refusals(self, refused):
        """Say per reason how many claims it concerns, and of whom, in examples."""
        claims = self.env["ar.claim"]
        reasons = []
        for code, count in Counter(row["obstacle"] for row in refused).most_common():
            examples = [row["claim_id"] for row in refused if row["obstacle"] == code]
            reasons.append(
                {
                    "words": self.env["ar.dunning.notice"]._undo_obstacle_words(code),
                    "count": count,
                    "examples": claims.browse(examples[:EXAMPLES]),
                    "more": max(0, count - EXAMPLES),
                }
            )
        return self.env["ir.qweb"]._render(
            "ar_dunning.undo_refusals", {"reasons": reasons}
        )

    def _decision(self, on):
        """Return the decision of this window.

        :param on: today, from which the days count
        """
        if self.next_step == "again":
            if self.days < 1:
                raise UserError(
                    self.env._("Enter after how many days they go again: 1 or more.")
                )
            until = on + timedelta(days=self.days - 1)
        elif self.next_step == "hold":
            if not self.date_to or self.date_to < on:
                raise UserError(
                    self.env._("Enter until when nothing follows: today or later.")
                )
            until = self.date_to
        else:
            until = None
        return UndoDecision(self.reason, self.next_step, until, self.correct)

    def action_apply(self):
        """Undo, and show the record of it."""
        self.ensure_one()
        notices = self._notices()
        companies = notices.company_id or self.env.company
        undone = notices._undo(self._decision(companies[0]._ar_today()))
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_dunning.ar_dunning_undo_action"
        )
        if len(undone) == 1:
            return {**action, "views": [(False, "form")], "res_id": undone.id}
        return {**action, "domain": [("id", "in", undone.ids)]}


def _notice_count(rows, wanted=lambda row: True):
    return len({row["notice_id"] for row in rows if wanted(row)})
