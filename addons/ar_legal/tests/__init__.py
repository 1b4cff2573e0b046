from . import (
    test_case,
    test_case_end,
    test_case_merge,
    test_costs,
    test_handoff,
    test_handover,
    test_portal,
    test_screens,
)
