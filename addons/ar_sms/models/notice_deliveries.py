from odoo import api, models
from odoo.tools import SQL


class NoticeDeliveries(models.Model):
    _inherit = "ar.dunning.notice"

    @api.model
    def _address_sources(self):
        recipient = self.env["ar.evaluation"]._sql_recipient(
            SQL("person.partner_id"), "ar_mobile_number", SQL("person.named")
        )
        return [
            *super()._address_sources(),
            SQL(
                """
                SELECT reached.id, COALESCE(reached.name, owner.name),
                       reached.ar_mobile_number
                  FROM (%s) reached WHERE person.channel = 'sms'
                """,
                recipient,
            ),
        ]
