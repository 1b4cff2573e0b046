from datetime import date
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..rules import regime as rule
from ..rules.imputation import COMPONENTS
from ..rules.law_terms import Span

OLDEST = date(1900, 1, 1)

STARTS = [
    ("due", "The day after the due date"),
    ("wait", "The day after the waiting period"),
    ("sending", "The day after sending, once the waiting period has run out in vain"),
]


class Covered(NamedTuple):
    """What the choice of a regime looks at."""

    id: int
    debtor_classes: frozenset
    natures: frozenset
    contract: Span
    span: Span


class LawRegime(models.Model):
    """The law that a claim is under: what may be claimed, from when, and how.

    Which regime is that of a claim follows from the country of the creditor, the class
    of the debtor, the nature of the debt and the date of the contract.
    """

    _name = "ar.law.regime"
    _inherit = ["ar.law.dated"]
    _description = "Legal regime"
    _order = "country_id, code, valid_from desc"
    _place = ("code", "contract_from")
    _rec_names_search = ["code"]

    code = fields.Char(required=True, readonly=True)
    name = fields.Char(compute="_compute_name")
    country_id = fields.Many2one(
        "res.country",
        compute="_compute_country_id",
        store=True,
        readonly=False,
        index=True,
        copy=True,
        help="In which creditors are to whom it applies.",
    )
    contract_from = fields.Date(
        string="Contracts from", help="Empty: however old the contract is."
    )
    contract_until = fields.Date(string="Contracts until")
    scope_ids = fields.One2many("ar.law.scope", "regime_id", string="Covers", copy=True)
    wait_id = fields.Many2one(
        "ar.law.wait",
        string="Waiting period",
        ondelete="restrict",
        help="What the debtor has after the first notice before anything may be added.",
    )
    first_free = fields.Boolean(
        string="First notice free", help="The first notice costs the debtor nothing."
    )
    notice_channels = fields.Char(
        string="Counts as a notice",
        help="Channels over which a notice has effect in law; empty: all of them.",
    )
    series_id = fields.Many2one("ar.law.series", string="Interest", ondelete="restrict")
    interest_starts = fields.Selection(STARTS, string="Interest from")
    interest_clause = fields.Boolean(
        string="Interest by contract",
        help="Only what the contract provides for, up to this rate.",
    )
    otherwise_id = fields.Many2one(
        "ar.law.series",
        string="Interest without a clause",
        ondelete="restrict",
        help="The rate that runs when the contract provides for none.",
    )
    interest_option = fields.Selection(
        STARTS,
        string="Small creditors",
        help="The beginning that the law leaves to small and medium-sized creditors.",
    )
    cost_ids = fields.One2many(
        "ar.law.regime.cost", "regime_id", string="Costs", copy=True
    )
    imputation = fields.Char(
        required=True,
        default="costs,interest,principal",
        help="In this order a payment pays what is owed.",
    )
    imputation_words = fields.Char(
        string="Payments go to", compute="_compute_imputation_words"
    )
    prescription_years = fields.Integer(string="Prescription in years")
    prescription_months = fields.Integer(string="and months")
    prescription_from_end_of_year = fields.Boolean(
        string="From the end of the year",
        help="The term begins at the end of the year in which the claim arose.",
    )
    prescription_article = fields.Char(compute="_compute_prescription_article")
    prescription_source = fields.Char(help="Where the prescription was read.")
    prescription_verified_by = fields.Char(
        string="Prescription verified by",
        copy=False,
        help="What or who confirms the prescription; it has a text of law of its own.",
    )
    prescription_unverified = fields.Boolean(
        compute="_compute_prescription_unverified",
        search="_search_prescription_unverified",
    )
    prescription_verification = fields.Selection(
        [("verify", "Verify"), ("verified", "Verified")],
        compute="_compute_prescription_unverified",
    )
    prescription_note = fields.Char(string="Remark on the prescription")
    registered_wait_id = fields.Many2one(
        "ar.law.wait",
        string="Registered notice first",
        ondelete="restrict",
        help="Before a handover a registered notice must have started this period.",
    )
    quiet_from = fields.Integer(
        string="Contact from", help="Hour from which a debtor may be called or visited."
    )
    quiet_to = fields.Integer(string="Contact until", default=24)
    checklist = fields.Selection(
        [("early_warning", "Early warning of rent arrears")],
        help="What has to be done before legal action.",
    )
    content_ids = fields.One2many(
        "ar.law.content", "regime_id", string="Must be said", copy=True
    )

    _code_unique = models.UniqueIndex(
        "(code, valid_from) WHERE active AND pack_id IS NOT NULL",
        "Another regime already has this code.",
    )

    @api.depends("words", "code")
    @api.depends_context("lang")
    def _compute_name(self):
        for regime in self:
            regime.name = regime._say("name") or regime.code

    @api.depends("name")
    def _compute_display_name(self):
        for regime in self:
            regime.display_name = regime.name

    @api.depends("words")
    @api.depends_context("lang")
    def _compute_prescription_article(self):
        for regime in self:
            regime.prescription_article = regime._say("prescription")

    @api.depends(
        "prescription_years", "prescription_months", "prescription_verified_by"
    )
    def _compute_prescription_unverified(self):
        for regime in self:
            known = regime.prescription_years or regime.prescription_months
            missing = bool(known and not regime.prescription_verified_by)
            regime.prescription_unverified = missing
            told = "verify" if missing else "verified"
            regime.prescription_verification = told if known else False

    def _search_prescription_unverified(self, operator, value):
        if operator != "in":
            return NotImplemented
        missing = Domain("prescription_verified_by", "in", [False, ""]) & (
            Domain("prescription_years", ">", 0) | Domain("prescription_months", ">", 0)
        )
        wanted = missing if True in value else Domain.FALSE
        return wanted | ~missing if False in value else wanted

    def action_verify_prescription(self):
        """Say that the reader has compared the prescription with its text of law."""
        self.prescription_verified_by = self._say_verified()

    @api.constrains("imputation")
    def _check_imputation(self):
        for regime in self.filtered("imputation"):
            if sorted(regime.imputation.split(",")) != sorted(COMPONENTS):
                raise ValidationError(
                    self.env._(
                        "The order of payments names costs, interest and principal, "
                        "each once: %s.",
                        ",".join(COMPONENTS),
                    )
                )

    @api.depends("imputation")
    @api.depends_context("lang")
    def _compute_imputation_words(self):
        names = {
            "costs": self.env._("costs"),
            "interest": self.env._("interest"),
            "principal": self.env._("principal"),
        }
        for regime in self:
            regime.imputation_words = " → ".join(
                names.get(name, name) for name in (regime.imputation or "").split(",")
            )

    def _covers(self):
        """Return the regime as the rule that chooses reads it."""
        self.ensure_one()
        return Covered(
            self.id,
            frozenset(self.scope_ids.mapped("debtor_class")),
            frozenset(self.scope_ids.mapped("nature")),
            Span(self.contract_from or OLDEST, self.contract_until or None),
            self._span(),
        )

    @api.depends("pack_id.country_id")
    def _compute_country_id(self):
        for regime in self:
            regime.country_id = (
                regime.pack_id.country_id
                or regime.country_id
                or (regime.company_id or self.env.company)._ar_law_country()
            )

    @api.model
    def _choose(self, country, debtor_class, nature, contract_on, on):
        """Return the regime of a claim; empty where no law is known, see rules.regime.

        :param country: res.country of the creditor
        """
        choose = self._chooser(self.env.company, on, country)
        return choose(debtor_class, nature, contract_on)

    @api.model
    def _chooser(self, company, on, country=None):
        """Return a function (debtor class, nature, contract day) -> regime of a claim.

        For many claims of a company on a day: the regimes are read once. Own ones go
        first: those of the company, of the companies that it is part of, for all.

        :param country: whose law it is; default: that of the company
        """
        country = country or company._ar_law_country()
        regimes = self.search(
            [
                ("country_id", "=", country.id or 0),
                ("company_id", "in", [False, *company.parent_ids.ids]),
            ]
        )
        own = regimes.filtered(lambda regime: not regime.pack_id)
        layers = [
            *(
                own.filtered(lambda regime, by=owner: regime.company_id == by)
                for owner in reversed(company.parent_ids)
            ),
            own.filtered(lambda regime: not regime.company_id),
            regimes - own,
        ]
        covered = [[regime._covers() for regime in layer] for layer in layers]
        known = {}

        def choose(debtor_class, nature, contract_on):
            key = (debtor_class, nature, contract_on)
            if key not in known:
                found = (rule.choose(layer, *key, on) for layer in covered)
                chosen = next(filter(None, found), None)
                known[key] = self.browse(chosen and chosen.id)
            return known[key]

        return choose
