from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount, format_date

_MANY = 200
# Classes of risk that catch the eye.
_RISKY = ("high", "very_high")


class DebtorDesk(models.Model):
    """The one screen on which a collector works through a debtor.

    Everything is read under the rights of the reader, so that restricted claims stay
    unseen; texts, days and amounts come ready for the eye, in his language.
    """

    _inherit = "ar.debtor"

    def get_desk(self, work_item_id=False, with_queue=False):
        """Return what the debtor's screen shows, as plain values, in one call.

        :param work_item_id: the task at hand, which outcomes close
        :param with_queue: also the debtors of the reader's work, the most valuable
            first, among which the screen goes on
        """
        self.ensure_one()
        self.check_access("read")
        claims = self.env["ar.claim"].search(
            [
                ("debtor_id", "=", self.id),
                ("state", "in", ("open", "unposted")),
                ("principal_claim_id", "=", False),
            ],
            limit=_MANY,
        )
        holds = self._desk_holds()
        desk = {
            "id": self.id,
            "head": self._desk_head(claims, holds),
            "claims": self._desk_claims(claims, holds),
            "holds": [self._desk_hold(hold) for hold in holds],
            "timeline": self._desk_timeline(),
            "documents": self._desk_documents(claims),
            "work": self._desk_work(work_item_id),
            "outcomes": self._desk_outcomes(),
            "note": self.note or "",
            "may_record": self.env.user.has_group("ar_dunning.group_collector"),
        }
        if with_queue:
            items = self.env["ar.work.item"]
            at_hand = (
                items.search([("id", "=", work_item_id)]) if work_item_id else items
            )
            desk["queue"] = items._queue(self, at_hand)
        return desk

    # -- what was said ----------------------------------------------------------

    def record_outcome(self, outcome_id, values=None):
        """Record what a contact ended in; return the ids that an undo needs.

        :param values: claim_ids, work_item_id, date_until (ISO text), amount, note,
            medium: each may be left out
        """
        values = values or {}
        contacts = self.env["ar.contact"]._record(
            self,
            self.env["ar.contact.outcome"].browse(outcome_id),
            self.env["ar.claim"].browse(values.get("claim_ids") or []),
            self.env["ar.work.item"].browse(values.get("work_item_id") or []),
            date_until=fields.Date.to_date(values.get("date_until") or False),
            amount=values.get("amount") or 0.0,
            note=values.get("note") or False,
            medium=values.get("medium") or "phone",
        )
        return contacts.ids

    def undo_outcome(self, contact_ids):
        """Take back what the user just recorded on this debtor."""
        contacts = self.env["ar.contact"].browse(contact_ids)
        contacts.check_access("read")
        if contacts.debtor_id != self:
            raise UserError(self.env._("This contact is another debtor's."))
        contacts._undo()

    # -- what is shown ----------------------------------------------------------

    def _desk_head(self, claims, holds):
        classes = dict(self._fields["debtor_class"]._description_selection(self.env))
        partner = self.partner_id
        return {
            "name": partner.display_name,
            "partner_id": partner.id,
            "debtor_class": classes[self.debtor_class],
            "collector": self.user_id.name or "",
            "email": partner.email or "",
            "phone": partner.phone or "",
            "address": ", ".join(
                line.strip()
                for line in partner._display_address(without_company=True).splitlines()
                if line.strip()
            ),
            "company": self.root_company_id.name,
            "restricted": self.restricted,
            "held": any(hold.debtor_id for hold in holds if hold.in_force),
            "totals": self._desk_totals(claims),
            "badges": self._desk_badges(),
        }

    def _desk_badges(self):
        """Return further marks beside the name: [{text, kind}]. For extension."""
        badges = []
        if self.team_id:
            badges.append({"text": self.team_id.name, "kind": "light"})
        if self.figure_id and self.risk_class != "unknown":
            label = dict(self._select_risk_class())[self.risk_class]
            risk = self.env._(
                "Risk: %(class)s (%(score)s)", score=self.risk_score, **{"class": label}
            )
            kind = "danger" if self.risk_class in _RISKY else "light"
            badges.append({"text": risk, "kind": kind})
        return badges

    def _desk_totals(self, claims):
        """Return what is open and overdue, per currency."""
        today = fields.Date.context_today(self)
        totals = []
        for currency, owed in claims.grouped("currency_id").items():
            overdue = owed.filtered(lambda claim: claim.date_due < today)
            totals.append(
                {
                    "currency": currency.name,
                    "open": self._amount_text(owed, currency),
                    "overdue": self._amount_text(overdue, currency),
                    "late": bool(overdue),
                }
            )
        return totals

    def _amount_text(self, claims, currency):
        return format_amount(self.env, sum(claims.mapped("amount_due")), currency)

    def _desk_claims(self, claims, holds):
        """Return the claims with what is next, when, and what stands in the way."""
        explained = claims._explain()
        held_debtor = any(hold.debtor_id for hold in holds if hold.in_force)
        held = {hold.claim_id.id for hold in holds if hold.in_force}
        return [
            {
                "id": claim.id,
                "number": claim.move_name or claim.display_name,
                "description": claim.description or "",
                "type": claim.claim_type_id.name or "",
                "restricted": bool(claim.access_group_id),
                "due": format_date(self.env, claim.date_due),
                "days_overdue": claim.days_overdue,
                "original": format_amount(
                    self.env, claim.amount_original, claim.currency_id
                ),
                "open": format_amount(self.env, claim.amount_due, claim.currency_id),
                "beside": claim._desk_beside(),
                "in_draft": claim.state == "unposted",
                "reached": claim.level_id.name or "",
                "held": held_debtor or claim.id in held,
                **self._desk_next(explained.get(claim.id), claim.currency_id),
            }
            for claim in claims
        ]

    def _desk_next(self, facts, currency):
        if not facts:
            return {"next": "", "next_date": "", "obstacles": [], "covered": ""}
        obstacles = [
            {"sentence": one["sentence"], "lift": one["lift"]}
            for one in facts["blockers"]
            if one["code"] != "not_yet_due"
        ]
        covered = facts["covered"]
        return {
            "next": facts["level_name"] or "",
            "next_date": format_date(self.env, facts["level_date"]),
            "obstacles": obstacles,
            "covered": format_amount(self.env, covered, currency) if covered else "",
        }

    def _desk_holds(self):
        """Return the holds on the debtor and on his claims that are not over."""
        return self.env["ar.hold"].search(
            [
                ("lifted_on", "=", False),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", fields.Date.context_today(self)),
                "|",
                ("debtor_id", "=", self.id),
                ("claim_id.debtor_id", "=", self.id),
            ],
            limit=_MANY,
        )

    def _desk_hold(self, hold):
        return {
            "id": hold.id,
            "reason": hold.reason_id.name,
            "of": hold.claim_id.move_name or "",
            "whole": bool(hold.debtor_id),
            "since": format_date(self.env, hold.date_from),
            "until": format_date(self.env, hold.date_to),
            "in_force": hold.in_force,
            "note": hold.note or "",
        }

    def _desk_documents(self, claims):
        """Return letters and e-mails that left, newest first; invoices by rights."""
        deliveries = self.env["ar.delivery"].search(
            [("debtor_id", "=", self.id), ("content_digest", "!=", False)],
            limit=_MANY,
            order="id desc",
        )
        channels = dict(deliveries._fields["channel"]._description_selection(self.env))
        return [
            {
                "key": f"delivery-{delivery.id}",
                "name": delivery.notice_id.level_id.name or channels[delivery.channel],
                "kind": channels[delivery.channel],
                "date": format_date(
                    self.env, delivery.effective_on or delivery.notice_id.date
                ),
                "url": f"/web/content/ar.delivery/{delivery.id}/content"
                f"?download=true&filename={delivery.content_name}",
            }
            for delivery in deliveries
        ] + self._desk_invoices(claims)

    def _desk_invoices(self, claims):
        """Invoices can be opened by those who have rights in accounting."""
        if not self.env["account.move"].has_access("read"):
            return []
        label = self.env._("Invoice")
        return [
            {
                "key": f"move-{claim.move_id.id}",
                "name": claim.move_name,
                "kind": label,
                "date": format_date(self.env, claim.invoice_date),
                "move_id": claim.move_id.id,
            }
            for claim in claims
            if claim.move_id
        ]

    def _desk_work(self, work_item_id):
        """Return the open tasks about this debtor, the one at hand marked."""
        items = self.env["ar.work.item"].search(
            [("debtor_id", "=", self.id), ("state", "=", "open")], limit=_MANY
        )
        kinds = dict(items._fields["kind"]._description_selection(self.env))
        return [
            {
                "id": item.id,
                "title": item.title or kinds[item.kind],
                "due": format_date(self.env, item.due_on),
                "amount": format_amount(self.env, item.amount, item.currency_id)
                if item.amount and item.currency_id
                else "",
                "note": item.note or "",
                "user": item.user_id.name or "",
                "current": item.id == work_item_id,
            }
            for item in items
        ]

    def _desk_outcomes(self):
        """Return the buttons: those of the company before those of all."""
        today = fields.Date.context_today(self)
        outcomes = self.env["ar.contact.outcome"].search(
            [("company_id", "in", (False, *self.root_company_id.ids))]
        )
        keys = self._desk_keys(outcomes)
        return [
            {
                "id": outcome.id,
                "name": outcome.name,
                "icon": outcome.icon or "fa-comment-o",
                "hotkey": keys.get(outcome.id, ""),
                "date_need": outcome.date_need,
                "date_suggested": fields.Date.to_string(
                    fields.Date.add(today, days=outcome.date_days)
                )
                if outcome.date_need != "none" and outcome.date_days
                else "",
                "date_first": fields.Date.to_string(today),
                "date_last": fields.Date.to_string(
                    fields.Date.add(today, days=outcome.date_maximum_days)
                )
                if outcome.date_maximum_days
                else "",
                "asks_amount": outcome.asks_amount,
                "note_required": outcome.note_required,
            }
            for outcome in outcomes
        ]

    def _desk_keys(self, outcomes):
        """Return {id of an outcome: its key}; who has none gets a free one, if any."""
        keys = {outcome.id: outcome.hotkey for outcome in outcomes if outcome.hotkey}
        free = (key for key in "123456789" if key not in set(keys.values()))
        without = [outcome.id for outcome in outcomes if outcome.id not in keys]
        return {**keys, **dict(zip(without, free, strict=False))}

    # -- the way to it ----------------------------------------------------------

    def action_open_desk(self):
        """Open the debtor's screen."""
        self.ensure_one()
        return self._desk_action()

    def _desk_action(self, work_item=None):
        """Return the client action of this debtor's screen.

        :raises UserError: where a partner or an invoice has no debtor
        """
        if not self:
            raise UserError(self.env._("Nothing is open here: there is no claim."))
        self.ensure_one()
        action = self.env["ir.actions.client"]._for_xml_id(
            "ar_dunning.debtor_desk_action"
        )
        action["context"] = {
            "active_id": self.id,
            "work_item_id": work_item.id if work_item else False,
        }
        return action
