from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

# What a person may say of a row that comes from a pack, or that something rests on.
_REMARKS = {"verified_by", "active"}


class LawRow(models.AbstractModel):
    """A row of law: where it comes from, since when it counts, who has verified it.

    Rows of a pack change by its upgrades alone. A row on which an amount rests is
    never rewritten: another one takes its place. Rows without a pack are a company's
    own, and go before those of the pack on the days that they cover.
    """

    _name = "ar.law.row"
    _inherit = ["ar.config.tracked"]
    _description = "Row of law"

    pack_id = fields.Many2one(
        "ar.law.pack",
        string="Law pack",
        ondelete="restrict",
        readonly=True,
        copy=False,
        help="Empty: a row of your own.",
    )
    pack_key = fields.Char(readonly=True, copy=False, export_string_translation=False)
    said = fields.Json(
        readonly=True, copy=False, help="What the file of the pack says of it."
    )
    words = fields.Json(help="Names in several languages.")
    company_id = fields.Many2one(
        "res.company", help="Leave empty to use it for all companies."
    )
    article = fields.Char(
        compute="_compute_article",
        inverse="_inverse_article",
        help="The text of law that it rests on.",
    )
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
    used_on = fields.Date(
        string="Used since",
        readonly=True,
        copy=False,
        help="An amount rests on it: it is not changed any more, only replaced.",
    )
    replaced_in = fields.Char(
        string="Replaced in",
        readonly=True,
        copy=False,
        help="Version of the pack that put another row in its place.",
    )
    active = fields.Boolean(default=True)

    @api.depends("words")
    @api.depends_context("lang")
    def _compute_article(self):
        for row in self:
            row.article = row._say("article")

    def _inverse_article(self):
        for row in self:
            row._put_words("article", row.article)

    def _say(self, what):
        """Return a name in the reader's language, else in English."""
        self.ensure_one()
        words = (self.words or {}).get(what) or {}
        return words.get((self.env.lang or "en")[:2]) or words.get("en") or False

    def _put_words(self, what, text):
        """Keep a name in the reader's language, and in English if there is none."""
        self.ensure_one()
        words = dict(self.words or {})
        said = dict(words.get(what) or {})
        said[(self.env.lang or "en")[:2]] = text or ""
        said.setdefault("en", text or "")
        self.words = {**words, what: said}

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

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows._check_own()
        return rows

    def write(self, vals):
        if not self.env.su and vals.keys() - _REMARKS:
            self._check_own()
            if any(row.used_on for row in self):
                raise UserError(
                    self.env._(
                        "Amounts rest on this row, so it does not change any more: "
                        "archive it and make a new one."
                    )
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_law(self):
        if not self.env.su:
            self._check_own()
        if any(row.used_on for row in self):
            raise UserError(
                self.env._("Amounts rest on this row: archive it instead of deleting.")
            )

    def _check_own(self):
        if not self.env.su and any(row.pack_id or row.pack_key for row in self):
            raise UserError(
                self.env._(
                    "This row comes from a law pack, which changes it by its upgrades. "
                    "Choose “Make our own” to put one of yours in its place."
                )
            )

    def action_verify(self):
        """Say that the reader has compared these rows with the text of the law."""
        today = fields.Date.context_today(self)
        for row in self:
            row.verified_by = self.env._(
                "%(name)s, %(date)s",
                name=self.env.user.name,
                date=fields.Date.to_string(today),
            )

    def action_make_own(self):
        """Open a copy of a row, as the reader's company has it."""
        self.ensure_one()
        own = self.copy(
            {"company_id": self.env.company.id, "verified_by": False, "note": False}
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": own.id,
            "view_mode": "form",
        }

    @api.model
    def _use(self, ids, on):
        """Note that amounts rest on these rows from now on."""
        rows_sudo = self.sudo().browse(ids)  # whoever claims may not edit law
        rows_sudo.filtered(lambda row: not row.used_on).write({"used_on": on})
