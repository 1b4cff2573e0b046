from odoo import api, fields, models

# Natures of claim types that a local authority collects by a warrant of its own.
_PUBLIC_NATURES = {
    "municipal_tax",
    "municipal_retribution",
    "administrative_fine",
}


class LegalTrack(models.Model):
    """A way that a case can go: amicable, payment order, court; with its stages."""

    _name = "ar.legal.track"
    _description = "Legal track"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", help="Empty: for all companies.")
    country_id = fields.Many2one(
        "res.country", help="Proposed first to companies of this country."
    )
    debtor_class = fields.Selection(
        [
            ("any", "Any debtor"),
            ("consumer", "Consumers"),
            ("enterprise", "Enterprises"),
        ],
        string="For",
        required=True,
        default="any",
        help="Proposed for debtors of this class; a person decides.",
    )
    debt_kind = fields.Selection(
        [
            ("any", "Any debt"),
            ("private", "Agreements, rent, damages"),
            ("public", "Taxes, retributions, fines"),
        ],
        string="Kind of debt",
        required=True,
        default="any",
        help="Proposed for debts of this kind; a person decides.",
    )
    party_role = fields.Selection(
        [
            ("bailiff", "Bailiff"),
            ("lawyer", "Lawyer"),
            ("internal", "Own legal service"),
        ],
        string="Handled by",
        required=True,
        default="bailiff",
    )
    legal_basis = fields.Char(
        string="Legal basis",
        translate=True,
        help="Law and articles, as the summary of a handoff names them.",
    )
    description = fields.Text(translate=True, help="When to take this track.")
    stage_ids = fields.One2many("ar.legal.stage", "track_id", copy=True)
    stage_count = fields.Integer(compute="_compute_stage_count", string="Stages")
    case_count = fields.Integer(compute="_compute_case_count", string="Open cases")

    _code_once = models.UniqueIndex(
        "(code, COALESCE(company_id, 0))", "Another track has this code."
    )

    @api.depends("stage_ids")
    def _compute_stage_count(self):
        for track in self:
            track.stage_count = len(track.stage_ids)

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_case_count(self):
        counts = dict(
            self.env["ar.legal.case"]._read_group(
                [("track_id", "in", self.ids), ("state", "=", "open")],
                ["track_id"],
                ["__count"],
            )
        )
        for track in self:
            track.case_count = counts.get(track, 0)

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        for track, vals in zip(self, vals_list, strict=True):
            if "code" not in (default or {}):
                vals["code"] = f"{track.code}_copy"
        return vals_list

    @api.model
    def _proposed_for(self, company, debtor, claims=None):
        """Return the track that suits claims on a debtor best; may be empty.

        :param claims: ar.claim; without any, what most companies are owed
        """
        tracks = self.search([("company_id", "in", (False, *company.parent_ids.ids))])
        natures = set(claims.claim_type_id.mapped("nature")) if claims else set()
        kind = "public" if natures and natures <= _PUBLIC_NATURES else "private"
        country = company.account_fiscal_country_id or company.country_id
        suitable = tracks.filtered(
            lambda track: (
                track.stage_ids
                and track.debt_kind in ("any", kind)
                and track.debtor_class in ("any", debtor.debtor_class)
                and track.country_id in (country, country.browse())
            )
        )
        # The most special one first; a consumer's track never serves an enterprise.
        return suitable.sorted(
            lambda track: (
                not track.country_id,
                track.debt_kind == "any",
                track.debtor_class == "any",
            )
        )[:1]
