import html
import re
from collections import namedtuple
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ..rules import references

# A bank's text is short; what goes beyond this is not read.
MAXIMUM_TEXT = 4000

_TAG = re.compile(r"<[^<>]*>")


class MatchRule(NamedTuple):
    """A way to find the claims that the text of a payment names.

    ``candidates`` is a SELECT of (payment_id, key, claim_id) from the relation
    ``wanted`` (payment_id, kind, key) of normalised keys; their kind is ``reference``
    (with valid check digits) or ``number`` (perhaps a document number). A rule that is
    ``certain`` needs no amount or payer to agree.
    """

    code: str
    certain: bool
    candidates: SQL


@dataclass(frozen=True)
class Payment:
    """An incoming payment that waits on a bank statement, in the currency paid.

    ``known`` is what the last look at it ended with: state, reference, note, claims.
    """

    line_id: int
    texts: tuple[str, ...]
    date: date
    amount: Decimal
    currency_id: int
    payer_id: int | None
    match_id: int | None
    known: tuple


# A claim that a payment names; without `line_id`, `residual` and `beside` (costs and
# interest as of the last daily cycle) unless it is open.
Named = namedtuple(
    "Named",
    [
        "payment_id",
        "rule",
        "certain",
        "key",
        "claim_id",
        "company_id",
        "debtor_id",
        "partner_id",
        "access_group_id",
        "account_id",
        "currency_id",
        "date_due",
        "line_id",
        "residual",
        "beside",
    ],
)


