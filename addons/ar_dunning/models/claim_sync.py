from odoo import api, models
from odoo.tools import SQL

PENDING_LINES = "ar_dunning.pending_lines"
PENDING_MOVES = "ar_dunning.pending_moves"
PENDING_REBOOKED = "ar_dunning.pending_rebooked"
PENDING = {PENDING_LINES, PENDING_MOVES, PENDING_REBOOKED}

# So many new debtors that statistics are worth their time.
MANY = 1000


class ClaimSync(models.Model):
    """Keeps claims true to the ledger: one set-based road, used by all callers.

    Entries note what they touch; once, right before the transaction commits, the
    noted items are carried over. The daily cycle does the same for a whole company,
    which also catches what was written past the ORM.
    """

    _inherit = "ar.claim"

    # -- noting -----------------------------------------------------------------

    @api.model
    def _note_lines(self, lines):
        """Remember journal items whose matching or due date changed."""
        self._note(PENDING_LINES, lines.ids)

    @api.model
    def _note_moves(self, moves):
        """Remember entries that were posted."""
        self._note(PENDING_MOVES, moves.ids)

    @api.model
    def _note_rebooked(self, lines):
        """Remember journal items that got another partner or account."""
        self._note(PENDING_REBOOKED, lines.ids)

    @api.model
    def _note(self, key, ids):
        precommit = self.env.cr.precommit
        if not precommit.data.keys() & PENDING:
            # Bookkeeping of ours: the accountant needs no rights on claims.
            precommit.add(self.sudo()._sync_pending)
        precommit.data.setdefault(key, set()).update(ids)

    @api.model
    def _void_deleted_moves(self, moves):
        """The entries are about to be deleted: their claims become void."""
        if not moves:
            return
        self.flush_model()
        self.env.execute_query(
            SQL(
                """
                WITH changed AS (
                    UPDATE ar_claim SET state = 'void', line_id = NULL
                     WHERE move_id IN %s AND state <> 'void'
                    RETURNING id, company_id, access_group_id, state
                )
                %s
                """,
                tuple(moves.ids),
                self._sql_note_states(),
            )
        )
        self.invalidate_model()

    @api.model
    def _sync_pending(self):
        """Carry the noted changes into the claims (runs at precommit)."""
        data = self.env.cr.precommit.data
        moves = data.pop(PENDING_MOVES, set())
        lines = data.pop(PENDING_LINES, set())
        rebooked = data.pop(PENDING_REBOOKED, set())
        if moves:
            self._sync_moves(moves)
        if rebooked:
            self._sync_rebooked(SQL("line.id IN %s", tuple(rebooked)))
        if lines:
            self._sync_facts(SQL("claim.line_id IN %s", tuple(lines)))
            self.env["ar.claim.cost"]._follow_items(lines)
        self._sync_returned()

    # -- whole companies --------------------------------------------------------

    @api.model
    def _sync_lost(self, company):
        """Void or suspend claims whose item was removed or unposted behind our back."""
        self.env.execute_query(
            SQL(
                """
                WITH changed AS (
                    UPDATE ar_claim claim
                       SET line_id = NULL,
                           state = CASE WHEN move.state = 'draft' THEN 'unposted'
                                        ELSE 'void' END
                      FROM ar_claim lost
                      LEFT JOIN account_move_line line ON line.id = lost.line_id
                      LEFT JOIN account_move move ON move.id = lost.move_id
                     WHERE lost.id = claim.id
                       AND claim.company_id = %s
                       AND claim.state IN ('open', 'settled')
                       AND (line.id IS NULL OR line.parent_state <> 'posted')
                    RETURNING claim.id, claim.company_id, claim.access_group_id,
                              claim.state
                )
                %s
                """,
                company.id,
                self._sql_note_states(),
            )
        )
        self.invalidate_model()

    @api.model
    def _sync_rebooked(self, scope):
        """Void claims whose item has another debtor or account; new ones replace them.

        Another debtor never inherits the history. A debtor whose own commercial
        partner changed is still the same one.
        """
        rebooked = dict(
            self.env.execute_query(
                SQL(
                    """
                    WITH changed AS (
                        UPDATE ar_claim claim
                           SET line_id = NULL, state = 'void'
                          FROM account_move_line line
                          LEFT JOIN res_partner partner
                                 ON partner.id = line.partner_id,
                               res_partner debtor
                         WHERE line.id = claim.line_id
                           AND debtor.id = claim.partner_id
                           AND claim.state IN ('open', 'settled')
                           AND (line.account_id <> claim.account_id
                                OR partner.commercial_partner_id
                                   IS DISTINCT FROM debtor.commercial_partner_id)
                           AND %(scope)s
                        RETURNING claim.id, line.id AS item_id
                    )
                    SELECT id, item_id FROM changed
                    """,
                    scope=scope,
                )
            )
        )
        if rebooked:
            self._sync_new(SQL("line.id IN %s", tuple(rebooked.values())))
            self._void(rebooked)

    # -- new items --------------------------------------------------------------

    @api.model
    def _sql_new_items(self, join=None):
        """Return FROM and WHERE of posted receivable items that need a claim.

        :param join: one more join, which may use the aliases of the others.
        """
        return SQL(
            """
            FROM account_move_line line
            JOIN account_account account ON account.id = line.account_id
            JOIN account_journal journal ON journal.id = line.journal_id
            JOIN account_move move ON move.id = line.move_id
            JOIN res_company company ON company.id = line.company_id
            JOIN res_partner contact ON contact.id = line.partner_id
            JOIN res_partner partner ON partner.id =
                 COALESCE(contact.commercial_partner_id, contact.id)
            LEFT JOIN ar_claim_type kind ON kind.id = journal.ar_claim_type_id
            %s
           WHERE line.parent_state = 'posted'
             AND account.account_type = 'asset_receivable'
             AND journal.ar_follow_up
             AND line.amount_currency > 0
             AND NOT EXISTS (SELECT FROM ar_claim known WHERE known.line_id = line.id)
            """,
            join or SQL(),
        )

    @api.model
    def _sync_new(self, scope):
        """Make claims, and their debtors, of items that have none; return how many."""
        root = SQL("split_part(company.parent_path, '/', 1)::int")
        debtors = self.env.execute_query(
            SQL(
                """
                INSERT INTO ar_debtor (
                       root_company_id, partner_id, debtor_class, active, restricted,
                       create_uid, create_date, write_uid, write_date)
                SELECT DISTINCT %(root)s, partner.id,
                       CASE WHEN partner.is_company THEN 'enterprise'
                            ELSE 'consumer' END, TRUE, TRUE, %(audit)s
                  %(items)s AND %(scope)s
                    ON CONFLICT (root_company_id, partner_id) DO NOTHING
                RETURNING id
                """,
                root=root,
                audit=self._sql_audit(),
                items=self._sql_new_items(),
                scope=scope,
            )
        )
        if len(debtors) > MANY:
            # Taken for an empty table, it would be read once for each claim.
            self.env.cr.execute("ANALYZE ar_debtor")
        [[created, opened]] = self.env.execute_query(
            SQL(
                """
                WITH created AS (
                INSERT INTO ar_claim (
                       company_id, root_company_id, debtor_id, partner_id,
                       line_id, move_id, move_name, payment_reference, invoice_date,
                       description, account_id, currency_id, date_due, amount_original,
                       amount_original_company, claim_type_id, access_group_id,
                       state, settled_on, cycle, assignment, level_sequence,
                       create_uid, create_date, write_uid, write_date)
                SELECT line.company_id, debtor.root_company_id, debtor.id, partner.id,
                       line.id, move.id, move.name, move.payment_reference,
                       move.invoice_date, %(description)s,
                       line.account_id, line.currency_id,
                       COALESCE(line.date_maturity, line.date), line.amount_currency,
                       line.balance, kind.id, kind.access_group_id,
                       CASE WHEN line.reconciled THEN 'settled' ELSE 'open' END,
                       CASE WHEN line.reconciled THEN line.date END,
                       1, 'none', 0, %(audit)s
                  %(items)s AND %(scope)s
                 ORDER BY debtor.id, line.id
                RETURNING debtor_id, access_group_id
                )
                SELECT COUNT(*), array_agg(DISTINCT debtor_id)
                                 FILTER (WHERE access_group_id IS NULL)
                  FROM created
                """,
                description=self._sql_description(),
                audit=self._sql_audit(),
                items=self._sql_new_items(
                    SQL(
                        """JOIN ar_debtor debtor ON debtor.partner_id = partner.id
                            AND debtor.root_company_id = %s""",
                        root,
                    )
                ),
                scope=scope,
            )
        )
        # Who has a claim that everybody may see is no longer restricted.
        self.env.cr.execute(
            SQL(
                """UPDATE ar_debtor SET restricted = FALSE
                    WHERE id = ANY(%s) AND restricted""",
                opened or [],
            )
        )
        self.env["ar.debtor"].invalidate_model()
        self.invalidate_model()
        return created

    # -- facts of known items ---------------------------------------------------

    @api.model
    def _sync_facts(self, scope):
        """Carry matching, due date and amount of the items into their claims.

        One statement. While a claim is settled, it keeps the due date it was settled
        under: a later one at reopening means a new default, so a new cycle.
        """
        self.flush_model()
        self.env.execute_query(
            SQL(
                """
                WITH changed AS (
                    UPDATE ar_claim claim
                       SET %(set_facts)s
                      FROM ar_claim before
                      JOIN account_move_line line ON line.id = before.line_id
                      JOIN account_move move ON move.id = line.move_id
                      %(settlement)s
                     WHERE before.id = claim.id
                       AND claim.state IN ('open', 'settled')
                       AND %(scope)s
                       AND %(differs)s
                    RETURNING claim.id, claim.company_id, claim.access_group_id,
                              before.state AS old_state, claim.state AS new_state,
                              before.date_due AS old_due, claim.date_due AS new_due,
                              before.amount_original AS old_amount,
                              claim.amount_original AS new_amount
                ), paid_again AS (
                    UPDATE ar_work_item item
                       SET state = 'done', done_on = now() AT TIME ZONE 'UTC'
                      FROM changed
                     WHERE item.claim_id = changed.id AND new_state = 'settled'
                       AND item.kind = 'returned_payment' AND item.state = 'open'
                    RETURNING item.id
                )
                %(insert_event)s
                SELECT changed.id, company_id, access_group_id, event.kind,
                       event.old_value, event.new_value, %(audit)s
                  FROM changed
                  JOIN LATERAL (VALUES
                       (CASE new_state WHEN 'settled' THEN 'settled'
                             ELSE 'reopened' END, old_state, new_state),
                       ('due_date', old_due::text, new_due::text),
                       ('amount', old_amount::text, new_amount::text)
                       ) AS event (kind, old_value, new_value)
                    ON event.old_value <> event.new_value
                RETURNING claim_id
                """,
                set_facts=self._sql_set_facts(),
                differs=self._sql_differs(),
                settlement=self._sql_settlement(),
                scope=scope,
                insert_event=self._sql_insert_event(),
                audit=self._sql_event_audit(SQL("changed.company_id")),
            )
        )
        self.env["ar.claim.event"].invalidate_model()
        self.env["ar.work.item"].invalidate_model(["state", "done_on"])
        self.invalidate_model()

    @api.model
    def _sql_differs(self):
        """Return whether `claim` is not what its `line` and `move` say."""
        return SQL(
            """
            (claim.state <> %s
             OR (line.reconciled IS NOT TRUE AND (
                 claim.date_due <> COALESCE(line.date_maturity, line.date)
                 OR claim.amount_original <> line.amount_currency))
             OR (claim.move_name, claim.payment_reference, claim.invoice_date)
                IS DISTINCT FROM (move.name, move.payment_reference, move.invoice_date))
            """,
            self._sql_state(SQL("claim")),
        )

    @api.model
    def _sql_state(self, claim):
        """Return the state of a claim whose item is posted.

        Open as long as something is owed: principal, costs or interest.
        """
        return SQL(
            """CASE WHEN line.reconciled
                         AND COALESCE(%(claim)s.amount_costs, 0) <= 0
                         AND COALESCE(%(claim)s.amount_interest, 0) <= 0
                    THEN 'settled' ELSE 'open' END""",
            claim=claim,
        )

    @api.model
    def _sql_set_facts(self):
        """Return the SET list that copies an item into its claim.

        Expects `before` (the claim as it was), `line`, its `move` and `settlement` in
        FROM.
        """
        new_default = SQL(
            """(before.settled_on IS NOT NULL AND line.reconciled IS NOT TRUE
                AND COALESCE(line.date_maturity, line.date) > before.date_due)"""
        )
        return SQL(
            """
            state = %(state)s,
            settled_on = settlement.settled_on,
            move_name = move.name,
            payment_reference = move.payment_reference,
            invoice_date = move.invoice_date,
            date_due = CASE WHEN line.reconciled THEN before.date_due
                            ELSE COALESCE(line.date_maturity, line.date) END,
            amount_original = line.amount_currency,
            amount_original_company = line.balance,
            cycle = before.cycle + CASE WHEN %(new)s THEN 1 ELSE 0 END,
            level_id = CASE WHEN %(new)s THEN NULL ELSE before.level_id END,
            level_key = CASE WHEN %(new)s THEN NULL ELSE before.level_key END,
            level_sequence =
                CASE WHEN %(new)s THEN 0 ELSE before.level_sequence END,
            level_occurrence =
                CASE WHEN %(new)s THEN 0 ELSE before.level_occurrence END,
            start_level_key =
                CASE WHEN %(new)s THEN NULL ELSE before.start_level_key END,
            level_line_id = CASE WHEN %(new)s THEN NULL ELSE before.level_line_id END,
            dispatched_on = CASE WHEN %(new)s THEN NULL ELSE before.dispatched_on END,
            effective_on = CASE WHEN %(new)s THEN NULL ELSE before.effective_on END
            """,
            new=new_default,
            state=self._sql_state(SQL("before")),
        )

    @api.model
    def _sql_description(self):
        """Return what an item is owed for: the first lines of its invoice, in words.

        Expects the item as `line` and its entry as `move`.
        """
        return SQL(
            r"""
            CASE WHEN move.move_type = 'entry' THEN line.name ELSE (
                SELECT left(string_agg(
                       regexp_replace(product.name, '\s+', ' ', 'g'), ', '
                       ORDER BY product.sequence, product.id), 150)
                  FROM (SELECT * FROM account_move_line product
                         WHERE product.move_id = move.id
                           AND product.display_type = 'product'
                         ORDER BY product.sequence, product.id LIMIT 3) product)
            END
            """
        )

    @api.model
    def _sql_settlement(self):
        """Return the join that finds the day on which an item was fully matched."""
        return SQL(
            """
            CROSS JOIN LATERAL (
                SELECT CASE WHEN line.reconciled THEN COALESCE(
                       (SELECT MAX(partial.max_date)
                          FROM account_partial_reconcile partial
                         WHERE partial.debit_move_id = line.id), line.date)
                       END AS settled_on
            ) settlement
            """
        )

    # -- shared pieces ----------------------------------------------------------

    @api.model
    def _sql_insert_event(self):
        return SQL(
            """
            INSERT INTO ar_claim_event (
                   claim_id, company_id, access_group_id, kind,
                   old_value, new_value, on_date, user_id,
                   create_uid, create_date, write_uid, write_date)
            """
        )

    @api.model
    def _sql_note_states(self):
        """Return the statement that notes the new state of the claims in `changed`."""
        return SQL(
            """
            %s
            SELECT id, company_id, access_group_id, state, NULL, NULL, %s FROM changed
            RETURNING claim_id
            """,
            self._sql_insert_event(),
            self._sql_event_audit(SQL("changed.company_id")),
        )

    @api.model
    def _sql_audit(self):
        """Return the values of the audit columns."""
        return SQL(
            "%(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'",
            uid=self.env.uid,
        )

    @api.model
    def _sql_event_audit(self, company):
        """Return day, user and the values of the audit columns of an event.

        :param company: column, with its table, of the company whose day it is
        """
        return SQL(
            "%s, %s, %s",
            self.env["res.company"]._ar_sql_today(company),
            self.env.uid,
            self._sql_audit(),
        )
