from odoo import api, models
from odoo.tools import SQL


class LegalCaseReview(models.Model):
    """The daily look at the open cases: deadlines that have come, cases that are paid.

    Set-based, with a constant number of statements; safe to repeat.
    """

    _inherit = "ar.legal.case"

    @api.model
    def _review_company(self, company, on):
        """Bring the work list in line with the open cases of a company.

        A deadline is listed once: who ticked it off has seen it.

        :return: number of new work items.
        """
        self.env.flush_all()
        self._follow_successors(company)
        raised = len(self._list_deadlines(company, on)) + len(self._list_paid(company))
        self._settle_deadlines(SQL("AND item.company_id = %s", company.id))
        self._settle_unpaid(company)
        self.env["ar.work.item"].invalidate_model()
        return raised

    @api.model
    def _follow_successors(self, company):
        """Let open cases go on with the claims in the place of void ones.

        An invoice that was booked anew stays with the bailiff who has the case.
        """
        self.env.execute_query(
            SQL(
                """
                UPDATE ar_legal_case_claim member
                   SET claim_id = gone.successor_id
                  FROM (
                    SELECT MIN(member.id) AS member_id, claim.successor_id
                      FROM ar_legal_case_claim member
                      JOIN ar_claim claim ON claim.id = member.claim_id
                     WHERE member.company_id = %s AND member.active
                       AND claim.state = 'void' AND claim.successor_id IS NOT NULL
                     GROUP BY claim.successor_id
                  ) gone
                 WHERE member.id = gone.member_id
                   AND NOT EXISTS (
                       SELECT FROM ar_legal_case_claim other
                        WHERE other.claim_id = gone.successor_id AND other.active)
                RETURNING member.id
                """,
                company.id,
            )
        )
        self.env["ar.legal.case.claim"].invalidate_model(["claim_id"])

    @api.model
    def _list_deadlines(self, company, on):
        return self.env.execute_query(
            SQL(
                """
                INSERT INTO ar_work_item (
                       company_id, access_group_id, kind, debtor_id, legal_case_id,
                       currency_id, points, due_on, user_id, state, note, dedup_key,
                       create_uid, create_date, write_uid, write_date)
                SELECT legal.company_id, legal.access_group_id, 'legal_deadline',
                       legal.debtor_id, legal.id, legal.currency_id, 85,
                       legal.next_deadline, legal.user_id, 'open', legal.next_step,
                       %(key)s, %(audit)s
                  FROM ar_legal_case legal
                 WHERE legal.company_id = %(company)s AND legal.state = 'open'
                   AND legal.next_deadline <= %(on)s
                   AND NOT EXISTS (
                       SELECT FROM ar_work_item known WHERE known.dedup_key = %(key)s)
                    ON CONFLICT DO NOTHING
                RETURNING id
                """,
                key=self._sql_deadline_key(),
                audit=self.env["ar.claim"]._sql_audit(),
                company=company.id,
                on=on,
            )
        )

    @api.model
    def _list_paid(self, company):
        """Cases of which every claim has been settled: a person closes them."""
        return self.env.execute_query(
            SQL(
                """
                INSERT INTO ar_work_item (
                       company_id, access_group_id, kind, debtor_id, legal_case_id,
                       currency_id, points, user_id, state, dedup_key,
                       create_uid, create_date, write_uid, write_date)
                SELECT legal.company_id, legal.access_group_id, 'legal_paid',
                       legal.debtor_id, legal.id, legal.currency_id, 70,
                       legal.user_id, 'open', 'legal_paid/' || legal.id, %(audit)s
                  FROM ar_legal_case legal
                 WHERE legal.company_id = %(company)s AND legal.state = 'open'
                   AND NOT %(due)s
                    ON CONFLICT DO NOTHING
                RETURNING id
                """,
                audit=self.env["ar.claim"]._sql_audit(),
                company=company.id,
                due=self._sql_something_due(),
            )
        )

    @api.model
    def _sql_deadline_key(self):
        return SQL("concat_ws('/', 'legal_deadline', legal.id, legal.next_deadline)")

    @api.model
    def _sql_something_due(self):
        """Whether a claim of `legal` is not settled; one in draft may come back."""
        return SQL(
            """
            EXISTS (SELECT FROM ar_legal_case_claim member
                      JOIN ar_claim claim ON claim.id = member.claim_id
                     WHERE member.case_id = legal.id AND member.active
                       AND claim.state IN ('open', 'unposted'))
            """
        )

    def _settle_past_deadlines(self):
        """Tick off deadlines of these cases that have been moved or have gone."""
        self.env.flush_all()
        self._settle_deadlines(SQL("AND item.legal_case_id = ANY(%s)", self.ids))
        self.env["ar.work.item"].invalidate_model(["state", "done_on"])

    @api.model
    def _settle_deadlines(self, scope):
        self.env.execute_query(
            SQL(
                """
                UPDATE ar_work_item item
                   SET state = 'done', done_on = now() AT TIME ZONE 'UTC',
                       done_by_id = %(user)s
                  FROM ar_legal_case legal
                 WHERE legal.id = item.legal_case_id
                   AND item.kind = 'legal_deadline' AND item.state = 'open'
                   AND (legal.state = 'closed' OR legal.next_deadline IS NULL
                        OR item.dedup_key <> %(key)s)
                   %(scope)s
                RETURNING item.id
                """,
                user=self.env.uid,
                key=self._sql_deadline_key(),
                scope=scope,
            )
        )

    @api.model
    def _settle_unpaid(self, company):
        """A payment was returned: the case is not to be closed after all."""
        self.env.execute_query(
            SQL(
                """
                UPDATE ar_work_item item
                   SET state = 'done', done_on = now() AT TIME ZONE 'UTC'
                  FROM ar_legal_case legal
                 WHERE legal.id = item.legal_case_id AND item.company_id = %(company)s
                   AND item.kind = 'legal_paid' AND item.state = 'open'
                   AND (legal.state = 'closed' OR %(due)s)
                RETURNING item.id
                """,
                company=company.id,
                due=self._sql_something_due(),
            )
        )
