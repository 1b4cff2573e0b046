from odoo import fields, models


class LawCheck(models.TransientModel):
    """What a procedure has against the law, shown when somebody asks."""

    _name = "ar.law.check"
    _description = "Check of a procedure against the law"

    procedure_id = fields.Many2one("ar.dunning.procedure", required=True, readonly=True)
    version_id = fields.Many2one("ar.dunning.procedure.version", readonly=True)
    law_findings = fields.Html(related="version_id.law_findings")

    def _action_open(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Check against the law"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }
