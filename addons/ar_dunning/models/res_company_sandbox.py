from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import email_normalize


class CompanySandbox(models.Model):
    """The test phase of a company: everything runs, nothing reaches a debtor."""

    _inherit = "res.company"

    ar_sandbox = fields.Boolean(
        string="Test phase",
        default=True,
        copy=False,
        help="Notices go to the test address instead of the debtors, letters carry a "
        "watermark. The go-live ends it and takes all test notices back.",
    )
    ar_sandbox_email = fields.Char(
        string="Test address",
        help="Gets every e-mail during the test phase; without it they wait.",
    )

    @api.constrains("ar_sandbox_email")
    def _check_ar_sandbox_email(self):
        for company in self:
            address = company.ar_sandbox_email
            if address and email_normalize(address) != address.lower():
                raise ValidationError(
                    self.env._(
                        "“%s” is not an e-mail address: enter one address, without a "
                        "name.",
                        address,
                    )
                )

    def write(self, vals):
        """Going live takes the test notices back, whoever switches."""
        leaving = self.browse()
        if "ar_sandbox" in vals and not vals["ar_sandbox"]:
            leaving = self.filtered("ar_sandbox")
        result = super().write(vals)
        if leaving:
            # Whoever may configure the company ends its test; notices are read-only
            # for people.
            self.env["ar.dunning.notice"].sudo()._withdraw_sandbox(leaving)
        return result

    def action_ar_go_live(self):
        """End the test phase: from now on notices reach the debtors."""
        self._ar_switch_sandbox(False)

    def action_ar_test_phase(self):
        """Go back to the test phase: what has not left yet goes to the test address."""
        self._ar_switch_sandbox(True)

    def _ar_switch_sandbox(self, on):
        if not self.env.user.has_group("ar_dunning.group_manager"):
            raise UserError(
                self.env._("Only a manager of Receivables may switch the test phase.")
            )
        self.check_access("read")
        # A manager of Receivables need not be allowed to edit companies otherwise.
        self.sudo().ar_sandbox = on

    def _ar_sandbox_address(self):
        """Return the address that gets the e-mails of the test phase.

        :raises UserError: when there is none
        """
        self.ensure_one()
        address = email_normalize(self.ar_sandbox_email or "")
        if not address or not address.isascii():
            raise UserError(
                self.env._(
                    "%(company)s is in its test phase and has no valid test address: "
                    "enter one in the settings of Receivables, or go live. The "
                    "messages wait and go out with the next run.",
                    company=self.name,
                )
            )
        return address
