from odoo import api, models
from odoo.tools import SQL


class Evaluation(models.AbstractModel):
    _inherit = "ar.evaluation"

    @api.model
    def _reach_sources(self):
        return [
            *super()._reach_sources(),
            SQL(
                """
                SELECT contact.partner_id, contact.named, 'sms'
                  FROM (%s) contact
                 WHERE NOT EXISTS (
                       SELECT FROM phone_blacklist
                        WHERE phone_blacklist.number = contact.ar_mobile_number
                          AND phone_blacklist.active)
                   AND %s
                """,
                self._sql_recipients("ar_mobile_number"),
                self._sql_not_bounced("sms", SQL("contact.ar_mobile_number")),
            ),
        ]
