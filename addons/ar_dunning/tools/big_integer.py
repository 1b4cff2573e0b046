from odoo import fields


class BigInteger(fields.Integer):
    """A whole number of 64 bits; Odoo's own have 32.

    For what SQL writes and compares, such as the hash of a row: at 32 bits, two of
    100,000 rows are more likely alike than not. XML-RPC cannot carry it whole.
    """

    _column_type = ("int8", "int8")
