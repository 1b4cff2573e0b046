from odoo import api, fields, models
from odoo.exceptions import UserError


class ConfigChange(models.Model):
    """One changed value of the configuration; written by the system, never changed."""

    _name = "ar.config.change"
    _description = "Change of configuration"
    _order = "id desc"
    _rec_name = "record_name"
    _log_access = True

    model = fields.Char(required=True, readonly=True, index=True)
    model_label = fields.Char(compute="_compute_model_label", string="What")
    res_id = fields.Integer(string="Record number", required=True, readonly=True)
    record_name = fields.Char(string="Record", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True, ondelete="cascade")
    action = fields.Selection(
        [("created", "Created"), ("changed", "Changed"), ("deleted", "Deleted")],
        required=True,
        readonly=True,
    )
    field = fields.Char(string="Technical name", readonly=True)
    field_label = fields.Char(string="Field", readonly=True)
    old_value = fields.Text(string="Before", readonly=True)
    new_value = fields.Text(string="After", readonly=True)
    lang = fields.Char(
        string="Language", readonly=True, help="Of a text that is translated."
    )
    user_id = fields.Many2one("res.users", string="By", required=True, readonly=True)
    create_date = fields.Datetime(string="Moment")

    _of_record = models.Index("(model, res_id, id)")

    @api.depends("model")
    @api.depends_context("lang")
    def _compute_model_label(self):
        # Names of models are no secret.
        known = {
            model.model: model.name
            for model in self.env["ir.model"]
            .sudo()
            .search([("model", "in", list(set(self.mapped("model"))))])
        }
        for change in self:
            change.model_label = known.get(change.model, change.model)

    def write(self, vals):
        if self:
            self._unlink_never()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The log of the configuration cannot be changed."))
