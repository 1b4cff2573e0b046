from markupsafe import Markup

from odoo import models

from .. import qr_code

PIXELS_PER_MODULE = 12
# Where banking apps read no code of a transfer: there a code opens the page.
PAGE_COUNTRIES = ("NL",)


class PaymentLinkCode(models.Model):
    """The QR code of the page: for a banking app, or for the camera of a phone."""

    _inherit = "ar.payment.link"

    def _page_code(self, facts):
        """Return the code as an SVG image that stays black on white in the dark."""
        content = self._code_content(facts)
        if not content:
            return None
        size, path = qr_code.svg_path(content)
        return Markup(
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" '
            'role="img" aria-label="{label}" shape-rendering="crispEdges">'
            '<path fill="#fff" d="M0 0h{size}v{size}H0z"/>'
            '<path fill="#000" d="{path}"/>{cross}</svg>'
        ).format(
            size=size,
            label=self._code_label(facts),
            path=path,
            cross=self._page_cross(content, size),
        )

    def _page_cross(self, content, size):
        """Return the Swiss cross over the code of a Swiss QR bill."""
        if not qr_code.is_swiss(content):
            return Markup()
        return Markup().join(
            Markup(
                '<rect fill="{}" x="{:.2f}" y="{:.2f}" width="{:.2f}" height="{:.2f}"/>'
            ).format(colour, left, top, right - left, bottom - top)
            for colour, left, top, right, bottom in qr_code.cross(
                size, qr_code.QUIET_ZONE
            )
        )

    def _code_label(self, facts):
        if self.company_id._ar_code_opens_page(facts.iban):
            return self.env._("QR code for the camera of your phone: opens this page")
        return self.env._(
            "QR code for your banking app: transfer of %(amount)s",
            amount=self._page_amount(facts.amount),
        )

    def _code_content(self, facts):
        """Return what the code says; None without a code."""
        if facts.iban and self.company_id._ar_code_opens_page(facts.iban):
            return self._url()
        return facts.code

    def _page_code_image(self):
        """Return the code as PNG bytes, to be kept on a phone; None without one."""
        if not self._online_claims():
            return None
        content = self._code_content(self._payment_facts())
        return qr_code.png(content, PIXELS_PER_MODULE) if content else None
