from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import email_normalize


class LevelSender(models.Model):
    """Who a level writes as, and who gets copies of it."""

    _inherit = "ar.dunning.level"

    copy_ids = fields.One2many(
        "ar.dunning.level.copy",
        "level_id",
        string="Copies",
        copy=True,
        help="Roles whose people get a copy. A copy that cannot be delivered stops "
        "nothing.",
    )

    @api.constrains("sender_email", "reply_to")
    def _check_addresses(self):
        for level in self:
            for address in (level.sender_email, level.reply_to):
                if address and email_normalize(address) != address.lower():
                    raise ValidationError(
                        self.env._(
                            "“%s” is not an e-mail address: enter one address, "
                            "without a name.",
                            address,
                        )
                    )
