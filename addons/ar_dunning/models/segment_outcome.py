import logging
from collections import Counter, defaultdict
from math import inf

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import LockError
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

# Running claims that the next pass would touch, so an edit has to keep them.
_TOUCHED = ("changed", "proposed")


class DunningSegmentOutcome(models.Model):
    """What the segments of a company would do to its claims, before anything is saved.

    One decision in SQL serves the nightly pass, the preview in the form, the page of
    what would change, and the list of claims behind each figure.
    """

    _inherit = "ar.dunning.segment"

    claim_count = fields.Integer(
        compute="_compute_preview",
        string="Matching",
        help="Open claims that meet the condition.",
    )
    won_count = fields.Integer(
        compute="_compute_preview",
        string="Taken",
        help="Open claims that meet the condition and that no segment of a higher "
        "rank takes.",
    )
    assigned_count = fields.Integer(
        compute="_compute_preview",
        string="Get their first procedure",
        help="They follow no procedure yet; the next daily cycle gives them this one.",
    )
    differing_count = fields.Integer(
        compute="_compute_preview",
        string="Follow another procedure",
        help="Segments gave them another procedure before. They change only when you "
        "apply the segments to existing claims, or when a fact about the claim changes "
        "and this segment reassigns.",
    )
    by_hand_count = fields.Integer(
        compute="_compute_preview",
        string="Stay: chosen by hand or locked",
        help="They follow another procedure that somebody chose; no segment changes "
        "that.",
    )
    unreadable = fields.Boolean(
        compute="_compute_preview",
        help="The condition, or one of a higher rank, cannot be read: the claims wait.",
    )

    @api.depends("domain", "company_id", "sequence", "procedure_id", "reassign")
    @api.depends("active")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_preview(self):
        # What is to be saved must not be lost when a condition cannot be read.
        self.env.flush_all()
        for company, segments in self.grouped("company_id").items():
            ranking = segments._ranking(company._origin)
            readable, rows = ranking._count_outcomes()
            by_place = defaultdict(Counter)
            for place, _before, outcome, count, _amount in rows:
                by_place[place][outcome] += count
            places = {segment: place for place, segment in enumerate(ranking)}
            for segment in segments:
                place = places.get(segment, inf)
                counts = by_place[place]
                segment.unreadable = place >= len(readable) and segment.active
                segment.claim_count = segment._count_matches()
                segment.won_count = counts.total()
                segment.assigned_count = counts["assigned"]
                segment.differing_count = sum(
                    counts[name] for name in ("changed", "proposed", "kept")
                )
                segment.by_hand_count = counts["manual"] + counts["locked"]

    def _ranking(self, company):
        """Return the company's segments in rank order, with unsaved ones in place."""
        edited = self.filtered("active")
        saved = self.search([("company_id", "=", company.id)])
        return ((saved - self - self._origin) | edited).sorted(
            lambda one: (one.sequence, one._origin.id or inf)
        )

    def _count_matches(self):
        """Return how many open claims meet the condition; 0 when it is unreadable."""
        try:
            with self.env.cr.savepoint(flush=False):
                return self.env["ar.claim"].search_count(self._open_claim_domain())
        except (OperationalError, LockError):
            raise
        except Exception:
            # It has to be opened to be mended.
            _logger.info("Segment %s not readable", self.id, exc_info=True)
            return 0

    def _count_outcomes(self):
        """Count claims and amounts by what these ranked segments would do to them.

        :return: the leading segments that can be read, and rows (place in `self`,
            id of the procedure now or None, outcome, claims, open amount in company
            currency). Only claims that the reader may see are counted.
        """
        readable = self
        try:
            with self.env.cr.savepoint(flush=False):
                return self, self.env.execute_query(self._sql_count())
        except (OperationalError, LockError):
            raise
        except Exception:
            _logger.info("Segments %s not readable", self.ids, exc_info=True)
        readable = self[: self._first_broken()]
        return readable, self.env.execute_query(readable._sql_count())

    def _first_broken(self):
        for place, segment in enumerate(self):
            try:
                with self.env.cr.savepoint(flush=False):
                    self.env.execute_query(segment._sql_count())
            except (OperationalError, LockError):
                raise
            except Exception:
                _logger.info("Segment %s not readable", segment.id, exc_info=True)
                return place
        return len(self)

    def _sql_count(self):
        self.env["ar.claim"].flush_model()
        self.env["account.move.line"].flush_model(["amount_residual"])
        return SQL(
            """SELECT place, old_procedure_id, outcome, count(*),
                      COALESCE(SUM(line.amount_residual), 0)
                 FROM (%s) AS outcome
                 LEFT JOIN account_move_line line ON line.id = outcome.line_id
                GROUP BY place, old_procedure_id, outcome
                ORDER BY place, old_procedure_id, outcome""",
            self._sql_outcomes(),
        )

    def _sql_outcomes(self, forced=False):
        """Like _sql_decide, over the claims that the reader may see."""
        branches = []
        for place, segment in enumerate(self):
            query = self.env["ar.claim"]._search(segment._open_claim_domain())
            branches.append(
                query.select(
                    SQL("%s AS claim_id", SQL.identifier(query.table, "id")),
                    SQL("%s AS place", place),
                )
            )
        if not branches:
            branches = [SQL("SELECT NULL::integer AS claim_id, 0 AS place")]
        matches = SQL(
            "SELECT claim_id, MIN(place) AS place FROM (%s) AS match GROUP BY claim_id",
            SQL(" UNION ALL ").join(branches),
        )
        return self._sql_decide(matches, forced)

    def _sql_decide(self, matches, forced=False):
        """Return a query that says what these segments do to the claims they take.

        :param matches: query (claim_id, place in `self`), one row per claim
        :param forced: as if somebody applies the segments to existing claims
        :return: query (claim_id, line_id, place, segment_id, procedure_id, version_id,
            old_procedure_id, declined_procedure_id, outcome)
        """
        self.env["ar.dunning.procedure.version"].flush_model(["procedure_id", "state"])
        rules = [
            SQL(
                "(%s, %s::integer, %s::integer, %s)",
                place,
                segment._origin.id or None,
                segment.procedure_id._origin.id or None,
                "forced" if forced else segment.reassign or "never",
            )
            for place, segment in enumerate(self)
        ] or [SQL("(0, NULL::integer, NULL::integer, 'never')")]
        return SQL(
            """
            SELECT claim.id AS claim_id, claim.line_id, rule.place, rule.segment_id,
                   rule.procedure_id, version.id AS version_id,
                   claim.procedure_id AS old_procedure_id,
                   claim.declined_procedure_id,
                   CASE WHEN claim.procedure_id = rule.procedure_id THEN 'same'
                        WHEN claim.procedure_locked THEN 'locked'
                        WHEN claim.assignment = 'manual' THEN 'manual'
                        WHEN version.id IS NULL THEN 'no_version'
                        WHEN claim.assignment = 'none' THEN 'assigned'
                        WHEN rule.reassign = 'forced' THEN 'changed'
                        WHEN claim.declined_procedure_id = rule.procedure_id
                        THEN 'kept'
                        WHEN rule.reassign = 'automatic' THEN 'changed'
                        WHEN rule.reassign = 'propose' THEN 'proposed'
                        ELSE 'kept' END AS outcome
              FROM (%s) AS match
              JOIN (VALUES %s) AS rule (place, segment_id, procedure_id, reassign)
                ON rule.place = match.place
              JOIN ar_claim claim ON claim.id = match.claim_id
              LEFT JOIN ar_dunning_procedure_version version
                     ON version.procedure_id = rule.procedure_id
                    AND version.state = 'active'
            """,
            matches,
            SQL(", ").join(rules),
        )

    @api.model
    def _touched_claims(self, company):
        """Return {claim id: procedure id} that the next pass would change or propose.

        Over all claims of the company, whoever asks: it protects them from an edit.
        """
        # Only ids go on from here, into a note on the claims themselves.
        ranking = self.sudo().search([("company_id", "=", company.id)])
        ranking = ranking[: ranking._first_broken()]
        ranking.env["ar.claim"].flush_model()
        return dict(
            self.env.execute_query(
                SQL(
                    """SELECT claim_id, procedure_id FROM (%s) AS outcome
                        WHERE outcome IN %s""",
                    ranking._sql_outcomes(),
                    _TOUCHED,
                )
            )
        )

    @api.model
    def _remember_outcomes(self, companies):
        """Note what the segments would do before they are edited.

        At the end of the transaction running claims that only the edit would change
        are told to stay as they are, see _keep_edited.
        """
        before = self.env.cr.precommit.data.setdefault("ar_segment_edits", {})
        if not before:
            self.env.cr.precommit.add(self._keep_edited)
        for company in companies:
            if company.id not in before:
                before[company.id] = self._touched_claims(company)

    @api.model
    def _keep_edited(self):
        """Let claims that only an edit of segments would change stay as they are.

        They change when the segments come to give them something else again, or when
        somebody applies the segments to existing claims.
        """
        edits = self.env.cr.precommit.data.pop("ar_segment_edits", {})
        for company in self.env["res.company"].browse(edits).exists():
            self.env.flush_all()
            before = edits[company.id]
            touched = self._touched_claims(company)
            declined = defaultdict(list)
            for claim_id, procedure_id in touched.items():
                if before.get(claim_id) != procedure_id:
                    declined[procedure_id].append(claim_id)
            for procedure_id, claim_ids in declined.items():
                # Nobody may write claims; this keeps them from being changed.
                claims_sudo = self.env["ar.claim"].sudo().browse(claim_ids)
                claims_sudo.write(
                    {
                        "declined_procedure_id": procedure_id,
                        "proposed_procedure_id": False,
                    }
                )
                claims_sudo.flush_recordset()

    @api.model
    def _apply_to_existing(self, company, segments=None):
        """Give running claims what the segments say now; return how many changed.

        Choices made by hand and locked claims stay. Claims that the reader may not see
        stay too.

        :param segments: only claims that these take; default: all of the company
        """
        self._keep_edited()
        ranking = self.search([("company_id", "=", company.id)])
        ranking = ranking[: ranking._first_broken()]
        self.env["ar.claim"].flush_model()
        chosen = ranking if segments is None else ranking & segments
        target = SQL(
            """SELECT claim_id, procedure_id, version_id, segment_id,
                      'segment' AS assignment
                 FROM (%s) AS outcome
                WHERE outcome IN ('assigned', 'changed') AND segment_id = ANY(%s)""",
            ranking._sql_outcomes(forced=True),
            chosen.ids,
        )
        # The query names only claims that the reader may see.
        claims_sudo = self.env["ar.claim"].sudo()
        return claims_sudo._give_procedure(target, company._ar_today())

    def action_preview(self):
        """Open the page of what the segments of this company would change."""
        company = self.company_id[:1] or self.env.company
        preview = self.env["ar.segment.preview"].create(
            {
                "company_id": company.id,
                "segment_id": self.id if len(self) == 1 else False,
            }
        )
        return preview._action_open()

    def action_open_matches(self):
        """List the open claims that this segment takes."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_dunning.ar_claim_action"
        )
        action["domain"] = [("matching_segment_id", "=", self.id)]
        action["context"] = {}
        return action
