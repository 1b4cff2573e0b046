from odoo import fields

from odoo.addons.ar_dunning.tests.common import DunningCommon

IBAN = "BE68539007547034"
BASE_URL = "https://pay.creditor.example"


class PaymentLinkCommon(DunningCommon):
    """A creditor in euro with an account, and words for what link tests do."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.bank_ids = [
            fields.Command.create({"acc_number": "BE68 5390 0754 7034"})
        ]
        cls.company.currency_id = cls.env.ref("base.EUR")
        cls.company.account_fiscal_country_id = cls.env.ref("base.be")
        cls.env["ir.config_parameter"].set_param("web.base.url", BASE_URL)
        cls.links = cls.env["ar.payment.link"]

    def owe(self, *amounts, due="2026-03-01", **values):
        """Return the claims of invoices over these amounts, due on one day."""
        moves = [self.invoice(amount, due, **values) for amount in amounts]
        return self.env["ar.claim"].concat(*(self.claim(move) for move in moves))

    def make(self, claims, source="manual"):
        """Return the link of claims, as a collector makes it."""
        return self.links._make(claims, source)

    def reminder(self, *amounts, on="2026-03-15", **values):
        """Return the dispatched notice about invoices over these amounts."""
        claims = self.owe(*amounts, **values)
        self.propose(on)
        self.dispatch(on)
        return self.lines(claims).notice_id

    def link_of(self, notice):
        return self.links.search([("notice_id", "=", notice.id)])

    def found(self, token):
        """Return the link that a visitor with this token gets."""
        public = self.env.ref("base.public_user")
        return self.links.with_user(public)._from_token(token)

    def collect_elsewhere(self, claims, sentence="A bailiff collects this claim."):
        """Let these claims be with somebody else until the end of the test."""
        self.patch(
            type(claims),
            "_with_others",
            lambda _asked: dict.fromkeys(claims.ids, sentence),
        )

    def amounts(self, link):
        """Return {number: what is to be paid} of what the page shows."""
        return {one.move_name: float(one.open_amount) for one in link._open_claims()}
