from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

# What the municipality is told of the tenant, beside the arrears.
_PASSED_ON = ("name", "street", "street2", "zip", "city", "phone", "email")
# What a landlord has to do before he tells the municipality, and before he summons.
STEPS = ("contacted_on", "pointed_on", "reminded_on", "offered_on")


class EarlyWarning(models.Model):
    """What was done to help a tenant in arrears early: four steps, each with its day.

    Netherlands: Municipal Debt Assistance Act, art. 3(1)b; decree, art. 2. A court
    looks at it before it ends a lease.
    """

    _name = "ar.early.warning"
    _description = "Early warning"
    _inherit = ["mail.thread"]
    _order = "id desc"
    _rec_name = "debtor_id"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    access_group_id = fields.Many2one(
        "res.groups",
        compute="_compute_access_group_id",
        store=True,
        ondelete="restrict",
    )
    debtor_id = fields.Many2one(
        "ar.debtor", string="Tenant", required=True, ondelete="restrict", index=True
    )
    partner_id = fields.Many2one(related="debtor_id.partner_id")
    claim_id = fields.Many2one(
        "ar.claim",
        string="Only for",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('debtor_id', '=', debtor_id), ('state', '=', 'open'), "
        "('principal_claim_id', '=', False)]",
        help="Empty: for all rent that this tenant owes now.",
    )
    contacted_on = fields.Date(
        string="Personal contact",
        tracking=True,
        help="Effort to speak with the tenant about the arrears: by phone or at the "
        "door.",
    )
    pointed_on = fields.Date(
        string="Pointed to help",
        tracking=True,
        help="The tenant was told where to find help with debts.",
    )
    reminded_on = fields.Date(
        string="Written reminder",
        tracking=True,
        help="At least one reminder in writing.",
    )
    offered_on = fields.Date(
        string="Offered to pass on",
        tracking=True,
        help="In that reminder you offered to give the tenant's contact data to the "
        "municipality, with his written consent.",
    )
    note = fields.Text(string="Evidence", help="Where the proof is: letters, calls.")
    objection = fields.Boolean(
        string="Tenant objects",
        tracking=True,
        help="The tenant does not want his data passed on: they stay here.",
    )
    reported_on = fields.Date(
        string="Reported on",
        tracking=True,
        help="Day on which the municipality was told.",
    )
    complete = fields.Boolean(
        compute="_compute_complete", store=True, help="All four steps have their day."
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount_arrears = fields.Monetary(
        string="Arrears",
        compute="_compute_amount_arrears",
        help="What is past its due date, in company currency.",
    )

    @api.depends("claim_id.access_group_id", "debtor_id")
    def _compute_access_group_id(self):
        for warning in self:
            # Who has nothing but restricted claims is restricted as well.
            debtor_sudo = warning.debtor_id.sudo()
            restricted = debtor_sudo.restricted and not warning.claim_id
            claims_sudo = debtor_sudo.guard_claim_ids if restricted else None
            warning.access_group_id = (
                claims_sudo.access_group_id[:1]
                if claims_sudo
                else warning.claim_id.access_group_id
            )

    @api.depends(*STEPS)
    def _compute_complete(self):
        for warning in self:
            warning.complete = all(warning[step] for step in STEPS)

    @api.depends_context("uid")
    @api.depends("debtor_id", "claim_id", "company_id")
    def _compute_amount_arrears(self):
        for warning in self:
            claims = self.env["ar.claim"].search(warning._arrears_domain())
            warning.amount_arrears = sum(claims.mapped("amount_residual_company"))

    def _arrears_domain(self):
        self.ensure_one()
        domain = (
            Domain("debtor_id", "=", self.debtor_id.id)
            & Domain("company_id", "=", self.company_id.id)
            & Domain("state", "=", "open")
            & Domain("principal_claim_id", "=", False)
            & Domain("date_due", "<", fields.Date.context_today(self))
        )
        return domain & Domain("id", "=", self.claim_id.id) if self.claim_id else domain

    @api.constrains("claim_id", "debtor_id", "company_id")
    def _check_claim(self):
        for warning in self:
            claim = warning.claim_id
            if claim and (claim.debtor_id, claim.company_id) != (
                warning.debtor_id,
                warning.company_id,
            ):
                raise ValidationError(
                    self.env._(
                        "%s is owed by somebody else, or to another company: choose a "
                        "claim of this tenant.",
                        claim.display_name,
                    )
                )

    @api.constrains(*STEPS)
    def _check_days(self):
        for warning in self:
            today = warning.company_id._ar_today()
            if any(warning[step] and warning[step] > today for step in STEPS):
                raise ValidationError(
                    self.env._("What was done lies in the past: correct the day.")
                )

    @api.model
    def _missing_of(self, claim):
        """Return the names of the steps that were not taken for a claim of rent.

        Steps count since the arrears began: not those of an earlier time, for rent that
        has been paid since.
        """
        found = self.search(
            [
                ("debtor_id", "=", claim.debtor_id.id),
                ("company_id", "=", claim.company_id.id),
                ("claim_id", "in", (False, claim.id)),
            ]
        )
        words = self.fields_get(STEPS, ["string"])
        names = {name: words[name]["string"] for name in STEPS}
        since = min(self._owing_with(claim).mapped("date_due"))
        ways = [
            [names[step] for step in STEPS if not one[step] or one[step] <= since]
            for one in found
        ]
        return min(ways, key=len, default=list(names.values()))

    @api.model
    def _owing_with(self, claim):
        """Return the open claims of the same tenant, and this one."""
        return claim | claim.search(
            [
                ("debtor_id", "=", claim.debtor_id.id),
                ("company_id", "=", claim.company_id.id),
                ("state", "=", "open"),
                ("principal_claim_id", "=", False),
            ]
        )

    def action_export(self):
        """Give the file for the municipality: name, address, phone, e-mail, arrears."""
        self.check_access("read")
        self._reportable()
        ids = ",".join(map(str, self.ids))
        return {
            "type": "ir.actions.act_url",
            "url": f"/ar_legal/early-warnings.csv?ids={ids}",
            "target": "self",
        }

    def action_reported(self):
        """Note that the municipality was told today."""
        for warning in self._reportable():
            warning.reported_on = warning.reported_on or warning.company_id._ar_today()

    def _reportable(self):
        """Return these warnings; raise when one may not be passed on."""
        for warning in self:
            if warning.objection:
                raise UserError(
                    self.env._(
                        "%s objects: these data are not passed on.",
                        warning.debtor_id.display_name,
                    )
                )
            if not warning.complete:
                raise UserError(
                    self.env._(
                        "%s: not all four steps have been taken yet.",
                        warning.debtor_id.display_name,
                    )
                )
        return self

    def _rows(self):
        """Return what is passed on: no number of the person, nothing beside it."""
        return [
            [
                *(warning.partner_id[name] or None for name in _PASSED_ON),
                Decimal(f"{warning.amount_arrears:.2f}"),
                warning.currency_id.name,
            ]
            for warning in self._reportable()
        ]
