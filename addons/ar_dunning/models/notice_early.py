from odoo import api, fields, models
from odoo.tools import SQL

from .notice_dispatch import EVALUATION_TABLE


class NoticeEarly(models.Model):
    """A notice that a person let go before its day."""

    _inherit = "ar.dunning.notice"

    early = fields.Boolean(
        string="Ahead of its day",
        readonly=True,
        help="Somebody reminded the debtor now, before the level was due by itself.",
    )

    @api.model
    def _allow_early(self, scope):
        """At dispatch, do not hold back what a person let go before its day.

        Everything else that stands in the way now still does.
        """
        self.env.execute_query(
            SQL(
                """
                UPDATE %(table)s now
                   SET blockers = ARRAY(
                       SELECT blocker
                         FROM unnest(now.blockers) WITH ORDINALITY AS
                              listed (blocker, place)
                        WHERE blocker NOT LIKE 'not_yet_due|%%' ORDER BY place)
                  FROM ar_dunning_notice_line line
                  JOIN ar_dunning_notice notice ON notice.id = line.notice_id
                 WHERE notice.id IN %(scope)s AND notice.early
                   AND line.claim_id = now.claim_id AND line.role = 'claimed'
                   AND line.level_id = now.level_id
                RETURNING now.claim_id
                """,
                table=SQL.identifier(EVALUATION_TABLE),
                scope=scope,
            )
        )
