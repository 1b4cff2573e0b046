from odoo import api, models
from odoo.tools import format_date

from .notice_information import FORESEEN


class NoticeRenderCosts(models.Model):
    """Costs on a notice: those it announces, and those that are claimed already."""

    _inherit = "ar.dunning.notice"

    @api.model
    def _accompany(self, scope, company, on):
        result = super()._accompany(scope, company, on)
        self.env["ar.claim.cost"]._announce(scope, company, on)
        self._freeze_proofs(scope)
        return result

    def _blocks(self, channel):
        blocks = super()._blocks(channel)
        if self.kind == "dunning" and self._announced_costs():
            blocks.append((25, "ar_dunning.block_announced"))
        return blocks

    def _render_values(self, channel, delivery=None):
        values = super()._render_values(channel, delivery)
        values["only_beside"] = self.kind == "dunning" and self._only_beside(
            values["lines"]
        )
        costs = self._announced_costs()
        if costs:
            values["announced"] = self._say_announced(costs, channel)
        return values

    def _announced_costs(self):
        """Return what the notice announces, see ar.claim.cost._say_announced.

        Until it leaves, what it would announce on its day.
        """
        self.ensure_one()
        # Part of the notice: whoever may read it reads what it says.
        costs_sudo = self.env["ar.claim.cost"].sudo()
        if self.state in FORESEEN:
            return costs_sudo._foresee(self)
        return costs_sudo.search(
            [("notice_id", "=", self.id), ("announced_on", "!=", False)], order="id"
        )._as_announced()

    def _say_announced(self, costs, channel):
        """Return what the block says: the period in words, and every cost.

        ``waiting`` is asked for only when the period passes, ``at_once`` is owed by law
        since the due date.
        """
        company = self.company_id
        waiting = [cost for cost in costs if not cost["at_once"]]
        wait = waiting[0]["regime"].wait_id if waiting else None
        row = wait and wait._row_on(company, channel, self.date)
        return {
            "period": row._say_period() if row else "",
            "waiting": [self._say_cost(cost) for cost in waiting],
            "at_once": [self._say_cost(cost) for cost in costs if cost["at_once"]],
        }

    def _say_cost(self, cost):
        vat = cost["vat"] and self.env._(
            "With %s VAT: whoever collects for us charges it, and we cannot deduct it.",
            cost["vat"],
        )
        return {
            "name": cost["name"],
            "basis": [
                line
                for line in (
                    self._documents_apart(cost["claims"]),
                    cost["article"],
                    vat,
                )
                if line
            ],
            "amount": self._format_amount(cost["amount"])
            if cost["amount"]
            else cost["rate"],
        }

    def _claimed_beside(self, lines):
        """Return what is claimed beside the principal of lines, each kind once.

        :return: [{name, article, claims, documents, amount}]; costs before interest
        """
        # Part of the notice: whoever may read it reads what it says.
        asked = lines.sudo()._asked_beside()
        kinds = dict(
            self.env["ar.claim.cost"]._fields["kind"]._description_selection(self.env)
        )
        until = self.env._("Interest until %s", format_date(self.env, self.date))
        said = {}
        for one in sorted(asked, key=lambda one: (one.interest, one.cost.id or 0)):
            name = until if one.interest else kinds.get(one.cost.kind)
            article = one.cost and (one.cost._basis() or one.cost.regime_id.article)
            entry = said.setdefault(
                (name, article),
                {
                    "name": name or self.env._("Costs"),
                    "article": article or "",
                    "claims": self.env["ar.claim"],
                    "amount": 0.0,
                },
            )
            entry["claims"] |= one.line.claim_id
            entry["amount"] += one.amount
        for entry in said.values():
            entry["documents"] = self._documents_apart(entry["claims"])
        return list(said.values())

    def _documents_apart(self, claims):
        """Name the claims that a cost is for, when they are not all of the notice."""
        claimed = self.line_ids.filtered(lambda line: line.role != "information")
        apart = claimed.filtered(lambda line: line.claim_id.id in claims.ids)
        if apart == claimed or not all(apart.mapped("move_name")):
            return ""
        return self.env._("For %s", ", ".join(apart.mapped("move_name")))

    def _only_beside(self, lines):
        """Whether the principal of all lines is paid, and only costs are asked."""
        return bool(lines) and not any(lines.mapped("amount_open"))
