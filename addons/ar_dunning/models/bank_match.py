import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL, split_every

from ..rules import references

# Payments in one go: they are read, recognised and booked together.
CHUNK = 200
# A bank's text is short; what goes beyond this is not read.
MAXIMUM_TEXT = 4000

# Looked at again on a later day: an invoice may have been booked since, a period opened.
UNDECIDED = ("ambiguous", "already_paid", "nothing", "failed")

_TAG = re.compile(r"<[^<>]*>")


class MatchRule(NamedTuple):
    """A way to find the claims that the text of a payment names.

    ``candidates`` is a SELECT of (payment_id, key, claim_id) over the relation
    ``wanted`` (payment_id, kind, key), whose keys are normalised. Their kind is
    ``reference`` (valid check digits) or ``number`` (a possible document number).
    """

    code: str
    certain: bool
    candidates: SQL


@dataclass(frozen=True)
class Payment:
    """An incoming payment that waits on a bank statement, in the currency paid."""

    line_id: int
    texts: tuple[str, ...]
    date: date
    amount: Decimal
    currency_id: int
    payer_id: int | None
    match_id: int | None
    known: tuple


class Named(NamedTuple):
    """A claim that a payment names, as the look-up found it."""

    payment_id: int
    key: str
    rule: str
    claim_id: int
    company_id: int
    debtor_id: int
    partner_id: int
    access_group_id: int | None
    account_id: int
    currency_id: int
    date_due: date
    move_name: str
    line_id: int | None
    residual: float | None


class BankMatch(models.Model):
    """What the matcher decided about a bank statement line.

    This part reads the payments and finds the claims they name: a constant number of
    statements for a chunk. Booking is in `bank_match_booking`.
    """

    _name = "ar.bank.match"
    _description = "Recognised bank payment"
    _order = "id desc"
    _rec_name = "reference"

    statement_line_id = fields.Many2one(
        "account.bank.statement.line",
        required=True,
        ondelete="cascade",
        readonly=True,
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    access_group_id = fields.Many2one("res.groups", ondelete="restrict", readonly=True)
    state = fields.Selection(
        [
            ("applied", "Applied"),
            ("partial", "Applied in part"),
            ("overpaid", "Overpaid"),
            ("ambiguous", "Ambiguous"),
            ("already_paid", "Already paid"),
            ("nothing", "Nothing recognised"),
            ("failed", "Not booked"),
        ],
        required=True,
        readonly=True,
    )
    rule = fields.Selection(
        [
            ("structured_reference", "Structured reference"),
            ("document_number", "Document number"),
        ],
        readonly=True,
    )
    reference = fields.Char(readonly=True, help="What was recognised in the text.")
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    amount_applied = fields.Monetary(readonly=True)
    amount_left = fields.Monetary(
        readonly=True, help="What the claims named do not take."
    )
    looked_on = fields.Date(
        required=True,
        readonly=True,
        help="Day on which the matcher last looked at this payment. One that is not "
        "decided is looked at again every day.",
    )
    note = fields.Text(readonly=True)
    line_ids = fields.One2many("ar.bank.match.line", "match_id", readonly=True)

    _once = models.Constraint(
        "UNIQUE (statement_line_id)", "This payment has already been looked at."
    )

    @api.model
    def _match_company(self, company, on):
        """Match the waiting bank payments of a company with its open claims.

        Runs as the system. Safe to repeat: a decided payment is left alone, one that
        is not is looked at once a day. Nothing happens while another transaction
        matches for the same company.

        :param on: the company's day
        :return: number of payments that were applied.
        """
        if not company._ar_lock("bank_match"):
            return 0
        self._close_matched_by_hand(company)
        applied = 0
        while lines := self._next_lines(company, on):
            applied += self._match_lines(lines, on)
        return applied

    @api.model
    def _next_lines(self, company, on, limit=CHUNK):
        """Return the oldest statement lines that the matcher should look at."""
        # At the end of a transaction claims follow the ledger; here they must already.
        self.env.cr.flush()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT payment.id
                %s
                   AND payment.company_id = %s
                   AND (decided.id IS NULL
                        OR (decided.state IN %s AND decided.looked_on < %s))
                 ORDER BY move.date, payment.id
                 LIMIT %s
                """,
                self._sql_waiting(),
                company.id,
                UNDECIDED,
                on,
                limit,
            )
        )
        return self.env["account.bank.statement.line"].browse(row[0] for row in rows)

    @api.model
    def _match_lines(self, lines, on):
        """Match statement lines; those that do not wait for a match are skipped.

        :return: number of payments that were applied.
        """
        applied = 0
        for company, company_lines in lines.grouped("company_id").items():
            # Notes are kept, so they are written in the language of the company.
            matcher = self.with_company(company).with_context(
                lang=company.partner_id.lang or self.env.lang
            )
            for ids in split_every(CHUNK, company_lines.ids):
                applied += matcher._match_chunk(company, ids, on)
        return applied

    @api.model
    def _match_chunk(self, company, line_ids, on):
        self.env.cr.flush()
        payments = self._read_payments(line_ids)
        named = self._find_named(company, payments)
        owing = self._find_owing(company, payments)
        decisions = self._book_payments(company, payments, named, owing)
        self._record(company, decisions, on)
        return sum(decision.state in ("applied", "partial", "overpaid") for decision in decisions)

    # -- reading ----------------------------------------------------------------

    @api.model
    def _sql_waiting(self):
        """Return FROM and WHERE of incoming payments that nobody began to match."""
        return SQL(
            """
            FROM account_bank_statement_line payment
            JOIN account_move move ON move.id = payment.move_id
            JOIN account_journal journal ON journal.id = payment.journal_id
            LEFT JOIN ar_bank_match decided ON decided.statement_line_id = payment.id
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
            """
        )

    @api.model
    def _read_payments(self, line_ids):
        """Return the waiting payments among statement lines, oldest first."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT payment.id, payment.payment_ref, move.ref,
                       payment.transaction_details, move.narration, move.date,
                       CASE WHEN payment.foreign_currency_id IS NULL
                            THEN payment.amount ELSE payment.amount_currency END,
                       COALESCE(payment.foreign_currency_id, payment.currency_id),
                       COALESCE(payer.commercial_partner_id, payer.id),
                       decided.id, decided.state, decided.reference, decided.note
                  %s
                   AND payment.id IN %s
                 ORDER BY move.date, payment.id
                """,
                SQL(
                    str(self._sql_waiting().code).replace(
                        "WHERE payment.is_reconciled",
                        "LEFT JOIN res_partner payer ON payer.id = payment.partner_id "
                        "WHERE payment.is_reconciled",
                    )
                ),
                tuple(line_ids),
            )
        )
        return rows
