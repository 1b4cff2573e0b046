from datetime import date, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL


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
        string="From", required=True, default=lambda self: self.env.company._ar_today()
    )
    date_to = fields.Date(
        string="Until", help="Last day of the hold; empty: until somebody lifts it."
    )
    lifted_on = fields.Date(string="Lifted on", readonly=True, copy=False)
    lifted_by_id = fields.Many2one(
        "res.users", string="Lifted by", readonly=True, copy=False
    )
    note = fields.Text()
    notice_id = fields.Many2one(
        "ar.dunning.notice",
        string="Excluded notice",
        ondelete="restrict",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    undo_id = fields.Many2one(
        "ar.dunning.undo",
        ondelete="restrict",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    correction_id = fields.Many2one(
        "ar.clock.correction",
        ondelete="restrict",
        index="btree_not_null",
        readonly=True,
        copy=False,
        help="The hold stands for days that were given back to many debtors at once.",
    )
    go_live_id = fields.Many2one(
        "ar.go.live",
        ondelete="restrict",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    contact_ids = fields.Many2many(
        "ar.contact", string="From contacts", readonly=True, copy=False
    )
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

    @api.depends("date_from", "date_to", "lifted_on", "company_id")
    def _compute_in_force(self):
        for hold in self:
            company = hold.company_id or self.env.company
            hold.in_force = hold._is_in_force(company._ar_today())

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
        if True in value and False in value:
            return Domain.TRUE
        # Only the hour of each company is used, which is no secret.
        # Holds of a company that was archived are in force like all others.
        companies_sudo = (
            self.env["res.company"]
            .sudo()
            .with_context(active_test=False)
            .search(Domain.TRUE)
        )
        in_force = Domain.OR(
            Domain("company_id", "in", companies.ids) & self._domain_in_force(today)
            for today, companies in companies_sudo.grouped(
                lambda company: company._ar_today()
            ).items()
        )
        return in_force if True in value else ~in_force

    @api.model
    def _domain_in_force(self, on):
        """Return the condition of holds that suspend follow-up on a day."""
        return (
            Domain("date_from", "<=", on)
            & (Domain("date_to", "=", False) | Domain("date_to", ">=", on))
            & (Domain("lifted_on", "=", False) | Domain("lifted_on", ">", on))
        )

    @api.constrains("reason_id", "date_from", "date_to")
    def _check_maximum_days(self):
        for hold in self:
            self._check_period(hold.reason_id, hold.date_from, hold.date_to)

    @api.model
    def _check_period(self, reason, date_from, date_to):
        """Raise if a hold for this reason may not last so long."""
        if date_to and date_to < date_from:
            raise ValidationError(self.env._("The hold ends before it begins."))
        limit = reason.maximum_days
        if not limit:
            return
        longest = min(timedelta(days=limit - 1), date.max - date_from)
        latest = date_from + longest
        if not date_to or date_to > latest:
            raise ValidationError(
                self.env._(
                    "A hold for “%(reason)s” lasts %(days)s days at most: choose "
                    "an end on or before %(date)s.",
                    reason=reason.name,
                    days=limit,
                    date=latest,
                )
            )

    @api.model
    def _hold_set_based(self, wanted, reason, date_from, date_to, note=None):
        """Hold open claims: one statement, however many there are.

        The caller checked access, and the period with `_check_period`.

        :param wanted: SQL query with the claims (`id`); a column `notice_id`, `undo_id`
            or `go_live_id` is kept on the hold, `date_to` goes before the parameter
        :param date_to: last day of the hold; None: until somebody lifts it
        """
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                """
                INSERT INTO ar_hold (
                       company_id, partner_id, access_group_id, claim_id, reason_id,
                       date_from, date_to, note, notice_id, undo_id, go_live_id,
                       create_uid, create_date, write_uid, write_date)
                SELECT claim.company_id, claim.partner_id, claim.access_group_id,
                       claim.id, %(reason)s, %(from)s,
                       COALESCE((to_jsonb(wanted)->>'date_to')::date, %(to)s),
                       %(note)s, (to_jsonb(wanted)->>'notice_id')::int,
                       (to_jsonb(wanted)->>'undo_id')::int,
                       (to_jsonb(wanted)->>'go_live_id')::int, %(audit)s
                  FROM (%(wanted)s) wanted
                  JOIN ar_claim claim ON claim.id = wanted.id
                 WHERE claim.state = 'open'
                RETURNING id
                """,
                **{"from": date_from, "to": date_to or None},
                reason=reason.id,
                note=note or None,
                audit=self.env["ar.claim"]._sql_audit(),
                wanted=wanted,
            )
        )
        self.env.invalidate_all(flush=False)

    @api.model_create_multi
    def create(self, vals_list):
        holds = super().create([self._with_first_day(vals) for vals in vals_list])
        # The target may not be one that the user has never been allowed to see.
        holds.claim_id.check_access("read")
        holds.debtor_id.check_access("read")
        if not self.env.su and any(
            hold.lifted_on or hold.lifted_by_id or hold.correction_id for hold in holds
        ):
            raise UserError(self.env._("A new hold is not lifted yet."))
        return holds

    @api.model
    def _with_first_day(self, vals):
        """Begin today where the debt is, when nobody said when."""
        if vals.get("date_from"):
            return vals
        company = (
            self.env["ar.claim"].browse(vals.get("claim_id") or []).company_id
            or self.env["ar.debtor"].browse(vals.get("debtor_id") or []).root_company_id
            or self.env.company
        )
        return {**vals, "date_from": company._ar_today()}

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
        for company, holds_sudo in running_sudo.grouped("company_id").items():
            holds_sudo.write(
                {"lifted_on": company._ar_today(), "lifted_by_id": self.env.uid}
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
