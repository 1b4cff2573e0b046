from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .run_proposal import EVALUATION_TABLE

KEPT_DAYS = 30


class RunRehearsal(models.Model):
    """A proposal to look at: nothing of it is sent, counted or superseded."""

    _inherit = "ar.dunning.run"

    @api.model
    def action_rehearse(self):
        """Rehearse today's run of the current company and open it."""
        if not self.env.user.has_group("ar_dunning.group_collector"):
            raise UserError(self.env._("Only collectors may rehearse a run."))
        company = self.env.company
        # Collectors may propose but not write runs: the check above is the gate.
        runs = self.sudo()._rehearse(company, company._ar_today())
        visible = self.browse(runs.ids)._filtered_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_dunning.ar_dunning_run_action"
        )
        if len(visible) == 1:
            return {**action, "views": [(False, "form")], "res_id": visible.id}
        return {**action, "domain": [("id", "in", visible.ids)]}

    @api.model
    def _rehearse(self, company, on):
        """Evaluate a company as a run would; keep the notices as rehearsed.

        What waits in a real proposal is rehearsed too, and stays as it is.

        :return: the runs, one per access group
        """
        self.env["ar.dunning.segment"]._assign(company, on)
        self.env["ar.evaluation"]._evaluate_into(
            EVALUATION_TABLE, company, on, ignore_live=True
        )
        runs = self.with_context(ar_rehearsal=True)
        created = runs._create_runs(company, on, "rehearsal")
        runs._freeze_texts(company)
        runs._insert_notices_isolated(on)
        runs._insert_exclusions(on)
        self.env.invalidate_all()
        return created

    @api.autovacuum
    def _gc_rehearsals(self):
        """Remove rehearsals after a month: they are no evidence of anything."""
        old = self.search(
            [
                ("kind", "=", "rehearsal"),
                ("date", "<", fields.Date.today() - timedelta(days=KEPT_DAYS)),
            ]
        )
        if not old:
            return
        self.env.flush_all()
        for table in ("ar_dunning_notice_line", "ar_dunning_notice"):
            self.env.execute_query(
                SQL(
                    """DELETE FROM %s WHERE run_id = ANY(%s) AND state = 'rehearsed'
                    RETURNING id""",
                    SQL.identifier(table),
                    old.ids,
                )
            )
        self.env.invalidate_all(flush=False)
        old.unlink()
