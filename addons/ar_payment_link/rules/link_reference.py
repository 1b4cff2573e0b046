"""The range of payment references that is kept for payment links.

Odoo makes references of invoices from the ids of invoices and partners, which stay
far below nine thousand million. The references of links begin there, so that none is
ever mistaken for that of an invoice.
"""

FIRST_OGM_BASE = 9_000_000_000
MAXIMUM_NUMBER = 999_999_999
_CREDITOR_REFERENCE_PREFIX = "ARL"


def ogm_base(number: int) -> int:
    """Return the ten-digit base of a link's Belgian structured communication.

    Raises ValueError for a number outside 1 to 999 999 999.

    >>> ogm_base(27)
    9000000027
    """
    return FIRST_OGM_BASE + _checked(number)


def creditor_reference_body(number: int) -> str:
    """Return what an ISO 11649 reference of a link says behind its check digits.

    Raises ValueError for a number outside 1 to 999 999 999.

    >>> creditor_reference_body(27)
    'ARL000000027'
    """
    return f"{_CREDITOR_REFERENCE_PREFIX}{_checked(number):09d}"


def _checked(number: int) -> int:
    if not 1 <= number <= MAXIMUM_NUMBER:
        raise ValueError("the number of a link has one to nine digits")
    return number
