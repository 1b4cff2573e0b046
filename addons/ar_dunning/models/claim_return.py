from odoo import api, fields, models
from odoo.tools import SQL, format_date

PENDING_RETURNED = "ar_dunning.pending_returned"
PENDING_REASONS = "ar_dunning.pending_return_reasons"

# Journals whose receivable credits are payments; credit notes are none.
_PAYING_JOURNALS = ("bank", "cash", "credit")


class ClaimReturn(models.Model):
    """Payments that come back: returned debits, rejected or cancelled payments.

    The claim reopens in its cycle by the ordinary sync. Here the same transaction puts
    the loss on the work list, unless the money is still there: the payment is only
    unmatched (it covers the oldest claim as an open credit), matched again with the
    claim, or still a bank transaction that waits to be matched.
    """

    _inherit = "ar.claim"

    expedited_on = fields.Date(
        string="Comes ahead from",
        readonly=True,
        copy=False,
        help="A payment came back: the next level may leave from this day on, ahead of "
        "its own day, but never before the waiting period of the last one has passed.",
    )

    @api.model
    def _note_removed(self, partials):
        """Remember payments whose matching with receivables is being removed."""
        removed = self.env.cr.precommit.data.setdefault(PENDING_RETURNED, {})
        for partial in partials:
            credit = partial.credit_move_id
            entry = credit.move_id
            if not (
                entry.origin_payment_id or entry.journal_id.type in _PAYING_JOURNALS
            ):
                continue
            removed[partial.debit_move_id.id, credit.id] = {
                "move": entry.id,
                "amount": partial.debit_amount_currency,
                "name": entry.name or "",
                "date": entry.date,
            }

    @api.model
    def _note_return_reason(self, credits, code, information=None):
        """Remember why payments came back: what follows is done with the sync.

        :param credits: the receivable items of the payments.
        :param code: ISO 20022 code, in whatever case.
        :param information: what the bank says besides, as text.
        """
        reasons = self.env.cr.precommit.data.setdefault(PENDING_REASONS, {})
        for credit in credits:
            reasons[credit.id] = ((code or "").strip().upper(), information)

    @api.model
    def _sync_returned(self):
        """List the payments that came back (runs at precommit, after the facts)."""
        data = self.env.cr.precommit.data
        removed = data.pop(PENDING_RETURNED, None)
        reasons = data.pop(PENDING_REASONS, None) or {}
        if removed:
            self._list_returned(removed, reasons)

    @api.model
    def _list_returned(self, removed, reasons):
        """Put payments that came back on the work list and do what their code says."""
        self.env.flush_all()
        values = {}
        for claim_id, debit, credit, amount in self.env.execute_query(
            self._sql_returned(removed)
        ):
            values[claim_id, credit] = {
                "amount": amount,
                **removed[debit, credit],
                "lost": amount,
            }
        if not values:
            return
        claims = self.browse({claim_id for claim_id, _credit in values})
        today = {company: company._ar_today() for company in claims.company_id}
        items = self.env["ar.work.item"]._raise_items(
            [
                {
                    "kind": "returned_payment",
                    "company_id": claim.company_id.id,
                    "access_group_id": claim.access_group_id.id,
                    "debtor_id": claim.debtor_id.id,
                    "claim_id": claim.id,
                    "amount": facts["lost"],
                    "currency_id": claim.currency_id.id,
                    "points": 70,
                    "due_on": today[claim.company_id],
                    "note": self._describe_return(facts, reasons.get(credit)),
                    "dedup_key": f"returned_payment/{claim.id}/{facts['move']}",
                }
                for (claim_id, credit), facts in values.items()
                for claim in self.browse(claim_id)
            ]
        )
        codes = {
            f"returned_payment/{claim_id}/{facts['move']}": reasons[credit][0]
            for (claim_id, credit), facts in values.items()
            if credit in reasons
        }
        items._route_returned(codes, today)
        self.env["ar.contact"]._judge_again(claims)

    @api.model
    def _describe_return(self, facts, reason):
        sentence = self.env._(
            "Payment %(name)s of %(date)s no longer pays this claim.",
            name=facts["name"],
            date=format_date(self.env, facts["date"]),
        )
        said = " ".join(part for part in reason or () if part)
        if said:
            sentence += " " + self.env._("The bank says: %s.", said)
        return sentence

    @api.model
    def _sql_returned(self, removed):
        """Return (claim, its item, credit item, amount) of the money that is gone.

        The money is still there when the same payment pays the claim again, is an open
        credit or pays another claim, or when its bank transaction waits for a match.
        """
        pairs = list(removed)
        return SQL(
            """
            SELECT claim.id, gone.debit_id, gone.credit_id,
                   LEAST(gone.amount, item.amount_residual_currency,
                         CASE WHEN credit.id IS NULL THEN gone.amount
                              ELSE elsewhere.amount END)
              FROM unnest(%(debits)s::int[], %(credits)s::int[], %(moves)s::int[],
                          %(amounts)s::numeric[])
                   AS gone (debit_id, credit_id, move_id, amount)
              JOIN ar_claim claim ON claim.line_id = gone.debit_id
               AND claim.state = 'open' AND claim.principal_claim_id IS NULL
              JOIN account_move_line item ON item.id = gone.debit_id
              LEFT JOIN account_move_line credit ON credit.id = gone.credit_id
               AND credit.parent_state = 'posted'
              LEFT JOIN account_move entry ON entry.id = gone.move_id
              LEFT JOIN account_bank_statement_line bank
                     ON bank.id = entry.statement_line_id
              CROSS JOIN LATERAL (
                   SELECT SUM(partial.credit_amount_currency) AS amount
                     FROM account_partial_reconcile partial
                     JOIN account_move_line taken ON taken.id = partial.debit_move_id
                     JOIN account_move taking ON taking.id = taken.move_id
                    WHERE partial.credit_move_id = credit.id
                      AND taking.move_type = 'entry'
                      AND NOT EXISTS (SELECT FROM ar_claim other
                                       WHERE other.line_id = taken.id)
              ) elsewhere
             WHERE NOT EXISTS (
                   SELECT FROM account_partial_reconcile again
                     JOIN account_move_line paying ON paying.id = again.credit_move_id
                    WHERE again.debit_move_id = gone.debit_id
                      AND paying.move_id = gone.move_id)
               AND CASE WHEN credit.id IS NULL
                        THEN entry.id IS NULL OR entry.state <> 'posted'
                             OR COALESCE(bank.amount, 0) <= 0
                        ELSE elsewhere.amount > 0 END
             ORDER BY claim.id, gone.credit_id
            """,
            debits=[debit for debit, _credit in pairs],
            credits=[credit for _debit, credit in pairs],
            moves=[removed[pair]["move"] for pair in pairs],
            amounts=[removed[pair]["amount"] for pair in pairs],
        )
