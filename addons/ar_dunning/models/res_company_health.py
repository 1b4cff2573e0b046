from odoo import fields, models


class CompanyHealth(models.Model):
    """Tells the managers when follow-up stands still."""

    _inherit = "res.company"

    ar_alerted_on = fields.Date(readonly=True, copy=False)

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
        for manager in managers:
            # As the manager: what is restricted counts for members of its group alone.
            errors = (
                self.env["ar.health"]
                .with_user(manager)
                .with_context(allowed_company_ids=self.ids, lang=manager.lang)
                .search([("company_id", "=", self.id), ("state", "=", "3_error")])
            )
            if errors:
                mails += self._ar_alert(manager, errors)
        if mails:
            self.ar_alerted_on = on
        return mails

    def _ar_alert(self, manager, errors):
        """Return the mail that tells one manager what he may know."""
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
