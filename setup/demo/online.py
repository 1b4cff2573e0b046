"""Debtors of the story who open their payment link and pay online.

The suite and Odoo do what they do for a person in a browser; only the clicks are
missing. The provider is Odoo's demonstration provider.
"""

_PROVIDER = "demo"


class Payer:
    """Pays claims through the link of the last reminder about them."""

    def __init__(self, env, claim):
        self._env = env
        self._link = (
            env["ar.payment.link.line"]
            .search(
                [("claim_id", "=", claim.id), ("link_id.source", "=", "notice")],
                order="id desc",
                limit=1,
            )
            .link_id
        )
        if not self._link:
            raise RuntimeError(f"No reminder with a link about {claim.move_name}.")

    def begin(self):
        """Open the page and choose the provider; return the transaction."""
        self._link._note_opened()
        amount = sum(one.open_amount for one in self._link._online_claims())
        provider = self._link._online_providers(amount).filtered(
            lambda one: one.code == _PROVIDER
        )
        method = self._link._online_methods(provider)[:1]
        values = self._link._begin_online(float(amount), provider.id, method.id)
        prefix = values.pop("reference_prefix")
        further = values.pop("custom_create_values")
        transactions = self._env["payment.transaction"]
        return transactions.create(
            {
                **values,
                **further,
                "operation": "online_direct",
                "reference": transactions._compute_reference(_PROVIDER, prefix=prefix),
            }
        )

    def claims(self):
        """The claims that the link is about."""
        return self._link.line_ids.claim_id


def complete(transaction):
    """Let the provider report success and the money be booked."""
    transaction._process(
        _PROVIDER,
        {"reference": transaction.reference, "simulated_state": "done"},
    )
    transaction._post_process()


def pay_by_transfer(claims):
    """Register a transfer for claims, as an accountant does by hand."""
    wizard = claims.env["account.payment.register"].with_context(
        active_model="account.move.line", active_ids=claims.line_id.ids
    )
    wizard.create({"group_payment": True}).action_create_payments()
