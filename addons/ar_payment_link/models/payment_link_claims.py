from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from odoo.addons.ar_dunning.models.bank_match_reading import exact
from odoo.addons.ar_dunning.rules.references import (
    is_valid_ogm,
    is_valid_rf,
    normalise,
)

from ..rules import epc
from ..rules.settlement import Share, settle


@dataclass(frozen=True)
class OpenClaim:
    """What the page of a link shows of one open claim, in the link's currency.

    ``open_amount`` is what is still to be paid: ``principal``, which is the open amount
    in the books less what open credits and payments of the debtor cover, and ``beside``
    it costs and interest, as of the last daily cycle. ``chosen`` tells the claims that
    the link is about from the others. ``with_others`` is a sentence when somebody else
    collects the claim: then it is shown, never offered.
    """

    claim: models.Model
    residual: Decimal
    covered: Decimal
    beside: Decimal
    date_due: date
    days_overdue: int
    move_name: str
    description: str
    chosen: bool
    with_others: str | None

    @property
    def principal(self) -> Decimal:
        return self.residual - self.covered

    @property
    def open_amount(self) -> Decimal:
        return self.principal + self.beside

    @property
    def reference(self) -> str:
        """Return what a transfer for this claim alone names."""
        return self.claim.payment_reference or self.move_name

    @property
    def payable(self) -> bool:
        """Whether the page may offer to pay the claim to us."""
        return self.open_amount > 0 and not self.with_others


@dataclass(frozen=True)
class PaymentFacts:
    """What has to stand on a transfer that pays certain claims.

    ``structured`` says that the reference has check digits. ``code`` is the payload of
    the QR code for banking apps, of a SEPA transfer or of a Swiss QR bill; None when
    neither can pay this.
    """

    amount: Decimal
    reference: str
    structured: bool
    iban: str
    bic: str
    holder: str
    code: str | None


