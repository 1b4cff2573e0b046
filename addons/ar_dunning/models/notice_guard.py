from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL


class NoticeGuard(models.Model):
    """At dispatch: how much and how often, whatever was approved before."""

    _inherit = "ar.dunning.notice"

    # -- contacts ----------------------------------------------------------------

    @api.model
    def _lock_partners(self, partner_ids):
        """One contact guard per partner: entities dispatch to a person in turn.

        Only when somebody counts contacts; companies without a limit take part too,
        because what they write may count for the others.
        """
        # Settings of all companies; only whether there is a limit at all is used.
        companies_sudo = self.env["res.company"].sudo()
        if companies_sudo.search_count([("ar_contact_maximum", ">", 0)], limit=1):
            self.env["ar.contact.guard"]._touch("partner", partner_ids)

    # -- capacity ----------------------------------------------------------------

    @api.model
    def _sql_within_capacity(self, company, on, lock):
        """Return the condition that a notice has a place in the day's capacity.

        While another worker takes places nobody else does: he dispatches the rest of
        this company too, and there is other work to go on with.

        :param lock: the places are taken now; who took some a moment ago is not in our
            snapshot: then we start again and count anew
        """
        room = company._ar_capacity_left(on)
        if not room:
            return SQL()
        if lock and not self.env.context.get("ar_simulation"):
            if not company._ar_lock("capacity"):
                return SQL("AND FALSE")
            self.env["ar.contact.guard"]._touch("capacity", company.ids)
        return SQL("AND id NOT IN (%s)", self._sql_beyond_capacity(company, on, room))

    @api.model
    def _sql_beyond_capacity(self, company, on, room):
        """Approved notices that a channel cannot take today; the oldest go first.

        :param room: {channel: notices that may still leave today}
        """
        return SQL(
            """
            SELECT queue.id
              FROM (
                SELECT waiting.id, capacity.room,
                       ROW_NUMBER() OVER (PARTITION BY capacity.channel
                                          ORDER BY waiting.date, waiting.id) AS place
                  FROM ar_dunning_notice waiting
                  JOIN (VALUES %(rooms)s) AS capacity (channel, room)
                    ON capacity.channel = ANY(string_to_array(
                       COALESCE(waiting.channels, waiting.channel), ','))
                 WHERE waiting.company_id = %(company)s
                   AND waiting.state = 'approved'
                   AND waiting.date <= %(on)s
                   AND waiting.kind IN ('dunning', 'statement', 'correction')
              ) queue
             WHERE queue.place > queue.room
            """,
            rooms=SQL(", ").join(SQL("(%s, %s)", *one) for one in room.items()),
            company=company.id,
            on=on,
        )

    @api.model
    def _within_capacity(self, company, on):
        """Return those of these notices that still have a place today."""
        room = company._ar_capacity_left(on)
        if not room:
            return self
        self.env.flush_all()
        self.env["ar.contact.guard"]._touch("capacity", company.ids)
        beyond = self.env.execute_query(self._sql_beyond_capacity(company, on, room))
        return self - self.browse(notice_id for [notice_id] in beyond)

    @api.model
    def _list_beyond_capacity(self, company, on):
        """List in their runs what waits for room, and until when."""
        room = company._ar_capacity_left(on)
        if not room:
            return
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                """
                INSERT INTO ar_dunning_exclusion (
                       run_id, company_id, access_group_id, claim_id, debtor_id,
                       level_id, code, until, amount, currency_id,
                       create_uid, create_date, write_uid, write_date)
                SELECT line.run_id, line.company_id, line.access_group_id,
                       line.claim_id, line.debtor_id, line.level_id, 'capacity',
                       %(until)s, line.amount_open, line.currency_id, %(audit)s
                  FROM ar_dunning_notice_line line
                 WHERE line.notice_id IN (%(beyond)s)
                   AND line.state = 'approved' AND line.role = 'claimed'
                   AND line.run_id IS NOT NULL
                    ON CONFLICT (run_id, claim_id, code)
                       DO UPDATE SET until = EXCLUDED.until
                RETURNING id
                """,
                until=company._ar_sending_day(on + timedelta(days=1)),
                audit=self._sql_audit(),
                beyond=self._sql_beyond_capacity(company, on, room),
            )
        )
