from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from ..rules.regime import UNKNOWN_NATURE
from .claim_cost_interest import Rates

# So long after it was claimed a payment that came in time is still looked for: banks
# deliver statements late.
LATE_STATEMENTS = timedelta(days=30)


class ClaimCostRecheck(models.Model):
    """What was announced or claimed is looked at again when its facts have changed.

    The invoice is gone, a credit note came, the bank was late, the debtor turns out to
    be a consumer, the notices were those of a test.
    """

    _inherit = "ar.claim.cost"

    @api.model
    def _withdraw_sandbox(self, companies):
        """Take back the costs of test notices: nobody was told of them."""
        # Whoever goes live need not be able to book; nothing else is taken back.
        costs_sudo = self.sudo().search(
            [
                ("company_id", "in", companies.ids),
                ("state", "in", ("announced", "claimed", "posted")),
                ("notice_id.cancel_code", "=", "sandbox"),
            ]
        )
        for company, own in costs_sudo.grouped("company_id").items():
            own._cancel(self.env._("Of the test phase."), company._ar_today())

    @api.model
    def _end_groundless(self, company, on):
        """End costs that nothing carries any more; return how many.

        Somebody corrected the class of the debtor or the type of the claim: another law
        may announce others. The due date was moved, so the debtor has time again.
        Interest ends with its claim, too.
        """
        reasons = {
            "void": self.env._("The claim no longer exists."),
            "law": self.env._("Another law applies: debtor or type were corrected."),
            "moved": self.env._("The due date was moved."),
        }
        ended = 0
        for why, ids in self._find_groundless(company, on):
            self.browse(ids)._cancel(reasons[why], on)
            ended += len(ids)
        return ended

    @api.model
    def _find_groundless(self, company, on):
        """Return [(why, ids of costs)], see `_end_groundless`."""
        self.env.flush_all()
        return self.env.execute_query(
            SQL(
                """
                SELECT why, array_agg(id ORDER BY id) FROM (
                    SELECT cost.id, MIN(reason.why) AS why
                      FROM ar_claim_cost cost
                      JOIN ar_claim_cost_share share ON share.cost_id = cost.id
                      JOIN ar_claim claim ON claim.id = share.claim_id
                      JOIN ar_debtor debtor ON debtor.id = claim.debtor_id
                      LEFT JOIN ar_claim_type kind ON kind.id = claim.claim_type_id
                      LEFT JOIN ar_dunning_notice_line line
                             ON line.id = share.notice_line_id
                      LEFT JOIN ar_law_scope scope
                             ON scope.regime_id = cost.regime_id
                            AND scope.debtor_class = debtor.debtor_class
                            AND scope.nature = COALESCE(kind.nature, %(usual)s)
                     CROSS JOIN LATERAL (SELECT CASE
                           WHEN claim.state = 'void' AND cost.kind = 'interest'
                                THEN 'void'
                           WHEN claim.date_due >= %(on)s
                                AND claim.date_due > line.date_due THEN 'moved'
                           WHEN scope.id IS NULL THEN 'law' END) AS reason (why)
                     WHERE cost.company_id = %(company)s AND share.live
                       AND cost.state IN ('announced', 'claimed', 'posted')
                       AND reason.why IS NOT NULL
                     GROUP BY cost.id) found
                 GROUP BY why
                """,
                company=company.id,
                on=on,
                usual=UNKNOWN_NATURE,
            )
        )

    @api.model
    def _sql_credited(self, entry, line):
        """Whether an entry that was matched says that an item was never owed."""
        return SQL(
            """(%(entry)s.move_type = 'out_refund'
                OR COALESCE(%(entry)s.reversed_entry_id = %(line)s.move_id, FALSE))""",
            entry=entry,
            line=line,
        )

    @api.model
    def _sql_recent(self, on):
        """Query (line_id, max_date, credited) of what was matched lately."""
        return SQL(
            """
            SELECT partial.debit_move_id AS line_id, partial.max_date,
                   %(credited)s AS credited
              FROM account_partial_reconcile partial
              JOIN account_move_line owed ON owed.id = partial.debit_move_id
              JOIN account_move_line money ON money.id = partial.credit_move_id
              JOIN account_move entry ON entry.id = money.move_id
             WHERE GREATEST(partial.max_date, partial.create_date::date) >= %(since)s
            """,
            credited=self._sql_credited(SQL("entry"), SQL("owed")),
            since=on - LATE_STATEMENTS,
        )

    @api.model
    def _check_claimed(self, company, on):
        """Give up what was paid in time after all, was credited, or is void."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                WITH recent AS MATERIALIZED (%(recent)s)
                SELECT cost.id
                  FROM recent
                  JOIN ar_claim claim ON claim.line_id = recent.line_id
                  JOIN ar_claim_cost_share share ON share.claim_id = claim.id
                  JOIN ar_claim_cost cost ON cost.id = share.cost_id
                 WHERE cost.company_id = %(company)s
                   AND cost.state IN ('claimed', 'posted', 'paid')
                   AND cost.kind <> 'interest'
                   -- What is credited was never owed: however late, by what law ever,
                   -- and paid or not.
                   AND (recent.credited
                        OR (cost.state <> 'paid'
                            AND recent.max_date <= cost.wait_until
                            AND cost.starts <> 'due'
                            AND cost.claimed_on >= %(since)s))
                 UNION
                SELECT cost.id
                  FROM ar_claim claim
                  JOIN ar_claim_cost_share share ON share.claim_id = claim.id
                  JOIN ar_claim_cost cost ON cost.id = share.cost_id
                 WHERE cost.company_id = %(company)s AND claim.state = 'void'
                   AND cost.state IN ('claimed', 'posted') AND share.amount > 0
                   AND cost.kind <> 'interest'
                """,
                recent=self._sql_recent(on),
                company=company.id,
                since=on - LATE_STATEMENTS,
            )
        )
        changed = self.browse()
        reckon, charged_of = self._reckoner(company), self._charger(company)
        for due in self._read_due(
            company, on, 0, len(rows) or 1, [row[0] for row in rows]
        ):
            cost = self.browse(due.cost_id)
            amount = reckon(due)[0]
            if float(amount) >= cost.amount:
                continue
            changed |= cost
            if amount:
                cost._unbook(on)
                self._decide(company, [due], on)
            else:
                cost._cancel(self._why_nothing(due, charged_of), on)
        changed._refresh_claims()
        return len(changed)

    @api.model
    def _check_interest(self, company, on):
        """Open interest again that is less than what was booked or paid of it.

        Its principal was credited, or paid earlier than was known. What was paid too
        much is free for the debtor; the day's interest is reckoned anew afterwards.
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                WITH recent AS MATERIALIZED (%(recent)s)
                SELECT DISTINCT cost.id
                  FROM recent
                  JOIN ar_claim claim ON claim.line_id = recent.line_id
                  JOIN ar_claim_cost_share share ON share.claim_id = claim.id
                  JOIN ar_claim_cost cost ON cost.id = share.cost_id
                 WHERE cost.company_id = %(company)s AND cost.kind = 'interest'
                   AND cost.runs_from IS NOT NULL
                   AND (cost.state IN ('posted', 'paid')
                        OR cost.state = 'claimed' AND cost.amount_paid > 0)
                """,
                recent=self._sql_recent(on),
                company=company.id,
            )
        )
        ids = [row[0] for row in rows]
        rates = Rates(self.env, company, on)
        changed = self.browse()
        for one in self._read_running(company, 0, len(ids) or 1, cost_ids=ids):
            cost = self.browse(one.cost_id)
            amount, _last = rates.interest(one, cost.reckoned_on or on)
            had = max(cost.amount, cost.amount_paid)
            if cost.currency_id.compare_amounts(float(amount), had) < 0:
                changed |= cost
        changed._unbook(on)
        changed.write({"state": "claimed", "closed_on": False})
        changed._refresh_claims()
        return len(changed)
