from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.base.models.res_bank import sanitize_account_number

from ..readers import iso20022


class PaymentReturnImport(models.TransientModel):
    _inherit = "payment.return.import"

    @api.model
    def _parse_file(self, data_file):
        """Read pain.002 and camt files of every version; other files as before."""
        try:
            reports = iso20022.read(data_file)
        except iso20022.NotAReturnFileError:
            return super()._parse_file(data_file)
        except iso20022.DamagedFileError as error:
            raise UserError(
                self.env._(
                    "The file is damaged: “%s” is missing or makes no sense. Download "
                    "it again from your bank.",
                    error.args[0],
                )
            ) from error
        return [self._prepare_return_vals(report) for report in reports]

    @api.model
    def _prepare_return_vals(self, report):
        codes = {returned.reason for returned in report.returns if returned.reason}
        reasons = self._ensure_reasons(codes)
        return {
            "name": report.name,
            "date": report.on,
            "account_number": report.account,
            "transactions": [
                {
                    "amount": float(returned.amount),
                    "unique_import_id": returned.key,
                    "concept": returned.concept,
                    "reason_code": returned.reason,
                    "reason_id": reasons.get(returned.reason, False),
                    "reason_additional_information": returned.information,
                    "partner_name": returned.partner,
                    "reference": returned.reference,
                    "date": returned.on,
                    "currency": returned.currency,
                }
                for returned in report.returns
            ],
        }

    @api.model
    def _ensure_reasons(self, codes):
        """Return {code: id} of the reasons of OCA; make those that it lacks."""
        reasons = self.env["payment.return.reason"]
        found = {
            reason.code: reason.id
            for reason in reasons.search([("code", "in", list(codes))])
        }
        # The reader of a bank file need not see our configuration: only names go over.
        ours = self.env["ar.return.reason"].sudo()._of_codes(self.env.company, codes)
        for code in codes - found.keys():
            name = ours[code].name if code in ours else code
            found[code] = reasons.create({"code": code, "name": name}).id
        return found

    @api.model
    def _complete_payment_return(self, payret_vals):
        """Refuse amounts in another currency than that of the bank journal."""
        currencies = {
            transaction.pop("currency", "")
            for transaction in payret_vals["transactions"]
        }
        # Already there: the search by text would take a reason that only looks alike.
        known = [
            transaction.get("reason_id") for transaction in payret_vals["transactions"]
        ]
        result = super()._complete_payment_return(payret_vals)
        for transaction, reason in zip(result["transactions"], known, strict=True):
            if reason:
                transaction["reason_id"] = reason
            transaction.pop("reason_code", None)
        journal = self.env["account.journal"].browse(result["journal_id"])
        currency = journal.currency_id or journal.company_id.currency_id
        other = currencies - {"", currency.name}
        if other:
            raise UserError(
                self.env._(
                    "The file has returns in %(other)s, but “%(journal)s” is in "
                    "%(currency)s: book them by hand.",
                    other=", ".join(sorted(other)),
                    journal=journal.display_name,
                    currency=currency.name,
                )
            )
        result["company_id"] = journal.company_id.id
        return result

    @api.model
    def _find_bank_account_id(self, account_number):
        """Find our account however its number is written."""
        found = super()._find_bank_account_id(account_number)
        if found or not account_number:
            return found
        journal = self.env["account.journal"].search(
            [
                (
                    "bank_account_id.sanitized_acc_number",
                    "=",
                    sanitize_account_number(account_number),
                )
            ],
            limit=1,
        )
        return journal.bank_account_id.id
