from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..rules.regime import CreditorTerms
from ..rules.scale import agreed_scale
from .debtor_classes import DEBTOR_CLASSES
from .law_tariff import COST_KIND_NAMES

COST_KINDS = [*COST_KIND_NAMES, ("interest", "Interest")]
_INCOME = ("income", "income_other")


class CostPolicy(models.Model):
    """What a company does with one kind of cost that the law allows it.

    Without a policy nothing is charged, whatever the law allows.
    """

    _name = "ar.cost.policy"
    _inherit = ["ar.config.tracked"]
    _description = "Cost policy"
    _order = "company_id, kind, id"
    _rec_name = "kind"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    kind = fields.Selection(COST_KINDS, required=True)
    claim_type_id = fields.Many2one(
        "ar.claim.type",
        string="Only for",
        check_company=True,
        ondelete="cascade",
        help="Empty: for claims of every type.",
    )
    debtor_class = fields.Selection(
        DEBTOR_CLASSES, string="Only of", help="Empty: of debtors of every class."
    )
    treatment = fields.Selection(
        [
            ("none", "Nothing"),
            ("printed", "Only announced"),
            ("off_ledger", "Claimed, booked when paid"),
            ("booked", "Claimed and booked"),
        ],
        required=True,
        default="off_ledger",
        help="Only announced: the notice says what could be claimed, and it never is. "
        "Booked when paid: the claim stays open until it is paid or waived; income "
        "comes with the money. Booked: an item on the account of the debtor and income "
        "on the day it is claimed.",
    )
    clause = fields.Boolean(
        string="Our contracts provide for it",
        help="The terms that the debtor accepted name it. Many laws allow nothing "
        "without.",
    )
    percentage = fields.Float(
        string="By contract (%)",
        digits=(8, 4),
        help="Interest: percent per year. Costs: percent of what is open. Never more "
        "than the law allows. 0: as much as it allows.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    agreed_minimum = fields.Monetary(
        string="By contract at least",
        help="The least that your contracts ask; on its own, the amount that they ask. "
        "Never more than the law allows.",
    )
    agreed_maximum = fields.Monetary(
        string="By contract at most",
        help="The most that your contracts ask. 0: as much as the law allows.",
    )
    vat_declared = fields.Boolean(
        string="VAT cannot be deducted",
        help="Somebody else collects for you and charges VAT, and you cannot deduct "
        "it. Notices that announce such costs say both.",
    )

    regular_supply = fields.Boolean(
        string="Regular supplies",
        help="Under these contracts something is supplied regularly.",
    )
    grouping = fields.Selection(
        [
            ("law", "As the law says"),
            ("each", "Each claim by itself"),
            ("together", "Claims of one notice together"),
        ],
        required=True,
        default="law",
        help="Claims that count together never cost more than each by itself.",
    )
    journal_id = fields.Many2one(
        "account.journal",
        check_company=True,
        domain="[('type', '=', 'general')]",
        help="Where costs are booked. Its entries are free of tax.",
    )
    account_id = fields.Many2one(
        "account.account",
        string="Income account",
        check_company=True,
        domain="[('account_type', 'in', ('income', 'income_other'))]",
    )
    active = fields.Boolean(default=True)
    law_remark = fields.Char(string="The law", compute="_compute_law_remark")

    _once = models.UniqueIndex(
        "(company_id, kind, COALESCE(claim_type_id, 0), COALESCE(debtor_class, ''))"
        " WHERE active",
        "There is a policy for these claims already: change that one.",
    )
    _agreed_positive = models.Constraint(
        "CHECK (percentage >= 0 AND agreed_minimum >= 0 AND agreed_maximum >= 0"
        " AND (agreed_maximum = 0 OR agreed_minimum <= agreed_maximum))",
        "What contracts ask is never below zero, and the least not above the most.",
    )

    @api.depends(
        "kind",
        "claim_type_id",
        "debtor_class",
        "treatment",
        "company_id",
        "clause",
        "regular_supply",
    )
    @api.depends_context("lang")
    def _compute_law_remark(self):
        for policy in self:
            policy.law_remark = (
                policy.kind and policy._is_on() and policy._say_unlawful()
            )

    def _say_unlawful(self):
        """Return why nothing is charged by this policy, whatever it says, or False."""
        country = self.company_id and self.company_id._ar_law_country()
        if not country:
            return self.env._(
                "Choose a country for the company: without one no law is known, and "
                "nothing is charged."
            )
        regimes = self._regimes()
        if not any(self.kind in regime._cost_kinds() for regime in regimes):
            return self.env._(
                "The law (%s), as far as we know it, allows no such cost for such "
                "claims: nothing is charged.",
                country.name,
            )
        if not any(regime._lets(self) for regime in regimes):
            return self.env._(
                "The law (%s) allows it only where contracts provide for it, or under "
                "regular supplies: tick what is so of yours, else nothing is charged.",
                country.name,
            )
        if some := [one.name for one in regimes if self._needs_clause(one)]:
            return self.env._(
                "The law (%(country)s) allows it only where contracts provide for it, "
                "of: %(regimes)s. Of these nothing is charged.",
                country=country.name,
                regimes=", ".join(some),
            )
        return False

    def _needs_clause(self, regime):
        """Whether a regime that knows this cost lets no one charge it as it is."""
        return self.kind in regime._cost_kinds() and not regime._lets(self)

    def _regimes(self):
        """Return the law of the claims that the policy is about, as of today."""
        choose = self.env["ar.law.regime"]._chooser(
            self.company_id, self.company_id._ar_today()
        )
        natures = (
            [self.claim_type_id.nature]
            if self.claim_type_id
            else self.claim_type_id._fields["nature"].get_values(self.env)
        )
        classes = [self.debtor_class] if self.debtor_class else self._classes_left()
        return self.env["ar.law.regime"].union(
            *(
                choose(debtor_class, nature, None)
                for debtor_class in classes
                for nature in natures
            )
        )

    def _classes_left(self):
        """Return the classes of debtors for which no more special policy counts."""
        others = self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("kind", "=", self.kind),
                ("claim_type_id", "in", (False, self.claim_type_id.id)),
                ("debtor_class", "!=", False),
            ]
        )
        return [
            code
            for code, _name in DEBTOR_CLASSES
            if code not in others.mapped("debtor_class")
        ]

    @api.constrains("treatment", "journal_id", "account_id")
    def _check_booking(self):
        for policy in self:
            needed = policy.treatment in ("off_ledger", "booked")
            if not needed and not (policy.journal_id and policy.account_id):
                needed = bool(policy._charged_costs())
            if needed and not (policy.journal_id and policy.account_id):
                raise ValidationError(
                    self.env._(
                        "What is claimed is booked sooner or later: choose a journal "
                        "and an income account for %s.",
                        policy.display_name,
                    )
                )
            if policy.journal_id and policy.journal_id.type != "general":
                raise ValidationError(
                    self.env._(
                        "Costs are booked in a journal of the type Miscellaneous: "
                        "%s is none.",
                        policy.journal_id.display_name,
                    )
                )
            if policy.account_id and policy.account_id.account_type not in _INCOME:
                raise ValidationError(
                    self.env._(
                        "%s is no income account.", policy.account_id.display_name
                    )
                )

    @api.constrains("company_id")
    def _check_company_kept(self):
        for policy in self:
            costs_sudo = self.env["ar.claim.cost"].sudo()  # of any company: a count
            if costs_sudo.search_count(
                [
                    ("policy_id", "=", policy.id),
                    ("company_id", "!=", policy.company_id.id),
                ],
                limit=1,
            ):
                raise ValidationError(
                    self.env._(
                        "Costs were charged by this policy: archive it, and make "
                        "another one for the other company."
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        costs_sudo = self.env["ar.claim.cost"].sudo()  # what one may not see counts too
        if costs_sudo.search_count([("policy_id", "in", self.ids)], limit=1):
            raise UserError(
                self.env._(
                    "Costs were charged by this policy: archive it instead of deleting."
                )
            )

    def _charged_costs(self):
        """Return the costs of these policies that may still be booked."""
        # What somebody may not see is booked all the same.
        return (
            self.env["ar.claim.cost"]
            .sudo()
            .search(
                [
                    ("policy_id", "in", self.ids),
                    ("treatment", "in", ("off_ledger", "booked")),
                    ("state", "in", ("announced", "claimed", "posted")),
                ],
                limit=1,
            )
        )

    @api.model_create_multi
    def create(self, vals_list):
        policies = super().create(vals_list)
        policies._follow_journals()
        return policies

    def write(self, vals):
        result = super().write(vals)
        if "company_id" in vals:
            # Nor into a company of others.
            self.check_access("write")
        if "journal_id" in vals:
            self._follow_journals()
        return result

    def _follow_journals(self):
        """Let items of costs be claims, or they would be on nobody's account."""
        # Whoever sets a policy need not be an accountant; nothing else is changed.
        journals_sudo = self.journal_id.sudo()
        journals_sudo.filtered(lambda one: not one.ar_follow_up).ar_follow_up = True

    @api.depends("kind", "claim_type_id.name", "debtor_class")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        classes = dict(self._fields["debtor_class"]._description_selection(self.env))
        for policy in self:
            parts = [
                kinds.get(policy.kind, ""),
                policy.claim_type_id.name,
                classes.get(policy.debtor_class),
            ]
            policy.display_name = ", ".join(part for part in parts if part)

    @api.model
    def _of_company(self, company):
        """Return the policies of a company, the most special first."""
        # Who dispatches or pays need not be able to configure.
        policies_sudo = self.sudo().search([("company_id", "=", company.id)])
        return policies_sudo.sorted(
            lambda one: (
                not one.claim_type_id,
                not one.debtor_class,
                one.id,
            )
        )

    def _choose(self, kind, claim_type_id, debtor_class):
        """Return which of these policies, most special first, is that of a claim.

        None for a debtor of whom nobody knows which law protects him.
        """
        if debtor_class == "unknown":
            return self.browse()
        return next(
            (
                policy
                for policy in self
                if policy.kind == kind
                and policy.claim_type_id.id in (False, claim_type_id)
                and policy.debtor_class in (False, debtor_class)
            ),
            self.browse(),
        )

    def _agreed(self, percentage):
        """Return what the contracts ask as rules.scale.Scale; None: as the law says."""
        minimum, maximum = (
            Decimal(str(round(amount, 2)))
            for amount in (self.agreed_minimum, self.agreed_maximum)
        )
        return agreed_scale(percentage, minimum, maximum or None)

    def _is_on(self):
        """Whether anything is said of what the policy is about."""
        return self.treatment not in (False, "none")

    def _claims(self):
        """Whether what the policy is about is ever asked for."""
        return self.treatment in ("off_ledger", "booked")

    def _terms(self, **facts):
        """Return the rules.regime.CreditorTerms of a claim under this policy."""
        self.ensure_one()
        percentage = Decimal(str(round(self.percentage, 4)))
        interest = self.kind == "interest"
        return CreditorTerms(
            clause=self.clause,
            percentage=percentage or None if interest else None,
            agreed=None if interest else self._agreed(percentage),
            small=self.company_id._ar_is_small_creditor(),
            vat_declared=self.vat_declared,
            regular_supply=self.regular_supply,
            **facts,
        )
