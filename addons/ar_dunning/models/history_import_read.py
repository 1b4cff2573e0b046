from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .history_level import HISTORY_ONLY

MATCH_TABLE = "ar_history_match"
# Columns of the other programs that are read, and of nothing else of theirs.
_SOURCES = {
    "credit_control": {
        "credit_control_line": {
            "id",
            "move_line_id",
            "policy_level_id",
            "date",
            "date_sent",
            "state",
            "channel",
            "balance_due",
        },
        "credit_control_policy_level": {"id", "name"},
    },
    "follow_up": {
        "account_move_line": {"followup_line_id"},
        "account_followup_followup_line": {"id", "name"},
    },
}
# The day of the last follow-up, by version of Odoo Enterprise.
_FOLLOW_UP_DAYS = ("last_followup_date", "followup_date")


class HistoryImportRead(models.Model):
    """Reads earlier reminders, finds their claims and judges each, set-based."""

    _inherit = "ar.history.import"

    def _read_source(self):
        """Replace the rows by what the source says now."""
        # As every night: segments decide for all claims, also those hidden from the
        # maker of this import. Nothing of them is read here.
        self.env["ar.dunning.segment"].sudo()._assign(
            self.company_id, self.company_id._ar_today()
        )
        self.env.flush_all()
        self.env.execute_query(
            SQL("DELETE FROM ar_history_row WHERE import_id = %s RETURNING id", self.id)
        )
        readers = {
            "file": self._read_file_source,
            "credit_control": self._read_credit_control,
            "follow_up": self._read_follow_up,
        }
        readers[self.source]()
        self.env["ar.history.row"].invalidate_model()

    def _visible_claims(self):
        """Return the subquery of the claims of the company that the user sees."""
        claims = self.env["ar.claim"]
        return claims._search([("company_id", "=", self.company_id.id)]).subselect()

    # -- sources --------------------------------------------------------------------

    def _read_file_rows(self):
        rows = self._read_file()
        columns = (
            [row.number for row in rows],
            [row.reference for row in rows],
            [row.day for row in rows],
            [row.level for row in rows],
            [row.channel or None for row in rows],
            [row.amount for row in rows],
            [row.text or None for row in rows],
            [row.problem or None for row in rows],
            [row.detail or None for row in rows],
        )
        self.env.execute_query(
            SQL(
                """
                INSERT INTO ar_history_row (
                       import_id, company_id, number, reference, day, old_level,
                       channel, amount, text, read_problem, detail)
                SELECT %s, %s, *
                  FROM unnest(%s::int[], %s::text[], %s::date[], %s::text[],
                              %s::text[], %s::float[], %s::text[], %s::text[],
                              %s::text[])
                RETURNING id
                """,
                self.id,
                self.company_id.id,
                *columns,
            )
        )

    def _read_file_source(self):
        self._read_file_rows()
        self._match_references()

    def _read_credit_control(self):
        """Lines of the OCA module account_credit_control that were sent."""
        self._check_source()
        self._insert_source_rows(
            SQL(
                """
                SELECT claim.id AS claim_id, claim.access_group_id, claim.move_name,
                       COALESCE(line.date_sent, line.date) AS day,
                       %(level)s AS old_level,
                       CASE line.channel WHEN 'email' THEN 'email'
                            WHEN 'letter' THEN 'letter' END AS channel,
                       line.balance_due AS amount,
                       'credit_control/' || line.id AS history_key
                  FROM credit_control_line line
                  JOIN credit_control_policy_level level
                    ON level.id = line.policy_level_id
                  JOIN ar_claim claim ON claim.line_id = line.move_line_id
                 WHERE line.state = 'sent'
                """,
                level=self._sql_name(SQL("level.name")),
            )
        )

    def _read_follow_up(self):
        """The last follow-up level of each journal item, by Odoo Enterprise."""
        columns = self._check_source()
        days = [name for name in _FOLLOW_UP_DAYS if name in columns]
        if not days:
            raise UserError(self._missing_sentence())
        self._insert_source_rows(
            SQL(
                """
                SELECT claim.id AS claim_id, claim.access_group_id, claim.move_name,
                       item.%(day)s AS day, %(level)s AS old_level,
                       NULL AS channel, NULL::float AS amount,
                       'follow_up/' || claim.id || '/' || level.id || '/'
                       || item.%(day)s AS history_key
                  FROM account_move_line item
                  JOIN account_followup_followup_line level
                    ON level.id = item.followup_line_id
                  JOIN ar_claim claim ON claim.line_id = item.id
                 WHERE item.%(day)s IS NOT NULL
                """,
                day=SQL.identifier(days[0]),
                level=self._sql_name(SQL("level.name")),
            )
        )

    def _insert_source_rows(self, query):
        self.env.execute_query(
            SQL(
                """
                INSERT INTO ar_history_row (
                       import_id, company_id, access_group_id, number, reference, day,
                       old_level, channel, amount, claim_id, history_key)
                SELECT %s, %s, found.access_group_id,
                       row_number() OVER (ORDER BY day, found.claim_id),
                       found.move_name, day, old_level, channel, amount,
                       found.claim_id, history_key
                  FROM (%s) found
                  JOIN ar_claim claim ON claim.id = found.claim_id
                   AND claim.state = 'open'
                 WHERE claim.id IN %s
                RETURNING id
                """,
                self.id,
                self.company_id.id,
                query,
                self._visible_claims(),
            )
        )

    def _sql_name(self, column):
        """Return a name that may be translated (JSON) or plain text."""
        return SQL(
            """CASE jsonb_typeof(to_jsonb(%(name)s))
               WHEN 'object' THEN COALESCE(to_jsonb(%(name)s)->>%(lang)s,
                                           to_jsonb(%(name)s)->>'en_US')
               ELSE to_jsonb(%(name)s) #>> '{}' END""",
            name=column,
            lang=self.env.lang or "en_US",
        )

    def _check_source(self):
        """Raise unless the other program left its columns; return those of items."""
        found = {}
        for table, column in self.env.execute_query(
            SQL(
                """SELECT table_name::text, column_name::text
                     FROM information_schema.columns
                    WHERE table_schema = current_schema AND table_name = ANY(%s)""",
                [*_SOURCES[self.source]],
            )
        ):
            found.setdefault(table, set()).add(column)
        for table, columns in _SOURCES[self.source].items():
            if not columns <= found.get(table, set()):
                raise UserError(self._missing_sentence())
        return found.get("account_move_line", set())

    def _missing_sentence(self):
        sources = dict(self._fields["source"]._description_selection(self.env))
        return self.env._(
            "This database has no “%s”: the module was never installed here, or was "
            "uninstalled with its data. Use a file instead.",
            sources[self.source],
        )

    # -- claims -----------------------------------------------------------------------

    @api.model
    def _analyse(self, table):
        """Tell the planner of rows that this transaction wrote by the thousands."""
        self.env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))

    def _match_references(self):
        """Find the claims that the rows of a file mean.

        A number or a payment reference, however it is set. An invoice of several
        instalments: those that were due on the day, else the first, each with its
        own amount.
        """
        self._analyse("ar_history_row")
        claims = self.env["ar.claim"]
        code = claims._sql_normalised(SQL("row.reference"))
        found = SQL(" UNION ").join(
            SQL(
                """
                SELECT row.id AS row_id, row.day, claim.id AS claim_id, claim.move_id,
                       claim.state, claim.date_due
                  FROM ar_history_row row
                  JOIN ar_claim claim ON claim.root_company_id = %(root)s
                   AND %(column)s = %(code)s
                 WHERE row.import_id = %(import)s AND row.read_problem IS NULL
                   AND claim.company_id = %(company)s
                   AND claim.principal_claim_id IS NULL
                   AND claim.state IN ('open', 'settled')
                   AND claim.id IN %(visible)s
                """,
                **{"import": self.id},
                root=self.company_id.root_id.id,
                company=self.company_id.id,
                column=claims._sql_normalised(SQL("claim.%s", SQL.identifier(name))),
                code=code,
                visible=self._visible_claims(),
            )
            for name in ("move_name", "payment_reference")
        )
        table = SQL.identifier(MATCH_TABLE)
        self.env.cr.execute(SQL("DROP TABLE IF EXISTS %s", table))
        self.env.cr.execute(
            SQL(
                """
                CREATE TEMP TABLE %s ON COMMIT DROP AS
                WITH found AS MATERIALIZED (%s), moves AS (
                    SELECT row_id, COUNT(DISTINCT move_id) AS invoices,
                           COUNT(*) AS claims,
                           COUNT(*) FILTER (WHERE state = 'open') AS open
                      FROM found GROUP BY row_id
                )
                SELECT found.row_id, found.claim_id, moves.invoices, moves.open,
                       moves.claims > 1 AS instalments,
                       row_number() OVER (PARTITION BY found.row_id
                           ORDER BY found.state, found.date_due, found.claim_id)
                           AS place,
                       found.state = 'open' AND found.date_due <= found.day AS due
                  FROM found JOIN moves ON moves.row_id = found.row_id
                """,
                table,
                found,
            )
        )
        self._analyse(MATCH_TABLE)
        self.env.execute_query(
            SQL(
                """
                WITH first AS (
                    UPDATE ar_history_row row
                       SET claim_id = CASE WHEN invoices = 1 AND open > 0
                                           THEN match.claim_id END,
                           read_problem = CASE WHEN invoices > 1 THEN 'ambiguous'
                                               WHEN open = 0 THEN 'paid' END,
                           -- The amount is that of the whole invoice.
                           amount = CASE WHEN instalments THEN NULL
                                         ELSE row.amount END
                      FROM %(table)s match
                     WHERE match.row_id = row.id AND match.place = 1
                    RETURNING row.id
                )
                INSERT INTO ar_history_row (
                       import_id, company_id, number, reference, day, old_level,
                       channel, amount, text, claim_id)
                SELECT row.import_id, row.company_id, row.number, row.reference,
                       row.day, row.old_level, row.channel, NULL, row.text,
                       match.claim_id
                  FROM ar_history_row row
                  JOIN %(table)s match ON match.row_id = row.id
                   AND match.place > 1 AND match.due AND match.invoices = 1
                RETURNING id
                """,
                table=table,
            )
        )
        self._name_paid()

    def _name_paid(self):
        """Invoices that were paid before claims began are known as such.

        Invoices of a restricted type are not found, whoever asks for them.
        """
        self.env.execute_query(
            SQL(
                """
                UPDATE ar_history_row row
                   SET read_problem = CASE
                       WHEN row.claim_id IS NOT NULL THEN NULL
                       WHEN EXISTS (
                            SELECT FROM account_move move
                             WHERE move.company_id = %(company)s
                               AND move.name = row.reference
                               AND move.state = 'posted'
                               AND move.payment_state IN
                                   ('paid', 'reversed', 'in_payment')
                               AND move.ar_access_group_id IS NULL)
                       THEN 'paid' ELSE 'unknown' END
                 WHERE row.import_id = %(import)s AND row.read_problem IS NULL
                RETURNING row.id
                """,
                **{"import": self.id},
                company=self.company_id.id,
            )
        )
        self.env.execute_query(
            SQL(
                """
                UPDATE ar_history_row row
                   SET access_group_id = claim.access_group_id,
                       history_key = concat_ws('/', 'file', claim.cycle, row.day,
                                               md5(lower(row.old_level)))
                  FROM ar_claim claim
                 WHERE claim.id = row.claim_id AND row.import_id = %s
                RETURNING row.id
                """,
                self.id,
            )
        )

    # -- levels -----------------------------------------------------------------------

    def _fill_levels(self):
        """List the levels that the rows name; choices made before stay."""
        levels = self.env["ar.history.level"]
        keys = dict(levels._select_level_key())
        known = {level.old_level: level for level in self.level_ids}
        counted = dict(
            self.env.execute_query(
                SQL(
                    """SELECT old_level, COUNT(*) FROM ar_history_row
                        WHERE import_id = %s AND COALESCE(old_level, '') <> ''
                        GROUP BY old_level""",
                    self.id,
                )
            )
        )
        for name, level in known.items():
            if name not in counted:
                level.unlink()
        for name, number in counted.items():
            if name in known:
                known[name].row_count = number
        levels.create(
            [
                {
                    "import_id": self.id,
                    "old_level": name,
                    "row_count": number,
                    "level_key": levels._guess(name, keys),
                }
                for name, number in counted.items()
                if name not in known
            ]
        )

    def _judge(self):
        """Say of each row whether it is ready, known already, or has to be mended."""
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                """
                WITH judged AS (
                    SELECT row.id, level.id AS level_id,
                           NULLIF(chosen.level_key, %(only)s) AS level_key,
                           EXISTS (SELECT FROM ar_dunning_notice_line line
                                    WHERE line.claim_id = row.claim_id
                                      AND line.history_key = row.history_key
                                      AND line.state = 'dispatched') AS known,
                           CASE WHEN row.read_problem IS NOT NULL
                                THEN row.read_problem
                                WHEN row.day > %(today)s THEN 'future'
                                WHEN row.day < claim.invoice_date THEN 'too_early'
                                WHEN row_number() OVER (
                                     PARTITION BY row.claim_id, row.history_key
                                     ORDER BY row.number, row.id) > 1
                                THEN 'repeated'
                                WHEN chosen.level_key IS NULL THEN 'unmapped'
                                WHEN chosen.level_key = %(only)s THEN NULL
                                WHEN claim.version_id IS NULL THEN 'no_procedure'
                                WHEN level.id IS NULL THEN 'other_procedure'
                           END AS problem
                      FROM ar_history_row row
                      LEFT JOIN ar_claim claim ON claim.id = row.claim_id
                      LEFT JOIN ar_history_level chosen
                             ON chosen.import_id = row.import_id
                            AND chosen.old_level = row.old_level
                      LEFT JOIN ar_dunning_level level
                             ON level.version_id = claim.version_id
                            AND level.level_key = chosen.level_key
                            AND level.kind = 'notice'
                     WHERE row.import_id = %(import)s
                )
                UPDATE ar_history_row row
                   SET level_id = judged.level_id, level_key = judged.level_key,
                       problem = CASE WHEN judged.known THEN NULL
                                      ELSE judged.problem END,
                       state = CASE WHEN judged.known THEN 'known'
                                    WHEN judged.problem IS NULL THEN 'ready'
                                    ELSE 'problem' END
                  FROM judged
                 WHERE judged.id = row.id
                RETURNING row.id
                """,
                **{"import": self.id},
                only=HISTORY_ONLY,
                today=self.company_id._ar_today(),
            )
        )
        self.env["ar.history.row"].invalidate_model()
        self.invalidate_recordset(["ready_count", "known_count", "problem_count"])
