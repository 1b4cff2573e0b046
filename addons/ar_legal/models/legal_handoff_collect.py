from odoo import api, models

from ..rules import dossier as facts
from ..rules.dossier import Document, money

_NO_TITLE = Document(None, None)


class LegalHandoffCollect(models.Model):
    """Reads everything that a dossier says, as plain frozen facts.

    Everything comes from the claims of the case itself: one company, one access group.
    """

    _inherit = "ar.legal.case"

    def _dossier(self, moment, timeline, documents):
        """Return the dossier of this case.

        :param moment: datetime (UTC) at which it is made
        :param timeline: entries of `_timeline`
        :param documents: {record: rules.dossier.Document} of moves and deliveries
        """
        self.ensure_one()
        return facts.Dossier(
            made_at=moment,
            language=(self.env.lang or "en_US").replace("_", "-"),
            case=self._collect_case(),
            creditor=self._collect_creditor(),
            debtor=self._collect_partner(self.partner_id, self.debtor_id.debtor_class),
            recipient=self._collect_recipient(),
            totals=self._collect_totals(),
            claims=self._collect_claims(documents),
            accessories=self._collect_accessories(),
            notices=self._collect_notices(documents),
            holds=self._collect_holds(),
            claim_events=self._collect_claim_events(),
            costs=self._collect_costs(),
            timeline=facts.happenings(timeline),
        )

    def _label(self, record, name):
        """Return a selection value of a record in words, or nothing."""
        value = record[name]
        return (
            dict(record._fields[name]._description_selection(self.env)).get(
                value, value
            )
            or None
        )

    def _collect_case(self):
        return facts.Case(
            number=self.name,
            currency=self.currency_id.name,
            opened_on=self.decided_on,
            decided_by=self.decided_by_id.name,
            reason=self.reason,
            party_role=self.party_role,
            party_reference=self.party_reference or None,
            next_step=self.next_step or None,
            track=self.track_id.name,
            legal_basis=self.track_id.legal_basis or None,
            stage=self.stage_id.name,
            stage_since=self.stage_on,
            next_deadline=self.next_deadline or None,
            state=self.state,
            outcome=self.outcome or None,
            closed_on=self.closed_on or None,
        )

    @api.model
    def _collect_partner(self, partner, kind, **values):
        return facts.Party(
            name=partner.name or partner.display_name,
            kind=kind,
            number=partner.company_registry or None,
            vat=partner.vat or None,
            street=partner.street or None,
            street2=partner.street2 or None,
            zip=partner.zip or None,
            city=partner.city or None,
            country=partner.country_id.code or None,
            email=partner.email or None,
            phone=partner.phone or None,
            language=(partner.lang or "").replace("_", "-") or None,
            **values,
        )

    def _collect_creditor(self):
        account = self.company_id._ar_bank_account()
        return self._collect_partner(
            self.company_id.partner_id,
            "enterprise",
            iban=account.sanitized_acc_number or None,
            bic=account.bank_id.bic or None,
        )

    def _collect_recipient(self):
        if not self.party_id:
            return None
        return self._collect_partner(self.party_id, "enterprise")

    def _collect_totals(self):
        costs = self._dossier_costs()
        charged = costs.filtered("charged_to_debtor")
        return facts.Totals(
            handed_over=self._money(self.amount_handed_over),
            paid_since=self._money(self.amount_paid),
            open=self._money(self.amount_open),
            accessories=self._money(self.amount_accessories),
            costs=self._money(sum(costs.mapped("amount"))),
            costs_charged=self._money(sum(charged.mapped("amount"))),
            total=self._money(self.amount_total),
        )

    def _collect_claims(self, documents):
        payments = {}
        for _case, claim_id, day, document, credit, amount, _claim in self._payments():
            payments.setdefault(claim_id, []).append(
                facts.Payment(
                    date=day,
                    document=document,
                    kind="credit_note" if credit else "payment",
                    amount=self._money(amount),
                )
            )
        return tuple(
            self._collect_claim(member, documents, payments)
            for member in self.claim_ids.sorted(lambda one: (one.date_due, one.id))
        )

    def _collect_claim(self, member, documents, payments):
        claim = member.claim_id
        residual = claim.amount_residual if claim.state == "open" else 0.0
        return facts.Claim(
            id=claim.id,
            document=claim.move_name or claim.display_name,
            kind=claim.claim_type_id.name or None,
            description=claim.description or None,
            payment_reference=claim.payment_reference or None,
            invoice_date=claim.invoice_date or None,
            due_date=claim.date_due,
            state=claim.state,
            joined_on=member.joined_on,
            left_on=member.left_on or None,
            original=self._money(claim.amount_original),
            handed_over=self._money(member.amount_at_handover),
            covered=self._money(residual - member.amount_open),
            open=self._money(member.amount_open),
            costs=self._money(claim.amount_costs),
            interest=self._money(claim.amount_interest),
            invoice=documents.get(claim.move_id, _NO_TITLE),
            payments=tuple(payments.get(claim.id, ())),
        )

    def _dossier_notices(self):
        """Return the notices that claimed something of this case, oldest first."""
        lines = self.env["ar.dunning.notice.line"].search(
            [
                ("claim_id", "in", self.claim_ids.claim_id.ids),
                ("role", "=", "claimed"),
                ("state", "=", "dispatched"),
                ("notice_id.kind", "=", "dunning"),
            ]
        )
        return lines.notice_id.sorted("id")

    def _collect_notices(self, documents):
        return tuple(
            facts.Notice(
                id=notice.id,
                level=notice.level_id.name or notice.display_name,
                phase=notice.phase or None,
                language=(notice.lang or "").replace("_", "-") or None,
                dispatched_at=notice.dispatched_on or None,
                effective_on=notice.effective_on or None,
                total=self._money(notice.amount_total),
                claims=self._claims_on(notice),
                deliveries=tuple(
                    self._collect_delivery(delivery, documents)
                    for delivery in notice.delivery_ids.sorted("id")
                ),
            )
            for notice in self._dossier_notices()
        )

    def _claims_on(self, notice):
        """Return the ids of the claims of this case that a notice claims."""
        claimed = notice.line_ids.filtered(
            lambda line: line.role == "claimed" and line.state == "dispatched"
        ).claim_id
        return tuple(sorted((claimed & self.claim_ids.claim_id).ids))

    @api.model
    def _collect_delivery(self, delivery, documents):
        answer = " ".join(
            part for part in (delivery.error_code, delivery.error_text) if part
        )
        return facts.Delivery(
            channel=delivery.channel,
            attempt=delivery.attempt,
            state=delivery.state,
            address=delivery.address or None,
            message_id=delivery.message_key or None,
            handed_over_at=delivery.handed_over_on or None,
            sent_at=delivery.sent_on or None,
            effective_on=delivery.effective_on or None,
            answer=answer or None,
            sha256=delivery.content_digest or None,
            content=documents.get(delivery, _NO_TITLE),
        )

    def _collect_holds(self):
        # Notes and reasons may tell of health or hardship: they stay in the house. That
        # a claim was disputed is what a bailiff or lawyer has to know.
        return tuple(
            facts.Hold(
                reason=hold.reason_id.name
                if hold.reason_id.code == "dispute"
                else self.env._("On hold"),
                date_from=hold.date_from,
                date_to=hold.date_to or None,
                lifted_on=hold.lifted_on or None,
                claim=hold.claim_id.id or None,
            )
            for hold in self._holds()
            if hold.claim_id
        )

    def _collect_claim_events(self):
        events = self.env["ar.claim.event"].search(
            [("claim_id", "in", self.claim_ids.claim_id.ids)], order="on_date, id"
        )
        return tuple(
            facts.ClaimEvent(
                claim=event.claim_id.id,
                date=event.on_date,
                kind=event.kind,
                before=event.before or None,
                after=event.after or None,
            )
            for event in events
        )

    def _collect_costs(self):
        return tuple(
            facts.Cost(
                date=cost.date,
                kind=cost.kind,
                amount=money(cost.amount, self.currency_id.decimal_places),
                paid_by=cost.paid_by,
                charged_to_debtor=cost.charged_to_debtor,
                note=cost.note or None,
            )
            for cost in self._dossier_costs()
        )

    def _dossier_costs(self):
        costs = self.cost_ids.filtered(lambda cost: cost._concerns_party())
        return costs.sorted(lambda cost: (cost.date, cost.id))
