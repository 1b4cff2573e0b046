from werkzeug.exceptions import NotFound

from odoo import http
from odoo.http import content_disposition, request

from ..rules import spreadsheet

COLUMNS = (
    "name",
    "street",
    "street2",
    "zip",
    "city",
    "phone",
    "email",
    "arrears",
    "currency",
)
MAXIMUM = 1000


class EarlyWarnings(http.Controller):
    """The file for the municipality, made of what the reader may see."""

    @http.route(
        "/ar_legal/early-warnings.csv", type="http", auth="user", methods=["GET"]
    )
    def early_warnings(self, ids="", **_others):
        wanted = [int(one) for one in ids.split(",")[:MAXIMUM] if one.isdecimal()]
        warnings = request.env["ar.early.warning"].search(
            [("id", "in", wanted), ("complete", "=", True), ("objection", "=", False)]
        )
        if not warnings:
            raise NotFound()
        return request.make_response(
            spreadsheet.table(COLUMNS, warnings._rows()),
            headers=[
                ("Content-Type", "text/csv; charset=utf-8"),
                ("Content-Disposition", content_disposition("early-warnings.csv")),
                ("Cache-Control", "no-store"),
            ],
        )
