from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..rules.statement import ageing


class NoticeStatement(models.Model):
    """A statement of account: everything that is open, without a level or a demand.

    One per company, currency and access group. It lists claims that are due and those
    that are not, and the credits that cover them. It counts as a contact.
    """

    _inherit = "ar.dunning.notice"

    @api.model
    def _make_statements(self, debtor, company, on, channel):
        """Freeze and dispatch what a debtor owes a company today.

        :param debtor: ar.debtor, as the user may see it: claims that the user may not
            see are on no statement of his
        :param channel: `email`, `letter`, or `none`: only to download
        :return: the statements
        :raises UserError: when nothing is open, or the channel reaches nobody
        """
        claims = self.env["ar.claim"].search(
            [
                ("debtor_id", "=", debtor.id),
                ("company_id", "=", company.id),
                ("state", "=", "open"),
                # Booked costs are stated with the claim that they follow.
                ("principal_claim_id", "=", False),
            ]
        )
        rows = {
            row["claim_id"]: row
            for row in self.env["ar.evaluation"]._evaluate(
                company, on, partners=debtor.partner_id
            )
            if row["claim_id"] in set(claims.ids)
        }
        if not rows:
            raise UserError(
                self.env._(
                    "%(debtor)s owes %(company)s nothing: there is nothing to state.",
                    debtor=debtor.partner_id.name,
                    company=company.name,
                )
            )
        statements = self.browse()
        # Notices are read-only for people; the claims were read as the user.
        stated = claims.filtered(lambda claim: claim.id in rows)
        parts = stated.grouped(lambda one: (one.currency_id, one.access_group_id))
        # The reader sees claims of these groups; credits are read for them alone.
        left = self.sudo()._credits_left(company, debtor.partner_id)
        for (currency, group), same in parts.items():
            statement = self.sudo()._create_statement(
                same.sudo(), currency, group, on, channel
            )
            statement.amount_credit = left.get((currency.id, group.id), 0)
            # Lines are read-only for people too; they state what the user has read.
            self.env["ar.dunning.notice.line"].sudo().create(
                [
                    self._prepare_stated(statement, claim, rows[claim.id], on)
                    for claim in same.sudo()
                ]
            )
            statements |= statement
        statements._dispatch_statements(company, on)
        return statements.sudo(False)

    @api.model
    def _credits_left(self, company, partner):
        """Return {(currency id, access group id): credits that no claim takes}.

        Credits of the company itself, less what covers claims in its tree: what is
        restricted to a group is left to claims of that group alone.
        """
        evaluation = self.env["ar.evaluation"]
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                WITH company_claim AS MATERIALIZED (%(claims)s),
                cover AS (%(cover)s),
                credit AS (%(credits)s),
                taken AS (
                    SELECT claim.currency_id, claim.access_group_id AS group_id,
                           SUM(cover.covered) AS amount
                      FROM company_claim claim
                      JOIN cover ON cover.claim_id = claim.id
                     GROUP BY 1, 2
                )
                SELECT credit.currency_id, credit.ar_access_group_id,
                       LEAST(COALESCE(SUM(credit.amount) FILTER (
                                 WHERE credit.company_id = %(company)s), 0),
                             SUM(credit.amount) - COALESCE(MAX(taken.amount), 0))
                  FROM credit
                  LEFT JOIN taken
                    ON taken.currency_id = credit.currency_id
                   AND taken.group_id IS NOT DISTINCT FROM credit.ar_access_group_id
                 GROUP BY 1, 2
                """,
                claims=evaluation._sql_claims(company, partner.ids),
                cover=evaluation._sql_cover(company, partner.ids),
                credits=evaluation._sql_credits(
                    company,
                    partner.ids,
                    SQL("line.ar_access_group_id"),
                    SQL("line.company_id"),
                ),
                company=company.id,
            )
        )
        return {
            (currency, group or False): amount
            for currency, group, amount in rows
            if amount and amount > 0
        }

    @api.model
    def _create_statement(self, claims, currency, group, on, channel):
        claim = claims[0]
        template = self._statement_template(claim.company_id)
        installed = {code for code, _name in self.env["res.lang"].get_installed()}
        lang = claim.partner_id.lang
        if lang not in installed:
            lang = self.env["ar.dunning.run"]._known_lang(claim.company_id, installed)
        return self.create(
            {
                "kind": "statement",
                "state": "approved",
                "date": on,
                "company_id": claim.company_id.id,
                "access_group_id": group.id,
                "debtor_id": claim.debtor_id.id,
                "partner_id": claim.partner_id.id,
                "currency_id": currency.id,
                "channel": channel,
                "channels": channel,
                "lang": lang,
                "text_id": template._freeze(lang).id,
                "approved_by_id": self.env.uid,
                "approved_on": fields.Datetime.now(),
            }
        )

    @api.model
    def _statement_template(self, company):
        template = self.env["ar.dunning.template"].search(
            [
                ("kind", "=", "statement"),
                ("company_id", "in", (False, *company.parent_ids.ids)),
            ],
            limit=1,
        )
        if not template:
            raise UserError(
                self.env._(
                    "There is no text for statements of account: create one of the "
                    "kind “Statement of account” first."
                )
            )
        return template

    @api.model
    def _prepare_stated(self, statement, claim, row, on):
        return {
            "notice_id": statement.id,
            "company_id": claim.company_id.id,
            "access_group_id": claim.access_group_id.id,
            "claim_id": claim.id,
            "debtor_id": claim.debtor_id.id,
            "role": "stated",
            "state": "approved",
            "cycle": claim.cycle,
            "level_key": f"statement/{statement.id}",
            "currency_id": claim.currency_id.id,
            "amount_original": claim.amount_original,
            "amount_paid": claim.amount_original - row["residual"],
            "amount_covered": row["covered"],
            "amount_open": row["collectable"],
            "amount_costs": claim.amount_costs,
            "amount_interest": claim.amount_interest,
            "date_due": claim.date_due,
            "invoice_date": claim.invoice_date,
            "move_name": claim.move_name,
            "payment_reference": claim.payment_reference,
            "description": claim.description,
            "days_overdue": (on - claim.date_due).days,
        }

    def _dispatch_statements(self, company, on):
        """Freeze, and write the deliveries of those that somebody brings."""
        self.flush_model()
        self.line_ids.flush_model()
        scope = tuple(self.ids)
        self.env.execute_query(
            SQL(
                """UPDATE ar_dunning_notice_line SET state = 'dispatched'
                    WHERE notice_id IN %s RETURNING id""",
                scope,
            )
        )
        sent = self.filtered(lambda notice: notice.channel != "none")
        self._lock_partners(sent.partner_id.ids)
        self._let_leave(scope, on)
        self.env.invalidate_all(flush=False)
        self._freeze_proofs(scope)
        if not sent:
            return
        unreached = sent.filtered(lambda notice: not notice.delivery_ids)
        if unreached:
            raise UserError(
                self.env._(
                    "%s has no address for this channel: complete the contact first.",
                    unreached[0].partner_id.name,
                )
            )
        self.env["ar.cycle"]._trigger()

    def _stated_ageing(self):
        """Return (label, amount) of what is open, by age, as frozen."""
        self.ensure_one()
        labels = {
            "not_due": self.env._("Not due yet"),
            "1_30": self.env._("1 to 30 days late"),
            "31_60": self.env._("31 to 60 days late"),
            "61_90": self.env._("61 to 90 days late"),
            "more": self.env._("More than 90 days late"),
        }
        lines = self.line_ids.filtered(lambda line: line.role == "stated")
        sums = ageing((line.days_overdue, line._demanded()) for line in lines)
        return [(labels[code], amount) for code, amount in sums.items()]
