from odoo import api, fields, models

from ..rules.proof import replay
from .channel import channels
from .cost_policy import COST_KINDS
from .law_regime import STARTS

COST_STATES = [
    ("announced", "Announced"),
    ("claimed", "Claimed"),
    ("posted", "Claimed and booked"),
    ("paid", "Paid"),
    ("waived", "Waived"),
    ("cancelled", "Cancelled"),
]
# So many claims are named where there is little room.
NAMED = 3


class ClaimCost(models.Model):
    """One cost or the interest that a debtor owes beside the principal, to the cent.

    Announced on a notice with its exact amount; claimed on the day on which the period
    that the notice began has expired; then booked, paid, waived or cancelled. Every
    amount carries its proof. A cost may be for several claims: its shares say how much
    for each.
    """

    _name = "ar.claim.cost"
    _description = "Cost"
    # What is owed comes before what is only announced.
    _order = "claimed_on desc nulls last, id desc"
    _rec_name = "kind"

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    access_group_id = fields.Many2one("res.groups", ondelete="restrict", readonly=True)
    debtor_id = fields.Many2one(
        "ar.debtor", required=True, ondelete="restrict", readonly=True, index=True
    )
    partner_id = fields.Many2one(related="debtor_id.partner_id")
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    kind = fields.Selection(COST_KINDS, required=True, readonly=True)
    state = fields.Selection(COST_STATES, required=True, readonly=True)
    treatment = fields.Selection(
        [
            ("printed", "Only announced"),
            ("off_ledger", "Booked when paid"),
            ("booked", "Booked"),
        ],
        required=True,
        readonly=True,
    )
    policy_id = fields.Many2one("ar.cost.policy", ondelete="restrict", readonly=True)
    regime_id = fields.Many2one("ar.law.regime", ondelete="restrict", readonly=True)
    rule_id = fields.Many2one("ar.law.regime.cost", ondelete="set null", readonly=True)
    starts = fields.Selection(
        STARTS, string="From", readonly=True, help="From when the law lets it run."
    )
    sent_on = fields.Date(
        string="Sent on",
        readonly=True,
        help="Day on which the notice left by the channel that brought it.",
    )
    channel = fields.Selection(channels, string="Sent by", readonly=True)
    article = fields.Char(string="Legal basis", compute="_compute_article")
    amount_announced = fields.Monetary(
        string="Announced",
        readonly=True,
        help="What the notice said would be claimed.",
    )
    amount = fields.Monetary(
        readonly=True, help="What is claimed; of interest, up to the day reckoned."
    )
    amount_paid = fields.Monetary(string="Paid", readonly=True)
    notice_id = fields.Many2one(
        "ar.dunning.notice", string="Announced in", ondelete="restrict", readonly=True
    )
    announced_on = fields.Date(string="Announced on", readonly=True)
    runs_from = fields.Date(
        string="Runs from", readonly=True, help="First day that bears interest."
    )
    wait_until = fields.Date(
        string="To pay until",
        readonly=True,
        help="Last day on which the debtor can pay without this cost.",
    )
    claimable_from = fields.Date(
        string="May be claimed from",
        readonly=True,
        help="Empty as long as the notice has not arrived.",
    )
    claimed_on = fields.Date(string="Claimed on", readonly=True)
    reckoned_on = fields.Date(
        string="Reckoned until",
        readonly=True,
        help="Last day of interest in the amount. Earlier than today when the rate is "
        "not known, or the principal is paid.",
    )
    closed_on = fields.Date(string="Closed on", readonly=True)
    reason = fields.Char(readonly=True, help="Why it was waived or cancelled.")
    user_id = fields.Many2one("res.users", string="By", readonly=True)
    wait_proof = fields.Json(readonly=True)
    proof = fields.Json(readonly=True)
    proofs = fields.Html(compute="_compute_proofs", sanitize=False)
    move_ids = fields.Many2many(
        "account.move",
        string="Entries",
        compute="_compute_move_ids",
        groups="account.group_account_readonly,account.group_account_invoice",
    )
    share_ids = fields.One2many("ar.claim.cost.share", "cost_id", readonly=True)
    documents = fields.Char(string="For", compute="_compute_documents")

    _open = models.Index("(company_id, state) WHERE state IN ('announced', 'claimed')")
    _by_notice = models.Index("(notice_id) WHERE notice_id IS NOT NULL")

    @api.depends("kind", "currency_id", "amount", "amount_announced")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for cost in self:
            # How much interest it will be nobody knows when it is announced.
            amount = cost.amount or cost.amount_announced
            said = [kinds.get(cost.kind), amount and cost.currency_id.format(amount)]
            cost.display_name = " ".join(filter(None, said))

    @api.depends("proof", "wait_proof", "regime_id")
    @api.depends_context("lang")
    def _compute_article(self):
        proved = self.filtered(lambda cost: cost.proof or cost.wait_proof)
        words = self.env["ar.law.proof"]._basis_words(
            [cost.proof or cost.wait_proof for cost in proved]
        )
        for cost in self - proved:
            cost.article = cost.regime_id.article
        for cost, said in zip(proved, words, strict=True):
            cost.article = said["article"]

    @api.depends("proof", "wait_proof", "amount", "reckoned_on")
    @api.depends_context("lang")
    def _compute_proofs(self):
        say = self.env["ar.law.proof"]._say
        for cost in self:
            proofs = [cost.wait_proof, *cost._proofs().values()]
            cost.proofs = self.env["ir.qweb"]._render(
                "ar_dunning.law_proofs",
                {"proofs": [say(proof, cost.currency_id) for proof in proofs if proof]},
            )

    def _proof_holds(self):
        """Whether the proof, worked out again, gives the amount that is claimed."""
        self.ensure_one()
        [proof] = self._proofs().values()
        if not proof:
            return not self.amount
        again = replay(proof)
        proved = float(again.result["amount"])
        compared = self.currency_id.compare_amounts(proved, self.amount)
        # Of a cost no more is claimed than was announced; interest is what it is.
        right = compared == 0 if self.kind == "interest" else compared >= 0
        return again.holds and right

    def _basis(self):
        """Return the article on which the amount itself rests, once it is proved."""
        self.ensure_one()
        if not self.proof:
            return ""
        [words] = self.env["ar.law.proof"]._basis_words([self.proof])
        return words["article"]

    @api.depends("share_ids.claim_id.display_name")
    def _compute_documents(self):
        """Name the claims that it is for; of many the first."""
        for cost in self:
            names = cost.share_ids.claim_id.mapped("display_name")
            more = len(names) - NAMED
            cost.documents = ", ".join(names[:NAMED]) + (
                f" +{more}" if more > 0 else ""
            )

    @api.depends("share_ids.accessory_ids.move_id")
    def _compute_move_ids(self):
        for cost in self:
            cost.move_ids = cost.share_ids.accessory_ids.move_id
