"""What a payment pays: which debt first, and within a debt which part first."""

from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .grouping import share
from .money import exact, from_cents, to_cents

COMPONENTS = ("costs", "interest", "principal")

# What goes first among debts that the debtor did not name; the lower, the earlier.
_PRECEDENCE = {
    "due": lambda debt, on: debt.due_on > on,
    "burden": lambda debt, on: -debt.burden,
    "age": lambda debt, on: debt.due_on,
}


@dataclass(frozen=True, slots=True)
class Imputation:
    """The parts of a payment; together they are the payment, to the last digit."""

    costs: Decimal
    interest: Decimal
    principal: Decimal
    overpayment: Decimal


def impute(
    payment: Decimal,
    costs: Decimal,
    interest: Decimal,
    principal: Decimal,
    order: tuple[str, str, str] = COMPONENTS,
) -> Imputation:
    """Return what a payment pays of one debt, part after part.

    The order of the law is costs, interest, principal (Netherlands, art. 6:44 BW;
    Belgium, art. 5.210 Civil Code; Germany, § 367 BGB); a creditor may choose one that
    is kinder to the debtor. Costs that were waived are no costs: they take nothing.

    Raises ValueError for an order that does not name each part once, or an amount that
    is below zero or not finite.
    """
    if sorted(order) != sorted(COMPONENTS):
        raise ValueError("the order names costs, interest and principal, each once")
    open_parts = {"costs": costs, "interest": interest, "principal": principal}
    for amount in (payment, *open_parts.values()):
        if exact(amount) < 0:
            raise ValueError("neither a payment nor a part of a debt lies below zero")
    paid = {}
    left = payment
    for component in order:
        paid[component] = min(left, open_parts[component])
        left -= paid[component]
    return Imputation(**paid, overpayment=left)


@dataclass(frozen=True, slots=True)
class Debt:
    """A debt that a payment may be meant for.

    ``burden`` ranks how much it weighs on the debtor, such as its yearly rate of
    interest: the higher, the more. Raises ValueError unless the amount is above zero
    and in whole cents and the burden is finite.
    """

    id: Hashable
    due_on: date
    amount: Decimal
    burden: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        if to_cents(self.amount) <= 0:
            raise ValueError(f"debt {self.id}: the amount must be above zero")
        exact(self.burden)


@dataclass(frozen=True, slots=True)
class ChosenDebts:
    """What each debt receives, in the order in which they are paid.

    Debts that receive nothing are not named. ``rest`` is what no debt takes.
    """

    parts: tuple[tuple[Hashable, Decimal], ...]
    rest: Decimal


def choose_debts(
    payment: Decimal,
    debts: Iterable[Debt],
    on: date,
    named: Collection[Hashable] = (),
    order: tuple[str, ...] = ("due", "burden", "age"),
) -> ChosenDebts:
    """Return which debts a payment received ``on`` a day pays.

    Debts that the debtor ``named`` come first; his choice binds. Among those, and then
    among the others, ``order`` decides: what is due on that day before what is not yet
    (``due``), what weighs most (``burden``), what fell due first (``age``). Debts equal
    in all of that are paid in proportion to their amounts (Netherlands, art. 6:43 BW;
    Belgium, art. 5.208 Civil Code; Germany, § 366 BGB).

    Raises ValueError for a payment that is not above zero or not in whole cents, a debt
    that occurs twice, a named one that is not among the debts (money for a closed debt
    is paid back, not moved silently), or an order with another or a repeated word.
    """
    debts = list(debts)
    left = to_cents(payment)
    if left <= 0:
        raise ValueError("only a payment above zero pays a debt")
    _check_order(order)
    _check_ids([debt.id for debt in debts], named)

    def rank(debt: Debt) -> tuple:
        return (debt.id not in named, *(_PRECEDENCE[word](debt, on) for word in order))

    equals: dict[tuple, dict[Hashable, Decimal]] = {}
    for debt in debts:
        equals.setdefault(rank(debt), {})[debt.id] = debt.amount
    parts: list[tuple[Hashable, Decimal]] = []
    for amounts in map(equals.get, sorted(equals)):
        taken = min(left, sum(map(to_cents, amounts.values())))
        parts += share(from_cents(taken), amounts).items()
        left -= taken
    return ChosenDebts(tuple(part for part in parts if part[1]), from_cents(left))


def _check_order(order: tuple[str, ...]) -> None:
    if not set(order) <= _PRECEDENCE.keys() or len(set(order)) < len(order):
        raise ValueError("the order of debts is made of due, burden and age")


def _check_ids(ids: list[Hashable], named: Collection[Hashable]) -> None:
    if len(set(ids)) < len(ids):
        raise ValueError("a debt occurs twice")
    unknown = [id_ for id_ in named if id_ not in ids]
    if unknown:
        raise ValueError(f"the debtor names {unknown[0]}, which is not among the debts")
