from . import payment_return, payment_return_line
