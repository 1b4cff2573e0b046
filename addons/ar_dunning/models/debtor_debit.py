from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class DebtorDebit(models.Model):
    """Whether amounts may still be collected from a debtor by direct debit.

    The suite collects nothing itself: `debit_blocked` says so to whoever does, people
    and other addons alike. A debit that comes back is not collected again from such a
    debtor. Mandates are not touched, whatever addon keeps them.
    """

    _inherit = "ar.debtor"

    debit_blocked_on = fields.Date(
        string="Direct debit blocked on",
        readonly=True,
        copy=False,
        help="From this day on the debtor must not be collected from by direct debit. "
        "Whoever prepares a collection leaves him out: mandates that another addon "
        "keeps are not changed.",
    )
    debit_blocked = fields.Boolean(
        string="Not by direct debit",
        compute="_compute_debit_blocked",
        search="_search_debit_blocked",
        help="The debtor must not be collected from by direct debit. Reminders ask him "
        "to pay as everybody else.",
    )
    debit_blocked_reason_id = fields.Many2one(
        "ar.return.reason",
        string="Blocked because of",
        ondelete="set null",
        readonly=True,
        copy=False,
    )

    @api.depends("debit_blocked_on")
    def _compute_debit_blocked(self):
        for debtor in self:
            debtor.debit_blocked = bool(debtor.debit_blocked_on)

    def _search_debit_blocked(self, operator, value):
        if operator != "in":
            return NotImplemented
        if True in value and False in value:
            return Domain.TRUE
        return Domain("debit_blocked_on", "!=" if True in value else "=", False)

    def write(self, vals):
        if not self.env.su and vals.keys() & {
            "debit_blocked_on",
            "debit_blocked_reason_id",
        }:
            raise UserError(
                self.env._("Use the buttons to block or to allow direct debit.")
            )
        return super().write(vals)

    def _block_debits(self, reason, on):
        """Nothing is collected from these debtors any more. For extension.

        A glue addon that knows mandates cancels them here.
        """
        self.filtered(lambda debtor: not debtor.debit_blocked_on).write(
            {"debit_blocked_on": on, "debit_blocked_reason_id": reason.id}
        )

    def action_allow_debits(self):
        """A person decides that amounts may be collected again."""
        self.check_access("write")
        if not self.env.user.has_group("ar_dunning.group_collector"):
            raise UserError(self.env._("Only collectors may allow direct debit."))
        for debtor in self.filtered("debit_blocked_on"):
            debtor.message_post(
                body=self.env._(
                    "Direct debit, blocked on %s, is allowed again.",
                    debtor.debit_blocked_on,
                )
            )
        # Access and group were checked above.
        self.sudo().write({"debit_blocked_on": False, "debit_blocked_reason_id": False})
