from odoo import models
from odoo.tools import SQL, format_amount, format_date, html2plaintext

_MANY = 60
_SHORT = 280
_OVER = ("cancelled", "withdrawn")


class DebtorTimeline(models.Model):
    """All that happened with a debtor, newest first: one story from many tables.

    Each source is read with a fixed number of statements, under the reader's rights.
    """

    _inherit = "ar.debtor"

    def _desk_timeline(self):
        """Return the entries of all sources, the newest first.

        An entry: key, moment (ISO text, for the order), date (text), kind, icon, title,
        text, amount (text), who, muted, and for notices `notice_id` (a preview).
        """
        entries = [entry for source in self._timeline_sources() for entry in source()]
        entries.sort(key=lambda entry: entry["moment"], reverse=True)
        return entries[: 3 * _MANY]

    def _timeline_sources(self):
        """Return the methods that give entries. For extension."""
        return [
            self._timeline_notices,
            self._timeline_contacts,
            self._timeline_holds,
            self._timeline_payments,
            self._timeline_events,
            self._timeline_messages,
        ]

    def _timeline_entry(self, kind, icon, record, moment, title, **values):
        """Return one entry, with everything that an entry has.

        :param moment: date or datetime in UTC
        """
        return {
            "key": f"{record._name}-{record.id}",
            "kind": kind,
            "icon": icon,
            "moment": moment.isoformat(),
            "date": format_date(self.env, moment),
            "title": title or "",
            "text": "",
            "amount": "",
            "who": "",
            "muted": False,
            "notice_id": False,
            **values,
        }

    def _timeline_notices(self):
        notices = self.env["ar.dunning.notice"].search(
            [("debtor_id", "=", self.id), ("cancel_code", "!=", "superseded")],
            limit=_MANY,
        )
        states = dict(notices._fields["state"]._description_selection(self.env))
        return [
            self._timeline_entry(
                "notice",
                "fa-envelope-o",
                notice,
                notice.dispatched_on or notice.date,
                notice.display_name.split(" – ")[0],
                text=self._tell_notice(notice) or states[notice.state],
                amount=format_amount(self.env, notice.amount_total, notice.currency_id),
                muted=notice.state in _OVER,
                notice_id=notice.id,
            )
            for notice in notices
        ]

    def _tell_notice(self, notice):
        """Return how a notice reached the debtor, as far as it is known."""
        if notice.kind == "imported":
            return notice._tell_taken_over()
        return "; ".join(
            self._tell_delivery(one) for one in notice.delivery_ids.sorted("id")
        )

    def _tell_delivery(self, delivery):
        """Return how and where a notice went, and what became of it."""
        labels = {
            name: dict(delivery._fields[name]._description_selection(self.env))
            for name in ("channel", "state")
        }
        parts = [
            labels["channel"][delivery.channel],
            ", ".join((delivery.address or "").splitlines()),
            labels["state"][delivery.state],
            format_date(self.env, delivery.effective_on),
            delivery.error_text,
        ]
        return " · ".join(part for part in parts if part)

    def _timeline_contacts(self):
        contacts = self.env["ar.contact"].search(
            [("debtor_id", "=", self.id)], limit=_MANY
        )
        results = dict(contacts._fields["result"]._description_selection(self.env))
        return [
            self._timeline_entry(
                "contact",
                contact.icon or "fa-comment-o",
                contact,
                contact.moment,
                contact.display_name,
                text=" · ".join(
                    part
                    for part in (
                        contact.note,
                        contact.result != "none" and results[contact.result],
                    )
                    if part
                ),
                amount=format_amount(self.env, contact.amount, contact.currency_id)
                if contact.amount
                else "",
                who=contact.user_id.name,
                muted=contact.result in ("undone", "replaced"),
            )
            for contact in contacts
        ]

    def _timeline_holds(self):
        """Holds of contacts are told with the contact."""
        holds = self.env["ar.hold"].search(
            [
                ("contact_ids", "=", False),
                "|",
                ("debtor_id", "=", self.id),
                ("claim_id.debtor_id", "=", self.id),
            ],
            limit=_MANY,
        )
        return [
            self._timeline_entry(
                "hold",
                "fa-pause-circle-o",
                hold,
                hold.date_from,
                self.env._("On hold: %s", hold.reason_id.name),
                text=" · ".join(
                    part
                    for part in (
                        hold.claim_id.move_name,
                        self._tell_end(hold),
                        hold.note,
                    )
                    if part
                ),
                who=hold.create_uid.name,
                muted=not hold.in_force,
            )
            for hold in holds
        ]

    def _tell_end(self, hold):
        end = hold.lifted_on or hold.date_to
        return self.env._("until %s", format_date(self.env, end)) if end else ""

    def _timeline_payments(self):
        """Tell what was matched against claims that the reader sees.

        People of Receivables have no rights in accounting; whoever reads a claim reads
        what was paid on it, so the ledger is asked directly.
        """
        claims = self.env["ar.claim"]._search([("debtor_id", "=", self.id)])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT partial.id, money.date,
                       move.move_type = 'out_refund',
                       COALESCE(NULLIF(move.name, '/'), move.ref, ''),
                       partial.debit_amount_currency, claim.currency_id,
                       COALESCE(claim.move_name, '')
                  FROM ar_claim claim
                  JOIN account_partial_reconcile partial
                    ON partial.debit_move_id = claim.line_id
                  JOIN account_move_line money ON money.id = partial.credit_move_id
                  JOIN account_move move ON move.id = money.move_id
                 WHERE claim.id IN %s
                   AND partial.debit_amount_currency <> 0 -- no exchange difference
                 ORDER BY money.date DESC, partial.id DESC
                 LIMIT %s
                """,
                claims.subselect(),
                _MANY,
            )
        )
        currencies = self.env["res.currency"]
        return [
            self._timeline_entry(
                "payment",
                "fa-money",
                self.env["account.partial.reconcile"].browse(number),
                day,
                self.env._("Credit note on %s", claim)
                if credit
                else self.env._("Payment on %s", claim),
                text=document,
                amount=format_amount(self.env, amount, currencies.browse(currency)),
            )
            for number, day, credit, document, amount, currency, claim in rows
        ]

    def _timeline_events(self):
        events = self.env["ar.claim.event"].search(
            [("claim_id.debtor_id", "=", self.id)], limit=_MANY
        )
        kinds = dict(events._fields["kind"]._description_selection(self.env))
        return [
            self._timeline_entry(
                "event",
                "fa-circle-o",
                event,
                event.on_date,
                f"{event.claim_id.move_name or ''}: {kinds[event.kind]}",
                text=" → ".join(part for part in (event.before, event.after) if part),
                # The machine needs no name.
                who="" if event.user_id._is_superuser() else event.user_id.name or "",
            )
            for event in events
        ]

    def _timeline_messages(self):
        """Tell replies of debtors and remarks of colleagues, with their beginning."""
        notices = self.env["ar.dunning.notice"].search(
            [("debtor_id", "=", self.id), ("state", "=", "dispatched")], limit=_MANY
        )
        messages = self.env["mail.message"].search(
            [
                ("message_type", "in", ("email", "comment")),
                "|",
                "&",
                ("model", "=", self._name),
                ("res_id", "=", self.id),
                "&",
                ("model", "=", notices._name),
                ("res_id", "in", notices.ids),
            ],
            limit=_MANY,
        )
        return [
            self._timeline_entry(
                "message",
                "fa-reply" if message.message_type == "email" else "fa-sticky-note-o",
                message,
                message.date,
                message.subject or self.env._("Message"),
                text=html2plaintext(message.body or "").strip()[:_SHORT],
                who=message.author_id.name or message.email_from or "",
            )
            for message in messages
        ]
