from contextlib import contextmanager

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL, email_normalize

DEFAULT_SEGMENTS = (
    # (debtor class, xmlid of the procedure)
    ("consumer", "ar_dunning.procedure_consumer"),
    ("enterprise", "ar_dunning.procedure_enterprise"),
)


class ResCompany(models.Model):
    _name = "res.company"
    _inherit = ["res.company", "ar.config.tracked"]

    ar_enabled = fields.Boolean(
        string="Follow up receivables",
        help="The daily cycle evaluates and sends for this company. Switch it on when "
        "procedures, segments and texts are as you want them.",
    )
    ar_four_eyes_amount = fields.Monetary(
        string="Second person above",
        help="Notices above this amount are approved by somebody else than the one "
        "who proposed the run. Zero: no limit.",
    )
    ar_thank_you = fields.Boolean(
        string="Thank for payment",
        default=True,
        help="A debtor who pays after a reminder gets a short thank-you by e-mail.",
    )
    ar_thank_you_template_id = fields.Many2one(
        "ar.dunning.template",
        string="Thank-you text",
        domain="[('kind', '=', 'thank_you')]",
    )
    ar_sender_email = fields.Char(
        string="Sender address",
        help="From address of notices; empty: the company's e-mail address.",
    )
    ar_reply_to = fields.Char(
        string="Reply address", help="Where answers go; empty: the sender address."
    )
    ar_attach_invoices = fields.Boolean(
        string="Attach invoices to e-mails",
        help="Reminders by e-mail bring the invoices as they were sent. Otherwise, and "
        "where they are too large, the debtor finds them on the payment page.",
    )
    ar_attach_megabytes = fields.Float(
        string="Largest attachments",
        default=5,
        help="In megabytes, all invoices of a message together. Mail servers refuse "
        "what is too large.",
    )
    ar_neutral_name = fields.Char(
        string="Name in sensitive messages",
        help="Stands as sender on messages about claims of a sensitive type, where "
        "others may read it; empty: the name of the company.",
    )
    ar_bank_account_id = fields.Many2one(
        "res.partner.bank",
        string="Account on notices",
        domain="[('partner_id', '=', partner_id)]",
        help="IBAN that debtors pay to; empty: the first bank account of the company.",
    )

    _ar_attach_megabytes = models.Constraint(
        "CHECK (ar_attach_megabytes > 0 AND ar_attach_megabytes <= 20)",
        "Attachments of a message are above 0 and at most 20 megabytes together.",
    )

    @api.constrains("ar_sender_email", "ar_reply_to")
    def _check_ar_addresses(self):
        for company in self:
            for address in (company.ar_sender_email, company.ar_reply_to):
                if address and email_normalize(address) != address.lower():
                    raise ValidationError(
                        self.env._(
                            "“%s” is not an e-mail address: enter one address, "
                            "without a name.",
                            address,
                        )
                    )

    def _config_tracked_fields(self):
        """Of a company only our settings are logged, not when it was last alerted."""
        return [
            name
            for name in super()._config_tracked_fields()
            if name.startswith("ar_") and name != "ar_alerted_on"
        ]

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        # Whoever may create a company gets its segments with it.
        companies.sudo()._ar_create_default_segments()
        return companies

    def _ar_create_default_segments(self):
        """Give companies without segments one per shipped procedure.

        Unknown debtors are treated as consumers; for public bodies a person chooses.
        """
        segments = self.env["ar.dunning.segment"].with_context(active_test=False)
        equipped = segments.search([("company_id", "in", self.ids)]).company_id
        for company in self - equipped:
            for sequence, (debtor_class, xmlid) in enumerate(DEFAULT_SEGMENTS, 1):
                procedure = self.env.ref(xmlid, raise_if_not_found=False)
                if not procedure:
                    continue
                classes = [debtor_class]
                if debtor_class == "consumer":
                    classes.append("unknown")
                segment = segments.create(
                    {
                        "name": procedure.name,
                        "company_id": company.id,
                        "sequence": 10 * sequence,
                        "domain": repr([("debtor_class", "in", classes)]),
                        "procedure_id": procedure.id,
                    }
                )
                for lang, _name in self.env["res.lang"].get_installed():
                    name = procedure.with_context(lang=lang).name
                    segment.with_context(lang=lang).name = name

    def _ar_today(self):
        """Return today's date where the company is (its partner's time zone)."""
        self.ensure_one()
        zone = self.partner_id.tz or "UTC"
        now = fields.Datetime.context_timestamp(
            self.with_context(tz=zone), fields.Datetime.now()
        )
        return now.date()

    @api.model
    def _ar_sql_today(self, company):
        """Return today's date where a company is, in SQL: the same as `_ar_today`.

        The days are worked out here: PostgreSQL may not know every time zone that
        Python does (old names as Asia/Calcutta), and an error would stop the posting
        of an invoice. There are two days on earth at a time, three for an hour or two.

        :param company: column of the company's id, with its table
        """
        # The day of a company is no secret, and the caller's rows may be of any.
        everywhere = self.sudo().with_context(active_test=False)
        companies = everywhere.search([("partner_id", "!=", False)])
        days = companies.grouped(lambda one: one._ar_today())
        if len(days) < 2:
            return SQL("%s::date", next(iter(days), fields.Date.today()))
        return SQL(
            "CASE %s END",
            SQL(" ").join(
                SQL("WHEN %s = ANY(%s) THEN %s::date", company, owners.ids, day)
                for day, owners in days.items()
            ),
        )

    def _ar_bank_account(self):
        """Return the bank account that notices ask to pay to, if there is one."""
        self.ensure_one()
        return self.ar_bank_account_id or self.partner_id.bank_ids[:1]

    @contextmanager
    def _ar_session_lock(self, purpose, share=False):
        """Hold the company's lock for a purpose over several transactions.

        Yields whether the lock was free. It dies with the connection of its holder,
        so a killed process never leaves it behind.

        :param share: hold it beside others who share it; wait for who has it alone,
            which must never be for long
        """
        self.ensure_one()
        key = SQL("(hashtext(%s), %s)", f"ar_dunning:{purpose}", self.id)
        if share:
            self.env.cr.execute(SQL("SELECT pg_advisory_lock_shared%s", key))
            mine, release = True, SQL("pg_advisory_unlock_shared")
        else:
            [[mine]] = self.env.execute_query(SQL("SELECT pg_try_advisory_lock%s", key))
            release = SQL("pg_advisory_unlock")
        try:
            yield mine
        except BaseException:
            # A failed transaction could not release the lock.
            self.env.cr.rollback()
            raise
        finally:
            if mine:
                self.env.execute_query(SQL("SELECT %s%s", release, key))

    def _ar_lock(self, purpose):
        """Take the company's lock for a purpose, for this transaction.

        Returns False when somebody else holds it.
        """
        self.ensure_one()
        [[taken]] = self.env.execute_query(
            SQL(
                "SELECT pg_try_advisory_xact_lock(hashtext(%s), %s)",
                f"ar_dunning:{purpose}",
                self.id,
            )
        )
        return taken
