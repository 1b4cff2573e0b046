from datetime import timedelta

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_amount

from .run_proposal import EVALUATION_TABLE

# What waits for an approval is not taken away by the run of the next night.
KEPT_DAYS = 7


class RunRemind(models.Model):
    """Reminds one debtor now, by the same evaluation and within the same gates."""

    _inherit = "ar.dunning.run"

    @api.model
    def _remind(self, claims, on, early=False):
        """Propose notices for claims of one debtor and company.

        :param claims: those that a person chose
        :param early: the next level may come before its offset date, never before
            its minimum wait
        :return: the runs, one per access group
        :raises UserError: when something stands in the way, with the reason
        """
        company = claims.company_id.ensure_one()
        if not company._ar_lock("propose"):
            raise UserError(
                self.env._(
                    "A proposal for %s is being made right now: wait for it to finish.",
                    company.name,
                )
            )
        evaluation = self.env["ar.evaluation"].with_context(ar_early=early)
        evaluation._evaluate_into(
            EVALUATION_TABLE, company, on, partners=claims.partner_id.ids
        )
        self._keep_chosen(claims)
        self._check_all_ready(claims)
        runs = self._create_runs(company, on, "remind")
        self._freeze_texts(company)
        self._insert_notices(on)
        self.env.invalidate_all()
        runs.notice_ids.write({"early": early})
        return runs

    @api.model
    def _keep_chosen(self, claims):
        """Leave what was not chosen, and what a person decides in a run, as it is."""
        self.env.execute_query(
            SQL(
                """
                DELETE FROM %(table)s
                 WHERE (blockers = '{}' AND claim_id <> ALL(%(claims)s))
                    OR level_kind = 'handover'
                    OR COALESCE(access_group_id, 0) <> ALL(%(groups)s)
                RETURNING claim_id
                """,
                table=SQL.identifier(EVALUATION_TABLE),
                claims=claims.ids,
                groups=[claim.access_group_id.id or 0 for claim in claims],
            )
        )

    @api.model
    def _check_all_ready(self, claims):
        """Raise unless each chosen claim may leave, and all of them are enough.

        The minimum amount holds for what leaves together, not for what was left out.
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT level.name, level.minimum_amount,
                       SUM(evaluated.collectable_company),
                       array_agg(evaluated.claim_id)
                  FROM %s evaluated
                  JOIN ar_dunning_level level ON level.id = evaluated.level_id
                 WHERE evaluated.blockers = '{}'
                 GROUP BY level.id
                """,
                SQL.identifier(EVALUATION_TABLE),
            )
        )
        ready = {claim_id for row in rows for claim_id in row[3]}
        blocked = claims.filtered(lambda claim: claim.id not in ready)
        if blocked:
            raise UserError(
                self.env._(
                    "%s cannot be reminded of now: something has changed in the "
                    "meantime. Open the window again to see what stands in the way.",
                    ", ".join(blocked.mapped("display_name")),
                )
            )
        total = sum(row[2] for row in rows)
        minimum = max(row[1] or 0.0 for row in rows)
        if total < minimum:
            raise UserError(
                self.env._(
                    "What is due stays below the minimum amount (%s).",
                    format_amount(self.env, minimum, claims.company_id.currency_id),
                )
            )

    @api.model
    def _runs_to_supersede(self, company):
        """Return the open runs whose undecided notices a new run takes over."""
        since = company._ar_today() - timedelta(days=KEPT_DAYS)
        return self.search(
            [
                ("company_id", "=", company.id),
                ("state", "in", ("proposed", "approved")),
                "|",
                ("kind", "!=", "remind"),
                ("date", "<", since),
            ]
        )
