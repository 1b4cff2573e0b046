from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from odoo import api, models

from ..rules.allocation import allocate
from ..rules.open_items import OpenItem
from ..rules.owed import Owed, Paid
from ..rules.recognition import Candidate, recognise
from .bank_match_reading import Named, Payment, exact

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
    claim; ``done`` says what of the claim is paid by it. ``ended`` are the shares of
    interest that grow no more: all that was owed is paid.
    """

    claim: Named
    paid: Decimal
    amount: Decimal
    rest: Decimal
    done: Paid
    ended: tuple[int, ...] = ()


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


class BankMatchDeciding(models.Model):
    """Decides what a payment pays: which claims, and which part of each.

    A claim is compared with all that is open of it on the day of the payment, costs
    and interest included, and paid in the order of its law. A payment in another
    currency pays principal alone.
    """

    _inherit = "ar.bank.match"

    @api.model
    def _decide(self, payment, claims, open_claims, owing):
        """Return what is done with a payment, given what is still open.

        :param claims: the claims that the payment names
        :param open_claims: ar.claim Owing: what is open, see `_open_claims`
        :param owing: payers with open claims, see `_find_owing`
        """
        by_id = {claim.claim_id: claim for claim in claims}
        owed = {
            claim.claim_id: self._owed_to(payment, claim, open_claims)
            for claim in claims
        }
        amounts = {
            claim_id: self._asked(payment, claim, owed[claim_id].total)
            for claim_id, claim in by_id.items()
        }
        recognition = recognise(
            payment.amount,
            [
                _candidate(
                    claim,
                    amounts[claim.claim_id],
                    self._asked(payment, claim, owed[claim.claim_id].principal),
                )
                for claim in claims
            ],
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
                self._part(
                    payment, by_id[claim_id], paid, amounts, owed[claim_id], open_claims
                )
                for claim_id, paid in shares.items()
            ],
        )

    @api.model
    def _open_claims(self, named):
        """Return the ar.claim Owing of the open claims that payments name."""
        return self.env["ar.claim"]._owing(
            {
                claim.claim_id: claim.residual
                for claims in named.values()
                for claim in claims
                if claim.line_id
            }
        )

    @api.model
    def _owed_to(self, payment, claim, open_claims):
        """Return what a claim owes to a payment, in the currency of the claim."""
        owed = open_claims.on(claim.claim_id, payment.date)
        if claim.currency_id != payment.currency_id:
            return Owed(owed.principal)
        return owed

    @api.model
    def _asked(self, payment, claim, amount):
        """Return an amount of a claim in the currency of a payment."""
        return self._convert(
            amount, claim.currency_id, payment.currency_id, payment.date
        )

    @api.model
    def _part(self, payment, claim, paid, amounts, owed, open_claims):
        if claim.currency_id == payment.currency_id:
            rest = owed.total - paid
            growing = () if rest else open_claims.growing(claim.claim_id)
            return Part(claim, paid, paid, rest, owed.pay(paid), tuple(growing))
        amount = owed.principal
        if paid != amounts[claim.claim_id]:
            converted = self._convert(
                paid, payment.currency_id, claim.currency_id, payment.date
            )
            amount = min(converted, amount)
        done = Paid(amount, (), Decimal(0))
        return Part(claim, paid, amount, owed.principal - amount, done)

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


def _candidate(claim, open_amount, principal):
    digits_only = claim.key.isdigit()
    return Candidate(
        claim_id=claim.claim_id,
        debtor_id=claim.partner_id,
        access_group_id=claim.access_group_id,
        trust="certain" if claim.certain else "weak" if digits_only else "telling",
        open_amount=open_amount,
        principal=principal,
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
