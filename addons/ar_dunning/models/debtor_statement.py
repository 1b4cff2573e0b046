import io

from pypdf import PdfReader, PdfWriter

from odoo import models
from odoo.exceptions import UserError


class DebtorStatement(models.Model):
    """Statements of account of a debtor: sent, or only to download."""

    _inherit = "ar.debtor"

    def _send_statement(self, company, channel):
        """Send what this debtor owes a company, by `email` or `letter`.

        :return: the statements, one per currency and access group
        :raises UserError: when a gate for contacts or a missing address is in the way
        """
        self._check_may_state(company)
        on = company._ar_today()
        obstacle = self._contact_obstacle(company, on)
        if obstacle:
            raise UserError(obstacle)
        return self.env["ar.dunning.notice"]._make_statements(
            self, company, on, channel
        )

    def _download_statement(self, company):
        """Return the PDF of today's statements; nothing of them is kept or counted."""
        self._check_may_state(company)
        writer = PdfWriter()
        savepoint = self.env.cr.savepoint()
        try:
            statements = self.env["ar.dunning.notice"]._make_statements(
                self, company, company._ar_today(), "none"
            )
            # Notices are read-only for people; these were made as the user just now.
            for statement in statements.sudo():
                pdf = statement._render_letter(self.env["ar.delivery"].sudo())
                writer.append(PdfReader(io.BytesIO(pdf)))
        finally:
            self.env.invalidate_all(flush=False)
            savepoint.close(rollback=True)
        merged = io.BytesIO()
        writer.write(merged)
        return merged.getvalue()

    def _check_may_state(self, company):
        self.ensure_one()
        self.check_access("read")
        company.check_access("read")
        if not self.env.user.has_group("ar_dunning.group_collector"):
            raise UserError(self.env._("Only collectors may make statements."))

    def _contact_obstacle(self, company, on):
        """Return why this debtor may not be written to now, or None."""
        evaluation = self.env["ar.evaluation"]
        forbidding = evaluation._contact_codes()
        for row in evaluation._evaluate(company, on, partners=self.partner_id):
            for blocker in row["blockers"]:
                if blocker.partition("|")[0] in forbidding:
                    return evaluation._describe_blocker(blocker, row)["sentence"]
        return None
