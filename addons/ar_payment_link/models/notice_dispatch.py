from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL


class NoticeDispatch(models.Model):
    """Gives each reminder that leaves the link to pay what it claims."""

    _inherit = "ar.dunning.notice"

    @api.model
    def _accompany(self, scope, company, on):
        """Write the links of the chunk: three statements, however many notices."""
        super()._accompany(scope, company, on)
        if not company.ar_link_on_notices:
            return
        links = self.env["ar.payment.link"]
        numbered = self._number_links(scope)
        if not numbered:
            return
        notice_ids, digests, numbers = zip(*numbered, strict=True)
        references, keys = zip(
            *(links._reference_of(company, number) for number in numbers), strict=True
        )
        expires_on = on + timedelta(days=company.ar_link_validity_days)
        self.env.execute_query(
            SQL(
                """
                INSERT INTO ar_payment_link (
                       notice_id, debtor_id, partner_id, company_id, access_group_id,
                       currency_id, source, lines_digest, number, reference,
                       reference_key, nonce, expires_on, open_count,
                       create_uid, create_date, write_uid, write_date)
                SELECT notice.id, notice.debtor_id, notice.partner_id,
                       notice.company_id, notice.access_group_id, notice.currency_id,
                       'notice', given.digest, given.number, given.reference,
                       given.key, gen_random_uuid()::text, %(expires_on)s, 0, %(audit)s
                  FROM unnest(%(notices)s::int[], %(digests)s::text[],
                              %(numbers)s::int[], %(references)s::text[],
                              %(keys)s::text[])
                       AS given (notice_id, digest, number, reference, key)
                  JOIN ar_dunning_notice notice ON notice.id = given.notice_id
                RETURNING id
                """,
                expires_on=expires_on,
                audit=self._sql_audit(),
                notices=list(notice_ids),
                digests=list(digests),
                numbers=list(numbers),
                references=list(references),
                keys=list(keys),
            )
        )
        self._insert_link_lines(notice_ids)

    @api.model
    def _number_links(self, scope):
        """Return (notice id, digest of its claims, new number) of those that leave."""
        return self.env.execute_query(
            SQL(
                """
                SELECT leaving.id, leaving.digest,
                       nextval('ar_payment_link_number_seq')::int
                  FROM (
                    SELECT notice.id, encode(sha256(string_agg(
                               line.claim_id::text, ',' ORDER BY line.claim_id
                           )::bytea), 'hex') AS digest
                      FROM ar_dunning_notice notice
                      JOIN ar_dunning_notice_line line ON line.notice_id = notice.id
                       AND line.role = 'claimed' AND line.state = 'dispatched'
                     WHERE notice.id IN %(scope)s
                       AND notice.state = 'dispatched' AND notice.kind = 'dunning'
                       AND NOT EXISTS (SELECT FROM ar_payment_link link
                                        WHERE link.notice_id = notice.id)
                     GROUP BY notice.id
                     ORDER BY notice.id
                  ) leaving
                """,
                scope=scope,
            )
        )

    @api.model
    def _insert_link_lines(self, notice_ids):
        """A link is about what its notice claims, not what it tells besides."""
        self.env.execute_query(
            SQL(
                """
                INSERT INTO ar_payment_link_line (
                       link_id, claim_id, company_id, access_group_id,
                       create_uid, create_date, write_uid, write_date)
                SELECT link.id, line.claim_id, line.company_id, line.access_group_id,
                       %(audit)s
                  FROM ar_payment_link link
                  JOIN ar_dunning_notice_line line ON line.notice_id = link.notice_id
                   AND line.role = 'claimed' AND line.state = 'dispatched'
                 WHERE link.notice_id IN %(notices)s
                 ORDER BY link.id, line.date_due, line.id
                RETURNING id
                """,
                audit=self._sql_audit(),
                notices=tuple(notice_ids),
            )
        )
