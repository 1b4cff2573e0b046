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
        errors = self.env["ar.health"].search(
            [("company_id", "=", self.id), ("state", "=", "3_error")]
        )
        managers = self.env.ref("ar_dunning.group_manager").all_user_ids.filtered(
            lambda user: user.email and not user.share and self in user.company_ids
        )
        if not errors or not managers:
            return mails
        self.ar_alerted_on = on
        for manager in managers:
            reader = errors.with_context(lang=manager.lang)
            mails += self.env["mail.mail"].create(
                {
                    "subject": reader.env._(
                        "Receivables of %s need your attention", self.name
                    ),
                    "body_html": reader.env["ir.qweb"]._render(
                        "ar_dunning.health_alert",
                        {"company": self, "checks": reader},
                        lang=manager.lang,
                    ),
                    "email_to": manager.email_formatted,
                    "auto_delete": True,
                }
            )
        return mails
