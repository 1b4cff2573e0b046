from odoo import api, models
from odoo.tools import consteq, format_date
from odoo.tools.misc import hmac

from ..rules import link_token

CHECK_SCOPE = "ar_notice_check"
CHECK_PAGE = "/ar/check"


class NoticeCheck(models.Model):
    """A code on each message, by which its reader sees that it is from us.

    Whoever imitates our messages can copy all but this: the code is looked up on the
    creditor's own site, which says when the message left and which account is ours.
    """

    _inherit = "ar.dunning.notice"

    def _blocks(self, channel):
        blocks = super()._blocks(channel)
        if channel in ("email", "letter") and self.kind != "thank_you":
            blocks.append((95, "ar_payment_link.block_check"))
        return blocks

    def _render_values(self, channel, delivery=None):
        return super()._render_values(channel, delivery) | {
            "check_code": link_token.in_groups(self._check_code()),
            "check_address": self._check_address(),
        }

    def _check_address(self):
        """Return the address where the code is typed."""
        return self.company_id.get_base_url().rstrip("/") + CHECK_PAGE

    def _check_code(self):
        """Return the code of this notice; it opens nothing and tells nothing."""
        self.ensure_one()
        return link_token.write(
            self.id, self._check_digest(self.id), link_token.CHECK_SECRET
        )

    @api.model
    def _check_digest(self, notice_id):
        return hmac(self.env(su=True), CHECK_SCOPE, str(notice_id))

    @api.model
    def _from_check_code(self, typed):
        """Return the notice of a code, as superuser; empty for all that is not ours.

        A code that is right is the permission to hear that we sent the message, when,
        and to which account it is paid: see `_check_values`. Never raises.
        """
        nothing = self.sudo().browse()
        parsed = link_token.read(typed, link_token.CHECK_SECRET)
        if not parsed:
            return nothing
        notice_id, secret = parsed
        digest = self._check_digest(notice_id)
        right = consteq(link_token.secret(digest, link_token.CHECK_SECRET), secret)
        notice_sudo = nothing.browse(notice_id).exists()
        return notice_sudo if right and notice_sudo.dispatched_on else nothing

    def _check_values(self):
        """Return what the reader of a message that is ours is told; no debtor data."""
        self.ensure_one()
        account = self.snapshot["account"]
        iban = "".join((account["iban"] or "").split())
        labels = dict(
            self.env["ar.delivery"]._fields["channel"]._description_selection(self.env)
        )
        channels = sorted(set(self.delivery_ids.mapped("channel")))
        return {
            "creditor": self._outside_name(),
            "sent_on": format_date(self.env, self.date),
            "sent_by": ", ".join(labels[channel] for channel in channels),
            "withdrawn": self.state == "withdrawn",
            "iban": " ".join(iban[at : at + 4] for at in range(0, len(iban), 4)),
            "holder": account["holder"],
        }
