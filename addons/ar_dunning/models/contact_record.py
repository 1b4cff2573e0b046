from odoo import api, fields, models
from odoo.exceptions import UserError

from ..rules.promises import last_day_of_hold


class ContactRecord(models.Model):
    """Records an outcome: ONE call that holds, closes, raises and remembers."""

    _inherit = "ar.contact"

    @api.model
    def _record(self, debtor, outcome, claims=None, work_item=None, **facts):
        """Note what a contact with a debtor ended in, and do what follows from it.

        Claims of different access groups are noted apart, so that a restricted claim
        is never mentioned to those who may not see it.

        :param claims: the claims talked about; empty: all open ones the user sees
        :param work_item: the task at hand
        :param facts: date_until (date), amount (promised, of one currency), note,
            medium, address
        :return: the contacts
        """
        if not self.env.user.has_group("ar_dunning.group_collector"):
            raise UserError(self.env._("Only collectors may record a contact."))
        debtor.ensure_one().check_access("read")
        return self._write_down(debtor, outcome, claims, work_item, **facts)

    @api.model
    def _write_down(
        self, debtor, outcome, claims, work_item=None, at_once=False, **facts
    ):
        """Do what `_record` says; the caller has seen to it that it may be done.

        :param at_once: nothing is held and the work comes now: it was waited for
            already
        """
        claims = self._claims_talked_about(debtor, claims)
        today = self._today_of(debtor, claims)
        self._check_facts(outcome, claims, today, facts)
        task = self._handle_task(outcome, work_item, today)
        if at_once:
            facts["follow_up"] = "now"
        contacts = self.browse()
        for group, part in self._in_groups(debtor, claims):
            contacts |= self._note(
                debtor,
                outcome,
                part,
                access_group_id=group.id,
                **task,
                **facts,
            )
        contacts._replace_earlier()
        if not at_once:
            contacts._put_on_hold(today)
        contacts.filtered(lambda contact: contact.follow_up == "now")._raise_follow_up(
            today
        )
        return contacts

    @api.model
    def _claims_talked_about(self, debtor, claims):
        if claims:
            claims.check_access("read")
            if claims.debtor_id != debtor:
                raise UserError(
                    self.env._("These claims are of several debtors: choose one.")
                )
            return claims
        return self.env["ar.claim"].search(
            [
                ("debtor_id", "=", debtor.id),
                ("state", "=", "open"),
                ("principal_claim_id", "=", False),
            ]
        )

    @api.model
    def _today_of(self, debtor, claims):
        company = claims.company_id[:1] or debtor.root_company_id
        return company._ar_today()

    @api.model
    def _check_facts(self, outcome, claims, today, facts):
        """Refuse what the outcome does not allow, and say what to do instead."""
        until, note = facts.get("date_until"), facts.get("note")
        if outcome.note_required and not (note or "").strip():
            raise UserError(
                self.env._("“%s” needs a note: say what was said.", outcome.name)
            )
        if outcome.date_need == "required" and not until:
            raise UserError(self.env._("“%s” needs a date.", outcome.name))
        if until and outcome.date_need == "none":
            raise UserError(self.env._("“%s” takes no date.", outcome.name))
        if until and until < today:
            raise UserError(
                self.env._("The date has passed already: choose today or later.")
            )
        limit = outcome.date_maximum_days
        if until and limit and (until - today).days > limit:
            raise UserError(
                self.env._(
                    "“%(outcome)s” allows %(days)s days at most: choose an earlier "
                    "date.",
                    outcome=outcome.name,
                    days=limit,
                )
            )
        amount = facts.get("amount") or 0.0
        if amount < 0:
            raise UserError(self.env._("The amount cannot be negative."))
        if amount and not outcome.asks_amount:
            raise UserError(self.env._("“%s” takes no amount.", outcome.name))
        if amount and (len(claims.currency_id) != 1 or len(claims.access_group_id) > 1):
            raise UserError(
                self.env._(
                    "An amount is promised in one currency and for one type of claim: "
                    "choose the claims, or leave the amount empty."
                )
            )
        if outcome.follow_up == "if_unpaid" and not claims:
            raise UserError(
                self.env._("There is no open claim of which payment can be promised.")
            )

    @api.model
    def _in_groups(self, debtor, claims):
        if not claims:
            # Of a restricted debtor only those may know who see one of his claims.
            known = debtor.claim_ids if debtor.restricted else debtor.claim_ids.browse()
            return [(known.access_group_id[:1], claims)]
        return claims.grouped("access_group_id").items()

    @api.model
    def _note(self, debtor, outcome, claims, **facts):
        company = claims.company_id
        if len(company) != 1:
            company = debtor.root_company_id
        follow_up = facts.get("follow_up") or outcome.follow_up
        waits = follow_up in ("on_date", "if_unpaid")
        medium = facts.get("medium") or "phone"
        address = debtor.email if medium == "email" else debtor.phone
        values = {
            **facts,
            "debtor_id": debtor.id,
            "company_id": company.id,
            "outcome_id": outcome.id,
            "follow_up": follow_up,
            "follow_up_kind": outcome.follow_up_kind,
            "grace_days": outcome.grace_days,
            "currency_id": claims.currency_id[:1].id,
            "medium": medium,
            "address": facts.get("address") or address,
            "user_id": self.env.uid,
            "result": "waiting" if waits else "none",
            "line_ids": [
                fields.Command.create(values)
                for values in self._prepare_lines_vals(claims)
            ],
        }
        # Evidence is written by this method alone; right and access were checked.
        contact_sudo = self.sudo().create(values)
        return contact_sudo.sudo(self.env.su)

    @api.model
    def _prepare_lines_vals(self, claims):
        explained = claims._explain() if claims else {}
        return [
            {
                "claim_id": claim.id,
                "company_id": claim.company_id.id,
                "access_group_id": claim.access_group_id.id,
                "currency_id": claim.currency_id.id,
                # Whoever pays what he owes pays costs first: they belong to it.
                "amount": explained[claim.id]["collectable"]
                + claim.amount_costs
                + claim.amount_interest
                if claim.id in explained
                else 0.0,
            }
            for claim in claims
        ]

    @api.model
    def _handle_task(self, outcome, work_item, today):
        """Close the task at hand, or let it come back; return what to remember."""
        if not work_item or work_item.state != "open":
            return {"work_item_id": work_item.id if work_item else False}
        before = work_item.due_on
        closed = outcome.closes_task and work_item._is_done_by_contact()
        if closed:
            work_item.action_done()
        elif outcome.retry_days:
            work_item.due_on = fields.Date.add(today, days=outcome.retry_days)
        return {
            "work_item_id": work_item.id,
            "task_closed": closed,
            "task_due_on": before,
        }

    def _replace_earlier(self):
        """What was agreed earlier about the same claims holds no longer."""
        first = self[:1]
        outcome = first.outcome_id
        kinds = {first.follow_up} & {"on_date", "if_unpaid"}
        if outcome.reached:
            kinds.add("on_date")
        if not kinds:
            return
        earlier = self.search(
            [
                ("debtor_id", "=", first.debtor_id.id),
                ("result", "=", "waiting"),
                ("id", "not in", self.ids),
                ("follow_up", "in", list(kinds)),
            ]
        )
        claims = self.line_ids.claim_id
        replaced = earlier.filtered(
            lambda contact: not contact.line_ids or contact.line_ids.claim_id & claims
        )
        replaced._end("replaced")

    def _end(self, result):
        """Give the contacts their last result and lift what they hold."""
        self.hold_ids.filtered(lambda hold: not hold.lifted_on).action_lift()
        # People change no contact; the callers checked right and access.
        for company, contacts_sudo in self.sudo().grouped("company_id").items():
            contacts_sudo.write({"result": result, "result_on": company._ar_today()})

    def _put_on_hold(self, today):
        """Hold the claims talked about, or all of the debtor, until the date.

        What these contacts hold already is not held twice.
        """
        first = self[:1]
        outcome = first.outcome_id
        reason = outcome.hold_reason_id
        if not reason:
            return
        until = first.date_until
        if not until and outcome.hold_days:
            until = fields.Date.add(today, days=outcome.hold_days)
        shared = {
            "reason_id": reason.id,
            "date_from": today,
            "date_to": last_day_of_hold(
                today, until or None, outcome.grace_days, reason.maximum_days
            ),
            "note": first.note,
        }
        running = self.hold_ids.filtered(lambda hold: hold._is_in_force(today))
        if outcome.hold_scope == "debtor":
            if running:
                return
            # The note may speak of a restricted claim: it stays on the contact.
            target = {"debtor_id": first.debtor_id.id, "note": False}
            holds = self.env["ar.hold"].create([{**shared, **target}])
            first.sudo().hold_ids += holds  # see _end
            return
        for contact in self:
            holds = self.env["ar.hold"].create(
                [
                    {**shared, "claim_id": line.claim_id.id}
                    for line in contact.line_ids
                    if line.claim_id.state == "open"
                    and line.claim_id not in running.claim_id
                ]
            )
            contact.sudo().hold_ids += holds  # see _end

    def _undo(self):
        """Take back what was just recorded; the rows stay, marked as undone."""
        if not self.env.user.has_group("ar_dunning.group_collector"):
            raise UserError(self.env._("Only collectors may undo a contact."))
        self.check_access("read")
        for contact in self:
            contact._check_may_undo()
        work = self.env["ar.work.item"]
        # Work that this contact brought has lost its cause.
        work.search([("contact_id", "in", self.ids), ("state", "=", "open")])._close(
            "dismissed"
        )
        self._give_task_back()
        self._end("undone")

    def _give_task_back(self):
        for contact in self:
            item = contact.work_item_id
            if contact.task_closed and item.state == "done":
                item.action_reopen()
            elif item.state == "open" and item.due_on != contact.task_due_on:
                item.due_on = contact.task_due_on

    def _check_may_undo(self):
        self.ensure_one()
        if self.user_id != self.env.user:
            raise UserError(
                self.env._("Only who recorded a contact may undo it: record another.")
            )
        if self.result not in ("none", "waiting"):
            raise UserError(
                self.env._("This contact has its result already: record another.")
            )
        today = fields.Date.context_today(self)
        if fields.Datetime.context_timestamp(self, self.moment).date() != today:
            raise UserError(
                self.env._("A contact is undone on the same day: record another.")
            )
        if self.task_closed and self.work_item_id.delivery_id.state == "sent":
            raise UserError(
                self.env._(
                    "The task was a level of the procedure and counts as delivered: "
                    "record another contact instead."
                )
            )
