from datetime import timedelta
from decimal import Decimal

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.ar_dunning.models.bank_match_reading import exact

from ..rules import typed_amount

MAXIMUM_CHOICES = 50


class PaymentLinkMaking(models.Model):
    """Makes links for a set of claims; the same set gives the same link again."""

    _inherit = "ar.payment.link"

    def _choose(self, claims, part=None):
        """Return the link of exactly these claims, for a debtor who chose them here.

        It is this link, one that was chosen before, or a new one, which expires and is
        revoked with the link that the debtor came by.

        :param claims: ar.claim records out of `_open_claims`, payable ones
        :param part: Decimal, what the debtor wants to pay of them now; None: all
        :raises UserError: when the choice is not possible (any more)
        """
        self.ensure_one()
        payable = [one for one in self._open_claims() if one.payable]
        if not claims or not claims <= self._join(payable):
            raise UserError(
                self.env._(
                    "What you chose is not to be paid here (any more): load the page "
                    "again and choose anew."
                )
            )
        part = self._check_part(part, [one for one in payable if one.claim in claims])
        for link in (self, self.origin_id):
            if link and link._asks_for(claims, part):
                return link
        return (self.origin_id or self)._choice_of(claims, part)

    def _asks_for(self, claims, part):
        """Whether this link asks for just that already."""
        return claims == self._join(self._online_claims()) and part == self._part()

    def _part(self):
        """Return the part to pay as a Decimal; None for all of it."""
        return exact(self.part_amount, self.currency_id) or None

    def _check_part(self, part, chosen):
        """Return the part to pay; None when it is all of it.

        :raises UserError: when it is less than the creditor takes
        """
        total = sum((one.open_amount for one in chosen), Decimal(0))
        if part is None or part >= total:
            return None
        minimum = self._minimum_part()
        if not minimum or part < minimum:
            raise UserError(
                self.env._(
                    "Enter at least %(minimum)s and at most %(total)s.",
                    minimum=self._page_amount(minimum or total),
                    total=self._page_amount(total),
                )
            )
        return part

    def _read_part(self, typed):
        """Return the part to pay that somebody typed, as a Decimal; None: all of it.

        :raises UserError: when it is no amount; shows how to write one
        """
        if not isinstance(typed, str) or not typed.strip():
            return None
        part = typed_amount.read(typed, self.currency_id.decimal_places)
        if part is None:
            raise UserError(
                self.env._(
                    "“%(typed)s” is no amount: write for instance %(example)s.",
                    typed=typed[:30],
                    example=self._page_amount(self._minimum_part() or 10),
                )
            )
        return part

    def _minimum_part(self):
        """Return the least part that may be paid, as a Decimal; 0: all or nothing."""
        return exact(self.company_id.ar_minimum_part, self.currency_id)

    def _join(self, open_claims):
        claims = self.env["ar.claim"].concat(*(one.claim for one in open_claims))
        return claims.sorted("id")

    def _choice_of(self, claims, part=None):
        """Return the choice of these claims on the page of this link; make it once."""
        # Choices of one link are made one after the other. Who had to wait does not
        # see what the other made: the database refuses, and the request starts over.
        self.env.cr.execute(
            SQL(
                "UPDATE ar_payment_link SET open_count = open_count WHERE id = %s",
                self.id,
            )
        )
        choices = self.search([("origin_id", "=", self.id)])
        digest = self._digest_of(claims.ids, part)
        known = choices.filtered(lambda link: link.lines_digest == digest)
        if known:
            return known
        if len(choices) >= MAXIMUM_CHOICES:
            raise UserError(
                self.env._(
                    "You made many different choices already: please pay per invoice, "
                    "with the reference of each."
                )
            )
        # Public visitors have no rights of their own; their token is the permission.
        return self.sudo()._create_for(
            claims,
            "choice",
            expires_on=self.expires_on,
            origin_id=self.id,
            part_amount=float(part or 0),
            lines_digest=digest,
        )

    @api.model
    def _make(self, claims, source):
        """Return a link to pay these claims, from the portal or made by hand.

        One that was made for the same claims from the same source, on the same day,
        is given again. The caller has checked that the user may see the claims.

        :param source: `portal` or `manual`
        :raises UserError: when the claims do not belong on one link
        """
        self._check_together(claims)
        company = claims.company_id
        expires_on = company._ar_today() + timedelta(days=company.ar_link_validity_days)
        # Whoever may see the claims may have them paid; the link is bookkeeping.
        links_sudo = self.sudo()
        known = links_sudo.search(
            [
                ("debtor_id", "=", claims.debtor_id.id),
                ("company_id", "=", company.id),
                ("source", "=", source),
                ("lines_digest", "=", self._digest_of(claims.ids)),
                ("expires_on", "=", expires_on),
                ("revoked_on", "=", False),
            ],
            limit=1,
        )
        link_sudo = known or links_sudo._create_for(
            claims, source, expires_on=expires_on
        )
        return link_sudo.with_env(self.env)

    @api.model
    def _check_together(self, claims):
        """Raise unless one link may ask for these claims."""
        if not claims:
            raise UserError(self.env._("Choose what is to be paid first."))
        if any(claim.state != "open" for claim in claims):
            raise UserError(
                self.env._("Only open claims can be paid: leave the others out.")
            )
        if any(claim.principal_claim_id for claim in claims):
            raise UserError(
                self.env._("Costs are paid with their claim: choose the claim instead.")
            )
        if len(claims.debtor_id) > 1 or len(claims.company_id) > 1:
            raise UserError(
                self.env._(
                    "A payment link is for one debtor and one company: choose claims "
                    "of one."
                )
            )
        if len(claims.currency_id) > 1:
            raise UserError(
                self.env._("A payment link is in one currency: choose claims of one.")
            )
        if len({claim.access_group_id for claim in claims}) > 1:
            raise UserError(
                self.env._(
                    "These claims are not visible to the same people: make a link for "
                    "each kind."
                )
            )

    @api.model
    def _create_for(self, claims, source, **values):
        """Create the link of claims that belong together (see `_check_together`)."""
        first = claims[0]
        [number] = self._next_numbers(1)
        reference, reference_key = self._reference_of(first.company_id, number)
        scope = {
            "company_id": first.company_id.id,
            "access_group_id": first.access_group_id.id,
        }
        return self.create(
            {
                **scope,
                "debtor_id": first.debtor_id.id,
                "partner_id": first.partner_id.id,
                "currency_id": first.currency_id.id,
                "source": source,
                "number": number,
                "reference": reference,
                "reference_key": reference_key,
                "lines_digest": self._digest_of(claims.ids),
                "line_ids": [(0, 0, {**scope, "claim_id": one.id}) for one in claims],
                **values,
            }
        )
