from datetime import date

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..models.law_wait_row import CHANNEL_NAMES

# What a case may be made of: beyond it, days have no neighbours and amounts no cents.
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
_MOST = 1_000_000_000_000
# Beyond it, and for what is no number at all, not even rounding works.
_FIGURE = 1e305
_DAYS = ("contract_on", "due_on", "sent_on", "last", "paid_on")
_FIGURES = ("principal", "paid_amount", "percentage")


class LawCalculator(models.TransientModel):
    """What the law allows in a case that somebody types: dates, costs, interest."""

    _name = "ar.law.calculator"
    _description = "Costs and interest calculator"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    country_id = fields.Many2one(
        "res.country",
        string="Law of",
        required=True,
        domain="[('id', 'in', country_ids)]",
        default=lambda self: self._default_country_id(),
    )
    country_ids = fields.Many2many("res.country", compute="_compute_country_ids")
    currency_id = fields.Many2one(
        "res.currency",
        compute="_compute_currency_id",
        store=True,
        precompute=True,
        required=True,
    )
    nature = fields.Selection(
        selection=lambda self: (
            self.env["ar.claim.type"]._fields["nature"]._description_selection(self.env)
        ),
        string="Kind of debt",
        required=True,
        default="private_contract",
    )
    debtor_class = fields.Selection(
        [
            ("consumer", "Consumer"),
            ("enterprise", "Enterprise"),
            ("public_body", "Public body"),
        ],
        string="Debtor",
        required=True,
        default="consumer",
    )
    contract_on = fields.Date(string="Contract of")
    principal = fields.Monetary(
        string="Open at the due date", required=True, default=1000
    )
    due_on = fields.Date(
        string="Due date",
        required=True,
        default=lambda self: fields.Date.subtract(fields.Date.today(), days=45),
    )
    sent_on = fields.Date(
        string="First notice sent on",
        default=lambda self: fields.Date.subtract(fields.Date.today(), days=30),
    )
    channel = fields.Selection(
        CHANNEL_NAMES, string="By", required=True, default="email"
    )
    last = fields.Date(
        string="Until, or paid whole on",
        required=True,
        default=fields.Date.context_today,
        help="Today, or the day on which everything is paid: it still bears interest.",
    )
    paid_on = fields.Date(string="Part paid on")
    paid_amount = fields.Monetary(string="Part paid")
    clause = fields.Boolean(string="The contract provides for costs and interest")
    percentage = fields.Float(
        string="Interest by contract (%)",
        digits=(8, 4),
        help="0: as much as the law allows.",
    )
    small = fields.Boolean(
        string="Small or medium-sized creditor",
        help="Meets the criteria of the law, with evidence for the year.",
    )
    vat_declared = fields.Boolean(
        string="VAT cannot be deducted",
        help="The creditor declares that he cannot deduct VAT on collection costs.",
    )
    regime_id = fields.Many2one("ar.law.regime", compute="_compute_answer")
    answer = fields.Html(compute="_compute_answer", sanitize=False)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_figures(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_figures(vals)
        return super().write(vals)

    def onchange(self, values, field_names, fields_spec):
        self._check_figures(values)
        return super().onchange(values, field_names, fields_spec)

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        self._check_figures(values)
        return values

    @api.model
    def _check_figures(self, vals):
        """Refuse what is no number before anything rounds it."""
        for name in _FIGURES:
            try:
                known = abs(float(vals.get(name) or 0)) < _FIGURE
            except (TypeError, ValueError):
                known = False
            if not known:
                raise ValidationError(
                    self.env._("%s: enter a number.", self._label(name))
                )

    def _label(self, name):
        return self._fields[name]._description_string(self.env)

    @api.model
    def _default_country_id(self):
        """Return the country of the company if its law is known, else one that is."""
        company = self.env.company
        own = company.account_fiscal_country_id or company.country_id
        known = self.env["ar.law.pack"].search([("country_id", "!=", False)]).country_id
        return own if own in known else known[:1]

    @api.depends_context("lang")
    def _compute_display_name(self):
        self.display_name = self.env._("Calculator")

    @api.depends("country_id", "company_id")
    def _compute_currency_id(self):
        """The currency of the law: its scales are amounts of it."""
        for calculator in self:
            calculator.currency_id = (
                calculator.country_id.currency_id or calculator.company_id.currency_id
            )

    @api.depends("company_id")
    def _compute_country_ids(self):
        known = self.env["ar.law.pack"].search([("country_id", "!=", False)]).country_id
        for calculator in self:
            calculator.country_ids = known

    @api.depends(
        "company_id",
        "country_id",
        "currency_id",
        "nature",
        "debtor_class",
        "contract_on",
        "principal",
        "due_on",
        "sent_on",
        "channel",
        "last",
        "paid_on",
        "paid_amount",
        "clause",
        "percentage",
        "small",
        "vat_declared",
    )
    @api.depends_context("lang")
    def _compute_answer(self):
        for calculator in self:
            regime = calculator._regime()
            calculator.regime_id = regime
            calculator.answer = self.env["ir.qweb"]._render(
                "ar_dunning.law_calculator_answer",
                {"regime": regime, **calculator._reckon(regime)},
            )

    def _regime(self):
        self.ensure_one()
        return self.env["ar.law.regime"]._choose(
            self.country_id,
            self.debtor_class,
            self.nature,
            self.contract_on or None,
            self.last or fields.Date.context_today(self),
        )

    def _unusable(self):
        """Return sentences about what was entered and cannot be reckoned with."""
        if not self.principal > 0:
            return [self.env._("Enter an open amount above 0.")]
        if max(self.principal, self.paid_amount) >= _MOST:
            return [self.env._("An amount is below 1,000,000,000,000.")]
        if self.paid_amount < 0:
            return [self.env._("What was paid in part is no amount below 0.")]
        if not 0 <= self.percentage <= 1000:
            return [self.env._("Interest by contract is between 0 and 1000 %.")]
        return [
            self.env._(
                "%(field)s: enter a day from %(first)s to %(last)s.",
                field=self._label(name),
                first=self.env["ar.law.proof"]._day(_FIRST_DAY),
                last=self.env["ar.law.proof"]._day(_LAST_DAY),
            )
            for name in _DAYS
            if self[name] and not _FIRST_DAY <= self[name] <= _LAST_DAY
        ]
