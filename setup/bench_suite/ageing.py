"""Measures ageing and dashboard on the big ledger, and checks their sums anew."""

from datetime import date, timedelta
from decimal import Decimal

from odoo.tools import SQL

from .meter import measured

# Days back from the day of the benchmark; the last one is before everything.
_DAYS_BACK = (0, 1, 10, 30, 60, 90, 120, 150, 180, 400)


def measure(env, on):
    """Measure each screen once, as a server that runs since the morning would.

    :param on: the day of the benchmark, ISO text
    :return: measurements, {what: measurement}
    """
    on = date.fromisoformat(on)
    env["ar.ageing"]._at(on).search([], limit=1).mapped("partner_id.name")
    env.invalidate_all()
    return {
        "ageing_today": _pivot(env, on),
        "ageing_past": _pivot(env, on - timedelta(days=90)),
        "ageing_rows": _rows(env, on),
        "months": _months(env, on),
        "dashboard": _dashboard(env, on),
        "workbook": _workbook(env, on),
    }


def check(env, on):
    """Compare the ageing of ten days with sums made differently.

    Per company, account and currency, from all items and matchings, and the balances
    that the workbook shows as its proof.

    :param on: the day of the benchmark, ISO text
    :return: how many sums were compared
    :raises RuntimeError: when one differs
    """
    on = date.fromisoformat(on)
    return sum(_check_day(env, on - timedelta(days=back)) for back in _DAYS_BACK)


def _check_day(env, day):
    ageing = env["ar.ageing"]._at(day)
    groups = ageing._read_group(
        [],
        ["company_id", "account_id", "currency_id"],
        ["amount_residual:sum", "amount_residual_company:sum"],
    )
    aged = {
        (company.id, account.id, currency.id): _cents(*amounts)
        for company, account, currency, *amounts in groups
    }
    rows = env.execute_query(_items_left(day))
    expected = {row[:3]: _cents(*row[3:]) for row in rows}
    if aged != expected:
        raise RuntimeError(f"The ageing of {day} is {aged}, not {expected}.")
    wrong = [proof for proof in ageing._balances() if not proof.agrees]
    if wrong:
        raise RuntimeError(f"The ageing of {day} differs from the ledger: {wrong}")
    return len(expected)


def _pivot(env, on):
    with measured(env) as result:
        groups = (
            env["ar.ageing"]
            ._at(on)
            ._read_group(
                [],
                ["claim_type_id", "bucket"],
                ["amount_residual_company:sum", "__count"],
            )
        )
    result["rows"] = sum(group[-1] for group in groups)
    return result


def _rows(env, on):
    """Every row with all its columns, as the workbook reads them."""
    with measured(env) as result:
        [[count, _text]] = env.execute_query(
            SQL(
                "SELECT COUNT(*), MAX(length(row::text)) FROM (%s) row",
                env["ar.ageing"]._at(on)._table_query,
            )
        )
    result["rows"] = count
    return result


def _months(env, on):
    with measured(env) as result:
        env.invalidate_all()
        months = env["ar.receivable.month"].with_context(ar_as_of=on.isoformat())
        result["rows"] = len(months.search_read([]))
    return result


def _dashboard(env, on):
    with measured(env) as result:
        dashboard = env["ar.dashboard"].with_context(ar_as_of=on.isoformat())
        result["rows"] = len(dashboard.get_figures()["trend"])
    return result


def _workbook(env, on):
    with measured(env) as result:
        content = env["ar.ageing"]._at(on)._workbook()
    result["rows"] = len(content)
    return result


def _items_left(day):
    """Sums of what matchings up to a day left of each item, without a shortcut."""
    return SQL(
        """
        SELECT company_id, account_id, currency_id, SUM(amount), SUM(amount_company)
          FROM (
            SELECT line.company_id, line.account_id, line.currency_id,
                   line.amount_currency - COALESCE(taken.amount_currency, 0)
                       + COALESCE(given.amount_currency, 0) AS amount,
                   line.balance - COALESCE(taken.amount, 0)
                       + COALESCE(given.amount, 0) AS amount_company
              FROM account_move_line line
              JOIN account_account account ON account.id = line.account_id
              LEFT JOIN LATERAL (
                   SELECT SUM(amount) AS amount,
                          SUM(debit_amount_currency) AS amount_currency
                     FROM account_partial_reconcile
                    WHERE debit_move_id = line.id AND max_date <= %(day)s
                   ) taken ON TRUE
              LEFT JOIN LATERAL (
                   SELECT SUM(amount) AS amount,
                          SUM(credit_amount_currency) AS amount_currency
                     FROM account_partial_reconcile
                    WHERE credit_move_id = line.id AND max_date <= %(day)s
                   ) given ON TRUE
             WHERE account.account_type = 'asset_receivable'
               AND line.parent_state = 'posted' AND line.date <= %(day)s
          ) item
         WHERE amount <> 0 OR amount_company <> 0
         GROUP BY 1, 2, 3
        """,
        day=day,
    )


def _cents(*amounts):
    return tuple(Decimal(f"{amount:.2f}") for amount in amounts)
