import logging

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import LockError
from odoo.tools import SQL

from .channel import channels
from .contact_role import CONTACT_ROLES

_logger = logging.getLogger(__name__)

DELIVERY_STATES = [
    ("ready", "Ready"),
    ("handing_over", "Being handed over"),
    ("printed", "To be posted"),
    ("sent", "Sent"),
    ("bounced", "Came back"),
    ("failed", "Failed"),
    ("withdrawn", "Withdrawn"),
]


class Delivery(models.Model):
    """One attempt to bring a notice to somebody over one channel, with its evidence."""

    _name = "ar.delivery"
    _description = "Delivery"
    _order = "id desc"
    _rec_name = "address"

    notice_id = fields.Many2one(
        "ar.dunning.notice", required=True, ondelete="restrict", readonly=True
    )
    run_id = fields.Many2one(related="notice_id.run_id")
    partner_id = fields.Many2one(related="notice_id.partner_id")
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    access_group_id = fields.Many2one("res.groups", ondelete="restrict", readonly=True)
    debtor_id = fields.Many2one("ar.debtor", ondelete="restrict", readonly=True)
    channel = fields.Selection(channels, required=True, readonly=True)
    copy = fields.Integer(
        required=True, default=0, readonly=True, help="0 is the main recipient."
    )
    attempt = fields.Integer(required=True, default=1, readonly=True)
    state = fields.Selection(DELIVERY_STATES, required=True, readonly=True)
    recipient_id = fields.Many2one(
        "res.partner", ondelete="restrict", readonly=True, index="btree_not_null"
    )
    recipient_role = fields.Selection(
        CONTACT_ROLES,
        string="Recipient role",
        required=True,
        default="debtor",
        readonly=True,
    )
    recipient_name = fields.Char(readonly=True)
    address = fields.Text(readonly=True)
    intended_address = fields.Char(
        string="Meant for",
        readonly=True,
        help="Where it would have gone without the test phase.",
    )
    sender = fields.Char(readonly=True, help="Envelope sender of an e-mail.")
    message_key = fields.Char(
        string="Message-ID",
        readonly=True,
        help="Identifies the e-mail for ever: a repeated attempt carries the same one.",
    )
    content = fields.Binary(
        attachment=True, readonly=True, help="The exact bytes that were handed over."
    )
    content_name = fields.Char(compute="_compute_content_name")
    content_digest = fields.Char(string="SHA-256", readonly=True)
    ready_on = fields.Datetime(string="Ready on", readonly=True)
    handed_over_on = fields.Datetime(string="Handed over on", readonly=True)
    sent_on = fields.Datetime(string="Sent on", readonly=True)
    effective_on = fields.Date(string="Effective on", readonly=True)
    error_code = fields.Char(string="Error code", readonly=True)
    error_text = fields.Char(string="Error", readonly=True)
    print_batch_id = fields.Many2one(
        "ar.print.batch",
        string="Print batch",
        ondelete="set null",
        readonly=True,
        index="btree_not_null",
    )

    _attempt_once = models.Constraint(
        "UNIQUE (notice_id, channel, copy, attempt)",
        "This attempt has already been made.",
    )
    # Whoever sends again: one delivery by each channel is on its way to each.
    _one_live = models.UniqueIndex(
        "(notice_id, channel, copy) "
        "WHERE state IN ('ready', 'handing_over', 'printed', 'sent')",
        "This notice is on its way or has arrived.",
    )
    _message_once = models.UniqueIndex(
        "(message_key) WHERE message_key IS NOT NULL", "Message-IDs are unique."
    )
    # Addresses that are not tried again: few, and asked for at each evaluation.
    _bounced_address = models.Index("(address) WHERE state = 'bounced'")
    _to_do = models.Index(
        "(company_id, channel, id) WHERE state IN ('ready', 'handing_over')"
    )

    @api.depends("channel")
    def _compute_content_name(self):
        endings = self._content_endings()
        for delivery in self:
            ending = endings.get(delivery.channel, "bin")
            delivery.content_name = f"notice-{delivery.notice_id.id}.{ending}"

    @api.model
    def _content_endings(self):
        """Return {channel: ending of the name of what was handed over}. Extensible."""
        return {"email": "eml", "letter": "pdf"}

    @api.model
    def _refresh_effective(self, notice_ids):
        """Recompute when notices took effect: their first successful delivery.

        The day goes to the lines and, where the line is the last level reached, to
        the claim. A notice without a successful delivery is not effective.
        """
        self.env.execute_query(
            SQL(
                """
                WITH first AS (
                    SELECT notice.id, MIN(delivery.effective_on) AS day
                      FROM ar_dunning_notice notice
                      LEFT JOIN ar_delivery delivery
                             ON delivery.notice_id = notice.id
                            AND delivery.state = 'sent' AND delivery.copy = 0
                     WHERE notice.id = ANY(%(notices)s)
                     GROUP BY notice.id
                ), notice AS (
                    UPDATE ar_dunning_notice notice SET effective_on = first.day
                      FROM first WHERE first.id = notice.id
                ), line AS (
                    UPDATE ar_dunning_notice_line line SET effective_on = first.day
                      FROM first
                     WHERE line.notice_id = first.id AND line.state = 'dispatched'
                       AND line.role <> 'information'
                    RETURNING line.id, line.claim_id, first.day
                )
                UPDATE ar_claim claim SET effective_on = line.day
                  FROM line
                 WHERE claim.id = line.claim_id AND claim.level_line_id = line.id
                RETURNING claim.id
                """,
                notices=list(notice_ids),
            )
        )

    def action_send_again(self):
        """Try this channel once more, after this attempt failed or came back."""
        self.ensure_one()
        return self.notice_id._send_again(self.channel)

    def _build_each(self, method, *args):
        """Build each delivery's content; return those that could be built.

        What goes wrong with one debtor stays with that debtor: the delivery fails
        with its reason and becomes a work item; the others go on.
        """
        built = self.browse()
        for delivery in self:
            try:
                with self.env.cr.savepoint():
                    getattr(delivery, method)(*args)
            except (OperationalError, LockError):
                raise
            except Exception as error:
                _logger.exception("Delivery %s could not be built", delivery.id)
                delivery.write(
                    {"state": "failed", "error_code": "build", "error_text": str(error)}
                )
                delivery._raise_trouble("delivery_failed")
            else:
                built |= delivery
        return built

    def _mark_bounced(self, reason):
        """A message came back: it did not take effect, and a person has to know."""
        self.write({"state": "bounced", "error_text": reason, "effective_on": False})
        self.flush_recordset()
        self._refresh_effective(self.notice_id.ids)
        self.env.invalidate_all()
        self._fall_back("bounced")

    def _note_mail_report(self, msg_dict, failed):
        """Keep what was reported on this delivery; fail it when it came back.

        :param msg_dict: the report, as Odoo's mail gateway read it
        """
        self.ensure_one()
        self.notice_id.message_post(
            body=msg_dict["body"],
            subject=msg_dict.get("subject"),
            email_from=msg_dict["email_from"],
            author_id=False,
            message_id=msg_dict["message_id"],
            message_type="email",
        )
        if failed and self.state == "sent":
            self._mark_bounced(self.env._("The e-mail to %s came back.", self.address))

    def _raise_trouble(self, kind):
        self.env["ar.work.item"]._raise_items(
            [
                {
                    "kind": kind,
                    "company_id": delivery.company_id.id,
                    "access_group_id": delivery.access_group_id.id,
                    "debtor_id": delivery.debtor_id.id,
                    "notice_id": delivery.notice_id.id,
                    "delivery_id": delivery.id,
                    "amount": delivery.notice_id.amount_total,
                    "currency_id": delivery.notice_id.currency_id.id,
                    "points": 60,
                    "due_on": delivery.company_id._ar_today(),
                    "note": delivery.error_text,
                    "dedup_key": f"{kind}/{delivery.id}",
                }
                for delivery in self
            ]
        )