class BankMatchReading(models.Model):
    """Reads waiting payments and finds the claims that they name.

    A constant number of statements, however many payments there are.
    """

    _inherit = "ar.bank.match"

    @api.model
    def _sql_waiting(self, join=None):
        """Return FROM and WHERE of incoming payments that nobody began to match.

        :param join: one more join, which may use the aliases of the others.
        """
        return SQL(
            """
            FROM account_bank_statement_line payment
            JOIN account_move move ON move.id = payment.move_id
            JOIN account_journal journal ON journal.id = payment.journal_id
            LEFT JOIN ar_bank_match decided ON decided.statement_line_id = payment.id
            %s
           WHERE payment.is_reconciled IS NOT TRUE
             AND payment.amount > 0
             AND move.state = 'posted'
             AND NOT EXISTS (
                 SELECT FROM account_move_line item
                   JOIN account_account account ON account.id = item.account_id
                  WHERE item.move_id = move.id
                    AND item.account_id
                        IS DISTINCT FROM journal.suspense_account_id
                    AND account.account_type
                        NOT IN ('asset_cash', 'liability_credit_card'))
            """,
            join or SQL(),
        )

    @api.model
    def _read_payments(self, line_ids):
        """Return the payments among statement lines that wait, oldest first."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT payment.id, payment.payment_ref, move.ref,
                       payment.transaction_details, move.narration, move.date,
                       CASE WHEN payment.foreign_currency_id IS NULL
                            THEN payment.amount ELSE payment.amount_currency END,
                       COALESCE(payment.foreign_currency_id, payment.currency_id),
                       COALESCE(payer.commercial_partner_id, payer.id),
                       decided.id, decided.state, decided.reference, decided.note,
                       ARRAY(SELECT part.claim_id FROM ar_bank_match_line part
                              WHERE part.match_id = decided.id
                              ORDER BY part.claim_id)
                  %s
                   AND payment.id IN %s
                 ORDER BY move.date, payment.id
                """,
                self._sql_waiting(
                    SQL("LEFT JOIN res_partner payer ON payer.id = payment.partner_id")
                ),
                tuple(line_ids),
            )
        )
        return [self._payment(*row) for row in rows]

    @api.model
    def _payment(
        self, line_id, label, reference, details, narration, on, amount, *others
    ):
        currency_id, payer_id, match_id, *known = others
        currency = self.env["res.currency"].browse(currency_id)
        return Payment(
            line_id=line_id,
            texts=_texts(label, reference, details, narration),
            date=on,
            amount=exact(amount, currency),
            currency_id=currency_id,
            payer_id=payer_id,
            match_id=match_id,
            known=tuple(known),
        )

    @api.model
    def _match_rules(self, company):
        """Return the rules by which claims are found, the most trusted first.

        Extension point: add a rule, and its code to the selection of `rule`.
        """
        claims = self.env["ar.claim"]
        root = company.root_id.id
        reference = claims._sql_normalised(SQL("claim.payment_reference"))
        number = claims._sql_normalised(SQL("claim.move_name"))
        by_reference = SQL(
            """SELECT wanted.payment_id, wanted.key, claim.id AS claim_id
                 FROM wanted
                 JOIN ar_claim claim
                   ON claim.root_company_id = %s AND %s = wanted.key""",
            root,
            reference,
        )
        return [
            MatchRule(
                "structured_reference",
                True,
                SQL("%s WHERE wanted.kind = 'reference'", by_reference),
            ),
            MatchRule(
                "document_number",
                False,
                SQL(
                    """%(by_reference)s WHERE wanted.kind = 'number'
                        UNION
                       SELECT wanted.payment_id, wanted.key, claim.id
                         FROM wanted
                         JOIN ar_claim claim
                           ON claim.root_company_id = %(root)s
                          AND %(number)s = wanted.key
                        WHERE wanted.kind = 'number'""",
                    by_reference=by_reference,
                    root=root,
                    number=number,
                ),
            ),
        ]

    @api.model
    def _find_named(self, company, payments):
        """Return {payment id: claims that it names}, each claim once.

        A claim found in several ways is kept as found by the most trusted rule, and
        by a key with a letter rather than by one of digits only. Who names a booked
        cost names the claim that it follows.
        """
        dutch = company.account_fiscal_country_id.code == "NL"
        wanted = [key for payment in payments for key in _keys(payment, dutch)]
        if not wanted:
            return {}
        found = SQL(" UNION ALL ").join(
            SQL(
                """SELECT %s AS rule, %s AS certain, %s AS place, candidate.*
                     FROM (%s) candidate""",
                rule.code,
                rule.certain,
                place,
                rule.candidates,
            )
            for place, rule in enumerate(self._match_rules(company))
        )
        payment_ids, kinds, keys = zip(*wanted, strict=True)
        rows = self.env.execute_query(
            SQL(
                """
                WITH wanted AS MATERIALIZED (
                    SELECT * FROM unnest(%s::int[], %s::text[], %s::text[])
                               AS text_key (payment_id, kind, key)
                )
                SELECT DISTINCT ON (found.payment_id, claim.id)
                       found.payment_id, found.rule, found.certain, found.key,
                       claim.id, claim.company_id, claim.debtor_id, claim.partner_id,
                       claim.access_group_id, claim.account_id, claim.currency_id,
                       claim.date_due, item.id, item.amount_residual_currency,
                       CASE WHEN item.id IS NOT NULL
                            THEN COALESCE(claim.amount_costs, 0)
                                 + COALESCE(claim.amount_interest, 0) END
                  FROM (%s) found
                  JOIN ar_claim named ON named.id = found.claim_id
                  JOIN ar_claim claim
                    ON claim.id = COALESCE(named.principal_claim_id, named.id)
                  LEFT JOIN account_move_line item
                         ON item.id = claim.line_id AND claim.state = 'open'
                 WHERE claim.root_company_id = %s
                   AND claim.state IN ('open', 'settled', 'unposted')
                 ORDER BY found.payment_id, claim.id, found.place,
                          found.key !~ '[A-Z]', found.key
                """,
                list(payment_ids),
                list(kinds),
                list(keys),
                found,
                company.root_id.id,
            )
        )
        named = {}
        for *facts, currency_id, date_due, line_id, residual, beside in rows:
            currency = self.env["res.currency"].browse(currency_id)
            claim = Named(
                *facts,
                currency_id,
                date_due,
                line_id,
                exact(residual, currency),
                exact(beside, currency),
            )
            named.setdefault(claim.payment_id, []).append(claim)
        return named

    @api.model
    def _find_owing(self, company, payments):
        """Return {payer id: (debtor id, access groups)} of payers with open claims.

        An access group of None stands for claims that everybody may see.
        """
        payers = {payment.payer_id for payment in payments if payment.payer_id}
        if not payers:
            return {}
        rows = self.env.execute_query(
            SQL(
                """SELECT partner_id, debtor_id, array_agg(DISTINCT access_group_id)
                     FROM ar_claim
                    WHERE root_company_id = %s AND state = 'open' AND partner_id IN %s
                    GROUP BY partner_id, debtor_id""",
                company.root_id.id,
                tuple(payers),
            )
        )
        return {payer: (debtor, set(groups)) for payer, debtor, groups in rows}


def exact(amount, currency):
    """Return a float amount as the Decimal that it is printed as in its currency."""
    return Decimal(f"{amount or 0.0:.{currency.decimal_places}f}")


def _keys(payment, dutch):
    """Return (payment id, kind, key) of what may name a claim in a payment's texts."""
    keys = {}
    for text in payment.texts:
        for reference in references.find_references(text, dutch=dutch):
            keys["reference", reference.normalised] = None
        for number in references.document_number_candidates(text):
            keys["number", number] = None
    return [(payment.line_id, kind, key) for kind, key in keys]


def _texts(label, reference, details, narration):
    """Return the texts of a payment, the payer's own words first, within a limit."""
    plain = html.unescape(_TAG.sub("\n", narration[:MAXIMUM_TEXT] if narration else ""))
    left = MAXIMUM_TEXT
    texts = []
    for text in (label, reference, *_strings(details), plain):
        if text and left > 0:
            texts.append(text[:left])
            left -= len(text)
    return tuple(dict.fromkeys(texts))


def _strings(details) -> Iterator[str]:
    """Give the texts in what the bank sent as structured details."""
    waiting = [details]
    while waiting:
        value = waiting.pop(0)
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
