from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class ClaimSmallBalance(models.Model):
    """Gives up rests that are not worth a letter: really booked, really matched."""

    _inherit = "ar.claim"

    @api.model
    def _small_domain(self, company, on):
        """Claims of a company whose rest is proposed to be written off on a day."""
        limit = on - timedelta(days=company.ar_small_days)
        return (
            Domain("company_id", "=", company.id)
            & Domain("state", "=", "open")
            & Domain("principal_claim_id", "=", False)
            & Domain("amount_residual_company", ">", 0)
            & Domain("amount_residual_company", "<=", company.ar_small_amount)
            # Not `=`: of a monetary field it finds no empty ones.
            & Domain("amount_costs", "<=", 0)
            & Domain("date_due", "<=", limit)
            & Domain("on_hold", "=", False)
        )

    def _is_small(self):
        """Whether the rest may be given up: small enough, and no credit covers it."""
        self.ensure_one()
        tolerance = self.company_id._ar_small_tolerance()
        return (
            self.state == "open"
            and not self.principal_claim_id
            and not self.amount_covered
            and not self.amount_costs
            and tolerance.allows(
                self._small_rest(),
                Decimal(f"{self.amount_original_company:.2f}"),
            )
        )

    def _small_rest(self):
        """Return what is given up, in company currency: the rest and its interest."""
        self.ensure_one()
        company = self.company_id
        interest = self.currency_id._convert(
            self.amount_interest, company.currency_id, company, company._ar_today()
        )
        return Decimal(f"{self.amount_residual_company + interest:.2f}")

    def _write_off(self):
        """Write off the rests of these claims; return the entries.

        One entry per company, currency and journal: an item per claim against one on
        the write-off account. Each is matched with its claim alone. Interest that is
        owed on the rest is waived.
        """
        self.check_access("read")
        self._check_write_off()
        # The limits count the interest; whether it may be given up was checked above.
        self.sudo()._costs_owed()._give_up(self.env._("Small balance"))
        entries = self.env["account.move"].sudo()
        # Collectors have no rights in accounting. Group, access and limits of every
        # claim were checked just above; only their own items are matched.
        for (company, _currency, _journal), claims_sudo in (
            self.sudo()
            .grouped(
                lambda claim: (
                    claim.company_id,
                    claim.currency_id,
                    claim._write_off_journal(),
                )
            )
            .items()
        ):
            entries += claims_sudo.with_company(company)._book_write_off()
        return entries

    def _check_write_off(self):
        user = self.env.user
        if not user.has_group("ar_dunning.group_collector"):
            raise UserError(self.env._("Only collectors write off small balances."))
        self.company_id._ar_small_check_settings()
        for claim in self:
            if not claim._is_small():
                raise UserError(
                    self.env._(
                        "%s cannot be written off: its rest is above the limits of the "
                        "settings, an open credit covers it, or costs are owed beside "
                        "it; waive those first.",
                        claim.display_name,
                    )
                )
            if claim.company_id._ar_small_tolerance().needs_approver(
                claim._small_rest()
            ) and not user.has_group("ar_dunning.group_approver"):
                raise UserError(
                    self.env._(
                        "The rest of %s is written off by an approver.",
                        claim.display_name,
                    )
                )

    def _write_off_journal(self):
        """Restricted claims stay in their journal, so that the same people see them."""
        if self.access_group_id:
            return self.line_id.journal_id
        return self.company_id.ar_small_journal_id

    def _book_write_off(self):
        """Book one entry for claims of one company, currency and journal."""
        company, currency = self.company_id, self.currency_id
        rests = [(one.amount_residual, one.amount_residual_company) for one in self]
        lines = [
            {
                "name": self.env._("Small balance of %s", claim.move_name or ""),
                "account_id": claim.account_id.id,
                "partner_id": claim.line_id.partner_id.id,
                "currency_id": currency.id,
                "amount_currency": -rest,
                "balance": -rest_company,
            }
            for claim, (rest, rest_company) in zip(self, rests, strict=True)
        ]
        lines.append(
            {
                "name": self.env._("Small balances"),
                "account_id": company.ar_small_account_id.id,
                "currency_id": currency.id,
                "amount_currency": currency.round(sum(rest for rest, _own in rests)),
                "balance": company.currency_id.round(sum(own for _rest, own in rests)),
            }
        )
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "company_id": company.id,
                "journal_id": self[:1]._write_off_journal().id,
                "date": company._ar_today(),
                "ref": self.env._("Small balances, by %s", self.env.user.name),
                "line_ids": [fields.Command.create(line) for line in lines],
            }
        )
        entry.action_post()
        written_off = entry.line_ids.filtered(
            lambda line: line.account_id != company.ar_small_account_id
        )
        self.env["account.move.line"]._reconcile_plan(
            [
                claim.line_id + line
                for claim, line in zip(self, written_off.sorted("id"), strict=True)
            ]
        )
        return entry
