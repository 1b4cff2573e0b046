import json
from collections import defaultdict
from decimal import Decimal
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ..rules.grouping import debts, share
from ..rules.regime import claimable
from ..tools.rows import insert_rows

# What a level does about costs, see ar.dunning.level.
ANNOUNCE, CLAIM = "announce", "claim"


class Line(NamedTuple):
    """A claim on a notice that says something about costs.

    ``debt`` is the same for all instalments of one invoice. ``charged`` are the kinds
    for which the claim was charged in this cycle already, and what its invoice was
    charged once and for all; ``free_used`` how many other due dates of its year the
    debtor was reminded of before.
    """

    line_id: int
    notice_id: int
    claim_id: int
    cycle: int
    debtor_id: int
    access_group_id: int
    currency_id: int
    amount: Decimal
    original: Decimal
    date_due: object
    document: str
    debt: int
    contract_on: object
    debtor_class: str
    claim_type_id: int
    nature: str
    action: str
    charged: list
    free_used: int


class ClaimCostAnnounce(models.Model):
    """Announces costs on the notices that leave, or claims what needs no announcing.

    A notice that claims does so with what the law lets run from the due date; what has
    to be announced first, and was not, it announces.

    In the transaction of the dispatch; a constant number of statements for a chunk.
    """

    _inherit = "ar.claim.cost"

    @api.model
    def _announce(self, scope, company, on):
        """Make the costs that go along with the notices of a chunk.

        :param scope: tuple of notice ids; those in state `dispatched` leave now
        """
        policies = self.env["ar.cost.policy"]._of_company(company)
        if any(one.kind == "fixed_amount" and one._is_on() for one in policies):
            self._lock_instalments(scope)
        made = self._prepare_costs(scope, company, on, ("dispatched",), policies)
        self._insert_costs(made)

    @api.model
    def _lock_instalments(self, scope):
        """Let two workers not charge the same invoice: one of them starts over.

        Its instalments may be on two notices that leave at the same moment, and a lock
        alone would not show the one what the other has charged meanwhile.
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                UPDATE ar_claim SET write_date = write_date
                 WHERE id IN (
                       SELECT MIN(sibling.id)
                         FROM ar_dunning_notice_line line
                         JOIN ar_claim claim ON claim.id = line.claim_id
                         JOIN ar_claim sibling ON sibling.move_id = claim.move_id
                        WHERE line.notice_id IN %s AND line.role = 'claimed'
                        GROUP BY sibling.move_id HAVING COUNT(DISTINCT sibling.id) > 1)
                """,
                scope,
            )
        )

    @api.model
    def _prepare_costs(self, scope, company, on, states, policies=None):
        """Return [(values of a cost, values of its shares)] for notices in a state.

        :param policies: ar.cost.policy of the company, the most special first
        """
        if policies is None:
            policies = self.env["ar.cost.policy"]._of_company(company)
        reminders = any(one.kind == "reminder" and one._is_on() for one in policies)
        lines = self._read_announcing(scope, on, states, reminders) if policies else []
        if not lines:
            return []
        regimes = self.env["ar.law.regime"]._chooser(company, on)
        spares = company._ar_spares_costs()
        groups = defaultdict(list)
        once = {}
        for line in lines:
            if spares(line.amount, line.original, line.currency_id):
                continue
            regime = regimes(line.debtor_class, line.nature, line.contract_on)
            for rule, policy in self._rules_for(line, regime, policies, company, on):
                # Instalments are one debt, but each bears interest from its own day.
                apart = line.debt if rule else line.claim_id
                together = rule and rule._is_together(policy)
                key = (
                    line.notice_id,
                    None if together else apart,
                    regime,
                    rule,
                    policy,
                )
                # Two notices may leave with instalments of one invoice.
                single = rule and rule.kind == "fixed_amount"
                if single and once.setdefault(line.debt, key) != key:
                    continue
                groups[key].append(line)
        costs = (
            self._prepare_cost(members, regime, rule, policy, company, on)
            for (_notice, _apart, regime, rule, policy), members in groups.items()
        )
        return [cost for cost in costs if cost]

    @api.model
    def _read_announcing(self, scope, on, states, reminders):
        """Return the Lines whose level says something about costs.

        :param states: of the notices and their lines
        :param reminders: whether anybody asks which due date of the year it is
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.id, line.notice_id, line.claim_id, line.cycle,
                       line.debtor_id, line.access_group_id, line.currency_id,
                       line.amount_open, line.amount_original, line.date_due,
                       COALESCE(line.move_name, line.claim_id::text),
                       CASE WHEN move.move_type = 'out_invoice' THEN move.id
                            ELSE -claim.id END,
                       claim.contract_on, debtor.debtor_class, claim.claim_type_id,
                       kind.nature, level.cost_action,
                       ARRAY(SELECT had.kind FROM ar_claim_cost_share had
                              WHERE had.claim_id = line.claim_id
                                AND had.cycle = line.cycle AND had.live)
                       -- Forty euro are for an invoice, not for each instalment.
                       || ARRAY(SELECT DISTINCT had.kind
                                  FROM ar_claim instalment
                                  JOIN ar_claim_cost_share had
                                    ON had.claim_id = instalment.id AND had.live
                                 WHERE instalment.move_id = move.id
                                   AND instalment.id <> claim.id
                                   AND move.move_type = 'out_invoice'
                                   AND had.kind = 'fixed_amount'),
                       %(free_used)s
                  FROM ar_dunning_notice_line line
                  JOIN ar_dunning_notice notice
                    ON notice.id = line.notice_id AND notice.state IN %(states)s
                  JOIN ar_dunning_level level ON level.id = line.level_id
                   AND level.cost_action <> 'none'
                  JOIN ar_claim claim ON claim.id = line.claim_id
                  LEFT JOIN account_move move ON move.id = claim.move_id
                  JOIN ar_debtor debtor ON debtor.id = line.debtor_id
                  LEFT JOIN ar_claim_type kind ON kind.id = claim.claim_type_id
                 WHERE line.notice_id IN %(scope)s AND line.role = 'claimed'
                   AND line.state IN %(states)s AND line.amount_open > 0
                 ORDER BY line.notice_id, line.date_due, line.id
                """,
                states=states,
                scope=scope,
                free_used=self._sql_free_used(states) if reminders else SQL("0"),
            )
        )
        return [
            Line(*row[:7], Decimal(str(row[7])), Decimal(str(row[8])), *row[9:])
            for row in rows
        ]

    @api.model
    def _sql_free_used(self, states):
        """How many due dates of its year were reminded before that of `line`.

        In the order in which they were first reminded: a due date keeps its place,
        however often it is reminded. What asks for nothing yet is no reminder.
        """
        return SQL(
            """
            COALESCE((
                SELECT place FROM (
                    SELECT other.claim_id,
                           row_number() OVER (
                               ORDER BY MIN(other.notice_id), MIN(other.date_due),
                                        other.claim_id) - 1 AS place
                      FROM ar_dunning_notice told
                      JOIN ar_dunning_notice_line other ON other.notice_id = told.id
                     WHERE told.debtor_id = line.debtor_id
                       AND told.company_id = line.company_id
                       AND other.role = 'claimed' AND other.date_due < told.date
                       AND (other.state = 'dispatched'
                            OR other.notice_id = line.notice_id
                               AND other.state IN %(states)s)
                       AND date_trunc('year', other.date_due)
                           = date_trunc('year', line.date_due)
                       AND other.access_group_id
                           IS NOT DISTINCT FROM line.access_group_id
                     GROUP BY other.claim_id) reminded
                 WHERE reminded.claim_id = line.claim_id), 0)
            """,
            states=states,
        )

    @api.model
    def _rules_for(self, line, regime, policies, company, on):
        """Yield (ar.law.regime.cost or None for interest, policy) of what is new."""
        if not regime:
            return
        for rule in regime.cost_ids:
            policy = policies._choose(rule.kind, line.claim_type_id, line.debtor_class)
            # The amounts of the law are in its currency.
            fits = rule.tariff_id.currency_id.id == line.currency_id
            if (
                fits
                and policy._is_on()
                and self._is_new(rule.kind, line)
                and not self._is_in(rule, regime, line.charged)
                and not rule._is_free(company, on, line.free_used)
            ):
                yield rule, policy
        policy = policies._choose("interest", line.claim_type_id, line.debtor_class)
        if (
            regime.interest_starts
            and policy._is_on()
            and self._is_new("interest", line)
        ):
            yield None, policy

    @api.model
    def _is_in(self, rule, regime, charged):
        """Whether a cost is part of another one that is charged already."""
        return any(
            other.includes_id == rule.tariff_id and other.kind in charged
            for other in regime.cost_ids
        )

    @api.model
    def _is_new(self, kind, line):
        """Whether a notice announces or claims something that was not charged yet.

        Each reminder may cost something anew: when a level claims it, for nobody
        announces the cost of a reminder.
        """
        if kind == "reminder":
            return line.action == CLAIM
        return kind not in line.charged

    @api.model
    def _prepare_cost(self, members, regime, rule, policy, company, on):
        """Return (values of the cost, [values of its shares]); None: nothing to ask."""
        lead = members[0]
        terms = policy._terms(
            free_used=lead.free_used,
            postage=Decimal(str(round(company.ar_letter_postage, 2))),
        )
        amount, proof = Decimal(0), None
        if rule:
            cost = regime._cost_of(
                rule,
                company,
                debts((line.debt, line.document, line.amount) for line in members),
                on,
                terms,
                self._foresee_included(rule, members, company, on),
            )
            if not cost:
                return None
            amount, proof = cost.amount, cost.proof
        elif not regime._interest_series(terms):
            return None
        starts = rule.starts if rule else regime._interest_start(terms)
        claimed = lead.action == CLAIM
        when = claimable(starts, lead.date_due, None, None)
        values = {
            "company_id": company.id,
            "access_group_id": lead.access_group_id,
            "debtor_id": lead.debtor_id,
            "currency_id": lead.currency_id,
            "kind": rule.kind if rule else "interest",
            "state": "announced",
            "treatment": policy.treatment,
            "policy_id": policy.id,
            "regime_id": regime.id,
            "rule_id": rule.id if rule else None,
            "starts": starts,
            "amount_announced": amount,
            "amount": 0,
            "amount_paid": 0,
            "notice_id": lead.notice_id,
            "announced_on": on,
            "runs_from": when and when.runs_from,
            "claimable_from": (on if claimed else when.claimable_from)
            if when
            else None,
            "proof": proof,
        }
        weights = {line.line_id: line.amount for line in members}
        parts = share(amount, weights) if amount else dict.fromkeys(weights, 0)
        return values, [
            {
                "claim_id": line.claim_id,
                "company_id": company.id,
                "access_group_id": line.access_group_id,
                "currency_id": line.currency_id,
                "notice_line_id": line.line_id,
                "kind": values["kind"],
                "cycle": line.cycle,
                "occurrence": 1 + line.charged.count(values["kind"]),
                "live": True,
                "amount": parts[line.line_id],
                "amount_paid": 0,
            }
            for line in members
        ]

    @api.model
    def _foresee_included(self, rule, members, company, on):
        """Return what will be charged of a cost that is part of this one."""
        row = rule.includes_id and rule.includes_id._row_on(company, on)
        if not row:
            return Decimal(0)
        policies = self.env["ar.cost.policy"]._of_company(company)
        charged = debts(
            (line.debt, line.document, line.amount)
            for line in members
            if policies._choose(
                rule.includes_id.kind, line.claim_type_id, line.debtor_class
            )._claims()
        )
        scale = row._scale()
        return sum(map(scale.amount, charged.values()), Decimal(0))

    @api.model
    def _insert_costs(self, made):
        """Write costs and their shares: two statements, however many there are."""
        if not made:
            return
        ids = insert_rows(
            self.env,
            "ar_claim_cost",
            [
                {**values, "proof": values["proof"] and json.dumps(values["proof"])}
                for values, _shares in made
            ],
        )
        insert_rows(
            self.env,
            "ar_claim_cost_share",
            [
                {"cost_id": cost_id, **values}
                for cost_id, (_values, shares) in zip(ids, made, strict=True)
                for values in shares
            ],
        )
        on = made[0][0]["announced_on"]
        all_values = [values for values, _shares in made]
        self.env["ar.law.tariff.row"]._use(
            {int(one["proof"]["basis"]["row"]) for one in all_values if one["proof"]},
            on,
        )
        self.env["ar.law.regime"]._use({one["regime_id"] for one in all_values}, on)
        self.env.invalidate_all()
