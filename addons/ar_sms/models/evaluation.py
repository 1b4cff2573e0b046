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
                   AND NOT EXISTS (
                       SELECT FROM ar_delivery bounced
                        WHERE bounced.address = contact.ar_mobile_number
                          AND bounced.channel = 'sms'
                          AND bounced.state = 'bounced'
                          -- Until a person has tried again with success.
                          AND NOT EXISTS (
                              SELECT FROM ar_delivery again
                               WHERE again.notice_id = bounced.notice_id
                                 AND again.channel = 'sms'
                                 AND again.address = bounced.address
                                 AND again.attempt > bounced.attempt
                                 AND again.state = 'sent'))
                """,
                self._sql_recipients("ar_mobile_number"),
            ),
        ]
