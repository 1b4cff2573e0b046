import json

from odoo import api, fields, models
from odoo.tools import SQL

# What a check is about; what addons add is daily work, unless they say so here.
THEMES = {
    "silent": "sending",
    "approved": "sending",
    "unsent": "sending",
    "failed": "sending",
    "stuck": "sending",
    "letters": "sending",
    "stranded": "sending",
    "mail": "sending",
    "sandbox": "sending",
    "stopped": "sending",
    "unassigned": "claims",
    "levels": "claims",
    "ledger": "claims",
    "booking": "claims",
    "bank": "sources",
    "calendar": "sources",
    "rates": "sources",
    "law": "sources",
    "versions": "sources",
}

# Where something can be done about what a check found; otherwise in the settings.
PLACES = {
    "cycle": "ar_dunning.ar_cycle_action",
    "silent": "ar_dunning.ar_delivery_action",
    "approved": "ar_dunning.ar_dunning_notice_action",
    "unsent": "ar_dunning.ar_claim_action",
    "stopped": "ar_dunning.ar_kill_switch_action",
    "failed": "ar_dunning.ar_delivery_action",
    "stuck": "ar_dunning.ar_delivery_action",
    "unassigned": "ar_dunning.ar_claim_action",
    "levels": "ar_dunning.ar_claim_action",
    "runs": "ar_dunning.ar_dunning_run_action",
    "letters": "ar_dunning.ar_print_batch_action",
    "stranded": "ar_dunning.ar_delivery_action",
    "bank": "ar_dunning.ar_bank_match_action",
    "calendar": "ar_dunning.ar_calendar_action",
    "ledger": "ar_dunning.ar_ledger_identity_action",
    "booking": "ar_dunning.ar_claim_cost_action",
    "rates": "ar_dunning.ar_law_rate_action",
    "law": "ar_dunning.ar_law_change_action",
    "versions": "ar_dunning.ar_dunning_procedure_version_action",
}
# What an administrator of the database changes, not a manager of Receivables.
ADMINISTERED = ("ir.cron", "ir.mail_server", "res.company", "res.config.settings")


class Health(models.Model):
    """What is stuck, stale or missing in a company: read anew, nothing is stored.

    One row per company and check. Readers count what they may see.
    """

    _name = "ar.health"
    _description = "Health"
    _auto = False
    _order = "state desc, code, company_id"
    _rec_name = "code"

    company_id = fields.Many2one("res.company", readonly=True)
    code = fields.Selection(
        [
            ("cycle", "Daily cycle"),
            ("silent", "Deliveries that wait"),
            ("approved", "Approved notices leave"),
            ("unsent", "Something is sent"),
            ("failed", "Deliveries that failed"),
            ("stuck", "Deliveries under way"),
            ("unassigned", "Claims with a procedure"),
            ("levels", "Levels as the notices say"),
            ("ledger", "Claims as the ledger says"),
            ("runs", "Runs that wait"),
            ("letters", "Letters posted"),
            ("stranded", "Letters left behind"),
            ("bank", "Bank statements"),
            ("calendar", "Calendars"),
            ("booking", "Costs are booked"),
            ("rates", "Interest and cost scales"),
            ("law", "Changes of the law"),
            ("versions", "Procedures as the law says"),
            ("mail", "Mail server"),
            ("sandbox", "Test phase"),
            ("stopped", "Emergency stop"),
        ],
        string="Check",
        readonly=True,
    )
    theme = fields.Selection(
        [
            ("work", "Daily work"),
            ("sending", "Sending"),
            ("claims", "Claims"),
            ("sources", "Bank, calendars, law"),
        ],
        readonly=True,
        group_expand=True,
    )
    state = fields.Selection(
        [("1_ok", "In order"), ("2_warning", "Look at it"), ("3_error", "Act now")],
        string="Result",
        readonly=True,
    )
    number = fields.Integer(readonly=True)
    since = fields.Date(readonly=True)
    sentence = fields.Char(compute="_compute_sentence", string="What it is about")
    can_open = fields.Boolean(compute="_compute_can_open", string="May be opened")

    @property
    def _table_query(self):
        return self._sql_rows(self._sql_visible())

    @api.model
    def _everybodys(self, company):
        """Return the checks of a company, with what anybody who works there may know.

        As records that are not stored: the reader's own rows count more.
        """
        self.env.flush_all()
        names = ("company_id", "code", "state", "number", "since")
        rows = self.env.execute_query(
            SQL(
                """SELECT company_id, code, state, number, since
                     FROM (%s) AS health WHERE company_id = %s""",
                self._sql_rows(SQL("access_group_id IS NULL")),
                company.id,
            )
        )
        return self.union(
            *(self.new(dict(zip(names, row, strict=True))) for row in rows)
        )

    def _sql_visible(self):
        """Condition of the rows that the reader may count."""
        if self.env.su:
            return SQL("TRUE")
        return SQL(
            "(access_group_id IS NULL OR access_group_id = ANY(%s))",
            self.env.user.all_group_ids.ids,
        )

    def _sql_rows(self, visible):
        """Query of the report.

        :param visible: condition of the rows that are counted
        """
        checks = self._checks(visible)
        parts = SQL(" UNION ALL ").join(SQL("(%s)", part) for part in checks)
        return SQL(
            """
            SELECT row_number() OVER (ORDER BY company_id, code)::int AS id,
                   checked.*, COALESCE(%(themes)s::jsonb ->> code, 'work') AS theme
              FROM (%(checks)s) AS checked (company_id, code, state, number, since)
            """,
            themes=json.dumps(THEMES),
            checks=parts,
        )

    def _checks(self, visible):
        """Queries (company_id, code, state, number, since). For extension.

        :param visible: condition of the rows that the reader may count
        """
        self.env["res.company"].flush_model()
        return []

    # -- alert ---------------------------------------------------------------------

    def _cron_alert(self):
        """Tell the managers by mail what needs them, once a day at most."""
        companies = self.env["res.company"].search([("ar_enabled", "=", True)])
        for company in companies:
            company._ar_alert_managers(company._ar_today())
            self.env["ar.work.item"]._list_health(company)
