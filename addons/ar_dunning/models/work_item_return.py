from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class WorkItemReturn(models.Model):
    """What is done about a payment that came back, by its reason."""

    _inherit = "ar.work.item"

    kind = fields.Selection(
        selection_add=[
            ("underpayment",),
            ("returned_payment", "Payment returned"),
            ("guardian", "Find the heirs or administrator"),
            ("unmatched_payment",),
        ],
        ondelete={"returned_payment": "cascade", "guardian": "cascade"},
    )
    return_reason_id = fields.Many2one(
        "ar.return.reason",
        string="Return reason",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('company_id', 'in', (False, company_id))]",
        help="Why the bank sent the payment back; says what follows.",
    )
    return_action = fields.Selection(related="return_reason_id.action")
    return_done_on = fields.Date(
        string="Followed up on",
        readonly=True,
        help="Day on which what the reason says was done.",
    )

    def write(self, vals):
        """The reason may be chosen while nothing was done about it."""
        if (
            "return_reason_id" in vals
            and not self.env.su
            and any(
                item.kind != "returned_payment" or item.return_done_on for item in self
            )
        ):
            raise UserError(
                self.env._("What the return reason says has been done already.")
            )
        return super().write(vals)

    def _editable_fields(self):
        return super()._editable_fields() | {"return_reason_id"}

    def action_follow_return(self):
        """Do what the chosen reason says."""
        self.check_access("write")
        for item in self:
            if item.kind != "returned_payment" or item.state != "open":
                raise UserError(
                    self.env._("Only returned payments on the list can be followed up.")
                )
            if not item.return_reason_id:
                raise UserError(
                    self.env._("Choose the reason that the bank gives first.")
                )
            if item.return_done_on:
                raise UserError(
                    self.env._("What the return reason says has been done already.")
                )
        # Access was checked above; claims and debtors are read-only for people.
        self.sudo()._follow_returns(
            {company: company._ar_today() for company in self.company_id}
        )

    def _route_returned(self, codes, today):
        """Give new items the reason that the bank named and do what it says.

        :param codes: {dedup key: ISO 20022 code}
        :param today: {company: date}
        """
        for company, items in self.grouped("company_id").items():
            reasons = self.env["ar.return.reason"]._of_codes(
                company, set(codes.values())
            )
            by_reason = defaultdict(self.browse)
            for item in items:
                reason = reasons.get(codes.get(item.dedup_key))
                if reason:
                    by_reason[reason] += item
            for reason, same_reason in by_reason.items():
                same_reason.write({"return_reason_id": reason.id})
                same_reason._follow_returns(today)

    def _follow_returns(self, today):
        """Do what the reasons of these items say; one call per kind of action."""
        for (reason, company), items in self.grouped(
            lambda item: (item.return_reason_id, item.company_id)
        ).items():
            if reason.blocks_debit or reason.action in ("block", "deceased"):
                items.debtor_id._block_debits(reason, today[company])
            getattr(items, f"_follow_{reason.action}")(reason, today[company])
            items.write({"return_done_on": today[company]})

    def _follow_retry(self, reason, on):
        """Reminders wait until the amount has been collected again.

        Where nothing may be collected any more nothing waits: a person speaks to the
        debtor.
        """
        blocked = self.filtered(lambda item: item.debtor_id.debit_blocked)
        for item in blocked:
            why = self.env._(
                "Direct debit of this debtor is blocked since %(date)s: the amount is "
                "not collected again. Ask the debtor to pay in another way.",
                date=format_date(self.env, item.debtor_id.debit_blocked_on),
            )
            item.note = f"{item.note} {why}" if item.note else why
        blocked._follow_contact(reason, on)
        free = self - blocked
        until = on + timedelta(days=reason.days)
        free._hold_claims("debit_again", on, until, reason)
        free.write({"due_on": until})

    def _follow_block(self, reason, on):
        """Nothing but the block itself, which the caller sets."""

    def _follow_reminder(self, reason, on):
        """The next level may come now; the evaluation still keeps the wait."""
        self.claim_id.write({"expedited_on": on})

    def _follow_contact(self, reason, on):
        """A person speaks to the debtor: this item says so, above other work."""
        self.write({"points": 80, "due_on": on})

    def _follow_deceased(self, reason, on):
        """Everything stops; somebody looks for the heirs or the administrator."""
        hold_reason = self._hold_reason("deceased")
        held = self.env["ar.hold"].search(
            [
                ("debtor_id", "in", self.debtor_id.ids),
                ("reason_id", "=", hold_reason.id),
                ("lifted_on", "=", False),
            ]
        )
        self.env["ar.hold"].create(
            [
                {
                    "debtor_id": debtor.id,
                    "reason_id": hold_reason.id,
                    "date_from": on,
                    "note": reason.display_name,
                }
                for debtor in self.debtor_id - held.debtor_id
            ]
        )
        self._raise_items(
            [
                {
                    "kind": "guardian",
                    "company_id": item.company_id.id,
                    "access_group_id": item.access_group_id.id,
                    "debtor_id": item.debtor_id.id,
                    "points": 60,
                    "due_on": on,
                    "note": self.env._(
                        "The bank says that the debtor has died. Find out who acts "
                        "for the estate and enter that person with the debtor."
                    ),
                    "dedup_key": "/".join(
                        map(
                            str,
                            (
                                "guardian",
                                item.company_id.id,
                                item.debtor_id.id,
                                item.access_group_id.id or 0,
                            ),
                        )
                    ),
                }
                for item in self
            ]
        )

    def _hold_claims(self, code, on, until, reason):
        """Hold the claims of these items, unless such a hold runs already."""
        hold_reason = self._hold_reason(code)
        held = self.env["ar.hold"].search(
            [
                ("claim_id", "in", self.claim_id.ids),
                ("reason_id", "=", hold_reason.id),
                ("lifted_on", "=", False),
                ("date_to", ">=", until),
            ]
        )
        self.env["ar.hold"].create(
            [
                {
                    "claim_id": claim.id,
                    "reason_id": hold_reason.id,
                    "date_from": on,
                    "date_to": until,
                    "note": reason.display_name,
                }
                for claim in self.claim_id - held.claim_id
            ]
        )

    @api.model
    def _hold_reason(self, code):
        """Return the shipped hold reason; a company that removed it gets it again."""
        reasons = self.env["ar.hold.reason"].with_context(active_test=False)
        found = reasons.search(
            [("code", "=", code), ("company_id", "=", False)], limit=1
        )
        if found:
            return found
        names = {
            "debit_again": self.env._("Collected again"),
            "deceased": self.env._("Debtor deceased"),
        }
        return reasons.create({"code": code, "name": names[code]})
