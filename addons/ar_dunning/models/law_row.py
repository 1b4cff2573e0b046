from odoo import api, fields, models
from odoo.exceptions import UserError

# What a person may say of a row that comes from a pack, or that something rests on.
_REMARKS = {"verified_by", "prescription_verified_by", "active"}
# What loading a pack and claiming an amount say of a row, and nobody else.
_FACTS = ("pack_id", "pack_key", "said", "used_on", "replaced_in")


class LawRow(models.AbstractModel):
    """A row of law: where it comes from, since when it counts, who has verified it.

    Rows of a pack change by its upgrades alone. A row on which an amount rests is
    never rewritten: another one takes its place. Rows without a pack are a company's
    own, and go before those of the pack on the days that they cover.
    """

    _name = "ar.law.row"
    _inherit = ["ar.config.tracked", "ar.law.verified"]
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
        "res.company",
        default=lambda self: self._default_company_id(),
        help="Leave empty to use it for all companies.",
    )
    article = fields.Char(
        compute="_compute_article",
        inverse="_inverse_article",
        help="The text of law that it rests on.",
    )
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

    @api.model
    def _default_company_id(self):
        """Return the company of the person: a law pack is of no company."""
        return False if self.env.su else self.env.company

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

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows._check_own()
        rows._check_shared()
        # Of what there is, as a default counts like a value that was given.
        rows._check_facts(name for name in _FACTS if any(row[name] for row in rows))
        return rows

    def write(self, vals):
        if vals.keys() - _REMARKS:
            self._check_changes()
        elif "active" in vals:
            self._check_shared()
        self._check_facts(name for name in _FACTS if name in vals)
        result = super().write(vals)
        if "company_id" in vals:
            self._check_shared()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_law(self):
        if not self.env.su:
            self._check_own()
            self._check_shared()
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

    def _check_shared(self):
        """Refuse law for companies by somebody who does not work for them."""
        if self.env.su:
            return
        if self.company_id - self.env.user.company_ids:
            raise UserError(
                self.env._("You make law for the companies that you work for alone.")
            )
        if all(row.company_id for row in self):
            return
        # Of companies that one may not see there is only a number.
        others_sudo = self.env["res.company"].sudo()
        if others_sudo.search_count(
            [("id", "not in", self.env.user.company_ids.ids)], limit=1
        ):
            raise UserError(
                self.env._(
                    "A row for all companies is made by somebody who works for all of "
                    "them: choose your company."
                )
            )

    def _check_changes(self):
        """Refuse a change by a person of law that is not his to change."""
        self._check_own()
        self._check_shared()
        if not self.env.su and any(row.used_on for row in self):
            raise UserError(
                self.env._(
                    "Amounts rest on this row, so it does not change any more: "
                    "archive it and make a new one."
                )
            )

    def _check_facts(self, names):
        """Refuse that a person says what only loading and claiming know."""
        labels = [self._fields[name]._description_string(self.env) for name in names]
        if labels and not self.env.su:
            raise UserError(
                self.env._(
                    "What a row comes from and since when it is used nobody enters by "
                    "hand: %s.",
                    ", ".join(labels),
                )
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
