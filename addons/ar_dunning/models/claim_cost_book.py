import logging

from psycopg2 import OperationalError

from odoo import api, fields, models, tools
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.rows import write_rows

_logger = logging.getLogger(__name__)

BOOKINGS_PER_BATCH = 500


class ClaimCostBook(models.Model):
    """Costs in the ledger: an item of the debtor against income, free of tax.

    Booked at once, or with the money that pays it. The item of a booked cost becomes a
    claim of its own, an accessory: it follows its principal and has no level.
    """

    _inherit = "ar.claim.cost"

    booking_error = fields.Char(
        string="Not booked",
        readonly=True,
        help="Why it is not in the ledger, or not paid with money that lies there; it "
        "is tried again every day.",
    )

    @api.model
    def _book_claimed(self, company, on, checkpoint):
        """Book what the policy wants in the ledger as soon as it is claimed.

        Interest is booked once the principal is paid: until then it grows.
        """
        to_book = self.search(
            Domain("company_id", "=", company.id)
            & Domain("state", "=", "claimed")
            & Domain("treatment", "=", "booked")
            & Domain("amount", ">", 0)
            & Domain("share_ids.claim_id.state", "in", ("open", "settled"))
            & (
                Domain("kind", "!=", "interest")
                | Domain("share_ids.claim_id.amount_residual", "=", 0)
            ),
            order="id",
        )
        for start in range(0, len(to_book), BOOKINGS_PER_BATCH):
            batch = to_book[start : start + BOOKINGS_PER_BATCH]
            self._try_each(batch, lambda costs: costs._book_now(on))
            checkpoint()

    def _book_now(self, on):
        self._keep_proof()
        self.env["ar.claim.cost.share"]._book(
            [
                (share, rest, on)
                for share in self.share_ids
                if (rest := share._amount_unbooked()) > 0
            ]
        )
        self.write({"state": "posted", "booking_error": False})
        self._refresh_claims()

    @api.model
    def _try_each(self, records, book):
        """Book for many at once; when that fails, for each by itself.

        What cannot be booked waits with its reason, and stops nobody else.

        :param records: ar.claim.cost or ar.claim, whose costs it is about then
        :param book: function of some of them
        """
        try:
            with self.env.cr.savepoint():
                return book(records)
        except OperationalError:
            # Somebody else writes the same items: the whole transaction starts over.
            raise
        except UserError as error:
            reason = str(error)
        except Exception:
            _logger.exception("Costs of %s not booked", records)
            reason = self.env._(
                "An unexpected error occurred; it is in the server's log."
            )
        if len(records) > 1:
            return [self._try_each(record, book) for record in records]
        costs = records if records._name == self._name else records._costs_owed()
        costs.booking_error = reason
        return None

    def _keep_proof(self):
        """Keep the proof of interest as it is now: it is claimed or paid so."""
        write_rows(
            self,
            [
                {"id": cost.id, "proof": proof}
                for cost, proof in self._proofs().items()
                if proof
            ],
        )

    def _unbook(self, on):
        """Reverse the entries of costs that are taken back; what paid them is free."""
        accessories = self.share_ids.accessory_ids
        for entry in accessories.move_id.filtered(lambda one: one.state == "posted"):
            entry.line_ids.remove_move_reconcile()
            entry._reverse_moves(
                [
                    {
                        "date": on,
                        "ref": entry.company_id._ar_env()._(
                            "Taken back: %s", entry.ref or entry.name
                        ),
                    }
                ],
                cancel=True,
            )
        accessories.cost_share_id = False
        self.share_ids.amount_paid = 0
        self.amount_paid = 0

    def _unbook_open(self, on):
        """Book back what is open of booked costs; what was paid of them stays paid."""
        for share in self.share_ids:
            items = share.accessory_ids.line_id.filtered("amount_residual_currency")
            if not items:
                continue
            back = self.env["account.move"].create(
                share._prepare_entry(-sum(items.mapped("amount_residual_currency")), on)
            )
            back.ref = back.company_id._ar_env()._("Taken back: %s", back.ref)
            back.action_post()
            items |= back.line_ids.filtered(
                lambda line, account=items.account_id: line.account_id == account
            )
            items.reconcile()

    @api.model
    @tools.ormcache()
    def _any_booked(self):
        """Whether any cost was ever booked: most databases have no such items."""
        claims_sudo = self.env["ar.claim"].sudo()  # existence only
        return bool(claims_sudo.search_count([("cost_share_id", "!=", False)], limit=1))

    @api.model
    def _follow_items(self, line_ids):
        """Note what was paid on booked costs; runs with the sync of the ledger.

        :param line_ids: journal items whose matching changed
        """
        if not self._any_booked():
            return
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                WITH paid AS (
                    SELECT accessory.cost_share_id AS share_id,
                           SUM(item.amount_currency - item.amount_residual_currency)
                               AS amount
                      FROM ar_claim accessory
                      JOIN account_move_line item ON item.id = accessory.line_id
                     WHERE accessory.cost_share_id IN (
                           SELECT cost_share_id FROM ar_claim
                            WHERE line_id = ANY(%s) AND cost_share_id IS NOT NULL)
                     GROUP BY accessory.cost_share_id
                ), share AS (
                    UPDATE ar_claim_cost_share share SET amount_paid = paid.amount
                      FROM paid, ar_claim_cost cost
                     WHERE share.id = paid.share_id AND cost.id = share.cost_id
                       AND cost.state IN ('claimed', 'posted', 'paid')
                       AND share.amount_paid IS DISTINCT FROM paid.amount
                    RETURNING share.cost_id
                )
                SELECT DISTINCT cost_id FROM share
                """,
                list(line_ids),
            )
        )
        if rows:
            self.env.invalidate_all(flush=False)
            self.browse(row[0] for row in rows)._note_paid()

    def _note_paid(self):
        """Close what is paid whole; reopen what is not any more.

        Interest is paid whole once its principal is: until then it grows.
        """
        closed = self.browse()
        for cost in self:
            paid = sum(cost.share_ids.mapped("amount_paid"))
            cost.amount_paid = paid
            whole = cost.currency_id.compare_amounts(paid, cost.amount) >= 0
            final = cost.kind != "interest" or not any(
                cost.share_ids.claim_id.mapped("amount_residual")
            )
            if whole and final and cost.state in ("claimed", "posted"):
                closed += cost
            elif cost.state == "paid" and not (whole and final):
                cost.write({"state": cost._owed_state(), "closed_on": False})
        closed._keep_proof()
        paid_on = closed._paid_on()
        for cost in closed:
            on = paid_on.get(cost.id) or cost.company_id._ar_today()
            cost.write({"state": "paid", "closed_on": on, "booking_error": False})
        self._refresh_claims()

    def _paid_on(self):
        """Return {id of a cost: day since which it is paid}.

        That of the last money that paid it, not of the entry that booked it with that.
        """
        self.env.flush_all()
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT cost.id, GREATEST(MAX(money.date), cost.claimed_on)
                      FROM ar_claim_cost cost
                      JOIN ar_claim_cost_share share ON share.cost_id = cost.id
                      JOIN ar_claim accessory ON accessory.cost_share_id = share.id
                      JOIN account_partial_reconcile partial
                        ON partial.debit_move_id = accessory.line_id
                      JOIN account_move_line money ON money.id = partial.credit_move_id
                     WHERE cost.id = ANY(%s)
                     GROUP BY cost.id
                    """,
                    self.ids,
                )
            )
        )

    def _owed_state(self):
        """Return the state of a cost that is owed: in the ledger whole, or not."""
        self.ensure_one()
        if any(share._amount_unbooked() > 0 for share in self.share_ids):
            return "claimed"
        # Interest whose principal is open again goes on.
        growing = self.kind == "interest" and any(
            self.share_ids.claim_id.mapped("amount_residual")
        )
        return "claimed" if growing else "posted"
