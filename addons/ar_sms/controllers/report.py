from werkzeug.exceptions import Forbidden, NotFound, RequestEntityTooLarge

from odoo import http
from odoo.http import request

from ..rules.gateway_message import read_document

PATH = "/sms/report/"
MAXIMUM = 256 * 1024


class ReportController(http.Controller):
    @http.route(
        f"{PATH}<int(max=2147483647):gateway_id>/<string:key>",
        type="http",
        auth="public",
        methods=["GET", "POST"],
        csrf=False,
        save_session=False,
    )
    def report(self, gateway_id, key, **_fields):
        """Take delivery reports of a gateway: one or many, JSON or a form.

        Unknown gateways and wrong keys answer alike: not found. A wrong signature is
        refused. Reports on what is not ours are answered as if they were, so that the
        gateway does not send them for ever.
        """
        gateway = request.env["ar.sms.gateway"]._of_report(gateway_id, key)
        if not gateway:
            raise NotFound()
        incoming = request.httprequest
        if (incoming.content_length or 0) > MAXIMUM:
            raise RequestEntityTooLarge()
        if incoming.method == "GET":
            body = incoming.query_string
        else:
            # Kept by `ir.http`, before a form was read out of it.
            body = incoming.get_data(cache=True)
        if not gateway._is_signed(body, incoming.headers):
            raise Forbidden()
        document = read_document(body, incoming.content_type or "")
        gateway._take_report(document)
        return request.make_response(
            "OK",
            headers=[("Content-Type", "text/plain"), ("Cache-Control", "no-store")],
        )
