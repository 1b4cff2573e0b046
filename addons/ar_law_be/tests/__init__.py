from . import test_belgian_law, test_belgian_reminders, test_shipped_procedures
