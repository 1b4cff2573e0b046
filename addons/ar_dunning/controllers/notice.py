from werkzeug.exceptions import NotFound

from odoo import http
from odoo.exceptions import UserError
from odoo.http import content_disposition, request


class NoticeController(http.Controller):
    @http.route(
        "/ar_dunning/notice/<int(max=2147483647):notice_id>/letter",
        type="http",
        auth="user",
    )
    def letter(self, notice_id):
        """Return a notice as the letter that it would be, to look at.

        Unknown notices and those that the user may not see answer alike: not found.
        """
        notice = request.env["ar.dunning.notice"].browse(notice_id).exists()
        if not notice._filtered_access("read") or not notice.text_id:
            raise NotFound()
        # Rendering reads facts of company and partner; the notice itself is readable.
        pdf = notice.sudo()._render_letter(request.env["ar.delivery"].sudo())
        return self._pdf(pdf, notice.display_name)

    @http.route(
        [
            "/ar_dunning/statement/<int(max=2147483647):debtor_id>/"
            "<int(max=2147483647):company_id>"
        ],
        type="http",
        auth="user",
    )
    def statement(self, debtor_id, company_id):
        """Return today's statement of account of a debtor; nothing of it is kept."""
        debtor = request.env["ar.debtor"].browse(debtor_id).exists()
        own = request.env.user.company_ids
        company = own.filtered(lambda one: one.id == company_id)
        if not company or not debtor._filtered_access("read"):
            raise NotFound()
        companies = company | own
        debtor = debtor.with_context(allowed_company_ids=companies.ids)
        try:
            pdf = debtor._download_statement(company)
        except UserError as error:
            return request.make_response(
                str(error), headers=[("Content-Type", "text/plain; charset=utf-8")]
            )
        return self._pdf(pdf, debtor.display_name)

    def _pdf(self, content, name):
        return request.make_response(
            content,
            headers=[
                ("Content-Type", "application/pdf"),
                ("Content-Length", len(content)),
                ("Content-Disposition", content_disposition(f"{name}.pdf")),
                ("Cache-Control", "no-store"),
            ],
        )
