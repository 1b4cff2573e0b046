from odoo import api, fields, models
from odoo.exceptions import UserError


class RemindNow(models.TransientModel):
    """Remind one debtor now of what is due, or of the next level ahead of its day."""

    _name = "ar.remind.now"
    _description = "Remind now"

    debtor_id = fields.Many2one("ar.debtor", required=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    early = fields.Boolean(
        string="Also before its day",
        help="The next level may come before its offset from the due date, but never "
        "before its minimum wait.",
    )
    line_ids = fields.One2many(
        "ar.remind.now.line",
        "wizard_id",
        compute="_compute_line_ids",
        # As the reader: nobody is shown claims that are not his to see.
        compute_sudo=False,
        store=True,
        readonly=False,
    )
    ready_count = fields.Integer(compute="_compute_ready_count")

    @api.model
    def default_get(self, fields_list):
        """Find the debtor of the record from which the window is opened."""
        values = super().default_get(fields_list)
        model = self.env.context.get("active_model")
        active = self.env.context.get("active_id")
        claims = self.env["ar.claim"]
        if model == "account.move" and active:
            claims = claims.search([("move_id", "=", active)])
        elif model == "ar.claim" and active:
            claims = claims.browse(active)
        elif model == "res.partner" and active:
            partner = self.env[model].browse(active).commercial_partner_id
            claims = claims.search(
                [
                    ("partner_id", "=", partner.id),
                    ("company_id", "in", self.env.companies.ids),
                    ("state", "=", "open"),
                ],
                limit=1,
            )
        elif model == "ar.debtor" and active:
            values["debtor_id"] = active
            claims = claims.search(
                [
                    ("debtor_id", "=", active),
                    ("state", "=", "open"),
                    ("company_id", "in", self.env.companies.ids),
                ],
                limit=1,
            )
        if claims:
            values["debtor_id"] = claims[0].debtor_id.id
            values["company_id"] = claims[0].company_id.id
        if not values.get("debtor_id"):
            raise UserError(self.env._("Nothing is open here: there is no claim."))
        return values

    @api.depends("debtor_id", "company_id", "early")
    def _compute_line_ids(self):
        """List what the debtor owes: what may leave now, and what stands in the way."""
        for wizard in self:
            chosen = self._chosen_claims()
            claims = self.env["ar.claim"].search(
                [
                    ("debtor_id", "=", wizard.debtor_id.id),
                    ("company_id", "=", wizard.company_id.id),
                    ("state", "=", "open"),
                ]
            )
            explained = claims._explain(early=wizard.early)
            wizard.line_ids = [
                fields.Command.clear(),
                *(
                    fields.Command.create(
                        self._prepare_line(claim, explained[claim.id], chosen)
                    )
                    for claim in claims
                    if claim.id in explained
                ),
            ]

    @api.model
    def _chosen_claims(self):
        """Return the claims of the invoice it is opened from; empty: all of them."""
        model = self.env.context.get("active_model")
        active = self.env.context.get("active_id")
        claims = self.env["ar.claim"]
        if model == "account.move":
            return claims.search([("move_id", "=", active)])
        return claims.browse(active) if model == "ar.claim" else claims

    def _prepare_line(self, claim, facts, chosen):
        handover = facts["level_kind"] == "handover"
        ready = facts["ready"] and not handover
        obstacles = [blocker["sentence"] for blocker in facts["blockers"]]
        if handover:
            obstacles.append(self.env._("A handover is decided in a run."))
        return {
            "claim_id": claim.id,
            "level_id": facts["level_id"],
            "level_date": facts["level_date"],
            "amount": facts["collectable"],
            "ready": ready,
            "selected": ready and (not chosen or claim in chosen),
            "obstacle": " ".join(obstacles),
        }

    @api.depends("line_ids.selected")
    def _compute_ready_count(self):
        for wizard in self:
            wizard.ready_count = len(wizard.line_ids.filtered("selected"))

    def action_remind(self):
        """Make the notice, and let it leave if nobody else has to approve it."""
        self.ensure_one()
        claims = self.line_ids.filtered("selected").claim_id
        if not claims:
            raise UserError(self.env._("Choose at least one claim that may leave."))
        run = claims._remind_now(early=self.early)
        action = {"type": "ir.actions.act_window", "views": [(False, "form")]}
        if len(run.notice_ids) == 1:
            return {
                **action,
                "res_model": "ar.dunning.notice",
                "res_id": run.notice_ids.id,
            }
        return {**action, "res_model": "ar.dunning.run", "res_id": run[:1].id}
