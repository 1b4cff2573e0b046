"""What no schema can say of a law pack: holes, unknown codes, two laws at once.

Each objection is the path to what is wrong, and what is wrong with it.
"""

from collections.abc import Iterator
from itertools import combinations, pairwise

from . import law_terms as terms
from .calendar import ONE_DAY
from .law_schema import COMPONENTS
from .procedure_text import Path
from .reference_rate import statutory_rate

Objection = tuple[Path, str]


def object_to(pack: terms.Pack) -> Iterator[Objection]:
    """Give what is wrong with a pack whose single rows are right."""
    yield from _check_spans(pack)
    yield from _check_codes(pack)
    for regime in pack.regimes:
        for text in _check_regime(regime, pack):
            yield ("regimes", regime.code), text
    yield from _check_overlaps(pack)


def _check_spans(pack: terms.Pack) -> Iterator[Objection]:
    for series in pack.series:
        spans = [row.span for row in series.rows]
        yield from _check_order(("series", series.code), spans)
        if series.published != "open":
            yield from _check_known(("series", series.code), spans)
        yield from _check_references(series)
    for tariff in pack.tariffs:
        yield from _check_order(
            ("tariffs", tariff.code), [row.span for row in tariff.rows]
        )
    for wait in pack.waits:
        for channel in dict.fromkeys(row.channel for row in wait.rows):
            yield from _check_order(
                ("waits", wait.code, channel),
                [row.span for row in wait.rows if row.channel == channel],
            )


def _check_order(path: Path, spans: list[terms.Span]) -> Iterator[Objection]:
    for before, after in pairwise(spans):
        if before.last is None or after.first <= before.last:
            yield path, f"the row from {after.first} begins before the last one ends"


def _check_references(series: terms.Series) -> Iterator[Objection]:
    """A rate that the law derives is what the law derives."""
    for row in series.rows:
        if row.reference is None or series.margin is None:
            continue
        derived = statutory_rate(row.reference, series.margin, series.round_up_to)
        if derived != row.percentage:
            yield (
                ("series", series.code),
                f"the rate from {row.span.first} is {row.percentage}, by law {derived}",
            )


def _check_known(path: Path, spans: list[terms.Span]) -> Iterator[Objection]:
    """What an authority publishes ends with its half-year or year, and has no hole."""
    for span in spans:
        if span.last is None:
            yield path, f"the rate from {span.first} needs its last day (until)"
    for before, after in pairwise(spans):
        if before.last and after.first - before.last > ONE_DAY:
            yield path, f"nothing is known between {before.last} and {after.first}"


def _check_codes(pack: terms.Pack) -> Iterator[Objection]:
    known = {
        "series": {series.code for series in pack.series},
        "tariffs": {tariff.code for tariff in pack.tariffs},
        "waits": {wait.code for wait in pack.waits},
    }
    for regime in pack.regimes:
        for section, code in _codes_of(regime):
            if code and code not in known[section]:
                yield ("regimes", regime.code), f"{section} has no {code}"


def _codes_of(regime: terms.Regime) -> Iterator[tuple[str, str]]:
    yield "waits", regime.wait
    yield "waits", regime.registered
    for cost in regime.costs:
        yield "tariffs", cost.tariff
    if regime.interest:
        yield "series", regime.interest.series
        yield "series", regime.interest.otherwise


def _check_regime(regime: terms.Regime, pack: terms.Pack) -> Iterator[str]:
    if sorted(regime.imputation) != sorted(COMPONENTS):
        yield "imputation names costs, interest and principal, each once"
    if _starts_of(regime) & {"wait", "sending"} and not regime.wait:
        yield "something starts with a wait: which?"
    for channel in _channels_without_wait(regime, pack):
        yield f"{regime.wait} does not say how long to wait after {channel}"
    for cost in regime.costs:
        others = {other.tariff for other in regime.costs} - {cost.tariff}
        if cost.includes and cost.includes not in others:
            yield f"{cost.tariff} includes {cost.includes}, which is no other cost here"
    if not 0 <= regime.quiet_from < regime.quiet_to <= 24:
        yield "the hours of contact lie between 0 and 24, the first before the last"


def _starts_of(regime: terms.Regime) -> set[str]:
    starts = {cost.starts for cost in regime.costs}
    if regime.interest:
        starts |= {regime.interest.starts, regime.interest.option}
    return starts


def _channels_without_wait(regime: terms.Regime, pack: terms.Pack) -> list[str]:
    """Return the channels of notices after which nobody knows how long to wait."""
    wait = next((wait for wait in pack.waits if wait.code == regime.wait), None)
    if wait is None:
        return []
    known = {row.channel for row in wait.rows}
    return [channel for channel in regime.notice_channels if channel not in known]


def _check_overlaps(pack: terms.Pack) -> Iterator[Objection]:
    """No claim may be under two regimes of a country at once."""
    for one, other in combinations(pack.regimes, 2):
        if (
            set(one.natures) & set(other.natures)
            and set(one.debtor_classes) & set(other.debtor_classes)
            and one.span.meets(other.span)
            and one.contract.meets(other.contract)
        ):
            yield ("regimes", other.code), f"covers what {one.code} covers"
