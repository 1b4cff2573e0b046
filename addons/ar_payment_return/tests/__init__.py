from . import test_payment_return, test_reader
