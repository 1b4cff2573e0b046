from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from .receivable_month import month_start

_RECEIPTS = ("bank", "cash", "credit")


class DashboardMonth(models.AbstractModel):
    """What happened in the running month: notices that left, money that came."""

    _inherit = "ar.dashboard"

    @api.model
    def _this_month(self, on):
        """Return notices sent, money received and the part that followed a notice."""
        since = month_start(on)
        received, after_notice = self._received(since, on)
        return {
            "since": since.isoformat(),
            "notices": self._notices_sent(since, on),
            "settled": self.env["ar.claim"].search_count(
                [("settled_on", ">=", since), ("settled_on", "<=", on)]
            ),
            "received": received,
            "received_after_notice": after_notice,
        }

    @api.model
    def _notices_sent(self, since, on):
        """Return the deliveries of the month per channel."""
        deliveries = self.env["ar.delivery"]
        labels = dict(deliveries._fields["channel"]._description_selection(self.env))
        groups = deliveries._read_group(
            Domain("effective_on", ">=", since) & Domain("effective_on", "<=", on),
            ["channel"],
            ["__count"],
        )
        return [
            {"channel": channel, "label": labels[channel], "count": count}
            for channel, count in groups
        ]

    @api.model
    def _received(self, since, on):
        """Return money matched to claims, and the part that came after a notice.

        Money is what bank and cash journals booked; credit notes are not. A notice
        counts when it was delivered to the debtor on or before the day of the payment.
        """
        claims = self.env["ar.claim"]._search([])  # with the reader's access rules
        rows = self.env.execute_query(
            SQL(
                """
                SELECT claim.company_id, SUM(partial.amount),
                       COALESCE(SUM(partial.amount) FILTER (WHERE EXISTS (
                           SELECT FROM ar_dunning_notice_line line
                            WHERE line.claim_id = claim.id
                              AND line.role = 'claimed'
                              AND line.state = 'dispatched'
                              AND line.effective_on <= partial.max_date)), 0)
                  FROM account_partial_reconcile partial
                  JOIN ar_claim claim ON claim.line_id = partial.debit_move_id
                  JOIN account_move_line credit ON credit.id = partial.credit_move_id
                  JOIN account_journal journal ON journal.id = credit.journal_id
                 WHERE partial.max_date BETWEEN %(since)s AND %(on)s
                   AND journal.type IN %(receipts)s
                   AND claim.id IN %(claims)s
                 GROUP BY claim.company_id
                """,
                since=since,
                on=on,
                receipts=_RECEIPTS,
                claims=claims.subselect(),
            )
        )
        rates = self._rates()
        return tuple(
            sum(float(row[column]) * rates[row[0]] for row in rows) for column in (1, 2)
        )
