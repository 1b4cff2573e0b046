from dataclasses import dataclass
from datetime import date

from odoo import models
from odoo.tools.misc import format_date


@dataclass(frozen=True)
class PortalOutlook:
    """What a debtor reads of one open claim.

    ``open_amount`` is all that is owed on it: ``principal``, and what ``beside`` holds:
    name, article of the law and amount of costs and interest. ``announced`` are
    sentences about what comes on top later. ``received`` holds (date, what, amount) of
    what has been set against it.
    """

    claim: models.Model
    title: str
    about: str
    date_due: date
    days_overdue: int
    principal: float
    beside: list
    announced: list
    open_amount: float
    payable: bool
    received: list
    next_step: str
    invoice: models.Model


class Claim(models.Model):
    """Words of a claim for the debtor: neutral, without the reasons of others."""

    _inherit = "ar.claim"

    def _portal_outlooks(self):
        """Return {claim id: PortalOutlook} of open claims, in the reader's language."""
        explained = self._explain()
        elsewhere = self._with_others()
        processed = self.env["ar.payment.reservation"]._processed_claims(self.ids)
        received = self._portal_received()
        announced = self.cost_share_ids._announced_said()
        outlooks = {}
        for claim in self:
            facts = explained.get(claim.id)
            if not facts or claim.currency_id.is_zero(claim.amount_due):
                continue
            principal = claim.currency_id.round(facts["collectable"])
            beside = claim.amount_costs + claim.amount_interest
            open_amount = claim.currency_id.round(principal + beside)
            busy = claim.id in processed
            payable = open_amount > 0 and not busy and claim.id not in elsewhere
            outlooks[claim.id] = PortalOutlook(
                claim=claim,
                title=claim.move_name or self.env._("Amount due"),
                about=claim.description or "",
                date_due=claim.date_due,
                days_overdue=(claim.company_id._ar_today() - claim.date_due).days,
                principal=principal,
                beside=claim.cost_share_ids._said() if beside else [],
                announced=announced.get(claim.id, []) if payable else [],
                open_amount=open_amount,
                payable=payable,
                received=received.get(claim.id, []),
                next_step=elsewhere.get(claim.id)
                or claim._portal_next_step(facts, busy, open_amount),
                invoice=claim.move_id.filtered(
                    lambda move: (
                        move.state == "posted"
                        and move.is_sale_document(include_receipts=True)
                    )
                ),
            )
        return outlooks

    def _portal_next_step(self, facts, busy, open_amount):
        """Return one plain sentence about what happens next.

        Only what concerns the debtor: that follow-up is suspended, but not why or by
        whom; when a message may come, but not what is missing inside.
        """
        self.ensure_one()
        blockers = {blocker["code"]: blocker for blocker in facts["blockers"]}
        if busy:
            return self.env._("An online payment of this is being processed.")
        if open_amount <= 0:
            return self.env._(
                "A payment or credit that we received covers this: nothing has to be "
                "paid."
            )
        if "hold" in blockers:
            until = blockers["hold"]["until"]
            if until:
                return self.env._(
                    "We send no reminders about this until %(date)s.",
                    date=format_date(self.env, until),
                )
            return self.env._("We send no reminders about this for the time being.")
        if "no_follow_up" in blockers:
            return self.env._("You get no reminders about this.")
        if "payment_in_progress" in blockers:
            return self.env._(
                "We have received a payment from you that we still have to book. We "
                "send no reminders about this meanwhile."
            )
        if "net_credit" in blockers:
            return self.env._(
                "All in all we owe you as much as you owe us, so we send no reminders "
                "about this. Contact us to have it settled."
            )
        if {"in_progress", "awaiting_delivery"} & blockers.keys():
            return self.env._("A message about this is on its way to you.")
        later = {"contact_limit", "reached_today"} & blockers.keys()
        if later and facts["level_kind"] != "handover":
            return self._portal_quiet_until(
                max(blockers[code]["until"] for code in later)
            )
        return self._portal_next_message(facts)

    def _portal_quiet_until(self, until):
        return self.env._(
            "Please pay as soon as possible. You hear from us again on %(date)s at the "
            "earliest.",
            date=format_date(self.env, until),
        )

    def _portal_next_message(self, facts):
        today = self.company_id._ar_today()
        level = self.env["ar.dunning.level"].browse(facts["level_id"] or [])
        on = facts["level_date"]
        if not level or not on:
            return self._portal_plain_request(today)
        handover = level.kind == "handover"
        if on > today:
            date_text = format_date(self.env, on)
            if handover:
                return self.env._(
                    "If this is not paid before %(date)s, we decide about further "
                    "steps.",
                    date=date_text,
                )
            if on < self.date_due:
                return self.env._(
                    "Please pay by the due date. You get a friendly message on "
                    "%(date)s.",
                    date=date_text,
                )
            return self.env._(
                "If this is not paid before %(date)s, you get a reminder.",
                date=date_text,
            )
        if handover:
            return self.env._(
                "If this is not paid soon, we decide about further steps."
            )
        return self.env._("If this is not paid soon, you get a reminder.")

    def _portal_plain_request(self, today):
        if self.date_due >= today:
            return self.env._("Please pay by the due date.")
        return self.env._("Please pay as soon as possible, or contact us.")

    def _portal_received(self):
        """Return {claim id: [(date, what, amount)]} of what was set against claims."""
        partials = self.env["account.partial.reconcile"].search(
            [
                ("debit_move_id", "in", self.line_id.ids),
                # Exchange differences pay nothing.
                ("debit_amount_currency", "!=", 0),
            ],
            order="max_date, id",
        )
        received = {}
        claims = {claim.line_id: claim for claim in self}
        for partial in partials:
            credit = partial.credit_move_id
            claim = claims[partial.debit_move_id]
            received.setdefault(claim.id, []).append(
                (
                    credit.date,
                    claim._portal_kind_of(credit.move_id),
                    partial.debit_amount_currency,
                )
            )
        return received

    def _portal_kind_of(self, move):
        if move.move_type == "out_refund":
            return self.env._("Credit note %(number)s", number=move.name)
        if move.origin_payment_id or move.statement_line_id:
            return self.env._("Payment received")
        return self.env._("Settled")
