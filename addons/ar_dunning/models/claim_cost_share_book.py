from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command


class ClaimCostShareBook(models.Model):
    """The item of the debtor and the income of a share, or of a part of it."""

    _inherit = "ar.claim.cost.share"

    @api.model
    def _book(self, bookings):
        """Book amounts of shares; return the items of the debtor, in the same order.

        In the currency of the claim, on its receivable account; no tax: damages lie
        outside of it. Each item becomes a claim that follows the one of its share.

        :param bookings: [(share, amount, day)]
        """
        items_sudo = self.env["account.move.line"].sudo()
        if not bookings:
            return items_sudo
        # Those who claim or match have no rights in accounting; what is booked follows
        # from the policy of the company alone.
        entries_sudo = (
            self.env["account.move"]
            .sudo()
            .create(
                [share._prepare_entry(amount, on) for share, amount, on in bookings]
            )
        )
        entries_sudo.action_post()
        for (share, _amount, _on), entry in zip(bookings, entries_sudo, strict=True):
            items_sudo += entry.line_ids.filtered(
                lambda line, share=share: line.account_id == share.claim_id.account_id
            )
        self.env["ar.claim"]._make_accessories(
            {
                item.id: share
                for (share, _amount, _on), item in zip(
                    bookings, items_sudo, strict=True
                )
            }
        )
        if not self.env["ar.claim.cost"]._any_booked():
            self.env.registry.clear_cache()
        return items_sudo

    def _prepare_entry(self, amount, on):
        """Return the values of the entry that books an amount of this share."""
        self.ensure_one()
        claim, cost = self.claim_id, self.cost_id
        policy, company = cost.policy_id, cost.company_id
        label = company._ar_env()._(
            "%(cost)s of %(document)s",
            cost=dict(cost._fields["kind"]._description_selection(company._ar_env()))[
                cost.kind
            ],
            document=claim.move_name or "",
        )
        balance = claim.currency_id._convert(amount, company.currency_id, company, on)
        journal = None
        if claim.access_group_id:
            # In the journal of its type, or everybody would read it.
            journal = (claim.line_id or self.accessory_ids.line_id)[:1].journal_id
            if not journal:
                raise UserError(
                    self.env._(
                        "%s is of a restricted type and no longer in the ledger: "
                        "nothing can be booked beside it.",
                        claim.display_name,
                    )
                )
        return {
            "move_type": "entry",
            "company_id": company.id,
            "journal_id": (journal or policy.journal_id).id,
            "date": on,
            "ref": label,
            "line_ids": [
                Command.create(
                    {
                        "name": label,
                        "partner_id": claim.partner_id.id,
                        "account_id": account_id,
                        "currency_id": claim.currency_id.id,
                        "amount_currency": sign * amount,
                        "balance": sign * balance,
                        "date_maturity": on,
                        "tax_ids": [Command.clear()],
                    }
                )
                for account_id, sign in (
                    (claim.account_id.id, 1),
                    (policy.account_id.id, -1),
                )
            ],
        }
