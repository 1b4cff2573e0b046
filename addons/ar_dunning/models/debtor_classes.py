"""Classes of debtors: which law protects them."""

DEBTOR_CLASSES = [
    ("consumer", "Consumer"),
    ("enterprise", "Enterprise"),
    ("public_body", "Public body"),
]
