from odoo import api, fields, models


class CreditDecision(models.TransientModel):
    """Accept or change what the figures propose: credit limit and order stop."""

    _name = "ar.credit.decision"
    _description = "Credit and orders"

    debtor_id = fields.Many2one("ar.debtor", required=True, readonly=True)
    currency_id = fields.Many2one(related="debtor_id.currency_id")
    risk_class = fields.Selection(related="debtor_id.risk_class")
    risk_score = fields.Integer(related="debtor_id.risk_score")
    amount_open = fields.Monetary(related="debtor_id.amount_open")
    oldest_due_date = fields.Date(related="debtor_id.oldest_due_date")
    proposal = fields.Char(compute="_compute_proposal", compute_sudo=False, store=True)
    use_limit = fields.Boolean(
        string="Credit limit",
        compute="_compute_proposal",
        compute_sudo=False,
        store=True,
        readonly=False,
    )
    limit = fields.Monetary(
        compute="_compute_proposal",
        compute_sudo=False,
        store=True,
        readonly=False,
    )
    stop = fields.Boolean(
        string="Take no more orders",
        compute="_compute_proposal",
        compute_sudo=False,
        store=True,
        readonly=False,
    )
    note = fields.Char(
        string="Reason",
        compute="_compute_proposal",
        compute_sudo=False,
        store=True,
        readonly=False,
        help="Sales people see it.",
    )

    @api.depends("debtor_id")
    def _compute_proposal(self):
        for wizard in self:
            proposal = wizard.debtor_id._propose_credit()
            known = proposal.limit is not None
            wizard.use_limit = known
            wizard.limit = float(proposal.limit) if known else 0.0
            wizard.stop = proposal.stop or bool(wizard.debtor_id.order_stop_on)
            wizard.note = wizard.debtor_id.order_stop_note or (
                self.env._("Open invoices are overdue.") if proposal.stop else False
            )
            wizard.proposal = " ".join(wizard._say(code) for code in proposal.reasons)

    def _say(self, code):
        if code == "score":
            return self.env._(
                "The risk score of %(score)s is at or above the limit of %(limit)s.",
                score=self.risk_score,
                limit=self.debtor_id.root_company_id.ar_stop_score,
            )
        return self.env._(
            "The oldest claim is overdue for %(days)s days or more.",
            days=self.debtor_id.root_company_id.ar_stop_days,
        )

    def action_decide(self):
        self.ensure_one()
        limit = self.limit if self.use_limit else None
        self.debtor_id._decide_credit(limit, self.stop, self.note)
        return {"type": "ir.actions.act_window_close"}
