from decimal import Decimal
from typing import NamedTuple

from odoo import models

from ..models.claim_owed import imputation_order
from ..rules.calendar import ONE_DAY
from ..rules.imputation import impute
from ..rules.interest import Reduction
from ..rules.rates import MissingRateError
from ..rules.regime import CreditorTerms

ZERO = Decimal(0)


class Answer(NamedTuple):
    """A cost of the regime in the case: when it may be claimed, on what, how much.

    ``cost`` is None where the law allows none; ``when`` where nothing lets it run.
    """

    rule: models.Model
    when: object
    left: Decimal
    cost: object

    def claimed_until(self, day):
        """Whether it is owed on a day."""
        return bool(self.cost and self.when and self.when.claimable_from <= day)


class LawCalculatorReckon(models.TransientModel):
    """Works out the case: what is owed on the last day, and why what is not, is not.

    What was paid in part goes to what was owed on its day, in the order of the law.
    """

    _inherit = "ar.law.calculator"

    def _terms(self):
        self.ensure_one()
        return CreditorTerms(
            clause=self.clause,
            percentage=Decimal(str(self.percentage)) if self.percentage else None,
            small=self.small,
            vat_declared=self.vat_declared,
        )

    def _reckon(self, regime):
        """Return the proofs to show, what is to pay, and sentences about the rest."""
        self.ensure_one()
        proofs, remarks, owed = [], self._unusable(), []
        if regime and self.due_on and self.last and not remarks:
            period = self._add_wait(regime, proofs, remarks)
            part = self._impute_part(regime, period)
            costs = self._add_costs(regime, period, part, proofs, remarks)
            interest = self._add_interest(regime, period, part, proofs, remarks)
            self._say_part(part, remarks)
            # Without its interest the sum would be no answer.
            if interest is not None:
                owed = self._say_owed(part, costs, interest)
        say = self.env["ar.law.proof"]._say
        return {
            "proofs": [say(proof, self.currency_id) for proof in proofs],
            "remarks": remarks,
            "owed": owed,
            "owed_on": self.last and self.env["ar.law.proof"]._day(self.last),
        }

    def _add_wait(self, regime, proofs, remarks):
        if not self.sent_on:
            return None
        if self.due_on and self.sent_on <= self.due_on:
            remarks.append(
                self.env._("A notice counts only when it is sent after the due date.")
            )
            return None
        try:
            period, proof = regime._wait_after(
                self.company_id, self.sent_on, self.channel
            )
        except LookupError:
            remarks.append(
                self.env._("The legal calendar says nothing about these days.")
            )
            return None
        if proof:
            proofs.append(proof)
        return period

    # -- the part that was paid -------------------------------------------------

    def _impute_part(self, regime, period):
        """Return the rules Imputation of what was paid in part; of nothing, nothing."""
        paid, principal = self._exact(self.paid_amount), self._exact(self.principal)
        day = self.paid_on
        if not day or day > self.last:
            return impute(ZERO, ZERO, ZERO, principal)
        costs = sum(
            one.cost.amount
            for one in self._answer_costs(regime, period, None)
            if one.claimed_until(day)
        )
        try:
            interest = self._interest_until(regime, period, day, ())
        except MissingRateError:
            interest = None
        return impute(
            paid,
            Decimal(costs),
            interest.accrual.amount if interest else ZERO,
            principal,
            imputation_order(regime),
        )

    def _exact(self, amount):
        return Decimal(str(round(amount, 2)))

    def _open_before(self, day, part):
        """Return what was left of the principal before a day; without one, at last."""
        until = min(day - ONE_DAY, self.last) if day else self.last
        paid = part and self.paid_on and self.paid_on <= until
        return self._exact(self.principal) - (part.principal if paid else ZERO)

    # -- costs ------------------------------------------------------------------

    def _answer_costs(self, regime, period, part):
        """Return an Answer for every cost of the regime."""
        terms = self._terms()
        answers = []
        for rule in regime.cost_ids:
            when = rule._claimable(self.due_on, period and self.sent_on, period)
            from_day = when.claimable_from if when else None
            left = self._open_before(from_day, part)
            amounts = {self.env._("Open amount"): left}
            # By the scale of the day on which it may be claimed.
            costs = regime._costs_of(
                self.company_id, amounts, from_day or self.last, terms
            )
            cost = next((cost for cost in costs if cost.rule == rule), None)
            answers.append(Answer(rule, when, left, cost))
        return answers

    def _add_costs(self, regime, period, part, proofs, remarks):
        """Add what is said of costs; return [(name, amount)] of what is claimed."""
        claimed = []
        for one in self._answer_costs(regime, period, part):
            if one.claimed_until(self.last):
                proofs.append(one.cost.proof)
                claimed.append((one.rule.tariff_id.name, one.cost.amount))
            else:
                remarks.append(self._why_not(one))
        if not regime.cost_ids:
            remarks.append(self.env._("No costs may be added to such a claim."))
        return claimed

    def _why_not(self, one):
        """Return why a cost is not claimed on the last day, or from when it is."""
        name = one.rule.tariff_id.name
        if one.rule.clause and not self.clause:
            return self.env._("%s: only where the contract provides for it.", name)
        if not one.left:
            return self.env._("%s: nothing was open any more.", name)
        if not one.cost:
            return self.env._("%s: not in this case.", name)
        if not one.when:
            return self.env._(
                "%s: only after a first notice and its waiting period.", name
            )
        return self.env._(
            "%(cost)s: %(amount)s, if not all is paid before %(day)s.",
            cost=name,
            amount=self.currency_id.format(float(one.cost.amount)),
            day=self.env["ar.law.proof"]._day(one.when.claimable_from),
        )

    # -- interest ---------------------------------------------------------------

    def _interest_until(self, regime, period, last, reductions):
        """Return the Interest that is owed on a day; None: none is.

        :raises MissingRateError: the rate of one of the days is not known
        """
        terms = self._terms()
        when = regime._interest_claimable(
            self.due_on, period and self.sent_on, period, terms
        )
        if not when or when.claimable_from > last:
            return None
        return regime._interest_of(
            self.company_id,
            self._exact(self.principal),
            when.runs_from,
            last,
            terms,
            reductions,
        )

    def _add_interest(self, regime, period, part, proofs, remarks):
        """Add what is said of interest; return its amount, None: nobody knows it."""
        reductions = []
        if part.principal:
            reductions.append(Reduction(self.paid_on, part.principal))
        try:
            interest = self._interest_until(regime, period, self.last, reductions)
        except MissingRateError as error:
            remarks.append(
                self.env._(
                    "No rate of interest is known for %s: interest is blocked until "
                    "somebody enters it.",
                    self.env["ar.law.proof"]._day(error.day),
                )
            )
            return None
        if interest:
            proofs.append(interest.proof)
            return interest.accrual.amount
        if regime.interest_clause and not self.clause:
            remarks.append(
                self.env._("Interest: only where the contract provides for it.")
            )
        else:
            remarks.append(self.env._("No interest may be claimed on this day."))
        return ZERO

    # -- what is to pay ---------------------------------------------------------

    def _say_owed(self, part, costs, interest):
        """Return [(name, amount in words)] of what is to pay, the total last."""
        say = self.env["ar.law.proof"]._amount
        parts = [
            (self.env._("Open amount"), self._exact(self.principal)),
            *costs,
            (self.env._("Interest"), interest),
            (
                self.env._("Paid in part"),
                -(part.costs + part.interest + part.principal),
            ),
        ]
        said = [
            (name, say(amount, self.currency_id)) for name, amount in parts if amount
        ]
        total = sum((amount for _name, amount in parts), ZERO)
        return [*said, (self.env._("To pay"), say(total, self.currency_id))]

    def _say_part(self, part, remarks):
        """Say where what was paid in part went, or why it does not count."""
        say = self.env["ar.law.proof"]._amount
        if bool(self.paid_amount) != bool(self.paid_on):
            remarks.append(
                self.env._("What was paid in part counts with its amount and its day.")
            )
        elif self.paid_on and self.paid_on > self.last:
            remarks.append(
                self.env._("What was paid in part after the last day does not count.")
            )
        if part.costs or part.interest:
            remarks.append(
                self.env._(
                    "What was paid in part went to costs (%(costs)s), interest "
                    "(%(interest)s) and the open amount (%(principal)s), in the order "
                    "of the law.",
                    costs=say(part.costs, self.currency_id),
                    interest=say(part.interest, self.currency_id),
                    principal=say(part.principal, self.currency_id),
                )
            )
        if part.overpayment:
            remarks.append(
                self.env._(
                    "Paid too much: %s.", say(part.overpayment, self.currency_id)
                )
            )
