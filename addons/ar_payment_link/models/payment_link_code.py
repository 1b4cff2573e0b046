from markupsafe import Markup

from odoo import models

from .. import qr_code

PIXELS_PER_MODULE = 12


class PaymentLinkCode(models.Model):
    """The QR code of the transfer, for the page."""

    _inherit = "ar.payment.link"

    def _page_code(self, facts):
        """Return the code as an SVG image that stays black on white in the dark."""
        if not facts.epc:
            return None
        size, path = qr_code.svg_path(facts.epc)
        label = self.env._(
            "QR code for your banking app: transfer of %(amount)s",
            amount=self._page_amount(facts.amount),
        )
        return Markup(
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" '
            'role="img" aria-label="{label}" shape-rendering="crispEdges">'
            '<path fill="#fff" d="M0 0h{size}v{size}H0z"/>'
            '<path fill="#000" d="{path}"/></svg>'
        ).format(size=size, label=label, path=path)

    def _page_code_image(self):
        """Return the code as PNG bytes, to be kept on a phone; None without one."""
        if not self._online_claims():
            return None
        facts = self._payment_facts()
        return qr_code.png(facts.epc, PIXELS_PER_MODULE) if facts.epc else None
