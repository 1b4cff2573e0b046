from odoo import fields, models
from odoo.tools import SQL

# A list of more would be of no use to anybody.
MOST = 10000


class HealthFound(models.Model):
    """Leads from a check to exactly what it counted."""

    _inherit = "ar.health"

    def action_open_place(self):
        """Open where something can be done about it, with what the check counted."""
        self.ensure_one()
        self.check_access("read")
        action = self._place()
        if self.code == "unassigned":
            action["context"] = {
                "search_default_overdue": 1,
                "search_default_no_procedure": 1,
            }
        elif self.code == "stopped":
            action["domain"] = [("lifted_on", "=", False)]
        rows = self._sql_found()
        if rows:
            found = self.env.execute_query(
                SQL("SELECT DISTINCT id FROM (%s) found LIMIT %s", rows, MOST)
            )
            # Filters that the page has by itself would hide some.
            action["context"] = {}
            action["domain"] = [("id", "in", [row[0] for row in found])]
        return action

    def _sql_found(self):
        """Query of the ids that the check counted; None where it counts no records."""
        self.env.flush_all()
        on = fields.Date.context_today(self)
        visible = self._sql_visible()
        by_company = {
            "approved": self._sql_approved_rows,
            "runs": self._sql_undecided_rows,
        }.get(self.code)
        if by_company:
            return SQL(
                """
                SELECT rows.id FROM res_company company
                 CROSS JOIN LATERAL (%s) rows WHERE company.id = %s
                """,
                by_company(on, visible),
                self.company_id.id,
            )
        if self.code == "versions":
            return SQL(
                """
                SELECT rows.id FROM res_company company
                 CROSS JOIN LATERAL (%s) rows WHERE company.id = %s
                """,
                self._sql_versions_rows(),
                self.company_id.id,
            )
        if self.code == "unsent":
            return SQL(
                "SELECT due.id FROM %s WHERE company.id = %s AND due.id IS NOT NULL",
                self._sql_unsent_rows(on, visible),
                self.company_id.id,
            )
        for code, _state, table, condition, _day in self._counted(on):
            if code == self.code and code != "unassigned":
                return SQL(
                    """
                    SELECT checked.id FROM %s checked
                      JOIN res_company patience ON patience.id = checked.company_id
                     WHERE %s AND %s AND checked.company_id = %s
                    """,
                    table,
                    condition,
                    visible,
                    self.company_id.id,
                )
        return None
