from datetime import date, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class Hold(models.Model):
    """A decision or an answer that suspends the follow-up of a claim or a debtor.

    Periods are inclusive on both ends. A hold is in force on day d when
    date_from <= d, d <= date_to (or no end) and d < lifted_on (or not lifted).
    """

    _name = "ar.hold"
    _description = "Hold"
    _order = "date_from desc, id desc"
    _rec_name = "reason_id"

    company_id = fields.Many2one(
        "res.company", compute="_compute_from_target", store=True, precompute=True
    )
    debtor_id = fields.Many2one(
        "ar.debtor", ondelete="restrict", index="btree_not_null"
    )
    claim_id = fields.Many2one("ar.claim", ondelete="restrict", index="btree_not_null")
    partner_id = fields.Many2one(
        "res.partner",
        compute="_compute_from_target",
        store=True,
        precompute=True,
        index=True,
    )
    access_group_id = fields.Many2one(
        "res.groups",
        compute="_compute_from_target",
        store=True,
        precompute=True,
        ondelete="restrict",
    )
    reason_id = fields.Many2one("ar.hold.reason", required=True, ondelete="restrict")
    date_from = fields.Date(
        string="From", required=True, default=fields.Date.context_today
    )
    date_to = fields.Date(
        string="Until", help="Last day of the hold; empty: until somebody lifts it."
    )
    lifted_on = fields.Date(string="Lifted on", readonly=True, copy=False)
    lifted_by_id = fields.Many2one(
        "res.users", string="Lifted by", readonly=True, copy=False
    )
    note = fields.Text()
    in_force = fields.Boolean(
        string="In force", compute="_compute_in_force", search="_search_in_force"
    )

    _one_target = models.Constraint(
        "CHECK ((debtor_id IS NULL) <> (claim_id IS NULL))",
        "A hold is on one claim or on one debtor: choose exactly one of the two.",
    )
    _period_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)",
        "The hold ends before it begins.",
    )

    @api.depends("claim_id", "debtor_id")
    def _compute_from_target(self):
        for hold in self:
            claim = hold.claim_id
            hold.company_id = claim.company_id or hold.debtor_id.root_company_id
            hold.partner_id = claim.partner_id or hold.debtor_id.partner_id
            hold.access_group_id = claim.access_group_id

    @api.depends("date_from", "date_to", "lifted_on")
    @api.depends_context("tz")
    def _compute_in_force(self):
        today = fields.Date.context_today(self)
        for hold in self:
            hold.in_force = hold._is_in_force(today)

    def _is_in_force(self, on):
        """Whether the hold suspends follow-up on the given day."""
        self.ensure_one()
        return bool(
            self.date_from
            and self.date_from <= on
            and (not self.date_to or on <= self.date_to)
            and (not self.lifted_on or on < self.lifted_on)
        )

    def _search_in_force(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        in_force = fields.Domain("date_from", "<=", today)
        in_force &= fields.Domain("date_to", "=", False) | fields.Domain(
            "date_to", ">=", today
        )
        in_force &= fields.Domain("lifted_on", "=", False) | fields.Domain(
            "lifted_on", ">", today
        )
        if True in value and False in value:
            return fields.Domain.TRUE
        return in_force if True in value else ~in_force

    @api.constrains("reason_id", "date_from", "date_to")
    def _check_maximum_days(self):
        for hold in self:
            limit = hold.reason_id.maximum_days
            if not limit:
                continue
            longest = min(timedelta(days=limit - 1), date.max - hold.date_from)
            latest = hold.date_from + longest
            if not hold.date_to or hold.date_to > latest:
                raise ValidationError(
                    self.env._(
                        "A hold for “%(reason)s” lasts %(days)s days at most: choose "
                        "an end on or before %(date)s.",
                        reason=hold.reason_id.name,
                        days=limit,
                        date=latest,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        holds = super().create(vals_list)
        # The target may not be one that the user has never been allowed to see.
        holds.claim_id.check_access("read")
        holds.debtor_id.check_access("read")
        if not self.env.su and any(
            hold.lifted_on or hold.lifted_by_id for hold in holds
        ):
            raise UserError(self.env._("A new hold is not lifted yet."))
        return holds

    def write(self, vals):
        """A hold is evidence: people change its end and its note, nothing else."""
        if not self.env.su:
            if set(vals) - {"date_to", "note"}:
                raise UserError(
                    self.env._(
                        "Only the end and the note of a hold can change. Lift it and "
                        "make a new one instead."
                    )
                )
            if "date_to" in vals:
                self._check_may_lift()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_past(self):
        raise UserError(
            self.env._("Holds are evidence and are not deleted: lift the hold instead.")
        )

    def action_lift(self):
        """End the hold today, if the reason allows the user to."""
        self.check_access("write")
        self._check_may_lift()
        # Access and right were checked just above.
        running_sudo = self.sudo().filtered(lambda hold: not hold.lifted_on)
        running_sudo.write(
            {
                "lifted_on": fields.Date.context_today(self),
                "lifted_by_id": self.env.uid,
            }
        )

    def _check_may_lift(self):
        for hold in self:
            group = hold.reason_id.lift_group_id
            if group and group not in self.env.user.all_group_ids:
                raise UserError(
                    self.env._(
                        "Only members of “%(group)s” may lift a hold for “%(reason)s”.",
                        group=group.display_name,
                        reason=hold.reason_id.name,
                    )
                )
