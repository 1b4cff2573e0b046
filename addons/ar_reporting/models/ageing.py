from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, LazyTranslate

from ..rules.ageing import BUCKETS, CREDIT

_lt = LazyTranslate(__name__)

# What groups without a value are called; field attributes are not exported themselves.
_NO_PARTNER = _lt("Without partner")
_NOBODY = _lt("Nobody")
_NO_TYPE = _lt("Without claim type")
_NO_CLAIM = _lt("No claim")

# The reports look years back and ahead of the day: those must be days as well.
_YEARS = (1900, 2999)
AS_OF = "ar_as_of"  # context key: the day to look at, ISO text


class Ageing(models.Model):
    """One row per receivable item that was open at the end of a day.

    The day is in the context (`ar_as_of`, ISO text); without it, today. Nothing is
    stored: what an item was open for is its open amount of today plus everything that
    was matched to it later, so a past day is rebuilt from the ledger as it is now. An
    entry that was posted, changed, deleted or unmatched afterwards shows as it is now.

    Per company and account, the rows add up to the posted balance of that day, to the
    cent; see `_balances` for the proof. Level, phase and collector are those of today.
    """

    _name = "ar.ageing"
    _description = "Ageing"
    _auto = False
    _rec_name = "move_name"
    _order = "date_due, id"

    company_id = fields.Many2one("res.company", string="Entity", readonly=True)
    company_currency_id = fields.Many2one(
        "res.currency", string="Company currency", readonly=True
    )
    currency_id = fields.Many2one("res.currency", readonly=True)
    account_id = fields.Many2one("account.account", readonly=True)
    journal_id = fields.Many2one("account.journal", readonly=True)
    move_id = fields.Many2one("account.move", string="Entry", readonly=True)
    move_name = fields.Char(string="Document", readonly=True)
    claim_id = fields.Many2one("ar.claim", readonly=True)
    debtor_id = fields.Many2one("ar.debtor", readonly=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Debtor name",
        readonly=True,
        falsy_value_label=_NO_PARTNER,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Collector",
        readonly=True,
        falsy_value_label=_NOBODY,
    )
    debtor_class = fields.Selection(
        selection=lambda self: self.env["ar.debtor"]._fields["debtor_class"].selection,
        string="Debtor class",
        readonly=True,
    )
    claim_type_id = fields.Many2one(
        "ar.claim.type",
        string="Claim type",
        readonly=True,
        falsy_value_label=_NO_TYPE,
        help="Of a credit note the type of its journal; payments have none.",
    )
    access_group_id = fields.Many2one("res.groups", readonly=True)
    follow_up = fields.Selection(
        [
            ("claim", "Claim"),
            ("credit", "Unmatched credit"),
            ("none", "Not followed up"),
        ],
        string="Follow-up",
        readonly=True,
        help="Not followed up: items of journals that are left out of dunning, or "
        "without a partner.",
    )
    procedure_id = fields.Many2one("ar.dunning.procedure", readonly=True)
    level_id = fields.Many2one(
        "ar.dunning.level", string="Level reached", readonly=True, help="Today."
    )
    phase = fields.Selection(
        selection=lambda self: self.env["ar.claim"]._select_phase(),
        readonly=True,
        falsy_value_label=_NO_CLAIM,
        help="Phase of the level reached, today.",
    )
    date = fields.Date(string="Accounting date", readonly=True)
    invoice_date = fields.Date(string="Invoice date", readonly=True)
    date_due = fields.Date(string="Due date", readonly=True)
    days_overdue = fields.Integer(
        string="Days overdue",
        readonly=True,
        aggregator="max",
        help="On the day looked at.",
    )
    # Sorted by code wherever it is grouped, so codes begin with a digit.
    bucket = fields.Selection(
        [
            ("0_not_due", "Not due"),
            ("1_to_30", "1–30 days"),
            ("2_to_60", "31–60 days"),
            ("3_to_90", "61–90 days"),
            ("4_to_180", "91–180 days"),
            ("5_to_365", "181–365 days"),
            ("6_older", "Over a year"),
            ("9_credit", "Unmatched credits"),
        ],
        string="Age",
        readonly=True,
        help="Days overdue on the day looked at. Credits that are matched with "
        "nothing stand apart, as negative amounts.",
    )
    amount_original = fields.Monetary(
        string="Original amount", readonly=True, aggregator=None
    )
    amount_residual = fields.Monetary(
        string="Open amount, currency of the item",
        readonly=True,
        help="Open at the end of the day looked at.",
    )
    amount_residual_company = fields.Monetary(
        string="Open amount",
        currency_field="company_currency_id",
        readonly=True,
        help="Open at the end of the day looked at, in company currency.",
    )
    amount_overdue_company = fields.Monetary(
        string="Overdue amount",
        currency_field="company_currency_id",
        readonly=True,
        help="The part whose due date had passed, in company currency. Credits are "
        "not taken off.",
    )
    _depends = {
        "account.move.line": [
            "account_id",
            "amount_currency",
            "amount_residual",
            "amount_residual_currency",
            "ar_access_group_id",
            "balance",
            "company_id",
            "currency_id",
            "date",
            "date_maturity",
            "invoice_date",
            "journal_id",
            "move_name",
            "parent_state",
            "partner_id",
            "reconciled",
        ],
        "account.partial.reconcile": [
            "amount",
            "credit_amount_currency",
            "credit_move_id",
            "debit_amount_currency",
            "debit_move_id",
            "max_date",
        ],
        "account.account": ["account_type"],
        "account.journal": ["ar_claim_type_id", "type"],
        "ar.claim": [
            "claim_type_id",
            "debtor_id",
            "level_id",
            "line_id",
            "partner_id",
            "procedure_id",
        ],
        "ar.debtor": ["debtor_class", "user_id"],
        "ar.dunning.level": ["phase"],
        "res.company": ["currency_id"],
        "res.partner": ["commercial_partner_id"],
    }

    # -- the day ----------------------------------------------------------------

    @api.model
    def _as_of(self):
        """Return the day to look at: that of the context, else today.

        :raises UserError: when the context holds something else than a date
        """
        chosen = self.env.context.get(AS_OF)
        if not chosen:
            return fields.Date.context_today(self)
        try:
            day = fields.Date.to_date(chosen)
            if not _YEARS[0] <= day.year <= _YEARS[1]:
                raise ValueError(chosen)
            return day
        except (TypeError, ValueError) as error:
            raise UserError(
                self.env._(
                    "“%(date)s” is not a date: choose the day of the ageing again.",
                    date=chosen,
                )
            ) from error

    @api.model
    def _at(self, on):
        """Return the model as it looks at a day.

        Rows of two days have the same ids: read records of one day at a time.
        """
        self.env["ar.ageing"].invalidate_model()
        return self.with_context(**{AS_OF: fields.Date.to_string(on)})

    # -- the query --------------------------------------------------------------

    @property
    def _table_query(self):
        on = self._as_of()
        return SQL(
            """
            WITH later AS (%(later)s),
            item AS (
                SELECT line.*,
                       line.amount_residual_currency
                           + COALESCE(later.amount_currency, 0) AS open_currency,
                       line.amount_residual + COALESCE(later.amount, 0) AS open_company
                  FROM account_move_line line
                  JOIN account_account account ON account.id = line.account_id
                  LEFT JOIN later ON later.item_id = line.id
                 WHERE account.account_type = 'asset_receivable'
                   AND line.parent_state = 'posted'
                   AND line.date <= %(on)s
                   AND line.reconciled IS NOT TRUE
                UNION ALL
                SELECT line.*, line.amount_residual_currency + later.amount_currency,
                       line.amount_residual + later.amount
                  FROM later
                  JOIN account_move_line line ON line.id = later.item_id
                  JOIN account_account account ON account.id = line.account_id
                 WHERE account.account_type = 'asset_receivable'
                   AND line.parent_state = 'posted'
                   AND line.date <= %(on)s
                   AND line.reconciled
            )
            SELECT %(columns)s
              FROM item
              JOIN res_company company ON company.id = item.company_id
              JOIN account_journal journal ON journal.id = item.journal_id
              LEFT JOIN res_partner contact ON contact.id = item.partner_id
              LEFT JOIN ar_claim claim ON claim.line_id = item.id
              LEFT JOIN ar_debtor debtor ON debtor.id = claim.debtor_id
              LEFT JOIN ar_dunning_level level ON level.id = claim.level_id
             CROSS JOIN LATERAL (
                   SELECT COALESCE(item.date_maturity, item.date) AS date_due,
                          %(is_credit)s AS is_credit) fact
             CROSS JOIN LATERAL (
                   SELECT CASE WHEN fact.is_credit THEN 0
                          ELSE GREATEST(%(on)s - fact.date_due, 0)
                           END AS days_overdue) age
             WHERE item.open_currency <> 0 OR item.open_company <> 0
            """,
            later=self._sql_matched_later(on),
            columns=self._sql_columns(),
            is_credit=self._sql_is_credit(SQL.identifier("item")),
            on=on,
        )

    @api.model
    def _sql_columns(self):
        """Return the columns of a row, from the tables joined in the query."""
        return SQL(
            """
            item.id, item.company_id, company.currency_id AS company_currency_id,
            item.currency_id, item.account_id, item.journal_id, item.move_id,
            item.move_name, claim.id AS claim_id, claim.debtor_id,
            COALESCE(claim.partner_id, contact.commercial_partner_id,
                     contact.id) AS partner_id,
            debtor.user_id, debtor.debtor_class,
            CASE WHEN claim.id IS NOT NULL THEN claim.claim_type_id
                 WHEN fact.is_credit AND journal.type = 'sale'
                 THEN journal.ar_claim_type_id END AS claim_type_id,
            item.ar_access_group_id AS access_group_id,
            CASE WHEN claim.id IS NOT NULL THEN 'claim'
                 WHEN fact.is_credit THEN 'credit' ELSE 'none' END AS follow_up,
            claim.procedure_id, claim.level_id,
            CASE WHEN claim.id IS NOT NULL
                 THEN COALESCE(level.phase, 'none') END AS phase,
            item.date, item.invoice_date, fact.date_due, age.days_overdue,
            CASE WHEN fact.is_credit THEN %(credit)s ELSE %(bucket)s END AS bucket,
            item.amount_currency AS amount_original,
            item.open_currency AS amount_residual,
            item.open_company AS amount_residual_company,
            CASE WHEN age.days_overdue > 0 THEN item.open_company ELSE 0
             END AS amount_overdue_company
            """,
            credit=CREDIT,
            bucket=self._sql_bucket(SQL("age.days_overdue")),
        )

    @api.model
    def _sql_matched_later(self, on):
        """Return what was matched to each item after a day, signed as its balance."""
        return SQL(
            """
            SELECT item_id, SUM(amount) AS amount,
                   SUM(amount_currency) AS amount_currency
              FROM (
                SELECT debit_move_id AS item_id, amount,
                       debit_amount_currency AS amount_currency
                  FROM account_partial_reconcile WHERE max_date > %(on)s
                UNION ALL
                SELECT credit_move_id, -amount, -credit_amount_currency
                  FROM account_partial_reconcile WHERE max_date > %(on)s
              ) matched
             GROUP BY item_id
            """,
            on=on,
        )

    @api.model
    def _sql_is_credit(self, item):
        """Return the condition that an item is money or credit of the debtor.

        The sign of the item decides, not that of what is left of it.
        """
        return SQL(
            "(%(item)s.balance < 0"
            " OR (%(item)s.balance = 0 AND %(item)s.amount_currency < 0))",
            item=item,
        )

    @api.model
    def _sql_bucket(self, days):
        """Return the code of the bucket for days overdue, as `bucket_of` does."""
        cases = [
            SQL("WHEN %s <= %s THEN %s", days, bucket.last, bucket.code)
            for bucket in BUCKETS
            if bucket.last is not None
        ]
        return SQL("CASE %s ELSE %s END", SQL(" ").join(cases), BUCKETS[-1].code)

    # -- buttons ----------------------------------------------------------------

    def action_open(self):
        """Open the claim; of items without one the debtor, else the entry."""
        self.ensure_one()
        self.check_access("read")
        target = self.claim_id or self.debtor_id or self.move_id
        return {
            "type": "ir.actions.act_window",
            "res_model": target._name,
            "res_id": target.id,
            "views": [(False, "form")],
        }
