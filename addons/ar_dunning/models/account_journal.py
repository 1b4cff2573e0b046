from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

FOLLOWED_JOURNAL_TYPES = ("sale", "general")


class AccountJournal(models.Model):
    _inherit = "account.journal"

    ar_follow_up = fields.Boolean(
        string="Follow up receivables",
        compute="_compute_ar_follow_up",
        store=True,
        readonly=False,
        precompute=True,
        help="Open receivable items of this journal become claims that are reminded. "
        "Items of other journals stay visible in the ledger check as excluded.",
    )
    ar_claim_type_id = fields.Many2one(
        "ar.claim.type",
        string="Claim type",
        check_company=True,
        help="Kind of debt of the claims that come from this journal.",
    )

    ar_staleness_days = fields.Integer(
        string="Reminders stop after",
        help="Working days: when the newest statement is older than this, or there has "
        "never been one, nobody is reminded on data that may lack his payment. 0: it "
        "does not matter.",
    )

    _ar_staleness_positive = models.Constraint(
        "CHECK (ar_staleness_days >= 0)", "A number of days cannot be negative."
    )

    @api.depends("type")
    def _compute_ar_follow_up(self):
        for journal in self:
            journal.ar_follow_up = journal.type in FOLLOWED_JOURNAL_TYPES

    def write(self, vals):
        if "ar_claim_type_id" in vals:
            self._check_same_audience(vals["ar_claim_type_id"])
        result = super().write(vals)
        if "ar_claim_type_id" in vals:
            self._relabel_moves()
            self._type_claims()
        return result

    def _check_same_audience(self, claim_type_id):
        """Refuse to hide or reveal the claims that a journal already has."""
        kind = self.env["ar.claim.type"].browse(claim_type_id or [])
        moving = self.filtered(
            lambda journal: (
                journal.ar_claim_type_id.access_group_id != kind.access_group_id
            )
        )
        # Existence only, and over all groups: a hidden claim counts as well.
        claims_sudo = self.env["ar.claim"].sudo()
        if moving and claims_sudo.search_count(
            [("move_id.journal_id", "in", moving.ids)], limit=1
        ):
            raise UserError(
                self.env._(
                    "Claims of this journal exist, and the claim type would change who "
                    "may see them. Use a new journal for invoices of that type."
                )
            )

    def _type_claims(self):
        """Give the journals' claims that have no type yet the type of the journal."""
        for journal in self:
            untyped_sudo = (
                self.env["ar.claim"]
                .sudo()  # same audience, checked in write()
                .search(
                    [
                        ("move_id.journal_id", "=", journal.id),
                        ("claim_type_id", "=", False),
                    ]
                )
            )
            untyped_sudo.write({"claim_type_id": journal.ar_claim_type_id.id})

    def _relabel_moves(self):
        """Bring the access markers of existing entries in line with the claim type.

        Set-based: a journal may hold a million items. Markers are only read by
        record rules, so nothing has to be recomputed from them.
        """
        if not self:
            return
        moves, lines = self.env["account.move"], self.env["account.move.line"]
        moves.flush_model(["journal_id", "ar_access_group_id"])
        lines.flush_model(["journal_id", "ar_access_group_id"])
        self.flush_model(["ar_claim_type_id"])
        self.env["ar.claim.type"].flush_model(["access_group_id"])
        for table in ("account_move", "account_move_line"):
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE %(table)s AS entry
                       SET ar_access_group_id = kind.access_group_id
                      FROM account_journal journal
                      LEFT JOIN ar_claim_type kind
                             ON kind.id = journal.ar_claim_type_id
                     WHERE journal.id = entry.journal_id
                       AND journal.id IN %(journals)s
                       AND entry.ar_access_group_id
                           IS DISTINCT FROM kind.access_group_id
                    """,
                    table=SQL.identifier(table),
                    journals=tuple(self.ids),
                )
            )
        moves.invalidate_model(["ar_access_group_id"])
        lines.invalidate_model(["ar_access_group_id"])
        if self.env["ar.claim.type"]._access_group_ids():
            moves._mark_journals(self)
