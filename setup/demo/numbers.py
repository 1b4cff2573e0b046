"""Belgian numbers with check digits: enterprises, bank accounts, references.

Pure arithmetic, so that the same functions serve the generator and its tests. The
numbers come from ranges that are not given out, so that none is somebody's own.
"""

import re

# Enterprise numbers in use begin with 02 to 08 or with 10.
_ENTERPRISE_RANGE = 9_000_000
# A bank code of the Belgian code table that belongs to clearing, not to customers.
_BANK_CODE = "175"


def enterprise_number(position):
    """The `position`-th enterprise number of the demo: ten digits, no separators.

    The last two digits are 97 minus the first eight modulo 97 (Royal Decree of
    24 June 2003, article 2).
    """
    base = _ENTERPRISE_RANGE + _within(position, 999_999)
    return f"{base:08d}{97 - base % 97:02d}"


def vat_number(position):
    """The Belgian VAT number that goes with `enterprise_number(position)`."""
    return f"BE{enterprise_number(position)}"


def iban(position):
    """The `position`-th Belgian IBAN of the demo, without spaces.

    Three digits bank, seven digits account, two check digits (the first ten modulo 97,
    0 written as 97); the IBAN's own check digits follow ISO 13616.
    """
    base = int(f"{_BANK_CODE}{_within(position, 9_999_999):07d}")
    account = f"{base:010d}{base % 97 or 97:02d}"
    letters_as_digits = "1114"  # B = 11, E = 14
    check = 98 - int(f"{account}{letters_as_digits}00") % 97
    return f"BE{check:02d}{account}"


def is_structured_reference(text):
    """Whether `text` is a Belgian structured reference `+++123/4567/89012+++`."""
    match = re.fullmatch(r"\+\+\+(\d{3})/(\d{4})/(\d{5})\+\+\+", text or "")
    if not match:
        return False
    digits = "".join(match.groups())
    return int(digits[:10]) % 97 == int(digits[10:]) % 97 and digits[10:] != "00"


def structured_reference(base):
    """The Belgian structured reference of a number of at most ten digits."""
    digits = f"{_within(base, 9_999_999_999):010d}"
    check = base % 97 or 97
    return f"+++{digits[:3]}/{digits[3:7]}/{digits[7:]}{check:02d}+++"


def _within(value, highest):
    if not 0 <= value <= highest:
        raise ValueError(f"{value} is not between 0 and {highest}")
    return value
