from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

MAXIMUM_DAYS = 366
SCENARIOS = [("a", "A"), ("b", "B")]


class Simulation(models.Model):
    """What the coming days would bring, with the procedures as they are or as drafted.

    The very code of the daily cycle runs on temporary copies; nothing is kept but the
    counts. The ledger stays as it is when a slice of days begins (a later slice looks
    at it again); what else is assumed is said here.
    """

    _name = "ar.simulation"
    _description = "Simulation"
    _order = "id desc"

    name = fields.Char(required=True, default=lambda self: self.env._("Coming days"))
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_from = fields.Date(
        string="From",
        required=True,
        default=lambda self: self.env.company._ar_today(),
        help="First simulated day.",
    )
    days = fields.Integer(required=True, default=90)
    version_a_ids = fields.Many2many(
        "ar.dunning.procedure.version",
        "ar_simulation_version_a_rel",
        string="Scenario A",
        help="Versions that take the place of the active ones of their procedures; "
        "empty: everything as it is.",
    )
    compare = fields.Boolean(string="Compare with scenario B")
    version_b_ids = fields.Many2many(
        "ar.dunning.procedure.version",
        "ar_simulation_version_b_rel",
        string="Scenario B",
        help="Versions that take the place of the active ones of their procedures; "
        "empty: everything as it is.",
    )
    payment_percentage = fields.Integer(
        string="Pays after a notice",
        help="Share of the claims, in percent, that are paid after each notice; the "
        "same claims in every simulation. 0: everything stays open.",
    )
    payment_days = fields.Integer(
        string="Days until payment",
        default=7,
        help="Days from the notice until it is paid.",
    )
    approval_days = fields.Integer(
        string="Days until approval",
        help="Days until a person approves what waits for approval; 0: at once. "
        "Handovers are never decided in a simulation.",
    )
    state = fields.Selection(
        [
            ("draft", "New"),
            ("waiting", "Waiting"),
            ("running", "Running"),
            ("done", "Done"),
            ("failed", "Failed"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
    )
    progress = fields.Float(readonly=True, copy=False, help="In %.")
    seconds = fields.Float(string="Took", readonly=True, copy=False, help="In seconds.")
    error = fields.Text(readonly=True, copy=False)
    user_id = fields.Many2one(
        "res.users",
        string="Started by",
        default=lambda self: self.env.user,
        readonly=True,
    )
    line_ids = fields.One2many("ar.simulation.line", "simulation_id", readonly=True)
    overview = fields.Html(compute="_compute_overview")

    _days_limit = models.Constraint(
        f"CHECK (days BETWEEN 1 AND {MAXIMUM_DAYS})",
        f"A simulation covers 1 to {MAXIMUM_DAYS} days.",
    )
    _percentage_range = models.Constraint(
        "CHECK (payment_percentage BETWEEN 0 AND 100)",
        "The share that pays is a percentage from 0 to 100.",
    )
    _waits_positive = models.Constraint(
        "CHECK (payment_days >= 0 AND approval_days >= 0)",
        "Days cannot be negative.",
    )

    @api.constrains("version_a_ids", "version_b_ids")
    def _check_one_version_each(self):
        for simulation in self:
            for versions in (simulation.version_a_ids, simulation.version_b_ids):
                if len(versions.procedure_id) != len(versions):
                    raise ValidationError(
                        self.env._(
                            "Choose one version of each procedure for a scenario."
                        )
                    )

    @api.depends("line_ids")
    @api.depends_context("uid", "lang")
    def _compute_overview(self):
        for simulation in self:
            simulation.overview = self.env["ir.qweb"]._render(
                "ar_dunning.simulation_overview",
                {
                    "simulation": simulation,
                    "scenarios": simulation._scenarios(),
                    "rows": simulation._overview_rows(),
                    "totals": simulation._overview_totals(),
                    "priced": any(simulation.company_id._ar_channel_costs().values()),
                },
            )

    def _scenarios(self):
        """Return [(letter, versions)] of the scenarios that are simulated."""
        self.ensure_one()
        scenarios = [("a", self.version_a_ids), ("b", self.version_b_ids)]
        return scenarios[: 2 if self.compare else 1]

    def _overview_rows(self):
        """Return one dict per level and channel, with the figures per scenario."""
        channels = dict(
            self.env["ar.simulation.line"]
            ._fields["channel"]
            ._description_selection(self.env)
        )
        rows = {}
        for level, channel, scenario, *figures in self._figures(
            ["level_id", "channel", "scenario"]
        ):
            row = rows.setdefault(
                (level.procedure_id, level.level_key, channel),
                {
                    "name": level.name,
                    "place": (level.procedure_id.sequence, level.sequence),
                    "channel": channels.get(channel, ""),
                    "procedure": level.procedure_id.name,
                },
            )
            row[scenario] = self._named(figures)
        return sorted(rows.values(), key=lambda row: row["place"])

    def _overview_totals(self):
        return {
            scenario: self._named(figures)
            for scenario, *figures in self._figures(["scenario"])
        }

    def _figures(self, groupby):
        return self.env["ar.simulation.line"]._read_group(
            [("simulation_id", "in", self.ids)],
            groupby,
            ["notices:sum", "claims:sum", "amount:sum", "cost:sum", "calls:sum"],
        )

    def _named(self, figures):
        names = ("notices", "claims", "amount", "cost", "calls")
        return dict(zip(names, figures, strict=True))

    # -- starting and running -----------------------------------------------------

    def action_start(self):
        """Simulate in the background; what an earlier time gave is replaced."""
        self.check_access("write")
        if not self.env.user.has_group("ar_dunning.group_collector"):
            raise UserError(self.env._("Only collectors may start a simulation."))
        self.write({"state": "waiting", "progress": 0, "error": False})
        # Anybody who may simulate may set the machine in motion.
        self.env.ref("ar_dunning.cron_simulation").sudo()._trigger()

    def action_open_lines(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_dunning.ar_simulation_line_action"
        )
        action["domain"] = [("simulation_id", "=", self.id)]
        if self.compare:
            # Side by side, week by week; levels of two versions have the same names.
            action["context"] = {
                "graph_groupbys": ["date:week", "scenario"],
                "graph_stacked": False,
                "pivot_column_groupby": ["scenario"],
                "pivot_row_groupby": ["level_id"],
            }
        return action

    def _drop_lines(self):
        """Remove the counts of an earlier time."""
        self.env.execute_query(
            SQL(
                "DELETE FROM ar_simulation_line WHERE simulation_id = %s RETURNING id",
                self.id,
            )
        )
        self.env["ar.simulation.line"].invalidate_model()

    def _add_lines(self, scenario, rows):
        self.env["ar.simulation.line"].create(
            [
                {
                    **row,
                    "simulation_id": self.id,
                    "company_id": self.company_id.id,
                    "scenario": scenario,
                }
                for row in rows
            ]
        )
