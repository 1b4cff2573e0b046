from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

EVALUATION_TABLE = "ar_run_evaluation"
TEXT_TABLE = "ar_run_text"


class DunningRun(models.Model):
    """One evaluation of a company on a day: proposed, approved, dispatched.

    Claims of different access groups never share a run.
    """

    _name = "ar.dunning.run"
    _description = "Dunning run"
    _inherit = ["mail.thread"]
    _mail_post_access = "read"
    _order = "date desc, id desc"

    name = fields.Char(required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    access_group_id = fields.Many2one("res.groups", ondelete="restrict", readonly=True)
    date = fields.Date(required=True, readonly=True)
    kind = fields.Selection(
        [("daily", "Daily"), ("manual", "By hand")],
        required=True,
        default="daily",
        readonly=True,
    )
    state = fields.Selection(
        [
            ("proposed", "Proposed"),
            ("approved", "Approved"),
            ("dispatched", "Dispatched"),
            ("superseded", "Superseded"),
            ("undone", "Undone"),
        ],
        required=True,
        readonly=True,
    )
    user_id = fields.Many2one("res.users", string="Proposed by", readonly=True)
    approved_by_id = fields.Many2one("res.users", string="Approved by", readonly=True)
    approved_on = fields.Datetime(string="Approved on", readonly=True)
    dispatched_on = fields.Datetime(string="Dispatched on", readonly=True)
    evaluated_count = fields.Integer(string="Claims evaluated", readonly=True)
    not_due_count = fields.Integer(string="Not yet due", readonly=True)
    notice_ids = fields.One2many("ar.dunning.notice", "run_id", readonly=True)
    exclusion_ids = fields.One2many("ar.dunning.exclusion", "run_id", readonly=True)
    notice_count = fields.Integer(compute="_compute_counts")
    waiting_count = fields.Integer(compute="_compute_counts", string="To approve")
    dispatched_count = fields.Integer(compute="_compute_counts")
    sent_count = fields.Integer(compute="_compute_counts", string="Sent")
    exclusion_count = fields.Integer(compute="_compute_counts", string="Excluded")
    amount_total = fields.Monetary(
        compute="_compute_counts", help="In company currency, of all live notices."
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    progress = fields.Float(
        compute="_compute_counts", help="Share of the notices that has left, in %."
    )

    _one_open = models.UniqueIndex(
        "(company_id, COALESCE(access_group_id, 0)) WHERE state = 'proposed'",
        "This company already has an open run.",
    )

    @api.depends_context("uid")
    def _compute_counts(self):
        notices = self._notice_counts()
        amounts = self._live_amounts()
        sent = dict(
            self.env["ar.delivery"]._read_group(
                [("notice_id.run_id", "in", self.ids), ("state", "=", "sent")],
                ["run_id"],
                ["__count"],
            )
        )
        excluded = dict(
            self.env["ar.dunning.exclusion"]._read_group(
                [("run_id", "in", self.ids)], ["run_id"], ["__count"]
            )
        )
        for run in self:
            states = notices.get(run.id, {})
            live = sum(
                states.get(state, 0) for state in ("proposed", "approved", "dispatched")
            )
            run.notice_count = live
            run.waiting_count = states.get("proposed", 0)
            run.dispatched_count = states.get("dispatched", 0)
            run.sent_count = sent.get(run, 0)
            run.exclusion_count = excluded.get(run, 0)
            run.amount_total = amounts.get(run.id, 0.0)
            run.progress = 100.0 * run.dispatched_count / live if live else 100.0

    def _live_amounts(self):
        """Return {run id: total of its live notices in company currency}.

        Notices keep their own currency: converted at the rate of the run's day.
        """
        groups = self.env["ar.dunning.notice.line"]._read_group(
            [
                ("run_id", "in", self.ids),
                ("role", "=", "claimed"),
                ("state", "in", ("proposed", "approved", "dispatched")),
            ],
            ["run_id", "currency_id"],
            ["amount_open:sum"],
        )
        totals = {}
        for run, currency, amount in groups:
            converted = currency._convert(
                amount, run.company_id.currency_id, run.company_id, run.date
            )
            totals[run.id] = totals.get(run.id, 0.0) + converted
        return totals

    # -- buttons ----------------------------------------------------------------

    def action_approve(self):
        """Approve everything that still waits, and dispatch it in the background."""
        self.env["ar.dunning.notice"]._check_may_approve()
        for run in self:
            run.notice_ids.filtered(
                lambda notice: notice.state == "proposed"
            ).action_approve()

    def action_open_notices(self):
        return self._action_open("ar_dunning.ar_dunning_notice_action")

    def action_open_exclusions(self):
        return self._action_open("ar_dunning.ar_dunning_exclusion_action")

    def _action_open(self, xmlid):
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        action["domain"] = [("run_id", "in", self.ids)]
        action["context"] = {}
        return action

    @api.model
    def action_propose_now(self):
        """Evaluate the current company now and open the proposal."""
        if not self.env.user.has_group("ar_dunning.group_collector"):
            raise UserError(self.env._("Only collectors may propose a run."))
        company = self.env.company
        if not company.ar_enabled:
            raise UserError(
                self.env._(
                    "Follow-up is switched off for %s: switch it on in the settings "
                    "first.",
                    company.name,
                )
            )
        # Collectors may propose but not write runs: the check above is the gate.
        runs = self.sudo()._propose_company(company, company._ar_today(), "manual")
        visible = self.browse(runs.ids)._filtered_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_dunning.ar_dunning_run_action"
        )
        if len(visible) == 1:
            action["views"] = [(False, "form")]
            action["res_id"] = visible.id
        return action

    def _notice_counts(self):
        """Return {run id: {notice state: number}}."""
        counts = {}
        for run, state, count in self.env["ar.dunning.notice"]._read_group(
            [("run_id", "in", self.ids)], ["run_id", "state"], ["__count"]
        ):
            counts.setdefault(run.id, {})[state] = count
        return counts

    def _refresh_state(self):
        """Bring the state of runs in line with what became of their notices."""
        counts = self._notice_counts()
        for run in self.filtered(lambda run: run.state in ("proposed", "approved")):
            states = counts.get(run.id, {})
            if "proposed" in states:
                continue
            if "approved" in states:
                run._mark("approved")
            else:
                run._mark("dispatched")

    def _mark(self, state):
        self.env["ar.work.item"]._settle_items([f"approve_run/{self.id}"])
        values = {"state": state}
        if state == "dispatched":
            values["dispatched_on"] = fields.Datetime.now()
        self.write(values)

    def _note_approval(self):
        """A person approved notices: sign the runs on which nothing waits any more."""
        self.filtered(
            lambda run: run.state != "proposed" and not run.approved_on
        ).write({"approved_by_id": self.env.uid, "approved_on": fields.Datetime.now()})

    # -- evaluate and propose ---------------------------------------------------

    @api.model
    def _propose_company(self, company, on, kind="daily"):
        """Evaluate a company and store the proposal: one run per access group.

        What an earlier run still had in proposal is superseded. Set-based, with a
        constant number of statements.

        :param kind: `daily`, or `manual` when a person asked for it
        :return: the new runs.
        """
        if not company._ar_lock("propose"):
            raise UserError(
                self.env._(
                    "A proposal for %s is being made right now: wait for it to finish.",
                    company.name,
                )
            )
        self._supersede(company)
        self.env["ar.evaluation"]._evaluate_into(EVALUATION_TABLE, company, on)
        runs = self._create_runs(company, on, kind)
        self._freeze_texts(company)
        self._insert_notices(on)
        self._insert_information(on)
        self._insert_exclusions(on)
        self._finish_proposal(runs)
        return runs

    @api.model
    def _supersede(self, company):
        """Cancel the undecided notices of open runs; approved ones stay."""
        runs = self.search(
            [
                ("company_id", "=", company.id),
                ("state", "in", ("proposed", "approved")),
            ]
        )
        if not runs:
            return
        self.env.flush_all()
        for table in ("ar_dunning_notice_line", "ar_dunning_notice"):
            self.env.execute_query(
                SQL(
                    """UPDATE %s SET state = 'cancelled', cancel_code = 'superseded'
                        WHERE run_id IN %s AND state = 'proposed' RETURNING id""",
                    SQL.identifier(table),
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
    def _create_runs(self, company, on, kind):
        """Create one run per access group that has open claims."""
        groups = self.env.execute_query(
            SQL(
                """
                SELECT access_group_id, COUNT(*),
                       COUNT(*) FILTER (
                           WHERE level_date > %(on)s)
                  FROM %(table)s GROUP BY access_group_id
                """,
                on=on,
                table=SQL.identifier(EVALUATION_TABLE),
            )
        )
        runs = self.create(
            [
                {
                    "name": self.env["ir.sequence"].next_by_code("ar.dunning.run"),
                    "company_id": company.id,
                    "access_group_id": access_group_id,
                    "date": on,
                    "kind": kind,
                    "state": "proposed",
                    "user_id": self.env.uid,
                    "evaluated_count": evaluated,
                    "not_due_count": not_due,
                }
                for access_group_id, evaluated, not_due in groups
            ]
        )
        runs.flush_recordset()
        self.env.cr.execute(
            SQL("ALTER TABLE %s ADD run_id int", SQL.identifier(EVALUATION_TABLE))
        )
        for run in runs:
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
    def _insert_notices(self, on):
        """Put the unblocked claims together into notices and lines.

        A notice before the due date never shares one with a reminder: its claims are
        not late, whatever the reminder says.
        """
        self.env.cr.execute(
            SQL(
                """
                WITH ready AS (
                    SELECT evaluated.*, procedure.combine,
                           CASE procedure.combine
                                WHEN 'per_level' THEN evaluated.level_id
                                WHEN 'per_claim' THEN evaluated.claim_id
                                ELSE (level.phase = 'proactive')::int END AS part
                      FROM %(table)s evaluated
                      JOIN ar_dunning_level level ON level.id = evaluated.level_id
                      JOIN ar_dunning_procedure procedure
                        ON procedure.id = evaluated.procedure_id
                     WHERE blockers = '{}'
                ), grouped AS (
                    SELECT nextval('ar_dunning_notice_id_seq')::int AS notice_id,
                           run_id, company_id, access_group_id, debtor_id, partner_id,
                           currency_id, level_kind, procedure_id, version_id, part,
                           (array_agg(level_id ORDER BY level_sequence DESC))[1]
                               AS level_id,
                           (array_agg(channel ORDER BY level_sequence DESC))[1]
                               AS channel,
                           SUM(collectable) AS amount_total, COUNT(*) AS claim_count
                      FROM ready
                     GROUP BY run_id, company_id, access_group_id, debtor_id,
                              partner_id, currency_id, level_kind, procedure_id,
                              version_id, part
                ), planned AS (
                    SELECT grouped.*,
                           CASE level.mode WHEN 'automatic' THEN 'approved'
                                ELSE 'proposed' END AS state
                      FROM grouped
                      JOIN ar_dunning_level level ON level.id = grouped.level_id
                ), notice AS (
                    INSERT INTO ar_dunning_notice (
                           id, run_id, company_id, access_group_id, debtor_id,
                           partner_id, currency_id, kind, procedure_id, version_id,
                           level_id, state, approved_on, date, channel, amount_total,
                           claim_count, lang, text_id,
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
                                ELSE channel END,
                           amount_total, claim_count,
                           COALESCE(text.spoken, partner.lang, %(lang)s), text.text_id,
                           %(audit)s
                      FROM planned
                      JOIN res_partner partner ON partner.id = partner_id
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
                       ready.level_key, ready.level_sequence, 1, ready.level_date,
                       ready.skipped, %(facts)s, %(audit)s
                  FROM ready
                  JOIN planned
                    ON planned.debtor_id = ready.debtor_id
                   AND planned.currency_id = ready.currency_id
                   AND planned.run_id = ready.run_id
                   AND planned.level_kind = ready.level_kind
                   AND planned.version_id = ready.version_id
                   AND planned.part = ready.part
                  JOIN ar_claim claim ON claim.id = ready.claim_id
                """,
                table=SQL.identifier(EVALUATION_TABLE),
                texts=SQL.identifier(TEXT_TABLE),
                on=on,
                now=fields.Datetime.now(),
                lang=self.env.lang or "en_US",
                audit=self._sql_audit(),
                fact_names=self._sql_fact_names(),
                facts=self._sql_facts(SQL("ready"), on),
            )
        )

    @api.model
    def _insert_information(self, on):
        """Add the debtor's other overdue claims to the notice, for information.

        Claims of the same procedure that are overdue and unpaid but do not advance
        today; a claim on hold or excluded is never mentioned. A notice before the due
        date mentions nothing that is late.
        """
        self.env.execute_query(
            SQL(
                """
                INSERT INTO ar_dunning_notice_line (
                       notice_id, run_id, company_id, access_group_id, claim_id,
                       debtor_id, role, state, cycle, level_id, level_key,
                       level_sequence, occurrence, %(fact_names)s,
                       create_uid, create_date, write_uid, write_date)
                SELECT notice.id, notice.run_id, notice.company_id,
                       notice.access_group_id, other.claim_id, notice.debtor_id,
                       'information', notice.state, other.cycle, claim.level_id,
                       claim.level_key, claim.level_sequence, 1, %(facts)s, %(audit)s
                  FROM %(table)s other
                  JOIN ar_claim claim ON claim.id = other.claim_id
                  JOIN ar_dunning_notice notice
                    ON notice.run_id = other.run_id
                   AND notice.debtor_id = other.debtor_id
                   AND notice.currency_id = other.currency_id
                   AND notice.procedure_id = other.procedure_id
                   AND notice.kind = 'dunning'
                  JOIN ar_dunning_level lead
                    ON lead.id = notice.level_id AND lead.phase <> 'proactive'
                  JOIN ar_dunning_procedure procedure
                    ON procedure.id = other.procedure_id
                   AND procedure.combine = 'highest_level'
                 WHERE other.date_due < %(on)s
                   AND claim.level_sequence > 0
                   AND cardinality(other.blockers) = 1
                   AND (other.blockers[1] LIKE 'not_yet_due|%%'
                        OR other.blockers[1] IN ('finished', 'awaiting_delivery'))
                RETURNING id
                """,
                table=SQL.identifier(EVALUATION_TABLE),
                on=on,
                audit=self._sql_audit(),
                fact_names=self._sql_fact_names(),
                facts=self._sql_facts(SQL("other"), on),
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
                 WHERE (level_date <= %(on)s
                        OR (procedure_id IS NULL AND date_due < %(on)s))
                    ON CONFLICT DO NOTHING
                RETURNING id
                """,
                table=SQL.identifier(EVALUATION_TABLE),
                on=on,
                audit=self._sql_audit(),
            )
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
                  JOIN res_partner partner ON partner.id = ready.partner_id
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
                    lang
                    if lang in installed
                    else self._fallback_lang(company, installed)
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

    def _fallback_lang(self, company, installed):
        company_lang = company.partner_id.lang
        return company_lang if company_lang in installed else "en_US"

    # -- shared pieces ----------------------------------------------------------

    @api.model
    def _sql_fact_names(self):
        return SQL(
            """currency_id, amount_original, amount_paid, amount_covered, amount_open,
               date_due, invoice_date, move_name, payment_reference, description,
               days_overdue"""
        )

    @api.model
    def _sql_facts(self, evaluated, on):
        """Return the facts of a line, from an evaluated claim and `claim`."""
        return SQL(
            """%(row)s.currency_id, claim.amount_original,
               claim.amount_original - %(row)s.residual, %(row)s.covered,
               %(row)s.collectable, claim.date_due, claim.invoice_date,
               claim.move_name, claim.payment_reference, claim.description,
               %(on)s::date - claim.date_due""",
            row=evaluated,
            on=on,
        )

    @api.model
    def _sql_audit(self):
        return self.env["ar.claim"]._sql_audit(event=False)
