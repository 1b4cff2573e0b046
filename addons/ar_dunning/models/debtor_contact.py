from odoo import api, fields, models
from odoo.exceptions import UserError

from .contact_role import CONTACT_ROLES


class DebtorContact(models.Model):
    """Somebody who gets what is written to a debtor: in his place, or as a copy."""

    _name = "ar.debtor.contact"
    _description = "Contact of a debtor"
    _order = "debtor_id, role, id"
    _rec_name = "partner_id"

    debtor_id = fields.Many2one(
        "ar.debtor", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="debtor_id.root_company_id", store=True, string="Company"
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        required=True,
        ondelete="restrict",
        index=True,
        help="His own e-mail and postal address are used.",
    )
    role = fields.Selection(
        [role for role in CONTACT_ROLES if role[0] != "debtor"],
        required=True,
        help="A guardian or administrator gets the notices in the debtor's place, else "
        "the accounts payable contact does. Co-debtors and copies get what a level "
        "sends them besides.",
    )
    claim_type_id = fields.Many2one(
        "ar.claim.type",
        string="Claim type",
        ondelete="restrict",
        help="Only for claims of this type; empty: for all.",
    )
    access_group_id = fields.Many2one(
        related="claim_type_id.access_group_id", store=True, string="Visible to"
    )
    valid_from = fields.Date(string="From", help="First day; empty: since always.")
    valid_to = fields.Date(string="Until", help="Last day; empty: without end.")
    note = fields.Char(help="E.g. the decision that names the guardian.")
    email = fields.Char(related="partner_id.email")
    phone = fields.Char(related="partner_id.phone")

    _period = models.Constraint(
        "CHECK (valid_to >= valid_from)", "A contact cannot end before he begins."
    )
    _once = models.UniqueIndex(
        "(debtor_id, partner_id, role, COALESCE(claim_type_id, 0), "
        "COALESCE(valid_from, '-infinity'::date))",
        "This person already has this role for the debtor.",
    )

    @api.depends("partner_id", "role")
    @api.depends_context("lang")
    def _compute_display_name(self):
        roles = dict(self._fields["role"]._description_selection(self.env))
        for contact in self:
            name = contact.partner_id.name or ""
            contact.display_name = f"{name} ({roles.get(contact.role, '')})"

    def write(self, vals):
        if "debtor_id" in vals and not self.env.su:
            raise UserError(
                self.env._("A contact stays with its debtor: enter a new one instead.")
            )
        return super().write(vals)
