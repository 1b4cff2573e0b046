import base64

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..rules import history_file

KEPT_DAYS = 30


class HistoryImport(models.Model):
    """Earlier reminders of another program, read, looked at, and taken over as notices.

    Before the confirmation nothing is taken over; looking at it lets the segments give
    claims their procedure, as every night. Nothing is ever sent, and the same reminder
    is taken over once. Its maker alone sees it: what he cannot see is not taken over
    either.
    """

    _name = "ar.history.import"
    _description = "Take over earlier reminders"
    _order = "id desc"
    _rec_name = "source"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    user_id = fields.Many2one(
        "res.users",
        string="By",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    source = fields.Selection(
        [
            ("file", "A file"),
            ("credit_control", "Credit control lines (OCA)"),
            ("follow_up", "Follow-up levels (Odoo Enterprise)"),
        ],
        required=True,
        default="file",
        help="Lines of the OCA module account_credit_control and follow-up levels of "
        "Odoo Enterprise are read from this database: take them over before the other "
        "module is uninstalled.",
    )
    file = fields.Binary(
        attachment=True,
        help="CSV with the columns invoice (number or payment reference), date, level "
        "or channel, and if known amount and text. Any separator, any usual encoding.",
    )
    file_name = fields.Char()
    state = fields.Selection(
        [
            ("draft", "New"),
            ("checked", "Looked at"),
            ("done", "Taken over"),
            ("undone", "Taken back"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
    )
    applied_on = fields.Datetime(string="Taken over on", readonly=True, copy=False)
    level_ids = fields.One2many("ar.history.level", "import_id", copy=False)
    row_ids = fields.One2many("ar.history.row", "import_id", readonly=True, copy=False)
    ready_count = fields.Integer(string="Ready", compute="_compute_counts")
    known_count = fields.Integer(string="Known already", compute="_compute_counts")
    problem_count = fields.Integer(string="To mend", compute="_compute_counts")
    notice_count = fields.Integer(string="Notices", compute="_compute_notice_count")

    @api.depends("source", "file_name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        sources = dict(self._fields["source"]._description_selection(self.env))
        for history in self:
            history.display_name = (
                history.source == "file" and history.file_name
            ) or sources.get(history.source, "")

    @api.depends("state", "row_ids")
    def _compute_counts(self):
        counts = {}
        for history, state, number in self.env["ar.history.row"]._read_group(
            [("import_id", "in", self.ids)], ["import_id", "state"], ["__count"]
        ):
            counts[history.id, state] = number
        for history in self:
            history.ready_count = counts.get((history.id, "ready"), 0)
            history.known_count = counts.get((history.id, "known"), 0)
            history.problem_count = counts.get((history.id, "problem"), 0)

    @api.depends("state")
    def _compute_notice_count(self):
        numbers = dict(
            self.env["ar.dunning.notice"]._read_group(
                [("history_import_id", "in", self.ids)],
                ["history_import_id"],
                ["__count"],
            )
        )
        for history in self:
            history.notice_count = numbers.get(history, 0)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_taken_over(self):
        if any(history.state in ("done", "undone") for history in self):
            raise UserError(
                self.env._("What has been taken over stays on record: take it back.")
            )

    def write(self, vals):
        """People choose what is read; what became of it is written by the buttons."""
        self._check_by_hand(vals)
        if "company_id" in vals and any(history.state != "draft" for history in self):
            raise UserError(
                self.env._(
                    "What has been looked at or taken over stays with its company."
                )
            )
        return super().write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_by_hand(vals)
        # Who and when are facts, whatever the context gives as default.
        facts = {"user_id": self.env.uid, "state": "draft", "applied_on": False}
        return super().create([{**vals, **facts} for vals in vals_list])

    @api.model
    def _check_by_hand(self, vals):
        """Raise when a person writes what only the buttons do."""
        facts = {"user_id", "state", "applied_on"}
        if not self.env.su and facts & set(vals):
            raise UserError(
                self.env._("Use the buttons: they note who took over what, and when.")
            )

    def _note_state(self, state, **vals):
        """Note what the button did; its right was checked when it was pressed."""
        self.sudo().write({"state": state, **vals})

    # -- buttons ------------------------------------------------------------------

    def action_check(self):
        """Read the source anew and show what taking it over would do."""
        self._check_may_import()
        self._read_source()
        self._fill_levels()
        self._judge()
        self._note_state("checked")
        return self._action_stay()

    def action_judge(self):
        """Look at the rows again, after the levels have been chosen."""
        self._check_may_import()
        self._judge()
        return self._action_stay()

    def action_apply(self):
        """Take over what is ready; a second click finds nothing to do."""
        self._check_may_import()
        self.lock_for_update()
        if self.state != "checked":
            raise UserError(
                self.env._("This is done already, or not looked at yet. Reload it.")
            )
        self._judge()
        if not self.ready_count:
            raise UserError(
                self.env._(
                    "No row is ready to be taken over: choose what each level is here, "
                    "and mend the rows that say why they cannot be used."
                )
            )
        taken = self._take_over()
        self._note_state("done", applied_on=fields.Datetime.now(), file=False)
        self.env["ar.go.live"]._note_per_group(
            self.company_id,
            "history",
            {
                group: self.env._(
                    "%(rows)s earlier reminders taken over as %(notices)s notices.",
                    rows=rows,
                    notices=notices,
                )
                for group, (rows, notices) in taken.items()
            },
        )
        return self._action_stay()

    def action_take_back(self):
        """Take back what was taken over; claims return to the level before."""
        self._check_may_import()
        self.lock_for_update()
        if self.state != "done":
            raise UserError(self.env._("There is nothing to take back. Reload it."))
        kept = self._take_back()
        self._note_state("undone")
        self.env["ar.go.live"]._note_per_group(
            self.company_id,
            "history",
            {group: self._taken_back_words(number) for group, number in kept.items()},
        )
        return self._action_stay()

    def _taken_back_words(self, kept):
        if not kept:
            return self.env._("Earlier reminders taken back.")
        return self.env._(
            "Earlier reminders taken back; %s of them stay, because a later notice "
            "rests on them.",
            kept,
        )

    def action_open_rows(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_dunning.ar_history_row_action"
        )
        action["domain"] = [("import_id", "in", self.ids)]
        return action

    def action_open_notices(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_dunning.ar_dunning_notice_action"
        )
        action["domain"] = [("history_import_id", "in", self.ids)]
        action["context"] = {}
        return action

    def _action_stay(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }

    def _check_may_import(self):
        self.ensure_one()
        self.check_access("write")
        if not self.env.user.has_group("ar_dunning.group_manager"):
            raise UserError(
                self.env._("Only a manager of Receivables may take over history.")
            )

    # -- file -----------------------------------------------------------------------

    def _read_file(self):
        """Return the rows of the file; raise an error that says what to do."""
        if not self.file:
            raise UserError(self.env._("Choose a file first."))
        try:
            return history_file.read(base64.b64decode(self.file))
        except history_file.HistoryFileError as error:
            raise UserError(self._file_sentence(error)) from error

    def _file_sentence(self, error):
        sentences = {
            "empty": self.env._("The file is empty."),
            "too_large": self.env._(
                "The file is too large: %s MB at most. Split it.",
                history_file.LARGEST // 10**6,
            ),
            "too_many": self.env._(
                "The file has too many rows: %s at most. Split it.",
                history_file.MOST_ROWS,
            ),
            "too_many_levels": self.env._(
                "The file names more than %(most)s levels, the last one “%(level)s”: "
                "the column of the level is probably another one.",
                most=history_file.MOST_LEVELS,
                level=error.detail,
            ),
            "no_text": self.env._(
                "This is not a text file: save the spreadsheet as CSV."
            ),
            "columns": self.env._(
                "The first line has to name the columns: invoice, date, and level or "
                "channel. It says: %s",
                error.detail,
            ),
        }
        return sentences[error.code]

    @api.autovacuum
    def _gc_rows(self):
        """What was only looked at, and the rows of what is done, go after a month."""
        day = fields.Datetime.subtract(fields.Datetime.now(), days=KEPT_DAYS)
        self.env.execute_query(
            SQL(
                """DELETE FROM ar_history_row row USING ar_history_import history
                    WHERE history.id = row.import_id AND history.write_date < %s
                RETURNING row.id""",
                day,
            )
        )
        self.env["ar.history.row"].invalidate_model()
        self.search(
            [("state", "in", ("draft", "checked")), ("write_date", "<", day)]
        ).unlink()
