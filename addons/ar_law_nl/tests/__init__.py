from . import test_dutch_law, test_shipped_procedures
