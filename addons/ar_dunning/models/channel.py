"""Ways to reach a debtor; a level names those that it may use."""

CHANNELS = [
    ("email", "E-mail"),
    ("letter", "Letter"),
    ("person", "By a person"),
]
