from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.guarded import GuardedMany2one
from .channel import channels_or_none
from .exclusion import BLOCKER_CODES

CANCEL_CODES = [
    *BLOCKER_CODES,
    ("excluded_by_user", "Excluded by hand"),
    ("superseded", "Superseded by a later run"),
    ("taken_over", "Taken over by a later run"),
    ("ledger_changed", "Ledger changed before sending"),
    ("undone", "Undone"),
    ("sandbox", "Test before the go-live"),
]
NOTICE_STATES = [
    ("proposed", "Proposed"),
    ("approved", "Approved"),
    ("dispatched", "Dispatched"),
    ("cancelled", "Cancelled"),
    ("withdrawn", "Withdrawn"),
    ("rehearsed", "Rehearsed"),
]


class DunningNotice(models.Model):
    """One communication to one debtor, in one currency.

    The level is on the lines: each claim advances at its own level; the notice has
    the lead level, which decides tone and text. From dispatch on it is frozen.
    """

    _name = "ar.dunning.notice"
    _description = "Notice"
    _inherit = ["mail.thread"]
    _mail_post_access = "read"
    _order = "id desc"

    run_id = fields.Many2one("ar.dunning.run", ondelete="restrict", readonly=True)
    # The claims on it name the same company and currency, and have the keys.
    company_id = GuardedMany2one("res.company", required=True, readonly=True)
    access_group_id = fields.Many2one("res.groups", ondelete="restrict", readonly=True)
    debtor_id = fields.Many2one(
        "ar.debtor", required=True, ondelete="restrict", readonly=True
    )
    partner_id = fields.Many2one(
        "res.partner", required=True, ondelete="restrict", readonly=True, index=True
    )
    currency_id = GuardedMany2one("res.currency", required=True, readonly=True)
    kind = fields.Selection(
        [
            ("dunning", "Reminder"),
            ("handover", "Handover proposal"),
            ("thank_you", "Thank-you"),
            ("statement", "Statement of account"),
            ("correction", "Correction"),
            ("imported", "Taken over"),
        ],
        required=True,
        readonly=True,
    )
    # The level belongs to the version, and that to the procedure.
    procedure_id = GuardedMany2one("ar.dunning.procedure", readonly=True)
    version_id = GuardedMany2one("ar.dunning.procedure.version", readonly=True)
    level_id = fields.Many2one("ar.dunning.level", ondelete="restrict", readonly=True)
    phase = fields.Selection(related="level_id.phase")
    state = fields.Selection(NOTICE_STATES, required=True, readonly=True)
    cancel_code = fields.Selection(
        CANCEL_CODES, string="Reason for cancelling", readonly=True, copy=False
    )
    cancel_note = fields.Char(string="Cancel note", readonly=True, copy=False)
    date = fields.Date(required=True, readonly=True)
    lang = fields.Selection(
        selection=lambda self: self.env["res.lang"].get_installed(),
        string="Language",
        readonly=True,
    )
    text_id = fields.Many2one(
        "ar.dunning.template.text", ondelete="restrict", readonly=True
    )
    channel = fields.Selection(
        channels_or_none,
        readonly=True,
        help="The first of the channels by which it leaves.",
    )
    channels = fields.Char(
        readonly=True, help="All channels by which it leaves, parted by commas."
    )
    sandbox = fields.Boolean(
        readonly=True,
        help="It went to the test address and counts no more after the go-live.",
    )
    amount_total = fields.Monetary(string="Total", readonly=True)
    amount_credit = fields.Monetary(
        string="Credit left",
        readonly=True,
        help="Of a statement: credits that no open claim takes, in favour of the "
        "debtor.",
    )
    claim_count = fields.Integer(string="Claims", readonly=True)
    snapshot = fields.Json(readonly=True)
    approved_by_id = fields.Many2one("res.users", string="Approved by", readonly=True)
    approved_on = fields.Datetime(string="Approved on", readonly=True)
    dispatched_on = fields.Datetime(string="Dispatched on", readonly=True, copy=False)
    contact_on = fields.Date(
        readonly=True,
        copy=False,
        help="Day of its dispatch; the limit of contacts counts from it.",
    )
    effective_on = fields.Date(
        string="Effective on",
        readonly=True,
        copy=False,
        help="Day on which the notice was first delivered; waiting periods count from "
        "it. A bounce clears it.",
    )
    replaces_id = fields.Many2one(
        "ar.dunning.notice", ondelete="set null", readonly=True, index="btree_not_null"
    )
    corrects_id = fields.Many2one(
        "ar.dunning.notice",
        string="Takes back",
        ondelete="restrict",
        readonly=True,
        index="btree_not_null",
    )
    line_ids = fields.One2many("ar.dunning.notice.line", "notice_id", readonly=True)
    delivery_ids = fields.One2many("ar.delivery", "notice_id", readonly=True)
    delivery_state = fields.Char(
        string="Delivery state", compute="_compute_delivery_state"
    )
    undelivered = fields.Boolean(
        compute="_compute_undelivered",
        help="It was dispatched and its last delivery failed or came back.",
    )
    preview = fields.Html(compute="_compute_preview", sanitize=False)

    _contacts = models.Index("(contact_on, partner_id) WHERE contact_on IS NOT NULL")
    _by_run = models.Index("(run_id, state)")
    # Without the id: where a table looks empty (its first run was rolled back), each
    # reference to a notice would be looked up by going through all of such an index.
    _by_debtor = models.Index("(debtor_id)")
    _undecided = models.Index(
        "(company_id, state) WHERE state IN ('proposed', 'approved')"
    )

    @api.depends("kind", "level_id.name", "partner_id.name")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for notice in self:
            title = notice.level_id.name or kinds.get(notice.kind, "")
            notice.display_name = f"{title} – {notice.partner_id.name or ''}"

    @api.depends("delivery_ids.state")
    def _compute_delivery_state(self):
        states = dict(
            self.env["ar.delivery"]._fields["state"]._description_selection(self.env)
        )
        for notice in self:
            notice.delivery_state = states.get(notice._last_delivery().state, "")

    @api.depends("state", "delivery_ids.state")
    def _compute_undelivered(self):
        for notice in self:
            notice.undelivered = (
                notice.state == "dispatched"
                and notice._last_delivery().state in ("failed", "bounced")
            )

    def _last_delivery(self):
        """Return the delivery that says how the notice stands: none is a copy.

        What is on its way or has arrived goes before what came back.
        """
        self.ensure_one()
        main = self.delivery_ids.filtered(lambda delivery: not delivery.copy)
        # Not a slice: that would read each notice's delivery by itself.
        return max(
            main,
            key=lambda delivery: (
                delivery.state not in ("failed", "bounced", "withdrawn"),
                delivery.id,
            ),
            default=main,
        )

    def _last_delivery_by(self, channel):
        """Return the last attempt to reach the main recipient by a channel."""
        return self.delivery_ids.filtered(
            lambda delivery: not delivery.copy and delivery.channel == channel
        ).sorted("attempt")[-1:]

    def _already_left(self):
        """Return those of these notices that the main recipient has, or may have.

        By any channel: an e-mail that went in the morning arrived, also when the letter
        beside it waits for the printer.
        """
        return self.filtered(
            lambda notice: any(
                not delivery.copy and delivery.state in ("sent", "handing_over")
                for delivery in notice.delivery_ids
            )
        )

    def action_approve(self):
        """Approve these notices, and dispatch them in the background."""
        waiting = self._decided_by_approval()
        waiting._check_may_approve()
        waiting._approve()
        self.env["ar.cycle"]._trigger()

    def _decided_by_approval(self):
        """Return those of these notices that an approval decides. For extension.

        What needs more than an approval is left out here and stays waiting.
        """
        return self.filtered(lambda notice: notice.state == "proposed")

    def _approve(self):
        """Sign these waiting notices in the name of the user, who may approve them."""
        # Notices are read-only for people; the caller checked the right to approve.
        notices_sudo = self.sudo()
        notices_sudo._set_state(
            "approved", approved_by_id=self.env.uid, approved_on=fields.Datetime.now()
        )
        notices_sudo.run_id._refresh_state()
        notices_sudo.run_id._note_approval()

    def action_send_again(self):
        """Try the channel of the last delivery again, after it failed."""
        return self._send_again(self._last_delivery().channel or self.channel)

    def action_send_by_letter(self):
        """Send as a letter what could not be delivered by e-mail."""
        return self._send_again("letter")

    def _send_again(self, channel):
        """Make a new delivery of an undelivered notice, to the address of today.

        The sender looks at the ledger once more before anything leaves.
        """
        self.ensure_one()
        self.check_access("read")
        if not self.env.user.has_group("ar_dunning.group_collector"):
            raise UserError(self.env._("Only collectors may send a notice again."))
        last = self._last_delivery_by(channel)
        if not self.undelivered and last.state not in ("failed", "bounced"):
            raise UserError(
                self.env._(
                    "This notice is on its way or has arrived: there is nothing to "
                    "send again. Reload the page."
                )
            )
        # Notices and deliveries are read-only for people; access was checked above.
        notice_sudo = self.sudo()
        self.env.flush_all()
        notice_sudo._insert_deliveries(tuple(self.ids), channels=[channel])
        notice_sudo._insert_tasks(tuple(self.ids), self.company_id._ar_today())
        notice_sudo.invalidate_recordset()
        if self._last_delivery_by(channel) == last:
            raise UserError(
                self.env._(
                    "%s has no address for this channel: complete the contact first.",
                    self.partner_id.name,
                )
            )
        self.env["ar.work.item"]._settle_items(
            [
                f"{kind}/{delivery_id}"
                for kind in ("delivery_failed", "bounced")
                for delivery_id in notice_sudo.delivery_ids.ids
            ]
        )
        self.env["ar.cycle"]._trigger()

    def _replace_changed(self):
        """Withdraw a notice that changed before it left; approve the same anew.

        Dispatch then decides again for the same claims, from the ledger of now.
        """
        self.ensure_one()
        claimed = self.line_ids.filtered(
            lambda line: line.role == "claimed" and line.state == "dispatched"
        )
        self._withdraw("ledger_changed")
        successor = self.copy(
            {"state": "approved", "replaces_id": self.id, "snapshot": False}
        )
        claimed.copy({"notice_id": successor.id, "state": "approved"})
        return successor

    def _check_may_approve(self):
        """Raise unless the user may approve all of these notices."""
        self.check_access("read")
        if not self.env.user.has_group("ar_dunning.group_approver"):
            raise UserError(
                self.env._(
                    "Only an approver may approve notices: ask one to look at the run."
                )
            )
        for notice in self:
            company = notice.company_id
            limit = company.ar_four_eyes_amount
            authors = notice.run_id.user_id | notice.edited_by_id
            if (
                limit
                and self.env.user in authors
                and notice._amount_in_company_currency() > limit
            ):
                raise UserError(
                    self.env._(
                        "The notice to %(debtor)s is above %(limit)s and you proposed "
                        "the run or changed the notice yourself: a second person has "
                        "to approve it.",
                        debtor=notice.partner_id.name,
                        limit=company.currency_id.format(limit),
                    )
                )

    def _amount_in_company_currency(self):
        self.ensure_one()
        company = self.company_id
        return self.currency_id._convert(
            self.amount_total, company.currency_id, company, self.date
        )

    def _check_state(self, state):
        """Raise unless all of these notices may move to a state."""
        allowed = {
            "approved": ("proposed",),
            "cancelled": ("proposed", "approved"),
            "withdrawn": ("dispatched",),
        }
        wrong = self.filtered(lambda notice: notice.state not in allowed[state])
        if wrong:
            raise UserError(
                self.env._(
                    "This is no longer possible: the notice to %(debtor)s has changed "
                    "in the meantime. Reload the page.",
                    debtor=wrong[0].partner_id.name,
                )
            )

    def _set_state(self, state, **values):
        """Move the notices and their live lines to a state (one transition map)."""
        self._check_state(state)
        self.write({"state": state, **values})
        line_values = {"state": state}
        if "cancel_code" in values:
            line_values["cancel_code"] = values["cancel_code"]
        self.line_ids.filtered(
            lambda line: line.state not in ("cancelled", "withdrawn")
        ).write(line_values)
