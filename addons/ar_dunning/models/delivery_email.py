import base64
import hashlib

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, email_normalize, formataddr

from odoo.addons.base.models.ir_mail_server import extract_rfc2822_addresses

from ..rules.message_key import message_key
from .in_turn import in_turn

MAILS_PER_BATCH = 50
# The messages of one notice are all in one shard and go one after the other. The number
# is fixed: two workers who count differently would hold the same message.
SHARDS = 8
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

    Several workers share the e-mails of a company by shards of notices. Who sends those
    of a shard holds its lock, which dies with him: so one message has one sender. A
    delivery keeps its notice for ever; its debtor may change, when two are merged.
    """

    _inherit = "ar.delivery"

    @api.model
    def _send_shards(self, company, on, report=None, shards=None):
        """Send what is ready, but for the shards that another worker sends.

        :param on: date on which the notices take effect: today for the company
        :param report: called with the number of messages of each batch handed over
        :param shards: only these
        :return: (number handed over, False when the mail server broke off)
        """
        sent, session, went_through = 0, None, True
        try:
            for shard in self._shards_to_do(company) if shards is None else shards:
                with company._ar_session_lock(f"sender/{shard}") as mine:
                    if not mine:
                        continue
                    # With fresh eyes: our snapshot lacks the payment of a second ago.
                    self._checkpoint()
                    for batch in self._batches(company, on, shard):
                        session = session or self._open_session(company)
                        # Without one sending is switched off (Odoo's own tests).
                        opened = session is not None
                        handed, session = batch._hand_over(session, on)
                        sent += handed
                        if report:
                            report(handed)
                        went_through = session is not None or not opened
                        if not went_through or not self._checkpoint():
                            return sent, went_through
        finally:
            self._close_session(session)
        return sent, went_through

    @api.model
    def _batches(self, company, on, shard):
        """Yield the batches of a shard, each prepared when it is its turn."""
        # First what a worker that died had begun; the lock says it died.
        if batch := self._next_emails(company, "handing_over", shard):
            yield batch
        while batch := self._prepare_emails(company, on, shard):
            yield batch

    @api.model
    def _shards_to_do(self, company):
        """Return the shards with e-mails to send, begun ones first."""
        if company._ar_stopped("email") or not company._ar_sends_now():
            return []
        self.env.flush_all()
        return [
            shard
            for [shard] in self.env.execute_query(
                SQL(
                    """
                    SELECT %(shard)s AS shard FROM ar_delivery
                     WHERE company_id = %(company)s AND channel = 'email'
                       AND (state = 'handing_over'
                            OR (state = 'ready' AND ready_on <= %(now)s))
                     GROUP BY shard
                     ORDER BY bool_or(state = 'handing_over') DESC, MIN(id)
                    """,
                    shard=self._sql_shard(),
                    company=company.id,
                    now=fields.Datetime.now(),
                )
            )
        ]

    @api.model
    def _sql_shard(self):
        return SQL("notice_id %% %s", SHARDS)

    @api.model
    def _count_emails(self, company, limit):
        """Count the e-mails that may be sent now, so many at most."""
        if company._ar_stopped("email") or not company._ar_sends_now():
            return 0
        return self.search_count(
            [
                ("company_id", "=", company.id),
                ("channel", "=", "email"),
                ("state", "=", "ready"),
                ("ready_on", "<=", fields.Datetime.now()),
            ],
            limit=limit,
        )

    @api.model
    def _next_emails(self, company, state, shard):
        """Return the next messages of a shard; none while sending is stopped or closed.

        :param shard: the caller holds its lock
        """
        if company._ar_stopped("email") or not company._ar_sends_now():
            return self.browse()
        self.env.flush_all()
        narrow = SQL("AND %s = %s", self._sql_shard(), shard)
        if state == "ready":
            narrow = SQL("%s AND ready_on <= %s", narrow, fields.Datetime.now())
        return self.browse(
            delivery_id
            for [delivery_id] in self.env.execute_query(
                SQL(
                    """
                    SELECT id FROM ar_delivery
                     WHERE company_id = %(company)s AND channel = 'email'
                       AND state = %(state)s %(narrow)s
                     ORDER BY id LIMIT %(limit)s
                    """,
                    company=company.id,
                    state=state,
                    narrow=narrow,
                    limit=MAILS_PER_BATCH,
                )
            )
        )

    # -- prepare ----------------------------------------------------------------

    @api.model
    def _prepare_emails(self, company, on, shard):
        """Build the next messages, store their bytes and commit them."""
        while self._next_emails(company, "ready", shard):
            batch = in_turn(self.env, self._prepare_batch, company, on, shard)
            self._checkpoint()
            if batch:
                return batch
        return self.browse()

    @api.model
    def _prepare_batch(self, company, on, shard):
        """Build the next messages; those that must not go are left out, for good."""
        batch = self._next_emails(company, "ready", shard)
        if not batch:
            return batch
        # About us, not about one debtor: without a sender all of them wait.
        self._sender_address(company)
        if company.ar_sandbox:
            company._ar_sandbox_address()
        batch = batch._withdraw_changed(company, on)
        batch = batch._fail_blacklisted()
        bodies = {}
        batch = batch._build_each("_build_email", bodies)
        batch._log_messages(bodies)
        return batch

    def _withdraw_changed(self, company, on):
        """Take back notices whose claims changed since dispatch; return the others.

        Each withdrawn notice is approved anew with the same claims, so that dispatch
        decides again, from the ledger of this moment. So is a notice from before the
        company's test phase began or ended.

        The caller knows that none of these deliveries has left: letters among them
        that are printed are not on paper yet.
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
            lambda delivery: (
                delivery.notice_id in arrived and delivery.state in ("ready", "printed")
            )
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
            email_from=formataddr((_one_line(notice._outside_name()), sender)),
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
        for copy in notice._invoice_copies(self):
            message.add_attachment(
                copy.raw, "application", "pdf", filename=_one_line(copy.name)
            )
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
