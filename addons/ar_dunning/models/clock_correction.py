from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date


class ClockCorrection(models.Model):
    """Days given back to many debtors at once, e.g. for a strike of the post.

    The days are holds in the past: the same evidence, the same clock. Undoing lifts
    them all as of their first day, as if they had never been.
    """

    _name = "ar.clock.correction"
    _description = "Clock correction"
    _order = "id desc"

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    access_group_id = fields.Many2one("res.groups", ondelete="restrict", readonly=True)
    reason_id = fields.Many2one(
        "ar.hold.reason", required=True, ondelete="restrict", readonly=True
    )
    date_from = fields.Date(string="From", required=True, readonly=True)
    date_to = fields.Date(
        string="Until", required=True, readonly=True, help="Last day, included."
    )
    days = fields.Integer(compute="_compute_days", string="Days given back")
    note = fields.Text(readonly=True)
    state = fields.Selection(
        [("applied", "Applied"), ("undone", "Undone")],
        required=True,
        default="applied",
        readonly=True,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Given by",
        required=True,
        readonly=True,
        default=lambda self: self.env.uid,
    )
    undone_by_id = fields.Many2one("res.users", string="Undone by", readonly=True)
    hold_ids = fields.One2many("ar.hold", "correction_id")
    hold_count = fields.Integer(compute="_compute_hold_count", string="Clocks")

    _period_order = models.Constraint(
        "CHECK (date_to >= date_from)", "The period ends before it begins."
    )

    @api.depends("date_from", "date_to")
    def _compute_days(self):
        for correction in self:
            correction.days = (
                (correction.date_to - correction.date_from).days + 1
                if correction.date_from and correction.date_to
                else 0
            )

    @api.depends("hold_ids")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_hold_count(self):
        counts = dict(
            self.env["ar.hold"]._read_group(
                [("correction_id", "in", self.ids)], ["correction_id"], ["__count"]
            )
        )
        for correction in self:
            correction.hold_count = counts.get(correction, 0)

    @api.depends("reason_id", "date_from", "date_to")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for correction in self:
            correction.display_name = self.env._(
                "%(reason)s, %(first)s to %(last)s",
                reason=correction.reason_id.name or "",
                first=format_date(self.env, correction.date_from),
                last=format_date(self.env, correction.date_to),
            )

    @api.model
    def _give_back(self, claims, debtors, values):
        """Give days back: one hold per claim or debtor, set-based.

        :param claims: Query of ar.claim, or None
        :param debtors: Query of ar.debtor, or None
        :param values: reason_id, date_from, date_to, note of the corrections
        :return: the corrections, one per company and access group
        """
        corrections = self.browse()
        if claims is not None:
            corrections |= self._insert_holds(
                SQL(
                    """SELECT id AS claim_id, NULL::int AS debtor_id, company_id,
                              partner_id, access_group_id
                         FROM ar_claim WHERE id IN %s""",
                    claims.subselect(),
                ),
                values,
            )
        if debtors is not None:
            corrections |= self._insert_holds(
                SQL(
                    """SELECT NULL::int AS claim_id, id AS debtor_id,
                              root_company_id AS company_id, partner_id,
                              NULL::int AS access_group_id
                         FROM ar_debtor WHERE id IN %s""",
                    debtors.subselect(),
                ),
                values,
            )
        return corrections

    @api.model
    def _insert_holds(self, targets, values):
        self.env.flush_all()
        groups = self.env.execute_query(
            SQL("SELECT DISTINCT company_id, access_group_id FROM (%s) target", targets)
        )
        corrections = self.create(
            [
                {**values, "company_id": company_id, "access_group_id": access_group_id}
                for company_id, access_group_id in groups
            ]
        )
        if not corrections:
            return corrections
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                """
                INSERT INTO ar_hold (
                       company_id, claim_id, debtor_id, partner_id, access_group_id,
                       correction_id, reason_id, date_from, date_to, note,
                       create_uid, create_date, write_uid, write_date)
                SELECT target.company_id, target.claim_id, target.debtor_id,
                       target.partner_id, target.access_group_id, correction.id,
                       correction.reason_id, correction.date_from, correction.date_to,
                       correction.note, %(audit)s
                  FROM (%(targets)s) target
                  JOIN ar_clock_correction correction
                    ON correction.company_id = target.company_id
                   AND correction.access_group_id
                       IS NOT DISTINCT FROM target.access_group_id
                 WHERE correction.id IN %(corrections)s
                RETURNING id
                """,
                targets=targets,
                corrections=tuple(corrections.ids),
                audit=self.env["ar.claim"]._sql_audit(),
            )
        )
        self.env.invalidate_all()
        return corrections

    def action_undo(self):
        """Take the days back: the holds count as if they had never been."""
        self.check_access("read")
        if not self.env.user.has_group("ar_dunning.group_approver"):
            raise UserError(
                self.env._("Only approvers may give days back or take them back.")
            )
        running = self.filtered(lambda correction: correction.state == "applied")
        if not running:
            return
        running.hold_ids[:1]._check_may_lift()
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                """
                UPDATE ar_hold SET lifted_on = date_from, lifted_by_id = %(user)s
                 WHERE correction_id IN %(corrections)s AND lifted_on IS NULL
                RETURNING id
                """,
                user=self.env.uid,
                corrections=tuple(running.ids),
            )
        )
        self.env.invalidate_all()
        # Nobody writes corrections but this transition; checked above.
        running.sudo().write({"state": "undone", "undone_by_id": self.env.uid})

    def action_open_holds(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_dunning.ar_hold_action"
        )
        return {
            **action,
            "domain": [("correction_id", "=", self.id)],
            "context": {"create": False},
        }
