"""Roles of people who get what is written to a debtor."""

MAIN_ROLES = [
    ("debtor", "Debtor"),
    ("accounts_payable", "Accounts payable"),
    ("guardian", "Guardian or administrator"),
]
CONTACT_ROLES = [
    *MAIN_ROLES,
    ("co_debtor", "Co-debtor"),
    ("copy", "Copy"),
]
