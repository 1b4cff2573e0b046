from odoo import api, fields, models


class Debtor(models.Model):
    _inherit = "ar.debtor"

    legal_case_count = fields.Integer(
        compute="_compute_legal_case_count", string="Legal cases"
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_legal_case_count(self):
        counts = dict(
            self.env["ar.legal.case"]._read_group(
                [("debtor_id", "in", self.ids)], ["debtor_id"], ["__count"]
            )
        )
        for debtor in self:
            debtor.legal_case_count = counts.get(debtor, 0)

    def _timeline_sources(self):
        return [*super()._timeline_sources(), self._timeline_legal]

    def _timeline_legal(self):
        """Tell what happened in the legal cases of the debtor."""
        events = self.env["ar.legal.event"].search(
            [("case_id.debtor_id", "=", self.id)], limit=60
        )
        return [
            self._timeline_entry(
                "legal",
                "fa-gavel",
                event,
                event.on_date,
                f"{event.case_id.name}: {title}",
                text=text,
                who=event.user_id.name or "",
            )
            for event in events
            for title, text in [event._words()]
        ]

    def action_open_legal_cases(self):
        return self._action_open("ar_legal.ar_legal_case_action")
