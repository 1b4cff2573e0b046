from . import test_french_law, test_shipped_procedures
