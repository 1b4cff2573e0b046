from . import (
    bank_match,
    bank_match_reading,
    claim,
    debtor,
    notice,
    notice_check,
    notice_dispatch,
    notice_render,
    payment_link,
    payment_link_claims,
    payment_link_line,
    payment_link_making,
    res_company,
    res_config_settings,
)

# Page and online payment.
from . import (  # isort: skip
    claim_online,
    evaluation,
    payment_link_code,
    payment_link_online,
    payment_link_page,
    payment_link_paid,
    payment_reservation,
    payment_transaction,
    rate_limit,
    work_item,
)
