import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from psycopg2 import OperationalError

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..rules.allocation import allocate
from ..rules.open_items import OpenItem
from ..rules.recognition import Candidate, recognise
from .bank_match_reading import Named, Payment, exact

_logger = logging.getLogger(__name__)

_STATES = {
    "several_debtors": "ambiguous",
    "other_payer": "ambiguous",
    "mixed_access": "ambiguous",
    "already_paid": "already_paid",
    "unnamed": "nothing",
    "nothing": "nothing",
}


@dataclass(frozen=True)
class Part:
    """What one claim gets of a payment, and what then remains of the claim.

    ``paid`` is in the currency of the payment, ``amount`` and ``rest`` in that of the
    claim.
    """

    claim: Named
    paid: Decimal
    amount: Decimal
    rest: Decimal


@dataclass(frozen=True)
class Decision:
    """What is done with a payment; ``claims`` are those that it names."""

    payment: Payment
    state: str
    verdict: str
    claims: Sequence[Named] = ()
    parts: Sequence[Part] = ()
    note: str | None = None

    @property
    def applied(self):
        """The amount that claims get, in the currency of the payment."""
        return sum((part.paid for part in self.parts), Decimal(0))

    @property
    def left(self):
        """The amount that no claim gets, in the currency of the payment."""
        return self.payment.amount - self.applied


