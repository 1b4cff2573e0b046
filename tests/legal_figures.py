"""Figures of the law on which the arithmetic is tried, each with its source.

They are the figures that the official examples use, not a record of all that was ever
in force: that is data of the addons of the countries.
"""

from datetime import date
from decimal import Decimal

from ar_dunning.rules.rates import Rate, RateSeries
from ar_dunning.rules.scale import Bracket, Scale


def scale(rows, minimum="0", maximum=None):
    """Return a scale of fees from rows of figures as texts."""
    return Scale(
        tuple(Bracket(*map(Decimal, row)) for row in rows),
        Decimal(minimum),
        maximum and Decimal(maximum),
    )


def series(percentages):
    """Return rates from percentages by the first day, as texts."""
    return RateSeries(
        Rate(date.fromisoformat(first), Decimal(percentage))
        for first, percentage in percentages.items()
    )


# Belgium, Code of Economic Law, art. XIX.4: consumers.
BELGIAN_ROWS = [("0", "20", "0"), ("150", "30", "10"), ("500", "65", "5")]
BELGIAN_SCALE = scale(BELGIAN_ROWS, maximum="2000")

# Netherlands, Besluit vergoeding voor buitengerechtelijke incassokosten, art. 2.
DUTCH_ROWS = [
    ("0", "0", "15"),
    ("2500", "375", "10"),
    ("5000", "625", "5"),
    ("10000", "875", "1"),
    ("200000", "2775", "0.5"),
]
DUTCH_SCALE = scale(DUTCH_ROWS, "40", "6775")

# Belgium, Act of 2 August 2002, art. 5: between enterprises.
BELGIAN_TRADE = series(
    {
        "2024-01-01": "12.5",
        "2025-01-01": "11.5",
        "2025-07-01": "10.5",
        "2026-01-01": "10.5",
    }
)

# Belgium, Act of 5 May 1865, art. 2 § 1: legal interest.
BELGIAN_LEGAL = series(
    {
        "2022-01-01": "1.5",
        "2023-01-01": "5.25",
        "2024-01-01": "5.75",
        "2025-01-01": "4.5",
    }
)

# Netherlands, art. 6:119a BW: trade; art. 6:119 BW: consumers.
DUTCH_TRADE = series({"2026-01-01": "10.15", "2026-07-01": "10.40"})
DUTCH_CONSUMER = series({"2024-01-01": "7", "2025-01-01": "6", "2026-01-01": "4"})

# Germany, § 288 BGB: trade (2) and consumers (1).
GERMAN_TRADE = series({"2026-07-01": "10.52"})
GERMAN_CONSUMER = series({"2026-07-01": "6.52"})

# France, Code de commerce, art. L441-10.
FRENCH_TRADE = series({"2026-07-01": "12.40"})
