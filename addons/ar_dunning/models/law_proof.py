from datetime import date
from decimal import Decimal

from odoo import api, models
from odoo.tools import format_amount, format_date

from ..rules.calendar import ONE_DAY
from ..rules.law_terms import COMPOUNDING
from ..rules.proof import replay


class LawProof(models.AbstractModel):
    """Says a proof in the reader's language, worked out again from what it holds."""

    _name = "ar.law.proof"
    _description = "Proof of an amount"

    @api.model
    def _say(self, proof, currency):
        """Return what the template ar_dunning.law_proof shows of a proof.

        :param proof: as rules.proof makes it
        :param currency: res.currency of its amounts
        """
        again = replay(proof)
        say = getattr(self, f"_say_{proof['rule']}")
        [words] = self._basis_words([proof])
        proof = {**proof, "basis": {**proof["basis"], **words}}
        return {
            "rule": proof["rule"],
            "basis": proof["basis"],
            "holds": again.holds,
            "verified": bool(proof["basis"].get("verified_by")),
            **say(proof, again, lambda amount: self._amount(amount, currency)),
        }

    @api.model
    def _amount(self, amount, currency):
        return format_amount(self.env, float(amount), currency)

    @api.model
    def _day(self, said):
        day = said if isinstance(said, date) else date.fromisoformat(said)
        return format_date(self.env, day)

    @api.model
    def _percentage(self, said):
        return self.env._("%s %%", self._plain(Decimal(said).normalize()))

    @api.model
    def _plain(self, number, places=None):
        """Return a number with the decimal point of the reader, for formulas."""
        text = f"{number:f}" if places is None else f"{number:.{places}f}"
        point = self.env["res.lang"]._lang_get(self.env.lang or "en_US").decimal_point
        return text.replace(".", point)

    # -- interest ---------------------------------------------------------------

    @api.model
    def _say_interest(self, proof, again, amount):
        return {
            "title": proof["basis"].get("name") or self.env._("Interest"),
            "total": amount(again.result["amount"]),
            "segments": [
                {
                    "first": self._day(segment.first),
                    "last": self._day(segment.last),
                    "days": segment.days,
                    "base": amount(round(segment.base, 2)),
                    "percentage": self._percentage(segment.rate.percentage),
                    "formula": self._say_segment(proof, segment),
                    "interest": self._plain(float(segment.interest), 4),
                }
                for segment in again.segments
            ],
            "facts": [
                (self.env._("Principal"), amount(proof["principal"])),
                (
                    self.env._("Interest"),
                    self.env._(
                        "from %(first)s to %(last)s, both days included",
                        first=self._day(date.fromisoformat(proof["due_on"]) + ONE_DAY),
                        last=self._day(proof["last"]),
                    ),
                ),
                (self.env._("Days are counted"), proof["convention"]),
                (
                    self.env._("Interest on interest"),
                    self._say_compounding(proof["compounding"]),
                ),
                *(
                    (
                        self.env._("Paid on %s", self._day(each["on"])),
                        amount(each["amount"]),
                    )
                    for each in proof["reductions"]
                ),
                *(
                    (self.env._("No interest"), self._say_period(each))
                    for each in proof["frozen"]
                ),
            ],
        }

    @api.model
    def _say_segment(self, proof, segment):
        """Return the arithmetic of a segment: base times rate times part of a year."""
        if proof["convention"] == "act/act":
            years = " + ".join(self._say_years(segment))
        elif proof["convention"] == "30/360":
            years = f"{segment.years * 360}/360"
        else:
            years = f"{segment.days}/{proof['convention'][-3:]}"
        return " × ".join(
            (
                self._plain(float(segment.base), 2),
                self._percentage(segment.rate.percentage),
                years,
            )
        )

    @api.model
    def _say_years(self, segment):
        """Yield the parts of a segment by year: days over the days of that year."""
        for year in range(segment.first.year, segment.last.year + 1):
            first = max(segment.first, date(year, 1, 1))
            last = min(segment.last, date(year, 12, 31))
            length = (date(year, 12, 31) - date(year, 1, 1)).days + 1
            yield f"{(last - first).days + 1}/{length}"

    @api.model
    def _say_compounding(self, compounding):
        simple, _yearly = COMPOUNDING
        if compounding == simple:
            return self.env._("none")
        return self.env._("once a year, on the anniversary of the default")

    @api.model
    def _say_period(self, period):
        if not period["last"]:
            return self.env._("from %s", self._day(period["first"]))
        return self.env._(
            "from %(first)s to %(last)s",
            first=self._day(period["first"]),
            last=self._day(period["last"]),
        )

    # -- costs ------------------------------------------------------------------

    @api.model
    def _say_cost(self, proof, again, amount):
        outstanding = sum(map(Decimal, proof["amounts"].values()), Decimal(0))
        facts = [(name, amount(each)) for name, each in proof["amounts"].items()]
        if len(facts) > 1:
            facts.append((self.env._("Together"), amount(outstanding)))
        facts += self._say_scale(proof, outstanding, amount)
        if proof["vat"]:
            facts.append(
                (
                    self.env._("VAT %s", self._percentage(proof["vat"])),
                    amount(again.result["vat"]),
                )
            )
        if Decimal(proof["postage"]):
            facts.append((self.env._("Postage"), amount(proof["postage"])))
        if Decimal(proof["included"]):
            facts.append(
                (self.env._("Charged already"), amount(-Decimal(proof["included"])))
            )
        return {
            "title": proof["basis"].get("name") or self.env._("Costs"),
            "total": amount(again.result["amount"]),
            "segments": [],
            "facts": facts,
        }

    @api.model
    def _say_scale(self, proof, outstanding, amount):
        """Return how the lowest cost was counted, as facts (name, arithmetic)."""
        counted = proof["counted"]
        scale = proof["agreed"] if counted == "agreed" else proof
        name = (
            self.env._("By contract, below the scale of the law")
            if counted == "agreed"
            else self.env._("Scale")
        )
        if counted == "each":
            parts = [
                self._say_bracket(scale, Decimal(each))
                for each in proof["amounts"].values()
            ]
            facts = [(self.env._("Each by itself comes to less"), " + ".join(parts))]
        else:
            facts = [(name, self._say_bracket(scale, outstanding))]
        if Decimal(scale["minimum"]):
            facts.append((self.env._("At least"), amount(scale["minimum"])))
        if scale["maximum"]:
            facts.append((self.env._("At most"), amount(scale["maximum"])))
        return facts

    @api.model
    def _say_bracket(self, scale, outstanding):
        """Return the bracket that counted, as arithmetic."""
        brackets = [
            each for each in scale["brackets"] if Decimal(each["above"]) < outstanding
        ]
        if not brackets:
            return "0"
        bracket = brackets[-1]
        above = Decimal(bracket["above"])
        if not Decimal(bracket["percentage"]):
            return self._plain(Decimal(bracket["base"]), 2)
        return (
            f"{self._plain(Decimal(bracket['base']), 2)} + "
            f"{self._percentage(bracket['percentage'])} × "
            f"({self._plain(outstanding, 2)} − {self._plain(above, 2)})"
        )

    # -- waiting periods --------------------------------------------------------

    @api.model
    def _say_wait(self, proof, again, _amount):
        result = again.result
        facts = [(self.env._("Sent on"), self._day(proof["sent_on"]))]
        if "delivered_on" in result:
            facts.append(
                (self.env._("Taken as delivered on"), self._day(result["delivered_on"]))
            )
        facts += [
            (self.env._("The period begins on"), self._day(result["starts_on"])),
            (self.env._("Last day to pay without more"), self._day(result["last_day"])),
            (
                self.env._("Costs may be claimed from"),
                self._day(result["claimable_from"]),
            ),
        ]
        return {
            "title": proof["basis"].get("name") or self.env._("Waiting period"),
            "total": self._day(result["claimable_from"]),
            "segments": [],
            "facts": facts,
        }
