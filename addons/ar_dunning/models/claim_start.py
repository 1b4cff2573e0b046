from collections import Counter

from odoo import api, fields, models
from odoo.tools import SQL


class ClaimStart(models.Model):
    """With which level a claim begins that was old when the follow-up began."""

    _inherit = "ar.claim"

    start_level_key = fields.Char(
        string="Begins with",
        readonly=True,
        help="Set at the go-live: no level before this one comes in this cycle.",
    )

    @api.model
    def _set_start(self, target, on):
        """Set the first level of claims; write down what changed; set-based.

        :param target: query (claim_id, level_key; NULL: the usual way); the caller has
            checked who may ask for it
        :return: {access group id or None: number of claims that begin otherwise now};
            those that everybody may see are always among them
        """
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                WITH target AS (%(target)s), changed AS (
                    UPDATE ar_claim claim
                       SET start_level_key = target.level_key
                      FROM target
                      JOIN ar_claim former ON former.id = target.claim_id
                     WHERE claim.id = target.claim_id
                       AND former.start_level_key IS DISTINCT FROM target.level_key
                    RETURNING claim.id, claim.company_id, claim.access_group_id,
                              former.start_level_key AS old_key,
                              claim.start_level_key AS new_key
                )
                INSERT INTO ar_claim_event (
                       claim_id, company_id, access_group_id, kind, on_date,
                       old_value, new_value, user_id, create_uid, create_date,
                       write_uid, write_date)
                SELECT id, company_id, access_group_id, 'start_level', %(on)s, old_key,
                       new_key, %(uid)s, %(audit)s
                  FROM changed
                RETURNING access_group_id
                """,
                target=target,
                on=on,
                uid=self.env.uid,
                audit=self._sql_audit(),
            )
        )
        self.env["ar.claim.event"].invalidate_model()
        self.invalidate_model()
        return {None: 0, **Counter(group for [group] in rows)}
