from odoo import fields


class Integers(fields.Json):
    """Many whole numbers of 32 bits in one value: an array of PostgreSQL.

    For what SQL writes and reads whole; nothing else searches in it.
    """

    # As PostgreSQL calls the type inside, and in a definition.
    _column_type = ("_int4", "int4[]")
