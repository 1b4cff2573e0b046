"""Books the events of the story with Odoo's own means, a batch at a time."""

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from odoo import Command

from . import entities, numbers, online
from .companies import company, receivable
from .events import (
    NUMBER,
    STRUCTURED,
    UNMATCHED,
    Credit,
    Document,
    Hold,
    OnlinePayment,
    Payment,
    Reset,
    Returned,
    Stray,
)
from .names import recall, remember
from .story import DAYS_OF_TERMS

# What is written in bulk needs no chatter and no mail about itself.
_QUIET = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_notrack": True,
}


class Ledger:
    """Knows which entry, and which of its items, stands for each document.

    :param story: a `story.Story`
    """

    def __init__(self, env, story):
        self._env = env(context={**env.context, **_QUIET})
        self._partners = {}
        self._documents = {}
        self._entries = {}
        self._story = story

    # -- partners ---------------------------------------------------------------

    def register_debtors(self):
        """Make a contact of every debtor, shared by the three companies."""
        countries = {
            code: self._env.ref(f"base.{code.lower()}") for code in ("BE", "US")
        }
        debtors = self._story.debtors
        partners = self._env["res.partner"].create(
            [
                {
                    "name": debtor.name,
                    "is_company": debtor.is_firm,
                    "lang": debtor.lang,
                    "street": debtor.street,
                    "zip": debtor.postcode,
                    "city": debtor.town,
                    "country_id": countries[debtor.country].id,
                    "email": debtor.email,
                    "phone": debtor.phone,
                    "vat": debtor.vat,
                    "tz": "Europe/Brussels",
                }
                for debtor in debtors
            ]
        )
        for debtor, partner in zip(debtors, partners, strict=True):
            self._partners[debtor.key] = partner.id
            remember(self._env, f"debtor_{debtor.key}", partner)

    # -- events -----------------------------------------------------------------

    def book(self, events):
        """Book events; of one batch, documents come first and holds last."""
        by_kind = defaultdict(list)
        for event in events:
            by_kind[type(event)].append(event)
        for entity in entities.ENTITIES:
            self._book_documents(entity, _of(entity, by_kind[Document]))
        self._env.cr.commit()
        for reset in by_kind[Reset]:
            self._reset(reset)
        self._apply_credits(by_kind[Credit])
        for entity in entities.ENTITIES:
            self._receive(entity, by_kind[Payment], _of(entity, by_kind[Stray]))
        self._env.cr.commit()
        for payment in by_kind[OnlinePayment]:
            self._pay_online(payment)
        for returned in by_kind[Returned]:
            self._return(returned)
        self._hold(by_kind[Hold])
        self._env.cr.commit()

    def _pay_online(self, payment):
        entry = self._entries[payment.document]
        claim = self._env["ar.claim"].search([("move_id", "=", entry)], limit=1)
        payer = online.Payer(self._env, claim)
        transaction = payer.begin()
        if payment.twice:
            online.pay_by_transfer(payer.claims())
        online.complete(transaction)
        self._env.cr.commit()

    def _book_documents(self, entity, documents):
        for document in documents:
            self._documents[document.key] = document
        opening = [document for document in documents if document.opening]
        invoices = [document for document in documents if not document.opening]
        if invoices:
            moves = self._moves(entity).create(
                [self._invoice(entity, document) for document in invoices]
            )
            moves.action_post()
            for document, move in zip(invoices, moves, strict=True):
                self._entries[document.key] = move.id
        if opening:
            move = self._moves(entity).create(self._opening_entry(entity, opening))
            move.action_post()
            self._entries.update({document.key: move.id for document in opening})

    def _invoice(self, entity, document, **facts):
        invoice = {
            "move_type": "out_invoice",
            "journal_id": recall(
                self._env, f"journal_{entity.key}_{document.journal}"
            ).id,
            "partner_id": self._partners[document.debtor],
            "invoice_date": document.on,
            "currency_id": self._env.ref(f"base.{document.currency}").id,
            "invoice_line_ids": [
                Command.create(self._invoice_line(entity, item))
                for item in document.items
            ],
        }
        if document.terms > 1:
            invoice["invoice_payment_term_id"] = self._terms().id
        else:
            invoice["invoice_date_due"] = document.due_on
        return invoice | facts

    def _invoice_line(self, entity, item, share=Decimal(1)):
        taxes = []
        if item.vat:
            owner = company(self._env, entity.key)
            code = f"attn_VAT-OUT-{int(item.vat):02d}-S"
            taxes = [self._env.ref(f"account.{owner.id}_{code}").id]
        return {
            "name": item.name,
            "quantity": 1,
            "price_unit": float(round(item.amount * share, 2)),
            "tax_ids": [Command.set(taxes)],
        }

    def _terms(self):
        known = self._env.ref("ar_demo.three_terms", raise_if_not_found=False)
        if known:
            return known
        term = self._env["account.payment.term"].create(
            {
                "name": "In drie termijnen",
                "line_ids": [
                    Command.create(
                        {
                            "value": "percent",
                            "value_amount": percent,
                            "delay_type": "days_after",
                            "nb_days": days,
                        }
                    )
                    for percent, days in zip(
                        (33.33, 33.33, 33.34), DAYS_OF_TERMS, strict=True
                    )
                ],
            }
        )
        return remember(self._env, "three_terms", term)

    def _opening_entry(self, entity, documents):
        owner = company(self._env, entity.key)
        lines = [
            {
                "name": document.items[0].name,
                "account_id": receivable(owner).id,
                "partner_id": self._partners[document.debtor],
                "date_maturity": document.due_on,
                "debit": float(document.items[0].amount),
            }
            for document in documents
        ]
        lines.append(
            {
                "name": documents[0].items[0].name,
                "account_id": self._env.ref(f"account.{owner.id}_a140").id,
                "credit": sum(line["debit"] for line in lines),
            }
        )
        return {
            "move_type": "entry",
            "journal_id": recall(
                self._env, f"journal_{entity.key}_{entities.OPENING_JOURNAL}"
            ).id,
            "date": documents[0].on,
            "ref": "Openingsbalans",
            "line_ids": [Command.create(line) for line in lines],
        }

    def _reset(self, reset):
        move = self._move(reset.document)
        move.line_ids.remove_move_reconcile()
        move.button_draft()
        # The ledger is seen in between, as when somebody goes to lunch over it.
        self._env.cr.commit()
        if reset.posted_again_due_on:
            move.invoice_date_due = reset.posted_again_due_on
            move.action_post()

    def _apply_credits(self, credits_):
        for entity in entities.ENTITIES:
            mine = [
                credit
                for credit in credits_
                if self._documents[credit.document].entity == entity.key
                and self._move(credit.document).state == "posted"
            ]
            if not mine:
                continue
            notes = self._moves(entity).create(
                [self._credit_note(entity, credit) for credit in mine]
            )
            notes.action_post()
            self._match(
                [
                    self._claims(credit.document) | _receivables(note)
                    for credit, note in zip(mine, notes, strict=True)
                    if credit.applied
                ]
            )

    def _credit_note(self, entity, credit):
        document = self._documents[credit.document]
        return self._invoice(
            entity,
            document,
            move_type="out_refund",
            invoice_date=credit.on,
            invoice_date_due=credit.on,
            ref=self._move(credit.document).name,
            # Odoo matches a reversal with its original as soon as it is posted.
            reversed_entry_id=credit.applied and self._entries[credit.document],
            invoice_line_ids=[
                Command.create(self._invoice_line(entity, item, credit.share))
                for item in document.items
            ],
        )

    # -- the bank ---------------------------------------------------------------

    def _receive(self, entity, payments, strays):
        mine = [
            payment
            for payment in payments
            if self._documents[payment.documents[0]].entity == entity.key
            and self._is_open(payment)
        ]
        lines = [self._transfer(entity, payment) for payment in mine]
        lines += [self._stray(entity, stray) for stray in strays]
        if not lines:
            return
        owner = company(self._env, entity.key)
        transfers = self._env["account.bank.statement.line"].with_company(owner)
        booked = transfers.create(lines)
        self._match(
            [
                self._owed(payment) | _receivables(line.move_id)
                for payment, line in zip(mine, booked, strict=False)
                if payment.fate == "matched"
            ]
        )

    def _return(self, returned):
        """Book that the money went back, as the bank's file of returns would."""
        document = self._documents[returned.document]
        paid = self._claims(returned.document).matched_credit_ids.credit_move_id
        owner = company(self._env, document.entity)
        back = (
            self._env["account.bank.statement.line"]
            .with_company(owner)
            .create(
                {
                    "journal_id": recall(
                        self._env, f"journal_{document.entity}_BNK"
                    ).id,
                    "date": returned.on,
                    "payment_ref": returned.text,
                    "partner_id": self._partners[document.debtor],
                    "counterpart_account_id": paid.account_id.id,
                    "amount": -sum(paid.mapped("credit")),
                }
            )
        )
        self._env["ar.claim"]._note_return_reason(paid, returned.code, returned.text)
        paid.remove_move_reconcile()
        (paid | _receivables(back.move_id)).reconcile()
        self._env.cr.commit()

    def _is_open(self, payment):
        """A document may have been credited or reset before its payer pays."""
        return all(
            self._move(key).state == "posted" for key in payment.documents
        ) and bool(self._owed(payment))

    def _transfer(self, entity, payment):
        document = self._documents[payment.documents[0]]
        owed = self._owed(payment)
        amount = Decimal(str(sum(owed.mapped("amount_currency")))) * payment.share
        debtor = self._debtor(document.debtor)
        line = {
            "journal_id": recall(self._env, f"journal_{entity.key}_BNK").id,
            "date": payment.on,
            "payment_ref": self._purpose(payment),
            "partner_name": debtor.name,
            "account_number": self._account_of(debtor),
            "amount": float(round(amount + payment.extra, 2)),
        }
        if payment.fate in ("matched", UNMATCHED):
            line["partner_id"] = self._partners[document.debtor]
            line["counterpart_account_id"] = owed.account_id.id
        return line

    def _stray(self, entity, stray):
        return {
            "journal_id": recall(self._env, f"journal_{entity.key}_BNK").id,
            "date": stray.on,
            "payment_ref": stray.text,
            "partner_name": stray.payer,
            "amount": float(stray.amount),
        }

    def _purpose(self, payment):
        moves = self._env["account.move"].browse(
            [self._entries[key] for key in payment.documents]
        )
        if payment.purpose == STRUCTURED and moves[0].payment_reference:
            return " ".join(moves.mapped("payment_reference"))
        if payment.purpose in (STRUCTURED, NUMBER):
            return f"factuur {' en '.join(moves.mapped('name'))}"
        return "overschrijving"

    def _account_of(self, debtor):
        keys = [each.key for each in self._story.debtors]
        return numbers.iban(1000 + keys.index(debtor.key))

    def _debtor(self, key):
        return next(each for each in self._story.debtors if each.key == key)

    # -- holds ------------------------------------------------------------------

    def _hold(self, holds):
        values = []
        for hold in holds:
            reason = self._env.ref(f"ar_dunning.hold_reason_{hold.reason}")
            values += [
                {
                    "claim_id": claim.id,
                    "reason_id": reason.id,
                    "date_from": hold.on,
                    "date_to": self._until(hold, reason),
                    "note": hold.note,
                }
                for claim in self._env["ar.claim"].search(
                    [
                        ("line_id", "in", self._claims(hold.document).ids),
                        ("state", "=", "open"),
                    ]
                )
            ]
        self._env["ar.hold"].create(values)

    def _until(self, hold, reason):
        if reason.maximum_days and hold.until:
            latest = hold.on + timedelta(days=reason.maximum_days - 1)
            return min(hold.until, latest)
        return hold.until

    # -- what stands for a document ----------------------------------------------

    def _moves(self, entity):
        owner = company(self._env, entity.key)
        return self._env["account.move"].with_company(owner)

    def _move(self, key):
        return self._env["account.move"].browse(self._entries[key])

    def _claims(self, key):
        """The receivable items of a document, oldest due first."""
        lines = _receivables(self._move(key))
        if self._documents[key].opening:
            partner_id = self._partners[self._documents[key].debtor]
            lines = lines.filtered(lambda line: line.partner_id.id == partner_id)
        return lines.sorted("date_maturity")

    def _owed(self, payment):
        """The open items that a payment is for."""
        lines = self._env["account.move.line"]
        for key in payment.documents:
            claims = self._claims(key)
            for term in payment.terms or range(1, len(claims) + 1):
                lines |= claims[term - 1]
        return lines.filtered(lambda line: not line.reconciled)

    def _match(self, plan):
        open_plan = [
            lines for lines in plan if not any(line.reconciled for line in lines)
        ]
        self._env["account.move.line"]._reconcile_plan(open_plan)


def _of(entity, events):
    return [event for event in events if event.entity == entity.key]


def _receivables(moves):
    return moves.line_ids.filtered(
        lambda line: line.account_id.account_type == "asset_receivable"
    )
