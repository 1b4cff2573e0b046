"""Which telephone numbers get text messages, by the numbering plans."""

import phonenumbers
from phonenumbers import PhoneNumberType

_MOBILE = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)


def mobile_number(written: str, country: str | None = None) -> str:
    """Return a mobile number as +32470123456 (E.164); empty: it is none.

    :param written: as somebody typed it, e.g. ``0470 12 34 56``
    :param country: ISO 3166 code of the country it is written for; none: only numbers
        with their country's code can be read
    """
    try:
        number = phonenumbers.parse(written, country)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    if phonenumbers.number_type(number) not in _MOBILE:
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
