from datetime import date
from decimal import Decimal
from typing import NamedTuple

from odoo import fields, models
from odoo.fields import Command

from odoo.addons.ar_dunning.rules.owed import Paid, Piece

from ..rules.settlement import Share, settle, split_value


class Slot(NamedTuple):
    """An item of the payment: for the principal ``item``, or a ``piece`` of a cost."""

    account: models.Model
    amount: Decimal
    item: models.Model
    piece: Piece | None = None


class Part(NamedTuple):
    """What a payment pays of one claim, whose principal is ``item``.

    ``ended`` are shares of interest that grow no more after ``asked_on``: all that was
    asked for on that day is paid.
    """

    item: models.Model
    done: Paid
    ended: tuple
    asked_on: date

    def slots(self):
        account = self.item.account_id
        slots = []
        if self.done.principal:
            slots.append(Slot(account, self.done.principal, self.item))
        return slots + [
            Slot(account, piece.amount, self.item, piece) for piece in self.done.pieces
        ]


class PaymentTransaction(models.Model):
    """Books an online payment over the claims that it was made for.

    One payment, with one receivable item per claim and one per cost of it, each
    matched with that alone. It works for entries and opening balances as well as for
    invoices, and for claims on several receivable accounts.
    """

    _inherit = "payment.transaction"

    ar_reservation_ids = fields.One2many(
        "ar.payment.reservation",
        "transaction_id",
        string="Claims",
        readonly=True,
        context={"active_test": False},
        groups="ar_dunning.group_auditor",
    )
    ar_claim_count = fields.Integer(compute="_compute_ar_claim_count")

    def _compute_ar_claim_count(self):
        counts = dict(
            self.env["ar.payment.reservation"]
            # A number of claims tells nothing about them.
            .sudo()
            .with_context(active_test=False)
            ._read_group(
                [("transaction_id", "in", self.ids)], ["transaction_id"], ["__count"]
            )
        )
        for transaction in self:
            transaction.ar_claim_count = counts.get(transaction, 0)

    def action_open_ar_claims(self):
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_dunning.ar_claim_action"
        )
        # Which claims these are; the reader sees those that his groups let him see.
        claim_ids = self.sudo().ar_reservation_ids.claim_id.ids
        action["domain"] = [("id", "in", claim_ids)]
        action["context"] = {}
        return action

    def _update_state(self, allowed_states, target_state, state_message):
        changed = super()._update_state(allowed_states, target_state, state_message)
        if target_state in ("cancel", "error"):
            # Written for the payer, who is nobody: the provider said so.
            changed.sudo().ar_reservation_ids._end()
        return changed

    def _post_process(self):
        result = super()._post_process()
        # What was captured in parts ends with the last part, on the source.
        attempts = self | self.source_transaction_id
        ended = attempts.filtered(lambda tx: tx._ar_is_over())
        # Written for the payer, who is nobody: the provider said so.
        ended.sudo().ar_reservation_ids._end()
        return result

    def _ar_is_over(self):
        """Whether nothing more comes of this transaction: it failed or is booked.

        A source that was captured in parts has no payment: its parts have.
        """
        self.ensure_one()
        if self.state != "done":
            return self.state in ("cancel", "error")
        parts = self.child_transaction_ids.filtered(
            lambda tx: tx.operation == self.operation and tx.state == "done"
        )
        return bool(
            self.payment_id or (parts and all(part.payment_id for part in parts))
        )

    def _create_payment(self, **extra_create_values):
        self.ensure_one()
        # The system books what came in; nothing of it is shown to the payer.
        transaction_sudo = self.sudo()
        reservations_sudo = transaction_sudo._ar_reservations()
        if not reservations_sudo:
            return super()._create_payment(**extra_create_values)
        parts, left = transaction_sudo._ar_settle(reservations_sudo)
        account = reservations_sudo.claim_id[:1].account_id
        slots = [slot for part in parts for slot in part.slots()]
        shares = [(slot.account, slot.amount) for slot in slots]
        if left:
            shares.append((shares[-1][0] if shares else account, left))
        payment = self.env["account.payment"].create(
            {
                **transaction_sudo._ar_prepare_payment(shares),
                **extra_create_values,
            }
        )
        payment.action_post()
        self.payment_id = payment
        if parts:
            transaction_sudo._ar_match(payment, parts, slots)
        if left:
            reservations_sudo._raise_double_payment(payment, float(left))
        return payment

    def _ar_reservations(self):
        """Return the reservations that this transaction pays.

        The capture of an authorised amount pays what was authorised.
        """
        source = self.source_transaction_id
        if source and source.operation == self.operation:
            return source.ar_reservation_ids
        return self.ar_reservation_ids

    def _ar_settle(self, reservations):
        """Return ([Part], amount left) of what the payment can pay now.

        Costs and interest count as on the day on which the debtor was asked for them.
        """
        items = {
            reservation: item
            for reservation in reservations
            if (item := reservation._payable_item())
        }
        open_claims = self.env["ar.claim"]._owing(
            {
                reservation.claim_id.id: self._ar_exact(item.amount_residual_currency)
                for reservation, item in items.items()
            }
        )
        owed = {
            reservation.id: open_claims.on(
                reservation.claim_id.id, reservation._asked_on()
            )
            for reservation in items
        }
        settlement = settle(
            self._ar_exact(self.amount),
            [
                Share(
                    reservation.id,
                    reservation.claim_id.date_due,
                    self._ar_exact(reservation.amount),
                    owed[reservation.id].total,
                )
                for reservation in items
            ],
        )
        parts = [
            Part(
                items[reservation],
                owed[key].pay(amount),
                ()
                if amount < owed[key].total
                else tuple(open_claims.growing(reservation.claim_id.id)),
                reservation._asked_on(),
            )
            for key, amount in settlement.parts.items()
            for reservation in [reservations.browse(key)]
        ]
        return parts, settlement.left

    def _ar_exact(self, amount):
        """Return an amount of the transaction's currency as a Decimal."""
        digits = self.currency_id.decimal_places
        return Decimal(f"{self.currency_id.round(amount):.{digits}f}")

    def _ar_prepare_payment(self, shares):
        """Return the values of the payment, with a receivable item per share.

        :param shares: [(receivable account, amount)]
        """
        provider = self.provider_id
        method_line = provider.journal_id.inbound_payment_method_line_ids.filtered(
            lambda line: line.payment_provider_id == provider
        )
        return {
            "amount": self.amount,
            "payment_type": "inbound",
            "partner_type": "customer",
            "currency_id": self.currency_id.id,
            "partner_id": self.partner_id.commercial_partner_id.id,
            "journal_id": provider.journal_id.id,
            "company_id": provider.company_id.id,
            "payment_method_line_id": method_line[:1].id,
            "payment_token_id": self.token_id.id,
            "payment_transaction_id": self.id,
            "memo": " - ".join(filter(None, (self.reference, self.provider_reference))),
            "invoice_ids": [Command.set(self.invoice_ids.ids)],
            "destination_account_id": shares[0][0].id,
            "write_off_line_vals": self._ar_prepare_further_items(shares),
        }

    def _ar_prepare_further_items(self, shares):
        """Return the receivable items beside the first, which Odoo makes itself."""
        company = self.provider_id.company_id
        value = self.currency_id._convert(
            self.amount,
            company.currency_id,
            company,
            fields.Date.context_today(self),
        )
        digits = company.currency_id.decimal_places
        values = split_value(
            Decimal(f"{value:.{digits}f}"),
            [amount for _account, amount in shares],
            Decimal(1).scaleb(-digits),
        )
        return [
            {
                "name": self.reference,
                "account_id": account.id,
                "partner_id": self.partner_id.commercial_partner_id.id,
                "currency_id": self.currency_id.id,
                "amount_currency": -float(amount),
                "balance": -float(worth),
            }
            for (account, amount), worth in list(zip(shares, values, strict=True))[1:]
        ]

    def _ar_match(self, payment, parts, slots):
        """Match what is paid with the parts of the payment that were made for it.

        Costs that are not in the ledger yet are booked with the payment.
        """
        _liquidity, counterparts, _others = payment._seek_for_lines()
        # In the order in which they were made: the last one may be what is left.
        pairs = list(zip(slots, counterparts.sorted("id"), strict=False))
        shares = self.env["ar.claim.cost.share"]
        items = iter(
            shares._items_of(
                [(slot.piece, payment.date) for slot, _money in pairs if slot.piece]
            )
        )
        paid = [
            counterparts.browse(next(items)) if slot.piece else slot.item
            for slot, _money in pairs
        ]
        counterparts._reconcile_plan(
            [item + money for item, (_slot, money) in zip(paid, pairs, strict=True)]
        )
        self.env["ar.claim.cost"]._follow_items([item.id for item in paid])
        for part in parts:
            shares.browse(part.ended)._end_interest(part.asked_on)
