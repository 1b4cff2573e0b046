from odoo import api, models
from odoo.tools import SQL, format_amount, format_date

from ..rules.dossier import money
from ..rules.timeline import Entry, merged

_ICONS = {
    "invoice": "fa-file-text-o",
    "due": "fa-calendar-o",
    "hold": "fa-pause",
    "notice": "fa-envelope-o",
    "payment": "fa-money",
    "opened": "fa-gavel",
    "cost": "fa-tag",
    "handoff": "fa-archive",
    "message": "fa-comment-o",
    "closed": "fa-flag-checkered",
}
# Thoughts about the party's own proposals, and about how it ended, stay in the house.
_INTERNAL = ("declined", "closed", "reopened")


class LegalCaseTimeline(models.Model):
    """One story of a case: invoices, notices, payments, holds, stages, costs.

    Each source is read once for all cases; `rules/timeline.py` puts them in order.
    """

    _inherit = "ar.legal.case"

    @api.depends_context("uid", "lang")
    def _compute_timeline(self):
        timelines = self._timeline()
        for case in self:
            case.timeline = self.env["ir.qweb"]._render(
                "ar_legal.timeline", case._timeline_values(timelines[case.id])
            )

    def _timeline_values(self, entries):
        """Return what the templates of a timeline may use."""
        self.ensure_one()
        return {
            "entries": entries,
            "icons": _ICONS,
            "format_amount": lambda amount: format_amount(
                self.env, float(amount), self.currency_id
            ),
            "format_date": lambda day: format_date(self.env, day) if day else "",
        }

    def _timeline(self):
        """Return {case id: entries, oldest first}, in the language of the reader."""
        sources = [
            self._timeline_invoices(),
            self._timeline_notices(),
            self._timeline_payments(),
            self._timeline_holds(),
            self._timeline_events(),
            self._timeline_costs(),
        ]
        return {
            case.id: merged(*(source.get(case.id, ()) for source in sources))
            for case in self
        }

    def _cases_by_claim(self):
        """Return {claim: the cases of these that it is or was in}."""
        found = {}
        for member in self.claim_ids:
            found.setdefault(member.claim_id, []).append(member.case_id)
        return found

    def _money(self, amount):
        return money(amount, self.currency_id.decimal_places)

    def _timeline_invoices(self):
        entries = {}
        for claim, cases in self._cases_by_claim().items():
            for case in cases:
                told = entries.setdefault(case.id, [])
                amount = case._money(claim.amount_original)
                number = claim.move_name or claim.display_name
                if claim.invoice_date:
                    text = self.env._("Invoice %s", number)
                    told.append(
                        Entry(
                            claim.invoice_date,
                            "invoice",
                            text,
                            claim.description or "",
                            amount,
                        )
                    )
                told.append(
                    Entry(claim.date_due, "due", self.env._("%s falls due", number))
                )
        return entries

    def _timeline_notices(self):
        cases_of = self._cases_by_claim()
        lines = self.env["ar.dunning.notice.line"].search(
            [
                ("claim_id", "in", [claim.id for claim in cases_of]),
                ("role", "=", "claimed"),
                ("state", "=", "dispatched"),
                ("notice_id.kind", "=", "dunning"),
            ]
        )
        told = {}
        for line in lines:
            for case in cases_of[line.claim_id]:
                told.setdefault(case.id, {})[line.notice_id] = None
        return {
            case_id: [self._tell_notice(notice) for notice in notices]
            for case_id, notices in told.items()
        }

    @api.model
    def _tell_notice(self, notice):
        return Entry(
            notice.effective_on or notice.dispatched_on.date(),
            "notice",
            notice.level_id.name or notice.display_name,
            "; ".join(
                self._tell_delivery(one) for one in notice.delivery_ids.sorted("id")
            ),
            money(notice.amount_total, notice.currency_id.decimal_places),
        )

    @api.model
    def _tell_delivery(self, delivery):
        selections = {
            name: dict(delivery._fields[name]._description_selection(self.env))
            for name in ("channel", "state")
        }
        address = ", ".join((delivery.address or "").splitlines())
        parts = [selections["channel"][delivery.channel], address]
        state = selections["state"][delivery.state]
        if delivery.effective_on:
            state = f"{state} {format_date(self.env, delivery.effective_on)}"
        return ", ".join(part for part in (*parts, state) if part)

    def _timeline_payments(self):
        entries = {}
        cases = {case.id: case for case in self}
        for (
            case_id,
            _claim_id,
            day,
            document,
            credit,
            amount,
            claim,
        ) in self._payments():
            case = cases[case_id]
            text = (
                self.env._(
                    "Credit note %(number)s on %(claim)s", number=document, claim=claim
                )
                if credit
                else self.env._("Payment on %(claim)s", claim=claim)
            )
            entries.setdefault(case_id, []).append(
                Entry(
                    day,
                    "payment",
                    text,
                    "" if credit else document,
                    case._money(amount),
                )
            )
        return entries

    def _payments(self):
        """Return rows (case id, claim id, date, document, whether a credit note,
        amount, document of the claim) of what was matched against the claims.

        People of Receivables have no rights in accounting; whoever reads a claim reads
        what was paid on it, so the ledger is asked directly.
        """
        self.env.flush_all()
        return self.env.execute_query(
            SQL(
                """
                SELECT member.case_id, claim.id, money.date,
                       COALESCE(NULLIF(move.name, '/'), move.ref, ''),
                       move.move_type = 'out_refund',
                       partial.debit_amount_currency,
                       COALESCE(claim.move_name, '')
                  FROM ar_legal_case_claim member
                  JOIN ar_claim claim ON claim.id = member.claim_id
                  JOIN account_partial_reconcile partial
                    ON partial.debit_move_id = claim.line_id
                  JOIN account_move_line money ON money.id = partial.credit_move_id
                  JOIN account_move move ON move.id = money.move_id
                 WHERE member.case_id = ANY(%s)
                   AND partial.debit_amount_currency <> 0 -- no exchange difference
                 ORDER BY money.date, partial.id
                """,
                self.ids,
            )
        )

    def _holds(self):
        """Return the holds of the claims and of the debtors of these cases."""
        return self.env["ar.hold"].search(
            [
                "|",
                ("claim_id", "in", self.claim_ids.claim_id.ids),
                ("debtor_id", "in", self.debtor_id.ids),
            ],
            order="date_from, id",
        )

    def _timeline_holds(self):
        entries = {}
        cases_of = self._cases_by_claim()
        by_debtor = self.grouped("debtor_id")
        for hold in self._holds():
            end = hold.lifted_on or hold.date_to
            entry = Entry(
                hold.date_from,
                "hold",
                self.env._("On hold: %s", hold.reason_id.name),
                self.env._("until %s", format_date(self.env, end)) if end else "",
                internal=True,
            )
            cases = cases_of.get(hold.claim_id) or by_debtor.get(hold.debtor_id, ())
            for case in cases:
                entries.setdefault(case.id, []).append(entry)
        return entries

    def _timeline_events(self):
        entries = {}
        events = self.env["ar.legal.event"].search([("case_id", "in", self.ids)])
        for event in events:
            text, detail = event._words()
            entries.setdefault(event.case_id.id, []).append(
                Entry(
                    event.on_date,
                    event.kind,
                    text,
                    detail,
                    internal=event.kind in _INTERNAL or event._of_another_party(),
                )
            )
        return entries

    def _timeline_costs(self):
        kinds = dict(
            self.env["ar.legal.cost"]._fields["kind"]._description_selection(self.env)
        )
        return {
            case.id: [
                Entry(
                    cost.date,
                    "cost",
                    kinds[cost.kind],
                    cost.note or "",
                    case._money(cost.amount),
                    internal=not cost._concerns_party(),
                )
                for cost in case.cost_ids
            ]
            for case in self
        }
