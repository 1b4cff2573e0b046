from collections import defaultdict
from decimal import Decimal

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from ..rules.ageing import CREDIT
from ..rules.days_sales_outstanding import LOOK_BACK_MONTHS, Month, count_back
from .receivable_month import month_ends, month_start

_TREND_MONTHS = 13  # twelve month ends and today
_DEBTORS = 8


class Dashboard(models.AbstractModel):
    """The figures of the board's page: one call, a constant number of queries.

    Of the companies that are switched on, for what the reader may see, in the currency
    of the reader's company at the rate of today (one rate for all months, so that a
    line in the trend moves because of debtors and not because of rates).
    """

    _name = "ar.dashboard"
    _description = "Receivables dashboard"

    @api.model
    @api.readonly
    def get_figures(self):
        """Return everything the page shows.

        :raises AccessError: for who may not read the ageing
        """
        ageing = self.env["ar.ageing"]
        ageing.check_access("read")
        on = ageing._as_of()
        ago = on - relativedelta(months=1)
        stood = self._stood([*month_ends(on, _TREND_MONTHS), ago])
        invoiced = self._invoiced(on)
        trend = [
            self._moment(day, stood.get(day, {}), invoiced)
            for day in month_ends(on, _TREND_MONTHS)
        ]
        return {
            "as_of": fields.Date.to_string(on),
            "currency_id": self.env.company.currency_id.id,
            "companies": self.env.companies.mapped("name"),
            "now": trend[-1],
            "ago": self._moment(ago, stood.get(ago, {}), self._invoiced(ago)),
            "trend": trend,
            "look_back_months": LOOK_BACK_MONTHS,
            **self._breakdowns(on),
            "debtors": self._largest_debtors(on),
            "month": {
                "invoiced": invoiced.get(month_start(on), 0.0),
                **self._this_month(on),
            },
        }

    # -- in time ----------------------------------------------------------------

    @api.model
    def _stood(self, days):
        """Return {day: {open, overdue, credit}}, companies added up."""
        months = self.env["ar.receivable.month"]
        months._flush_ledger()
        found = defaultdict(lambda: defaultdict(float))
        rows = self.env.execute_query(months._sql_stood(sorted(set(days))))
        rates = self._rates()
        for company_id, day, *amounts in rows:
            for name, amount in zip(
                ("open", "overdue", "credit"), amounts, strict=True
            ):
                found[day][name] += float(amount) * rates[company_id]
        return found

    @api.model
    def _invoiced(self, until):
        """Return {first of month: what was invoiced in it, up to a day}."""
        months = self.env["ar.receivable.month"]
        found = defaultdict(float)
        rates = self._rates()
        for company_id, month, amount in self.env.execute_query(
            months._sql_invoiced(until)
        ):
            found[month] += float(amount) * rates[company_id]
        return found

    @api.model
    def _moment(self, day, stood, invoiced):
        """Return the figures of one day, ready for the page."""
        amounts = {name: stood.get(name, 0.0) for name in ("open", "overdue", "credit")}
        days = count_back(
            money(amounts["open"] + amounts["credit"]),
            [
                Month(length, money(invoiced.get(month, 0.0)))
                for month, length in months_back(day, LOOK_BACK_MONTHS)
            ],
        )
        share = amounts["overdue"] / amounts["open"] if amounts["open"] else None
        return {
            "date": fields.Date.to_string(day),
            **amounts,
            "share": share if share is None else round(100 * share, 1),
            "dso": round(float(days), 1) if stood and days is not None else None,
        }

    @api.model
    def _rates(self):
        """Return {company id: factor to the currency of the reader's company}."""
        target = self.env.company.currency_id
        today = fields.Date.context_today(self)
        return {
            company.id: company.currency_id._get_conversion_rate(
                company.currency_id, target, self.env.company, today
            )
            for company in self.env.companies
        }

    # -- today ------------------------------------------------------------------

    @api.model
    def _breakdowns(self, on):
        """Return the ageing per entity, claim type and phase, read in one query."""
        sets = [
            ["company_id", "bucket"],
            ["company_id", "claim_type_id", "bucket"],
            ["company_id", "phase", "bucket"],
        ]
        entities, types, phases = (
            self.env["ar.ageing"]
            ._at(on)
            ._read_grouping_sets(
                [], sets, ["amount_residual_company:sum", "amount_overdue_company:sum"]
            )
        )
        return {
            "buckets": self._labels("bucket"),
            "entities": self._per_entity(entities),
            "types": self._per_type(types),
            "phases": self._per_phase(phases),
        }

    @api.model
    def _labels(self, name):
        field = self.env["ar.ageing"]._fields[name]
        return [
            {"code": code, "label": label}
            for code, label in field._description_selection(self.env)
        ]

    @api.model
    def _per_entity(self, groups):
        rates = self._rates()
        found = {
            company: {"id": company.id, "name": company.name, "amounts": {}}
            for company in self.env.companies
        }
        for company, bucket, amount, _overdue in groups:
            found[company]["amounts"][bucket] = amount * rates[company.id]
        return [one for one in found.values() if one["amounts"]]

    @api.model
    def _per_type(self, groups):
        """Claim types by amount; what has no type comes last."""
        found = self._added_up(groups)
        rows = [
            {"id": kind.id, "name": kind.name or "", **amounts}
            for kind, amounts in found.items()
        ]
        return sorted(rows, key=lambda row: (not row["id"], -row["open"]))

    @api.model
    def _per_phase(self, groups):
        found = self._added_up(groups)
        return [
            {**label, **found[label["code"]]}
            for label in self._labels("phase")
            if label["code"] in found
        ]

    @api.model
    def _added_up(self, groups):
        """Return {key: {open, overdue}} over the companies, credits left out."""
        rates = self._rates()
        found = defaultdict(lambda: {"open": 0.0, "overdue": 0.0})
        for company, key, bucket, amount, overdue in groups:
            if bucket != CREDIT:
                found[key]["open"] += amount * rates[company.id]
                found[key]["overdue"] += overdue * rates[company.id]
        return found

    @api.model
    def _largest_debtors(self, on):
        """Return the partners with most overdue, named only to who may read them."""
        groups = (
            self.env["ar.ageing"]
            ._at(on)
            ._read_group(
                [("bucket", "!=", CREDIT), ("partner_id", "!=", False)],
                ["partner_id", "company_id"],
                [
                    "amount_residual_company:sum",
                    "amount_overdue_company:sum",
                    "days_overdue:max",
                    "claim_id:count",
                ],
                having=[("amount_overdue_company:sum", ">", 0)],
                order="amount_overdue_company:sum DESC, partner_id",
                limit=_DEBTORS,
            )
        )
        partners = self.env["res.partner"].union(*(group[0] for group in groups))
        readable = partners._filtered_access("read")
        rates = self._rates()
        return [
            {
                "id": partner.id if partner in readable else False,
                "name": partner.display_name if partner in readable else "",
                "company": company.name,
                "company_id": company.id,
                "open": amount * rates[company.id],
                "overdue": overdue * rates[company.id],
                "days": days,
                "claims": claims,
            }
            for partner, company, amount, overdue, days, claims in groups
        ]


def months_back(day, count):
    """Return (first of month, days gone by in it), the month of a day first."""
    start = month_start(day)
    found = [(start, day.day)]
    for _step in range(count - 1):
        earlier = start - relativedelta(months=1)
        found.append((earlier, (start - earlier).days))
        start = earlier
    return found


def money(amount):
    """Return an amount as Decimal, without the noise of adding floats."""
    return Decimal(str(round(amount, 2)))
