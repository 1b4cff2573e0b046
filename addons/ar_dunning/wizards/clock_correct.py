from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

OPEN = Domain("state", "in", ("open", "unposted"))


class ClockCorrect(models.TransientModel):
    """Give days back to many claims or debtors at once."""

    _name = "ar.clock.correct"
    _description = "Give days back"

    scope = fields.Selection(
        [
            ("claims", "The chosen claims"),
            ("debtors", "All claims of the chosen debtors"),
            ("company", "All open claims of a company"),
        ],
        required=True,
        default="company",
        string="To whom",
    )
    claim_ids = fields.Many2many("ar.claim")
    debtor_ids = fields.Many2many("ar.debtor")
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    mode = fields.Selection(
        [("days", "A number of days"), ("period", "The days of a period")],
        required=True,
        default="days",
        string="How much",
    )
    days = fields.Integer(default=7, help="The days up to and including yesterday.")
    date_from = fields.Date(string="From")
    date_to = fields.Date(string="Until", help="Last day, included.")
    reason_id = fields.Many2one(
        "ar.hold.reason",
        required=True,
        domain="[('freezes_clock', '=', True),"
        "('company_id', 'in', (False, company_id))]",
        default=lambda self: self.env.ref(
            "ar_dunning.hold_reason_days_given_back", raise_if_not_found=False
        ),
    )
    note = fields.Text()
    clock_count = fields.Integer(compute="_compute_clock_count")
    summary = fields.Char(compute="_compute_summary")
    first_day = fields.Date(compute="_compute_period")
    last_day = fields.Date(compute="_compute_period")

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        model = self.env.context.get("active_model")
        chosen = [fields.Command.set(self.env.context.get("active_ids") or [])]
        if model == "ar.claim":
            values.update(scope="claims", claim_ids=chosen)
        elif model == "ar.debtor":
            values.update(scope="debtors", debtor_ids=chosen)
        return values

    @api.depends("scope", "claim_ids", "debtor_ids", "company_id")
    def _compute_clock_count(self):
        for wizard in self:
            claims, debtors = wizard._domains()
            wizard.clock_count = (
                self.env["ar.claim"].search_count(claims)
                if claims is not None
                else self.env["ar.debtor"].search_count(debtors)
            )

    @api.depends("mode", "days", "date_from", "date_to", "company_id")
    def _compute_period(self):
        for wizard in self:
            if wizard.mode == "period":
                wizard.first_day, wizard.last_day = wizard.date_from, wizard.date_to
                continue
            today = wizard.company_id._ar_today() if wizard.company_id else False
            reach = min(max(wizard.days, 1), 3660)
            wizard.first_day = today and today - timedelta(days=reach)
            wizard.last_day = today and today - timedelta(days=1)

    @api.depends("scope", "clock_count", "first_day", "last_day")
    def _compute_summary(self):
        for wizard in self:
            facts = {
                "count": wizard.clock_count,
                "first": format_date(self.env, wizard.first_day),
                "last": format_date(self.env, wizard.last_day),
            }
            wizard.summary = (
                self.env._("%(count)s debtors, from %(first)s to %(last)s", **facts)
                if wizard.scope == "debtors"
                else self.env._("%(count)s claims, from %(first)s to %(last)s", **facts)
            )

    def _domains(self):
        """Return the domains (claims, debtors); the one that is not meant is None."""
        self.ensure_one()
        if self.scope == "debtors":
            return None, Domain("id", "in", self.debtor_ids.ids)
        if self.scope == "claims":
            return OPEN & Domain("id", "in", self.claim_ids.ids), None
        return OPEN & Domain("company_id", "=", self.company_id.id), None

    def action_apply(self):
        """Give the days back and show what was done."""
        self.ensure_one()
        self._check_sensible()
        claims, debtors = self._domains()
        # Access rules narrow both queries; who may do this at all was checked before.
        corrections_sudo = (
            self.env["ar.clock.correction"]
            .sudo()
            ._give_back(
                None if claims is None else self.env["ar.claim"]._search(claims),
                None if debtors is None else self.env["ar.debtor"]._search(debtors),
                {
                    "reason_id": self.reason_id.id,
                    "date_from": self.first_day,
                    "date_to": self.last_day,
                    "note": self.note,
                    "user_id": self.env.uid,
                },
            )
        )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_dunning.ar_clock_correction_action"
        )
        return {**action, "domain": [("id", "in", corrections_sudo.ids)]}

    def _check_sensible(self):
        if not self.env.user.has_group("ar_dunning.group_approver"):
            raise UserError(
                self.env._("Only approvers may give days back or take them back.")
            )
        if self.mode == "days" and self.days < 1:
            raise UserError(self.env._("Give at least one day back."))
        if not self.first_day or not self.last_day or self.last_day < self.first_day:
            raise UserError(self.env._("Say from which day until which day."))
        if self.last_day >= self.company_id._ar_today():
            raise UserError(
                self.env._(
                    "Only days that have passed can be given back. For days ahead, "
                    "put the claims on hold or add a closure to the calendar."
                )
            )
        self._check_reason()
        if not self.clock_count:
            raise UserError(self.env._("There is no open claim to give days back to."))

    def _check_reason(self):
        reason = self.reason_id
        if not reason.freezes_clock:
            raise UserError(
                self.env._(
                    "“%s” does not freeze the clock: choose another reason.",
                    reason.name,
                )
            )
        length = (self.last_day - self.first_day).days + 1
        if reason.maximum_days and length > reason.maximum_days:
            raise UserError(
                self.env._(
                    "A hold for “%(reason)s” lasts %(days)s days at most: choose "
                    "another reason or fewer days.",
                    reason=reason.name,
                    days=reason.maximum_days,
                )
            )
