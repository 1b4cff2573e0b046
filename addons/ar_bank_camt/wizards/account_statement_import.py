import hashlib
import json
import logging
from collections import Counter

from odoo import api, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)

# So many payments are matched within a few seconds; more wait for the daily cycle.
MAXIMUM_AT_ONCE = 400

# What parsers and fields raise when something is missing, or is no number or date.
_DAMAGED = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)

# What tells transactions of one statement apart; the notes are translated, so not they.
_IDENTITY = ("date", "amount", "payment_ref", "ref", "account_number", "partner_name")


class AccountStatementImport(models.TransientModel):
    _inherit = "account.statement.import"

    def _import_file(self):
        """Match the payments of the new statements; say how many were applied.

        Raises a UserError for a file that is damaged: the parsers do not check it.
        """
        try:
            result = super()._import_file()
        except _DAMAGED as error:
            _logger.info("Bank statement file not readable", exc_info=True)
            raise UserError(
                self.env._(
                    "The file is damaged, or something in it that every transaction "
                    "needs is missing, such as its date. Download it again from your "
                    "bank, as camt.053."
                )
            ) from error
        statements = self.env["account.bank.statement"].browse(result["statement_ids"])
        result["notifications"] += self._match_statements(statements)
        return result

    def import_file_button(self):
        """Show what was matched as news, not as a warning."""
        action = super().import_file_button()
        if action.get("tag") == "display_notification":
            action["params"]["type"] = "info"
        return action

    def _complete_stmts_vals(self, stmts_vals, journal, account_number):
        """Give transactions without an identity one, so that none comes in twice.

        It is unique within the bank's own number of the statement: the same statement
        again is recognised, equal transactions on two statements are two.
        """
        for statement in stmts_vals:
            if statement.get("name"):
                self._identify_transactions(statement)
        return super()._complete_stmts_vals(stmts_vals, journal, account_number)

    @api.model
    def _identify_transactions(self, statement):
        times_seen = Counter()
        for transaction in statement["transactions"]:
            facts = tuple(str(transaction.get(name) or "") for name in _IDENTITY)
            times_seen[facts] += 1
            if not transaction.get("unique_import_id"):
                content = json.dumps([statement["name"], *facts, times_seen[facts]])
                transaction["unique_import_id"] = hashlib.sha256(
                    content.encode()
                ).hexdigest()

    @api.model
    def _match_statements(self, statements):
        """Match the incoming payments of bank statements with open claims.

        :return: sentences for the one who imported; none without incoming payments.
        """
        payments = statements.line_ids.filtered(lambda line: line.amount > 0).sorted(
            lambda line: (line.date, line.id)
        )
        if not payments:
            return []
        at_once = payments[:MAXIMUM_AT_ONCE]
        # Who may import a statement needs no rights on claims: only the bank entries
        # just created are written, and only their number is told.
        matcher_sudo = self.env["ar.bank.match"].sudo()
        for company, lines in at_once.grouped("company_id").items():
            matcher_sudo._match_lines(lines.sudo(), company._ar_today())
        sentences = [
            self.env._(
                "%(matched)s of %(total)s incoming payments were matched with open "
                "claims.",
                matched=len(at_once.filtered("is_reconciled")),
                total=len(payments),
            )
        ]
        if len(payments) > len(at_once):
            sentences.append(
                self.env._(
                    "The last %(waiting)s of them are matched in the next daily cycle.",
                    waiting=len(payments) - len(at_once),
                )
            )
        return sentences
