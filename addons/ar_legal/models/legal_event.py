from odoo import api, fields, models

KINDS = [
    ("opened", "Handed over"),
    ("claims_added", "Claim added"),
    ("claim_left", "Claim given back to dunning"),
    ("stage", "Stage"),
    ("party", "Handed to"),
    ("reference", "Their reference"),
    ("message", "Message from the party"),
    ("proposal", "Stage proposed by the party"),
    ("declined", "Proposal declined"),
    ("handoff", "Dossier made"),
    ("closed", "Closed"),
    ("reopened", "Reopened"),
]


class LegalEvent(models.Model):
    """Append-only history of a case: who did what on which day."""

    _name = "ar.legal.event"
    _description = "Legal case event"
    _order = "on_date desc, id desc"
    _rec_name = "kind"

    case_id = fields.Many2one("ar.legal.case", required=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True)
    access_group_id = fields.Many2one("res.groups", ondelete="restrict")
    kind = fields.Selection(KINDS, required=True)
    on_date = fields.Date(string="Date", required=True)
    user_id = fields.Many2one("res.users", string="By")
    stage_id = fields.Many2one("ar.legal.stage", ondelete="set null")
    former_stage_id = fields.Many2one("ar.legal.stage", ondelete="set null")
    text = fields.Text()

    _by_case = models.Index("(case_id, id)")

    @api.depends("kind", "stage_id.name", "text")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for event in self:
            event.display_name = ": ".join(part for part in event._words() if part)

    def _of_another_party(self):
        """Whether an office said this that does not have the case (any more)."""
        self.ensure_one()
        case = self.case_id
        if self.kind == "reference":
            return self.text != case.party_reference
        # Whose user wrote it: only the office is compared, nothing of it is shown.
        author_sudo = self.user_id.sudo()
        return (
            self.kind in ("message", "proposal")
            and author_sudo.commercial_partner_id != case.sudo().party_commercial_id
        )

    def _words(self):
        """Return (what happened, detail) in the language of the reader."""
        self.ensure_one()
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        title = kinds.get(self.kind, "")
        if self.kind in ("stage", "proposal", "declined"):
            return f"{title}: {self.stage_id.name or ''}", self.text or ""
        if self.kind in ("opened", "closed", "message"):
            return title, self.text or ""
        return (f"{title}: {self.text}" if self.text else title), ""
