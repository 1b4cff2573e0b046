from odoo import api, models
from odoo.tools.misc import format_date


class EvaluationWords(models.AbstractModel):
    """Says what stands in the way of a level, until when, and what would lift it."""

    _inherit = "ar.evaluation"

    @api.model
    def _describe_blocker(self, blocker, row):
        """Return a blocker in words: code, sentence, until (date text), lift."""
        code, until, detail = ([*blocker.split("|"), "", ""])[:3]
        sentence, lift = self._blocker_words(code, until, detail)
        return {
            "code": code,
            "until": until,
            "sentence": sentence,
            "lift": lift,
        }

    @api.model
    def _blocker_words(self, code, until, detail):
        """Return (what stands in the way, what would lift it). For extension."""
        date = format_date(self.env, until) if until else ""
        if code == "hold":
            return (
                self._hold_sentence(date, detail),
                self.env._("The hold ends by itself, or somebody lifts it."),
            )
        words = {
            "no_procedure": (
                self.env._("No segment gives this claim a procedure."),
                self.env._("Choose a procedure, or add a segment that matches."),
            ),
            "no_active_version": (
                self.env._("The procedure has no active version."),
                self.env._("Activate a version of the procedure."),
            ),
            "no_calendar": (
                self.env._(
                    "The next level counts in working days, and no calendar says "
                    "which these are."
                ),
                self.env._("Choose the legal days of the company in the settings."),
            ),
            "not_yet_due": (
                self.env._("The next level may come from %s.", date),
                self.env._("Time: nothing has to be done."),
            ),
            "finished": (
                self.env._("The last level of the procedure has been reached."),
                self.env._("Decide on a handover, or choose another procedure."),
            ),
            "reached_today": (
                self.env._("A level has left today already; the next from %s.", date),
                self.env._("Time: a claim gets one level a day at most."),
            ),
            "error": (
                self.env._("No notice could be written for this debtor: %s", detail),
                self.env._("Mend what it names; the next run tries again by itself."),
            ),
            "in_progress": (
                self.env._("The claim is already in a run."),
                self.env._("Approve or exclude it there."),
            ),
            "awaiting_delivery": (
                self.env._("The previous notice has not been delivered yet."),
                self.env._(
                    "It counts from the day it is sent or posted. If its delivery "
                    "failed, open the notice and send it again."
                ),
            ),
            "no_follow_up": (
                self.env._(
                    "The invoice or its journal is excluded from follow-up in "
                    "accounting."
                ),
                self.env._(
                    "Remove the exclusion on the invoice's journal item, or let the "
                    "journal be followed up."
                ),
            ),
            "net_credit": (
                self.env._(
                    "Over all accounts and currencies the debtor owes nothing on "
                    "balance."
                ),
                self.env._("Match or refund his credits in accounting."),
            ),
            "payment_in_progress": (
                self.env._(
                    "A payment of this debtor has arrived that is not booked on his "
                    "claims yet."
                ),
                self.env._("Match the payment in accounting."),
            ),
            "covered_by_credit": (
                self.env._("Open credits or payments of this debtor cover the claim."),
                self.env._("Match them in accounting."),
            ),
            "costs_alone": (
                self.env._(
                    "The principal is paid, and costs alone are not handed over."
                ),
                self.env._("Waive the costs, or ask the debtor for them once more."),
            ),
            "below_minimum": (
                self.env._("What is due stays below the minimum amount (%s).", detail),
                self.env._("It is reminded together with later claims."),
            ),
            "no_channel": (
                self.env._("The debtor has neither an e-mail nor a postal address."),
                self.env._("Complete the debtor's address."),
            ),
        }
        return words.get(code) or self._gate_words(code, date, detail)

    @api.model
    def _gate_words(self, code, date, detail):
        """Return the words of what is decided per debtor, company and day."""
        share = detail.removesuffix("0").removesuffix(".0")
        words = {
            "stopped": (
                self.env._("Sending is stopped: %s.", detail),
                self.env._("A manager lifts the emergency stop."),
            ),
            "closed_day": (
                self.env._("Nothing is sent today; the next day is %s.", date)
                if date
                else self.env._("Nothing is sent today."),
                self.env._("Time: nothing has to be done."),
            ),
            "stale_bank": (
                self.env._("The bank data of %s are too old to remind on.", detail),
                self.env._("Import the newest statements."),
            ),
            "below_percentage": (
                self.env._(
                    "What is due stays below the minimum share of all that is owed "
                    "(%s %%).",
                    share,
                ),
                self.env._("It is reminded together with later claims."),
            ),
            "contact_limit": (
                self.env._(
                    "The debtor got as many notices as he may; the next one from %s.",
                    date,
                ),
                self.env._("Time, or a higher limit of contacts in the settings."),
            ),
            "contact_pause": (
                self.env._("The debtor gets nothing at the moment."),
                self.env._("Time: nothing has to be done."),
            ),
            "capacity": (
                self.env._(
                    "The channel has no room today; who waits longest goes first. It "
                    "is looked at again on %s.",
                    date,
                ),
                self.env._("Time, or a higher capacity in the settings."),
            ),
        }
        return words.get(code, (code, ""))

    @api.model
    def _hold_sentence(self, date, reason_id):
        # The name of a reason is no secret: the reader sees the claim itself.
        reason_sudo = self.env["ar.hold.reason"].sudo().browse(int(reason_id or 0))
        if date:
            return self.env._(
                "On hold until %(date)s: %(reason)s.",
                date=date,
                reason=reason_sudo.name,
            )
        return self.env._("On hold: %(reason)s.", reason=reason_sudo.name)
