from odoo import api, fields, models

from .run import LIVE_STATES


class RunOverview(models.Model):
    """A run at a glance: what leaves at which level, what is left out and why."""

    _inherit = "ar.dunning.run"

    overview = fields.Html(compute="_compute_overview")

    @api.depends_context("uid", "lang")
    def _compute_overview(self):
        for run in self:
            run.overview = self.env["ir.qweb"]._render(
                "ar_dunning.run_overview",
                {
                    "levels": run._overview_levels(),
                    "reasons": run._overview_reasons(),
                    "undone": run.state == "undone",
                },
            )

    def _overview_levels(self):
        """Return one dict per level, channel and currency of the live notices."""
        notices = self.env["ar.dunning.notice"]
        channels = dict(notices._fields["channel"]._description_selection(self.env))
        rows = {}
        for (
            level,
            channel,
            currency,
            state,
            count,
            claims,
            amount,
        ) in notices._read_group(
            [
                ("run_id", "=", self.id),
                ("state", "in", LIVE_STATES),
            ],
            ["level_id", "channel", "currency_id", "state"],
            ["__count", "claim_count:sum", "amount_total:sum"],
        ):
            row = rows.setdefault(
                (level, channel, currency),
                {
                    "name": level.name,
                    "sequence": (level.procedure_id.sequence, level.sequence),
                    "channel": channels.get(channel) if channel != "none" else "",
                    "procedure": level.procedure_id.name,
                    "currency": currency,
                    "notices": 0,
                    "waiting": 0,
                    "claims": 0,
                    "amount": 0.0,
                },
            )
            row["notices"] += count
            row["waiting"] += count if state == "proposed" else 0
            row["claims"] += claims
            row["amount"] += amount
        return sorted(rows.values(), key=lambda row: row["sequence"])

    def _overview_reasons(self):
        """Return one dict per reason for which claims are left out."""
        exclusions = self.env["ar.dunning.exclusion"]
        labels = dict(exclusions._fields["code"]._description_selection(self.env))
        return [
            {"name": labels.get(code, code), "claims": count}
            for code, count in exclusions._read_group(
                [("run_id", "=", self.id)], ["code"], ["__count"], order="__count desc"
            )
        ]
