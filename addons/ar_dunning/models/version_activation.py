from itertools import pairwise

from odoo import api, fields, models
from odoo.exceptions import UserError


class VersionActivation(models.Model):
    """How a draft comes into force: now, or on a day to come."""

    _inherit = "ar.dunning.procedure.version"

    def action_activate(self):
        """Check the draft, retire the version in force and take its place today.

        Running claims go on under it by level key, see ar.claim._move_to_version.
        """
        self._check_manager()
        for version in self:
            version._check_levels()
            version._put_in_force(version.env["res.company"], ())

    def action_prepare_activation(self):
        """Open the page that says what the version changes, and from when on."""
        self.ensure_one()
        self._check_manager()
        self._check_levels()
        activation = self.env["ar.version.activation"].create({"version_id": self.id})
        return activation._action_open()

    def action_unschedule(self):
        """Make a scheduled version a draft again."""
        self._check_manager()
        # Nobody writes the state but these transitions; the right was checked above.
        self.filtered(lambda version: version.state == "scheduled").sudo().write(
            {
                "state": "draft",
                "effective_from": False,
                "staying_keys": False,
                "law_error_count": 0,
            }
        )

    def action_compare(self):
        """Open the comparison with the version in force, or else the one before."""
        self.ensure_one()
        others = self.procedure_id.version_ids - self
        active = others.filtered(lambda version: version.state == "active")
        before = others.filtered(lambda version: version.number < self.number)
        comparison = self.env["ar.version.comparison"].create(
            {
                "version_id": self.id,
                "other_id": (active or before.sorted("number")[-1:] or others[:1]).id,
            }
        )
        return comparison._action_open()

    def _activate_from(self, on, staying):
        """Put the draft in force on a day; today or earlier: at once.

        :param staying: keys of the levels whose claims stay where they are
        """
        self.ensure_one()
        self._check_manager()
        self._check_levels()
        company = self.procedure_id.company_id or self.env.company
        if on <= company._ar_today():
            self._put_in_force(company, staying)
            return
        if self.procedure_id.version_ids.filtered(
            lambda version: version.state == "scheduled"
        ):
            raise UserError(
                self.env._(
                    "Another version of this procedure is scheduled already: take it "
                    "back to draft first."
                )
            )
        # See action_unschedule.
        self.sudo().write(
            {
                "state": "scheduled",
                "effective_from": on,
                "staying_keys": list(staying),
            }
        )

    @api.model
    def _put_scheduled_in_force(self, company, on):
        """Put versions whose day has come in force; return how many.

        Part of the daily cycle. What is not in line with the law any more waits, and
        the page of health tells. A shared version comes into force with the first
        company whose day has come.
        """
        due = self.search(
            [
                ("state", "=", "scheduled"),
                ("effective_from", "<=", on),
                ("procedure_id.company_id", "in", [False, *company.parent_ids.ids]),
            ]
        )
        locked = due.try_lock_for_update()
        locked._count_law_errors(on)
        lawful = locked.filtered(lambda version: not version.law_error_count)
        for version in lawful:
            version._put_in_force(company, version.staying_keys or ())
        return len(lawful)

    def _put_in_force(self, company, staying):
        self.ensure_one()
        # Nobody writes the state but this transition; callers check the right.
        version_sudo = self.sudo()
        previous_sudo = version_sudo.procedure_id.active_version_id
        previous_sudo.write({"state": "retired"})
        previous_sudo.flush_recordset()
        version_sudo.write(
            {
                "state": "active",
                "effective_from": False,
                "law_error_count": 0,
                "activated_on": company._ar_today()
                if company
                else fields.Date.context_today(self),
                "activated_by_id": self.env.uid,
            }
        )
        version_sudo.flush_recordset()
        # Claims of all groups follow their procedure, whoever activates it.
        self.env["ar.claim"].sudo()._move_to_version(version_sudo, staying)

    def _check_manager(self):
        if not self.env.su and not self.env.user.has_group("ar_dunning.group_manager"):
            raise UserError(
                self.env._("Only a receivables manager may activate a procedure.")
            )

    def _check_levels(self):
        """Raise a clear error when the ladder cannot work."""
        self.ensure_one()
        levels = self.level_ids.sorted("sequence")
        if self.state != "draft":
            raise UserError(self.env._("Only a draft version can be activated."))
        if not levels:
            raise UserError(
                self.env._("Add at least one level before you activate the version.")
            )
        for before, after in pairwise(levels):
            comparable = after.offset_unit == before.offset_unit
            if comparable and after.offset_days < before.offset_days:
                raise UserError(
                    self.env._(
                        "Level “%(after)s” would come before “%(before)s”: its number "
                        "of days must be at least %(days)s.",
                        after=after.name,
                        before=before.name,
                        days=before.offset_days,
                    )
                )
        for level in levels.filtered(
            lambda level: level.kind == "notice" and level.mode != "task"
        ):
            if not level.template_id:
                raise UserError(
                    self.env._("Level “%(level)s” has no text.", level=level.name)
                )
            if not level.channel_ids:
                raise UserError(
                    self.env._("Level “%(level)s” has no channel.", level=level.name)
                )
            if level.registered and level.channel_ids.mapped("channel") != ["letter"]:
                raise UserError(
                    self.env._(
                        "Level “%(level)s” is a registered letter: leave it the "
                        "channel “Letter” alone.",
                        level=level.name,
                    )
                )
        self._check_law()
