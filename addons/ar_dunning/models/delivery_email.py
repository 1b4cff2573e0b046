import base64
import hashlib

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, email_normalize, formataddr

from odoo.addons.base.models.ir_mail_server import extract_rfc2822_addresses

from ..rules.message_key import message_key

MAILS_PER_BATCH = 50
CHECK_TABLE = "ar_send_evaluation"


class DeliveryEmail(models.Model):
    """Sends e-mail through Odoo's mail servers: resumable, exactly once.

    Two phases. *Prepare*: look at the ledger once more, build the messages of a batch,
    store their exact bytes, commit; the deliveries stay `ready`. *Hand over*, one
    message at a time: commit that its dialogue begins (`handing_over`), give the bytes
    to the server, commit the answer. A process that dies in between leaves one delivery
    in `handing_over`; the next worker gives the same bytes, with the same Message-ID,
    to the server again, so a receiver can recognise the rare repetition. What was only
    prepared is looked at again.
    """

    _inherit = "ar.delivery"

    @api.model
    def _send_emails(self, company, on, report=None):
        """Send the company's ready e-mails until none is left or time is up.

        :param on: date on which the notices take effect: today for the company.
        :param report: called with the number of messages of each batch handed over
        :return: number of messages handed over.
        """
        sent = 0
        with company._ar_session_lock("sender") as mine:
            if not mine:
                return 0
            session = None
            try:
                # With fresh eyes: our snapshot lacks the payment of a second ago.
                self._checkpoint()
                # First what a worker that died had begun; the lock says it died.
                batch = self._next_emails(company, "handing_over")
                while batch or (batch := self._prepare_emails(company, on)):
                    session = session or self._open_session(company)
                    handed, session = batch._hand_over(session, on)
                    sent += handed
                    if report:
                        report(handed)
                    if session is None or not self._checkpoint():
                        break
                    batch = self.browse()
            finally:
                self._close_session(session)
        return sent

    @api.model
    def _next_emails(self, company, state):
        """Return the next messages; none while sending is stopped or closed."""
        if company._ar_stopped("email") or not company._ar_sends_now():
            return self.browse()
        domain = [
            ("company_id", "=", company.id),
            ("channel", "=", "email"),
            ("state", "=", state),
        ]
        if state == "ready":
            domain.append(("ready_on", "<=", fields.Datetime.now()))
        return self.search(domain, order="id", limit=MAILS_PER_BATCH)

    # -- prepare ----------------------------------------------------------------

    @api.model
    def _prepare_emails(self, company, on):
        """Build the next messages, store their bytes and commit them."""
        while batch := self._next_emails(company, "ready"):
            # About us, not about one debtor: without a sender all of them wait.
            self._sender_address(company)
            if company.ar_sandbox:
                company._ar_sandbox_address()
            batch = batch._withdraw_changed(company, on)
            batch = batch._fail_blacklisted()
            bodies = {}
            batch = batch._build_each("_build_email", bodies)
            batch._log_messages(bodies)
            self._checkpoint()
            if batch:
                return batch
        return self.browse()

    def _withdraw_changed(self, company, on):
        """Take back notices whose claims changed since dispatch; return the others.

        Each withdrawn notice is approved anew with the same claims, so that dispatch
        decides again, from the ledger of this moment. So is a notice from before the
        company's test phase began or ended.
        """
        self.env["ar.evaluation"]._evaluate_into(
            CHECK_TABLE, company, on, partners=self.notice_id.partner_id.ids
        )
        changed = self.env["ar.dunning.notice"].browse(
            row[0]
            for row in self.env.execute_query(
                SQL(
                    """
                    SELECT DISTINCT line.notice_id
                      FROM ar_dunning_notice_line line
                      JOIN ar_dunning_notice notice ON notice.id = line.notice_id
                      LEFT JOIN %(table)s now ON now.claim_id = line.claim_id
                     WHERE line.notice_id IN %(notices)s
                       AND line.state = 'dispatched'
                       AND line.role IN ('claimed', 'information')
                       AND (now.claim_id IS NULL
                            OR now.collectable <> line.amount_open
                            OR notice.sandbox IS DISTINCT FROM %(sandbox)s
                            OR %(stopped)s)
                    """,
                    table=SQL.identifier(CHECK_TABLE),
                    sandbox=company.ar_sandbox,
                    stopped=self.env["ar.evaluation"]._sql_stopped(SQL("now.blockers")),
                    notices=tuple(self.notice_id.ids),
                )
            )
        )
        arrived = changed._already_left()
        for notice in changed - arrived:
            notice._replace_changed()
        # Told once, by another channel or to another person: that is enough.
        self.filtered(
            lambda delivery: delivery.notice_id in arrived and delivery.state == "ready"
        ).write({"state": "withdrawn", "error_code": "changed"})
        return self.filtered(lambda delivery: delivery.state == "ready")

    @api.model
    def _sender_address(self, company):
        """Return the address that the company's e-mails come from.

        :raises UserError: when there is none that a mail server takes
        """
        written = company.ar_sender_email or company.email or self.env.user.email
        sender = email_normalize(written)
        if not sender or not sender.isascii():
            raise UserError(
                self.env._(
                    "%(company)s has no valid sender address (“%(address)s”): enter "
                    "one in the settings of Receivables. The messages wait and go out "
                    "with the next run.",
                    company=company.name,
                    address=written or "",
                )
            )
        return sender

    def _build_email(self, bodies):
        """Build the message and keep its exact bytes.

        :param bodies: receives the inner HTML for the history, {delivery id: HTML}

        Bytes that a mail server may have taken already are never made anew: a
        repetition has to be the same message. The notice is frozen anyway.
        """
        self.ensure_one()
        if self.handed_over_on:
            return
        notice = self.notice_id
        bodies[self.id] = notice._render_body("history", self)
        subject, body, plain = notice._render_email(self)
        company = notice.company_id
        address = company._ar_sandbox_address() if notice.sandbox else self.address
        level = notice.level_id
        sender = email_normalize(level.sender_email or "") or self._sender_address(
            company
        )
        reply_to = level.reply_to or company.ar_reply_to or sender
        # The id of the database is no secret; it makes the Message-ID unique.
        key = message_key(
            self.env["ir.config_parameter"].sudo().get_param("database.uuid"),
            self.id,
            self.attempt,
            sender.rpartition("@")[2],
        )
        # Odoo takes an address inside the debtor's name for one more recipient.
        servers = self.env["ir.mail_server"].with_context(
            send_validated_to=extract_rfc2822_addresses(address)
        )
        message = servers._build_email__(
            email_from=formataddr(
                (_one_line(level.sender_name or company.name), sender)
            ),
            email_to=formataddr(
                (_one_line(self.recipient_name or notice.partner_id.name), address)
            ),
            subject=_one_line(subject),
            body=body,
            body_alternative=plain,
            subtype="html",
            subtype_alternative="plain",
            reply_to=reply_to,
            message_id=key,
            headers={
                "Auto-Submitted": "auto-generated",
                "X-Auto-Response-Suppress": "OOF, AutoReply",
            },
        )
        _add_inline_images(message, notice._inline_images())
        envelope, recipients, message = servers._prepare_email_message__(message, None)
        content = message.as_bytes()
        self.write(
            {
                "message_key": key,
                "sender": envelope,
                "address": ",".join(recipients),
                "content": base64.b64encode(content),
                "content_digest": hashlib.sha256(content).hexdigest(),
            }
        )

    def _log_messages(self, bodies):
        """Put each message on its notice's history, so that answers find it.

        A message that is tried again has its entry already.

        :param bodies: {delivery id: inner HTML} of those that were built
        """
        messages = self.env["mail.message"]
        logged = {
            key
            for [key] in messages._read_group(
                [("message_id", "in", self.mapped("message_key"))], ["message_id"]
            )
        }
        messages.create(
            [
                {
                    "model": "ar.dunning.notice",
                    "res_id": delivery.notice_id.id,
                    "message_id": delivery.message_key,
                    "message_type": "email_outgoing",
                    "subtype_id": self.env.ref("mail.mt_note").id,
                    "author_id": delivery.company_id.partner_id.id,
                    "email_from": delivery.sender,
                    "reply_to": delivery.notice_id.level_id.reply_to
                    or delivery.company_id.ar_reply_to
                    or delivery.sender,
                    "subject": delivery.notice_id._render_subject(),
                    "body": bodies[delivery.id],
                    "record_name": delivery.notice_id.display_name,
                }
                for delivery in self
                if delivery.message_key not in logged
            ]
        )

    @api.model
    def _checkpoint(self):
        """Make the work so far durable; return the seconds left, 0 when time is up."""
        # Progress tells the scheduler that a job which is cut off is worth another try.
        return self.env["ir.cron"]._commit_progress(1, remaining=1)


def _one_line(text):
    """Return a text fit for a header: a name that was imported may have line breaks."""
    return " ".join((text or "").split())


def _add_inline_images(message, images):
    """Put pictures beside the HTML of a message, where its `cid:` addresses find them.

    :param images: {Content-ID: PNG bytes}
    """
    html = message.get_body(("html",))
    for cid, content in images.items():
        html.add_related(content, "image", "png", cid=f"<{cid}>", disposition="inline")
