from odoo import api, fields, models
from odoo.exceptions import UserError

NEXT_STEPS = [
    ("again", "Send again after some days"),
    ("hold", "Hold until a day"),
    ("mend", "Mend the procedure first"),
]


class DunningUndo(models.Model):
    """The record of one undoing: who took back what, why, and what comes next."""

    _name = "ar.dunning.undo"
    _description = "Undoing"
    _order = "id desc"
    _rec_name = "reason"

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    access_group_id = fields.Many2one("res.groups", ondelete="restrict", readonly=True)
    run_id = fields.Many2one(
        "ar.dunning.run",
        ondelete="restrict",
        readonly=True,
        help="Empty when notices of several runs were undone together.",
    )
    user_id = fields.Many2one("res.users", string="Undone by", readonly=True)
    date = fields.Date(required=True, readonly=True)
    reason = fields.Text(required=True, readonly=True)
    next_step = fields.Selection(
        NEXT_STEPS, string="What next", required=True, readonly=True
    )
    date_to = fields.Date(
        string="On hold until",
        readonly=True,
        help="Last day of the hold; empty: until somebody lets them go on.",
    )
    notice_count = fields.Integer(string="Notices", readonly=True)
    claim_count = fields.Integer(string="Claims", readonly=True)
    not_left_count = fields.Integer(string="Had not left", readonly=True)
    refused_count = fields.Integer(string="Could not be undone", readonly=True)
    correction_count = fields.Integer(string="Corrections", readonly=True)
    hold_ids = fields.One2many("ar.hold", "undo_id", readonly=True)
    notice_ids = fields.Many2many(
        "ar.dunning.notice",
        "ar_dunning_undo_notice_rel",
        "undo_id",
        "notice_id",
        readonly=True,
    )
    held_count = fields.Integer(compute="_compute_held_count", string="Still on hold")

    @api.depends_context("uid")
    def _compute_held_count(self):
        counts = dict(
            self.env["ar.hold"]._read_group(
                [("undo_id", "in", self.ids), ("in_force", "=", True)],
                ["undo_id"],
                ["__count"],
            )
        )
        for undo in self:
            undo.held_count = counts.get(undo, 0)

    def action_go_on(self):
        """Lift the holds of this undoing: its claims are followed up again."""
        self.check_access("read")
        if not self.env.user.has_group("ar_dunning.group_collector"):
            raise UserError(self.env._("Only collectors may let claims go on."))
        for undo in self:
            undo.hold_ids.filtered("in_force").action_lift()
        self.env["ar.work.item"]._settle_items([f"undone/{undo.id}" for undo in self])

    def action_open_notices(self):
        return self._action_open("ar_dunning.ar_dunning_notice_action", "undo_ids")

    def action_open_holds(self):
        return self._action_open("ar_dunning.ar_hold_action", "undo_id")

    def _action_open(self, xmlid, field):
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        action["domain"] = [(field, "in", self.ids)]
        action["context"] = {}
        return action
