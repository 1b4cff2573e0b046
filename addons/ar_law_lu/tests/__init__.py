from . import test_luxembourg_law, test_shipped_procedures
