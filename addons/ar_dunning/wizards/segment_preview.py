from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.claim_segment import OUTCOMES

_CHANGING = ("assigned", "changed", "proposed", "kept")


class SegmentPreview(models.TransientModel):
    """What the segments of a company would change, as a table with counts."""

    _name = "ar.segment.preview"
    _description = "What would change?"

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    segment_id = fields.Many2one(
        "ar.dunning.segment",
        readonly=True,
        help="Only what this segment takes; empty: all segments of the company.",
    )
    line_ids = fields.One2many("ar.segment.preview.line", "preview_id", readonly=True)
    change_count = fields.Integer(
        compute="_compute_change_count",
        string="Would change",
        help="Claims that get or change their procedure when you apply the segments "
        "now.",
    )
    broken_segment_id = fields.Many2one(
        "ar.dunning.segment",
        readonly=True,
        string="Cannot be read",
        help="The claims that it and all segments of a lower rank would take wait.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        previews = super().create(vals_list)
        for preview in previews:
            preview._count()
        return previews

    @api.depends("line_ids.claim_count", "line_ids.outcome")
    def _compute_change_count(self):
        for preview in self:
            preview.change_count = sum(
                line.claim_count
                for line in preview.line_ids
                if line.outcome in _CHANGING
            )

    @api.depends_context("lang")
    def _compute_display_name(self):
        for preview in self:
            preview.display_name = self.env._("What would change?")

    def _count(self):
        """Write down what the segments would do as of now."""
        ranking = self.env["ar.dunning.segment"].search(
            [("company_id", "=", self.company_id.id)]
        )
        readable, rows = ranking._count_outcomes()
        self.broken_segment_id = (ranking - readable)[:1]
        self.env["ar.segment.preview.line"].create(
            [
                {
                    "preview_id": self.id,
                    "company_id": self.company_id.id,
                    "segment_id": readable[place].id,
                    "procedure_before_id": before,
                    "procedure_after_id": readable[place].procedure_id.id,
                    "outcome": outcome,
                    "claim_count": count,
                    "amount": amount,
                }
                for place, before, outcome, count, amount in rows
                if not self.segment_id or readable[place] == self.segment_id
            ]
        )

    def action_apply(self):
        """Apply the segments to running claims as well."""
        self.ensure_one()
        if not self.env.user.has_group("ar_dunning.group_manager"):
            raise UserError(
                self.env._(
                    "Only a receivables manager may apply segments to running claims."
                )
            )
        count = self.env["ar.dunning.segment"]._apply_to_existing(
            self.company_id, self.segment_id or None
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "%(count)s claims have got another procedure.", count=count
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _action_open(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What would change?"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }


class SegmentPreviewLine(models.TransientModel):
    """One row of the preview: so many claims go from this procedure to that."""

    _name = "ar.segment.preview.line"
    _description = "Row of what would change"

    preview_id = fields.Many2one("ar.segment.preview", ondelete="cascade")
    company_id = fields.Many2one("res.company")
    currency_id = fields.Many2one(related="company_id.currency_id")
    segment_id = fields.Many2one("ar.dunning.segment")
    procedure_before_id = fields.Many2one(
        "ar.dunning.procedure", string="Procedure now"
    )
    procedure_after_id = fields.Many2one(
        "ar.dunning.procedure", string="By the segment"
    )
    outcome = fields.Selection(OUTCOMES, string="What happens")
    claim_count = fields.Integer(string="Claims")
    amount = fields.Monetary(string="Still due")

    def action_open_claims(self):
        """List the claims that this row counts."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_dunning.ar_claim_action"
        )
        action["domain"] = [
            ("matching_segment_id", "=", self.segment_id.id),
            ("segment_outcome", "=", self.outcome),
            ("procedure_id", "=", self.procedure_before_id.id),
        ]
        action["context"] = {}
        return action
