import logging

from odoo import api, models
from odoo.tools import SQL

from ..rules.calendar import ONE_DAY
from ..rules.regime import claimable
from ..tools.rows import write_rows

_logger = logging.getLogger(__name__)

COSTS_PER_BATCH = 5000


class ClaimCostClaim(models.Model):
    """From announced to claimed: the day after the period of the law has expired.

    The period runs from the day on which the notice that arrived was sent, by the
    channel that brought it. When that notice comes back, the period is gone and what
    was claimed is not any more; the next channel begins a new one.

    In batches, each with a constant number of statements.
    """

    _inherit = "ar.claim.cost"

    @api.model
    def _bring_up_to(self, company, on, checkpoint=None):
        """Bring the costs of a company up to a day: daily cycle, safe to repeat.

        :param checkpoint: called after each batch, e.g. to commit
        :return: number of costs whose state changed
        """
        checkpoint = checkpoint or (lambda: None)
        self._follow_deliveries(company, on, checkpoint)
        changed = self._end_groundless(company, on)
        changed += self._claim_due(company, on, checkpoint)
        changed += self._check_claimed(company, on)
        changed += self._check_interest(company, on)
        self._resume_interest(company)
        self._reckon_interest(company, on, checkpoint=checkpoint)
        self._close_interest(company)
        self._book_claimed(company, on, checkpoint)
        return changed

    # -- waiting periods --------------------------------------------------------

    @api.model
    def _follow_deliveries(self, company, on, checkpoint):
        """Work out the waiting periods of notices that arrived, or came back, since."""
        periods, last_id = {}, 0
        while rows := self._read_arrived(company, last_id, COSTS_PER_BATCH):
            last_id = rows[-1][0]
            updates, gone = [], []
            for cost_id, regime_id, starts, state, sent_on, channel, due_on in rows:
                key = (regime_id, sent_on, channel)
                if key not in periods:
                    periods[key] = self._period(company, *key)
                period, proof = periods[key]
                when = claimable(starts, due_on, sent_on, period)
                updates.append(
                    {
                        "id": cost_id,
                        # Without a period it is looked at again tomorrow.
                        "sent_on": sent_on if period else None,
                        "channel": channel if period else None,
                        "wait_until": when and when.claimable_from - ONE_DAY,
                        "claimable_from": when and when.claimable_from,
                        "runs_from": when and when.runs_from,
                        "wait_proof": proof,
                    }
                )
                early = not when or when.claimable_from > on
                if state in ("claimed", "posted") and early:
                    gone.append(cost_id)
            write_rows(self, updates)
            self.env["ar.law.wait.row"]._use(
                {
                    int(proof["basis"]["row"])
                    for _period, proof in periods.values()
                    if proof
                },
                on,
            )
            self.browse(gone)._withdraw_claim(on)
            checkpoint()

    @api.model
    def _read_arrived(self, company, last_id, limit):
        """Return the next costs whose notice took another way than was noted.

        (id, regime, start, state, day of sending and channel of the first delivery
        that counts as a notice in law, oldest due date)
        """
        self.env.flush_all()
        return self.env.execute_query(
            SQL(
                """
                SELECT cost.id, cost.regime_id, cost.starts, cost.state,
                       arrived.effective_on, arrived.channel,
                       (SELECT MIN(claim.date_due) FROM ar_claim_cost_share share
                          JOIN ar_claim claim ON claim.id = share.claim_id
                         WHERE share.cost_id = cost.id)
                  FROM ar_claim_cost cost
                  JOIN ar_law_regime regime ON regime.id = cost.regime_id
                  LEFT JOIN LATERAL (
                       SELECT delivery.effective_on, delivery.channel
                         FROM ar_delivery delivery
                         JOIN ar_dunning_notice notice
                           ON notice.id = delivery.notice_id
                          AND notice.state = 'dispatched'
                        WHERE delivery.notice_id = cost.notice_id
                          AND delivery.copy = 0 AND delivery.state = 'sent'
                          AND delivery.effective_on IS NOT NULL
                          AND (COALESCE(regime.notice_channels, '') = ''
                               OR delivery.channel = ANY(
                                  string_to_array(regime.notice_channels, ',')))
                        ORDER BY delivery.effective_on, delivery.id LIMIT 1
                  ) arrived ON TRUE
                 WHERE cost.company_id = %s
                   AND cost.state IN ('announced', 'claimed', 'posted')
                   AND cost.starts <> 'due' AND cost.id > %s
                   AND (cost.sent_on, cost.channel) IS DISTINCT FROM
                       (arrived.effective_on, arrived.channel)
                 ORDER BY cost.id LIMIT %s
                """,
                company.id,
                last_id,
                limit,
            )
        )

    @api.model
    def _period(self, company, regime_id, sent_on, channel):
        """Return (WaitingPeriod, proof) of a notice; nothing when it did not arrive."""
        if not sent_on:
            return None, None
        regime = self.env["ar.law.regime"].browse(regime_id)
        try:
            return regime._wait_after(company, sent_on, channel)
        except LookupError:
            _logger.warning("No legal calendar for %s around %s", company.id, sent_on)
            return None, None

    def _withdraw_claim(self, on):
        """Their notice did not arrive (yet) after all: they are announced again.

        What is booked is taken back; what paid it is free.
        """
        if self:
            self._unbook(on)
            self.write({"state": "announced", "claimed_on": False, "amount": 0})
            self.share_ids.amount = 0
            self._refresh_claims()

    # -- claiming ---------------------------------------------------------------

    @api.model
    def _claim_due(self, company, on, checkpoint):
        """Claim what was announced and may be claimed from this day or an earlier one.

        Nothing is claimed while the bank data is too old: who paid in time would pay
        again. Nor while a hold stops costs.
        """
        if company._ar_stale_journals(on):
            return 0
        done, last_id = 0, 0
        while due := self._read_due(company, on, last_id, COSTS_PER_BATCH):
            last_id = due[-1].cost_id
            claimed = [one for one in due if not one.held]
            self._decide(company, claimed, on)
            done += len(claimed)
            checkpoint()
        return done

    # -- ending -----------------------------------------------------------------

    def _cancel(self, reason, on):
        """End costs that are not owed (any more); they may be announced anew."""
        self._unbook(on)
        self.write({"state": "cancelled", "closed_on": on, "reason": reason})
        self.share_ids.live = False
        self._refresh_claims()

    def _refresh_claims(self):
        """Bring what claims owe beside their principal in line with their costs."""
        claims = self.share_ids.claim_id
        if claims:
            self.env["ar.claim"]._refresh_costs(claims.ids)
