from odoo import api, fields, models
from odoo.tools import SQL

from .notice_dispatch import EVALUATION_TABLE

LEAVING_TABLE = "ar_dispatch_leaving"


class NoticeLeave(models.Model):
    """The moment a notice leaves: frozen, with a delivery for each who gets it.

    What becomes of each is listed first, in a temporary table whose size the planner
    knows. Then one statement writes each notice once: PostgreSQL checks every reference
    of a row anew when a transaction writes it a second time, and a notice has many.
    """

    _inherit = "ar.dunning.notice"

    @api.model
    def _let_leave(self, scope, on, channels_today=None):
        """Freeze totals, lead level, channels and parties; write the deliveries.

        What leaves are the approved notices that have a dispatched line on which
        something is claimed, thanked for or stated.

        :param scope: tuple of notice ids
        :param on: day on which contacts have to be in force
        :param channels_today: query (notice_id, channels, reachable) of the channels
            that the evaluation finds today; without it each keeps its own
        :return: [(id, kind)] of those that left
        """
        table = SQL.identifier(LEAVING_TABLE)
        self.env.cr.execute(SQL("DROP TABLE IF EXISTS %s", table))
        self.env.cr.execute(
            SQL(
                "CREATE TEMP TABLE %s ON COMMIT DROP AS %s",
                table,
                self._sql_leaving(scope, channels_today),
            )
        )
        self.env.cr.execute(SQL("ANALYZE %s", table))
        return self.env.execute_query(
            SQL(
                """
                WITH leaving AS NOT MATERIALIZED (SELECT * FROM %(table)s),
                %(deliveries)s,
                recipient AS (
                    SELECT notice_id, jsonb_agg(jsonb_build_object(
                               'role', recipient_role, 'name', recipient_name,
                               'channel', channel, 'copy', copy,
                               'address', COALESCE(intended_address, address))
                               ORDER BY copy, id) AS persons
                      FROM made GROUP BY notice_id
                )
                UPDATE ar_dunning_notice notice
                   SET state = 'dispatched',
                       sandbox = leaving.sandbox,
                       dispatched_on = %(now)s,
                       contact_on = %(on)s,
                       effective_on = CASE WHEN notice.kind = 'handover'
                                           THEN %(on)s::date END,
                       amount_total = leaving.amount,
                       claim_count = leaving.claims,
                       level_id = leaving.level_id,
                       channel = leaving.channel,
                       channels = leaving.channels_kept,
                       snapshot = CASE WHEN recipient.notice_id IS NULL
                           THEN leaving.snapshot
                           ELSE leaving.snapshot || jsonb_build_object(
                                'recipients', recipient.persons) END
                  FROM leaving
                  LEFT JOIN recipient ON recipient.notice_id = leaving.notice_id
                 WHERE notice.id = leaving.notice_id
                RETURNING notice.id, notice.kind
                """,
                table=table,
                deliveries=self._sql_make_deliveries(
                    on, copies=self._has_copies(scope)
                ),
                now=fields.Datetime.now(),
                on=on,
            )
        )

    @api.model
    def _sql_leaving(self, scope, channels_today):
        """What becomes of each notice that leaves.

        A channel that still reaches the recipient is kept: a person may have chosen
        it. When none is left, the notice takes those of today.
        """
        return SQL(
            """
            WITH total AS (
                SELECT notice_id, COUNT(*) AS claims,
                       SUM(amount_open + COALESCE(amount_costs, 0)
                           + COALESCE(amount_interest, 0)) AS amount,
                       (array_agg(level_id ORDER BY level_sequence DESC))[1]
                           AS level_id
                  FROM ar_dunning_notice_line
                 WHERE notice_id IN %(scope)s AND state = 'dispatched'
                   AND role <> 'information'
                 GROUP BY notice_id
            ), today AS (%(today)s), owner AS MATERIALIZED (
                SELECT company.id, company.ar_sandbox, %(creditor)s AS snapshot
                  FROM res_company company
                  JOIN res_partner creditor ON creditor.id = company.partner_id
                  LEFT JOIN LATERAL (%(account)s) account ON TRUE
                 WHERE company.id IN (SELECT company_id FROM ar_dunning_notice
                                       WHERE id IN %(scope)s)
            ), had AS MATERIALIZED (
                SELECT notice.id, notice.channel, notice.channels, notice.partner_id,
                       notice.company_id, notice.level_id,
                       today.notice_id IS NOT NULL AND notice.channel <> 'none'
                           AS renewed,
                       string_to_array(COALESCE(notice.channels, notice.channel), ',')
                           AS own,
                       today.channels AS today, today.reachable
                  FROM ar_dunning_notice notice
                  LEFT JOIN today ON today.notice_id = notice.id
                 WHERE notice.id IN %(scope)s AND notice.state = 'approved'
            ), chosen AS MATERIALIZED (
                SELECT had.*, CASE WHEN kept.channels = '{}' THEN had.today
                                   ELSE kept.channels END AS leave_by
                  FROM had
                  CROSS JOIN LATERAL (
                    SELECT ARRAY(
                        SELECT one.channel
                          FROM unnest(had.own) WITH ORDINALITY AS one (channel, place)
                         WHERE NOT had.renewed OR one.channel = 'person'
                            OR one.channel = ANY(had.reachable)
                         ORDER BY one.place) AS channels
                  ) kept
            )
            SELECT chosen.id AS notice_id,
                   COALESCE(chosen.level_id, total.level_id) AS level_id,
                   chosen.leave_by,
                   CASE WHEN renewed THEN chosen.leave_by[1]
                        ELSE chosen.channel END AS channel,
                   CASE WHEN renewed THEN array_to_string(chosen.leave_by, ',')
                        ELSE chosen.channels END AS channels_kept,
                   owner.ar_sandbox AS sandbox, total.amount, total.claims,
                   owner.snapshot || jsonb_build_object('debtor', %(debtor)s)
                       AS snapshot
              FROM chosen
              JOIN total ON total.notice_id = chosen.id
              JOIN owner ON owner.id = chosen.company_id
              JOIN res_partner partner ON partner.id = chosen.partner_id
            """,
            scope=scope,
            today=channels_today or self._sql_no_channels_today(),
            creditor=self._sql_creditor(),
            account=self._sql_bank_account(),
            debtor=self._sql_debtor(),
        )

    @api.model
    def _sql_channels_today(self, scope):
        """The channels of today of each notice: those of its highest line."""
        return SQL(
            """
            SELECT DISTINCT ON (line.notice_id) line.notice_id, now.channels,
                   now.reachable
              FROM ar_dunning_notice_line line
              JOIN %(table)s now ON now.claim_id = line.claim_id
             WHERE line.notice_id IN %(scope)s
               AND line.role = 'claimed' AND line.state = 'dispatched'
             ORDER BY line.notice_id, line.level_sequence DESC, line.id
            """,
            scope=scope,
            table=SQL.identifier(EVALUATION_TABLE),
        )

    @api.model
    def _sql_no_channels_today(self):
        return SQL(
            """SELECT NULL::int AS notice_id, NULL::text[] AS channels,
                      NULL::text[] AS reachable WHERE FALSE"""
        )

    # -- what a later reader needs to know about both parties --------------------

    @api.model
    def _sql_creditor(self):
        return SQL(
            """
            jsonb_build_object(
                'creditor', jsonb_build_object(
                    'name', company.name, 'vat', creditor.vat,
                    'company_registry', creditor.company_registry,
                    'street', creditor.street, 'street2', creditor.street2,
                    'zip', creditor.zip, 'city', creditor.city,
                    'email', creditor.email, 'phone', creditor.phone),
                'account', jsonb_build_object(
                    'iban', account.acc_number, 'bic', account.bic,
                    'holder', COALESCE(account.acc_holder_name, company.name)))
            """
        )

    @api.model
    def _sql_debtor(self):
        return SQL(
            """
            jsonb_build_object(
                'name', partner.name, 'street', partner.street,
                'street2', partner.street2, 'zip', partner.zip,
                'city', partner.city, 'country_id', partner.country_id,
                'email', partner.email, 'vat', partner.vat)
            """
        )

    @api.model
    def _sql_bank_account(self):
        """The account on notices of `company`: the chosen one, else the first."""
        return SQL(
            """
            SELECT account.acc_number, account.acc_holder_name, bank.bic
              FROM res_partner_bank account
              LEFT JOIN res_bank bank ON bank.id = account.bank_id
             WHERE account.id = company.ar_bank_account_id
                OR (company.ar_bank_account_id IS NULL AND account.active
                    AND account.partner_id = company.partner_id)
             ORDER BY account.sequence, account.id
             LIMIT 1
            """
        )
