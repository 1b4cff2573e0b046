from odoo import api, fields, models

_WATCHED = ("active", "scheduled")


class VersionLawWatch(models.Model):
    """Versions in force or scheduled, held against the law of today.

    What was in line with the law when somebody activated it need not stay so: a law
    pack changes with an upgrade, a policy or a segment is added, a row of law ends.
    """

    _inherit = "ar.dunning.procedure.version"

    law_error_count = fields.Integer(
        string="Against the law",
        readonly=True,
        copy=False,
        help="How many rules of law the version breaks today. The daily cycle counts.",
    )

    @api.model
    def _config_tracked_fields(self):
        return [
            name
            for name in super()._config_tracked_fields()
            if name != "law_error_count"
        ]

    @api.model
    def _watch_law(self, company, on):
        """Count what the versions that a company relies on have against the law.

        Part of the daily cycle.

        :param on: the day; a version that is scheduled counts on its own day
        """
        procedures = self.env["ar.dunning.procedure"].search(
            [("company_id", "in", company.parent_ids.ids)]
        )
        # A segment of the company gives it, whoever wrote the procedure; the count is
        # a fact of the version, not of who looks.
        segments_sudo = (
            self.env["ar.dunning.segment"]
            .sudo()
            .search([("company_id", "=", company.id)])
        )
        watched_sudo = (
            procedures.sudo() | segments_sudo.procedure_id
        ).version_ids.filtered(lambda version: version.state in _WATCHED)
        watched_sudo._count_law_errors(on)

    def _count_law_errors(self, on):
        """Hold these versions against the law of a day, or of theirs if it is later."""
        # Where another company's cycle looks at a shared version now, it counts.
        for version in self.try_lock_for_update():
            day = max(on, version.effective_from or on)
            count = sum(one.is_error for one in version._lint(day))
            if version.law_error_count != count:
                version.law_error_count = count
