from odoo import api, fields, models

from ..rules.mobile_number import mobile_number


class ResPartner(models.Model):
    """Where somebody gets text messages."""

    _inherit = "res.partner"

    ar_mobile_number = fields.Char(
        string="Number for SMS",
        compute="_compute_ar_mobile_number",
        store=True,
        index="btree_not_null",
        help="The telephone number, if it is a mobile one.",
    )

    @api.depends("phone", "country_id", "company_id.partner_id.country_id")
    def _compute_ar_mobile_number(self):
        for partner in self:
            country = (
                partner.country_id
                or partner.company_id.partner_id.country_id
                or self.env.company.country_id
            )
            partner.ar_mobile_number = (
                self._ar_mobile_number(partner.phone or "", country) or False
            )

    @api.model
    def _ar_mobile_number(self, written, country):
        """Return a mobile number in E.164, empty: it is none.

        :param country: res.country that it was written for; it may be empty
        """
        return mobile_number(written, country.code or None)
