from . import (
    ageing,
    ageing_balance,
    ageing_workbook,
    dashboard,
    dashboard_payments,
    receivable_month,
)
