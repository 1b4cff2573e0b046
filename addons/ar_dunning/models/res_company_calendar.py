from datetime import datetime, time, timedelta

from odoo import fields, models
from odoo.tools import format_date, format_time


class ResCompany(models.Model):
    """Which days count for a company, and on which it sends."""

    _inherit = "res.company"

    ar_legal_calendar_id = fields.Many2one(
        "ar.calendar",
        string="Legal days",
        domain="[('kind', '=', 'legal'), ('company_id', 'in', (False, id))]",
        ondelete="restrict",
        help="Working days of levels and of periods of the law. Empty: the calendar of "
        "the company's country.",
    )
    ar_sending_calendar_id = fields.Many2one(
        "ar.calendar",
        string="Sending days",
        domain="[('kind', '=', 'sending'), ('company_id', 'in', (False, id))]",
        ondelete="restrict",
        help="Days and hours in which notices leave. Empty: every day.",
    )

    def _ar_law_country(self):
        """Return the country whose law the company's claims are under."""
        self.ensure_one()
        return self.account_fiscal_country_id or self.country_id

    def _ar_legal_calendar(self, country=None):
        """Return the calendar of the law for this company; it may be empty.

        :param country: res.country of another law than that of the company
        """
        self.ensure_one()
        own = self._ar_law_country()
        country = country or own
        # Calendars hold public facts; who evaluates need not be able to configure.
        calendars_sudo = self.env["ar.calendar"].sudo()
        chosen_sudo = self.sudo().ar_legal_calendar_id
        if chosen_sudo and country == own:
            return chosen_sudo
        return calendars_sudo.search(
            [
                ("kind", "=", "legal"),
                ("company_id", "=", False),
                ("country_id", "=", country.id or 0),
                ("subdivision", "=", False),
            ],
            limit=1,
        )

    def _ar_sending_day(self, day):
        """Return the first day on or after `day` on which the company sends."""
        self.ensure_one()
        # Public facts, as above.
        return self.sudo().ar_sending_calendar_id._next_working(day)

    def _ar_sending_moment(self, day):
        """Return when a notice allowed from `day` leaves, in words: date and hour."""
        self.ensure_one()
        leaves = self._ar_sending_day(day)
        words = format_date(self.env, leaves, date_format="long")
        # Public facts, as above.
        calendar_sudo = self.sudo().ar_sending_calendar_id
        if not calendar_sudo:
            return words
        hour = datetime.combine(leaves, time()) + timedelta(
            hours=calendar_sudo.window_from
        )
        return self.env._(
            "%(date)s, %(hour)s",
            date=words,
            hour=format_time(self.env, hour.time(), time_format="HH:mm"),
        )

    def _ar_make_sending_calendar(self):
        """Give the company a calendar of its own working days, if it has none."""
        for company in self.filtered(lambda one: not one.ar_sending_calendar_id):
            country = company.account_fiscal_country_id or company.country_id
            company.ar_sending_calendar_id = self.env["ar.calendar"].create(
                {
                    "name": self.env._("Working days"),
                    "kind": "sending",
                    "company_id": company.id,
                    "country_id": country.id,
                }
            )
