from . import (
    test_ageing,
    test_costs,
    test_dashboard,
    test_receivable_month,
    test_security,
    test_views,
    test_workbook,
)
