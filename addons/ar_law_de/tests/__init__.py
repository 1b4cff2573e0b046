from . import test_german_law, test_shipped_procedures
