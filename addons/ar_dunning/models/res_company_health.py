from odoo import fields, models


class CompanyHealth(models.Model):
    """Tells the managers when follow-up stands still."""

    _inherit = "res.company"

    ar_alerted_on = fields.Date(readonly=True, copy=False)
    ar_health_patience_days = fields.Integer(
        string="Waiting too long after",
        default=3,
        help="Days after which deliveries that are ready, runs without a decision and "
        "letters that nobody confirmed are on the health page.",
    )
    ar_health_bank_days = fields.Integer(
        string="Bank silent after",
        default=7,
        help="Days without a transaction after which a bank journal is on the health "
        "page.",
    )
    ar_health_silent_days = fields.Integer(
        string="Nothing sent for",
        default=7,
        help="Days after which the managers are told by mail that nothing was sent "
        "although claims are due, or that a proposal still waits for a decision.",
    )
    ar_health_user_id = fields.Many2one(
        "res.users",
        string="Responsible for errors",
        ondelete="set null",
        help="Gets a work item for each error of the health page; empty: nobody in "
        "particular.",
    )

    _ar_health_days = models.Constraint(
        "CHECK (ar_health_patience_days > 0 AND ar_health_bank_days > 0"
        " AND ar_health_silent_days > 0)",
        "The health page needs at least one day of patience.",
    )

    def _ar_alert_managers(self, on):
        """Mail the managers of the company what needs acting now; once a day.

        :return: the mails that were made.
        """
        self.ensure_one()
        mails = self.env["mail.mail"]
        if self.ar_alerted_on == on:
            return mails
        managers = self.env.ref("ar_dunning.group_manager").all_user_ids.filtered(
            lambda user: user.email and not user.share and self in user.company_ids
        )
        kinds = self.env["ar.claim.type"]
        alike = managers.grouped(
            lambda manager: kinds.with_user(manager)._hidden_group_ids()
        )
        for readers in alike.values():
            # Rows of the report have the same id for everybody, with other numbers.
            self.env["ar.health"].invalidate_model()
            errors = self._ar_errors(readers[0])
            for manager in readers if errors else ():
                mails += self._ar_alert(manager, errors)
        if mails:
            self.ar_alerted_on = on
        return mails

    def _ar_errors(self, manager):
        """Return what needs acting now, as a manager sees it.

        What is restricted counts for members of its group alone. Read once for all who
        see the same: it costs a look at every claim.
        """
        return (
            self.env["ar.health"]
            .with_user(manager)
            .with_context(allowed_company_ids=self.ids)
            .search_fetch(
                [("company_id", "=", self.id), ("state", "=", "3_error")],
                ["company_id", "code", "state", "number", "since"],
            )
        )

    def _ar_alert(self, manager, errors):
        """Return the mail that tells one manager what he may know."""
        errors = errors.with_user(manager).with_context(lang=manager.lang)
        return self.env["mail.mail"].create(
            {
                "subject": errors.env._(
                    "Receivables of %s need your attention", self.name
                ),
                "body_html": self.env["ir.qweb"]._render(
                    "ar_dunning.health_alert",
                    {"company": self, "checks": errors},
                    lang=manager.lang,
                ),
                "email_to": manager.email_formatted,
                "auto_delete": True,
            }
        )
