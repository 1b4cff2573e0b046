from odoo import api, fields, models
from odoo.tools import SQL

from .health import ADMINISTERED, PLACES

_SETTINGS = "ar_dunning.res_config_settings_action"
_COMPANY = "base.action_res_company_form"
# Where something can be done about a check; those of the health page beside them.
_PLACES = {
    "company_address": _COMPANY,
    # The company's own form has no place for bank accounts.
    "account": "base.action_res_partner_bank_account_form",
    "segments": "ar_dunning.ar_dunning_segment_action",
    "procedures": "ar_dunning.ar_dunning_segment_action",
    "texts": "ar_dunning.ar_dunning_template_action",
    "reach": "ar_dunning.ar_debtor_action",
    "claims": "ar_dunning.ar_claim_action",
    "job": "base.ir_cron_act",
    "mail": "base.action_ir_mail_server_list",
}
# Checks of the health page that matter before the first run.
_HEALTH = ("unassigned", "bank", "calendar", "ledger", "levels")


class GoLiveCheck(models.Model):
    """What a company still needs before it may go live; read anew, nothing is stored.

    One row per company and check. Readers count what they may see.
    """

    _name = "ar.go.live.check"
    _description = "Check before the go-live"
    _auto = False
    _order = "company_id, state desc, code"
    _rec_name = "code"

    company_id = fields.Many2one("res.company", readonly=True)
    code = fields.Selection(
        [
            ("enabled", "Follow-up"),
            ("company_address", "Address of the company"),
            ("account", "Bank account on notices"),
            ("sender", "Sender address"),
            ("test_address", "Test address"),
            ("legal_days", "Legal days"),
            ("sending_days", "Sending days"),
            ("segments", "Segments"),
            ("procedures", "Procedures in force"),
            ("texts", "Texts in the debtors' languages"),
            ("reach", "Debtors who can be reached"),
            ("limits", "Limits"),
            ("claims", "Claims"),
            ("job", "Daily job"),
            ("unassigned", "Claims with a procedure"),
            ("bank", "Bank statements"),
            ("calendar", "Calendars"),
            ("ledger", "Claims as the ledger says"),
            ("levels", "Levels as the notices say"),
            ("mail", "Mail server"),
        ],
        string="Check",
        readonly=True,
    )
    state = fields.Selection(
        [("1_ok", "In order"), ("2_warning", "Look at it"), ("3_error", "Missing")],
        string="Result",
        readonly=True,
    )
    number = fields.Integer(readonly=True)
    since = fields.Date(readonly=True)
    sentence = fields.Char(compute="_compute_sentence", string="What to do")
    can_open = fields.Boolean(compute="_compute_sentence", string="May be opened")

    @property
    def _table_query(self):
        parts = SQL(" UNION ALL ").join(SQL("(%s)", part) for part in self._checks())
        return SQL(
            """
            SELECT row_number() OVER (ORDER BY company_id, code)::int AS id,
                   checked.*
              FROM (%s) AS checked (company_id, code, state, number, since)
            """,
            parts,
        )

    def _checks(self):
        """Queries (company_id, code, state, number, since). For extension."""
        return [
            self._sql_settings(),
            self._sql_calendars(),
            self._sql_limits(),
            self._sql_procedures(),
            self._sql_texts(),
            self._sql_claims(),
            SQL(
                """
                SELECT company_id, code, state, number, since FROM (%s) health
                 WHERE code = ANY(%s)
                """,
                self.env["ar.health"]._table_query,
                list(_HEALTH),
            ),
        ]

    def _sql_settings(self):
        """What stands in the settings and on the company itself."""
        return SQL(
            """
            SELECT company.id, said.code,
                   CASE WHEN said.there THEN '1_ok' ELSE said.state END, 0,
                   NULL::date
              FROM res_company company
              JOIN res_partner partner ON partner.id = company.partner_id
             CROSS JOIN LATERAL (VALUES
                ('enabled', '3_error', company.ar_enabled IS TRUE),
                ('company_address', '2_warning', partner.street <> ''
                    AND partner.zip <> '' AND partner.city <> ''),
                ('account', '3_error', company.ar_bank_account_id IS NOT NULL
                    OR EXISTS (SELECT FROM res_partner_bank bank
                                WHERE bank.partner_id = partner.id AND bank.active)),
                ('sender', '3_error', COALESCE(company.ar_sender_email, '') <> ''
                    OR COALESCE(partner.email, '') <> ''),
                ('test_address', '2_warning', company.ar_sandbox IS NOT TRUE
                    OR COALESCE(company.ar_sandbox_email, '') <> ''),
                ('job', '3_error', EXISTS (
                    SELECT FROM ir_cron cron WHERE cron.id = %s AND cron.active)),
                -- The health page is silent about it until follow-up is on.
                ('mail', '2_warning', EXISTS (
                    SELECT FROM ir_mail_server server WHERE server.active))
             ) said (code, state, there)
            """,
            self.env.ref("ar_dunning.cron_daily_cycle").id,
        )

    def _sql_calendars(self):
        """Whether the law and the sending have their days."""
        return SQL(
            """
            SELECT company.id, said.code,
                   CASE WHEN said.there THEN '1_ok' ELSE '2_warning' END, 0,
                   NULL::date
              FROM res_company company
              JOIN res_partner partner ON partner.id = company.partner_id
             CROSS JOIN LATERAL (VALUES
                ('legal_days', company.ar_legal_calendar_id IS NOT NULL OR EXISTS (
                    SELECT FROM ar_calendar calendar
                     WHERE calendar.kind = 'legal' AND calendar.company_id IS NULL
                       AND calendar.country_id = COALESCE(
                           company.account_fiscal_country_id, partner.country_id))),
                ('sending_days', company.ar_sending_calendar_id IS NOT NULL)
             ) said (code, there)
            """
        )

    def _sql_limits(self):
        """How many of the limits are unset: fuse, contacts, age of the bank's data."""
        return SQL(
            """
            SELECT company.id, 'limits',
                   CASE WHEN unset.number > 0 THEN '2_warning' ELSE '1_ok' END,
                   unset.number, NULL::date
              FROM res_company company
             CROSS JOIN LATERAL (
                SELECT (COALESCE(company.ar_fuse_maximum, 0) = 0)::int
                     + (COALESCE(company.ar_contact_maximum, 0) = 0
                        OR COALESCE(company.ar_contact_period_days, 0) = 0)::int
                     + EXISTS (
                           SELECT FROM account_journal journal
                            WHERE journal.company_id = company.id AND journal.active
                              AND journal.type = 'bank'
                              AND COALESCE(journal.ar_staleness_days, 0) = 0)::int
                       AS number
             ) unset
            """
        )

    def _sql_procedures(self):
        """Segments, and whether what they give is in force."""
        return SQL(
            """
            SELECT company.id, said.code,
                   CASE WHEN said.wrong > 0 THEN '3_error' ELSE '1_ok' END,
                   said.wrong, NULL::date
              FROM res_company company
              LEFT JOIN LATERAL (
                SELECT COUNT(*) AS segments,
                       COUNT(*) FILTER (WHERE NOT EXISTS (
                           SELECT FROM ar_dunning_procedure_version version
                            WHERE version.procedure_id = segment.procedure_id
                              AND version.state = 'active')) AS idle
                  FROM ar_dunning_segment segment
                 WHERE segment.company_id = company.id AND segment.active
              ) found ON TRUE
             CROSS JOIN LATERAL (VALUES
                ('segments', (found.segments = 0)::int),
                ('procedures', found.idle::int)
             ) said (code, wrong)
            """
        )

    def _sql_texts(self):
        """Languages of debtors in which a text that they would get has no words."""
        return SQL(
            """
            SELECT company.id, 'texts',
                   CASE WHEN COUNT(missing.lang) > 0 THEN '2_warning'
                        ELSE '1_ok' END, COUNT(missing.lang)::int, NULL::date
              FROM res_company company
              LEFT JOIN LATERAL (
                SELECT DISTINCT partner.lang
                  FROM ar_claim claim
                  JOIN res_partner partner ON partner.id = claim.partner_id
                  JOIN ar_dunning_level level ON level.version_id = claim.version_id
                  JOIN ar_dunning_template template ON template.id = level.template_id
                 WHERE claim.company_id = company.id AND claim.state = 'open'
                   AND %s
                   AND partner.lang IS NOT NULL AND partner.lang <> 'en_US'
                   AND template.opening->>partner.lang IS NULL
              ) missing ON TRUE
             GROUP BY company.id
            """,
            self._sql_visible(),
        )

    def _sql_claims(self):
        """Whether there are claims, and debtors without any address."""
        return SQL(
            """
            SELECT company.id, said.code,
                   CASE WHEN said.wrong > 0 THEN '2_warning' ELSE '1_ok' END,
                   said.wrong, NULL::date
              FROM res_company company
              LEFT JOIN LATERAL (
                SELECT COUNT(*) AS claims, COUNT(DISTINCT partner.id) FILTER (
                           WHERE COALESCE(partner.email, '') = ''
                             AND (COALESCE(partner.street, '') = ''
                                  OR COALESCE(partner.city, '') = '')) AS silent
                  FROM ar_claim claim
                  JOIN res_partner partner ON partner.id = claim.partner_id
                 WHERE claim.company_id = company.id AND claim.state = 'open'
                   AND %s
              ) found ON TRUE
             CROSS JOIN LATERAL (VALUES
                ('claims', (found.claims = 0)::int), ('reach', found.silent::int)
             ) said (code, wrong)
            """,
            self._sql_visible(),
        )

    def _sql_visible(self):
        if self.env.su:
            return SQL("TRUE")
        return SQL(
            """(claim.access_group_id IS NULL OR claim.access_group_id = ANY(%s))""",
            self.env.user.all_group_ids.ids,
        )

    @api.depends_context("lang", "uid")
    def _compute_sentence(self):
        for check in self:
            sentence = check._describe()
            check.can_open = check.state != "1_ok" and check._may_open()
            if check.state != "1_ok" and not check.can_open:
                sentence = self.env._(
                    "%s Whoever has the rights to the settings can do it.", sentence
                )
            check.sentence = sentence

    def _may_open(self):
        """Whether the reader can do something where the check leads to."""
        place = self._place()["res_model"]
        return place not in (*ADMINISTERED, "res.partner.bank") or self.env[
            place
        ].has_access("write")

    def _describe(self):
        """Say what is missing and what to do about it."""
        if self.state == "1_ok":
            return self.env._("In order.")
        sentences = {
            "enabled": self.env._("Follow-up is off: switch it on in the settings."),
            "company_address": self.env._(
                "Letters need the street, postcode and city of the company."
            ),
            "account": self.env._(
                "Debtors need an IBAN to pay to: enter the company's bank account."
            ),
            "sender": self.env._(
                "E-mails need a sender: enter the company's e-mail address."
            ),
            "test_address": self.env._(
                "Without a test address nothing leaves during the test phase: enter "
                "one in the settings."
            ),
            "legal_days": self.env._(
                "There is no calendar of the country: choose one in the settings."
            ),
            "sending_days": self.env._(
                "Notices leave every day, Sundays too: choose sending days in the "
                "settings."
            ),
            "segments": self.env._(
                "No segment gives claims a procedure: make one for everybody."
            ),
            "procedures": self.env._(
                "Segments whose procedure is not in force: %s. Activate a version of "
                "it.",
                self.number,
            ),
            "texts": self.env._(
                "Languages of your debtors for which texts have no words: %s. "
                "Translate them.",
                self.number,
            ),
            "limits": self._describe_limits(),
            "reach": self.env._(
                "Debtors with open claims but without e-mail and postal address: %s.",
                self.number,
            ),
            "claims": self.env._(
                "There is no open claim: nobody owes anything, or the journals are "
                "not followed up."
            ),
            "job": self.env._("The daily job is switched off: activate it."),
        }
        return sentences.get(self.code) or self._describe_health()

    def _describe_limits(self):
        """Name the limits that are unset, and where each is set."""
        company_sudo = self.company_id.sudo()  # its settings are no secret here
        journals_sudo = self.env["account.journal"].sudo()  # names of bank journals
        unwatched = journals_sudo.search(
            [
                ("company_id", "=", company_sudo.id),
                ("type", "=", "bank"),
                ("ar_staleness_days", "in", (0, False)),
            ]
        )
        contacts = (
            company_sudo.ar_contact_maximum and company_sudo.ar_contact_period_days
        )
        missing = [
            not company_sudo.ar_fuse_maximum
            and self.env._("how many notices leave unseen at first (settings)"),
            not contacts
            and self.env._("how often one debtor is written to (settings)"),
            unwatched
            and self.env._(
                "from which age of its statements a bank journal stops reminders "
                "(journals: %s)",
                ", ".join(unwatched.mapped("name")),
            ),
        ]
        return self.env._(
            "Not limited: %s.", "; ".join(words for words in missing if words)
        )

    def _describe_health(self):
        """Say what the health page says: from the row at hand, it is dear to read."""
        names = ("code", "state", "number", "since")
        return self.env["ar.health"].new({name: self[name] for name in names}).sentence

    def _place(self):
        """Return the action of the page where something can be done about it."""
        xmlid = _PLACES.get(self.code) or PLACES.get(self.code, _SETTINGS)
        return self.env["ir.actions.act_window"]._for_xml_id(xmlid)

    def action_open_place(self):
        """Open where something can be done about it."""
        self.ensure_one()
        action = self._place()
        if self.code == "account":
            owner = self.company_id.partner_id
            action["domain"] = [("partner_id", "=", owner.id)]
            action["context"] = {"default_partner_id": owner.id}
        elif self.code == "unassigned":
            action["context"] = {
                "search_default_overdue": 1,
                "search_default_no_procedure": 1,
            }
        return action
