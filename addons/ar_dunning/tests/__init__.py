from . import (
    test_bank_match,
    test_claim_sync,
    test_evaluation,
    test_misuse,
    test_notice_render,
    test_road,
    test_views,
    test_work_item,
)
