from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.sql import column_exists, create_column

from ..visible_fields import VisibleOne2many

# What claims repeat from their entry and payers write on their transfers.
_FACTS_OF_CLAIMS = {"name", "payment_reference", "invoice_date"}


class AccountMove(models.Model):
    _inherit = "account.move"

    ar_access_group_id = fields.Many2one(
        "res.groups",
        string="Restricted to",
        ondelete="restrict",
        compute="_compute_ar_access_group_id",
        store=True,
        precompute=True,
        index="btree_not_null",
        help="Set when the journal's claim type is restricted: only this group sees "
        "the entry.",
    )
    # Groups, so that who has none of ours still reads whole entries.
    ar_claim_ids = VisibleOne2many(
        "ar.claim", "move_id", string="Claims", groups="ar_dunning.group_auditor"
    )
    ar_claim_count = fields.Integer(
        compute="_compute_ar_claim_count", groups="ar_dunning.group_auditor"
    )

    def _auto_init(self):
        # At installation no claim type exists, so the marker is empty everywhere:
        # creating the column here spares a recomputation of every entry.
        if not column_exists(self.env.cr, "account_move", "ar_access_group_id"):
            create_column(self.env.cr, "account_move", "ar_access_group_id", "int4")
        return super()._auto_init()

    @api.depends("journal_id")
    def _compute_ar_access_group_id(self):
        for move in self:
            # The poster may not be a member of the group: only the marker is read.
            kind_sudo = move.journal_id.sudo().ar_claim_type_id
            move.ar_access_group_id = kind_sudo.access_group_id

    @api.constrains("ar_access_group_id")
    def _check_ar_access_group_id(self):
        """The marker hides entries: it follows the journal, nobody writes it."""
        for move in self:
            kind_sudo = move.journal_id.sudo().ar_claim_type_id  # see the compute
            if move.ar_access_group_id != kind_sudo.access_group_id:
                raise UserError(
                    self.env._("Who may see an entry follows from its journal.")
                )

    def _compute_ar_claim_count(self):
        counts = dict(
            self.env["ar.claim"]._read_group(
                [("move_id", "in", self.ids), ("state", "!=", "void")],
                ["move_id"],
                ["__count"],
            )
        )
        for move in self:
            move.ar_claim_count = counts.get(move, 0)

    def write(self, vals):
        """Note entries that are posted, reset, cancelled or renamed: claims follow."""
        result = super().write(vals)
        if vals.get("state") == "posted":
            self.env["ar.claim"]._note_moves(self)
            self._note_carriers("moves", self.ids)
        elif "state" in vals:
            # At once: Odoo may give an item's id to another instalment before commit.
            self.env["ar.claim"].sudo()._suspend_moves(self)
        elif vals.keys() & _FACTS_OF_CLAIMS:
            posted = self.filtered(lambda move: move.state == "posted")
            self.env["ar.claim"]._note_lines(posted.line_ids)
        return result

    def unlink(self):
        # Bookkeeping of ours: the accountant needs no rights on claims.
        self.env["ar.claim"].sudo()._void_deleted_moves(self)
        return super().unlink()

    def action_open_ar_claims(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_dunning.ar_claim_action"
        )
        action["domain"] = [("move_id", "in", self.ids)]
        action["context"] = {}
        if self.ar_claim_count == 1:
            action["views"] = [(False, "form")]
            action["res_id"] = self.ar_claim_ids[:1].id
        return action
