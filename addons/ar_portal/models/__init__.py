from . import claim, debtor, delivery
