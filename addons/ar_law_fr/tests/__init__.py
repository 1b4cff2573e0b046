from . import test_shipped_procedures
