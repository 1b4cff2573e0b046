from odoo import http

from odoo.addons.ar_gateway.controllers.report import answer_report

PATH = "/sms/report/"


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
        """Take delivery reports of text messages; see `answer_report`."""
        return answer_report("ar.sms.gateway", gateway_id, key)
