from odoo import api, models
from odoo.tools import SQL

_POINTS = 50


class ContactReview(models.Model):
    """Looks every day at what was agreed: kept, kept in part, or work to do.

    Set-based: a fixed number of statements, however many contacts wait.
    """

    _inherit = "ar.contact"

    @api.model
    def _review_company(self, company, on):
        """Note the results of a company's contacts; raise the work that is due.

        Contacts over several branches are of the root company: whichever cycle comes
        first looks at them. Safe to repeat.

        :return: how many got a result
        """
        self.env.flush_all()
        ids = self._settle_promises(company, on) + self._settle_dates(company, on)
        self.env.invalidate_all()
        due = self.browse(ids).filtered(
            lambda contact: contact.result in ("broken", "partly", "due")
        )
        due._raise_follow_up(on)
        return len(ids)

    @api.model
    def _settle_promises(self, company, on):
        """Give promises their result, as rules/promises.py says; return their ids."""
        partners = [
            partner
            for (partner,) in self.env.execute_query(
                SQL(
                    """
                    SELECT DISTINCT debtor.partner_id
                      FROM ar_contact contact
                      JOIN ar_debtor debtor ON debtor.id = contact.debtor_id
                     WHERE contact.result = 'waiting'
                       AND contact.follow_up = 'if_unpaid'
                       AND contact.company_id IN %s
                    """,
                    self._companies_looked_at(company),
                )
            )
        ]
        if not partners:
            return []
        rows = self.env.execute_query(
            SQL(
                """
                WITH company_claim AS MATERIALIZED (%(claims)s),
                cover AS (%(cover)s),
                fact AS (
                    SELECT line.contact_id, line.amount, claim.settled_on,
                           CASE claim.state
                           WHEN 'open' THEN GREATEST(0, now.residual
                                                     - COALESCE(cover.covered, 0))
                                            + now.costs
                           WHEN 'unposted' THEN line.amount
                           ELSE 0 END AS open
                      FROM ar_contact contact
                      JOIN ar_contact_claim line ON line.contact_id = contact.id
                      JOIN ar_claim claim ON claim.id = line.claim_id
                      LEFT JOIN company_claim now ON now.id = claim.id
                      LEFT JOIN cover ON cover.claim_id = claim.id
                     WHERE contact.result = 'waiting'
                       AND contact.follow_up = 'if_unpaid'
                       AND contact.company_id IN %(companies)s
                ), told AS (
                    SELECT contact_id, bool_and(open <= 0) AS all_paid,
                           SUM(GREATEST(amount - open, 0)) AS paid,
                           MAX(settled_on) AS settled_on
                      FROM fact GROUP BY contact_id
                ), seen AS (
                    SELECT contact.id, told.paid,
                           CASE WHEN told.all_paid
                                THEN CASE WHEN told.settled_on
                                               > contact.date_until + contact.grace_days
                                          THEN 'late' ELSE 'kept' END
                                WHEN contact.amount > 0 AND told.paid >= contact.amount
                                THEN 'kept'
                                WHEN %(on)s <= contact.date_until + contact.grace_days
                                THEN 'waiting'
                                WHEN told.paid > 0 THEN 'partly'
                                ELSE 'broken' END AS result
                      FROM told JOIN ar_contact contact ON contact.id = told.contact_id
                )
                UPDATE ar_contact contact
                   SET result = seen.result, result_on = %(on)s,
                       amount_paid = seen.paid
                  FROM seen
                 WHERE seen.id = contact.id AND seen.result <> 'waiting'
                RETURNING contact.id
                """,
                claims=self.env["ar.evaluation"]._sql_claims(company, partners),
                cover=self.env["ar.evaluation"]._sql_cover(company, partners),
                companies=self._companies_looked_at(company),
                on=SQL("%s::date", on),
            )
        )
        return [contact for (contact,) in rows]

    @api.model
    def _judge_again(self, claims):
        """Payments of these claims came back: promises kept with them are not kept.

        One whose day has not passed waits again, and its claims with it. Otherwise the
        payment that came back is work enough: no second task is raised.
        """
        kept = self.search(
            [
                ("result", "in", ("kept", "late", "partly")),
                ("follow_up", "=", "if_unpaid"),
                ("line_ids.claim_id", "in", claims.ids),
            ]
        )
        if not kept:
            return
        kept.write({"result": "waiting", "result_on": False, "amount_paid": 0})
        self.env.flush_all()
        for company in kept.company_id:
            self._settle_promises(company, company._ar_today())
        self.env.invalidate_all()
        for contact in kept.filtered(lambda one: one.result == "waiting"):
            contact._put_on_hold(contact.company_id._ar_today())

    @api.model
    def _settle_dates(self, company, on):
        """Let the calls of today, and those missed, become work; return their ids.

        Nobody is called about claims that are all settled by then.
        """
        rows = self.env.execute_query(
            SQL(
                """
                UPDATE ar_contact contact
                   SET result_on = %(on)s,
                       result = CASE WHEN EXISTS (
                           SELECT FROM ar_contact_claim line
                            WHERE line.contact_id = contact.id)
                       AND NOT EXISTS (
                           SELECT FROM ar_contact_claim line
                             JOIN ar_claim claim ON claim.id = line.claim_id
                            WHERE line.contact_id = contact.id
                              AND claim.state IN ('open', 'unposted'))
                       THEN 'settled' ELSE 'due' END
                 WHERE contact.result = 'waiting' AND contact.follow_up = 'on_date'
                   AND contact.date_until <= %(on)s
                   AND contact.company_id IN %(companies)s
                RETURNING contact.id
                """,
                on=on,
                companies=self._companies_looked_at(company),
            )
        )
        return [contact for (contact,) in rows]

    @api.model
    def _companies_looked_at(self, company):
        return tuple((company | company.root_id).ids)

    def _raise_follow_up(self, on):
        """Put the work that these contacts bring on the list."""
        # Nobody creates work items by hand; the contacts were made under rights.
        self.env["ar.work.item"].sudo()._raise_items(
            [contact._prepare_follow_up_vals(on) for contact in self]
        )

    def _prepare_follow_up_vals(self, on):
        self.ensure_one()
        lines = self.line_ids
        currency = lines.currency_id
        amount = sum(lines.mapped("amount")) if len(currency) == 1 else 0.0
        return {
            "kind": self.follow_up_kind,
            "company_id": self.company_id.id,
            "access_group_id": self.access_group_id.id,
            "debtor_id": self.debtor_id.id,
            "claim_id": lines.claim_id.id if len(lines) == 1 else False,
            "contact_id": self.id,
            "user_id": self.outcome_id.follow_up_user_id.id,
            "team_id": self.outcome_id.follow_up_team_id.id,
            "amount": max(amount - self.amount_paid, 0.0),
            "currency_id": currency.id if len(currency) == 1 else False,
            "points": _POINTS,
            "due_on": on,
            "note": self.note,
            "dedup_key": f"{self.follow_up_kind}/{self.id}",
        }
