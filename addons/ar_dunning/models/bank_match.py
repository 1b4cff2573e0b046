from odoo import fields, models


class BankMatch(models.Model):
    """What the matcher decided about a bank statement line."""

    _name = "ar.bank.match"
    _description = "Recognised bank payment"
    _order = "id desc"
    _rec_name = "reference"

    statement_line_id = fields.Many2one(
        "account.bank.statement.line",
        required=True,
        ondelete="cascade",
        readonly=True,
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    access_group_id = fields.Many2one("res.groups", ondelete="restrict", readonly=True)
    state = fields.Selection(
        [
            ("applied", "Applied"),
            ("partial", "Applied in part"),
            ("overpaid", "Overpaid"),
            ("ambiguous", "Ambiguous"),
            ("nothing", "Nothing recognised"),
        ],
        required=True,
        readonly=True,
    )
    rule = fields.Selection(
        [
            ("structured_reference", "Structured reference"),
            ("document_number", "Document number"),
        ],
        readonly=True,
    )
    reference = fields.Char(readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    amount_applied = fields.Monetary(readonly=True)
    amount_left = fields.Monetary(readonly=True)
    line_ids = fields.One2many("ar.bank.match.line", "match_id", readonly=True)

    _once = models.Constraint(
        "UNIQUE (statement_line_id)", "This payment has already been looked at."
    )

    def _match_company(self, company, on):
        """Match new statement lines of a company; return how many were applied."""
        return 0
