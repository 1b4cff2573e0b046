from odoo import models
from odoo.tools import SQL


class ClaimAssign(models.Model):
    """Which procedure and version a claim follows."""

    _inherit = "ar.claim"

    def _apply_segments(self, on):
        """Carry the matches in ar_segment_match into the claims.

        Unassigned claims get the procedure; assigned ones change, or get a proposal,
        as the segment says. A choice made by hand is left alone.

        :return: number of claims that got another procedure.
        """
        procedures = self.env["ar.dunning.procedure.version"]
        procedures.flush_model(["procedure_id", "state"])
        self.env["ar.dunning.segment"].flush_model(["procedure_id", "reassign"])
        self.env.cr.execute("ANALYZE ar_segment_match")
        rows = self.env.execute_query(
            SQL(
                """
                WITH target AS (
                    SELECT claim.id AS claim_id, segment.id AS segment_id,
                           segment.procedure_id, version.id AS version_id,
                           claim.procedure_id AS old_procedure_id
                      FROM ar_segment_match match
                      JOIN ar_claim claim ON claim.id = match.claim_id
                      JOIN ar_dunning_segment segment ON segment.id = match.segment_id
                      JOIN ar_dunning_procedure_version version
                        ON version.procedure_id = segment.procedure_id
                       AND version.state = 'active'
                     WHERE claim.assignment = 'none'
                        OR (claim.assignment = 'segment'
                            AND segment.reassign = 'automatic'
                            AND claim.procedure_id <> segment.procedure_id)
                ), changed AS (
                    UPDATE ar_claim claim
                       SET procedure_id = target.procedure_id,
                           version_id = target.version_id,
                           assignment = 'segment',
                           segment_id = target.segment_id,
                           proposed_procedure_id = NULL
                      FROM target
                     WHERE claim.id = target.claim_id
                    RETURNING claim.id, claim.company_id, claim.access_group_id,
                              target.old_procedure_id, target.procedure_id
                )
                INSERT INTO ar_claim_event (
                       claim_id, company_id, access_group_id, kind, on_date,
                       old_value, new_value, user_id, create_uid, create_date,
                       write_uid, write_date)
                SELECT changed.id, changed.company_id, changed.access_group_id,
                       'assigned', %(on)s, before.code, after.code, %(uid)s, %(uid)s,
                       now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
                  FROM changed
                  JOIN ar_dunning_procedure after ON after.id = changed.procedure_id
                  LEFT JOIN ar_dunning_procedure before
                         ON before.id = changed.old_procedure_id
                RETURNING claim_id
                """,
                on=on,
                uid=self.env.uid,
            )
        )
        self.env.cr.execute(
            """
            UPDATE ar_claim claim
               SET proposed_procedure_id =
                   CASE WHEN claim.procedure_id <> segment.procedure_id
                        THEN segment.procedure_id END
              FROM ar_segment_match match
              JOIN ar_dunning_segment segment ON segment.id = match.segment_id
             WHERE claim.id = match.claim_id
               AND claim.assignment = 'segment'
               AND segment.reassign = 'propose'
               AND claim.proposed_procedure_id IS DISTINCT FROM
                   CASE WHEN claim.procedure_id <> segment.procedure_id
                        THEN segment.procedure_id END
            """
        )
        self.env["ar.claim.event"].invalidate_model()
        self.invalidate_model()
        claims = self.browse(row[0] for row in rows)
        claims._place_in_version()
        return len(claims)

    def _place_in_version(self):
        """Place claims at the highest level of their version that they have had.

        Levels of different versions are compared by key, never by sequence. A claim
        that has had none of them starts at the beginning; what it had under another
        procedure stays in its history.
        """
        if not self:
            return
        self.flush_model(["version_id", "level_key", "level_id", "level_sequence"])
        self.env["ar.dunning.level"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                UPDATE ar_claim claim
                   SET level_id = level.id,
                       level_sequence = COALESCE(level.sequence, 0)
                  FROM ar_claim moved
                  LEFT JOIN LATERAL (
                       SELECT level.id, level.sequence
                         FROM ar_dunning_level level
                         JOIN ar_dunning_notice_line line
                           ON line.claim_id = moved.id
                          AND line.cycle = moved.cycle
                          AND line.level_key = level.level_key
                          AND line.role = 'claimed'
                          AND line.state = 'dispatched'
                        WHERE level.version_id = moved.version_id
                        ORDER BY level.sequence DESC LIMIT 1
                  ) level ON TRUE
                 WHERE moved.id = claim.id
                   AND claim.id IN %s
                   AND claim.level_key IS NOT NULL
                   AND claim.version_id IS NOT NULL
                """,
                tuple(self.ids),
            )
        )
        self.invalidate_model(["level_id", "level_sequence"])

    def _move_to_version(self, version):
        """Let the procedure's open claims go on under a newly activated version.

        Claims that have had no level, or whose level key exists in the new version,
        move; the others finish the version they run on.
        """
        self.flush_model()
        self.env["ar.dunning.level"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                UPDATE ar_claim claim
                   SET version_id = %(version)s
                 WHERE claim.procedure_id = %(procedure)s
                   AND claim.state IN ('open', 'unposted')
                   AND claim.version_id IS DISTINCT FROM %(version)s
                   AND (claim.level_key IS NULL OR EXISTS (
                        SELECT FROM ar_dunning_level level
                         WHERE level.version_id = %(version)s
                           AND level.level_key = claim.level_key))
                RETURNING claim.id
                """,
                version=version.id,
                procedure=version.procedure_id.id,
            )
        )
        self.invalidate_model(["version_id"])
        self.browse(row[0] for row in rows)._place_in_version()
