from . import test_belgian_law, test_shipped_procedures
