import logging

from psycopg2 import OperationalError

from odoo import api, models
from odoo.exceptions import LockError
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

EVALUATION_TABLE = "ar_dispatch_evaluation"
DEBTORS_PER_TRANSACTION = 2000


class NoticeDispatch(models.Model):
    """Dispatch: look at the ledger again, freeze, write deliveries, advance the claims.

    One transaction per chunk of debtors. What changed since the proposal is left out,
    with its reason; nothing is sent here.
    """

    _inherit = "ar.dunning.notice"

    @api.model
    def _dispatch_next(self, company, on, limit=DEBTORS_PER_TRANSACTION):
        """Dispatch the next approved notices of a company, in this transaction.

        Those that another worker dispatches right now are left to him.

        :return: number of notices handled; 0 when nothing is left to do.
        """
        chunk = self._next_chunk(company, on, limit)
        chunk._dispatch_isolated(company, on)
        return len(chunk)

    @api.model
    def _next_chunk(self, company, on, limit, lock=True):
        """Return approved notices that may leave and that nobody has in hands.

        Those of a later day are not looked at: for a worker who still has the day
        before in hands their claims would not be due yet.

        :param lock: take them in hand; otherwise only look whether there are any
        """
        # A simulation goes through days to come: the hour of now says nothing there.
        simulated = self.env.context.get("ar_simulation")
        if not simulated and not company._ar_sends_now():
            return self.browse()
        self.env.flush_all()
        return self.browse(
            notice_id
            for [notice_id] in self.env.execute_query(
                SQL(
                    """
                    SELECT id FROM ar_dunning_notice notice
                     WHERE company_id = %(company)s AND state = 'approved'
                       AND notice.date <= %(on)s
                       AND NOT EXISTS (
                           SELECT FROM ar_kill_switch stop
                            WHERE stop.company_id = %(company)s
                              AND stop.lifted_on IS NULL
                              AND COALESCE(stop.channel = ANY(string_to_array(
                                  COALESCE(channels, notice.channel), ',')), TRUE))
                       %(narrow)s
                     ORDER BY partner_id, id
                     LIMIT %(limit)s %(lock)s
                    """,
                    company=company.id,
                    on=on,
                    narrow=self._sql_within_capacity(company, on, lock),
                    limit=limit,
                    lock=SQL("FOR UPDATE SKIP LOCKED") if lock else SQL(),
                )
            )
        )

    def _dispatch_isolated(self, company, on):
        """Dispatch together; if that fails, one by one, so that one cannot stop all."""
        if not self:
            return
        try:
            with self.env.cr.savepoint():
                self._dispatch(company, on)
        except (OperationalError, LockError):
            raise
        except Exception as error:
            if len(self) > 1:
                for notice in self:
                    notice._dispatch_isolated(company, on)
                return
            _logger.exception("Notice %s could not be dispatched", self.id)
            self._set_state("cancelled", cancel_code="error", cancel_note=str(error))
            self.run_id._refresh_state()
            self._raise_failure(str(error))

    def _raise_failure(self, reason):
        """A person has to see why nothing can leave for this debtor."""
        self.env["ar.work.item"]._raise_items(
            [
                {
                    "kind": "delivery_failed",
                    "company_id": self.company_id.id,
                    "access_group_id": self.access_group_id.id,
                    "debtor_id": self.debtor_id.id,
                    "notice_id": self.id,
                    "amount": self.amount_total,
                    "currency_id": self.currency_id.id,
                    "points": 60,
                    "due_on": self.date,
                    "note": reason,
                    "dedup_key": self._failure_key(
                        self.company_id.id, self.debtor_id.id, self.access_group_id.id
                    ),
                }
            ]
        )

    @api.model
    def _settle_failures(self, company, notice_ids):
        """Close the work that failures of these debtors made: they can be reached."""
        items, notices = self.env["ar.work.item"], self.browse(notice_ids)
        items._settle_items(
            [
                self._failure_key(company.id, one.debtor_id.id, one.access_group_id.id)
                for one in notices
            ]
        )
        restricted = notices.filtered("access_group_id")
        if not restricted:
            return
        # It once had the key that now is that of everybody's notices.
        settled = {(one.debtor_id, one.access_group_id) for one in restricted}
        earlier = items.search(
            [
                (
                    "dedup_key",
                    "in",
                    [
                        self._failure_key(company.id, debtor.id, False)
                        for debtor in restricted.debtor_id
                    ],
                ),
                ("state", "=", "open"),
                ("access_group_id", "!=", False),
            ]
        )
        earlier.filtered(
            lambda item: (item.debtor_id, item.access_group_id) in settled
        )._close("done")

    @api.model
    def _failure_key(self, company_id, debtor_id, group_id):
        """Return the key of the work that a failed notice makes: one per audience.

        Per debtor, not per notice: it fails anew every day until somebody mends it.
        """
        audience = f"/{group_id}" if group_id else ""
        return f"dispatch_failed/{company_id}/{debtor_id}{audience}"

    def _dispatch(self, company, on):
        """Dispatch locked, approved notices of one company."""
        scope = tuple(self.ids)
        partners = [
            row[0]
            for row in self.env.execute_query(
                SQL(
                    """SELECT DISTINCT partner_id FROM ar_dunning_notice
                        WHERE id IN %s ORDER BY 1""",
                    scope,
                )
            )
        ]
        simulated = self.env.context.get("ar_simulation")
        if not simulated:
            self._lock_partners(partners)
        self.env["ar.evaluation"]._evaluate_into(
            EVALUATION_TABLE, company, on, partners=partners, ignore_live=True
        )
        self._allow_early(scope)
        self._drop_changed(scope)
        self._freeze_lines(scope, on)
        left = self._let_leave(scope, on, self._sql_channels_today(scope))
        self._drop_empty(scope)
        if not simulated:
            self._insert_information(left, on)
        self._insert_tasks(scope, on)
        self._advance_claims(scope, on)
        if not simulated:
            self._accompany(scope, company, on)
        self.env.invalidate_all()
        if simulated:
            return
        self.browse(
            notice_id for notice_id, kind in left if kind == "handover"
        )._propose_handover(on)
        self._settle_failures(company, [notice_id for notice_id, _kind in left])
        self._thank_by_letter(scope)
        self.run_id._refresh_state()

    @api.model
    def _drop_changed(self, scope):
        """Cancel lines whose claim is paid, held, or elsewhere on its ladder by now.

        One that grew (a payment came back) was never approved for so much: it waits
        for the next proposal.
        """
        self.env.execute_query(
            SQL(
                """
                WITH checked AS (
                    SELECT line.id, line.run_id, line.claim_id, line.company_id,
                           line.access_group_id, line.debtor_id, line.level_id,
                           line.currency_id, line.amount_open,
                           CASE WHEN now.claim_id IS NULL THEN 'not_open'
                                WHEN now.blockers <> '{}'
                                THEN split_part(now.blockers[1], '|', 1)
                                WHEN now.level_id IS DISTINCT FROM line.level_id
                                  OR now.occurrence <> line.occurrence
                                  OR now.collectable > line.amount_open
                                THEN 'changed' END AS code,
                           CASE WHEN now.blockers <> '{}'
                                THEN NULLIF(split_part(now.blockers[1], '|', 2), '')
                           END::date AS until,
                           CASE WHEN now.blockers <> '{}'
                                THEN NULLIF(split_part(now.blockers[1], '|', 3), '')
                           END AS detail
                      FROM ar_dunning_notice_line line
                      LEFT JOIN %(table)s now ON now.claim_id = line.claim_id
                     WHERE line.notice_id IN %(scope)s
                       AND line.state = 'approved'
                       AND line.role = 'claimed'
                ), dropped AS (
                    UPDATE ar_dunning_notice_line line
                       SET state = 'cancelled', cancel_code = checked.code
                      FROM checked
                     WHERE checked.id = line.id AND checked.code IS NOT NULL
                    RETURNING checked.*
                )
                INSERT INTO ar_dunning_exclusion (
                       run_id, company_id, access_group_id, claim_id, debtor_id,
                       level_id, code, until, detail, amount, currency_id,
                       create_uid, create_date, write_uid, write_date)
                SELECT run_id, company_id, access_group_id, claim_id, debtor_id,
                       level_id, code, until, detail, amount_open, currency_id,
                       %(audit)s
                  FROM dropped WHERE run_id IS NOT NULL
                    ON CONFLICT DO NOTHING
                RETURNING id
                """,
                table=SQL.identifier(EVALUATION_TABLE),
                scope=scope,
                audit=self._sql_audit(),
            )
        )

    @api.model
    def _freeze_lines(self, scope, on):
        """Take over the amounts of today; let the lines leave whose notice does.

        A notice on which nothing is claimed any more stays behind. A handover takes
        effect at once. One statement: whatever is written twice in a transaction has
        all its references checked once more.
        """
        self.env.execute_query(
            SQL(
                """
                WITH leaving AS MATERIALIZED (
                    SELECT DISTINCT notice_id
                      FROM ar_dunning_notice_line
                     WHERE notice_id IN %(scope)s
                       AND state = 'approved' AND role <> 'information'
                )
                UPDATE ar_dunning_notice_line line
                   SET state = CASE WHEN leaving.notice_id IS NULL THEN 'cancelled'
                                    ELSE 'dispatched' END,
                       cancel_code = CASE WHEN leaving.notice_id IS NULL
                                          THEN 'changed' END,
                       effective_on = CASE WHEN notice.kind = 'handover'
                                            AND line.role = 'claimed'
                                           THEN %(on)s::date END,
                       amount_paid = claim.amount_original - COALESCE(
                           now.residual, claim.amount_original - line.amount_paid),
                       amount_covered = COALESCE(now.covered, line.amount_covered),
                       amount_open = COALESCE(now.collectable, line.amount_open),
                       amount_costs = claim.amount_costs,
                       amount_interest = claim.amount_interest,
                       days_overdue = %(on)s::date - claim.date_due
                  FROM ar_claim claim
                  LEFT JOIN %(table)s now ON now.claim_id = claim.id,
                       ar_dunning_notice notice
                  LEFT JOIN leaving ON leaving.notice_id = notice.id
                 WHERE claim.id = line.claim_id
                   AND notice.id = line.notice_id
                   AND line.notice_id IN %(scope)s
                   AND line.state = 'approved'
                RETURNING line.id
                """,
                on=on,
                table=SQL.identifier(EVALUATION_TABLE),
                scope=scope,
            )
        )

    @api.model
    def _drop_empty(self, scope):
        """Cancel the notices of a chunk that did not leave: nothing is claimed."""
        self.env.execute_query(
            SQL(
                """UPDATE ar_dunning_notice
                      SET state = 'cancelled', cancel_code = 'changed'
                    WHERE id IN %s AND state = 'approved' RETURNING id""",
                scope,
            )
        )

    @api.model
    def _advance_claims(self, scope, on):
        """Let each claimed claim reach its level."""
        self.env.execute_query(
            SQL(
                """
                UPDATE ar_claim claim
                   SET level_id = line.level_id,
                       level_key = line.level_key,
                       level_sequence = line.level_sequence,
                       level_occurrence = line.occurrence,
                       level_line_id = line.id,
                       dispatched_on = %(on)s,
                       effective_on = line.effective_on
                  FROM ar_dunning_notice_line line
                 WHERE claim.id = line.claim_id
                   AND line.notice_id IN %(scope)s
                   AND line.role = 'claimed' AND line.state = 'dispatched'
                RETURNING claim.id
                """,
                scope=scope,
                on=on,
            )
        )

    @api.model
    def _accompany(self, scope, company, on):
        """Write what goes along with the notices that leave now. For extension.

        In the transaction of the dispatch, set-based, a constant number of statements
        for the whole chunk.

        :param scope: ids of the chunk; those in state `dispatched` leave
        """

    def _propose_handover(self, on):
        """Put decided handovers on the work list: a person takes them from here."""
        self.env["ar.work.item"]._raise_items(
            [
                {
                    "kind": "handover",
                    "company_id": notice.company_id.id,
                    "access_group_id": notice.access_group_id.id,
                    "debtor_id": notice.debtor_id.id,
                    "notice_id": notice.id,
                    "amount": notice.amount_total,
                    "currency_id": notice.currency_id.id,
                    "points": 80,
                    "due_on": on,
                    "dedup_key": f"handover/{notice.id}",
                }
                for notice in self
                if notice.kind == "handover"
            ]
        )

    def _assign_text(self, text):
        """Freeze the words of these notices (set-based)."""
        self.flush_model(["text_id", "lang"])
        self.env.execute_query(
            SQL(
                """UPDATE ar_dunning_notice SET text_id = %s, lang = %s
                    WHERE id IN %s RETURNING id""",
                text.id,
                text.lang,
                tuple(self.ids),
            )
        )
        self.invalidate_model(["text_id", "lang"])

    @api.model
    def _sql_audit(self):
        return self.env["ar.claim"]._sql_audit()
