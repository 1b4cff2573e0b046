from odoo import models
from odoo.tools import html2plaintext


class NoticeReply(models.Model):
    """An answer by e-mail stays with its notice and reaches the debtor's collector."""

    _inherit = "ar.dunning.notice"

    def message_update(self, msg_dict, update_vals=None):
        """Note on the work list of the collector that the debtor answered."""
        result = super().message_update(msg_dict, update_vals)
        # The mail gateway may be anybody; the item stays in the notice's group.
        self.env["ar.work.item"].sudo()._raise_items(
            [
                {
                    "kind": "reply",
                    "company_id": notice.company_id.id,
                    "access_group_id": notice.access_group_id.id,
                    "debtor_id": notice.debtor_id.id,
                    "notice_id": notice.id,
                    "amount": notice.amount_total,
                    "currency_id": notice.currency_id.id,
                    "user_id": notice.debtor_id.user_id.id,
                    "points": 75,
                    "due_on": notice.company_id._ar_today(),
                    "note": html2plaintext(msg_dict.get("body") or "")[:300],
                    "dedup_key": f"reply/{notice.id}",
                }
                for notice in self.sudo()  # mail comes in for everybody
            ]
        )
        return result
