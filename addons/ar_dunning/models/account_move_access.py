from odoo import api, models
from odoo.tools import SQL

PENDING_ACCESS = "ar_dunning.pending_access"


class AccountMoveAccess(models.Model):
    """Money that pays restricted claims is seen by their group alone.

    The marker of an invoice follows its journal. Entries of payments, transactions of
    the bank, write-offs and exchange differences carry it as long as they are matched
    with a restricted entry: set-based, right before the transaction commits.
    """

    _inherit = "account.move"

    @api.model
    def _note_carriers(self, kind, ids):
        """Remember what was matched or unmatched.

        :param kind: `lines`, `moves` or `payments`, of which `ids` are.
        """
        if not ids or not self.env["ar.claim.type"]._access_group_ids():
            return
        precommit = self.env.cr.precommit
        if PENDING_ACCESS not in precommit.data:
            # Bookkeeping of ours: nobody marks entries by hand.
            precommit.add(self.sudo()._mark_pending)
        noted = precommit.data.setdefault(PENDING_ACCESS, {})
        noted.setdefault(kind, set()).update(ids)

    @api.model
    def _mark_pending(self):
        """Mark what was noted (runs at precommit, after claims were synced)."""
        noted = self.env.cr.precommit.data.pop(PENDING_ACCESS, {})
        if noted:
            self._mark_carriers(
                SQL(
                    """
                    SELECT move_id FROM account_move_line WHERE id = ANY(%(lines)s)
                     UNION SELECT unnest(%(moves)s::int[])
                     UNION SELECT move_id FROM account_payment
                            WHERE id = ANY(%(payments)s) AND move_id IS NOT NULL
                    """,
                    **{
                        kind: list(noted.get(kind, ()))
                        for kind in ("lines", "moves", "payments")
                    },
                ),
                noted.get("payments", ()),
            )

    @api.model
    def _mark_journals(self, journals):
        """Mark whatever is matched with entries of the journals."""
        self._mark_around(
            SQL("SELECT id FROM account_move WHERE journal_id = ANY(%s)", journals.ids)
        )

    @api.model
    def _mark_company(self, company):
        """Mark what was matched past the ORM (daily cycle)."""
        groups = self.env["ar.claim.type"]._access_group_ids()
        if groups:
            self._mark_around(
                SQL(
                    """
                    SELECT id FROM account_move
                     WHERE company_id = %s AND ar_access_group_id IS NOT NULL
                    """,
                    company.id,
                )
            )

    @api.model
    def _mark_around(self, entries):
        """Mark entries, given as a query of ids, and whatever is matched with them."""
        self._mark_carriers(
            SQL(
                "%s UNION SELECT matched.other_id FROM (%s) matched",
                entries,
                self._sql_matched(entries),
            )
        )

    @api.model
    def _mark_carriers(self, moves, payment_ids=()):
        """Give entries around `moves` the group of what they pay. One statement.

        :param moves: query of ids of entries whose matching changed; what is matched
            with them is looked at as well.
        :param payment_ids: payments to look at, also those without an entry.
        """
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                """
                WITH noted AS (%(moves)s),
                near AS MATERIALIZED (%(near)s),
                paid AS (%(paid)s),
                found AS (%(found)s),
                changed AS (
                    UPDATE account_move entry
                       SET ar_access_group_id = found.group_id
                      FROM found
                     WHERE entry.id = found.move_id
                       AND entry.ar_access_group_id IS DISTINCT FROM found.group_id
                    RETURNING entry.id, entry.ar_access_group_id
                ), items AS (
                    UPDATE account_move_line line
                       SET ar_access_group_id = changed.ar_access_group_id
                      FROM changed WHERE line.move_id = changed.id
                    RETURNING line.id
                )
                UPDATE account_payment payment
                   SET ar_access_group_id = fresh.group_id
                  FROM (SELECT payment.id, CASE WHEN payment.move_id IS NULL
                               THEN (SELECT %(one)s FROM paid
                                      WHERE paid.payment_id = payment.id)
                               ELSE (SELECT found.group_id FROM found
                                      WHERE found.move_id = payment.move_id)
                               END AS group_id
                          FROM account_payment payment
                         WHERE payment.id IN (
                               SELECT unnest(%(payments)s::int[])
                                UNION SELECT id FROM account_payment
                                       WHERE move_id IN (SELECT move_id FROM found))
                       ) fresh
                 WHERE fresh.id = payment.id
                   AND payment.ar_access_group_id IS DISTINCT FROM fresh.group_id
                RETURNING payment.id
                """,
                moves=moves,
                near=self._sql_near(),
                paid=self._sql_paid(list(payment_ids)),
                found=self._sql_found(),
                one=self._sql_one_group(SQL("paid.group_id")),
                payments=list(payment_ids),
            )
        )
        for name in ("account.move", "account.move.line", "account.payment"):
            self.env[name].invalidate_model(["ar_access_group_id"])

    @api.model
    def _sql_matched(self, entries):
        """Pairs of an entry and one that it is matched with, either way.

        The joins begin with the entries. A condition around both ways together does
        not reach into them, and all that was ever matched would be joined first.

        :param entries: query of ids
        """
        near, far = SQL("debit_move_id"), SQL("credit_move_id")
        ways = [
            SQL(
                """
                SELECT one.move_id, other.move_id AS other_id
                  FROM account_move_line one
                  JOIN account_partial_reconcile partial ON partial.%s = one.id
                  JOIN account_move_line other ON other.id = partial.%s
                 WHERE one.move_id IN (%s)
                """,
                *way,
                entries,
            )
            for way in ((near, far), (far, near))
        ]
        return SQL(" UNION ALL ").join(ways)

    @api.model
    def _sql_near(self):
        """Entries that can carry a marker: those in `noted` and what hangs on them.

        What is a claim itself, or is of a restricted journal, has its own marker.
        """
        return SQL(
            """
            SELECT entry.id, entry.reversed_entry_id, entry.statement_line_id,
                   entry.tax_cash_basis_origin_move_id
              FROM account_move entry
              JOIN account_journal journal ON journal.id = entry.journal_id
              LEFT JOIN ar_claim_type kind ON kind.id = journal.ar_claim_type_id
             WHERE entry.move_type IN ('entry', 'out_refund')
               AND kind.access_group_id IS NULL
               AND NOT EXISTS (SELECT FROM ar_claim claim
                                WHERE claim.move_id = entry.id
                                  AND claim.state <> 'void')
               AND entry.id IN (
                   SELECT * FROM noted
                    UNION SELECT matched.other_id FROM (%s) matched
                    UNION SELECT id FROM account_move
                           WHERE reversed_entry_id IN (SELECT * FROM noted)
                    UNION SELECT id FROM account_move
                           WHERE tax_cash_basis_origin_move_id
                                 IN (SELECT * FROM noted)
                    UNION SELECT refund.move_id FROM account_payment refund
                            JOIN account_move_line credit
                              ON credit.id = refund.ar_refund_line_id
                           WHERE credit.move_id IN (SELECT * FROM noted))
            """,
            self._sql_matched(SQL("SELECT * FROM noted")),
        )

    @api.model
    def _sql_paid(self, payment_ids):
        """Restricted groups (move_id, payment_id, group_id) of what is paid itself."""
        restricted = SQL(
            """
            JOIN account_journal journal ON journal.id = source.journal_id
            JOIN ar_claim_type kind ON kind.id = journal.ar_claim_type_id
             AND kind.access_group_id IS NOT NULL
            """
        )
        return SQL(
            """
            WITH around AS (
                SELECT id FROM near
                 UNION SELECT reversed_entry_id FROM near
                        WHERE reversed_entry_id IS NOT NULL
                 UNION SELECT matched.other_id FROM (%(matched_near)s) matched
                 UNION SELECT credit.move_id FROM account_payment refund
                         JOIN account_move_line credit
                           ON credit.id = refund.ar_refund_line_id
                        WHERE refund.move_id IN (SELECT id FROM near)
            )
            SELECT matched.move_id, NULL::int AS payment_id,
                   kind.access_group_id AS group_id
              FROM (%(matched_around)s) matched
              JOIN account_move source ON source.id = matched.other_id %(restricted)s
            UNION
            SELECT payment.move_id, payment.id, kind.access_group_id
              FROM account_payment payment
              JOIN account_move__account_payment link ON link.payment_id = payment.id
              JOIN account_move source ON source.id = link.invoice_id %(restricted)s
             WHERE payment.id IN (
                   SELECT unnest(%(payments)s::int[])
                    UNION SELECT id FROM account_payment
                           WHERE move_id IN (SELECT id FROM around))
            UNION
            SELECT near.id, NULL, kind.access_group_id
              FROM near
              JOIN account_move source
                ON source.id = near.tax_cash_basis_origin_move_id %(restricted)s
            """,
            matched_near=self._sql_matched(SQL("SELECT id FROM near")),
            matched_around=self._sql_matched(SQL("SELECT id FROM around")),
            restricted=restricted,
            payments=payment_ids,
        )

    @api.model
    def _sql_found(self):
        """The group of each entry in `near`: of what it pays, or of what it settles.

        A bank transaction settles payments; a reversal and a refund give money back.
        No further: the other payments of a collective transaction stay visible.
        """
        return SQL(
            """
            SELECT near.id AS move_id, %(one)s AS group_id
              FROM near
              LEFT JOIN (
                   SELECT id, id AS source_id FROM near
                    UNION ALL
                   SELECT id, reversed_entry_id FROM near
                    UNION ALL
                   SELECT matched.move_id, matched.other_id FROM (%(matched)s) matched
                    UNION ALL
                   SELECT refund.move_id, credit.move_id
                     FROM account_payment refund
                     JOIN account_move_line credit
                       ON credit.id = refund.ar_refund_line_id
                    WHERE refund.move_id IN (SELECT id FROM near)
              ) settled ON settled.id = near.id
              LEFT JOIN paid ON paid.move_id = settled.source_id
             GROUP BY near.id
            """,
            one=self._sql_one_group(SQL("paid.group_id")),
            matched=self._sql_matched(
                SQL("SELECT id FROM near WHERE statement_line_id IS NOT NULL")
            ),
        )

    @api.model
    def _sql_one_group(self, column):
        """One group; money for claims of several is for those who may see all."""
        return SQL(
            """
            CASE WHEN MIN(%(column)s) = MAX(%(column)s) THEN MIN(%(column)s)
                 WHEN MIN(%(column)s) IS NOT NULL THEN %(several)s END
            """,
            column=column,
            several=self.env.ref("ar_dunning.group_several_restricted").id,
        )
