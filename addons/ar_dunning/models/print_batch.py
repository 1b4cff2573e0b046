import base64
import io

from pypdf import PdfReader, PdfWriter

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

LETTERS_PER_TRANSACTION = 50


class PrintBatch(models.Model):
    """Letters that are printed and posted together.

    A letter takes effect on the day it is posted: somebody confirms that day.
    """

    _name = "ar.print.batch"
    _description = "Batch of letters"
    _order = "id desc"

    name = fields.Char(compute="_compute_name")
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    access_group_id = fields.Many2one("res.groups", ondelete="restrict", readonly=True)
    date = fields.Date(required=True, readonly=True)
    state = fields.Selection(
        [("open", "To print"), ("posted", "Posted"), ("test", "Test: not posted")],
        required=True,
        default="open",
        readonly=True,
    )
    downloaded_on = fields.Datetime(
        readonly=True,
        help="From then on these letters are on paper: later ones get another batch.",
    )
    posted_on = fields.Date(
        string="Posted on",
        help="Day on which the letters were handed to the postal service.",
    )
    posted_by_id = fields.Many2one("res.users", string="Posted by", readonly=True)
    delivery_ids = fields.One2many("ar.delivery", "print_batch_id", readonly=True)
    letter_count = fields.Integer(compute="_compute_letter_count")

    # Two workers who begin a batch at the same time put their letters into one: see
    # `_open_batch`.
    _one_open = models.UniqueIndex(
        "(company_id, COALESCE(access_group_id, 0), date, state) "
        "WHERE downloaded_on IS NULL AND state IN ('open', 'test')",
        "These letters are being collected already.",
    )

    def init(self):
        """Join batches that were open side by side before only one could be.

        Without this `_one_open` cannot be made when such a database is updated.
        """
        twins = self.env.execute_query(
            SQL(
                """
                SELECT id, kept FROM (
                    SELECT id, MAX(id) OVER (
                               PARTITION BY company_id, COALESCE(access_group_id, 0),
                                            date, state) AS kept
                      FROM ar_print_batch
                     WHERE downloaded_on IS NULL AND state IN ('open', 'test')
                ) batch WHERE id <> kept
                """
            )
        )
        for twin, kept in twins:
            self.env.cr.execute(
                SQL(
                    """UPDATE ar_delivery SET print_batch_id = %s
                        WHERE print_batch_id = %s""",
                    kept,
                    twin,
                )
            )
            # Its task goes with it; the other batch has one.
            self.env.cr.execute(SQL("DELETE FROM ar_print_batch WHERE id = %s", twin))

    def write(self, vals):
        """People enter the day of posting, nothing else; confirming does the rest."""
        if not self.env.su and (
            set(vals) - {"posted_on"} or any(batch.state != "open" for batch in self)
        ):
            raise UserError(
                self.env._("Only the day of posting of open letters can be entered.")
            )
        return super().write(vals)

    @api.depends("date", "company_id")
    @api.depends_context("lang")
    def _compute_name(self):
        for batch in self:
            batch.name = self.env._(
                "Letters of %(date)s, %(company)s",
                date=format_date(self.env, batch.date),
                company=batch.company_id.name,
            )

    @api.depends("delivery_ids.state")
    def _compute_letter_count(self):
        for batch in self:
            batch.letter_count = len(batch._letters())

    def _letters(self):
        """Return the deliveries that are letters of this batch: none withdrawn."""
        return self.delivery_ids.filtered(
            lambda delivery: delivery.state in ("printed", "sent")
        )

    def action_print(self):
        """Download all letters of the batch as one PDF, in postal order."""
        self.ensure_one()
        self.check_access("read")
        self.company_id._ar_check_not_stopped("letter")
        # Noted here already: the form that is shown again lets confirm the posting.
        self._note_download()
        return {
            "type": "ir.actions.act_url",
            "url": f"/ar_dunning/print_batch/{self.id}",
            "target": "new",
        }

    def _merged_pdf(self):
        """Return one PDF with all letters, sorted by country, zip and street."""
        self.ensure_one()
        writer = PdfWriter()
        letters = self._letters().sorted(
            lambda delivery: (
                delivery.recipient_id.country_id.code or "",
                delivery.recipient_id.zip or "",
                delivery.recipient_id.street or "",
            )
        )
        for delivery in letters:
            writer.append(PdfReader(io.BytesIO(base64.b64decode(delivery.content))))
        merged = io.BytesIO()
        writer.write(merged)
        return merged.getvalue()

    def _note_download(self):
        """Close the batch to later letters, which nobody will have printed.

        A worker may have put letters into it that this transaction does not see: merge
        them in the next one. From then on none comes any more: see `_keep_open`.

        :return: whether it was open until now; False for those who only look
        """
        self.check_access("read")
        if not self.env.user.has_group("ar_dunning.group_collector"):
            return False
        # Not a field that people write; access was checked just above.
        open_sudo = self.sudo().filtered(lambda batch: not batch.downloaded_on)
        open_sudo.downloaded_on = fields.Datetime.now()
        return bool(open_sudo)

    def _keep_open(self):
        """Let nobody close this batch before its new letters can be seen.

        :raises SerializationFailure: when somebody has closed it while they were drawn:
            they start again, in a batch that nobody has on paper
        """
        self.env.flush_all()
        self.env.execute_query(
            SQL("SELECT id FROM ar_print_batch WHERE id = %s FOR SHARE", self.id)
        )

    def action_confirm_posted(self):
        """Confirm that the letters were posted: they take effect on that day."""
        self.check_access("read")
        if not self.env.user.has_group("ar_dunning.group_collector"):
            raise UserError(self.env._("Only collectors may confirm posting."))
        for batch in self:
            if batch.state == "test":
                raise UserError(
                    self.env._(
                        "These letters are from the test phase: they are not posted."
                    )
                )
            if batch.state == "posted":
                raise UserError(
                    self.env._("These letters were already confirmed as posted.")
                )
            if not batch.downloaded_on:
                # More letters may still come in, which would never be printed.
                raise UserError(
                    self.env._("Print the letters first: nobody has them on paper yet.")
                )
            today = batch.company_id._ar_today()
            posted_on = batch.posted_on or today
            if posted_on > today:
                raise UserError(
                    self.env._(
                        "%s has not come yet: enter the day on which the letters were "
                        "posted.",
                        format_date(self.env, posted_on),
                    )
                )
            if posted_on < batch.date:
                raise UserError(
                    self.env._(
                        "The letters were made on %s: they cannot have been posted "
                        "before.",
                        format_date(self.env, batch.date),
                    )
                )
            # Deliveries are read-only for people; access was checked above.
            batch.sudo()._mark_posted(posted_on)

    def _mark_posted(self, posted_on):
        printed = self.delivery_ids.filtered(
            lambda delivery: delivery.state == "printed"
        )
        printed.write(
            {
                "state": "sent",
                "sent_on": fields.Datetime.now(),
                "effective_on": posted_on,
            }
        )
        self.write(
            {"state": "posted", "posted_on": posted_on, "posted_by_id": self.env.uid}
        )
        printed.flush_recordset()
        self.env["ar.delivery"]._refresh_effective(printed.notice_id.ids)
        self.env.invalidate_all()
        self.env["ar.work.item"]._settle_items([f"print_letters/{self.id}"])

    @api.model
    def _print_company(self, company, on):
        """Make the PDF of the next ready letters, in this transaction.

        Letters that another worker makes right now are left to him.

        :return: number of letters made; 0 when none is left.
        """
        deliveries = self._next_letters(company)
        if not deliveries:
            return 0
        kept = deliveries._withdraw_changed(company, on)
        parts = kept.grouped(
            lambda letter: (letter.access_group_id, letter.notice_id.sandbox)
        )
        for (group, sandbox), letters in parts.items():
            batch = self._open_batch(company, group, on, sandbox)
            built = letters._build_each("_build_letter", batch)
            batch._keep_open()
            if not batch.delivery_ids:
                batch.unlink()
            elif sandbox:
                built.flush_recordset()
                self.env["ar.delivery"]._refresh_effective(built.notice_id.ids)
                self.env.invalidate_all()
            else:
                batch._raise_print_item()
        return len(deliveries)

    @api.model
    def _next_letters(self, company, limit=None, lock=True):
        """Return the next ready letters that nobody else has in hands.

        None while sending is stopped, or outside the days and hours of the company.

        :param limit: so many at most; by default those of one transaction
        :param lock: take them in hand; otherwise only look whether there are any
        """
        deliveries = self.env["ar.delivery"]
        if company._ar_stopped("letter") or not company._ar_sends_now():
            return deliveries
        self.env.flush_all()
        return deliveries.browse(
            delivery_id
            for [delivery_id] in self.env.execute_query(
                SQL(
                    """
                    SELECT id FROM ar_delivery
                     WHERE company_id = %s AND channel = 'letter' AND state = 'ready'
                     ORDER BY id LIMIT %s %s
                    """,
                    company.id,
                    limit or LETTERS_PER_TRANSACTION,
                    SQL("FOR UPDATE SKIP LOCKED") if lock else SQL(),
                )
            )
        )

    @api.model
    def _open_batch(self, company, group, on, sandbox=False):
        """Return the batch that takes the letters of now; make it when there is none.

        :raises SerializationFailure: when another worker makes it right now. Whoever
            starts again finds it; no letter was drawn in vain.
        """
        key = [
            ("company_id", "=", company.id),
            ("access_group_id", "=", group.id),
            ("date", "=", on),
            ("state", "=", "test" if sandbox else "open"),
            ("downloaded_on", "=", False),
        ]
        if batch := self.search(key, limit=1):
            return batch
        # Not by `create`: a double would be an error there, not a reason to try again.
        self.env.execute_query(
            SQL(
                """
                INSERT INTO ar_print_batch (
                       company_id, access_group_id, date, state,
                       create_uid, create_date, write_uid, write_date)
                VALUES (%s, %s, %s, %s, %s)
                    ON CONFLICT (company_id, COALESCE(access_group_id, 0), date, state)
                 WHERE downloaded_on IS NULL AND state IN ('open', 'test')
                       DO NOTHING
                RETURNING id
                """,
                company.id,
                group.id or None,
                on,
                "test" if sandbox else "open",
                self.env["ar.dunning.notice"]._sql_audit(),
            )
        )
        return self.search(key, limit=1)

    def _raise_print_item(self):
        self.env["ar.work.item"]._raise_items(
            [
                {
                    "kind": "print_letters",
                    "company_id": batch.company_id.id,
                    "access_group_id": batch.access_group_id.id,
                    "print_batch_id": batch.id,
                    "points": 90,
                    "due_on": batch.date,
                    "dedup_key": f"print_letters/{batch.id}",
                }
                for batch in self
            ]
        )
