from datetime import datetime, time

import pytz

from odoo import api, fields, models
from odoo.fields import Domain


class WorkItemOwner(models.Model):
    """Whose work an item is, when it is shown, and how far the day has come."""

    _inherit = "ar.work.item"

    team_id = fields.Many2one(
        "ar.team",
        ondelete="set null",
        index="btree_not_null",
        help="Empty: the team of the debtor.",
    )
    hidden_until = fields.Date(
        string="Put away until", help="The item is not shown before this day."
    )
    hidden_reason = fields.Char(string="Put away because")
    is_mine = fields.Boolean(compute="_compute_owner", search="_search_is_mine")
    is_my_team = fields.Boolean(compute="_compute_owner", search="_search_is_my_team")
    is_shown = fields.Boolean(
        string="For today", compute="_compute_is_shown", search="_search_is_shown"
    )

    _by_kind = models.Index("(kind, points DESC) WHERE state = 'open'")
    _by_user = models.Index("(user_id, points DESC) WHERE state = 'open'")
    _handled = models.Index("(done_by_id, done_on) WHERE state <> 'open'")

    def _editable_fields(self):
        return super()._editable_fields() | {"team_id", "hidden_until", "hidden_reason"}

    @api.depends_context("uid")
    @api.depends("user_id", "team_id", "debtor_id.user_id", "debtor_id.team_id")
    def _compute_owner(self):
        represented = self._represented()
        teams = self._my_teams()
        for item in self:
            owner = item.user_id or item.debtor_id.user_id
            team = item.team_id or item.debtor_id.team_id
            item.is_mine = owner in represented
            item.is_my_team = team in teams or owner in teams.member_ids

    @api.depends("state", "due_on", "hidden_until")
    def _compute_is_shown(self):
        today = fields.Date.context_today(self)
        for item in self:
            days = [day for day in (item.due_on, item.hidden_until) if day]
            item.is_shown = item.state == "open" and all(day <= today for day in days)

    @api.model
    def _represented(self):
        return self.env["ar.substitution"]._represented_by(self.env.user)

    @api.model
    def _my_teams(self):
        me = self.env.user
        return self.env["ar.team"].search(
            ["|", ("member_ids", "in", me.ids), ("leader_id", "=", me.id)]
        )

    @api.model
    def _domain_of_users(self, users):
        """Items of these people: their own, and those of their debtors."""
        return Domain("user_id", "in", users.ids) | (
            Domain("user_id", "=", False) & Domain("debtor_id.user_id", "in", users.ids)
        )

    @api.model
    def _domain_of_nobody(self):
        """Items that anybody may take: neither they nor their debtors are someone's."""
        return Domain("user_id", "=", False) & (
            Domain("debtor_id", "=", False) | Domain("debtor_id.user_id", "=", False)
        )

    def _search_is_mine(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._yes_no(self._domain_of_users(self._represented()), value)

    def _search_is_my_team(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._yes_no(self._domain_of_teams(self._my_teams()), value)

    @api.model
    def _domain_of_teams(self, teams):
        return (
            Domain("team_id", "in", teams.ids)
            | (
                Domain("team_id", "=", False)
                & Domain("debtor_id.team_id", "in", teams.ids)
            )
            | self._domain_of_users(teams.member_ids)
        )

    def _search_is_shown(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._yes_no(self._domain_of_today(), value)

    @api.model
    def _domain_of_today(self):
        """Open items whose day has come and that nobody put away."""
        today = fields.Date.context_today(self)
        domain = Domain("state", "=", "open")
        for name in ("due_on", "hidden_until"):
            domain &= Domain(name, "=", False) | Domain(name, "<=", today)
        return domain

    @api.model
    def _yes_no(self, domain, value):
        if True in value and False in value:
            return Domain.TRUE
        return domain if True in value else ~domain

    def action_take(self):
        """Make these items the user's."""
        self.write({"user_id": self.env.uid})

    # -- how far the day has come -----------------------------------------------

    @api.model
    def get_progress(self):
        """Return how much of today's work is handled, of the reader and his teams.

        :return: {"me": {done, due}, "team": {done, due} or False, "free"}; `due` is
            what is still to do today, `free` the number of open items of today that
            are nobody's and that the reader may do
        """
        teams = self._my_teams()
        return {
            "me": self._progress(
                self.env.user, self._domain_of_users(self._represented())
            ),
            "team": self._progress(teams.member_ids, self._domain_of_teams(teams))
            if teams
            else False,
            "free": self.search_count(
                self._domain_of_today()
                & self._domain_of_nobody()
                & self._domain_of_able()
            ),
        }

    @api.model
    def _progress(self, users, theirs):
        zone = pytz.timezone(self.env.user.tz or "UTC")
        midnight = zone.localize(
            datetime.combine(fields.Date.context_today(self), time.min)
        )
        since = midnight.astimezone(pytz.utc).replace(tzinfo=None)
        return {
            "done": self.search_count(
                [
                    ("state", "!=", "open"),
                    ("done_by_id", "in", users.ids),
                    ("done_on", ">=", since),
                ]
            ),
            "due": self.search_count(self._domain_of_today() & theirs),
        }
