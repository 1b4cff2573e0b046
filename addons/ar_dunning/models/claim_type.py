from odoo import api, fields, models, tools
from odoo.exceptions import UserError


class ClaimType(models.Model):
    """Kind of debt: decides which law applies and who may see the claim."""

    _name = "ar.claim.type"
    _inherit = ["ar.config.tracked"]
    _description = "Claim type"
    _order = "sequence, id"
    _check_company_auto = True
    _check_company_domain = models.check_company_domain_parent_of

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True,
        help="Short identifier for imports and reports, e.g. municipal_tax.",
    )
    nature = fields.Selection(
        [
            ("private_contract", "Private contract"),
            ("rent", "Rent"),
            ("municipal_tax", "Municipal tax"),
            ("municipal_retribution", "Municipal retribution"),
            ("administrative_fine", "Administrative fine"),
            ("social_claim", "Social claim"),
            ("damages", "Damages"),
            ("other", "Other"),
        ],
        required=True,
        default="private_contract",
        help="Nature of the debt in law. Costs, interest and waiting periods "
        "follow from it.",
    )
    company_id = fields.Many2one(
        "res.company", help="Leave empty to share this type among all companies."
    )
    access_group_id = fields.Many2one(
        "res.groups",
        string="Visible to",
        ondelete="restrict",
        help="When set, only members of this group see claims of this type, their "
        "invoices, notices and work items. Others do not even see that they exist.",
    )
    sensitive = fields.Boolean(
        help="Messages get a neutral subject that does not reveal the debt.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _code_unique = models.UniqueIndex(
        "(code, COALESCE(company_id, 0))",
        "Another claim type of this company already has this code.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        kinds = super().create(vals_list)
        if kinds.access_group_id:
            kinds._hide()
        return kinds

    def write(self, vals):
        """Refuse to move a type that is in use to another access group.

        Claims, notices and invoices carry a copy of the group; a type in use keeps
        it, so that a notice that has left is never shown to somebody else.
        """
        if "access_group_id" in vals:
            moving = self.filtered(
                lambda kind: kind.access_group_id.id != vals["access_group_id"]
            )
            # Existence only, and over all groups: a hidden claim blocks as well.
            claims_sudo = self.env["ar.claim"].sudo()
            if moving and claims_sudo.search_count(
                [("claim_type_id", "in", moving.ids)], limit=1
            ):
                raise UserError(
                    self.env._(
                        "Claims of this type exist, so who may see it cannot change. "
                        "Create a new claim type with the other group and use it for "
                        "new invoices."
                    )
                )
        result = super().write(vals)
        if "access_group_id" in vals:
            self._hide()
            self.env["account.journal"].search(
                [("ar_claim_type_id", "in", self.ids)]
            )._relabel_moves()
        return result

    def _hide(self):
        """Who may see claims of these types has changed: nothing may tell of them."""
        self.env.registry.clear_cache()
        # Conditions of all companies: none may look at what it must not tell of.
        segments_sudo = self.env["ar.dunning.segment"].sudo()
        segments_sudo.search([("domain", "!=", "[]")])._check_tells_no_secret()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        claims_sudo = self.env["ar.claim"].sudo()  # existence only, see write()
        if claims_sudo.search_count([("claim_type_id", "in", self.ids)], limit=1):
            raise UserError(
                self.env._("Claims of this type exist: archive it instead of deleting.")
            )

    @api.model
    @tools.ormcache()
    def _access_group_ids(self):
        """Return the ids of all groups to which a claim type is restricted."""
        kinds_sudo = self.sudo().with_context(active_test=False)  # ids of groups only
        groups = kinds_sudo.search([("access_group_id", "!=", False)]).access_group_id
        if not groups:
            return ()
        several = self.env.ref("ar_dunning.group_several_restricted")
        return (*groups.ids, several.id)

    @api.model
    def _hidden_group_ids(self):
        """Return the restricted groups whose entries the reader does not see."""
        if self.env.su:
            return ()
        return tuple(
            set(self._access_group_ids()) - set(self.env.user.all_group_ids.ids)
        )
