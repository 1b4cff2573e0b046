import logging

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import LockError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.safe_eval import safe_eval

_logger = logging.getLogger(__name__)

# What decides which claims a segment takes, and what it does to them.
_RULE = {"domain", "sequence", "company_id", "procedure_id", "reassign", "active"}


class DunningSegment(models.Model):
    """Ranked rule that gives claims a procedure. The first match in rank order wins."""

    _name = "ar.dunning.segment"
    _inherit = ["ar.config.tracked"]
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
        help="What happens when a claim that already follows another procedure comes "
        "to match, e.g. because its debtor changed. A choice made by hand is never "
        "changed, and editing a segment changes no running claim unless you apply it.",
    )
    active = fields.Boolean(default=True)

    @api.constrains("domain")
    def _check_domain(self):
        self._check_tells_no_secret()
        for segment in self:
            try:
                # Read once for real: what fails here would fail every night.
                with self.env.cr.savepoint():
                    self.env["ar.claim"].search_count(
                        segment._open_claim_domain(), limit=1
                    )
            except (OperationalError, LockError):
                raise
            except Exception as error:
                raise ValidationError(
                    self.env._(
                        "The condition of segment “%(segment)s” cannot be read: "
                        "%(error)s",
                        segment=segment.name,
                        error=error,
                    )
                ) from error

    @api.model_create_multi
    def create(self, vals_list):
        asked = {vals.get("company_id") or self.env.company.id for vals in vals_list}
        self._remember_outcomes(self.env["res.company"].browse(asked))
        return super().create(vals_list)

    def write(self, vals):
        if _RULE & vals.keys():
            new_company = self.env["res.company"].browse(vals.get("company_id") or [])
            self._remember_outcomes(self.company_id | new_company)
        return super().write(vals)

    def unlink(self):
        self._remember_outcomes(self.company_id)
        return super().unlink()

    def _claim_domain(self):
        """Return the condition of this segment as a domain on claims."""
        self.ensure_one()
        return Domain(safe_eval(self.domain or "[]", {"uid": self.env.uid}))

    def _open_claim_domain(self):
        self.ensure_one()
        return (
            Domain("company_id", "=", self.company_id._origin.id)
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
        self._keep_edited()
        segments = self.search([("company_id", "=", company.id)])
        scope = segments._changeable_domain()
        claims = self.env["ar.claim"]
        claims.flush_model()
        self.env.cr.execute(
            """CREATE TEMP TABLE IF NOT EXISTS ar_segment_match (
                   claim_id integer PRIMARY KEY, place integer
               ) ON COMMIT DROP"""
        )
        self.env.cr.execute("TRUNCATE ar_segment_match")
        for place, segment in enumerate(segments):
            try:
                with self.env.cr.savepoint():
                    segment._insert_matches(place, scope)
            except (OperationalError, LockError):
                raise
            except Exception:
                _logger.exception("Condition of segment %s cannot be read", segment.id)
                break
        self.env.cr.execute("ANALYZE ar_segment_match")
        outcomes = segments._sql_decide(
            SQL("SELECT claim_id, place FROM ar_segment_match")
        )
        return claims._apply_segments(company, outcomes, on)

    def _changeable_domain(self):
        """Claims for which it matters tonight which of these segments takes them.

        Where none gives a running claim another procedure, those are the claims without
        one, and those for which another one was proposed or declined.
        """
        if any(segment.reassign != "never" for segment in self):
            return Domain.TRUE
        return (
            Domain("assignment", "=", "none")
            | Domain("proposed_procedure_id", "!=", False)
            | Domain("declined_procedure_id", "!=", False)
        )

    def _insert_matches(self, place, scope):
        """Note the claims in a domain that no segment of a higher rank has taken."""
        query = self.env["ar.claim"]._search(
            self._open_claim_domain() & scope, bypass_access=True
        )
        self.env.cr.execute(
            SQL(
                """INSERT INTO ar_segment_match (claim_id, place)
                   %s ON CONFLICT DO NOTHING""",
                query.select(SQL.identifier(query.table, "id"), SQL("%s", place)),
            )
        )
