from odoo import Command

from .common import PaymentLinkCommon


class OnlinePaymentCommon(PaymentLinkCommon):
    """A creditor with a payment provider, and words for what a payer does."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider = cls.create_provider()
        cls.method = cls.provider.payment_method_ids[:1]

    @classmethod
    def create_provider(cls):
        """Return the demo provider of the company, open to the public."""
        root = cls.env(su=True)
        provider = root.ref("payment.payment_provider_demo").copy(
            {"company_id": cls.company.id}
        )
        method = provider.payment_method_ids[:1]
        method.active = True
        provider.write(
            {
                "state": "test",
                "is_published": True,
                "payment_method_ids": [Command.set(method.ids)],
                "journal_id": cls.company_data["default_journal_bank"].id,
            }
        )
        return provider

    def entry(self, amount, due, account=None, partner=None):
        """Return the claim of a posted entry (an opening balance, say)."""
        receivable = account or self.company_data["default_account_receivable"]
        journal = self.company_data["default_journal_misc"]
        journal.ar_follow_up = True
        move = self.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": journal.id,
                "date": "2026-01-01",
                "line_ids": [
                    Command.create(
                        {
                            "account_id": receivable.id,
                            "partner_id": (partner or self.debtor_partner).id,
                            "debit": amount,
                            "date_maturity": due,
                            "name": "Opening balance",
                        }
                    ),
                    Command.create(
                        {
                            "account_id": self.company_data[
                                "default_account_revenue"
                            ].id,
                            "credit": amount,
                        }
                    ),
                ],
            }
        )
        move.action_post()
        return self.claim(move)

    def begin(self, link, amount=None, **chosen):
        """Begin an online payment on a link, as its page does; return the attempt."""
        link_sudo = link.sudo()
        if amount is None:
            amount = float(sum(link_sudo._online_shares().values()))
        values = link_sudo._begin_online(
            amount,
            chosen.get("provider_id", self.provider.id),
            chosen.get("payment_method_id", self.method.id),
        )
        custom = values.pop("custom_create_values")
        prefix = values.pop("reference_prefix")
        transactions = self.env["payment.transaction"].sudo()
        return transactions.create(
            {
                **values,
                **custom,
                "operation": "online_direct",
                "reference": transactions._compute_reference("demo", prefix=prefix),
            }
        )

    def complete(self, transaction):
        """The provider says that the money is there; Odoo books it."""
        transaction._set_done()
        transaction._post_process()
        self.sync()
        return transaction.payment_id
