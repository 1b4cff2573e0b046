from odoo import api, fields, models


class WorkItemHealth(models.Model):
    """An error of the health page is somebody's work until it is gone."""

    _inherit = "ar.work.item"

    kind = fields.Selection(
        selection_add=[("health", "Something stands still"), ("unmatched_payment",)],
        ondelete={"health": "cascade"},
    )

    @api.model
    def _list_health(self, company):
        """List the errors of a company, and close the items of those that are gone.

        Only what everybody may know of: members of a group see the others' errors on
        the page itself.
        """
        responsible = company.ar_health_user_id
        reports = self.env["ar.health"].with_context(
            lang=responsible.lang or company.partner_id.lang
        )
        checks = reports._everybodys(company)
        keys = {check: f"health/{company.id}/{check.code}" for check in checks}
        wrong = checks.filtered(lambda check: check.state == "3_error")
        self._settle_items([keys[check] for check in checks - wrong])
        return self._raise_items(
            [
                {
                    "kind": "health",
                    "company_id": company.id,
                    "title": check.sentence,
                    "user_id": responsible.id,
                    "points": 90,
                    "due_on": company._ar_today(),
                    "dedup_key": keys[check],
                }
                for check in wrong
            ]
        )

    def action_open_subject(self):
        """Open the health page for what stands still."""
        self.ensure_one()
        if self.kind == "health":
            return self.env["ir.actions.act_window"]._for_xml_id(
                "ar_dunning.ar_health_action"
            )
        return super().action_open_subject()
