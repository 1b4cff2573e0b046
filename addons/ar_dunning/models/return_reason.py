from odoo import api, fields, models
from odoo.fields import Domain


class ReturnReason(models.Model):
    """Why a payment came back (ISO 20022 code), and what follows from it.

    A row without a company holds for all; a row with one replaces it there.
    """

    _name = "ar.return.reason"
    _inherit = ["ar.config.tracked"]
    _description = "Return reason"
    _order = "code, company_id"
    _rec_names_search = ["code", "name"]

    code = fields.Char(
        required=True, help="ISO 20022 code that banks give, e.g. AM04 or MD01."
    )
    name = fields.Char(required=True, translate=True)
    company_id = fields.Many2one(
        "res.company",
        help="Empty: holds for all companies. With a company, this row replaces there "
        "the one that holds for all.",
    )
    action = fields.Selection(
        [
            ("retry", "Collect again"),
            ("block", "Block direct debit"),
            ("reminder", "Straight to the next reminder"),
            ("contact", "Contact the debtor"),
            ("deceased", "Debtor deceased"),
        ],
        required=True,
        default="contact",
        help="Collect again: reminders wait, the work comes back after the days below; "
        "where direct debit of the debtor is blocked nothing waits, and a person asks "
        "the debtor to pay in another way. Block direct debit: the debtor must not be "
        "collected from any more. Straight to the next reminder: it may leave today, "
        "ahead of its day but never before the waiting period of the last one has "
        "passed. Debtor deceased: everything stops and somebody looks for the heirs or "
        "the administrator.",
    )
    days = fields.Integer(
        string="Days until then",
        default=10,
        help="After how many days the amount is collected again; reminders wait so "
        "long.",
    )
    blocks_debit = fields.Boolean(
        string="Also blocks direct debit",
        help="Whatever else follows, the debtor must not be collected from any more: "
        "whoever prepares a collection leaves him out.",
    )
    active = fields.Boolean(default=True)

    _code_unique = models.UniqueIndex(
        "(code, COALESCE(company_id, 0))",
        "This company already has a row for this code.",
    )
    _days_positive = models.Constraint(
        "CHECK (days >= 0)", "The days until then cannot be negative."
    )

    @api.depends("code", "name")
    def _compute_display_name(self):
        for reason in self:
            reason.display_name = f"{reason.code or ''} {reason.name or ''}".strip()

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._normalise(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._normalise(vals))

    @api.model
    def _normalise(self, vals):
        """Codes are compared in capitals without spaces, as banks write them."""
        if not vals.get("code"):
            return vals
        return {**vals, "code": vals["code"].strip().upper()}

    @api.model
    def _of_codes(self, company, codes):
        """Return {code: reason} for a company; the row nearest to it wins."""
        found = self.search(
            Domain("code", "in", list(codes))
            & Domain("company_id", "in", (False, *company.parent_ids.ids))
        )
        return {
            reason.code: reason
            for reason in found.sorted(lambda reason: len(reason.company_id.parent_ids))
        }
