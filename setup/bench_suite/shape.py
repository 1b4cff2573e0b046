"""The shape of the measured ledger, known to all parts of the benchmark."""

# Each stands for a sales journal; the name is that of a nature of claims.
NATURES = (
    "private_contract",
    "municipal_tax",
    "municipal_retribution",
    "administrative_fine",
    "damages",
)
INVOICES_PER_DEBTOR = 4
# Days after the due date of the first level, in ours and in the other addon: all items
# so old are due in the first run.
FIRST_LEVEL_DAYS = 10
# Days overdue are spread evenly over these.
YOUNGEST_DAYS, OLDEST_DAYS = -30, 150
DAYS_OF_TERMS = 30
DOLLARS_PER_EURO = 1.25
# The smallest number of items in which every kind of debtor and invoice occurs.
FEWEST_ITEMS = 2000


def journal_code(number):
    """The code of the sales journal of a nature, by the nature's number."""
    return f"BEN{number}"
