from odoo import api, models
from odoo.tools import SQL

from odoo.addons.ar_dunning.models.bank_match_reading import MatchRule


class BankMatchReading(models.Model):
    """Recognises transfers with the reference of a payment link."""

    _inherit = "ar.bank.match"

    @api.model
    def _match_rules(self, company):
        """Add the references of links, behind those of the invoices themselves.

        Expired and revoked links count as well: the money has come. A claim that has
        been booked anew is paid in its new form.
        """
        rules = super()._match_rules(company)
        place = next(
            index for index, rule in enumerate(rules) if rule.code == "document_number"
        )
        rules.insert(place, MatchRule("link_reference", True, self._sql_link_claims()))
        return rules

    @api.model
    def _sql_link_claims(self):
        return SQL(
            """
            WITH RECURSIVE named (payment_id, key, claim_id) AS (
                SELECT wanted.payment_id, wanted.key, line.claim_id
                  FROM wanted
                  JOIN ar_payment_link link ON link.reference_key = wanted.key
                  JOIN ar_payment_link_line line ON line.link_id = link.id
                 WHERE wanted.kind = 'reference'
                 UNION
                SELECT named.payment_id, named.key, claim.successor_id
                  FROM named
                  JOIN ar_claim claim ON claim.id = named.claim_id
                 WHERE claim.state = 'void' AND claim.successor_id IS NOT NULL
            )
            SELECT payment_id, key, claim_id FROM named
            """
        )

    @api.model
    def _find_named(self, company, payments):
        """Leave out of a link what its page does not ask for.

        That is what others collect, and what is being paid online: it would be paid
        first, as the oldest, and what was asked for would stay open. Who pays more than
        was asked for (the letter came before) pays that as well.
        """
        named = super()._find_named(company, payments)
        by_link = {
            claim.claim_id
            for claims in named.values()
            for claim in claims
            if claim.rule == "link_reference" and claim.line_id
        }
        aside = self._not_asked_for(by_link)
        if not aside:
            return named
        return named | {
            payment.line_id: _asked_for(payment, named[payment.line_id], aside)
            for payment in payments
            if payment.line_id in named
        }

    @api.model
    def _not_asked_for(self, claim_ids):
        """Return the ids of those claims that the page of a link does not offer."""
        claims = self.env["ar.claim"].browse(sorted(claim_ids))
        processed = self.env["ar.payment.reservation"]._processed_claims(claims.ids)
        return processed | claims._with_others().keys()


def _asked_for(payment, claims, aside):
    """Return what of the named claims a payment is about.

    :param aside: ids of claims that no page asks for
    """
    asked = [
        claim
        for claim in claims
        if claim.rule != "link_reference" or claim.claim_id not in aside
    ]
    total = sum(
        claim.residual + claim.beside
        for claim in asked
        if claim.currency_id == payment.currency_id
    )
    return asked if payment.amount <= total else claims
