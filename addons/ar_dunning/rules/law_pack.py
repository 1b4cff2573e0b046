"""Reading the file of a law pack: from plain values to terms, or clear objections.

The file is data of an addon, written by whoever keeps the law of a country. Reading it
is strict: a code that means nothing, a hole between two rates or two regimes for the
same claim are errors here, not surprises at a debtor's expense.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from . import law_terms as terms
from .law_arithmetic import rate_of, scale_of, waiting_rule_of
from .law_objections import object_to
from .law_schema import COMPONENTS, PACK
from .procedure_text import Path, Problem, check, key_of

FIRST_DAY = date(1900, 1, 1)

Row = TypeVar("Row")


class LawPackError(ValueError):
    """The file cannot be used; ``objections`` are (path, what is wrong) in order."""

    def __init__(self, objections: Iterable[tuple[Path, str]]) -> None:
        self.objections = list(objections)
        super().__init__(
            "; ".join(
                f"{' > '.join(map(str, path))}: {text}"
                for path, text in self.objections
            )
        )


def read(data: object) -> terms.Pack:
    """Return the pack that the plain values of a file describe; raises LawPackError."""
    data = _complete(data)
    problems = list(check(data, PACK))
    if problems:
        raise LawPackError((problem.path, _say(problem)) for problem in problems)
    pack = _pack(data)
    objections = list(object_to(pack))
    if objections:
        raise LawPackError(objections)
    return pack


def _complete(data: object) -> object:
    """Give each regime what the one above that it is ``like`` says, and it does not.

    What is no list of records is left for the schema to refuse.
    """
    regimes = data.get("regimes") if isinstance(data, Mapping) else None
    if not isinstance(regimes, list):
        return data
    known: dict[str, Mapping[str, Any]] = {}
    completed = []
    for said in regimes:
        model = key_of(said, "like")
        if model and model not in known:
            raise LawPackError(
                [(("regimes", key_of(said, "code")), f"no regime above is {model}")]
            )
        if isinstance(said, Mapping):
            said = {**known.get(model, {}), **said}
            known[key_of(said, "code")] = said
        completed.append(said)
    return {**data, "regimes": completed}


def _say(problem: Problem) -> str:
    return " ".join(filter(None, (problem.code, problem.value, problem.hint)))


# -- from plain values to terms --------------------------------------------------------


def _pack(data: Mapping[str, Any]) -> terms.Pack:
    return terms.Pack(
        data["pack"],
        data["country"],
        data["version"],
        _each(data, "series", _series),
        _each(data, "tariffs", _tariff),
        _each(data, "waits", _wait),
        _each(data, "regimes", _regime),
    )


def _each(
    said: Mapping[str, Any], name: str, build: Callable[[Mapping[str, Any]], Row]
) -> tuple[Row, ...]:
    """Build every record of a list; an objection names the record."""
    built = []
    for place, each in enumerate(said.get(name) or ()):
        try:
            built.append(build(each))
        except LawPackError as error:
            named = each.get("code") or each.get("from") or place
            raise LawPackError(
                ((name, named, *path), text) for path, text in error.objections
            ) from error
        except ValueError as error:
            named = each.get("code") or each.get("from") or place
            raise LawPackError([((name, named), str(error))]) from error
    return tuple(built)


def _words(said: str | Mapping[str, str]) -> dict[str, str]:
    return {"en": said} if isinstance(said, str) else dict(said)


def _number(said: object) -> Decimal | None:
    return None if said is None else Decimal(str(said))


def _day(said: str | None) -> date | None:
    if said is None:
        return None
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise ValueError(f"{said} is no date: write it as 2026-01-31") from None


def _span(said: Mapping[str, Any], first: str = "from", last: str = "until"):
    span = terms.Span(_day(said.get(first)) or FIRST_DAY, _day(said.get(last)))
    if span.last is not None and span.last < span.first:
        raise ValueError(f"{span.last} lies before {span.first}")
    return span


def _basis(
    said: Mapping[str, Any], default: Mapping[str, Any] | None = None
) -> terms.Basis:
    default = default or {}
    return terms.Basis(
        _words(said.get("article") or default["article"]),
        said.get("source") or default["source"],
        said.get("verified_by") or "",
        said.get("note") or "",
    )


def _series(said: Mapping[str, Any]) -> terms.Series:
    def row(rate: Mapping[str, Any]) -> terms.RateRow:
        built = terms.RateRow(
            _span(rate),
            Decimal(str(rate["percentage"])),
            _number(rate.get("reference")),
            _basis(rate, said),
        )
        rate_of(built)  # refuses a percentage below zero
        return built

    return terms.Series(
        said["code"],
        _words(said["name"]),
        said["compounding"],
        said["day_count"],
        said["published"],
        _number(said.get("margin")),
        _number(said.get("round_up_to")),
        _each(said, "rates", row),
    )


def _tariff(said: Mapping[str, Any]) -> terms.Tariff:
    return terms.Tariff(
        said["code"],
        _words(said["name"]),
        said["kind"],
        said.get("currency") or "EUR",
        _each(said, "rows", _tariff_row),
    )


def _tariff_row(said: Mapping[str, Any]) -> terms.TariffRow:
    row = terms.TariffRow(
        _span(said),
        tuple(
            terms.BracketRow(
                Decimal(str(bracket["above"])),
                Decimal(str(bracket.get("base") or 0)),
                Decimal(str(bracket.get("percentage") or 0)),
            )
            for bracket in said["brackets"]
        ),
        Decimal(str(said.get("minimum") or 0)),
        _number(said.get("maximum")),
        _number(said.get("vat")),
        said.get("free_per_year") or 0,
        said.get("postage") or False,
        _basis(said),
    )
    scale_of(row)  # refuses brackets that make no scale
    return row


def _wait(said: Mapping[str, Any]) -> terms.Wait:
    return terms.Wait(
        said["code"], _words(said["name"]), _each(said, "rows", _wait_row)
    )


def _wait_row(said: Mapping[str, Any]) -> terms.WaitRow:
    row = terms.WaitRow(
        _span(said),
        said["channel"],
        said["convention"],
        said.get("offset", 1),
        said.get("days") or 0,
        said.get("months") or 0,
        said.get("extend") or False,
        _basis(said),
    )
    waiting_rule_of(row)  # refuses a convention that does not use the offset, no days
    return row


def _regime(said: Mapping[str, Any]) -> terms.Regime:
    return terms.Regime(
        code=said["code"],
        name=_words(said["name"]),
        debtor_classes=tuple(said["debtor_classes"]),
        natures=tuple(said["natures"]),
        contract=_span(said, "contract_from", "contract_until"),
        span=_span(said),
        wait=said.get("wait") or "",
        first_free=said.get("first_free") or False,
        notice_channels=tuple(said.get("notice_channels") or ()),
        interest=_interest(said.get("interest")),
        costs=_each(said, "costs", _cost),
        imputation=tuple(said.get("imputation") or COMPONENTS),
        prescription=_prescription(said),
        registered=said.get("registered") or "",
        quiet_from=said.get("quiet_from", 0),
        quiet_to=said.get("quiet_to", 24),
        checklist=said.get("checklist") or "",
        contents=_each(said, "contents", lambda content: _content(content, said)),
        basis=_basis(said),
    )


def _interest(said: Mapping[str, Any] | None) -> terms.InterestTerms | None:
    return said and terms.InterestTerms(
        said["series"],
        said["starts"],
        said.get("clause") or False,
        said.get("otherwise") or "",
        said.get("option") or "",
    )


def _cost(said: Mapping[str, Any]) -> terms.CostTerms:
    return terms.CostTerms(
        said["tariff"],
        said["starts"],
        said.get("clause") or False,
        said.get("grouping") or "each",
        said.get("regular_supply") or False,
        said.get("includes") or "",
    )


def _prescription(said: Mapping[str, Any]) -> terms.PrescriptionTerms | None:
    period = said.get("prescription")
    return period and terms.PrescriptionTerms(
        period.get("years") or 0,
        period.get("months") or 0,
        period.get("from_end_of_year") or False,
        _basis(period),
    )


def _content(said: Mapping[str, Any], regime: Mapping[str, Any]) -> terms.Content:
    return terms.Content(
        said["code"],
        _words(said["name"]),
        said["block"],
        said["on"],
        _basis(said, regime),
    )
