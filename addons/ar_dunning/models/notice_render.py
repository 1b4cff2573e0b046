import logging

from odoo import api, models
from odoo.tools import format_amount, format_date

from ..rules import placeholders, plain_text
from ..tools.barcode import code128_path

# WeasyPrint tells each step of each letter: too much for the log of a server.
logging.getLogger("weasyprint.progress").setLevel(logging.WARNING)


class NoticeRender(models.Model):
    """Turns a frozen notice into an e-mail or a letter.

    A notice is composed of ordered blocks; addons add theirs in `_blocks`. All facts
    come from the frozen lines, text and snapshot, never from the ledger of the moment.
    """

    _inherit = "ar.dunning.notice"

    def _blocks(self, channel):
        """Return the ordered blocks [(sequence, QWeb template)] of this notice.

        Override to add a block, e.g. a payment link; `channel` is email or letter.
        """
        self.ensure_one()
        words = [
            (5, "ar_dunning.block_recipient"),
            (10, "ar_dunning.block_opening"),
            (90, "ar_dunning.block_closing"),
        ]
        if self.sandbox or self.state == "rehearsed":
            words.append((1, "ar_dunning.block_sandbox"))
        if self.kind == "thank_you":
            return words
        if self.kind == "statement":
            return [*words, (30, "ar_dunning.block_statement")]
        if self.kind == "correction":
            return [*words, (30, "ar_dunning.block_corrected")]
        return [
            *words,
            (20, "ar_dunning.block_payment"),
            (30, "ar_dunning.block_claims"),
        ]

    def _render_email(self, delivery=None):
        """Return (subject, HTML document, plain text) of this notice.

        :param delivery: the delivery that brings it; default: a preview of the first
        """
        self.ensure_one()
        body = self._render_body("send", delivery)
        html = self._render_document(
            "ar_dunning.notice_email", "email", delivery, body=body
        )
        return self._render_subject(delivery), html, plain_text.render(str(html))

    def _render_subject(self, delivery=None):
        """Return the subject of the e-mail in the language of the notice."""
        notice = self.with_context(lang=self.lang or self.env.lang)
        if self._is_sensitive():
            subject = notice.env._("A message for you")
        else:
            subject = placeholders.fill(
                notice.text_id.subject or "", notice._placeholder_values(delivery)
            )
        if not self.sandbox:
            return subject
        return notice.env._(
            "[Test – %(debtor)s] %(subject)s",
            debtor=self.partner_id.name,
            subject=subject,
        )

    def _is_sensitive(self):
        """Whether what can be read on the outside must not tell what it is about."""
        self.ensure_one()
        return any(self.line_ids.claim_id.claim_type_id.mapped("sensitive"))

    def _outside_name(self):
        """Return the name of the creditor where others may read it."""
        self.ensure_one()
        company = self.company_id
        if self._is_sensitive():
            return company.ar_neutral_name or company.name
        return self.level_id.sender_name or company.name

    def _render_body(self, purpose="preview", delivery=None):
        """Return the inner HTML of the e-mail, without the document around it.

        :param purpose: `send`, `history` (it is kept and read by colleagues: nothing
            in it may open a door) or `preview` (looked at now, not kept)
        """
        return self._render_document(
            "ar_dunning.notice_blocks", "email", delivery, purpose=purpose
        )

    def _render_with(self, words, lang):
        """Return (subject, inner HTML) that this notice would have with other words.

        Nothing is kept. Words that cannot be filled in yet are shown as they are.

        :param words: {field of a text: words}
        """
        self.ensure_one()
        values = self.with_context(lang=lang)._placeholder_values()
        text = {
            "heading": placeholders.fill(words["heading"], values),
            "opening": placeholders.fill_html(words["opening"], values),
            "closing": placeholders.fill_html(words["closing"], values),
        }
        body = self._render_document(
            "ar_dunning.notice_blocks", "email", purpose="preview", text=text, lang=lang
        )
        return placeholders.fill(words["subject"], values), body

    def _inline_images(self):
        """Return {Content-ID: PNG bytes} of the pictures that the e-mail shows.

        A block shows one as `cid:` and its Content-ID when it is rendered to be sent.
        Extension point.
        """
        self.ensure_one()
        return {}

    def _render_letter(self, delivery):
        """Return the PDF bytes of the letter of a delivery."""
        self.ensure_one()
        # Imported here: WeasyPrint loads system libraries; without them only letters
        # fail, with its own clear message, and everything else works.
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher

        html = self._render_document("ar_dunning.notice_letter", "letter", delivery)
        # Letters are self-contained: nothing is ever fetched while printing.
        fetcher = URLFetcher(allowed_protocols={"data"})
        return HTML(string=str(html), url_fetcher=fetcher).write_pdf()

    def _render_document(self, template, channel, delivery=None, lang=None, **values):
        notice = self.with_context(lang=lang or self.lang or self.env.lang)
        return notice.env["ir.qweb"]._render(
            template, notice._render_values(channel, delivery) | values
        )

    def _render_values(self, channel, delivery=None):
        """Return what the templates may use: frozen facts and formatters only."""
        self.ensure_one()
        snapshot = self.snapshot or self._preview_snapshot()
        values = self._placeholder_values(delivery)
        values["debtor"] = self._addressed(delivery) or values["debtor"]
        told = self._told_lines(delivery)
        lines = told.filtered(lambda line: line.role != "information")
        information = (told - lines) | self._foreseen_information()
        not_due = information.filtered(
            lambda line: line.days_overdue <= 0 or not line.level_key
        )
        return {
            "notice": self,
            "channel": channel,
            "purpose": "send",
            "delivery": delivery,
            "capacity": self._capacity(delivery),
            "creditor": snapshot["creditor"],
            "creditor_number": self._enterprise_number(snapshot["creditor"]),
            "account": snapshot["account"],
            "debtor": snapshot["debtor"],
            "lines": lines,
            "costs": self._claimed_beside(lines),
            "information": information - not_due,
            "not_due": not_due,
            "payment_reference": self._payment_reference(lines),
            "text": {
                "heading": placeholders.fill(self.text_id.heading or "", values),
                "opening": placeholders.fill_html(self.text_id.opening or "", values),
                "closing": placeholders.fill_html(self.text_id.closing or "", values),
            },
            "blocks": [block for _sequence, block in sorted(self._blocks(channel))],
            "format_amount": self._format_amount,
            "format_date": lambda day: format_date(self.env, day) if day else "",
            "logo": self.company_id.logo_web or False,
            "letter_code": self._letter_code_drawn(delivery),
        }

    def _letter_code_drawn(self, delivery):
        """Return the code of a letter and its bars; nothing for what is no letter."""
        if not delivery or delivery.channel != "letter":
            return None
        code = delivery._letter_code()
        width, path = code128_path(code)
        return {"digits": code, "width": width, "path": path}

    def _capacity(self, delivery):
        """Return in which capacity the recipient gets it; nothing for the debtor."""
        if not delivery:
            return ""
        name = delivery.notice_id.partner_id.name
        env = self.with_context(lang=self.lang or self.env.lang).env
        return {
            "guardian": env._("as guardian or administrator of %s", name),
            "co_debtor": env._("as co-debtor with %s", name),
            "copy": env._("copy of a message to %s", name),
        }.get(delivery.recipient_role) or (
            env._("copy of a message to %s", name) if delivery.copy else ""
        )

    def _addressed(self, delivery):
        """Return whom the opening words name; nothing: the debtor."""
        if delivery and delivery.recipient_role in ("guardian", "co_debtor"):
            return f"{delivery.recipient_name}, {self._capacity(delivery)}"
        return ""

    def _payment_reference(self, lines):
        """Return the one reference to pay these lines with, or None if they have none.

        Override to give one for several invoices together.
        """
        references = {line.payment_reference or line.move_name for line in lines}
        return references.pop() if len(references) == 1 else None

    @api.model
    def _enterprise_number(self, creditor):
        """Return the number of the creditor; Belgian ones as 0123.456.789."""
        number = creditor.get("company_registry") or creditor.get("vat") or ""
        digits = number.upper().removeprefix("BE").replace(".", "").strip()
        if len(digits) == 10 and digits.isdigit() and digits[0] in "01":
            return f"{digits[:4]}.{digits[4:7]}.{digits[7:]}"
        return number

    def _format_amount(self, amount):
        return format_amount(self.env, amount, self.currency_id)

    def _placeholder_values(self, delivery=None):
        """Return the values of the placeholders that a template may name."""
        self.ensure_one()
        snapshot = self.snapshot or self._preview_snapshot()
        claimed = self._told_lines(delivery).filtered(
            lambda line: line.role != "information"
        )
        due_dates = claimed.mapped("date_due")
        return {
            "debtor": snapshot["debtor"]["name"] or "",
            "creditor": snapshot["creditor"]["name"] or "",
            "total": self._format_amount(self.amount_total),
            "count": str(len(claimed)),
            "oldest_due_date": (
                format_date(self.env, min(due_dates)) if due_dates else ""
            ),
            "date": format_date(self.env, (self.corrects_id or self).date),
            "phone": snapshot["creditor"]["phone"] or "",
            "email": snapshot["creditor"]["email"] or "",
        }

    def _preview_snapshot(self):
        """Return the snapshot that dispatch would freeze now (for previews)."""
        creditor = self.company_id.partner_id
        account = self.company_id._ar_bank_account()
        fields_of = (
            "name",
            "street",
            "street2",
            "zip",
            "city",
            "email",
            "phone",
            "vat",
        )
        return {
            "creditor": {
                **{name: creditor[name] for name in fields_of},
                "name": self.company_id.name,
                "company_registry": creditor.company_registry,
            },
            "account": {
                "iban": account.acc_number,
                "bic": account.bank_id.bic,
                "holder": account.acc_holder_name or self.company_id.name,
            },
            "debtor": {name: self.partner_id[name] for name in fields_of},
        }

    def _compute_preview(self):
        for notice in self:
            notice.preview = (
                notice._render_body()
                if notice.text_id
                else self.env["ir.qweb"]._render(
                    "ar_dunning.notice_without_text", {"notice": notice}
                )
            )

    def _message_receive_bounce(self, email, partner):
        """A notice came back: it did not reach the debtor."""
        result = super()._message_receive_bounce(email, partner)
        self.delivery_ids.filtered(
            lambda delivery: (
                delivery.channel == "email"
                and delivery.state == "sent"
                and email in (delivery.address or "").split(",")
            )
        )[:1]._mark_bounced(self.env._("The e-mail to %s came back.", email))
        return result
