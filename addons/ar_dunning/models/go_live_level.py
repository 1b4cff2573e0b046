from contextlib import closing

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..rules import starting_level as rule

EVALUATION_TABLE = "ar_go_live_evaluation"


class GoLiveLevel(models.Model):
    """Sets with which level old claims begin, and shows what the first day brings."""

    _inherit = "ar.go.live"

    bucket_ids = fields.One2many("ar.go.live.bucket", "go_live_id")
    override_reason = fields.Char(
        string="Why levels are passed over",
        help="Needed when claims begin after a mandatory level, or with more than a "
        "reminder: e.g. the former program reminded them, without a list of it.",
    )
    needs_reason = fields.Boolean(compute="_compute_needs_reason")
    started_count = fields.Integer(
        string="Claims with a starting level", compute="_compute_started_count"
    )

    @api.depends("bucket_ids.level_id")
    def _compute_needs_reason(self):
        for go_live in self:
            go_live.needs_reason = any(go_live.bucket_ids.mapped("needs_reason"))

    @api.depends_context("uid")
    @api.depends("step")
    def _compute_started_count(self):
        claims = self.env["ar.claim"]
        for go_live in self:
            go_live.started_count = claims.search_count(
                [
                    ("company_id", "=", go_live.company_id.id),
                    ("start_level_key", "!=", False),
                    ("state", "=", "open"),
                ]
            )

    # -- buttons ------------------------------------------------------------------

    def action_suggest(self):
        """Fill in the usual buckets of each procedure that has claims; keep others."""
        self.ensure_one()
        self._check_manager()
        company = self.company_id
        # As the daily cycle does it, for all claims of the company.
        self.env["ar.dunning.segment"].sudo()._assign(company, company._ar_today())
        procedures = self.env["ar.dunning.procedure"].browse(
            procedure_id
            for [procedure_id] in self.env.execute_query(
                SQL(
                    "SELECT DISTINCT procedure_id FROM (%s) claim",
                    self._sql_startable(),
                )
            )
        )
        values = []
        for procedure in procedures - self.bucket_ids.procedure_id:
            version = procedure.active_version_id
            levels = {level.level_key: level.id for level in version.level_ids}
            steps = version._start_steps()
            values += [
                {
                    "go_live_id": self.id,
                    "procedure_id": procedure.id,
                    "days_from": days,
                    "level_id": levels.get(rule.suggest(steps, days)),
                }
                for days in rule.BUCKETS
            ]
        self.env["ar.go.live.bucket"].create(values)
        self.step = "levels"

    def action_preview(self):
        """Show what the first day would bring with these starting levels."""
        self.ensure_one()
        self._check_manager()
        with closing(self.env.cr.savepoint()):
            self._start_claims()
            rows = self._first_day()
        self.env.invalidate_all(flush=False)
        self._keep_figures("day_one", rows)
        return self.action_open_first_day()

    def action_apply_levels(self):
        """Let old claims begin as chosen; a second click changes nothing more."""
        self.ensure_one()
        self._check_manager()
        self.lock_for_update()
        if self.needs_reason and not (self.override_reason or "").strip():
            raise UserError(
                self.env._(
                    "Claims would begin after a mandatory level, or with more than a "
                    "reminder. Choose an earlier level, or say why in “Why levels are "
                    "passed over”."
                )
            )
        counts = self._start_claims()
        self._note_per_group(
            self.company_id,
            "levels",
            {group: self._started_words(number) for group, number in counts.items()},
        )

    def _started_words(self, number):
        if not self.needs_reason:
            return self.env._("The starting level of %s claims was set.", number)
        return self.env._(
            "The starting level of %(count)s claims was set. Levels are passed over, "
            "because: %(reason)s",
            count=number,
            reason=self.override_reason,
        )

    def action_reset_levels(self):
        """Let claims that got no notice yet begin the usual way again."""
        self.ensure_one()
        self._check_manager()
        counts = self.env["ar.claim"]._set_start(
            SQL(
                """SELECT claim.id AS claim_id, NULL::text AS level_key
                     FROM ar_claim claim
                    WHERE claim.level_key IS NULL
                      AND claim.start_level_key IS NOT NULL AND claim.id IN %s""",
                self._visible_claims(),
            ),
            self.company_id._ar_today(),
        )
        self._note_per_group(
            self.company_id,
            "levels",
            {
                group: self.env._(
                    "The starting level of %s claims was taken back.", number
                )
                for group, number in counts.items()
            },
        )

    def action_open_first_day(self):
        return self._action_figures(
            "day_one", self.env._("The first day: %s", self.company_id.name)
        )

    def action_open_started(self):
        """Open the claims that begin with another level than the first."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_dunning.ar_claim_action"
        )
        action["domain"] = [
            ("company_id", "=", self.company_id.id),
            ("start_level_key", "!=", False),
        ]
        action["context"] = {}
        return action

    # -- claims -------------------------------------------------------------------

    def _visible_claims(self):
        """Return the subquery of the open claims of the company that the user sees."""
        domain = [("company_id", "=", self.company_id.id), ("state", "=", "open")]
        return self.env["ar.claim"]._search(domain).subselect()

    def _sql_startable(self):
        """Overdue claims without any history, as (claim_id, procedure_id, days)."""
        self.env.flush_all()
        return SQL(
            """
            SELECT claim.id AS claim_id, claim.procedure_id, claim.line_id,
                   %(today)s::date - claim.date_due AS days
              FROM ar_claim claim
             WHERE claim.level_key IS NULL AND claim.principal_claim_id IS NULL
               AND claim.version_id IS NOT NULL AND claim.date_due < %(today)s
               AND claim.id IN %(visible)s
            """,
            today=self.company_id._ar_today(),
            visible=self._visible_claims(),
        )

    def _sql_in_buckets(self):
        """Claims with their bucket: (bucket_id, claim_id, line_id, level_key)."""
        return SQL(
            """
            SELECT bucket.id AS bucket_id, claim.claim_id, claim.line_id,
                   level.level_key
              FROM (SELECT bucket.*, LEAD(days_from) OVER (
                           PARTITION BY procedure_id ORDER BY days_from) AS days_to
                      FROM ar_go_live_bucket bucket
                     WHERE bucket.go_live_id = %s) bucket
              JOIN (%s) claim ON claim.procedure_id = bucket.procedure_id
               AND claim.days >= bucket.days_from
               AND (bucket.days_to IS NULL OR claim.days < bucket.days_to)
              LEFT JOIN ar_dunning_level level ON level.id = bucket.level_id
            """,
            self.id,
            self._sql_startable(),
        )

    def _count_buckets(self):
        """Return {bucket id: (claims, open amount in company currency)}."""
        counted = {}
        # A form counts what is saved.
        for go_live in self._origin:
            rows = self.env.execute_query(
                SQL(
                    """
                    SELECT bucket_id, COUNT(*), COALESCE(SUM(line.amount_residual), 0)
                      FROM (%s) placed
                      LEFT JOIN account_move_line line ON line.id = placed.line_id
                     GROUP BY bucket_id
                    """,
                    go_live._sql_in_buckets(),
                )
            )
            counted |= {bucket: (claims, amount) for bucket, claims, amount in rows}
        return counted

    def _start_claims(self):
        """Set the first level of the claims as their buckets say; as _set_start."""
        return self.env["ar.claim"]._set_start(
            self._sql_in_buckets(), self.company_id._ar_today()
        )

    # -- the first day ------------------------------------------------------------

    def _first_day_date(self):
        """Return the next day on which the company sends."""
        today = self.company_id._ar_today()
        return self.company_id._ar_sending_day(today) or today

    def _evaluate_first_day(self):
        """Evaluate the company for its first day into EVALUATION_TABLE."""
        # Figures are kept apart by access group: their rule decides who reads them.
        self.env["ar.evaluation"].sudo()._evaluate_into(
            EVALUATION_TABLE, self.company_id, self._first_day_date(), ignore_live=True
        )

    def _first_day(self):
        """Return what the first day brings, as values of ar.go.live.figure."""
        self._evaluate_first_day()
        names = (
            "access_group_id",
            "procedure_id",
            "level_id",
            "channel",
            "obstacle",
            "age",
            "notices",
            "claims",
            "amount",
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT access_group_id, procedure_id, level_id,
                       CASE WHEN level_kind = 'notice' THEN channel END,
                       NULLIF(split_part(COALESCE(blockers[1], ''), '|', 1), ''),
                       age, SUM((lead AND blockers = '{}')::int), COUNT(*),
                       SUM(collectable_company)
                  FROM (
                    SELECT evaluated.*, %(age)s AS age, row_number() OVER (
                               PARTITION BY blockers = '{}', debtor_id, currency_id,
                                   access_group_id, version_id, level_kind,
                                   recipient_id, recipient_role, part
                               ORDER BY level_sequence DESC, date_due) = 1 AS lead
                      FROM %(table)s evaluated
                     WHERE level_date <= %(on)s
                  ) due
                 GROUP BY 1, 2, 3, 4, 5, 6
                """,
                age=self.env["ar.go.live.figure"]._sql_age(
                    SQL("%s::date - date_due", self._first_day_date())
                ),
                on=self._first_day_date(),
                table=SQL.identifier(EVALUATION_TABLE),
            )
        )
        return [dict(zip(names, row, strict=True)) for row in rows]

    def _keep_figures(self, kind, rows):
        """Replace the figures of a kind."""
        # Figures are written here alone; the caller checked the right.
        figures_sudo = self.env["ar.go.live.figure"].sudo()
        figures_sudo.search(
            [("go_live_id", "=", self.id), ("kind", "=", kind)]
        ).unlink()
        figures_sudo.create(
            [
                {
                    "date": self._first_day_date(),
                    **row,
                    "go_live_id": self.id,
                    "company_id": self.company_id.id,
                    "kind": kind,
                }
                for row in rows
            ]
        )

    def _action_figures(self, kind, name):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            f"ar_dunning.ar_go_live_figure_{kind}_action"
        )
        action["name"] = name
        action["domain"] = [("go_live_id", "=", self.id), ("kind", "=", kind)]
        return action
