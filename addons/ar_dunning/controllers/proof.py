from werkzeug.exceptions import NotFound

from odoo import http
from odoo.http import content_disposition, request

_MODELS = {"claim": "ar.claim", "notice": "ar.dunning.notice"}
_PATH = '/ar_dunning/<any("claim", "notice"):kind>/<int(max=2147483647):record_id>'


class ProofController(http.Controller):
    @http.route(
        f"{_PATH}/proof",
        type="http",
        auth="user",
    )
    def statement(self, kind, record_id):
        """Return the page on which a claim or a notice proves its amount.

        What does not exist and what the user may not see answer alike: not found.
        """
        html = self._render(kind, record_id, pdf=False)
        return request.make_response(
            html,
            headers=[
                ("Content-Type", "text/html; charset=utf-8"),
                ("Cache-Control", "no-store"),
            ],
        )

    @http.route(
        f"{_PATH}/proof.pdf",
        type="http",
        auth="user",
    )
    def statement_pdf(self, kind, record_id):
        """Return the same as a file to print or to send."""
        # Imported here, as for letters: without its libraries only this fails.
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher

        html = self._render(kind, record_id, pdf=True)
        content = HTML(
            string=str(html), url_fetcher=URLFetcher(allowed_protocols={"data"})
        ).write_pdf()
        return request.make_response(
            content,
            headers=[
                ("Content-Type", "application/pdf"),
                ("Content-Length", len(content)),
                (
                    "Content-Disposition",
                    content_disposition(f"statement-{kind}-{record_id}.pdf"),
                ),
                ("Cache-Control", "no-store"),
            ],
        )

    def _render(self, kind, record_id, pdf):
        record = request.env[_MODELS[kind]].browse(record_id).exists()
        if not record._filtered_access("read"):
            raise NotFound()
        return request.env["ir.qweb"]._render(
            "ar_dunning.proof_statement",
            {**record._statement(), "pdf": pdf, "kind": kind, "record_id": record_id},
        )
