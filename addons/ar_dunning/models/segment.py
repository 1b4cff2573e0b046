import logging

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import LockError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.safe_eval import safe_eval

_logger = logging.getLogger(__name__)


class DunningSegment(models.Model):
    """Ranked rule that gives claims a procedure. The first match in rank order wins."""

    _name = "ar.dunning.segment"
    _description = "Segment"
    _order = "company_id, sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(string="Rank", default=10)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    domain = fields.Char(
        string="Claims", default="[]", required=True, help="Which claims match."
    )
    procedure_id = fields.Many2one(
        "ar.dunning.procedure",
        required=True,
        ondelete="restrict",
        check_company=True,
        domain="['|', ('company_id', '=', False), ('company_id', '=', company_id)]",
    )
    reassign = fields.Selection(
        [
            ("never", "Never"),
            ("propose", "Propose"),
            ("automatic", "Automatically"),
        ],
        required=True,
        default="never",
        help="What happens to claims that already follow another procedure. A choice "
        "made by hand is never changed.",
    )
    active = fields.Boolean(default=True)
    claim_count = fields.Integer(compute="_compute_claim_count", string="Matching")

    @api.constrains("domain")
    def _check_domain(self):
        for segment in self:
            try:
                # Read once for real: what fails here would fail every night.
                with self.env.cr.savepoint():
                    self.env["ar.claim"].search_count(
                        segment._open_claim_domain(), limit=1
                    )
            except Exception as error:
                raise ValidationError(
                    self.env._(
                        "The condition of segment “%(segment)s” cannot be read: "
                        "%(error)s",
                        segment=segment.name,
                        error=error,
                    )
                ) from error

    @api.depends_context("uid", "allowed_company_ids")
    @api.depends("domain", "company_id")
    def _compute_claim_count(self):
        for segment in self:
            try:
                with self.env.cr.savepoint():
                    segment.claim_count = self.env["ar.claim"].search_count(
                        segment._open_claim_domain()
                    )
            except (OperationalError, LockError):
                raise
            except Exception:
                # It has to be opened to be mended.
                _logger.info("Segment %s not readable", segment.id, exc_info=True)
                segment.claim_count = 0

    def _claim_domain(self):
        """Return the condition of this segment as a domain on claims."""
        self.ensure_one()
        return Domain(safe_eval(self.domain or "[]", {"uid": self.env.uid}))

    def _open_claim_domain(self):
        self.ensure_one()
        return (
            Domain("company_id", "=", self.company_id.id)
            & Domain("state", "=", "open")
            & Domain("principal_claim_id", "=", False)
            & self._claim_domain()
        )

    @api.model
    def _assign(self, company, on):
        """Give the company's open claims their procedure; return how many changed.

        One pass over the segments in rank order; a claim belongs to the first that
        matches. Set-based: a fixed number of statements per segment.

        A condition that cannot be read (any more) ends the pass: its claims must not
        fall to a lower rank. They wait, and are listed as claims without a procedure.
        """
        segments = self.search([("company_id", "=", company.id)])
        claims = self.env["ar.claim"]
        claims.flush_model()
        self.env.cr.execute(
            """CREATE TEMP TABLE IF NOT EXISTS ar_segment_match (
                   claim_id integer PRIMARY KEY, segment_id integer
               ) ON COMMIT DROP"""
        )
        self.env.cr.execute("TRUNCATE ar_segment_match")
        for segment in segments:
            try:
                with self.env.cr.savepoint():
                    segment._insert_matches()
            except (OperationalError, LockError):
                raise
            except Exception:
                _logger.exception("Condition of segment %s cannot be read", segment.id)
                break
        return claims._apply_segments(on)

    def _insert_matches(self):
        """Note the claims that no segment of a higher rank has taken."""
        query = self.env["ar.claim"]._search(
            self._open_claim_domain(), bypass_access=True
        )
        self.env.execute_query(
            SQL(
                """INSERT INTO ar_segment_match (claim_id, segment_id)
                   %s ON CONFLICT DO NOTHING RETURNING claim_id""",
                query.select(SQL.identifier(query.table, "id"), SQL("%s", self.id)),
            )
        )
