from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..report.ageing_workbook import AgeingWorkbook, Column, Table

# A sheet holds 1,048,576 rows.
_MOST_ITEMS = 1_000_000
_COLUMNS = (
    "company_id",
    "partner_id",
    "move_name",
    "invoice_date",
    "date_due",
    "days_overdue",
    "bucket",
    "claim_type_id",
    "follow_up",
    "level_id",
    "phase",
    "user_id",
    "account_id",
    "currency_id",
    "company_currency_id",
    "amount_residual",
    "amount_residual_company",
)
_KINDS = {"date": "date", "integer": "number", "monetary": "money"}


class AgeingExport(models.Model):
    """The workbook of an ageing: what the reader sees, for a day and a filter."""

    _inherit = "ar.ageing"

    @api.model
    def _workbook(self, domain=(), filters=""):
        """Return the bytes of the workbook of the day in the context.

        :param domain: narrows the rows; access rules apply on top
        :param filters: the filter in words, for the reader of the workbook
        :raises UserError: when a sheet cannot hold the items
        """
        self.check_access("read")
        items = self._items(list(domain))
        day = format_date(self.env, self._as_of(), date_format="long")
        book = AgeingWorkbook(
            self.env._("Ageing on %(day)s", day=day), self._workbook_notes(filters)
        )
        book.summary(
            self.env._("Summary"),
            [
                self._summary(
                    items, "company_id", self.env._("Entity"), self.env._("By entity")
                ),
                self._summary(
                    items,
                    "claim_type_id",
                    self.env._("Claim type"),
                    self.env._("By claim type"),
                ),
            ],
            self.env._("Open amounts by age"),
        )
        book.list(self.env._("Debtors"), self._debtors(items))
        book.list(self.env._("Items"), self._item_list(items))
        book.list(self.env._("Ledger check"), self._proof())
        return book.content()

    @api.model
    def _workbook_name(self):
        """Return the file name, with the day."""
        return self.env._("ageing_%(day)s.xlsx", day=self._as_of().isoformat())

    @api.model
    def _workbook_notes(self, filters):
        made = format_date(self.env, fields.Date.context_today(self))
        companies = ", ".join(self.env.companies.mapped("name"))
        return [
            self.env._("Entities: %(names)s", names=companies),
            self.env._("Filter: %(filter)s", filter=filters or self.env._("none")),
            self.env._(
                "Made on %(date)s by %(user)s. A past day is rebuilt from the ledger "
                "as it is now.",
                date=made,
                user=self.env.user.name,
            ),
        ]

    # -- reading ----------------------------------------------------------------

    @api.model
    def _items(self, domain):
        """Return a dict per row, with texts for whatever is a record or a code.

        `debtor` tells namesakes apart: the id of the partner.
        """
        query = self._search(domain, order="company_id, date_due, id")
        columns = [self._field_to_sql(self._table, name, query) for name in _COLUMNS]
        rows = self.env.execute_query(query.select(*columns))
        if len(rows) > _MOST_ITEMS:
            raise UserError(
                self.env._(
                    "%(count)s items do not fit into one sheet: narrow the ageing "
                    "with a filter or choose fewer entities.",
                    count=len(rows),
                )
            )
        texts = {
            name: self._texts(name, place, rows) for place, name in enumerate(_COLUMNS)
        }
        debtor = _COLUMNS.index("partner_id")
        return [
            {
                name: texts[name].get(value, "") if texts[name] else plain(value)
                for name, value in zip(_COLUMNS, row, strict=True)
            }
            | {"debtor": row[debtor]}
            for row in rows
        ]

    @api.model
    def _texts(self, name, place, rows):
        """Return {value in the database: text} of a column, or None for plain ones."""
        field = self._fields[name]
        if field.type == "selection":
            return dict(field._description_selection(self.env))
        if field.type != "many2one":
            return None
        ids = {row[place] for row in rows if row[place]}
        # Names of what a visible row refers to, as every list shows them.
        records_sudo = self.env[field.comodel_name].sudo().browse(ids)
        return {record.id: record.display_name for record in records_sudo}

    # -- tables -----------------------------------------------------------------

    @api.model
    def _bucket_labels(self):
        return [
            label
            for _code, label in self._fields["bucket"]._description_selection(self.env)
        ]

    @api.model
    def _spread(self, items, keys):
        """Return {values of the keys: {bucket: amount}}."""
        found = defaultdict(lambda: defaultdict(float))
        for item in items:
            key = tuple(item[name] for name in keys)
            found[key][item["bucket"]] += item["amount_residual_company"]
        return found

    @api.model
    def _spread_rows(self, items, keys):
        """Return rows: keys, an amount per bucket, their sum; largest first.

        A key that is no column only keeps rows apart.
        """
        buckets = self._bucket_labels()
        rows = [
            [
                *(
                    value
                    for name, value in zip(keys, key, strict=True)
                    if name in _COLUMNS
                ),
                *(round(amounts[bucket], 2) for bucket in buckets),
                round(sum(amounts.values()), 2),
            ]
            for key, amounts in self._spread(items, keys).items()
        ]
        return sorted(rows, key=lambda row: -row[-1])

    @api.model
    def _spread_columns(self, items, *titles):
        """Return the columns of such rows; one total needs one currency."""
        total = len({item["company_currency_id"] for item in items}) <= 1
        return [
            *(Column(title) for title in titles),
            *(Column(label, "money", total) for label in self._bucket_labels()),
            Column(self.env._("Total"), "money", total),
        ]

    @api.model
    def _summary(self, items, name, title, heading):
        columns = self._spread_columns(items, title, self.env._("Currency"))
        return Table(
            columns,
            self._spread_rows(self._named(items, name), [name, "company_currency_id"]),
            heading=heading,
            total=self.env._("Total") if columns[-1].total else "",
        )

    @api.model
    def _named(self, items, name):
        """Return the items with the label of an empty value in place."""
        label = self._fields[name]._description_falsy_value_label(self.env)
        return [item | {name: item[name] or label or ""} for item in items]

    @api.model
    def _debtors(self, items):
        columns = self._spread_columns(
            items,
            self.env._("Debtor"),
            self.env._("Entity"),
            self.env._("Currency"),
        )
        return Table(
            columns,
            self._spread_rows(
                self._named(items, "partner_id"),
                ["debtor", "partner_id", "company_id", "company_currency_id"],
            ),
            total=self.env._("Total") if columns[-1].total else "",
        )

    @api.model
    def _item_list(self, items):
        one_currency = len({item["company_currency_id"] for item in items}) <= 1
        shown = [name for name in _COLUMNS if name != "company_currency_id"]
        columns = [
            Column(
                self._fields[name]._description_string(self.env),
                _KINDS.get(self._fields[name].type, "text"),
                total=one_currency and name == "amount_residual_company",
            )
            for name in shown
        ]
        return Table(
            columns,
            [[item[name] for name in shown] for item in items],
            total=self.env._("Total") if one_currency else "",
        )

    @api.model
    def _proof(self):
        """Return the table that sets the ageing beside the ledger."""
        proofs = self._balances()
        account_ids = [proof.account_id for proof in proofs]
        # Codes and names of accounts whose balance the reader was given above.
        accounts_sudo = self.env["account.account"].sudo().browse(account_ids)
        accounts_sudo.fetch(["name"])
        columns = [
            Column(self.env._("Entity")),
            Column(self.env._("Account")),
            Column(self.env._("Currency")),
            Column(self.env._("Ageing"), "money"),
            Column(self.env._("Matched elsewhere"), "money"),
            Column(self.env._("Posted balance"), "money"),
            Column(self.env._("Difference"), "money"),
            Column(self.env._("Ageing, company currency"), "money"),
            Column(self.env._("Matched elsewhere, company currency"), "money"),
            Column(self.env._("Posted balance, company currency"), "money"),
            Column(self.env._("Difference, company currency"), "money"),
        ]
        return Table(
            columns,
            [self._proof_row(proof) for proof in proofs],
            heading=self.env._(
                "All items of the entities, without filter, against the posted "
                "balance of the day. Matched elsewhere: with an item of another "
                "currency, account or entity."
            ),
        )

    @api.model
    def _proof_row(self, proof):
        company = self.env["res.company"].browse(proof.company_id)
        # Only its code and name: of an account whose balance the reader may see.
        account_sudo = self.env["account.account"].sudo().browse(proof.account_id)
        amounts = (
            proof.aged,
            proof.elsewhere,
            proof.balance,
            proof.aged + proof.elsewhere - proof.balance,
            proof.aged_company,
            proof.elsewhere_company,
            proof.balance_company,
            proof.aged_company + proof.elsewhere_company - proof.balance_company,
        )
        return [
            company.name,
            account_sudo.with_company(company).display_name,
            self.env["res.currency"].browse(proof.currency_id).name,
            *map(float, amounts),
        ]


def plain(value):
    """Return a value as a spreadsheet takes it: numbers as floats."""
    return float(value) if hasattr(value, "as_tuple") else value
