from odoo import models


class VersionLawWords(models.Model):
    """What each finding of rules.lint says, and what to do about it."""

    _inherit = "ar.dunning.procedure.version"

    # One method a finding, named after it: (rule, remedy).

    def _say_law_unknown(self, _values):
        return (
            self.env._("No law is known for these claims: nothing can be charged."),
            self.env._(
                "Install the law pack of the country of the company, and set that "
                "country on the company."
            ),
        )

    def _say_before_due(self, _values):
        return (
            self.env._("It speaks of costs before anything is due."),
            self.env._(
                "Let it say nothing of costs, or let it come after the due date."
            ),
        )

    def _say_first_not_free(self, _values):
        return (
            self.env._("The first notice must cost the debtor nothing."),
            self.env._("Claim costs on a later level."),
        )

    def _say_unannounced(self, _values):
        return (
            self.env._(
                "It claims costs that no earlier notice announced: they may be claimed "
                "after a notice and its waiting period only."
            ),
            self.env._("Let an earlier level announce them."),
        )

    def _say_only_due(self, _values):
        return (
            self.env._(
                "It claims only what runs from the due date: the rest, which the law "
                "wants announced first, it announces."
            ),
            self.env._(
                "Let an earlier level announce costs if you want the rest here too."
            ),
        )

    def _say_no_notice(self, values):
        return (
            self.env._(
                "By %(channels)s it is no notice in the sense of the law: no period "
                "begins.",
                **values,
            ),
            self.env._("Let it go by e-mail or letter, as far as the law counts them."),
        )

    def _say_partly_notice(self, values):
        return (
            self.env._(
                "Where it goes by %(channels)s, no period begins and its costs are "
                "never claimed.",
                **values,
            ),
            self.env._("Leave out these channels on the level that announces costs."),
        )

    def _say_wait_short(self, values):
        return (
            self.env._(
                "It comes before the period has passed in which the debtor may pay "
                "without costs."
            ),
            self.env._("Set its minimum wait to %(days)s days or more.", **values),
        )

    def _say_nothing_allowed(self, _values):
        return (
            self.env._("It speaks of costs, and the law allows none on these claims."),
            self.env._(
                "Let it say nothing of costs, or write a procedure of their own for "
                "these claims."
            ),
        )

    def _say_cost_not_allowed(self, values):
        return (
            self.env._(
                "The cost policy “%(policy)s” charges what the law does not allow on "
                "these claims.",
                **values,
            ),
            self.env._(
                "Limit the policy to other claim types or debtors, or add one that "
                "charges nothing on these."
            ),
        )

    def _say_never_claimed(self, _values):
        return (
            self.env._(
                "No level speaks of costs: what your cost policies charge is never "
                "claimed."
            ),
            self.env._("Let the first reminder announce them if you want them."),
        )

    def _say_content_missing(self, values):
        return (
            self.env._("The notice does not say: %(content)s.", **values),
            self._remedy_of(values["block"]),
        )

    def _remedy_of(self, block):
        """Return how a notice comes to say a content of the law."""
        if block in ("costs_announced", "waiting_period"):
            return self.env._("Let the level announce costs: the notice then says it.")
        if block == "creditor_identity":
            return self.env._("Enter the number of the company on its contact.")
        labels = {
            "how_to_dispute": "said_dispute",
            "payment_plan_offer": "said_plan",
            "debt_help": "said_debt_help",
        }
        if block in labels:
            field = self.env["ar.dunning.template"]._fields[labels[block]]
            return self.env._(
                "Write it into the text of the level and tick “%(field)s” there.",
                field=field._description_string(self.env),
            )
        return self.env._("Choose a text or an addon that says it.")

    def _say_quiet_hours(self, values):
        return (
            self.env._(
                "Nobody may be contacted outside %(first)s:00 to %(last)s:00, and the "
                "company sends outside these hours.",
                **values,
            ),
            self.env._("Change the hours in the sending calendar of the company."),
        )

    def _say_registered_missing(self, values):
        return (
            self.env._("A registered notice has to come before the handover."),
            self.env._(
                "Make an earlier, mandatory level a registered letter, at least "
                "%(days)s days before.",
                **values,
            ),
        )

    def _say_registered_wait(self, values):
        return (
            self.env._(
                "The handover comes before the period of the registered notice has "
                "passed."
            ),
            self.env._("Set its minimum wait to %(days)s days or more.", **values),
        )

    def _say_checklist(self, _values):
        return (
            self.env._(
                "Before legal action the landlord seeks personal contact, points to "
                "debt help and reports the arrears to the municipality."
            ),
            self.env._(
                "Have levels for these steps, and look at them before you hand over."
            ),
        )

    def _say_rate_unknown(self, _values):
        return (
            self.env._("The interest rate of today is not known: none is claimed."),
            self.env._("Upgrade the law pack, or enter the rate of this half-year."),
        )

    def _say_unverified(self, _values):
        return (
            self.env._("Nobody has compared these rows with the text of the law yet."),
            self.env._("Compare them, and mark them as verified, before you charge."),
        )
