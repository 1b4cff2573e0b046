import hashlib
import uuid

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, consteq
from odoo.tools.misc import hmac

from odoo.addons.ar_dunning.rules.references import format_ogm, format_rf, normalise

from ..rules import link_reference, link_token

TOKEN_SCOPE = "ar_payment_link"  # noqa: S105 (the purpose of the digest, no secret)
PAGE = "/ar/pay/"


class PaymentLink(models.Model):
    """A token for one debtor: which claims, live amounts, one reference.

    All claims of a link have one debtor, company, currency and access group. The token
    is never stored: it is derived from the database's secret, so that nobody who reads
    the table can open a page. Links are evidence and are kept; an expired or revoked
    one opens nothing, but its reference still tells what a transfer pays.
    """

    _name = "ar.payment.link"
    _description = "Payment link"
    _order = "id desc"
    _rec_name = "reference"
    _rec_names_search = ["reference", "reference_key", "partner_id"]

    debtor_id = fields.Many2one(
        "ar.debtor", required=True, ondelete="restrict", readonly=True, index=True
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Debtor name",
        required=True,
        ondelete="restrict",
        readonly=True,
        index=True,
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    access_group_id = fields.Many2one("res.groups", ondelete="restrict", readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    source = fields.Selection(
        [
            ("notice", "Reminder"),
            ("choice", "Choice on the page"),
            ("portal", "Customer portal"),
            ("manual", "Made by hand"),
        ],
        required=True,
        readonly=True,
    )
    notice_id = fields.Many2one("ar.dunning.notice", ondelete="restrict", readonly=True)
    origin_id = fields.Many2one(
        "ar.payment.link",
        string="Chosen on",
        ondelete="restrict",
        readonly=True,
        help="The link whose page the debtor was on when choosing these claims. It "
        "expires and is revoked together with that one.",
    )
    choice_ids = fields.One2many("ar.payment.link", "origin_id", readonly=True)
    line_ids = fields.One2many("ar.payment.link.line", "link_id", readonly=True)
    part_amount = fields.Monetary(
        string="Part to pay",
        readonly=True,
        help="What the debtor chose to pay of these claims now, the oldest first. "
        "Zero: all of it.",
    )
    lines_digest = fields.Char(
        required=True, readonly=True, help="Tells equal sets of claims."
    )
    number = fields.Integer(required=True, readonly=True)
    reference = fields.Char(
        required=True,
        readonly=True,
        help="A transfer with this reference pays the claims of the link, the oldest "
        "first.",
    )
    reference_key = fields.Char(required=True, readonly=True)
    nonce = fields.Char(
        required=True,
        readonly=True,
        default=lambda self: str(uuid.uuid4()),
        groups=fields.NO_ACCESS,
    )
    expires_on = fields.Date(
        string="Works until", required=True, readonly=True, help="This day included."
    )
    revoked_on = fields.Datetime(string="Revoked on", readonly=True)
    revoked_by_id = fields.Many2one("res.users", string="Revoked by", readonly=True)
    first_opened_on = fields.Datetime(string="First opened", readonly=True)
    last_opened_on = fields.Datetime(string="Last opened", readonly=True)
    open_count = fields.Integer(
        string="Times opened", readonly=True, default=0, required=True
    )
    state = fields.Selection(
        [("open", "Works"), ("expired", "Expired"), ("revoked", "Revoked")],
        compute="_compute_state",
    )
    amount_due = fields.Monetary(
        compute="_compute_amount_due",
        string="Still open",
        help="What is still owed on the claims of the link, costs and interest "
        "included.",
    )
    address = fields.Char(
        compute="_compute_address",
        groups="ar_dunning.group_collector",
        help="Whoever has this address sees the debtor's open claims: give it to the "
        "debtor only.",
    )

    _reference_unique = models.Constraint(
        "UNIQUE (reference_key)", "This payment reference has been given out already."
    )
    _once_per_notice = models.UniqueIndex(
        "(notice_id) WHERE notice_id IS NOT NULL", "The notice has its link already."
    )
    _choice_once = models.UniqueIndex(
        "(origin_id, lines_digest) WHERE origin_id IS NOT NULL",
        "The debtor has chosen these claims before.",
    )
    _number_in_range = models.Constraint(
        f"CHECK (number BETWEEN 1 AND {link_reference.MAXIMUM_NUMBER})",
        "The numbers of payment links are used up.",
    )
    _origin_is_another = models.Constraint(
        "CHECK (origin_id IS NULL OR (origin_id <> id AND source = 'choice'))",
        "Only a choice on the page has an origin.",
    )

    def init(self):
        """Make the counter of the references; it goes when the table goes."""
        self.env.cr.execute(
            SQL(
                """CREATE SEQUENCE IF NOT EXISTS ar_payment_link_number_seq
                    OWNED BY ar_payment_link.number"""
            )
        )

    # -- computed -----------------------------------------------------------------

    @api.depends("expires_on", "revoked_on")
    def _compute_state(self):
        for link in self:
            if link.revoked_on:
                link.state = "revoked"
            elif link.expires_on and link.expires_on < link.company_id._ar_today():
                link.state = "expired"
            else:
                link.state = "open"

    @api.depends("line_ids.claim_id.amount_due")
    def _compute_amount_due(self):
        for link in self:
            claims = link.line_ids.claim_id
            link.amount_due = sum(claims.mapped("amount_due"))

    @api.depends("nonce", "state")
    def _compute_address(self):
        for link in self:
            link.address = link.id and link.state == "open" and link._url()

    # -- token --------------------------------------------------------------------

    def _token(self):
        """Return the secret of this link as it stands in its address."""
        self.ensure_one()
        # The nonce is readable by nobody; only a digest of it leaves the method.
        digest = self._digest_of_nonce(self.id, self.sudo().nonce)
        return link_token.write(self.id, digest)

    @api.model
    def _digest_of_nonce(self, link_id, nonce):
        return hmac(self.env(su=True), TOKEN_SCOPE, f"{link_id}|{nonce}")

    @api.model
    def _from_token(self, token):
        """Return the link of a token, as superuser; empty for all that opens nothing.

        Forged, expired, revoked, of an archived debtor or company: one answer. Never
        raises, whatever the token is. The token is the permission: the caller shows
        nothing but what this link is for.
        """
        # The visitor has no rights of an own; the digest below is the gate.
        nothing = self.sudo().browse()
        parsed = link_token.read(token)
        if not parsed:
            return nothing
        link_id, secret = parsed
        link_sudo = nothing.browse(link_id).exists()
        # Without a link the digest is made all the same: no answer comes sooner.
        digest = link_sudo._digest_of_nonce(link_id, link_sudo.nonce)
        right = consteq(link_token.secret(digest), secret)
        return link_sudo if right and link_sudo and link_sudo._works() else nothing

    def _works(self):
        """Whether the address of this link opens its page today."""
        self.ensure_one()
        origin = self.origin_id
        return bool(
            not self.revoked_on
            and not origin.revoked_on
            and self.expires_on >= self.company_id._ar_today()
            and self.debtor_id.active
            and self.company_id.active
        )

    def _path(self):
        """Return the address without the host."""
        return PAGE + self._token()

    def _url(self):
        """Return the address of the page of this link."""
        self.ensure_one()
        return self.company_id.get_base_url().rstrip("/") + self._path()

    def _note_opened(self):
        """Count that a person opened the page (the caller tells people from robots)."""
        self.ensure_one()
        now = fields.Datetime.now()
        self.env.cr.execute(
            SQL(
                """UPDATE ar_payment_link
                      SET first_opened_on = COALESCE(first_opened_on, %s),
                          last_opened_on = %s, open_count = open_count + 1
                    WHERE id = %s""",
                now,
                now,
                self.id,
            )
        )
        self.invalidate_recordset(["first_opened_on", "last_opened_on", "open_count"])

    # -- references ---------------------------------------------------------------

    @api.model
    def _next_numbers(self, count):
        """Return so many new numbers; a number is never given out twice."""
        return [
            row[0]
            for row in self.env.execute_query(
                SQL(
                    """SELECT nextval('ar_payment_link_number_seq')::int
                         FROM generate_series(1, %s)""",
                    count,
                )
            )
        ]

    @api.model
    def _reference_of(self, company, number):
        """Return (reference as printed, its letters and digits) for a number."""
        if company.account_fiscal_country_id.code == "BE":
            reference = format_ogm(link_reference.ogm_base(number))
        else:
            reference = format_rf(link_reference.creditor_reference_body(number))
        return reference, normalise(reference)

    @api.model
    def _digest_of(self, claim_ids, part=None):
        """Return what tells equal sets of claims, and equal parts to pay of them."""
        text = ",".join(map(str, sorted(set(claim_ids))))
        if part:
            text += f"|{part}"
        return hashlib.sha256(text.encode()).hexdigest()

    # -- revoking -----------------------------------------------------------------

    def _revoke(self):
        """Let these links, and what was chosen on their pages, open nothing more."""
        working = (self | self.choice_ids).filtered(lambda link: not link.revoked_on)
        working.write(
            {"revoked_on": fields.Datetime.now(), "revoked_by_id": self.env.uid}
        )

    def action_revoke(self):
        """Revoke the links; transfers with their references are still recognised."""
        self._check_may_handle()
        # Links are read-only for people; access and group were checked above.
        self.sudo()._revoke()

    def action_open_page(self):
        """Open the page as the debtor sees it."""
        self.ensure_one()
        self._check_may_handle()
        if not self._works():
            raise UserError(
                self.env._(
                    "This link has expired or was revoked: make a new one from the "
                    "claims of the debtor."
                )
            )
        return {"type": "ir.actions.act_url", "url": self._url(), "target": "new"}

    def _action_open_one(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Payment link"),
            "res_model": "ar.payment.link",
            "res_id": self.id,
            "view_mode": "form",
        }

    def _check_may_handle(self):
        self.check_access("read")
        if not self.env.user.has_group("ar_dunning.group_collector"):
            raise UserError(self.env._("Only collectors may handle payment links."))
