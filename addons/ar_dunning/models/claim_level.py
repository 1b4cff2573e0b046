from odoo import models
from odoo.tools import SQL


class ClaimLevel(models.Model):
    """The level a claim has reached: a projection of its notice lines."""

    _inherit = "ar.claim"

    def _project_levels(self):
        """Recompute the reached level of these claims from their dispatched lines.

        From which day on they can appear in a run is forgotten: the day depends on
        lines too, which may say something else while the level stays the same.
        """
        if not self:
            return
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                """
                WITH forgotten AS (
                    DELETE FROM ar_claim_candidate WHERE id IN %(claims)s
                )
                UPDATE ar_claim claim
                   SET level_id = level.id,
                       level_key = reached.level_key,
                       level_sequence = CASE WHEN reached.id IS NULL THEN 0
                           ELSE COALESCE(level.sequence, reached.level_sequence) END,
                       level_occurrence = COALESCE(reached.occurrence, 0),
                       level_line_id = reached.id,
                       dispatched_on = reached.date,
                       effective_on = reached.effective_on
                  FROM ar_claim owner
                  LEFT JOIN LATERAL (
                    SELECT line.*, COALESCE(notice.contact_on, notice.date) AS date
                      FROM ar_dunning_notice_line line
                      JOIN ar_dunning_notice notice ON notice.id = line.notice_id
                     WHERE line.claim_id = owner.id AND line.cycle = owner.cycle
                       AND line.role = 'claimed' AND line.state = 'dispatched'
                     ORDER BY line.level_sequence DESC, line.occurrence DESC,
                              line.id DESC LIMIT 1
                  ) reached ON TRUE
                  LEFT JOIN ar_dunning_level level
                         ON level.version_id = owner.version_id
                        AND level.level_key = reached.level_key
                 WHERE owner.id = claim.id AND claim.id IN %(claims)s
                RETURNING claim.id
                """,
                claims=tuple(self.ids),
            )
        )
        self.invalidate_model()
