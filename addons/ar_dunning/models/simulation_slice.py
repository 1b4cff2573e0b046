import logging
import tempfile
import time

from odoo import api, fields, models
from odoo.tools import SQL, config

from ..rules.assumptions import Assumptions
from .simulation import SCENARIOS

_logger = logging.getLogger(__name__)

ATTEMPTS = 3
# A slice takes this share of the time that a background job may take, at most so long.
SHARE_OF_LIMIT = 0.4
LONGEST_SLICE = 60.0


class SimulationSlice(models.Model):
    """Simulates in slices, so that no time limit of the server can end it.

    What a slice leaves in the temporary copies is put into tables of its own, in a
    schema of the simulation; everything else that it wrote is rolled back as ever. The
    next slice goes on from there, in a job of its own. A slice that is cut off is done
    again.
    """

    _inherit = "ar.simulation"

    scenario_reached = fields.Selection(
        SCENARIOS, string="Scenario reached", readonly=True, copy=False
    )
    day_reached = fields.Date(string="Simulated until", readonly=True, copy=False)
    attempts = fields.Integer(readonly=True, copy=False)

    @api.model
    def _cron_simulate(self):
        """Simulate one slice of what waits; the job is called again for the next."""
        progress = self.env["ir.cron"]
        waiting = self.search([("state", "in", ("running", "waiting"))], order="id")
        progress._commit_progress(remaining=len(waiting))
        if waiting:
            waiting[0]._run_slice()
            left = waiting.filtered(lambda one: one.state in ("running", "waiting"))
            progress._commit_progress(1, remaining=len(left))

    def _run_slice(self):
        """Go on with one simulation for a while; keep what it gave."""
        if self.state == "waiting":
            self._begin()
        elif self.attempts >= ATTEMPTS:
            self._fail(
                self.env._(
                    "One simulated day takes longer than the server lets a background "
                    "job run: raise its limit, or simulate a smaller company."
                )
            )
            return
        self.attempts += 1
        self.env["ir.cron"]._commit_progress()
        started = time.monotonic()
        try:
            with self.env.cr.savepoint():
                self._simulate_slice()
        except Exception as error:
            _logger.exception("Simulation %s failed", self.id)
            self._fail(str(error))
            return
        self.write(
            {"attempts": 0, "seconds": self.seconds + time.monotonic() - started}
        )

    def _begin(self):
        self._drop_lines()
        self._forget_state()
        self.write(
            {
                "state": "running",
                "scenario_reached": SCENARIOS[0][0],
                "day_reached": False,
                "attempts": 0,
                "seconds": 0,
            }
        )

    def _fail(self, reason):
        self._forget_state()
        self.write({"state": "failed", "error": reason})

    def _simulate_slice(self):
        """Simulate as many days of the scenario as there is time for."""
        scenarios = dict(self._scenarios())
        scenario = self.scenario_reached
        day = self.day_reached
        end = time.monotonic() + self._slice_seconds()
        found = self._simulate_days(
            self.company_id,
            fields.Date.add(day, days=1) if day else self.date_from,
            fields.Date.add(self.date_from, days=self.days - 1),
            version_ids=scenarios[scenario].ids,
            assumptions=Assumptions(
                self.approval_days, self.payment_percentage, self.payment_days
            ),
            source=self._state_schema() if day else None,
            pause=lambda _day: time.monotonic() > end,
        )
        self._add_lines(scenario, found.rows)
        if found.paused:
            self._keep_state(found.paused)
            self.day_reached = found.day
        else:
            self._forget_state()
            self._next_scenario(list(scenarios))
        self.progress = self._share_done(list(scenarios))

    @api.model
    def _slice_seconds(self):
        limit = config["limit_time_real_cron"]
        if limit is None or limit < 0:
            limit = config["limit_time_real"]
        return min(LONGEST_SLICE, SHARE_OF_LIMIT * limit) if limit else LONGEST_SLICE

    def _next_scenario(self, letters):
        place = letters.index(self.scenario_reached) + 1
        if place < len(letters):
            self.write({"scenario_reached": letters[place], "day_reached": False})
        else:
            self.write({"state": "done", "scenario_reached": False})

    def _share_done(self, letters):
        """Return how far it is, in percent."""
        if self.state == "done":
            return 100.0
        passed = 0
        if self.day_reached:
            passed = (self.day_reached - self.date_from).days + 1
        place = letters.index(self.scenario_reached)
        return 100.0 * (place + passed / self.days) / len(letters)

    # -- what is kept between two slices --------------------------------------------

    def _state_schema(self):
        return f"ar_simulation_{self.id}"

    @api.model
    def _dump_copies(self):
        """Return the temporary copies as files, {table: file}."""
        files = {}
        for table in self._shadowed_tables():
            # Closed when its rows have been put into the table.
            files[table] = tempfile.TemporaryFile()  # noqa: SIM115
            self.env.cr._obj.copy_expert(
                f'COPY pg_temp."{table}" TO STDOUT (FORMAT binary)', files[table]
            )
            files[table].seek(0)
        return files

    def _keep_state(self, files):
        """Put the copies into the tables of this simulation."""
        self._forget_state()
        schema = self._state_schema()
        self.env.cr.execute(SQL("CREATE SCHEMA %s", SQL.identifier(schema)))
        for table, file in files.items():
            self.env.cr.execute(
                SQL(
                    "CREATE UNLOGGED TABLE %s (LIKE %s)",
                    SQL.identifier(schema, table),
                    SQL.identifier("public", table),
                )
            )
            with file:
                self.env.cr._obj.copy_expert(
                    f'COPY "{schema}"."{table}" FROM STDIN (FORMAT binary)', file
                )

    def _forget_state(self):
        for simulation in self:
            self.env.cr.execute(
                SQL(
                    "DROP SCHEMA IF EXISTS %s CASCADE",
                    SQL.identifier(simulation._state_schema()),
                )
            )

    @api.ondelete(at_uninstall=True)
    def _unlink_state(self):
        self._forget_state()
