from odoo import models

from odoo.addons.base.models.res_bank import sanitize_account_number


class AccountJournal(models.Model):
    _inherit = "account.journal"

    def _statement_line_import_speeddict(self):
        """Find payers by account number however it is written in the address book.

        The import compares the numbers of the file, which have no spaces, with the
        ones as entered, which have. An account that several partners share tells
        nobody's name.
        """
        found = super()._statement_line_import_speeddict()
        found["account_number"] = {
            sanitize_account_number(number): payer
            for number, payer in found["account_number"].items()
        }
        for number in self._shared_account_numbers():
            found["account_number"].pop(number, None)
        return found

    def _shared_account_numbers(self):
        """Return the account numbers that more than one partner has."""
        return [
            number
            for [number] in self.env["res.partner.bank"]._read_group(
                [("company_id", "in", (False, self.company_id.id))],
                ["sanitized_acc_number"],
                having=[("partner_id:count_distinct", ">", 1)],
            )
        ]
