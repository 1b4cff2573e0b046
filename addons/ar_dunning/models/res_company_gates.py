from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..rules.bank_age import last_fresh_day


class CompanyGates(models.Model):
    """How often, how much and on which data a company writes to its debtors."""

    _inherit = "res.company"

    ar_contact_maximum = fields.Integer(
        string="Contacts at most",
        help="Notices that one debtor gets at most in the period, over all procedures "
        "and channels. 0: no limit.",
    )
    ar_contact_period_days = fields.Integer(
        string="Within days",
        default=7,
        help="Length of the period in days, today included.",
    )
    ar_contact_scope = fields.Selection(
        [
            ("company", "Notices of this company"),
            ("all", "Notices of all companies here"),
        ],
        string="Counted are",
        required=True,
        default="company",
        help="All companies: what other companies, or colleagues with restricted "
        "claims, wrote counts as well, without telling what it was.",
    )
    ar_fuse_factor = fields.Float(
        string="Fuse: times the usual",
        default=5.0,
        help="A daily run with more notices than this many times the median of the "
        "last 20, and more than 50, sends nothing by itself: a person approves. 0: no "
        "limit.",
    )
    ar_fuse_maximum = fields.Integer(
        string="Fuse: at first",
        default=500,
        help="The most notices of a daily run that leave by themselves as long as "
        "there are fewer than 5 to compare with; with more, a person approves. Raise "
        "it when your first days are larger. 0: no limit.",
    )
    ar_capacity_ids = fields.One2many("ar.capacity", "company_id", string="Per day")

    _ar_contacts_positive = models.Constraint(
        "CHECK (ar_contact_maximum >= 0 AND ar_contact_period_days >= 0)",
        "The number of contacts and of days cannot be negative.",
    )
    _ar_fuse_positive = models.Constraint(
        "CHECK (ar_fuse_factor >= 0 AND ar_fuse_maximum >= 0)",
        "The limits of the fuse cannot be negative.",
    )

    def _ar_capacity_left(self, on, approved=False):
        """Return {channel: notices that may still leave on a day}; empty: no limits.

        :param approved: what is approved has its place already: as many may still be
            proposed for that day
        """
        self.ensure_one()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT capacity.channel, capacity.per_day - (
                       SELECT COUNT(*) FROM ar_dunning_notice notice
                        WHERE notice.company_id = capacity.company_id
                          AND ((%(approved)s AND notice.state = 'approved')
                               OR (notice.state = 'dispatched'
                                   AND notice.contact_on = %(on)s))
                          AND notice.kind IN ('dunning', 'statement', 'correction')
                          AND capacity.channel = ANY(string_to_array(
                              COALESCE(notice.channels, notice.channel), ',')))
                  FROM ar_capacity capacity
                 WHERE capacity.company_id = %(company)s AND capacity.active
                """,
                approved=approved,
                on=on,
                company=self.id,
            )
        )
        return {channel: max(left, 0) for channel, left in rows}

    def _ar_stale_journals(self, on):
        """Return the bank journals whose newest data are too old for reminders."""
        self.ensure_one()
        watched = (
            self.env["account.journal"]
            .sudo()  # only whether its data are old; collectors need no accounting
            .search(
                [
                    ("type", "in", ("bank", "cash", "credit")),
                    ("company_id", "in", (self | self.parent_ids).ids),
                    ("ar_staleness_days", ">", 0),
                ]
            )
        )
        if not watched:
            return watched
        newest = dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT journal_id, MAX(day) FROM (
                        SELECT journal_id, MAX(date) AS day FROM account_bank_statement
                         WHERE journal_id IN %(journals)s GROUP BY 1
                         UNION ALL
                        SELECT line.journal_id, MAX(move.date)
                          FROM account_bank_statement_line line
                          JOIN account_move move ON move.id = line.move_id
                         WHERE line.journal_id IN %(journals)s GROUP BY 1
                    ) known GROUP BY 1
                    """,
                    journals=tuple(watched.ids),
                )
            )
        )
        return watched.filtered(
            lambda journal: (
                not newest.get(journal.id)
                or newest[journal.id] < last_fresh_day(on, journal.ar_staleness_days)
            )
        )

    # -- kill switch --------------------------------------------------------------

    def _ar_stops(self):
        """Return the kill switches that are pulled for this company."""
        self.ensure_one()
        # Everybody's sending stops, whoever may read the log.
        return (
            self.env["ar.kill.switch"]
            .sudo()
            .search([("company_id", "=", self.id), ("lifted_on", "=", False)])
        )

    def _ar_stopped(self, channel):
        """Whether nothing may leave by a channel now."""
        return any(
            not stop.channel or stop.channel == channel for stop in self._ar_stops()
        )

    def _ar_check_not_stopped(self, channel):
        """Raise when a kill switch keeps a channel back."""
        self.ensure_one()
        if self._ar_stopped(channel):
            raise UserError(
                self.env._(
                    "Sending is stopped for %(company)s: %(reason)s. A manager lifts "
                    "the stop under Runs > Emergency stops.",
                    company=self.name,
                    reason=self._ar_stops()[:1].reason,
                )
            )

    def _ar_opens_on(self):
        """Return when the company's next sending hours begin, after this moment.

        :return: naive datetime in UTC; None without a sending calendar
        """
        self.ensure_one()
        # Opening hours are no secret.
        calendar_sudo = self.sudo().ar_sending_calendar_id
        if not calendar_sudo:
            return None
        zone = ZoneInfo(self.partner_id.tz or "UTC")
        now = fields.Datetime.now()
        today = self._ar_today()
        for first in (today, today + timedelta(days=1)):
            day = self._ar_sending_day(first)
            opens = datetime.combine(day, time(), zone) + timedelta(
                hours=calendar_sudo.window_from
            )
            moment = opens.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)
            if moment > now:
                return moment
        return None

    def _ar_sends_now(self):
        """Whether this moment lies in the sending days and hours of the company."""
        self.ensure_one()
        today = self._ar_today()
        if self._ar_sending_day(today) != today:
            return False
        # Opening hours are no secret.
        calendar_sudo = self.sudo().ar_sending_calendar_id
        if not calendar_sudo:
            return True
        zone = self.partner_id.tz or "UTC"
        now = fields.Datetime.context_timestamp(
            self.with_context(tz=zone), fields.Datetime.now()
        )
        hour = now.hour + now.minute / 60
        return calendar_sudo.window_from <= hour < calendar_sudo.window_to
