from odoo import api, models
from odoo.tools import SQL


class Evaluation(models.AbstractModel):
    """A claim in an open legal case is out of dunning: derived, never stored."""

    _inherit = "ar.evaluation"

    @api.model
    def _blocker_sources(self, on):
        return [
            *super()._blocker_sources(on),
            SQL(
                """
                SELECT fact.claim_id, 5, 'in_legal_case||' || member.case_id
                  FROM ar_legal_case_claim member
                  JOIN fact ON fact.claim_id = member.claim_id
                 WHERE member.active
                """
            ),
        ]

    @api.model
    def _stopping_codes(self):
        return [*super()._stopping_codes(), "in_legal_case"]

    @api.model
    def _blocker_words(self, code, until, detail):
        if code != "in_legal_case":
            return super()._blocker_words(code, until, detail)
        # Case and claim have the same company and access group: who is told of the
        # claim may read the case.
        case_sudo = self.env["ar.legal.case"].sudo().browse(int(detail or 0)).exists()
        if case_sudo.state == "closed":
            return (
                self.env._("Given up as uncollectable in %s.", case_sudo.name),
                self.env._("Write the claim off, or reopen the case."),
            )
        if not case_sudo.party_id:
            return (
                self.env._("In legal case %s.", case_sudo.name or "?"),
                self.env._("Close the case, with the claims given back to dunning."),
            )
        return (
            self.env._(
                "In legal case %(case)s with %(party)s.",
                case=case_sudo.name,
                party=case_sudo.party_id.display_name,
            ),
            self.env._("Close the case, with the claims given back to dunning."),
        )
