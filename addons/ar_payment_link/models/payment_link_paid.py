from dataclasses import dataclass
from datetime import date, timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from .notice_check import CHECK_PAGE

OUTCOME = "paid_already"
# A payment of years ago is no payment that is under way.
LONGEST_AGO = timedelta(days=366)
# A transfer is on the account some banking days after it was given.
BEFORE, AFTER = timedelta(days=1), timedelta(days=7)
MAXIMUM_WORDS = 140


@dataclass(frozen=True)
class ToldPaid:
    """What a debtor said about a claim since it was last asked for.

    ``until`` is the last day on which the next reminder waits for the payment; None
    when it does not wait. ``not_found`` says that it was looked for in vain.
    """

    told_on: date
    until: date | None
    not_found: bool


class PaymentLinkPaid(models.Model):
    """The answer “I have paid already”, once for each time that a claim is asked for.

    The first time the next reminder waits some days while the payment is looked for.
    Who says it again after the next reminder gets no further delay: a person looks.
    """

    _inherit = "ar.payment.link"

    def _paid_outcome(self):
        """Return the outcome that such an answer is recorded with; empty: not offered.

        Days, hold and work are those of the outcome, which consultants configure; a
        company may have its own, or none at all (archived).
        """
        self.ensure_one()
        outcomes = self.env["ar.contact.outcome"].search(
            Domain("code", "=", OUTCOME)
            & Domain("company_id", "in", [*self.company_id.parent_ids.ids, False])
        )
        return outcomes.sorted(lambda one: not one.company_id)[:1]

    def _reportable_claims(self):
        """Return the claims that this page asks for and of which nothing was said yet.

        A claim counts as asked for anew when a later reminder about it has left.
        """
        asked = self._join(self._online_claims())
        if not self._paid_outcome():
            return asked.browse()
        told = self._told_paid(asked)
        return asked.filtered(lambda claim: claim.id not in told)

    def _told_paid(self, claims):
        """Return {claim id: ToldPaid} of the claims that are said to be paid."""
        told = {}
        for line in self._lines_told_paid(claims):
            contact = line.contact_id
            asked_on = line.claim_id.level_line_id.notice_id.dispatched_on
            if asked_on and contact.moment < asked_on:
                continue
            here = contact.with_context(tz=contact.company_id.partner_id.tz)
            told[line.claim_id.id] = ToldPaid(
                told_on=fields.Datetime.context_timestamp(here, contact.moment).date(),
                until=contact.date_until if contact.result == "waiting" else None,
                not_found=contact.result in ("broken", "partly"),
            )
        return told

    def _lines_told_paid(self, claims):
        """Return what was ever recorded of these claims as said to be paid."""
        return self.env["ar.contact.claim"].search(
            [
                ("claim_id", "in", claims.ids),
                ("contact_id.outcome_id.code", "=", OUTCOME),
                ("contact_id.result", "!=", "undone"),
            ],
            order="id",
        )

    def _report_paid(self, values):
        """Note that the debtor says that what this page asks for is paid.

        Said twice, it is noted once. The caller shows the page again, which says what
        was noted and what follows.

        :param values: what the form sent: paid_on (ISO text), payer, words (texts)
        :raises UserError: when the day is missing or cannot be; says what to do
        """
        self.ensure_one()
        paid_on = self._day_of_payment(values.get("paid_on"))
        # Whoever presses twice, or has two pages open, starts again and sees the first.
        self.env["ar.contact.guard"]._touch("partner", self.partner_id.ids)
        claims = self._reportable_claims()
        if not claims:
            return
        payments = self._probable_payments(claims, paid_on)
        said_before = self._lines_told_paid(claims).claim_id
        for part, again in ((claims - said_before, False), (said_before, True)):
            if part:
                note = self._paid_note(paid_on, values, payments, again)
                contacts = self._note_paid(part, note, again)
                if payments and not again:
                    # The money may be there already: nobody need wait for the day.
                    contacts._raise_follow_up(self.company_id._ar_today())

    def _note_paid(self, claims, note, again):
        """Record the answer as a contact; the token was the permission."""
        outcome = self._paid_outcome()
        today = self.company_id._ar_today()
        days = 0 if again else outcome.date_days
        return self.env["ar.contact"]._write_down(
            self.debtor_id,
            outcome,
            claims,
            at_once=again,
            medium="page",
            note=note,
            date_until=today + timedelta(days=days),
        )

    def _day_of_payment(self, text):
        today = self.company_id._ar_today()
        try:
            day = date.fromisoformat(text) if isinstance(text, str) else None
        except ValueError:
            day = None
        if not day or not today - LONGEST_AGO <= day <= today:
            raise UserError(
                self.env._(
                    "Enter the day on which you paid: not in the future and not more "
                    "than a year ago."
                )
            )
        return day

    def _probable_payments(self, claims, paid_on):
        """Return the bank lines that nobody matched yet and that may be this payment.

        They came in around that day, and have the amount of one of the claims or of
        all of them together. The debtor is not told: an amount is no proof.
        """
        opened = [one for one in self._online_claims() if one.claim in claims]
        amounts = {one.open_amount for one in opened} | {
            sum(one.open_amount for one in opened)
        }
        rows = self.env.execute_query(
            SQL(
                """
                SELECT payment.id %s
                   AND payment.company_id = %s
                   AND move.date BETWEEN %s AND %s
                   AND COALESCE(payment.foreign_currency_id, payment.currency_id) = %s
                   AND CASE WHEN payment.foreign_currency_id IS NULL
                            THEN payment.amount
                            ELSE payment.amount_currency END = ANY(%s)
                 ORDER BY move.date, payment.id
                """,
                self.env["ar.bank.match"]._sql_waiting(),
                self.company_id.id,
                paid_on - BEFORE,
                paid_on + AFTER,
                self.currency_id.id,
                sorted(amounts),
            )
        )
        return self.env["account.bank.statement.line"].browse(
            line_id for (line_id,) in rows
        )

    def _paid_note(self, paid_on, values, payments, again):
        """Return what colleagues read, in the language of the creditor."""
        company = self.company_id
        env = self.with_context(lang=company.partner_id.lang or self.env.lang).env
        lines = [env._("Says: paid on %s.", format_date(env, paid_on))]
        for label, key in (
            (env._("In the name of: %s", _words(values.get("payer"))), "payer"),
            (env._("With the words: %s", _words(values.get("words"))), "words"),
        ):
            if _words(values.get(key)):
                lines.append(label)
        if again:
            lines.append(
                env._("Said so at an earlier reminder as well: nothing waits.")
            )
        for payment in payments:
            lines.append(
                env._(
                    "May be this payment on the bank: %(day)s, %(amount)s, %(words)s",
                    day=format_date(env, payment.date),
                    amount=payment.currency_id.format(payment.amount),
                    words=payment.payment_ref or "",
                )
            )
        return "\n".join(lines)

    # -- what the page says --------------------------------------------------------

    def _paid_notice(self, told):
        """Return what became of the answer that a claim is paid.

        :param told: ToldPaid or None
        """
        if not told:
            return None
        facts = {"told_on": format_date(self.env, told.told_on)}
        if told.not_found:
            return self.env._(
                "You told us on %(told_on)s that this is paid. We have not found the "
                "payment: please send us the proof of it.",
                **facts,
            )
        if told.until:
            return self.env._(
                "You told us on %(told_on)s that this is paid. We look for the "
                "payment; until %(until)s you get no reminder for it.",
                until=format_date(self.env, told.until),
                **facts,
            )
        return self.env._(
            "You told us on %(told_on)s that this is paid. A colleague looks for the "
            "payment; please send us the proof of it.",
            **facts,
        )

    def _paid_values(self, lang_wanted=None, csrf_token=None, problem=None, typed=None):
        """Return what the form shows on which a debtor says that he has paid.

        :param typed: what was sent and has to be mended
        """
        frame = self._page_frame(lang_wanted)
        query = f"?lang={frame['lang_wanted']}" if frame["lang_wanted"] else ""
        claims = self._reportable_claims()
        opened = [one for one in self._online_claims() if one.claim in claims]
        return {
            **frame,
            "link": self,
            "company": self.company_id,
            "title": self.env._("I have paid already"),
            "opened": opened,
            "format_amount": self._page_amount,
            "format_date": lambda day: format_date(self.env, day),
            "today": self.company_id._ar_today(),
            "days": self._paid_outcome().date_days,
            "said_before": bool(self._lines_told_paid(claims)),
            "page_href": f"{self._path()}{query}",
            "identity": self._page_identity(),
            "check_href": f"{CHECK_PAGE}{query}",
            "csrf_token": csrf_token,
            "problem": problem,
            "typed": typed or {},
        }


def _words(text):
    """Return what somebody typed into a line, without line breaks and in length."""
    if not isinstance(text, str):
        return ""
    return " ".join(text.replace("\0", " ").split())[:MAXIMUM_WORDS]
