from odoo import models
from odoo.tools import SQL


class HistoryImportApply(models.Model):
    """Makes notices of earlier reminders, and takes them back; set-based.

    A notice of kind `imported` has left long ago: no delivery, no contact that counts,
    nothing to send. Its lines say which level a claim has reached.
    """

    _inherit = "ar.history.import"

    def _take_over(self):
        """Make notices of the rows that are ready: one per debtor, day and level.

        :return: {access group id or None: (rows, notices)}; what everybody may see is
            always among them
        """
        self.env.flush_all()
        # Notices are read-only for people; the caller checked the right, and rows are
        # about claims that the user sees.
        lines = self.env.execute_query(self._sql_take_over())
        self.env.invalidate_all(flush=False)
        claims = self.env["ar.claim"].browse({line[0] for line in lines})
        claims._project_levels()
        self._judge()
        taken = {None: []}
        for _claim, notice_id, group in lines:
            taken.setdefault(group, []).append(notice_id)
        return {group: (len(ids), len(set(ids))) for group, ids in taken.items()}

    def _sql_take_over(self):
        """Return the statement; it gives (claim, notice, access group) of each line."""
        return SQL(
            """
            WITH ready AS MATERIALIZED (
                SELECT row.*, claim.debtor_id, claim.partner_id, claim.currency_id,
                       claim.procedure_id, claim.version_id, claim.cycle,
                       claim.date_due, claim.invoice_date, claim.move_name,
                       claim.payment_reference, claim.description,
                       claim.amount_original, level.sequence AS level_sequence,
                       COALESCE(row.amount, claim.amount_original) AS claimed,
                       dense_rank() OVER (
                           ORDER BY row.day, claim.debtor_id, claim.currency_id,
                                    row.access_group_id, claim.version_id,
                                    row.level_key, row.old_level, row.channel,
                                    row.text) AS place,
                       row_number() OVER (
                           PARTITION BY row.claim_id, row.level_key
                           ORDER BY row.day, row.number, row.id) AS turn
                  FROM ar_history_row row
                  JOIN ar_claim claim ON claim.id = row.claim_id
                  LEFT JOIN ar_dunning_level level ON level.id = row.level_id
                 WHERE row.import_id = %(import)s AND row.state = 'ready'
                   AND claim.id IN %(visible)s
            ), grouped AS MATERIALIZED (
                SELECT nextval('ar_dunning_notice_id_seq')::int AS notice_id, ordered.*
                  FROM (
                  SELECT place, MIN(company_id) AS company_id,
                         MIN(access_group_id) AS access_group_id,
                         MIN(debtor_id) AS debtor_id, MIN(partner_id) AS partner_id,
                         MIN(currency_id) AS currency_id,
                         MIN(procedure_id) AS procedure_id,
                         MIN(version_id) AS version_id, MIN(level_id) AS level_id,
                         MIN(day) AS day, MIN(old_level) AS old_level,
                         MIN(channel) AS channel, MIN(text) AS text,
                         SUM(claimed) AS amount, COUNT(*) AS claims
                    FROM ready GROUP BY place ORDER BY place
                  ) ordered
            ), notice AS (
                INSERT INTO ar_dunning_notice (
                       id, company_id, access_group_id, debtor_id, partner_id,
                       currency_id, kind, procedure_id, version_id, level_id, state,
                       date, dispatched_on, effective_on, channel, channels,
                       amount_total, claim_count, sandbox, snapshot,
                       history_import_id,
                       create_uid, create_date, write_uid, write_date)
                SELECT notice_id, company_id, access_group_id, debtor_id, partner_id,
                       currency_id, 'imported', procedure_id, version_id, level_id,
                       'dispatched', day, day + interval '12 hours', day, channel,
                       channel, amount, claims, FALSE,
                       jsonb_build_object('taken_over', jsonb_build_object(
                           'level', old_level, 'text', text)),
                       %(import)s, %(audit)s
                  FROM grouped
            )
            INSERT INTO ar_dunning_notice_line (
                   notice_id, company_id, access_group_id, claim_id, debtor_id, role,
                   state, cycle, level_id, level_key, level_sequence, occurrence,
                   level_date, effective_on, currency_id, amount_original,
                   amount_paid, amount_covered, amount_open, date_due, invoice_date,
                   move_name, payment_reference, description, days_overdue,
                   history_key, create_uid, create_date, write_uid, write_date)
            SELECT grouped.notice_id, ready.company_id, ready.access_group_id,
                   ready.claim_id, ready.debtor_id,
                   CASE WHEN ready.level_key IS NULL THEN 'information'
                        ELSE 'claimed' END,
                   'dispatched', ready.cycle, ready.level_id, ready.level_key,
                   ready.level_sequence,
                   ready.turn + COALESCE((
                       SELECT MAX(line.occurrence)
                         FROM ar_dunning_notice_line line
                        WHERE line.claim_id = ready.claim_id
                          AND line.cycle = ready.cycle
                          AND line.level_key = ready.level_key
                          AND line.role <> 'information'
                          AND line.state IN ('proposed', 'approved', 'dispatched')),
                       0),
                   ready.day, ready.day, ready.currency_id, ready.amount_original,
                   GREATEST(ready.amount_original - ready.claimed, 0), 0,
                   ready.claimed, ready.date_due, ready.invoice_date, ready.move_name,
                   ready.payment_reference, ready.description,
                   ready.day - ready.date_due, ready.history_key, %(audit)s
              FROM ready
              JOIN grouped ON grouped.place = ready.place
             ORDER BY ready.day, ready.number, ready.id
                ON CONFLICT DO NOTHING
            RETURNING claim_id, notice_id, access_group_id
            """,
            **{"import": self.id},
            visible=self._visible_claims(),
            audit=self.env["ar.claim"]._sql_audit(),
        )

    def _take_back(self):
        """Withdraw what was taken over, unless a later notice rests on it.

        :return: {access group id or None: how many lines stay}; None is always in it
        """
        self.env.flush_all()
        found = self.env.execute_query(
            SQL(
                """
                SELECT line.id, line.access_group_id, EXISTS (
                       SELECT FROM ar_dunning_notice_line later
                         JOIN ar_dunning_notice sent ON sent.id = later.notice_id
                        WHERE later.claim_id = line.claim_id
                          AND later.cycle = line.cycle
                          AND later.role = 'claimed' AND later.state = 'dispatched'
                          AND sent.kind <> 'imported' AND sent.sandbox IS NOT TRUE)
                  FROM ar_dunning_notice_line line
                  JOIN ar_dunning_notice notice ON notice.id = line.notice_id
                 WHERE notice.history_import_id = %s AND line.state = 'dispatched'
                   AND line.claim_id IN %s
                """,
                self.id,
                self._visible_claims(),
            )
        )
        free = [line_id for line_id, _group, rested_on in found if not rested_on]
        if free:
            # As in _take_over.
            self.env["ar.dunning.notice"].sudo()._withdraw_lines(free, "undone")
        kept = dict.fromkeys((None, *(group for _line, group, _rests in found)), 0)
        for _line, group, rested_on in found:
            kept[group] += bool(rested_on)
        return kept
