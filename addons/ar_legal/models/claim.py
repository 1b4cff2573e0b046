from odoo import api, fields, models


class Claim(models.Model):
    """A claim knows the open legal case that it is in."""

    _inherit = "ar.claim"

    legal_member_ids = fields.One2many(
        "ar.legal.case.claim", "claim_id", string="In legal cases", readonly=True
    )
    legal_case_id = fields.Many2one(
        "ar.legal.case", string="Legal case", compute="_compute_legal_case_id"
    )

    @api.depends("legal_member_ids.active")
    def _compute_legal_case_id(self):
        """The member rows that are active: at most one per claim, by a constraint."""
        for claim in self:
            claim.legal_case_id = claim.legal_member_ids[:1].case_id

    def _with_others(self):
        """A claim in an open case with a bailiff or a lawyer is paid to them."""
        found = super()._with_others()
        # A sentence for the debtor, who is told of his own claim; he reads no case.
        members_sudo = (
            self.env["ar.legal.case.claim"]
            .sudo()
            .search(
                [
                    ("claim_id", "in", self.ids),
                    ("case_id.state", "=", "open"),
                    ("case_id.party_id", "!=", False),
                    ("case_id.party_role", "!=", "internal"),
                ]
            )
        )
        for member in members_sudo:
            case = member.case_id
            found[member.claim_id.id] = self.env._(
                "Handed to %(party)s: please pay there, and mention %(reference)s.",
                party=" – ".join(
                    part
                    for part in (case.party_id.display_name, case.party_id.phone)
                    if part
                ),
                reference=case.party_reference or case.name,
            )
        return found

    def action_open_legal_case(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "ar.legal.case",
            "res_id": self.legal_case_id.id,
            "view_mode": "form",
        }
