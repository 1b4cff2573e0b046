from odoo import models
from odoo.http import request

from ..controllers.report import MAXIMUM


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _ar_report_paths(cls):
        """Return the beginnings of the addresses that take reports. Extensible."""
        return ()

    @classmethod
    def _pre_dispatch(cls, rule, args):
        """Keep the bytes of a delivery report: their signature is over them.

        Reading the fields of a form uses them up.
        """
        incoming = request.httprequest
        if (
            incoming.path.startswith(cls._ar_report_paths())
            and (incoming.content_length or 0) <= MAXIMUM
        ):
            incoming.get_data(cache=True)
        return super()._pre_dispatch(rule, args)
