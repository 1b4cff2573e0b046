import base64

from odoo import models

from odoo.addons.ar_dunning.models.bank_match_reading import exact

from .. import qr_code
from ..rules.link_token import in_groups


class NoticeRender(models.Model):
    """Puts the payment link and the QR code for a transfer on reminders.

    The code asks for what the notice says, to the cent: it never changes. The page
    behind the link shows what is due when it is opened.
    """

    _inherit = "ar.dunning.notice"

    def _blocks(self, channel):
        blocks = super()._blocks(channel)
        if self.kind == "dunning" and (self.payment_link_ids or self._awaits_link()):
            blocks.append((25, "ar_payment_link.block_link"))
        return blocks

    def _awaits_link(self):
        """Whether this notice gets its link when it is dispatched."""
        return (
            self.kind == "dunning"
            and self.state in ("proposed", "approved")
            and self.company_id.ar_link_on_notices
        )

    def _payment_reference(self, lines):
        """One reference for all invoices of the notice: that of its link."""
        reference = super()._payment_reference(lines)
        if reference or self.kind != "dunning":
            return reference
        if self._awaits_link():
            return self._promised_reference()
        return self.payment_link_ids.reference or None

    def _promised_reference(self):
        """Return what a preview shows where the reference of the link will stand."""
        return self.env._("given when the notice leaves")

    def _render_values(self, channel, delivery=None):
        values = super()._render_values(channel, delivery)
        link = self.payment_link_ids
        address = link._url() if link else ""
        return values | {
            "payment_address": address,
            "typed_address": (
                address.removesuffix(link._token()) + in_groups(link._token())
                if link
                else ""
            ),
            "payment_code": self._payment_code(values, channel),
            "code_opens_page": self._code_opens_page(values),
            "payment_code_cid": self._payment_code_cid(),
            "code_image": _data_address,
        }

    def _inline_images(self):
        images = super()._inline_images()
        code = self._render_values("email")["payment_code"]
        if code:
            images[self._payment_code_cid()] = qr_code.png(code)
        return images

    def _payment_code_cid(self):
        return f"payment-code.{self.id}@receivables"

    def _code_opens_page(self, values):
        """Whether the code leads to the page: with an account that is paid that way."""
        iban = "".join((values["account"]["iban"] or "").split()).upper()
        return bool(iban) and self.company_id._ar_code_opens_page(iban)

    def _payment_code(self, values, channel):
        """Return the payload of the QR code; None when the notice carries none.

        A letter has its code of the page anyway.

        :param values: what `_render_values` gives: the facts as they are printed
        """
        if self._code_opens_page(values):
            wanted = self.company_id.ar_link_qr and channel != "letter"
            link = self.payment_link_ids
            return link._url() if wanted and link and self.kind == "dunning" else None
        reference = values["payment_reference"]
        if (
            self.kind != "dunning"
            or not self.company_id.ar_link_qr
            or not reference
            or reference == self._promised_reference()
        ):
            return None
        account = values["account"]
        facts = self.env["ar.payment.link"]._transfer_facts(
            exact(self.amount_total, self.currency_id),
            reference,
            iban=account["iban"],
            bic=account["bic"],
            holder=account["holder"],
            account=self.company_id._ar_bank_account(),
            debtor=self.partner_id,
            currency=self.currency_id,
        )
        return facts.code


def _data_address(code):
    """Return a QR code as an address that holds the picture itself."""
    return "data:image/png;base64," + base64.b64encode(qr_code.png(code)).decode()
