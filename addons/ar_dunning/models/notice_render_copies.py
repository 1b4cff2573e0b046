from odoo import models

_MEGABYTE = 1_000_000


class NoticeRenderCopies(models.Model):
    """Copies of invoices beside an e-mail, as they were sent at the time.

    Nothing is made for it: an invoice that was never sent as PDF has no copy, and what
    is too large for one message stays behind the link, all of it, so that nobody
    believes that a part is all.
    """

    _inherit = "ar.dunning.notice"

    def _blocks(self, channel):
        blocks = super()._blocks(channel)
        if channel == "email":
            blocks.append((35, "ar_dunning.block_copies"))
        return blocks

    def _render_values(self, channel, delivery=None):
        values = super()._render_values(channel, delivery)
        copies = channel == "email" and self._invoice_copies(delivery)
        return values | {"copies": copies and copies.mapped("name")}

    def _invoice_copies(self, delivery=None):
        """Return the ir.attachment records that go along with an e-mail, as superuser.

        :param delivery: the one that brings it: only what it tells
        """
        self.ensure_one()
        # Who reads the notice reads its invoices; copies are never shown in Odoo here.
        files_sudo = self.env["ir.attachment"].sudo()
        company = self.company_id
        if not company.ar_attach_invoices or self.kind not in ("dunning", "statement"):
            return files_sudo
        lines = self._told_lines(delivery).filtered(
            lambda line: line.role != "information"
        )
        moves_sudo = lines.claim_id.move_id.sudo()
        files_sudo = moves_sudo.filtered(
            lambda move: move.state == "posted"
        ).invoice_pdf_report_id
        limit = company.ar_attach_megabytes * _MEGABYTE
        if sum(files_sudo.mapped("file_size")) > limit:
            return files_sudo.browse()
        return files_sudo
