from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL
from odoo.tools.misc import format_amount, format_datetime


class PaymentReservation(models.Model):
    """One claim that somebody is paying online, with what he pays of it.

    It keeps a second person from paying the same claim meanwhile, keeps reminders
    back, and says afterwards which claim gets which part of the payment. The rows of
    attempts that ended stay as evidence, switched off.
    """

    _name = "ar.payment.reservation"
    _description = "Claim in an online payment"
    _order = "id desc"
    _rec_name = "claim_id"

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    access_group_id = fields.Many2one("res.groups", ondelete="restrict", readonly=True)
    claim_id = fields.Many2one(
        "ar.claim", required=True, ondelete="restrict", readonly=True, index=True
    )
    link_id = fields.Many2one(
        "ar.payment.link",
        string="Payment link",
        required=True,
        ondelete="restrict",
        readonly=True,
        index=True,
    )
    transaction_id = fields.Many2one(
        "payment.transaction",
        ondelete="cascade",
        readonly=True,
        index=True,
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    amount = fields.Monetary(
        readonly=True, help="What is paid of the claim in this payment."
    )
    expires_on = fields.Datetime(
        string="Reserved until",
        required=True,
        readonly=True,
        help="From then on somebody else may pay the claim, unless the payment has "
        "been made.",
    )
    active = fields.Boolean(
        string="Under way",
        default=True,
        readonly=True,
        help="Off: the attempt was paid, given up or replaced by another one.",
    )
    debtor_id = fields.Many2one(related="claim_id.debtor_id")
    transaction_reference = fields.Char(
        related="transaction_id.reference", string="Reference"
    )
    transaction_state = fields.Selection(
        related="transaction_id.state", string="Transaction state"
    )
    provider_id = fields.Many2one(related="transaction_id.provider_id")

    _one_at_a_time = models.UniqueIndex(
        "(claim_id) WHERE active", "This claim is being paid already."
    )

    @api.model
    def _reserve(self, link, amounts):
        """Reserve claims for one attempt to pay; the caller links the transaction.

        The unique index decides between two who come at the same moment.

        :param link: ar.payment.link that the person pays with
        :param amounts: {ar.claim: amount that is paid of it}
        :raises UserError: when a claim is being paid already; says when it is free
        """
        claims = self.env["ar.claim"].union(*amounts)
        self._end_lapsed(claims, link)
        expires_on = fields.Datetime.now() + timedelta(
            minutes=link.company_id.ar_reservation_minutes
        )
        if self.search_count([("claim_id", "in", claims.ids)], limit=1):
            raise UserError(self._busy_sentence(claims, expires_on))
        try:
            with self.env.cr.savepoint():
                return self.create(
                    [
                        {
                            "company_id": claim.company_id.id,
                            "access_group_id": claim.access_group_id.id,
                            "claim_id": claim.id,
                            "link_id": link.id,
                            "currency_id": link.currency_id.id,
                            "amount": amount,
                            "expires_on": expires_on,
                        }
                        for claim, amount in amounts.items()
                    ]
                )
        except UniqueViolation:
            raise UserError(self._busy_sentence(claims, expires_on)) from None

    @api.model
    def _end_lapsed(self, claims, link):
        """Switch off what no longer reserves the claims.

        That is what has expired or ended, and an own attempt that the provider has
        not heard of yet: whoever comes back from the provider's page tries again. The
        transaction of such an attempt stays as it is: were it cancelled, Odoo would
        ignore the provider when the first page is paid all the same.
        """
        self.flush_model()
        self.env["payment.transaction"].flush_model(["state"])
        family = link.origin_id or link
        self.env.execute_query(
            SQL(
                """
                UPDATE ar_payment_reservation reservation
                   SET active = FALSE
                 WHERE reservation.active
                   AND reservation.claim_id = ANY(%(claims)s)
                   AND (NOT (%(in_force)s)
                        OR EXISTS (
                            SELECT FROM payment_transaction attempt
                              JOIN ar_payment_link own
                                ON own.id = reservation.link_id
                             WHERE attempt.id = reservation.transaction_id
                               AND attempt.state = 'draft'
                               AND %(family)s IN (own.id, own.origin_id)))
                RETURNING reservation.id
                """,
                claims=claims.ids,
                in_force=self._sql_in_force(SQL("reservation")),
                family=family.id,
            )
        )
        self.invalidate_model(["active"], flush=False)

    @api.model
    def _sql_in_force(self, reservation):
        """Whether a row of the table reserves its claim at this moment.

        Money that was authorised or received holds the claim until it is booked,
        however long that takes.
        """
        return SQL(
            """
            %(reservation)s.active AND EXISTS (
                SELECT FROM payment_transaction tx
                 WHERE tx.id = %(reservation)s.transaction_id
                   AND (tx.state IN ('authorized', 'done')
                        OR (tx.state IN ('draft', 'pending')
                            AND %(reservation)s.expires_on > %(now)s)))
            """,
            reservation=reservation,
            now=fields.Datetime.now(),
        )

    @api.model
    def _processed_claims(self, claim_ids):
        """Return the ids of claims whose money is on its way or has arrived.

        An attempt that the provider has not heard of yet does not count.
        """
        if not claim_ids:
            return set()
        self.flush_model()
        self.env["payment.transaction"].flush_model(["state"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT reservation.claim_id
                  FROM ar_payment_reservation reservation
                  JOIN payment_transaction attempt
                    ON attempt.id = reservation.transaction_id
                   AND attempt.state <> 'draft'
                 WHERE reservation.claim_id = ANY(%(claims)s) AND %(in_force)s
                """,
                claims=list(claim_ids),
                in_force=self._sql_in_force(SQL("reservation")),
            )
        )
        return {claim_id for [claim_id] in rows}

    @api.model
    def _busy_sentence(self, claims, latest):
        """Say that claims are being paid, and when they are free again.

        :param latest: moment to name when the other attempt is not visible yet
        """
        others = self.search([("claim_id", "in", claims.ids)])
        company = claims.company_id[:1]
        if set(others.transaction_id.mapped("state")) & {"authorized", "done"}:
            return self.env._(
                "A payment of these amounts has just been made and is being processed. "
                "You do not have to pay again."
            )
        free_on = max(others.mapped("expires_on"), default=latest)
        return self.env._(
            "These amounts are being paid at this moment, perhaps in another window or "
            "by somebody else. If that payment is not completed, you can pay online "
            "again from %(time)s.",
            time=format_datetime(
                self.env, free_on, tz=company.partner_id.tz or "UTC", dt_format="HH:mm"
            ),
        )

    def _payable_item(self):
        """Return the journal item of the claim if the payment can pay for it now.

        The item itself, or costs beside one that is paid.
        """
        self.ensure_one()
        return self.claim_id.line_id.filtered(
            lambda item: (
                item.parent_state == "posted" and item.currency_id == self.currency_id
            )
        )

    def _asked_on(self):
        """Return the day on which the debtor was asked for the amount."""
        self.ensure_one()
        return fields.Datetime.context_timestamp(
            self.with_context(tz=self.company_id.partner_id.tz or "UTC"),
            self.create_date,
        ).date()

    def _raise_double_payment(self, payment, amount):
        """Put on the work list what a payment brought and no claim could take.

        :param amount: float, in the currency of the payment

        It stays an open credit of the debtor, so no reminder asks for it again.
        """
        link = self.link_id[:1]
        self.env["ar.work.item"]._raise_items(
            [
                {
                    "kind": "double_payment",
                    "company_id": link.company_id.id,
                    "access_group_id": link.access_group_id.id,
                    "debtor_id": link.debtor_id.id,
                    "amount": amount,
                    "currency_id": link.currency_id.id,
                    "points": 60,
                    "due_on": link.company_id._ar_today(),
                    "note": self.env._(
                        "%(debtor)s paid %(documents)s online (payment %(payment)s), "
                        "but %(amount)s of it was no longer open: it was paid in "
                        "another way meanwhile. The amount is an open credit of the "
                        "debtor: pay it back, or match it with another claim after "
                        "asking.",
                        debtor=link.partner_id.display_name,
                        documents=", ".join(
                            filter(None, self.claim_id.mapped("move_name"))
                        ),
                        payment=payment.name or payment.memo,
                        amount=format_amount(self.env, amount, link.currency_id),
                    ),
                    "dedup_key": f"double_payment/{payment.id}",
                }
            ]
        )

    def _end(self):
        """Switch reservations off: their attempt is paid, given up or refused."""
        self.filtered("active").write({"active": False})

    def action_release(self):
        """Let others pay a claim whose payment was given up."""
        self.check_access("read")
        if not self.env.user.has_group("ar_dunning.group_collector"):
            raise UserError(
                self.env._("Only collectors may release a claim for payment.")
            )
        # Technical rows, read-only for people; access to these was checked above.
        reservations_sudo = self.sudo()
        paid = reservations_sudo.filtered(
            lambda one: one.transaction_state in ("authorized", "done")
        )
        if paid & reservations_sudo.filtered("active"):
            raise UserError(
                self.env._(
                    "The money of “%s” has come in or is reserved: complete or cancel "
                    "the transaction instead.",
                    ", ".join(paid.mapped("transaction_reference")),
                )
            )
        reservations_sudo._end()
