from odoo import models


class PrintBatchCheck(models.Model):
    """Letters lie for hours before somebody prints them: they are looked at again."""

    _inherit = "ar.print.batch"

    def action_print(self):
        """Download the letters that still say what is owed."""
        self.ensure_one()
        self.check_access("read")
        self._withdraw_changed_letters()
        if self.delivery_ids and not self._letters():
            return {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {
                    "type": "info",
                    "message": self.env._(
                        "Nothing is left to print: these debtors have paid, or their "
                        "letters are made anew."
                    ),
                },
            }
        return super().action_print()

    def _withdraw_changed_letters(self):
        """Take out letters whose claims changed since they were made.

        Only before the first download: from then on they are on paper. The same claims
        are dispatched anew, with what is owed now.
        """
        if not self.env.user.has_group("ar_dunning.group_collector"):
            return
        # Notices are read-only for people; whoever prints reads the batch.
        for batch_sudo in self.sudo().filtered(
            lambda batch: batch.state == "open" and not batch.downloaded_on
        ):
            letters_sudo = batch_sudo._letters()
            if not letters_sudo:
                continue
            company = batch_sudo.company_id
            letters_sudo._withdraw_changed(company, company._ar_today())
            if not batch_sudo._letters():
                # The batch is empty, whoever downloads it: its task is done.
                self.env["ar.work.item"].sudo()._settle_items(
                    [f"print_letters/{batch_sudo.id}"]
                )
            if letters_sudo.notice_id.filtered(lambda one: one.state == "withdrawn"):
                self.env["ar.cycle"]._trigger()
