from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from .evaluation import COLUMNS
from .evaluation_gates import notice_key


class EvaluationAllocation(models.AbstractModel):
    """What is shared out: contacts per debtor, capacity per channel and day."""

    _inherit = "ar.evaluation"

    @api.model
    def _sql_allocation(self, company, on, partner_ids):
        """Return the name of the last relation, and the pieces that lead to it.

        Capacity belongs to a whole run: who asks about single debtors gets it as the
        run left it out, not shared out anew.
        """
        limit = company.ar_contact_maximum if company.ar_contact_period_days else 0
        whole_run = partner_ids is None or isinstance(partner_ids, SQL)
        left = company._ar_capacity_left(on, approved=True) if whole_run else {}
        if not limit and not left:
            return "gated", SQL()
        pieces = [self._sql_weighed()]
        last = "weighed"
        if limit:
            pieces.append(self._sql_contact_limit(company, on, limit))
            last = "limited"
        if left:
            pieces.append(self._sql_capacity(company, on, left, last))
            last = "capped"
        return last, SQL("").join(SQL(", %s", piece) for piece in pieces)

    @api.model
    def _sql_weighed(self):
        """How much a notice weighs: its phase, level, how long it waits, its amount."""
        return SQL(
            """
            weighed AS (
                SELECT gated.*, MAX(array_position(ARRAY['proactive', 'amicable',
                                    'collection', 'legal'], next_phase::text))
                           OVER notice AS top_phase,
                       MAX(level_sequence) OVER notice AS top_level,
                       MIN(level_date) OVER notice AS since,
                       SUM(collectable_company) OVER notice AS weight
                  FROM gated
                WINDOW notice AS (PARTITION BY %s)
            )
            """,
            notice_key("gated"),
        )

    # -- contacts -----------------------------------------------------------------

    @api.model
    def _sql_contact_limit(self, company, on, limit):
        """At most so many contacts of a debtor in a period; the weightiest go first.

        Contacts of other companies and of types that the reader may not see count when
        the company says so; then a neutral code tells nothing of them.
        """
        first = on - timedelta(days=company.ar_contact_period_days - 1)
        return SQL(
            """
            contact AS MATERIALIZED (%(contacts)s),
            used AS MATERIALIZED (
                SELECT owing.partner_id, owing.access_group_id,
                       COUNT(*) FILTER (WHERE %(own)s) AS own, COUNT(*) AS everywhere,
                       COALESCE((array_agg(contact.day ORDER BY contact.day DESC)
                                 FILTER (WHERE %(own)s))[%(limit)s],
                                MIN(contact.day) FILTER (WHERE %(own)s)) AS frees
                  FROM (SELECT DISTINCT partner_id, access_group_id
                          FROM company_claim) owing
                  JOIN contact ON contact.partner_id = owing.partner_id
                 GROUP BY owing.partner_id, owing.access_group_id
            ), queued AS (
                SELECT weighed.*,
                       DENSE_RANK() OVER (PARTITION BY %(open)s, debtor_id,
                           access_group_id ORDER BY %(order)s) AS place,
                       DENSE_RANK() OVER (PARTITION BY %(open)s, partner_id
                           ORDER BY %(order)s) AS place_everywhere
                  FROM weighed
            ), limited AS (
                SELECT %(columns)s, queued.top_phase, queued.top_level, queued.since,
                       queued.weight,
                       CASE WHEN NOT (%(open)s) THEN queued.blockers
                            WHEN COALESCE(used.own, 0) + place > %(limit)s
                            THEN ARRAY['contact_limit|'
                                 || COALESCE(used.frees, %(on)s) + %(period)s]
                            WHEN %(all)s AND COALESCE(used.everywhere, 0)
                                 + place_everywhere > %(limit)s
                            THEN ARRAY['contact_pause']
                            ELSE queued.blockers END AS blockers
                  FROM queued
                  LEFT JOIN used ON used.partner_id = queued.partner_id
                   AND used.access_group_id
                       IS NOT DISTINCT FROM queued.access_group_id
            )
            """,
            contacts=self._sql_contacts(company, first),
            own=SQL(
                """contact.root_company_id = %s AND contact.access_group_id
                   IS NOT DISTINCT FROM owing.access_group_id""",
                company.root_id.id,
            ),
            open=SQL("blockers = '{}' AND level_kind = 'notice'"),
            order=SQL(
                """top_phase DESC, top_level DESC, since, weight DESC, company_id,
                   currency_id, access_group_id, version_id, recipient_id,
                   recipient_role, part"""
            ),
            columns=self._sql_kept("queued"),
            limit=limit,
            on=SQL("%s::date", on),
            period=company.ar_contact_period_days,
            all=company.ar_contact_scope == "all",
        )

    @api.model
    def _sql_contacts(self, company, first):
        """Notices that left since a day, per partner.

        What was taken back after it had left still counts; what was withdrawn before,
        what a person has not done yet, tests, handovers and history do not.
        """
        narrow = SQL()
        if company.ar_contact_scope != "all":
            narrow = SQL("AND company.parent_path LIKE %s", f"{company.root_id.id}/%")
        return SQL(
            """
            SELECT notice.partner_id, notice.access_group_id,
                   split_part(company.parent_path, '/', 1)::int AS root_company_id,
                   notice.contact_on AS day
              FROM ar_dunning_notice notice
              JOIN res_company company ON company.id = notice.company_id
             WHERE notice.contact_on >= %(first)s
               AND notice.partner_id IN (SELECT partner_id FROM company_claim)
               AND notice.kind IN ('dunning', 'statement', 'correction')
               AND notice.sandbox IS NOT TRUE
               AND (notice.state = 'dispatched' AND notice.channel <> 'person'
                    OR (notice.state IN ('dispatched', 'withdrawn') AND EXISTS (
                        SELECT FROM ar_delivery delivery
                         WHERE delivery.notice_id = notice.id AND delivery.copy = 0
                           AND delivery.state IN ('sent', 'bounced', 'handing_over'))))
               %(narrow)s
            """,
            first=first,
            narrow=narrow,
        )

    # -- capacity -----------------------------------------------------------------

    @api.model
    def _sql_capacity(self, company, on, left, source):
        """Share out what a channel can take today: who waits longest goes first.

        A notice leaves whole or not at all; what does not fit comes on the next day on
        which the company sends.

        :param left: {channel: notices that still fit}
        """
        return SQL(
            """
            capacity (channel, room) AS (VALUES %(rooms)s),
            too_many AS (
                SELECT DISTINCT claim_id
                  FROM (
                    SELECT source.claim_id, capacity.room,
                           DENSE_RANK() OVER (PARTITION BY capacity.channel
                               ORDER BY since, weight DESC, debtor_id, currency_id,
                                        access_group_id, version_id, recipient_id,
                                        recipient_role, part) AS place
                      FROM %(source)s source
                      JOIN capacity ON capacity.channel = ANY(source.channels)
                     WHERE source.blockers = '{}' AND source.level_kind = 'notice'
                  ) queue
                 WHERE place > room
            ), capped AS (
                SELECT %(columns)s,
                       CASE WHEN too_many.claim_id IS NULL THEN source.blockers
                            ELSE ARRAY[%(blocker)s] END AS blockers
                  FROM %(source)s source
                  LEFT JOIN too_many ON too_many.claim_id = source.claim_id
            )
            """,
            rooms=SQL(", ").join(
                SQL("(%s, %s)", channel, room) for channel, room in left.items()
            ),
            source=SQL.identifier(source),
            columns=self._sql_kept("source"),
            blocker=f"capacity|{company._ar_sending_day(on + timedelta(days=1))}",
        )

    @api.model
    def _sql_kept(self, alias):
        """The columns of the evaluation that an allocation does not change."""
        return SQL(", ").join(
            SQL.identifier(alias, name) for name in COLUMNS if name != "blockers"
        )