class PaymentLinkClaims(models.Model):
    """What the claims of a link are today and how they are paid: always live."""

    _inherit = "ar.payment.link"

    def _open_claims(self, on=None):
        """Return the OpenClaim of all that the debtor owes here, oldest first.

        All open claims of the debtor in the company, currency and access group of the
        link: what is not chosen can be added. Costs and interest are part of their
        claim, also when its principal is paid; booked ones are not shown apart. Claims
        that accounting keeps out of follow-up (paid by direct debit, say) are shown
        only when the link was made for them. A claim that credits cover is shown with
        nothing to pay. When all that the link is about was handed to somebody else,
        nothing else is shown. A constant number of queries.

        :param on: the day that days overdue are counted to; default: today there
        """
        self.ensure_one()
        on = on or self.company_id._ar_today()
        chosen = set(self._current_claims().ids)
        rows = [row for row in self._read_open() if not row[-1] or row[0] in chosen]
        claims = self.env["ar.claim"].browse(row[0] for row in rows)
        with_others = claims._with_others()
        if chosen and chosen <= with_others.keys():
            # Who collects them has the messages with this link: it tells him no more.
            rows = [row for row in rows if row[0] in chosen]
            claims = claims.browse(row[0] for row in rows)
        return [
            self._open_claim(claim, *facts, on, claim.id in chosen, with_others)
            for claim, (_id, *facts, _aside) in zip(claims, rows, strict=True)
        ]

    def _open_claim(self, claim, residual, covered, beside, due, number, what, *more):
        on, chosen, with_others = more
        return OpenClaim(
            claim=claim,
            residual=exact(residual, self.currency_id),
            covered=exact(covered, self.currency_id),
            beside=exact(beside, self.currency_id),
            date_due=due,
            days_overdue=(on - due).days,
            move_name=number or "",
            description=what or "",
            chosen=chosen,
            with_others=with_others.get(claim.id),
        )

    def _read_open(self):
        """Read the open claims in scope, with the virtual matching of the evaluation.

        The last column tells the claims that accounting keeps out of follow-up.
        """
        evaluation = self.env["ar.evaluation"]
        evaluation._flush()
        partners = self.debtor_id.partner_id.ids
        return self.env.execute_query(
            SQL(
                """
                WITH company_claim AS MATERIALIZED (%(claims)s), cover AS (%(cover)s)
                SELECT claim.id, claim.residual, COALESCE(cover.covered, 0),
                       claim.costs, claim.date_due, owed.move_name, owed.description,
                       claim.no_follow_up
                  FROM company_claim claim
                  JOIN ar_claim owed ON owed.id = claim.id
                  LEFT JOIN cover ON cover.claim_id = claim.id
                 WHERE claim.debtor_id = %(debtor)s
                   AND claim.company_id = %(company)s
                   AND claim.currency_id = %(currency)s
                   AND claim.access_group_id IS NOT DISTINCT FROM %(group)s
                   AND claim.principal_claim_id IS NULL
                   AND claim.residual + claim.costs > 0
                 ORDER BY claim.date_due, claim.id
                """,
                claims=evaluation._sql_claims(self.company_id, partners),
                cover=evaluation._sql_cover(self.company_id, partners),
                debtor=self.debtor_id.id,
                company=self.company_id.id,
                currency=self.currency_id.id,
                group=self.access_group_id.id or None,
            )
        )

    def _current_claims(self):
        """Return the claims of the link, each as what has come in its place."""
        claims = self.line_ids.claim_id
        while gone := claims.filtered(
            lambda claim: claim.state == "void" and claim.successor_id
        ):
            claims = (claims - gone) | gone.successor_id
        return claims

    def _payment_facts(self, claims=None):
        """Return what to print so that a transfer pays exactly these claims.

        One claim, or several with one reference, are paid with the reference of the
        invoice itself, unless an older claim has it too, which would be paid first;
        all others with the reference of this link. So pass the claims of the link
        (`_choose` gives the link of any other choice).

        :param claims: ar.claim records; default: what is to be paid on this link
        :raises ValueError: when the reference of the link would pay other claims too
        """
        self.ensure_one()
        open_claims = self._open_claims()
        payable = [one for one in open_claims if one.payable]
        wanted = (
            [one for one in payable if one.chosen]
            if claims is None
            else [one for one in payable if one.claim in claims]
        )
        amount = sum((one.open_amount for one in wanted), Decimal(0))
        if claims is None:
            amount = sum(self._shares_of(wanted).values(), Decimal(0))
        reference = _own_reference(wanted, open_claims)
        if not reference:
            if any(one.chosen != (one in wanted) for one in payable):
                raise ValueError("the claims are not those of the link")
            reference = self.reference
        account = self.company_id._ar_bank_account()
        return self._transfer_facts(
            amount,
            reference,
            iban=account.acc_number,
            bic=account.bank_id.bic,
            holder=account.acc_holder_name or self.company_id.name,
            account=account,
            debtor=self.partner_id,
        )

    def _shares_of(self, open_claims):
        """Return {ar.claim: what is paid of it now}, as Decimals above zero.

        All of what is open, or the part that the debtor chose to pay: the oldest first,
        as a transfer with the reference of this link is matched.

        :param open_claims: the OpenClaims that are paid
        """
        part = self._part()
        if not part:
            return {one.claim: one.open_amount for one in open_claims}
        by_id = {one.claim.id: one.claim for one in open_claims}
        settled = settle(
            part,
            [
                Share(one.claim.id, one.date_due, one.open_amount, one.open_amount)
                for one in open_claims
            ],
        )
        return {by_id[claim_id]: amount for claim_id, amount in settled.parts.items()}

    @api.model
    def _transfer_facts(
        self,
        amount,
        reference,
        *,
        iban,
        bic,
        holder,
        account=None,
        debtor=None,
        currency=None,
    ):
        """Return the PaymentFacts of a transfer.

        :param amount: Decimal
        :param account: res.partner.bank with this IBAN, for a Swiss QR bill
        :param debtor: res.partner that pays, for a Swiss QR bill
        :param currency: res.currency; default: that of the link
        """
        currency = currency or self.currency_id
        iban = "".join((iban or "").split()).upper()
        structured = is_valid_ogm(reference) or is_valid_rf(reference)
        try:
            if currency.name != "EUR":
                raise ValueError("SEPA transfers are in euro")
            payload = epc.prepare(
                holder or "",
                iban,
                amount,
                structured=normalise(reference) if structured else "",
                text="" if structured else reference,
                bic=bic or "",
            )
        except ValueError:
            payload = None
        swiss = amount > 0 and self._swiss_code(
            account, iban, amount, reference, currency, debtor
        )
        return PaymentFacts(
            amount=amount,
            reference=reference,
            structured=structured,
            iban=iban,
            bic=bic or "",
            holder=holder or "",
            code=swiss or payload,
        )

    @api.model
    def _swiss_code(self, account, iban, amount, reference, currency, debtor):
        """Return the payload of a Swiss QR bill, as Odoo makes it; None without one.

        Odoo's Swiss localisation says whether account, reference and addresses allow
        it; both parties live in Switzerland or Liechtenstein.
        """
        if not account or not debtor or account.sanitized_acc_number != iban:
            return None
        # What stands in the code is told to the debtor himself.
        account_sudo = account.sudo()
        if "ch_qr" not in dict(account_sudo.get_available_qr_methods_in_sequence()):
            return None
        key = normalise(reference)
        structured = is_valid_rf(reference) or account_sudo._is_qr_reference(key)
        values = account_sudo._build_qr_code_vals(
            float(amount),
            "" if structured else reference,
            key if structured else "",
            currency,
            debtor.sudo(),
            qr_method="ch_qr",
        )
        if not values:
            return None
        return account_sudo._get_qr_code_generation_params(**values)["value"]


def _own_reference(wanted, open_claims):
    """Return the reference of an invoice that pays these claims before all others.

    :param wanted: OpenClaims, oldest first, as are `open_claims`
    :return: None when they have several, or an older claim has the same one
    """
    reference = wanted[0].reference if wanted else None
    named = [one for one in open_claims if one.reference == reference]
    return reference if named[: len(wanted)] == wanted else None
