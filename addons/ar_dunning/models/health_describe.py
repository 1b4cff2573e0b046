from odoo import api, models
from odoo.tools import format_date

from .health import ADMINISTERED, PLACES


class HealthDescribe(models.Model):
    """What a check found, in a sentence, and the page where it is put right."""

    _inherit = "ar.health"

    @api.depends_context("lang", "uid")
    def _compute_sentence(self):
        for check in self:
            check.sentence = check._describe()

    @api.depends_context("uid")
    def _compute_can_open(self):
        for check in self:
            check.can_open = check.state != "1_ok" and check._may_open()

    def _may_open(self):
        """Whether the reader can do something where the check leads to."""
        place = self._place()["res_model"]
        needed = "write" if place in ADMINISTERED else "read"
        return self.env[place].has_access(needed)

    def _day_words(self):
        return format_date(self.env, self.since) if self.since else ""

    def _describe(self):
        """Say in one sentence what a check found."""
        if self.state == "1_ok":
            return self.env._("In order.")
        day = self._day_words()
        sentences = {
            "cycle": (
                self.env._("The daily cycle was last done on %s.", day)
                if day
                else self.env._("The daily cycle has never been done.")
            ),
            "silent": self.env._(
                "Deliveries that wait to leave: %(count)s, the oldest since %(day)s.",
                count=self.number,
                day=day,
            ),
            "failed": self.env._(
                "Deliveries that failed or came back within a week: %s.", self.number
            ),
            "stuck": self.env._(
                "Deliveries under way for more than an hour: %s. Run the daily cycle.",
                self.number,
            ),
            "unassigned": self.env._(
                "Overdue claims without a procedure: %s. Nobody is reminded of them.",
                self.number,
            ),
            "levels": self.env._(
                "Claims whose level is not what their notices say: %s.", self.number
            ),
            "ledger": self.env._(
                "Accounts or currencies in which claims and ledger differ: %s.",
                self.number,
            ),
            "runs": self.env._(
                "Runs that wait for a decision: %(count)s. What waits longest was "
                "first proposed on %(day)s.",
                count=self.number,
                day=day,
            ),
            "letters": self.env._(
                "Batches of letters not confirmed as posted: %(count)s, the oldest of "
                "%(day)s.",
                count=self.number,
                day=day,
            ),
            "stranded": self.env._(
                "Printed letters whose batch was posted without them: %(count)s, the "
                "oldest since %(day)s. Post them, or undo their notices.",
                count=self.number,
                day=day,
            ),
            "bank": self._describe_bank(day),
            "calendar": self.env._("A calendar ends on %s: extend it.", day),
            "rates": self.env._(
                "A rate of interest or a scale of costs is known until %s only: enter "
                "the next one, or upgrade the law pack. Without it nothing is charged.",
                day,
            ),
            "booking": self.env._(
                "Costs that could not be booked: %(count)s, the oldest of %(day)s. "
                "Open one and read why; it is tried again every day.",
                count=self.number,
                day=day,
            ),
            "law": self.env._(
                "Changes of the law nobody has looked at: %(count)s, since %(day)s.",
                count=self.number,
                day=day,
            ),
            "versions": self.env._(
                "Procedures in force or scheduled that the law of today does not "
                "allow: %s. Open one, read why, and activate a new version.",
                self.number,
            ),
            "mail": self.env._("There is no mail server: e-mails cannot leave."),
            "stopped": self.env._(
                "Sending has been stopped since %s; a manager lifts the stop.", day
            ),
            "sandbox": self.env._("The test phase is on: nothing reaches a debtor."),
        }
        return sentences[self.code]

    def _describe_bank(self, day):
        """Say since when the bank is silent; `day` is empty when it never spoke."""
        if not day:
            return self.env._(
                "Bank journals that never had a transaction: %s. Import the "
                "statements, or archive what is not used.",
                self.number,
            )
        return self.env._(
            "Bank journals without a transaction since %(day)s, or ever: %(count)s. "
            "Import the statements, or who has paid is reminded.",
            count=self.number,
            day=day,
        )

    def _place(self):
        """Return the action of the page where something can be done about it."""
        xmlid = PLACES.get(self.code, "ar_dunning.res_config_settings_action")
        return self.env["ir.actions.act_window"]._for_xml_id(xmlid)
