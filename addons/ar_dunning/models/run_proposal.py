from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

EVALUATION_TABLE = "ar_run_evaluation"
TEXT_TABLE = "ar_run_text"


class RunProposal(models.Model):
    """Evaluates a company and puts what is due together into notices, set-based."""

    _inherit = "ar.dunning.run"

    @api.model
    def _propose_company(self, company, on, kind="daily"):
        """Evaluate a company and store the proposal: one run per access group.

        What an earlier run still had in proposal is superseded. Set-based, with a
        constant number of statements. Only claims for which anything can come today
        are evaluated, with what decides about them; to evaluate all gives the same.

        :param kind: `daily`, or `manual` when a person asked for it
        :return: the new runs.
        """
        simulated = self.env.context.get("ar_simulation")
        if not simulated and not company._ar_lock("propose"):
            raise UserError(
                self.env._(
                    "A proposal for %s is being made right now: wait for it to finish.",
                    company.name,
                )
            )
        self._supersede(company)
        candidates = self.env["ar.claim.candidate"]
        due, partners, claims = candidates._list_partners(company, on)
        if simulated and due == 0:
            return self.browse()
        self.env["ar.evaluation"]._evaluate_into(
            EVALUATION_TABLE, company, on, partners=partners, claims=claims
        )
        candidates._note(company, on, EVALUATION_TABLE)
        runs = self._create_runs(company, on, kind, candidates._count_open(company))
        self._freeze_texts(company)
        self._insert_notices_isolated(on)
        if simulated:
            # Reasons and work are for people; what leaves does not depend on them.
            self.env.invalidate_all()
            return runs
        self._insert_exclusions(on)
        self._apply_fuse(runs, company)
        self.env["ar.dunning.notice"]._mark_exceptions(company, runs)
        self._finish_proposal(runs)
        return runs

    @api.model
    def _supersede(self, company):
        """Cancel the undecided notices of open runs; approved ones stay."""
        runs = self._runs_to_supersede(company)
        if not runs:
            return
        self.env.flush_all()
        # By way of the notices: those of a run are found by an index.
        for table, column in (
            ("ar_dunning_notice_line", "notice_id"),
            ("ar_dunning_notice", "id"),
        ):
            self.env.execute_query(
                SQL(
                    """
                    UPDATE %s SET state = 'cancelled', cancel_code = 'superseded'
                     WHERE state = 'proposed' AND %s IN (
                           SELECT id FROM ar_dunning_notice
                            WHERE run_id IN %s AND state = 'proposed')
                    RETURNING id
                    """,
                    SQL.identifier(table),
                    SQL.identifier(column),
                    tuple(runs.ids),
                )
            )
        self.env.invalidate_all()
        counts = runs._notice_counts()
        for run in runs:
            states = counts.get(run.id, {})
            # Approved notices of yesterday still leave, in their own run.
            run.state = next(
                (state for state in ("approved", "dispatched") if state in states),
                "superseded",
            )
        self.env["ar.work.item"]._settle_items(
            [f"approve_run/{run.id}" for run in runs]
        )

    @api.model
    def _create_runs(self, company, on, kind, counts=None):
        """Create one run per access group that has open claims.

        :param counts: {access group id or None: open claims} of the company; none:
            those that were evaluated
        """
        found = {
            group: (evaluated, appearing)
            for group, evaluated, appearing in self.env.execute_query(
                SQL(
                    """
                    SELECT access_group_id, COUNT(*), COUNT(*) FILTER (WHERE %(come)s)
                      FROM %(table)s GROUP BY access_group_id
                    """,
                    come=self._sql_come(on),
                    table=SQL.identifier(EVALUATION_TABLE),
                )
            )
        }
        if counts is None:
            counts = {group: evaluated for group, (evaluated, _some) in found.items()}
        runs = self.create(
            [
                {
                    "name": self._next_name(on),
                    "company_id": company.id,
                    "access_group_id": group,
                    "date": on,
                    "kind": kind,
                    "state": "rehearsed" if kind == "rehearsal" else "proposed",
                    "user_id": self.env.uid,
                    "evaluated_count": evaluated,
                    "not_due_count": evaluated - found.get(group, (0, 0))[1],
                }
                for group, evaluated in counts.items()
            ]
        )
        runs.flush_recordset()
        # A default costs nothing, however many claims there are; most are of one run.
        largest = runs.sorted("evaluated_count", reverse=True)[:1]
        self.env.cr.execute(
            SQL(
                "ALTER TABLE %s ADD run_id int DEFAULT %s",
                SQL.identifier(EVALUATION_TABLE),
                largest.id or None,
            )
        )
        for run in runs - largest:
            self.env.cr.execute(
                SQL(
                    """UPDATE %s SET run_id = %s
                        WHERE access_group_id IS NOT DISTINCT FROM %s""",
                    SQL.identifier(EVALUATION_TABLE),
                    run.id,
                    run.access_group_id.id or None,
                )
            )
        return runs

    @api.model
    def _next_name(self, on):
        """Return the number of a new run; a simulation uses none up."""
        if self.env.context.get("ar_simulation"):
            return str(on)
        return self.env["ir.sequence"].next_by_code("ar.dunning.run")

    @api.model
    def _insert_notices(self, on):
        """Put the unblocked claims together into notices and lines.

        A notice before the due date never shares one with a reminder: its claims are
        not late, whatever the reminder says.
        """
        lines = self.env["ar.dunning.notice.line"]
        self.env.cr.execute(
            SQL(
                """
                WITH ready AS (
                    SELECT * FROM %(table)s evaluated WHERE blockers = '{}'
                ), grouped AS (
                    SELECT nextval('ar_dunning_notice_id_seq')::int AS notice_id,
                           run_id, company_id, access_group_id, debtor_id, partner_id,
                           currency_id, level_kind, procedure_id, version_id, part,
                           recipient_id, recipient_role,
                           (array_agg(level_id ORDER BY level_sequence DESC))[1]
                               AS level_id,
                           (array_agg(array_to_string(channels, ',')
                                      ORDER BY level_sequence DESC))[1] AS channels,
                           SUM(collectable + costs) AS amount_total,
                           COUNT(*) AS claim_count
                      FROM ready
                     -- What differs most first: it decides how they compare.
                     GROUP BY debtor_id, currency_id, part, recipient_id, version_id,
                              level_kind, recipient_role, run_id, company_id,
                              access_group_id, partner_id, procedure_id
                ), planned AS (
                    SELECT grouped.*,
                           CASE WHEN %(rehearsed)s THEN 'rehearsed'
                                WHEN level.mode = 'approval' THEN 'proposed'
                                ELSE 'approved' END AS state
                      FROM grouped
                      JOIN ar_dunning_level level ON level.id = grouped.level_id
                ), notice AS (
                    INSERT INTO ar_dunning_notice (
                           id, run_id, company_id, access_group_id, debtor_id,
                           partner_id, currency_id, kind, procedure_id, version_id,
                           level_id, state, approved_on, date, channel, channels,
                           amount_total, claim_count, lang, text_id,
                           create_uid, create_date, write_uid, write_date)
                    SELECT notice_id, run_id, planned.company_id, access_group_id,
                           debtor_id, partner_id, currency_id,
                           CASE level_kind WHEN 'handover' THEN 'handover'
                                ELSE 'dunning' END,
                           procedure_id, planned.version_id, planned.level_id,
                           planned.state,
                           CASE planned.state WHEN 'approved' THEN %(now)s END,
                           %(on)s,
                           CASE level_kind WHEN 'handover' THEN 'none'
                                ELSE split_part(channels, ',', 1) END,
                           channels, amount_total, claim_count,
                           COALESCE(text.spoken, partner.lang, %(lang)s), text.text_id,
                           %(audit)s
                      FROM planned
                      JOIN res_partner partner ON partner.id = recipient_id
                      LEFT JOIN %(texts)s text
                        ON text.level_id = planned.level_id
                       AND text.lang = COALESCE(partner.lang, %(lang)s)
                )
                INSERT INTO ar_dunning_notice_line (
                       notice_id, run_id, company_id, access_group_id, claim_id,
                       debtor_id, role, state, cycle, level_id, level_key,
                       level_sequence, occurrence, level_date, skipped_level_keys,
                       %(fact_names)s, create_uid, create_date, write_uid, write_date)
                SELECT planned.notice_id, ready.run_id, ready.company_id,
                       ready.access_group_id, ready.claim_id, ready.debtor_id,
                       'claimed', planned.state, ready.cycle, ready.level_id,
                       ready.level_key, ready.level_sequence, ready.occurrence,
                       ready.level_date, ready.skipped, %(facts)s, %(audit)s
                  FROM ready
                  JOIN planned
                    ON planned.debtor_id = ready.debtor_id
                   AND planned.currency_id = ready.currency_id
                   AND planned.run_id = ready.run_id
                   AND planned.level_kind = ready.level_kind
                   AND planned.version_id = ready.version_id
                   AND planned.part = ready.part
                   AND planned.recipient_id = ready.recipient_id
                   AND planned.recipient_role = ready.recipient_role
                  JOIN ar_claim claim ON claim.id = ready.claim_id
                """,
                table=SQL.identifier(EVALUATION_TABLE),
                texts=SQL.identifier(TEXT_TABLE),
                rehearsed=bool(self.env.context.get("ar_rehearsal")),
                on=on,
                now=fields.Datetime.now(),
                lang=self.env.lang or "en_US",
                audit=self._sql_audit(),
                fact_names=lines._sql_fact_names(),
                facts=lines._sql_facts(SQL("ready"), on),
            )
        )

    @api.model
    def _insert_exclusions(self, on):
        """Store why claims whose level date has come are left out."""
        self.env.execute_query(
            SQL(
                """
                INSERT INTO ar_dunning_exclusion (
                       run_id, company_id, access_group_id, claim_id, debtor_id,
                       level_id, code, until, detail, amount, currency_id,
                       create_uid, create_date, write_uid, write_date)
                SELECT run_id, company_id, access_group_id, claim_id, debtor_id,
                       level_id, split_part(blocker, '|', 1),
                       NULLIF(split_part(blocker, '|', 2), '')::date,
                       NULLIF(split_part(blocker, '|', 3), ''), residual,
                       currency_id, %(audit)s
                  FROM %(table)s, unnest(blockers) AS blocker
                 WHERE blockers <> '{}' AND %(come)s
                    ON CONFLICT DO NOTHING
                RETURNING id
                """,
                table=SQL.identifier(EVALUATION_TABLE),
                come=self._sql_come(on),
                audit=self._sql_audit(),
            )
        )

    @api.model
    def _sql_come(self, on):
        """Whether an evaluated claim is a matter of the day: a notice, or a reason.

        Without a day for its next level, because something is missing in the
        configuration, it is one as soon as it is overdue.
        """
        return SQL(
            "(level_date <= %(on)s OR (%(missing)s AND date_due < %(on)s))",
            on=on,
            missing=self.env["ar.evaluation"]._sql_lacks_day(),
        )

    def _finish_proposal(self, runs):
        """Bring the runs' state in line and tell people what waits."""
        self.env.invalidate_all()
        self.env["ar.work.item"]._raise_from_runs(runs)
        for run in runs:
            run._refresh_state()
            if run.waiting_count:
                self.env["ar.work.item"]._raise_items([run._prepare_approval_vals()])

    def _prepare_approval_vals(self):
        return {
            "kind": "approve_run",
            "company_id": self.company_id.id,
            "access_group_id": self.access_group_id.id,
            "run_id": self.id,
            "amount": self.amount_total,
            "currency_id": self.currency_id.id,
            "points": 100,
            "due_on": self.date,
            "dedup_key": f"approve_run/{self.id}",
        }

    @api.model
    def _freeze_texts(self, company):
        """List what the levels of the ready claims say, frozen, per language.

        What is approved is what leaves, even if the template changes in between. The
        list is a temporary table, so that notices are written once, complete.
        """
        installed = {code for code, _name in self.env["res.lang"].get_installed()}
        wanted = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ready.level_id, COALESCE(partner.lang, %s)
                  FROM %s ready
                  JOIN res_partner partner ON partner.id = ready.recipient_id
                 WHERE ready.blockers = '{}'
                """,
                self.env.lang or "en_US",
                SQL.identifier(EVALUATION_TABLE),
            )
        )
        rows = []
        for level_id, lang in wanted:
            template = self.env["ar.dunning.level"].browse(level_id).template_id
            if template:
                spoken = (
                    lang if lang in installed else self._known_lang(company, installed)
                )
                rows.append((level_id, lang, spoken, template._freeze(spoken).id))
        self.env.flush_all()
        self.env.cr.execute(SQL("DROP TABLE IF EXISTS %s", SQL.identifier(TEXT_TABLE)))
        self.env.cr.execute(
            SQL(
                """CREATE TEMP TABLE %s (
                       level_id int, lang varchar, spoken varchar, text_id int
                   ) ON COMMIT DROP""",
                SQL.identifier(TEXT_TABLE),
            )
        )
        if rows:
            self.env.cr.execute_values("INSERT INTO ar_run_text VALUES %s", rows)
        # Known to be few, they leave the notices in the order in which they were made.
        self.env.cr.execute(SQL("ANALYZE %s", SQL.identifier(TEXT_TABLE)))

    def _known_lang(self, company, installed):
        company_lang = company.partner_id.lang
        return company_lang if company_lang in installed else "en_US"

    # -- shared pieces ----------------------------------------------------------

    @api.model
    def _sql_audit(self):
        return self.env["ar.claim"]._sql_audit()
