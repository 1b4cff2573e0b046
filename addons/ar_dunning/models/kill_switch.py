from odoo import api, fields, models
from odoo.exceptions import UserError

from .channel import channels


class KillSwitch(models.Model):
    """An emergency stop: nothing leaves until a manager lifts it. Append-only."""

    _name = "ar.kill.switch"
    _inherit = ["ar.config.tracked"]
    _description = "Emergency stop"
    _order = "id desc"
    _rec_name = "reason"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    channel = fields.Selection(channels, help="Empty: all channels.")
    reason = fields.Char(required=True)
    user_id = fields.Many2one(
        "res.users",
        string="Pulled by",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    pulled_on = fields.Datetime(
        string="Pulled on", required=True, readonly=True, default=fields.Datetime.now
    )
    lifted_by_id = fields.Many2one("res.users", string="Lifted by", readonly=True)
    lifted_on = fields.Datetime(string="Lifted on", readonly=True)
    in_force = fields.Boolean(compute="_compute_in_force", search="_search_in_force")

    _one_in_force = models.UniqueIndex(
        "(company_id, COALESCE(channel, '')) WHERE lifted_on IS NULL",
        "This is stopped already.",
    )

    @api.depends("lifted_on")
    def _compute_in_force(self):
        for stop in self:
            stop.in_force = not stop.lifted_on

    def _search_in_force(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("lifted_on", "=" if True in value else "!=", False)]

    @api.model_create_multi
    def create(self, vals_list):
        # Who and when are facts, not choices.
        facts = {
            "user_id": self.env.uid,
            "pulled_on": fields.Datetime.now(),
            "lifted_by_id": False,
            "lifted_on": False,
        }
        return super().create([{**vals, **facts} for vals in vals_list])

    def write(self, vals):
        if not self.env.su:
            raise UserError(
                self.env._("A stop is kept as it was pulled: lift it, or pull another.")
            )
        return super().write(vals)

    def action_lift(self):
        """Let messages leave again: a manager takes the responsibility."""
        self.check_access("read")
        if not self.env.user.has_group("ar_dunning.group_manager"):
            raise UserError(
                self.env._("Only a manager of Receivables may lift an emergency stop.")
            )
        # The log is read-only for people; group and access were checked above.
        self.sudo().filtered("in_force").write(
            {"lifted_by_id": self.env.uid, "lifted_on": fields.Datetime.now()}
        )
        self.env["ar.cycle"]._trigger()
