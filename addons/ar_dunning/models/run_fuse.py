from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from ..rules.volume import fuse_limit

COMPARED_RUNS = 20


class RunFuse(models.Model):
    """The volume fuse: a run far above the usual waits for a person."""

    _inherit = "ar.dunning.run"

    fuse_limit = fields.Integer(
        string="Usual limit",
        readonly=True,
        help="More notices than this were about to leave by themselves.",
    )
    fuse_blown = fields.Boolean(string="Unusually many", readonly=True)

    @api.model
    def _apply_fuse(self, runs, company):
        """Let a person approve everything when the day has unusually many notices.

        All runs of the day count together. Notices that were about to leave by
        themselves wait as well.
        """
        daily = runs.filtered(lambda run: run.kind == "daily")
        if not daily:
            return
        [[count]] = self.env.execute_query(
            SQL(
                "SELECT COUNT(*) FROM ar_dunning_notice WHERE run_id IN %s",
                tuple(daily.ids),
            )
        )
        limit = self._fuse_limit(company, daily[0].date)
        if limit is None or count <= limit:
            return
        for table, also in (
            ("ar_dunning_notice_line", SQL()),
            # Nobody approved them yet, and perhaps nobody will.
            ("ar_dunning_notice", SQL(", approved_on = NULL")),
        ):
            self.env.execute_query(
                SQL(
                    """UPDATE %s SET state = 'proposed' %s
                        WHERE run_id IN %s AND state = 'approved' RETURNING id""",
                    SQL.identifier(table),
                    also,
                    tuple(daily.ids),
                )
            )
        self.env.invalidate_all()
        daily.write({"fuse_blown": True, "fuse_limit": limit})
        self.env["ar.work.item"]._raise_items(
            [run._prepare_fuse_vals(count) for run in daily]
        )

    @api.model
    def _fuse_limit(self, company, on):
        """Return the most notices of a day that leave unseen, or None: no limit."""
        usual = self.env.execute_query(
            SQL(
                """
                SELECT COUNT(*) AS notices
                  FROM ar_dunning_run run
                  JOIN ar_dunning_notice notice ON notice.run_id = run.id
                   AND notice.state IN ('approved', 'dispatched', 'withdrawn')
                 WHERE run.company_id = %(company)s AND run.kind = 'daily'
                   AND run.date < %(on)s
                   AND (notice.sandbox IS NOT TRUE OR %(sandbox)s)
                 GROUP BY run.date ORDER BY run.date DESC LIMIT %(compared)s
                """,
                company=company.id,
                on=on,
                sandbox=company.ar_sandbox,
                compared=COMPARED_RUNS,
            )
        )
        return fuse_limit(
            [count for [count] in usual],
            Decimal(str(company.ar_fuse_factor)),
            company.ar_fuse_maximum,
        )

    def _prepare_fuse_vals(self, count):
        self.ensure_one()
        return {
            "kind": "volume_fuse",
            "company_id": self.company_id.id,
            "access_group_id": self.access_group_id.id,
            "run_id": self.id,
            "points": 110,
            "due_on": self.date,
            "note": self.env._(
                "%(count)s notices for today, at most %(limit)s are usual: nothing "
                "leaves until somebody has looked at them and approved.",
                count=count,
                limit=self.fuse_limit,
            ),
            "dedup_key": f"volume_fuse/{self.id}",
        }

    def _mark(self, state):
        self.env["ar.work.item"]._settle_items(
            [f"volume_fuse/{run.id}" for run in self]
        )
        return super()._mark(state)
