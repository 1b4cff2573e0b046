from odoo import api, fields, models
from odoo.exceptions import UserError

_OF_THE_CASE = {"company_id", "access_group_id", "currency_id"}


class LegalCost(models.Model):
    """A cost of a legal case; what the debtor owes of it is a decision of its own."""

    _name = "ar.legal.cost"
    _description = "Legal cost"
    _order = "date desc, id desc"
    _rec_name = "kind"

    case_id = fields.Many2one(
        "ar.legal.case", required=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(related="case_id.company_id", store=True)
    access_group_id = fields.Many2one(
        related="case_id.access_group_id", store=True, ondelete="restrict"
    )
    currency_id = fields.Many2one(related="case_id.currency_id", store=True)
    # Read as the user: a form that names a hidden case tells nothing of it.
    debtor_id = fields.Many2one(related="case_id.debtor_id", related_sudo=False)
    # Costs are grouped by office, which takes a field that is read as superuser.
    party_id = fields.Many2one(related="case_id.party_id")
    date = fields.Date(
        compute="_compute_date",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        compute_sudo=False,
    )
    kind = fields.Selection(
        [
            ("registered_letter", "Registered letter"),
            ("bailiff_fee", "Bailiff's fee"),
            ("summons", "Summons"),
            ("court_fee", "Court fee"),
            ("lawyer", "Lawyer"),
            ("other", "Other"),
        ],
        required=True,
    )
    amount = fields.Monetary(required=True)
    paid_by = fields.Selection(
        [("creditor", "Us"), ("party", "The bailiff or lawyer")],
        string="Advanced by",
        required=True,
        default="party",
    )
    charged_to_debtor = fields.Boolean(
        string="Charged to the debtor",
        help="Counts in the total due. Only what the law or a title allows: a Belgian "
        "consumer pays nothing for amicable collection (Book XIX, art. 13).",
    )
    note = fields.Char()

    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "A cost is more than zero: enter the amount."
    )

    @api.depends("case_id")
    def _compute_date(self):
        """Propose today where the company of the case is."""
        for cost in self:
            # The case is read as the user: a hidden one tells nothing, not its zone.
            case = cost.case_id._filtered_access("read")
            today = fields.Date.context_today(cost)
            cost.date = cost.date or (
                case.company_id._ar_today() if case.company_id else today
            )

    @api.model_create_multi
    def create(self, vals_list):
        costs = super().create(vals_list)
        costs._check_open()
        return costs

    def write(self, vals):
        self._check_open()
        # Who may see a cost follows from its case as well.
        if (not self.env.su and _OF_THE_CASE & vals.keys()) or (
            "case_id" in vals
            and any(cost.case_id.id != vals["case_id"] for cost in self)
        ):
            raise UserError(
                self.env._("A cost stays with its case: remove it and enter it anew.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_while_open(self):
        self._check_open()

    def _concerns_party(self):
        """Whether the party may know: what we paid ourselves, for us, stays here."""
        self.ensure_one()
        return self.paid_by == "party" or self.charged_to_debtor

    def _check_open(self):
        # The case itself must be one that the user may see.
        self.case_id.check_access("read")
        closed = self.case_id.filtered(lambda case: case.state == "closed")
        if closed:
            raise UserError(
                self.env._(
                    "%s is closed: reopen it to change its costs.", closed[0].name
                )
            )
