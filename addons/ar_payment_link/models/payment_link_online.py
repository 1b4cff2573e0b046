from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command


class PaymentLinkOnline(models.Model):
    """Online payment of a link through the payment providers of its company."""

    _inherit = "ar.payment.link"

    def _online_providers(self, amount):
        """Return the providers that take an amount from this debtor, as superuser."""
        self.ensure_one()
        # Who may pay was decided by the token; which providers fit is no secret.
        providers_sudo = self.env["payment.provider"].sudo()
        if not self.company_id.ar_online_payment or not amount:
            return providers_sudo
        return providers_sudo._get_compatible_providers(
            self.company_id.id,
            self.partner_id.id,
            float(amount),
            currency_id=self.currency_id.id,
        )

    def _online_methods(self, providers):
        """Return the payment methods of these providers, as superuser."""
        # See _online_providers.
        return (
            self.env["payment.method"]
            .sudo()
            ._get_compatible_payment_methods(
                providers.ids, self.partner_id.id, currency_id=self.currency_id.id
            )
        )

    def _online_claims(self):
        """Return the OpenClaims that an online payment on this link pays now."""
        return [one for one in self._open_claims() if one.chosen and one.payable]

    def _online_shares(self):
        """Return {ar.claim: Decimal} that an online payment on this link pays now."""
        return self._shares_of(self._online_claims())

    def _online_values(self, claims, amount, providers, lang):
        """Return what the second step of the page shows.

        :param claims: see `_online_claims`
        :param providers: see `_online_providers`
        """
        methods = self._online_methods(providers)
        problem = None
        if not claims:
            problem = self.env._("There is nothing left to pay. Thank you!")
        elif not methods:
            problem = self.env._(
                "Online payment is not possible for this: please pay by bank transfer."
            )
        query = f"?lang={self.env.lang}" if lang == self.env.lang else ""
        path = self._path()
        return {
            **self._page_frame(lang),
            "page_title": self.env._("Pay online"),
            "company": self.company_id,
            "res_company": self.company_id,
            "documents": [one.move_name for one in claims if one.move_name],
            "shown_amount": self._page_amount(amount),
            "problem": problem,
            "page_href": f"{path}{query}",
            # What Odoo's payment form asks for.
            "amount": float(amount),
            "currency": self.currency_id,
            "partner_id": self.partner_id.id,
            "providers_sudo": providers,
            "payment_methods_sudo": methods,
            "tokens_sudo": self.env["payment.token"],
            "availability_report": {},
            "reference_prefix": self.reference_key,
            "transaction_route": f"{path}/transaction{query}",
            "landing_route": "/ar/pay/back",
            "access_token": "",
        }

    def _begin_online(self, amount_seen, provider_id, method_id):
        """Reserve the claims of one attempt; return the values of its transaction.

        :param amount_seen: what the page showed, as the browser sends it back
        :param provider_id: chosen provider, as the browser sends it
        :param method_id: chosen payment method, as the browser sends it
        :raises UserError: when it cannot begin; says why
        """
        shares = self._online_shares()
        amount = sum(shares.values())
        if not shares:
            raise UserError(
                self.env._("There is nothing left to pay: load the page again.")
            )
        if not _is_amount(amount_seen) or self.currency_id.compare_amounts(
            amount_seen, float(amount)
        ):
            raise UserError(
                self.env._(
                    "What is open has changed since you opened this page: it is now "
                    "%(amount)s. Load the page again, please.",
                    amount=self._page_amount(amount),
                )
            )
        providers = self._online_providers(amount)
        methods = self._online_methods(providers)
        method = methods.filtered(lambda one: one.id == method_id)
        provider = providers.filtered(lambda one: one.id == provider_id)
        if not method or not provider & (
            method.provider_ids | method.primary_payment_method_id.provider_ids
        ):
            raise UserError(
                self.env._("This way to pay is not offered: choose another one.")
            )
        reservations = self.env["ar.payment.reservation"]._reserve(
            self, {claim: float(share) for claim, share in shares.items()}
        )
        moves = self.env["account.move"].union(*(claim.move_id for claim in shares))
        invoices = moves.filtered(lambda move: move.is_invoice(include_receipts=True))
        return {
            "provider_id": provider.id,
            "payment_method_id": method.id,
            "amount": float(amount),
            "currency_id": self.currency_id.id,
            "partner_id": self.partner_id.id,
            "reference_prefix": self.reference_key,
            "custom_create_values": {
                "ar_reservation_ids": [Command.set(reservations.ids)],
                "invoice_ids": [Command.set(invoices.ids)],
            },
        }


def _is_amount(value):
    """Whether what a browser sent is a number that can be compared with an amount."""
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and abs(value) < 10**12
    )
