from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..rules import pairing


class ClaimPairing(models.Model):
    """Follows entries that are posted, go back to draft, and are posted again."""

    _inherit = "ar.claim"

    @api.model
    def _sync_moves(self, move_ids):
        """Follow entries that were posted: for the first time or again."""
        self.flush_model()
        to_pair = self._moves_to_pair(SQL("move.id IN %s", tuple(move_ids)))
        if to_pair:
            self._pair_moves(to_pair)
        self._sync_new(SQL("line.move_id IN %s", tuple(move_ids)))

    @api.model
    def _suspend_moves(self, moves):
        """Detach the claims of entries that are no longer posted.

        The item ids are forgotten at once: Odoo may reuse them for another instalment.
        """
        if not moves:
            return
        self.flush_model()
        moves.flush_recordset(["state"])
        self.env.execute_query(
            SQL(
                """
                WITH changed AS (
                    UPDATE ar_claim claim
                       SET line_id = NULL,
                           state = CASE WHEN move.state = 'draft' THEN 'unposted'
                                        ELSE 'void' END
                      FROM account_move move
                     WHERE move.id = claim.move_id
                       AND move.state <> 'posted'
                       AND claim.state IN ('open', 'settled', 'unposted')
                       AND move.id IN %(moves)s
                    RETURNING claim.id, claim.company_id, claim.access_group_id,
                              claim.state
                )
                %(note_states)s
                """,
                moves=tuple(moves.ids),
                note_states=self._sql_note_states(),
            )
        )
        self.invalidate_model()

    @api.model
    def _moves_to_pair(self, scope):
        """Return the ids of posted entries that have claims without an item."""
        return [
            move_id
            for [move_id] in self.env.execute_query(
                SQL(
                    """
                    SELECT DISTINCT claim.move_id
                      FROM ar_claim claim
                      JOIN account_move move ON move.id = claim.move_id
                     WHERE claim.line_id IS NULL
                       AND move.state = 'posted'
                       AND (claim.state = 'unposted'
                            OR (claim.state = 'void' AND claim.successor_id IS NULL))
                       AND %s
                    """,
                    scope,
                )
            )
        ]

    @api.model
    def _pair_moves(self, move_ids):
        """Find for each claim of a re-posted entry the item it goes on with.

        Rare (an entry went back to draft), so the rule runs in Python. Claims of
        another partner, account or currency are never continued, nor are those that
        other people may see: what was said about them stays among those.
        """
        claims = self._fingerprints(
            SQL(
                """SELECT move_id, partner_id, account_id, currency_id,
                          id, date_due, amount_original
                     FROM ar_claim
                    WHERE line_id IS NULL AND state IN ('unposted', 'void')
                      AND successor_id IS NULL AND move_id IN %s""",
                tuple(move_ids),
            )
        )
        items = self._fingerprints(
            SQL(
                """SELECT line.move_id, partner.id, line.account_id, line.currency_id,
                          line.id, COALESCE(line.date_maturity, line.date),
                          line.amount_currency
                     %s AND line.move_id IN %s""",
                self._sql_new_items(),
                tuple(move_ids),
            )
        )
        pairs, gone = {}, {}
        for key, left in claims.items():
            result = pairing.pair(left, items.get(key, ()))
            pairs |= result.pairs
            gone |= result.void
        audience = self._with_another_audience(pairs)
        self._reattach(
            {claim: line for claim, line in pairs.items() if claim not in audience}
        )
        self._sync_new(SQL("line.move_id IN %s", tuple(move_ids)))
        self._void(gone)
        self._hand_to_another_audience(audience)

    @api.model
    def _with_another_audience(self, pairs):
        """Return the pairs whose journal says that others may see the claim."""
        changed = self.env.execute_query(
            SQL(
                """
                SELECT claim.id, line.id
                  FROM unnest(%s::int[], %s::int[]) AS pair (claim_id, line_id)
                  JOIN ar_claim claim ON claim.id = pair.claim_id
                  JOIN account_move_line line ON line.id = pair.line_id
                  JOIN account_journal journal ON journal.id = line.journal_id
                  LEFT JOIN ar_claim_type kind ON kind.id = journal.ar_claim_type_id
                 WHERE claim.access_group_id IS DISTINCT FROM kind.access_group_id
                """,
                list(pairs),
                list(pairs.values()),
            )
        )
        return dict(changed)

    @api.model
    def _hand_to_another_audience(self, pairs):
        """Void claims that go on among other people; only their holds go along.

        No link leads from one audience to the other, and no note: but the debtor
        stays as protected as he was.
        """
        if not pairs:
            return
        self._void(dict.fromkeys(pairs))
        holds_sudo = self.env["ar.hold"].sudo()  # what a journal decides, not a person
        for claim_id, line_id in pairs.items():
            successor = self.search([("line_id", "=", line_id)])
            if not successor:
                continue  # its journal is not followed: there is nothing to protect
            running = Domain("date_to", "=", False) | Domain(
                "date_to", ">=", successor.company_id._ar_today()
            )
            # One that has ended protects still when it stopped the clock.
            for hold in holds_sudo.search(
                Domain("claim_id", "=", claim_id)
                & Domain("lifted_on", "=", False)
                & (running | Domain("reason_id.freezes_clock", "=", True))
            ):
                hold.copy({"claim_id": successor.id, "note": False})

    @api.model
    def _fingerprints(self, query):
        """Return {(move, partner, account, currency): [Fingerprint]} of a query."""
        found = {}
        for *key, record_id, date_due, amount in self.env.execute_query(query):
            found.setdefault(tuple(key), []).append(
                pairing.Fingerprint(record_id, date_due, amount)
            )
        return found

    @api.model
    def _reattach(self, pairs):
        """Give claims their item again; note what changed; count a new default."""
        if not pairs:
            return
        self.env.execute_query(
            SQL(
                """
                WITH pair AS (
                    SELECT * FROM unnest(%(claims)s::int[], %(lines)s::int[])
                             AS attached (claim_id, line_id)
                ), changed AS (
                    UPDATE ar_claim claim
                       SET line_id = line.id,
                           description = %(description)s,
                           %(set_facts)s
                      FROM pair
                      JOIN ar_claim before ON before.id = pair.claim_id
                      JOIN account_move_line line ON line.id = pair.line_id
                      JOIN account_move move ON move.id = line.move_id
                      %(settlement)s
                     WHERE claim.id = pair.claim_id
                    RETURNING claim.id, claim.company_id, claim.access_group_id,
                              before.date_due AS old_due, claim.date_due AS new_due,
                              before.amount_original AS old_amount,
                              claim.amount_original AS new_amount
                )
                %(insert_event)s
                SELECT changed.id, company_id, access_group_id, event.kind,
                       event.old_value, event.new_value, %(audit)s
                  FROM changed
                  JOIN LATERAL (VALUES
                       ('reposted', NULL, NULL),
                       ('due_date', old_due::text, new_due::text),
                       ('amount', old_amount::text, new_amount::text)
                       ) AS event (kind, old_value, new_value)
                    ON event.kind = 'reposted' OR event.old_value <> event.new_value
                RETURNING claim_id
                """,
                claims=list(pairs),
                lines=list(pairs.values()),
                description=self._sql_description(),
                set_facts=self._sql_set_facts(),
                settlement=self._sql_settlement(),
                insert_event=self._sql_insert_event(),
                audit=self._sql_event_audit(SQL("changed.company_id")),
            )
        )
        self.invalidate_model()

    @api.model
    def _void(self, successors):
        """Void claims whose item has gone; point each to the claim in its place."""
        if not successors:
            return
        self.env.execute_query(
            SQL(
                """
                WITH changed AS (
                    UPDATE ar_claim claim
                       SET state = 'void', successor_id = successor.id
                      FROM unnest(%s::int[], %s::int[]) AS gone(claim_id, line_id)
                      LEFT JOIN ar_claim successor ON successor.line_id = gone.line_id
                     WHERE claim.id = gone.claim_id
                       AND (claim.state <> 'void'
                            OR claim.successor_id IS DISTINCT FROM successor.id)
                    RETURNING claim.id, claim.company_id, claim.access_group_id,
                              claim.state
                )
                %s
                """,
                list(successors),
                list(successors.values()),
                self._sql_note_states(),
            )
        )
        self.invalidate_model()
