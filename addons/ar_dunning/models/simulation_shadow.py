from odoo import api, models
from odoo.tools import SQL

# Whoever may write during a proposal or a dispatch writes into a copy of these.
SHADOWED = (
    "ar_claim",
    "ar_claim_candidate",
    "ar_candidate_watch",
    "ar_dunning_run",
    "ar_dunning_notice",
    "ar_dunning_notice_line",
    "ar_delivery",
    "ar_claim_event",
    "ar_dunning_exclusion",
    "ar_work_item",
)


class SimulationShadow(models.Model):
    """Temporary tables that shadow the real ones.

    PostgreSQL looks for a table among the temporary ones first, so the code of
    proposal, dispatch and delivery works on copies without knowing. The real tables are
    only read, nobody waits for a lock, and no number of a sequence is used up.
    """

    _inherit = "ar.simulation"

    @api.model
    def _shadow(self, company, source=None):
        """Make the temporary copies: open claims, and what was ever written to them.

        :param source: schema with copies made before, which are taken as they are
        """
        tables = self._shadowed_tables()
        for table in tables:
            condition = tables[table] and SQL(
                tables[table], company=company.id, root=company.root_id.id
            )
            if source:
                condition = SQL("TRUE")
            self._shadow_table(table, condition, source or "public")
        self._analyse_shadows()
        self.env.invalidate_all(flush=False)

    @api.model
    def _analyse_shadows(self):
        for table in self._shadowed_tables():
            self.env.cr.execute(SQL("ANALYZE %s", SQL.identifier("pg_temp", table)))

    @api.model
    def _shadowed_tables(self):
        """Return {table: SQL condition of the rows to copy, or None}. For extension.

        In this order; conditions may read the copies made before.
        """
        ours = """(company_id = %(company)s OR partner_id IN (
                       SELECT partner_id FROM pg_temp.ar_claim))"""
        of_these = "notice_id IN (SELECT id FROM pg_temp.ar_dunning_notice)"
        return {
            **dict.fromkeys(SHADOWED),
            "ar_claim": "root_company_id = %(root)s AND state = 'open'",
            "ar_dunning_run": "company_id = %(company)s",
            "ar_dunning_notice": ours,
            "ar_dunning_notice_line": of_these,
            "ar_delivery": of_these,
        }

    @api.model
    def _shadow_table(self, table, condition, source):
        rows = SQL.identifier(source, table)
        real = SQL.identifier("public", table)
        copy = SQL.identifier("pg_temp", table)
        sequence = f"{table}_id_seq"
        cr = self.env.cr
        cr.execute(
            SQL(
                "CREATE TEMP TABLE %s (LIKE %s INCLUDING DEFAULTS INCLUDING INDEXES)",
                SQL.identifier(table),
                real,
            )
        )
        if condition:
            cr.execute(
                SQL("INSERT INTO %s SELECT * FROM %s WHERE %s", copy, rows, condition)
            )
        cr.execute(
            SQL(
                """SELECT GREATEST((SELECT COALESCE(MAX(id), 0) FROM %s),
                                   (SELECT COALESCE(MAX(id), 0) FROM %s)) + 1""",
                real,
                copy,
            )
        )
        [start] = cr.fetchone()
        cr.execute(
            SQL("CREATE TEMP SEQUENCE %s START %s", SQL.identifier(sequence), start)
        )
        cr.execute(
            SQL(
                "ALTER TABLE %s ALTER COLUMN id SET DEFAULT nextval(%s)",
                copy,
                f"pg_temp.{sequence}",
            )
        )
