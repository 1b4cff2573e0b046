from odoo import api, fields, models

from ..rules import forecast
from .level_preview import TIMING


class ProcedureVersionPreview(models.Model):
    """The whole ladder in dates, for one due date."""

    _inherit = "ar.dunning.procedure.version"

    preview_due_on = fields.Date(
        string="Example: due on",
        compute="_compute_preview_due_on",
        readonly=False,
        help="Any date: the dates below are worked out for an invoice due then.",
    )
    ladder_preview = fields.Html(compute="_compute_ladder_preview", sanitize=False)

    def _compute_preview_due_on(self):
        for version in self:
            version.preview_due_on = self.env["ar.dunning.level"]._example_due_on()

    @api.depends(
        "preview_due_on",
        "procedure_id.company_id",
        *(f"level_ids.{name}" for name in ("name", "phase", "mode", "kind", *TIMING)),
    )
    @api.depends_context("lang", "allowed_company_ids")
    def _compute_ladder_preview(self):
        for version in self:
            version.ladder_preview = self.env["ir.qweb"]._render(
                "ar_dunning.ladder_preview", version._prepare_ladder()
            )

    def _prepare_ladder(self):
        """Return the rows of the ladder: level, day and hour, what is special."""
        self.ensure_one()
        company = self.procedure_id.company_id or self.env.company
        due_on = self.preview_due_on or self.env["ar.dunning.level"]._example_due_on()
        # While somebody types, two levels may have the same place: as they are listed.
        levels = dict(enumerate(self.level_ids, 1))
        ladder = {}
        for place, level in levels.items():
            if rule := level._as_rule(place):
                ladder[place] = rule
        try:
            steps = forecast.forecast(
                ladder.values(),
                due_on,
                company._ar_legal_calendar()._working_days(),
                company._ar_sending_day,
            )
        except ValueError:
            # A number of days that leads out of the calendar.
            steps = []
        return {
            "intro": self.env._(
                "An invoice due on %(due)s that is not paid, each notice approved and "
                "delivered at once:",
                due=self.env["ar.dunning.level"]._say(due_on),
            ),
            "rows": [
                {
                    "level": levels[step.level.sequence],
                    "moment": step.leaves_on
                    and company._ar_sending_moment(step.leaves_on),
                    "days": step.leaves_on and (step.leaves_on - due_on).days,
                    "distance": self._say_distance(step.leaves_on, due_on),
                    "occurrence": step.occurrence,
                    "skipped": step.skipped,
                }
                for step in steps
            ],
        }

    def _say_distance(self, day, due_on):
        """Return how far a day is from the due date, in words."""
        if not day:
            return ""
        days = (day - due_on).days
        if days == 0:
            return self.env._("on the due date")
        if days == 1:
            return self.env._("the day after")
        if days == -1:
            return self.env._("the day before")
        if days > 0:
            return self.env._("%s days after", days)
        return self.env._("%s days before", -days)
