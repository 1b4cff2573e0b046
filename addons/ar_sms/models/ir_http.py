from odoo import models

from ..controllers.report import PATH


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _ar_report_paths(cls):
        return (*super()._ar_report_paths(), PATH)
