from werkzeug.exceptions import NotFound

from odoo import models
from odoo.http import request


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _serve_fallback(cls):
        """Say of an address with a NUL byte that it does not exist.

        Odoo looks for a file of that address and fails: no text in the database can
        hold such a byte. Strangers send it to every page without a login.
        """
        if "\0" in request.httprequest.path:
            return None
        return super()._serve_fallback()

    @classmethod
    def _match(cls, path_info):
        """Say of an address with a line break that it does not exist.

        Odoo sends who writes two strokes in an address to the one with a single stroke,
        and fails where the address cannot stand in the head of an answer.
        """
        if any(sign in path_info for sign in "\r\n"):
            raise NotFound
        return super()._match(path_info)