class BankMatchBooking(models.Model):
    """Decides what a payment pays and books it.

    The suspense item of the bank entry becomes one receivable item per claim, matched
    with that claim alone, and one for what is left over.
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
        residuals = {
            claim.claim_id: claim.residual
            for claims in named.values()
            for claim in claims
            if claim.residual > 0
        }
        decisions = []
        for payment in payments:
            claims = named.get(payment.line_id, ())
            decision = self._decide(payment, claims, residuals, owing)
            if decision.parts and payment.date in locks:
                decision = self._failed(decision, locks[payment.date])
            if decision.parts and book:
                decision = book(decision)
            for part in decision.parts:
                residuals[part.claim.claim_id] = part.rest
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

    # -- deciding ---------------------------------------------------------------

    @api.model
    def _decide(self, payment, claims, residuals, owing):
        """Return what is done with a payment, given what is still open.

        :param claims: the claims that the payment names
        :param residuals: {claim id: open amount in the claim's currency}
        :param owing: payers with open claims, see `_find_owing`
        """
        by_id = {claim.claim_id: claim for claim in claims}
        amounts = {
            claim_id: self._convert(
                residuals.get(claim_id, Decimal(0)),
                claim.currency_id,
                payment.currency_id,
                payment.date,
            )
            for claim_id, claim in by_id.items()
        }
        recognition = recognise(
            payment.amount,
            [_candidate(claim, amounts[claim.claim_id]) for claim in claims],
            payment.payer_id,
            payment.payer_id in owing,
        )
        named = [*recognition.claims, *recognition.also]
        verdict = recognition.verdict
        if verdict != "named":
            return Decision(
                payment,
                _STATES[verdict],
                verdict,
                [by_id[claim_id] for claim_id in named],
                note=self._verdict_note(verdict),
            )
        shares = {}
        for claim_ids in (recognition.claims, recognition.also):
            left = payment.amount - sum(shares.values(), Decimal(0))
            if claim_ids and left:
                shares |= _allocate(left, claim_ids, by_id, amounts)
        asked = sum(amounts[claim_id] for claim_id in named)
        return Decision(
            payment,
            _state(payment.amount, asked),
            verdict,
            [by_id[claim_id] for claim_id in named],
            [
                self._part(payment, by_id[claim_id], paid, amounts, residuals)
                for claim_id, paid in shares.items()
            ],
        )

    @api.model
    def _part(self, payment, claim, paid, amounts, residuals):
        residual = residuals[claim.claim_id]
        if paid == amounts[claim.claim_id]:
            return Part(claim, paid, residual, Decimal(0))
        amount = self._convert(
            paid, payment.currency_id, claim.currency_id, payment.date
        )
        amount = min(amount, residual)
        return Part(claim, paid, amount, residual - amount)

    @api.model
    def _convert(self, amount, from_id, to_id, on):
        """Return an amount in another currency, at the rate of a day."""
        if from_id == to_id or not amount:
            return amount
        to_currency = self.env["res.currency"].browse(to_id)
        from_currency = to_currency.browse(from_id)
        return exact(
            from_currency._convert(float(amount), to_currency, self.env.company, on),
            to_currency,
        )

    @api.model
    def _verdict_note(self, verdict):
        """Return what a person should know about a payment that is not applied."""
        notes = {
            "several_debtors": self.env._(
                "The payment names claims of several debtors: match it by hand."
            ),
            "other_payer": self.env._(
                "A document number fits, but somebody else pays another amount: check "
                "whose payment it is."
            ),
            "mixed_access": self.env._(
                "The payment names claims that are not paid together: match it by hand."
            ),
            "already_paid": self.env._(
                "What the payment names is not open (any more): it is a second "
                "payment, or one that was registered before the statement came in."
            ),
            "unnamed": self.env._(
                "The payer has open claims, but the payment names none of them: match "
                "it by hand, or this debtor is asked for money that has come in."
            ),
        }
        return notes.get(verdict)

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
        by_account, to_create, pairs = {}, [], []
        with (
            payments.move_id._check_balanced(container),
            payments.move_id._sync_dynamic_lines(container),
        ):
            for item, decision in zip(suspense, decisions, strict=True):
                first, *others = self._prepare_counterparts(decision, item)
                if others or first["currency_id"] != item.currency_id.id:
                    item.write(first)
                by_account.setdefault(first["account_id"], []).append(item.id)
                pairs.append((decision.parts[0].claim.line_id, item.id))
                to_create += others
            # One write for many: Odoo's checks cost most of the time.
            for account_id, item_ids in by_account.items():
                items.browse(item_ids).write({"account_id": account_id})
            created = iter(items.create(to_create).ids)
        for decision in decisions:
            for part in decision.parts[1:]:
                pairs.append((part.claim.line_id, next(created)))
            if decision.left:
                next(created)
        items._reconcile_plan([items.browse(pair) for pair in pairs])

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
    def _prepare_counterparts(self, decision, suspense):
        """Return the items that take the place of the suspense item of an entry.

        One per part, in the currency of its claim, and one for what is left. In
        company currency each is worth its share of what the bank entry says; the last
        one takes the rounding.
        """
        payment = decision.payment
        shares = [
            (part.claim, part.claim.currency_id, part.paid, part.amount)
            for part in decision.parts
        ]
        if decision.left:
            last = decision.parts[-1].claim
            shares.append((last, payment.currency_id, decision.left, decision.left))
        company_currency = suspense.company_currency_id
        value_left = exact(-suspense.balance, company_currency)
        paid_left = payment.amount
        counterparts = []
        for claim, currency_id, paid, amount in shares:
            value = exact(value_left * paid / paid_left, company_currency)
            value_left -= value
            paid_left -= paid
            if currency_id == company_currency.id:
                amount = value
            counterparts.append(
                {
                    "name": suspense.name,
                    "move_id": suspense.move_id.id,
                    "partner_id": claim.partner_id,
                    "account_id": claim.account_id,
                    "currency_id": currency_id,
                    "amount_currency": -float(amount),
                    "balance": -float(value),
                }
            )
        return counterparts


def _candidate(claim, open_amount):
    digits_only = claim.key.isdigit()
    return Candidate(
        claim_id=claim.claim_id,
        debtor_id=claim.partner_id,
        access_group_id=claim.access_group_id,
        trust="certain" if claim.certain else "weak" if digits_only else "telling",
        open_amount=open_amount,
    )


def _allocate(amount, claim_ids, by_id, amounts):
    """Return {claim id: share} of an amount, oldest due date first."""
    return allocate(
        amount,
        [
            OpenItem(claim_id, by_id[claim_id].date_due, amounts[claim_id])
            for claim_id in claim_ids
        ],
    ).parts


def _state(amount, asked):
    if amount == asked:
        return "applied"
    return "overpaid" if amount > asked else "partial"
