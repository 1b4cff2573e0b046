import logging
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from psycopg2 import OperationalError

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..rules.owed import Piece
from .bank_match_reading import Named, exact

_logger = logging.getLogger(__name__)


class Slot(NamedTuple):
    """An item to be made in the bank entry, and what it pays.

    ``paid`` is in the currency of the payment, ``amount`` in that of the slot.
    ``piece`` is the cost that it pays, else it pays the principal; without a day
    (``on``) it is what is left over.
    """

    claim: Named
    currency_id: int
    paid: Decimal
    amount: Decimal
    on: date | None = None
    piece: Piece | None = None


class BankMatchBooking(models.Model):
    """Books what was decided about payments.

    The suspense item of the bank entry becomes one receivable item per claim, matched
    with that claim alone, one per cost, and one for what is left over.
    """

    _inherit = "ar.bank.match"

    @api.model
    def _book_payments(self, company, payments, named, owing):
        """Decide on payments of a company and book them; return the decisions.

        All are booked together. When that fails, each is booked by itself, so that
        the one in error does not stop the others.

        :param named: see `_find_named`
        :param owing: see `_find_owing`
        """
        locks = self._lock_notes(company, payments)
        decisions = self._decide_all(payments, named, owing, locks)
        to_book = [decision for decision in decisions if decision.parts]
        if not to_book:
            return decisions
        try:
            with self.env.cr.savepoint():
                self._book(to_book)
        except OperationalError:
            # Somebody else writes the same items: the whole transaction starts over.
            raise
        except Exception:
            _logger.info("Bank payments are booked one by one", exc_info=True)
            return self._decide_all(payments, named, owing, locks, self._book_or_fail)
        return decisions

    @api.model
    def _decide_all(self, payments, named, owing, locks, book=None):
        """Return the decisions on payments, each after what the ones before it pay.

        :param book: function that books a decision and returns what came of it
        """
        open_claims = self._open_claims(named)
        decisions = []
        for payment in payments:
            claims = named.get(payment.line_id, ())
            decision = self._decide(payment, claims, open_claims, owing)
            if decision.parts and payment.date in locks:
                decision = self._failed(decision, locks[payment.date])
            if decision.parts and book:
                decision = book(decision)
            for part in decision.parts:
                open_claims.note(part.claim.claim_id, payment.date, part.done)
            decisions.append(decision)
        return decisions

    @api.model
    def _book_or_fail(self, decision):
        try:
            with self.env.cr.savepoint():
                self._book([decision])
        except OperationalError:
            raise
        except UserError as error:
            return self._failed(decision, str(error))
        except Exception:
            _logger.exception("Bank payment %s not booked", decision.payment.line_id)
            return self._failed(
                decision,
                self.env._("An unexpected error occurred; it is in the server's log."),
            )
        return decision

    @api.model
    def _failed(self, decision, reason):
        note = self.env._(
            "The payment was recognised but not booked. %(reason)s", reason=reason
        )
        return replace(decision, state="failed", parts=(), note=note)

    @api.model
    def _lock_notes(self, company, payments):
        """Return {date: why nothing can be booked on it} for locked dates."""
        notes = {}
        for on in {payment.date for payment in payments}:
            locks = company._get_violated_lock_dates(
                on, False, self.env["account.journal"]
            )
            if locks:
                notes[on] = self.env._(
                    "The period is locked (%(locks)s): open it, or match the payment "
                    "by hand.",
                    locks=company._format_lock_dates(locks),
                )
        return notes

    # -- booking ----------------------------------------------------------------

    @api.model
    def _book(self, decisions):
        """Write decisions into the ledger and match each claim with its part."""
        # Odoo must not rebuild the entry from the bank line while it is written here.
        payments = (
            self.env["account.bank.statement.line"]
            .with_context(skip_account_move_synchronization=True)
            .browse(decision.payment.line_id for decision in decisions)
        )
        suspense = [self._suspense_item(payment) for payment in payments]
        self._set_partners(decisions)
        items = payments.move_id.line_ids
        container = {"records": payments.move_id}
        all_slots = [self._slots(decision) for decision in decisions]
        by_account, to_create = {}, []
        with (
            payments.move_id._check_balanced(container),
            payments.move_id._sync_dynamic_lines(container),
        ):
            for item, slots in zip(suspense, all_slots, strict=True):
                first, *others = self._prepare_counterparts(slots, item)
                if others or first["currency_id"] != item.currency_id.id:
                    item.write(first)
                by_account.setdefault(first["account_id"], []).append(item.id)
                to_create += others
            # One write for many: Odoo's checks cost most of the time.
            for account_id, item_ids in by_account.items():
                items.browse(item_ids).write({"account_id": account_id})
            created = iter(items.create(to_create).ids)
        pairs = self._pair(
            [
                (slot, item.id if slot is slots[0] else next(created))
                for item, slots in zip(suspense, all_slots, strict=True)
                for slot in slots
            ]
        )
        items._reconcile_plan([items.browse(pair) for pair in pairs])
        self._note_costs(decisions, [item for item, _money in pairs])

    @api.model
    def _slots(self, decision):
        """Return a Slot for each item that takes the place of the suspense item.

        One per claim for the principal, one per cost, and one for what is left.
        """
        on = decision.payment.date
        slots = []
        for part in decision.parts:
            claim, done = part.claim, part.done
            if done.principal:
                paid = part.paid - done.beside
                slots.append(Slot(claim, claim.currency_id, paid, done.principal, on))
            slots += [
                Slot(claim, claim.currency_id, piece.amount, piece.amount, on, piece)
                for piece in done.pieces
            ]
        if decision.left:
            last = decision.parts[-1].claim
            currency = decision.payment.currency_id
            slots.append(Slot(last, currency, decision.left, decision.left))
        return slots

    @api.model
    def _pair(self, placed):
        """Return (id of an item that is paid, id of the item that pays it).

        Costs that are not in the ledger yet are booked, on the day of the payment.

        :param placed: [(Slot, id of the journal item made for it)]
        """
        pieces = [(slot, money) for slot, money in placed if slot.piece]
        items = self.env["ar.claim.cost.share"]._items_of(
            [(slot.piece, slot.on) for slot, _money in pieces]
        )
        return [
            (slot.claim.line_id, money)
            for slot, money in placed
            if slot.on and not slot.piece
        ] + [(item, money) for item, (_slot, money) in zip(items, pieces, strict=True)]

    @api.model
    def _note_costs(self, decisions, item_ids):
        """Let costs know what was paid of them; interest that is paid grows no more."""
        self.env["ar.claim.cost"]._follow_items(item_ids)
        shares = self.env["ar.claim.cost.share"]
        for decision in decisions:
            ended = [share_id for part in decision.parts for share_id in part.ended]
            shares.browse(ended)._end_interest(decision.payment.date)

    @api.model
    def _set_partners(self, decisions):
        """Put the debtor on bank entries, and on bank lines that name no payer.

        Set-based: nothing is derived from the partner of a bank entry that has no
        receivable yet. A locked or sealed entry is refused by the write that follows.
        """
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                """
                WITH decision AS (
                    SELECT * FROM unnest(%s::int[], %s::int[])
                               AS d (payment_id, partner_id)
                ), payer AS (
                    UPDATE account_bank_statement_line payment
                       SET partner_id = decision.partner_id
                      FROM decision
                     WHERE payment.id = decision.payment_id
                       AND payment.partner_id IS NULL
                    RETURNING payment.move_id, payment.partner_id
                ), entry AS (
                    UPDATE account_move move
                       SET partner_id = payer.partner_id,
                           commercial_partner_id = payer.partner_id
                      FROM payer
                     WHERE move.id = payer.move_id
                )
                UPDATE account_move_line item
                   SET partner_id = decision.partner_id
                  FROM decision
                  JOIN account_bank_statement_line payment
                    ON payment.id = decision.payment_id
                  JOIN account_journal journal ON journal.id = payment.journal_id
                 WHERE item.move_id = payment.move_id
                   AND (payment.partner_id IS NULL
                        OR item.account_id = journal.suspense_account_id)
                RETURNING item.id
                """,
                [decision.payment.line_id for decision in decisions],
                [decision.parts[0].claim.partner_id for decision in decisions],
            )
        )
        self.env["account.bank.statement.line"].invalidate_model(["partner_id"])
        self.env["account.move"].invalidate_model(
            ["partner_id", "commercial_partner_id"]
        )
        self.env["account.move.line"].invalidate_model(["partner_id"])

    @api.model
    def _suspense_item(self, payment):
        _liquidity, suspense, others = payment._seek_for_lines()
        if len(suspense) != 1 or others:
            raise UserError(
                self.env._(
                    "The bank entry has no single item on the suspense account: match "
                    "it by hand."
                )
            )
        return suspense

    @api.model
    def _prepare_counterparts(self, slots, suspense):
        """Return the items that take the place of the suspense item of an entry.

        One per slot, in its currency. In company currency each is worth its share of
        what the bank entry says; the last one takes the rounding.
        """
        company_currency = suspense.company_currency_id
        value_left = exact(-suspense.balance, company_currency)
        paid_left = sum(slot.paid for slot in slots)
        counterparts = []
        for slot in slots:
            value = exact(value_left * slot.paid / paid_left, company_currency)
            value_left -= value
            paid_left -= slot.paid
            amount = slot.amount
            if slot.currency_id == company_currency.id:
                amount = value
            counterparts.append(
                {
                    "name": suspense.name,
                    "move_id": suspense.move_id.id,
                    "partner_id": slot.claim.partner_id,
                    "account_id": slot.claim.account_id,
                    "currency_id": slot.currency_id,
                    "amount_currency": -float(amount),
                    "balance": -float(value),
                }
            )
        return counterparts
