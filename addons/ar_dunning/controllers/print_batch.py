from werkzeug.exceptions import NotFound

from odoo import http
from odoo.http import content_disposition, request


class PrintBatchController(http.Controller):
    @http.route(
        "/ar_dunning/print_batch/<int(max=2147483647):batch_id>",
        type="http",
        auth="user",
    )
    def download(self, batch_id):
        """Return all letters of a batch as one PDF.

        Unknown batches and those that the user may not see answer alike: not found.
        """
        batch = request.env["ar.print.batch"].browse(batch_id).exists()
        if not batch._filtered_access("read"):
            raise NotFound()
        batch._withdraw_changed_letters()
        if batch._note_download():
            # Only the next request sees all letters that are in it by now.
            return request.redirect(request.httprequest.path)
        pdf = batch._merged_pdf()
        return request.make_response(
            pdf,
            headers=[
                ("Content-Type", "application/pdf"),
                ("Content-Length", len(pdf)),
                ("Content-Disposition", content_disposition(f"{batch.name}.pdf")),
                ("Cache-Control", "no-store"),
            ],
        )
