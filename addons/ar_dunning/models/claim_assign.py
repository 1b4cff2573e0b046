from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class ClaimAssign(models.Model):
    """Which procedure and version a claim follows."""

    _inherit = "ar.claim"

    procedure_locked = fields.Boolean(
        string="Locked",
        readonly=True,
        help="No segment, no new version and no bulk action changes the procedure of "
        "this claim, until a collector unlocks it.",
    )
    declined_procedure_id = fields.Many2one(
        "ar.dunning.procedure",
        string="Declined procedure",
        ondelete="set null",
        readonly=True,
        help="Procedure that the segments give but that somebody refused for this "
        "claim, or that came from an edit not applied to existing claims. It is not "
        "proposed again until the segments give another one.",
    )

    @api.model
    def _apply_segments(self, company, outcomes, on):
        """Carry what the segments decided into the claims of a company.

        :param outcomes: query of ar.dunning.segment._sql_decide
        :return: number of claims that got another procedure.
        """
        count = self._give_procedure(
            SQL(
                """SELECT claim_id, procedure_id, version_id, segment_id,
                          'segment' AS assignment
                     FROM (%s) AS outcome WHERE outcome IN ('assigned', 'changed')""",
                outcomes,
            ),
            on,
        )
        self.env.execute_query(
            SQL(
                """
                WITH decided AS MATERIALIZED (%(outcomes)s), noted AS (
                    SELECT id FROM ar_claim
                     WHERE company_id = %(company)s AND state = 'open'
                       AND (proposed_procedure_id IS NOT NULL
                            OR declined_procedure_id IS NOT NULL)
                     UNION
                    SELECT claim_id FROM decided WHERE outcome = 'proposed'
                )
                UPDATE ar_claim claim
                   SET proposed_procedure_id = CASE WHEN outcome.outcome = 'proposed'
                                               THEN outcome.procedure_id END,
                       declined_procedure_id =
                       CASE WHEN outcome.claim_id IS NULL
                              OR outcome.procedure_id = claim.declined_procedure_id
                            THEN claim.declined_procedure_id END
                  FROM noted same
                  LEFT JOIN decided outcome ON outcome.claim_id = same.id
                 WHERE same.id = claim.id
                   AND claim.company_id = %(company)s
                   AND claim.state = 'open'
                   AND (claim.proposed_procedure_id IS DISTINCT FROM
                        CASE WHEN outcome.outcome = 'proposed'
                             THEN outcome.procedure_id END
                        OR outcome.procedure_id <> claim.declined_procedure_id)
                RETURNING claim.id
                """,
                outcomes=outcomes,
                company=company.id,
            )
        )
        self.invalidate_model(["proposed_procedure_id", "declined_procedure_id"])
        return count

    @api.model
    def _give_procedure(self, target, on):
        """Let claims follow a procedure from now on; return how many.

        :param target: query (claim_id, procedure_id, version_id, segment_id,
            assignment); the caller has checked who may ask for it
        """
        self.flush_model()
        [[count, reached]] = self.env.execute_query(
            SQL(
                """
                WITH target AS (%(target)s), changed AS (
                    UPDATE ar_claim claim
                       SET procedure_id = target.procedure_id,
                           version_id = target.version_id,
                           assignment = target.assignment,
                           segment_id = target.segment_id,
                           proposed_procedure_id = NULL,
                           declined_procedure_id = NULL
                      FROM target
                      JOIN ar_claim former ON former.id = target.claim_id
                     WHERE claim.id = target.claim_id
                    RETURNING claim.id, claim.company_id, claim.access_group_id,
                              former.procedure_id AS old_procedure_id,
                              claim.procedure_id, claim.level_key
                ), noted AS (
                INSERT INTO ar_claim_event (
                       claim_id, company_id, access_group_id, kind, on_date,
                       old_value, new_value, user_id, create_uid, create_date,
                       write_uid, write_date)
                SELECT changed.id, changed.company_id, changed.access_group_id,
                       'assigned', %(on)s, before.code, after.code, %(uid)s, %(uid)s,
                       now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
                  FROM changed
                  LEFT JOIN ar_dunning_procedure after
                         ON after.id = changed.procedure_id
                  LEFT JOIN ar_dunning_procedure before
                         ON before.id = changed.old_procedure_id
                )
                SELECT COUNT(*), array_agg(id) FILTER (WHERE level_key IS NOT NULL)
                  FROM changed
                """,
                target=target,
                on=on,
                uid=self.env.uid,
            )
        )
        self.env["ar.claim.event"].invalidate_model()
        self.invalidate_model()
        # Who has had no level yet begins at the beginning anyway.
        self.browse(reached)._place_in_version()
        return count

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
                       level_sequence = COALESCE(level.sequence, 0),
                       level_occurrence = COALESCE(level.occurrence, 0)
                  FROM ar_claim moved
                  LEFT JOIN LATERAL (
                       SELECT level.id, level.sequence, line.occurrence
                         FROM ar_dunning_level level
                         JOIN ar_dunning_notice_line line
                           ON line.claim_id = moved.id
                          AND line.cycle = moved.cycle
                          AND line.level_key = level.level_key
                          AND line.role = 'claimed'
                          AND line.state = 'dispatched'
                        WHERE level.version_id = moved.version_id
                        ORDER BY level.sequence DESC, line.occurrence DESC LIMIT 1
                  ) level ON TRUE
                 WHERE moved.id = claim.id
                   AND claim.id IN %s
                   AND claim.level_key IS NOT NULL
                   AND claim.version_id IS NOT NULL
                """,
                tuple(self.ids),
            )
        )
        self.invalidate_model(["level_id", "level_sequence", "level_occurrence"])

    def _assign_by_hand(self, procedure, lock=False):
        """Give the claims a procedure by hand; segments never change it again.

        Locked claims are left alone; when all are locked, that is refused.

        :param procedure: ar.dunning.procedure record, or empty to return the claims
            to the segments.
        :param lock: whether to lock the choice as well
        """
        self._check_may_choose()
        free = self.filtered(lambda claim: not claim.procedure_locked)
        if self and not free:
            raise UserError(
                self.env._("The procedure of these claims is locked: unlock it first.")
            )
        if procedure and not procedure.active_version_id:
            raise UserError(
                self.env._(
                    "“%(procedure)s” has no active version: activate one first.",
                    procedure=procedure.name,
                )
            )
        owner = procedure.company_id
        foreign = free.company_id.filtered(lambda one: owner not in one.parent_ids)
        if owner and foreign:
            raise UserError(
                self.env._(
                    "“%(procedure)s” belongs to another company.",
                    procedure=procedure.name,
                )
            )
        for company, claims in free.grouped("company_id").items():
            # Claims are read-only for people; access to these was checked above.
            claims.sudo()._give_procedure(
                SQL(
                    """SELECT id AS claim_id, %s::integer AS procedure_id,
                              %s::integer AS version_id, NULL::integer AS segment_id,
                              %s AS assignment
                         FROM ar_claim WHERE id = ANY(%s)""",
                    procedure.id or None,
                    procedure.active_version_id.id or None,
                    "manual" if procedure else "none",
                    claims.ids,
                ),
                company._ar_today(),
            )
        if lock and procedure:
            free.action_lock_procedure()

    def _check_may_choose(self):
        self.check_access("read")
        if not self.env.user.has_group("ar_dunning.group_collector"):
            raise UserError(
                self.env._("Only collectors may choose the procedure of a claim.")
            )

    def action_lock_procedure(self):
        """Keep everything but a person from changing the procedure."""
        self._check_may_choose()
        # Claims are read-only for people; access was checked above.
        open_sudo = self.filtered(lambda claim: not claim.procedure_locked).sudo()
        open_sudo.write({"procedure_locked": True, "proposed_procedure_id": False})
        open_sudo._note_event("locked", False, False)

    def action_unlock_procedure(self):
        """Let segments, versions and people change the procedure again."""
        self._check_may_choose()
        # See action_lock_procedure.
        locked_sudo = self.filtered("procedure_locked").sudo()
        locked_sudo.write({"procedure_locked": False})
        locked_sudo._note_event("unlocked", False, False)

    def action_accept_proposal(self):
        """Follow the procedure that the segments propose."""
        self._check_may_choose()
        proposed = self.filtered("proposed_procedure_id")
        for company, claims in proposed.grouped("company_id").items():
            # Claims are read-only for people; access was checked above.
            claims.sudo()._give_procedure(
                SQL(
                    """SELECT claim.id AS claim_id, version.procedure_id,
                              version.id AS version_id,
                              (SELECT segment.id FROM ar_dunning_segment segment
                                WHERE segment.company_id = claim.company_id
                                  AND segment.procedure_id = version.procedure_id
                                  AND segment.active
                                ORDER BY sequence, id LIMIT 1) AS segment_id,
                              'segment' AS assignment
                         FROM ar_claim claim
                         JOIN ar_dunning_procedure_version version
                           ON version.procedure_id = claim.proposed_procedure_id
                          AND version.state = 'active'
                        WHERE claim.id = ANY(%s)
                          AND claim.procedure_locked IS NOT TRUE""",
                    claims.ids,
                ),
                company._ar_today(),
            )

    def action_refuse_proposal(self):
        """Stay as it is; the same procedure is not proposed again."""
        self._check_may_choose()
        proposed = self.filtered("proposed_procedure_id")
        for procedure, claims in proposed.grouped("proposed_procedure_id").items():
            # See action_accept_proposal.
            claims_sudo = claims.sudo()
            claims_sudo._note_event("proposal_refused", procedure.code, False)
            claims_sudo.write(
                {
                    "declined_procedure_id": procedure.id,
                    "proposed_procedure_id": False,
                }
            )
