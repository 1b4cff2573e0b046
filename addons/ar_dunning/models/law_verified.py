from odoo import api, fields, models
from odoo.fields import Domain


class LawVerified(models.AbstractModel):
    """Something that the law says: where it was read, and who has compared it."""

    _name = "ar.law.verified"
    _description = "What is compared with the law"

    source = fields.Char(help="Where it was read.")
    verified_by = fields.Char(
        string="Verified by",
        help="What or who confirms it. Empty: nobody has compared it with the text of "
        "the law; have it looked at before you rely on it.",
    )
    unverified = fields.Boolean(
        compute="_compute_unverified", search="_search_unverified"
    )
    verification = fields.Selection(
        [("verify", "Verify"), ("verified", "Verified")],
        compute="_compute_unverified",
    )
    note = fields.Char(string="Remark")

    @api.depends("verified_by")
    def _compute_unverified(self):
        for row in self:
            row.unverified = not row.verified_by
            row.verification = "verified" if row.verified_by else "verify"

    def _search_unverified(self, operator, value):
        if operator != "in":
            return NotImplemented
        wanted = Domain.FALSE
        if True in value:
            wanted |= Domain("verified_by", "in", [False, ""])
        if False in value:
            wanted |= Domain("verified_by", "not in", [False, ""])
        return wanted

    def action_verify(self):
        """Say that the reader has compared these rows with the text of the law."""
        self.verified_by = self._say_verified()

    @api.model
    def _say_verified(self):
        """Return who compares a row now, and when."""
        return self.env._(
            "%(name)s, %(date)s",
            name=self.env.user.name,
            date=fields.Date.to_string(fields.Date.context_today(self)),
        )
