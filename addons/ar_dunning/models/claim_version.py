from odoo import api, models
from odoo.tools import SQL

from ..rules.version_change import CHOSEN, KEY_MISSING, MOVES, WOULD_SKIP


class ClaimVersion(models.Model):
    """How running claims go on when another version of their procedure comes."""

    _inherit = "ar.claim"

    @api.model
    def _move_to_version(self, version, staying=()):
        """Let the procedure's open claims go on under a newly activated version.

        Claims that may not move, see rules/version_change.py, finish the version they
        run on, and so do locked ones. Two statements, whatever the number of claims.

        :param staying: keys of the levels whose claims stay, see the rule
        """
        self.flush_model()
        self.env.execute_query(
            SQL(
                """
                UPDATE ar_claim claim
                   SET version_id = %(version)s,
                       level_id = COALESCE(move.level_id, claim.level_id),
                       level_sequence =
                       COALESCE(move.sequence, claim.level_sequence)
                  FROM (%(moves)s) AS move
                 WHERE claim.id = move.claim_id AND move.outcome = %(moving)s
                RETURNING claim.id
                """,
                version=version.id,
                moves=self._sql_moves(version, staying),
                moving=MOVES,
            )
        )
        self.invalidate_model(["version_id", "level_id", "level_sequence"])

    @api.model
    def _sql_moves(self, version, staying=()):
        """Return a query of what happens to each running claim of the procedure.

        The same decision as rules/version_change.py `move`.

        :return: query (claim_id, level_key, outcome, level_id and sequence in the new
            version or NULL, missed: key of the level that would be skipped)
        """
        self.env["ar.dunning.level"].flush_model()
        self.env["ar.dunning.notice.line"].flush_model()
        return SQL(
            """
            SELECT claim.id AS claim_id, COALESCE(claim.level_key, '') AS level_key,
                   CASE WHEN claim.procedure_locked THEN 'locked'
                        WHEN COALESCE(claim.level_key, '') = ANY(%(staying)s)
                        THEN %(chosen)s
                        WHEN claim.level_key IS NULL THEN %(moves)s
                        WHEN reached.id IS NULL THEN %(key_missing)s
                        WHEN missed.level_key IS NOT NULL THEN %(would_skip)s
                        ELSE %(moves)s END AS outcome,
                   place.id AS level_id, place.sequence,
                   missed.level_key AS missed
              FROM ar_claim claim
              LEFT JOIN ar_dunning_level reached
                     ON reached.version_id = %(version)s
                    AND reached.level_key = claim.level_key
              LEFT JOIN LATERAL (
                SELECT level.id, level.sequence
                  FROM ar_dunning_level level
                 WHERE level.version_id = %(version)s
                   AND reached.id IS NOT NULL
                   AND (level.id = reached.id OR %(sent)s)
                 ORDER BY level.sequence DESC LIMIT 1
              ) place ON TRUE
              LEFT JOIN LATERAL (
                SELECT level.level_key
                  FROM ar_dunning_level level
                 WHERE level.version_id = %(version)s
                   AND level.mandatory
                   AND level.sequence < place.sequence
                   AND level.level_key <> claim.level_key
                   AND NOT %(sent)s
                   AND NOT EXISTS (
                       SELECT FROM ar_dunning_level passed
                        WHERE passed.version_id = claim.version_id
                          AND passed.sequence <= claim.level_sequence
                          AND passed.level_key = level.level_key)
                 ORDER BY level.sequence LIMIT 1
              ) missed ON TRUE
             WHERE claim.procedure_id = %(procedure)s
               AND claim.state IN ('open', 'unposted')
               AND claim.version_id IS DISTINCT FROM %(version)s
            """,
            version=version.id,
            procedure=version.procedure_id.id,
            staying=list(staying),
            moves=MOVES,
            chosen=CHOSEN,
            key_missing=KEY_MISSING,
            would_skip=WOULD_SKIP,
            sent=SQL(
                """EXISTS (
                    SELECT FROM ar_dunning_notice_line line
                     WHERE line.claim_id = claim.id AND line.cycle = claim.cycle
                       AND line.level_key = level.level_key
                       AND line.role = 'claimed' AND line.state = 'dispatched')"""
            ),
        )
