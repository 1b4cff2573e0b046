from odoo import api, models
from odoo.tools import format_date

from .claim_cost import NAMED
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
        if self._announced_costs():
            costs = self._announced_costs(values["lines"])
            values["announced"] = self._say_announced(costs, channel, values["lines"])
        return values

    def _announced_costs(self, lines=None):
        """Return what the notice announces, see ar.claim.cost._say_announced.

        Until it leaves, what it would announce on its day.

        :param lines: only costs of these: of a line that was undone before it left
            nobody is told
        """
        self.ensure_one()
        # Part of the notice: whoever may read it reads what it says.
        costs_sudo = self.env["ar.claim.cost"].sudo()
        if self.state in FORESEEN:
            return costs_sudo._foresee(self)
        costs_sudo = costs_sudo.search(
            [("notice_id", "=", self.id), ("announced_on", "!=", False)], order="id"
        )
        if lines is not None:
            costs_sudo = costs_sudo.filtered(
                lambda cost: (
                    not {*cost.share_ids.notice_line_id.ids}.isdisjoint(lines.ids)
                )
            )
        return costs_sudo._as_announced()

    def _say_announced(self, costs, channel, lines):
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
            "waiting": [self._say_cost(cost, lines) for cost in waiting],
            "at_once": [
                self._say_cost(cost, lines) for cost in costs if cost["at_once"]
            ],
        }

    def _say_cost(self, cost, lines):
        vat = cost["vat"] and self.env._(
            "With %s VAT: whoever collects for us charges it, and we cannot deduct it.",
            cost["vat"],
        )
        return {
            "name": cost["name"],
            "basis": [
                line
                for line in (
                    self._documents_apart(cost["claims"], lines),
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
        proved = [one.proof for one in asked if one.proof]
        words = iter(self.env["ar.law.proof"]._basis_words(proved))
        articles = [
            (next(words)["article"] if one.proof else "") or one.cost.regime_id.article
            for one in asked
        ]
        said = {}
        for one, article in sorted(
            zip(asked, articles, strict=True),
            key=lambda pair: (pair[0].interest, pair[0].cost.id or 0),
        ):
            name = until if one.interest else kinds.get(one.cost.kind)
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
            entry["documents"] = self._documents_apart(entry["claims"], lines)
        return list(said.values())

    def _documents_apart(self, claims, lines):
        """Name the claims that a cost is for, when they are not those of all lines."""
        apart = lines.filtered(lambda line: line.claim_id.id in claims.ids)
        names = apart.mapped("move_name")
        if apart == lines or not names or not all(names):
            return ""
        more = len(names) - NAMED
        return self.env._(
            "For %s", ", ".join(names[:NAMED]) + (f" +{more}" if more > 0 else "")
        )

    def _only_beside(self, lines):
        """Whether the principal of all lines is paid, and only costs are asked."""
        return bool(lines) and not any(
            line.amount_open or line.amount_covered for line in lines
        )
