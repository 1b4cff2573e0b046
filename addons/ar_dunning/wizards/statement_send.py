from odoo import api, fields, models
from odoo.exceptions import UserError


class StatementSend(models.TransientModel):
    """Send or download the statement of account of one debtor."""

    _name = "ar.statement.send"
    _description = "Statement of account"

    debtor_id = fields.Many2one("ar.debtor", required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    channel = fields.Selection(
        [
            ("none", "Download"),
            ("email", "By e-mail"),
            ("letter", "By letter"),
        ],
        required=True,
        default="none",
    )

    @api.model
    def default_get(self, fields_list):
        """Find the debtor of the record from which the window is opened."""
        values = super().default_get(fields_list)
        record = self.env[self.env.context.get("active_model") or "ar.debtor"].browse(
            self.env.context.get("active_id", [])
        )
        if record._name == "ar.debtor":
            debtor = record
        else:
            partner = record if record._name == "res.partner" else record.partner_id
            debtor = self.env["ar.debtor"].search(
                [
                    ("partner_id", "=", partner.commercial_partner_id.id),
                    ("root_company_id", "=", self.env.company.root_id.id),
                ],
                limit=1,
            )
        if not debtor:
            raise UserError(self.env._("Nothing is open here: there is no claim."))
        return {**values, "debtor_id": debtor.id}

    def action_apply(self):
        self.ensure_one()
        if self.channel == "none":
            return {
                "type": "ir.actions.act_url",
                "url": f"/ar_dunning/statement/{self.debtor_id.id}/"
                f"{self.company_id.id}",
                "target": "new",
            }
        statements = self.debtor_id._send_statement(self.company_id, self.channel)
        title = self.env._("Statement of account")
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "ar.dunning.notice",
            "domain": [("id", "in", statements.ids)],
            "views": [(False, "form")] if len(statements) == 1 else [(False, "list")],
            "res_id": statements.id if len(statements) == 1 else False,
        }
