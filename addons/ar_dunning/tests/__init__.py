from . import test_bank_match, test_claim_sync, test_evaluation, test_road, test_work_item
