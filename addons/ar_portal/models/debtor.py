from dataclasses import dataclass
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_amount

# How long a paid claim still shows as paid.
SETTLED_DAYS = 90


@dataclass(frozen=True)
class PortalSection:
    """What a signed-in person owes to one creditor, in one currency.

    Claims of a restricted type make a section of their own: they are never paid, nor
    shown, together with others.
    """

    company: models.Model
    currency: models.Model
    claims: list
    total: float
    overdue: float
    to_pay: models.Model


class Debtor(models.Model):
    _inherit = "ar.debtor"

    @api.model
    def _portal_domain(self, user):
        """Return which claims, notices and deliveries a signed-in person may see.

        Those of his commercial partner, in all companies that it owes to. What only a
        restricted group may see is shown to the person concerned, never to his
        colleagues: a firm has no such person.
        """
        partner = user.partner_id
        owner = partner.commercial_partner_id
        domain = Domain("partner_id", "=", owner.id) & Domain(
            "company_id.active", "=", True
        )
        if partner == owner and not owner.is_company:
            return domain
        return domain & Domain("access_group_id", "=", False)

    @api.model
    def _portal_claims(self, user, extra=Domain.TRUE):
        """Return the claims that a signed-in person may see, as superuser.

        :param extra: what else they have to be
        """
        # Portal users have no rights on claims, and see one company only; the domain
        # says exactly what is theirs, over all companies.
        claims_sudo = self.env["ar.claim"].sudo()
        return claims_sudo.search(
            self._portal_domain(user)
            & Domain("principal_claim_id", "=", False)
            & Domain("debtor_id.active", "=", True)
            & Domain(extra)
        )

    @api.model
    def _portal_sections(self, user):
        """Return the PortalSections of a signed-in person; those in arrears first."""
        claims_sudo = self._portal_claims(user, Domain("state", "=", "open"))
        outlooks = claims_sudo._portal_outlooks()
        grouped = claims_sudo.filtered(lambda claim: claim.id in outlooks).grouped(
            lambda claim: (claim.company_id, claim.currency_id, claim.access_group_id)
        )
        sections = [
            self._portal_section(company, currency, [outlooks[one.id] for one in group])
            for (company, currency, _access), group in grouped.items()
        ]
        return sorted(sections, key=lambda one: (-one.overdue, one.company.name))

    @api.model
    def _portal_section(self, company, currency, outlooks):
        payable = [one for one in outlooks if one.payable]
        late = [one for one in payable if one.days_overdue > 0]
        # What is not due yet can be added on the page itself.
        to_pay = [one.claim.id for one in late or payable]
        return PortalSection(
            company=company,
            currency=currency,
            claims=outlooks,
            total=currency.round(sum(one.open_amount for one in outlooks)),
            overdue=currency.round(sum(one.open_amount for one in late)),
            # Of the claims that were found to be this debtor's own.
            to_pay=self.env["ar.claim"].sudo().browse(to_pay),
        )

    @api.model
    def _portal_settled(self, user):
        """Return the claims that a signed-in person has paid lately, as superuser."""
        since = fields.Date.context_today(self) - timedelta(days=SETTLED_DAYS)
        return self._portal_claims(
            user, Domain("state", "=", "settled") & Domain("settled_on", ">=", since)
        ).sorted("settled_on", reverse=True)

    @api.model
    def _portal_deliveries(self, user):
        """Return what was sent to a signed-in person, as superuser, the last first.

        E-mails and letters that have left; not those that came back.
        """
        # See _portal_claims.
        return (
            self.env["ar.delivery"]
            .sudo()
            .search(
                self._portal_domain_of_deliveries(user),
                order="sent_on desc, id desc",
                limit=100,
            )
        )

    @api.model
    def _portal_domain_of_deliveries(self, user):
        own = self._portal_domain(user)
        return (
            Domain("notice_id", "any", list(own))
            & Domain("state", "=", "sent")
            & Domain("content", "!=", False)
            # What went to the test address the debtor never got.
            & Domain("notice_id.sandbox", "=", False)
            # Nor does he see where others got their copy.
            & Domain("copy", "=", 0)
        )

    @api.model
    def _portal_amount(self, amount, currency):
        return format_amount(self.env, amount, currency)
