from . import (
    test_access,
    test_bank_match,
    test_check,
    test_codes,
    test_costs,
    test_notice,
    test_online_payment,
    test_paid,
    test_part,
    test_payment_link,
    test_payment_page,
    test_rate_limit,
)
