from . import test_gateway, test_reports, test_sms
