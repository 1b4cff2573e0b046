import base64
import logging
import smtplib
from datetime import timedelta
from functools import partial

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.service.model import retrying
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

RETRY_AFTER = timedelta(minutes=15)


class DeliveryHandOver(models.Model):
    """Gives prepared e-mails to the mail server, one committed answer at a time."""

    _inherit = "ar.delivery"

    @api.model
    def _open_session(self, company):
        """Connect to the mail server of the company's sender.

        Errors are those of Odoo's mail servers; nothing is lost: the deliveries stay
        as they are and the next worker goes on.
        """
        return self.env["ir.mail_server"]._connect__(
            smtp_from=company.ar_sender_email or company.email
        )

    @api.model
    def _close_session(self, session):
        if session is not None:
            try:
                session.quit()
            except (OSError, smtplib.SMTPException):
                _logger.info("The mail server had already closed the connection.")

    def _hand_over(self, session, on):
        """Hand over prepared messages one by one, committing each answer.

        :return: (number sent, session or None when the connection broke)
        """
        sent = 0
        for one in self:
            # Each commit empties the cache: read this one's bytes, not the batch's.
            delivery = one.with_prefetch()
            if not delivery._begin_dialogue():
                continue
            try:
                refusal = delivery._transmit(session)
            except smtplib.SMTPServerDisconnected as error:
                # Fate unknown: the same bytes go again with the next worker.
                _logger.warning("Mail server disconnected: %s", error)
                return sent, None
            except smtplib.SMTPSenderRefused as error:
                delivery._refuse_sender(error)
            if refusal:
                delivery._keep_answer(delivery._note_refusal, *refusal)
            else:
                delivery._keep_answer(delivery._note_sent, on)
                sent += 1
            self._checkpoint()
        return sent, session

    def _keep_answer(self, note, *answer, **details):
        """Note what became of a message, which cannot be asked for again.

        The claim may just be settled by somebody else: then the note is tried again.
        """
        retrying(partial(note, *answer, **details), self.env)

    def _begin_dialogue(self):
        """Commit that from here on the fate of the message is unknown.

        :return: False when it must not go: it was withdrawn since it was prepared, or
            less is owed than it asks for; then it is prepared anew. What a worker that
            died had begun always goes again as it is.
        """
        begun = self.env.execute_query(
            SQL(
                """
                UPDATE ar_delivery delivery
                   SET state = 'handing_over', handed_over_on = %(now)s
                 WHERE delivery.id = %(delivery)s
                   AND NOT EXISTS (
                       SELECT FROM ar_kill_switch stop
                        WHERE stop.company_id = delivery.company_id
                          AND stop.lifted_on IS NULL
                          AND COALESCE(stop.channel, delivery.channel)
                              = delivery.channel)
                   AND (delivery.state = 'handing_over' OR delivery.state = 'ready'
                        AND (SELECT notice.sandbox IS NOT DISTINCT FROM
                                    company.ar_sandbox
                               FROM ar_dunning_notice notice
                               JOIN res_company company
                                 ON company.id = notice.company_id
                              WHERE notice.id = delivery.notice_id)
                        AND NOT EXISTS (
                            SELECT FROM ar_dunning_notice_line line
                              JOIN ar_claim claim ON claim.id = line.claim_id
                              LEFT JOIN account_move_line item
                                     ON item.id = claim.line_id
                             WHERE line.notice_id = delivery.notice_id
                               AND line.state = 'dispatched'
                               AND line.role IN ('claimed', 'information')
                               AND (COALESCE(item.amount_residual_currency, 0)
                                    < line.amount_open
                                    OR COALESCE(claim.amount_costs, 0)
                                    < line.amount_costs
                                    OR COALESCE(claim.amount_interest, 0)
                                    < line.amount_interest)))
                RETURNING id
                """,
                now=fields.Datetime.now(),
                delivery=self.id,
            )
        )
        self.invalidate_recordset(["state", "handed_over_on"], flush=False)
        self._checkpoint()
        return bool(begun)

    def _transmit(self, session):
        """Give the stored bytes to the server.

        :return: None when it took them, else its answer (code, text)
        """
        self.ensure_one()
        content = base64.b64decode(self.content)
        if not self.address.isascii():
            # The dialogue is ASCII: the address would break it for all that follow.
            return 553, self.env._(
                "Mail servers do not take this address: it has letters with accents "
                "before the @."
            )
        if session is None:  # sending is disabled (Odoo's own tests)
            return None
        try:
            refused = session.sendmail(self.sender, self.address.split(","), content)
        except smtplib.SMTPRecipientsRefused as error:
            refused = error.recipients
        except smtplib.SMTPDataError as error:
            return error.smtp_code, _readable(error.smtp_error)
        if not refused:
            return None
        code, text = next(iter(refused.values()))
        return code, _readable(text)

    def _refuse_sender(self, error):
        """Stop the sending: this is about us, not about one debtor; all of it waits.

        :raises UserError: always, with what the server said
        """
        # Certainly not taken: the message may be built anew, from another sender.
        self.write({"state": "ready", "handed_over_on": False})
        self._checkpoint()
        raise UserError(
            self.env._(
                "The mail server takes no messages from %(sender)s: %(answer)s. Check "
                "the sender address in the settings of Receivables and the mail "
                "server; the messages wait and go out with the next run.",
                sender=error.sender,
                answer=_readable(error.smtp_error),
            )
        ) from error

    def _note_sent(self, on):
        self.env.execute_query(
            SQL(
                """UPDATE ar_delivery
                      SET state = 'sent', sent_on = %s, effective_on = %s,
                          error_code = NULL, error_text = NULL
                    WHERE id = %s RETURNING id""",
                fields.Datetime.now(),
                on,
                self.id,
            )
        )
        self._refresh_effective(self.notice_id.ids)
        self.invalidate_recordset()

    def _note_refusal(self, code, text):
        """The server said no: for good (5xx) or for now (4xx, tried again later)."""
        self.error_code = str(code)
        self.error_text = text
        if 400 <= code < 500:
            self.state = "ready"
            self.ready_on = fields.Datetime.now() + RETRY_AFTER
        else:
            self.state = "failed"
            self._fall_back("delivery_failed")


def _readable(answer):
    """Return a server's answer, bytes or text, as text."""
    return answer.decode(errors="replace") if isinstance(answer, bytes) else answer
