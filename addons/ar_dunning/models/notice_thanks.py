from odoo import api, models
from odoo.tools import SQL


class NoticeThanks(models.Model):
    """Thanks debtors who paid after a reminder."""

    _inherit = "ar.dunning.notice"

    @api.model
    def _thank_company(self, company, on):
        """Make and approve a thank-you for reminded claims that have been paid.

        Once per settlement after a reminder, when nothing reminded stays open for
        that debtor, by e-mail only. What was credited or written off is not paid.

        :return: number of thank-yous.
        """
        template = company.ar_thank_you_template_id or self.env.ref(
            "ar_dunning.template_thank_you", raise_if_not_found=False
        )
        if not company.ar_thank_you or not template:
            return 0
        lines = self.env["ar.dunning.notice.line"]
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                WITH reminded AS (
                    SELECT claim.id AS claim_id, claim.company_id, claim.debtor_id,
                           claim.partner_id, claim.currency_id, claim.cycle,
                           claim.access_group_id, claim.state, claim.settled_on,
                           claim.line_id,
                           MAX(line.id) FILTER (WHERE line.role = 'claimed') AS last,
                           MAX(line.id) FILTER (WHERE line.role = 'thanks') AS thanked,
                           COUNT(*) FILTER (WHERE line.role = 'thanks') AS thanks
                      FROM ar_claim claim
                      JOIN ar_dunning_notice_line line
                        ON line.claim_id = claim.id AND line.cycle = claim.cycle
                       AND line.role IN ('claimed', 'thanks')
                       AND line.state = 'dispatched'
                     WHERE claim.company_id = %(company)s
                       AND claim.state IN ('open', 'settled')
                       AND claim.level_sequence > 0
                     GROUP BY claim.id
                ), grateful AS (
                    SELECT * FROM reminded paid
                     WHERE paid.state = 'settled'
                       AND paid.last IS NOT NULL
                       AND (paid.thanked IS NULL OR paid.thanked < paid.last)
                       AND paid.settled_on >= %(on)s::date - 14
                       AND EXISTS (
                           SELECT FROM account_partial_reconcile partial
                             JOIN account_move_line money
                               ON money.id = partial.credit_move_id
                             JOIN account_journal journal
                               ON journal.id = money.journal_id
                            WHERE partial.debit_move_id = paid.line_id
                              AND journal.type IN ('bank', 'cash', 'credit'))
                       AND NOT EXISTS (
                           SELECT FROM reminded owing
                            WHERE owing.debtor_id = paid.debtor_id
                              AND owing.state = 'open')
                ), grouped AS (
                    SELECT nextval('ar_dunning_notice_id_seq')::int AS notice_id,
                           company_id, access_group_id, debtor_id, partner_id,
                           currency_id, COUNT(*) AS claims
                      FROM grateful
                     WHERE EXISTS (
                           SELECT FROM (%(contact)s) contact)
                     GROUP BY company_id, access_group_id, debtor_id, partner_id,
                              currency_id
                ), notice AS (
                    INSERT INTO ar_dunning_notice (
                           id, company_id, access_group_id, debtor_id, partner_id,
                           currency_id, kind, state, date, channel, amount_total,
                           claim_count, lang, create_uid, create_date, write_uid,
                           write_date)
                    SELECT notice_id, grouped.company_id, access_group_id, debtor_id,
                           partner_id, currency_id, 'thank_you', 'approved', %(on)s,
                           'email', 0, claims, COALESCE(partner.lang, 'en_US'),
                           %(audit)s
                      FROM grouped
                      JOIN res_partner partner ON partner.id = partner_id
                )
                INSERT INTO ar_dunning_notice_line (
                       notice_id, company_id, access_group_id, claim_id, debtor_id,
                       role, state, cycle, level_key, level_sequence, occurrence,
                       %(fact_names)s, create_uid, create_date, write_uid, write_date)
                SELECT grouped.notice_id, claim.company_id, claim.access_group_id,
                       claim.id, claim.debtor_id, 'thanks', 'approved', claim.cycle,
                       'thank_you', 0, grateful.thanks + 1, %(facts)s, %(audit)s
                  FROM grateful
                  JOIN ar_claim claim ON claim.id = grateful.claim_id
                 CROSS JOIN LATERAL (
                       SELECT claim.currency_id, 0 AS residual, 0 AS covered,
                              0 AS collectable) paid
                  JOIN grouped ON grouped.debtor_id = grateful.debtor_id
                   AND grouped.currency_id = grateful.currency_id
                   AND grouped.access_group_id
                       IS NOT DISTINCT FROM grateful.access_group_id
                RETURNING notice_id
                """,
                company=company.id,
                on=on,
                contact=self.env["ar.evaluation"]._sql_recipient(
                    SQL("grateful.partner_id"), "email_normalized"
                ),
                fact_names=lines._sql_fact_names(),
                facts=lines._sql_facts(SQL("paid"), on),
                audit=self._sql_audit(),
            )
        )
        self.env.invalidate_all()
        notices = self.browse({row[0] for row in rows})
        installed = {code for code, _name in self.env["res.lang"].get_installed()}
        for lang, same_lang in notices.grouped("lang").items():
            if lang not in installed:
                lang = self.env["ar.dunning.run"]._known_lang(company, installed)
            same_lang._assign_text(template._freeze(lang))
        return len(notices)

    @api.model
    def _thank_by_letter(self, scope):
        """What no e-mail can bring goes by letter; else a person brings it.

        The recipient may have changed since the thank-you was made: a guardian whose
        e-mail address nobody knows.
        """
        left = [
            notice_id
            for [notice_id] in self.env.execute_query(
                SQL(
                    """
                    SELECT id FROM ar_dunning_notice notice
                     WHERE id IN %s AND kind = 'thank_you' AND state = 'dispatched'
                       AND NOT EXISTS (SELECT FROM ar_delivery delivery
                                        WHERE delivery.notice_id = notice.id)
                    """,
                    scope,
                )
            )
        ]
        if not left:
            return
        self._insert_deliveries(tuple(left), channels=["letter"])
        self.env.invalidate_all()
        for notice in self.browse(left):
            if notice.delivery_ids:
                notice.write({"channel": "letter", "channels": "letter"})
            else:
                notice._raise_failure(
                    self.env._(
                        "This thank-you reaches nobody by e-mail or letter: complete "
                        "the contact or thank in another way."
                    )
                )
        self.env.flush_all()
