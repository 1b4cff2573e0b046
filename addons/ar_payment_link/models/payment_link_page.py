from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from odoo import api, models
from odoo.tools import format_amount, format_date, formatLang
from odoo.tools.misc import get_lang

from .notice_check import CHECK_PAGE

PAGE_BUNDLE = "ar_payment_link.assets_page"


@dataclass(frozen=True)
class PageClaim:
    """One claim as the debtor reads it; ``units`` is the amount in cents.

    ``beside`` holds what is owed beside ``principal``: name, article, amount;
    ``announced`` are sentences about what comes on top later; ``waits`` says that no
    reminder leaves while a payment is looked for.
    """

    claim_id: int
    title: str
    about: str
    date_due: date
    days_overdue: int
    original: Decimal
    paid: Decimal
    credited: Decimal
    principal: Decimal
    beside: list
    announced: list
    open_amount: Decimal
    units: int
    chosen: bool
    payable: bool
    notice: str | None
    waits: bool
    invoice_href: str | None


class PaymentLinkPage(models.Model):
    """What the debtor's page shows: words and figures, nothing else of the record."""

    _inherit = "ar.payment.link"

    # -- the document around it ---------------------------------------------------

    @api.model
    def _page_language(self, wanted=None, browser=None):
        """Return the code of the installed language to show a page in.

        :param wanted: what the reader chose on the page, if anything
        :param browser: what the browser asks for; for pages without a debtor
        """
        installed = [code for code, _name in self.env["res.lang"].get_installed()]
        partner = self.partner_id
        company = self.company_id.partner_id
        for code in (wanted, partner.lang, browser, company.lang, self.env.lang):
            if not isinstance(code, str) or not code:
                continue
            if code in installed:
                return code
            if code != wanted:
                similar = [one for one in installed if one[:2] == code[:2]]
                if similar:
                    return similar[0]
        return installed[0]

    @api.model
    def _page_frame(self, lang_wanted=None):
        """Return what every page needs: language, style sheet, script."""
        lang = get_lang(self.env)
        links = self.env["ir.qweb"]._get_asset_links(PAGE_BUNDLE)
        return {
            "html_lang": _html_lang(lang.code),
            "html_dir": lang.direction,
            "styles": [link for link in links if link.endswith(".css")],
            "scripts": [link for link in links if link.endswith(".js")],
            "languages": [
                {
                    "href": f"?lang={code}",
                    "html_lang": _html_lang(code),
                    "short": code[:2].upper(),
                    "name": name.partition(" / ")[2] or name,
                    "current": code == lang.code,
                }
                for code, name in self.env["res.lang"].get_installed()
            ],
            "lang_wanted": lang.code if lang_wanted == lang.code else None,
            "link": None,
        }

    @api.model
    def _refused_title(self):
        return self.env._("This link does not work (any more)")

    @api.model
    def _wait_title(self):
        return self.env._("Please wait a few minutes")

    @api.model
    def _check_title(self):
        return self.env._("Is this message from us?")

    # -- the page -----------------------------------------------------------------

    def _page_values(self, lang_wanted=None, attempt=None, csrf_token=None):
        """Return what the page of this link shows.

        :param attempt: payment.transaction that the debtor comes back from
        """
        self.ensure_one()
        frame = self._page_frame(lang_wanted)
        query = f"?lang={frame['lang_wanted']}" if frame["lang_wanted"] else ""
        path = self._path()
        claims = self._page_claims(query)
        reportable = self._reportable_claims()
        payable = [claim for claim in claims if claim.payable]
        chosen = [claim for claim in payable if claim.chosen]
        late = [claim.date_due for claim in chosen if claim.days_overdue > 0]
        facts = self._payment_facts() if chosen else None
        company = self.company_id
        return {
            **frame,
            **self._page_attempt(attempt),
            "link": self,
            "company": company,
            "notation": self._page_notation(),
            "debtor_name": self.partner_id.name,
            "title": self.env._("To pay to %(creditor)s", creditor=company.name),
            "claims": claims,
            "payable": payable,
            "chosen": chosen,
            # A single claim that is chosen already leaves nothing to choose.
            "choosable": payable != chosen or len(payable) > 1,
            "total": sum((claim.open_amount for claim in chosen), Decimal(0)),
            **self._page_part(chosen, facts),
            "late_since": format_date(self.env, min(late)) if late else None,
            "facts": facts,
            "transfer": self._page_transfer(facts) if facts else [],
            "code": self._page_code(facts) if facts else None,
            "code_href": f"{path}/code.png",
            "code_opens_page": company._ar_code_opens_page(facts.iban if facts else ""),
            "online_href": (
                f"{path}/online{query}"
                if facts and self._online_providers(facts.amount)
                else None
            ),
            "paid_href": f"{path}/paid{query}" if reportable else None,
            "all_told": bool(chosen) and all(claim.waits for claim in chosen),
            "choose_href": f"{path}/choose",
            "csrf_token": csrf_token,
            "phone_href": "".join(
                sign for sign in company.phone or "" if sign.isdigit() or sign == "+"
            ),
            "help_email": company.ar_reply_to or company.email,
            "identity": self._page_identity(),
            "check_href": f"{CHECK_PAGE}{query}",
            "format_amount": self._page_amount,
            "format_date": lambda day: format_date(self.env, day),
        }

    def _page_part(self, chosen, facts):
        """Return what the page shows about paying a part of what is chosen."""
        total = sum((claim.open_amount for claim in chosen), Decimal(0))
        minimum = self._minimum_part()
        return {
            "asked": facts.amount if facts else total,
            "is_part": bool(facts and facts.amount < total),
            "part_offered": bool(facts and 0 < minimum < total),
            "minimum": minimum,
        }

    def _page_amount(self, amount):
        return format_amount(self.env, float(amount), self.currency_id)

    def _page_notation(self):
        """Return how amounts are written, for the total that follows the ticks."""
        lang = get_lang(self.env)
        digits = self.currency_id.decimal_places
        zero = formatLang(self.env, 0.0, digits=digits)
        return {
            "digits": digits,
            "decimal": lang.decimal_point,
            "thousands": lang.thousands_sep or "",
            "pattern": self._page_amount(0).replace(zero, "#"),
        }

    def _page_identity(self):
        """Return who the creditor is, in one line."""
        partner = self.company_id.partner_id
        parts = (
            self.company_id.name,
            partner.street,
            " ".join(part for part in (partner.zip, partner.city) if part),
            self.env["ar.dunning.notice"]._enterprise_number(
                {"company_registry": partner.company_registry, "vat": partner.vat}
            ),
        )
        return " · ".join(part for part in parts if part)

    def _page_claims(self, query=""):
        """Return the PageClaim of each open claim, oldest first.

        :param query: what is put behind addresses, to keep the language
        """
        path = self._path()
        digits = self.currency_id.decimal_places
        opened = self._open_claims()
        payable = [one.claim for one in opened if one.payable]
        told = self._told_paid(self._join(opened))
        announced = {}
        if payable:
            shares = payable[0].browse(claim.id for claim in payable).cost_share_ids
            announced = shares._announced_said()
        return [
            PageClaim(
                claim_id=one.claim.id,
                title=one.move_name or self.env._("Amount due"),
                about=one.description,
                date_due=one.date_due,
                days_overdue=one.days_overdue,
                original=_exact(one.claim.amount_original, digits),
                paid=_exact(one.claim.amount_original, digits) - one.residual,
                credited=one.covered,
                principal=one.principal,
                beside=one.claim.cost_share_ids._said() if one.beside else [],
                announced=announced.get(one.claim.id, []),
                open_amount=one.open_amount,
                units=int(one.open_amount.scaleb(digits)),
                chosen=one.chosen and one.payable,
                payable=one.payable,
                notice=one.with_others
                or self._page_notice(one)
                or self._paid_notice(told.get(one.claim.id)),
                waits=bool(one.claim.id in told and told[one.claim.id].until),
                invoice_href=(
                    f"{path}/invoice/{one.claim.id}{query}"
                    if _invoice(one.claim)
                    else None
                ),
            )
            for one in opened
        ]

    def _page_notice(self, one):
        if one.open_amount <= 0:
            return self.env._(
                "A payment or credit that we received covers this: nothing has to be "
                "paid."
            )
        return None

    def _page_transfer(self, facts):
        """Return the facts of a bank transfer as shown and as copied."""
        lang = get_lang(self.env)
        number = f"{facts.amount:.{self.currency_id.decimal_places}f}"
        iban = facts.iban
        shown_iban = " ".join(iban[at : at + 4] for at in range(0, len(iban), 4))
        amount = self._page_amount(facts.amount)
        rows = [
            (self.env._("Amount"), amount, number.replace(".", lang.decimal_point)),
            ("IBAN", shown_iban, iban),
            (self.env._("In the name of"), facts.holder, facts.holder),
            (self.env._("Reference"), facts.reference, facts.reference),
        ]
        return [
            {"label": label, "shown": shown, "copied": copied}
            for label, shown, copied in rows
            if shown
        ]

    # -- claims that are being paid -----------------------------------------------

    def _open_claims(self, on=None):
        """What is being paid online is shown, never offered a second time."""
        claims = super()._open_claims(on)
        processed = self.env["ar.payment.reservation"]._processed_claims(
            [one.claim.id for one in claims]
        )
        if not processed:
            return claims
        sentence = self.env._("An online payment of this is being processed.")
        return [
            replace(one, with_others=one.with_others or sentence)
            if one.claim.id in processed
            else one
            for one in claims
        ]

    def _page_attempt(self, transaction):
        """Return what the page says about an online payment."""
        if not transaction:
            return {"attempt": None}
        states = {
            "draft": "draft",
            "pending": "pending",
            "authorized": "pending",
            "done": "done",
        }
        return {
            "attempt": states.get(transaction.state, "failed"),
            "attempt_amount": self._page_amount(transaction.amount),
            "attempt_reference": transaction.reference,
        }

    def _last_attempt(self):
        """Return the last online payment that was begun on the page of this link."""
        return (
            self.env["ar.payment.reservation"]
            .with_context(active_test=False)
            .search([("link_id", "in", (self | self.choice_ids).ids)], limit=1)
            .transaction_id
        )

    # -- invoices -----------------------------------------------------------------

    def _invoice_of(self, claim_id):
        """Return the invoice of a claim that the page shows; empty for all others."""
        for one in self._open_claims() if claim_id else ():
            if one.claim.id == claim_id:
                return _invoice(one.claim)
        return self.env["account.move"]

    def _invoice_document(self, invoice):
        """Return (file name, PDF) of an invoice: as it was sent, else made now."""
        sent = invoice.invoice_pdf_report_id
        if sent:
            return sent.name, sent.raw
        content, _kind = self.env["ir.actions.report"]._render_qweb_pdf(
            "account.account_invoices", invoice.ids
        )
        return invoice._get_invoice_report_filename(), content


def _invoice(claim):
    """Return the posted invoice behind a claim; entries have nothing to show."""
    return claim.move_id.filtered(
        lambda move: (
            move.state == "posted" and move.is_sale_document(include_receipts=True)
        )
    )


def _exact(amount, digits):
    return Decimal(f"{amount:.{digits}f}")


def _html_lang(code):
    return code.replace("_", "-").partition("@")[0]
