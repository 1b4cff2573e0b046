"""Whether a ladder of levels is in line with the law that its claims are under.

Nothing here knows a country: what a law demands comes in as facts, what is wrong goes
out as findings. Their words are made elsewhere.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from math import ceil

from .lint_terms import ANNOUNCE, CLAIM, SPOKEN, Law, LintedLevel, LintedRegime

ERROR, WARNING = "error", "warning"
# What only a notice that announces costs says; and what costs may not be without.
_OF_COSTS = {"costs_announced", "waiting_period"}
# Words that the author of a text answers for.
OF_WORDS = ("how_to_dispute", "payment_plan_offer", "debt_help")
# Who is called or gets a text message is disturbed by it at night.
_DISTURBING = {"person", "sms"}
# In this order findings are told of one level.
CODES = (
    "law_unknown",
    "before_due",
    "first_not_free",
    "unannounced",
    "only_due",
    "no_notice",
    "partly_notice",
    "wait_short",
    "nothing_allowed",
    "cost_not_allowed",
    "never_claimed",
    "content_missing",
    "quiet_hours",
    "registered_missing",
    "registered_wait",
    "checklist",
    "rate_unknown",
    "unverified",
)
_WORKING_WEEK, _WEEKEND = 5, 2
_LONGEST_MONTH = 31
_HOUR = 60


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not in line with the law.

    ``level_key`` is empty when it concerns the whole ladder; ``values`` are what its
    words name, as (name, value).
    """

    code: str
    severity: str
    level_key: str = ""
    laws: tuple[Law, ...] = ()
    values: tuple[tuple[str, object], ...] = ()

    @property
    def is_error(self) -> bool:
        """Whether the ladder cannot come into force like that."""
        return self.severity == ERROR


def longest_wait(convention: str, offset: int, days: int, months: int, extend: bool):
    """Return the most calendar days from a sending to the first day of claiming.

    Weekends are counted as they fall worst; public holidays are not: what is claimed
    waits for the real calendar in any case.
    """
    start = offset
    if convention in ("working_day_after_sending", "delivery_day"):
        start += _WEEKEND * ceil(offset / _WORKING_WEEK)
    if convention == "delivery_day":
        start += 1
    return start + months * _LONGEST_MONTH + days + (_WEEKEND if extend else 0)


def lint(
    levels: Iterable[LintedLevel],
    regimes: Iterable[LintedRegime],
    charges: bool = False,
) -> tuple[Finding, ...]:
    """Return what is not in line with the law: errors first, then by level.

    The same finding under several regimes is one that names them all.

    :param levels: of a ladder, in their order
    :param regimes: that the claims of the ladder are or may be under
    :param charges: whether the creditor charges costs or interest at all
    """
    ladder, known = tuple(levels), tuple(regimes)
    if not known:
        if charges or any(level.speaks_of_costs for level in ladder):
            return (Finding("law_unknown", WARNING),)
        return ()
    found = [
        finding if regime.sure else replace(finding, severity=WARNING)
        for regime in known
        for finding in _Check(ladder, regime).findings()
    ]
    return order(merge(found), ladder)


def merge(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings that say the same as one, with the laws of all of them."""
    merged: dict[tuple, Finding] = {}
    for finding in findings:
        key = (finding.code, finding.level_key, finding.values)
        before = merged.get(key)
        if before is None or (finding.is_error and not before.is_error):
            merged[key] = finding
        elif finding.severity == before.severity:
            laws = tuple(dict.fromkeys((*before.laws, *finding.laws)))
            merged[key] = replace(before, laws=laws)
    return tuple(merged.values())


def order(
    findings: Iterable[Finding], levels: Iterable[LintedLevel]
) -> tuple[Finding, ...]:
    """Return errors before warnings, then by level; what concerns all of them first."""
    places = {level.key: place for place, level in enumerate(levels, 1)}
    return tuple(
        sorted(
            findings,
            key=lambda one: (
                not one.is_error,
                places.get(one.level_key, 0),
                CODES.index(one.code),
            ),
        )
    )


class _Check:
    """One ladder under one regime."""

    def __init__(self, ladder: tuple[LintedLevel, ...], regime: LintedRegime):
        self.ladder, self.regime = ladder, regime
        self.speaking = [level for level in ladder if level.speaks_of_costs]
        self.on = {policy.kind for policy in regime.policies}
        # What is meant where the ladder speaks of costs: what the creditor charges;
        # what the law allows, as long as he has not said what he charges. A cost of
        # each reminder is a matter of its own.
        charged = [cost for cost in regime.costs if cost.kind in self.on]
        self.meant = [
            cost for cost in charged or regime.costs if cost.kind != "reminder"
        ]
        self.waiting = [cost for cost in self.meant if cost.starts != "due"]
        # The first to claim announces what has to wait.
        self.announcing = [
            level
            for level in ladder
            if level.cost_action == ANNOUNCE
            or (self.waiting and level in self.speaking[:1])
        ]

    def findings(self) -> Iterator[Finding]:
        yield from self._costs_in_time()
        yield from self._notices_that_count()
        yield from self._wait_after_announcing()
        yield from self._costs_allowed()
        yield from self._costs_never_claimed()
        yield from self._contents()
        yield from self._hours()
        yield from self._before_handover()
        yield from self._knowledge()

    def _finding(
        self,
        code: str,
        severity: str,
        level: LintedLevel | None = None,
        article: str = "",
        **values: object,
    ) -> Finding:
        law = self.regime.law
        return Finding(
            code,
            severity,
            level.key if level else "",
            (replace(law, article=article or law.article),),
            tuple(values.items()),
        )

    def _costs_in_time(self) -> Iterator[Finding]:
        """Costs come after the due date, and after a notice and its waiting period."""
        first = next((one for one in self.ladder if one.is_demand), None)
        announced = False
        for level in self.ladder:
            if level.speaks_of_costs and level.offset_days < 0:
                yield self._finding("before_due", ERROR, level)
            elif level.cost_action == CLAIM and level is first and self._costs_at_once:
                yield self._finding("first_not_free", ERROR, level)
            elif level.cost_action == CLAIM and self.waiting and not announced:
                # Where the first notice may say so, it announces what has to wait.
                lawful = not self.regime.first_free
                some = len(self.waiting) < len(self.meant)
                yield (
                    self._finding("only_due", WARNING, level)
                    if some or lawful
                    else self._finding("unannounced", ERROR, level)
                )
            announced = announced or level.speaks_of_costs

    @property
    def _costs_at_once(self) -> bool:
        """Whether a claim on the first notice makes it cost something."""
        return self.regime.first_free and any(
            cost.starts == "due" and cost.kind != "interest" and cost.kind in self.on
            for cost in self.regime.costs
        )

    def _counting(self, level: LintedLevel) -> frozenset[str]:
        """Return the channels over which the level is a notice in the sense of law."""
        written = level.channels - SPOKEN
        return written & (self.regime.notice_channels or written)

    def _notices_that_count(self) -> Iterator[Finding]:
        """A notice over a channel that the law does not count starts no period."""
        if not self.regime.waits:
            return
        for level in self.announcing:
            counting = self._counting(level)
            others = ", ".join(sorted(level.channels - counting))
            if not counting:
                yield self._finding("no_notice", ERROR, level, channels=others)
            elif others:
                yield self._finding("partly_notice", WARNING, level, channels=others)
        told = [one for one in self.ladder if one.kind == "notice"]
        if told and len(told) < len(self.ladder) and not self._starter():
            # Claims are handed over that no notice in the sense of law came before.
            ways = sorted(frozenset().union(*(level.channels for level in told)))
            yield self._finding("no_notice", ERROR, told[0], channels=", ".join(ways))

    def _written(self) -> list[LintedLevel]:
        """Return the levels that ask on paper for what is overdue."""
        return [one for one in self.ladder if one.kind == "notice" and one.is_demand]

    def _starter(self) -> LintedLevel | None:
        """Return the notice that starts the waiting period of the law."""
        written = self._written()
        counting = [level for level in written if self._counting(level)]
        announcing = [level for level in written if level in self.announcing]
        return next(iter(announcing + counting), None)

    def _wait_after(self, channels: Iterable[str]) -> int:
        waits = dict(self.regime.waits)
        return max(waits.get(channel, waits.get("letter", 0)) for channel in channels)

    def _wait_after_announcing(self) -> Iterator[Finding]:
        """What was announced has its time before the next level asks again."""
        if not self.regime.waits:
            return
        for place, level in enumerate(self.ladder):
            channels = self._counting(level)
            if level not in self.announcing or not channels:
                continue
            needed, passed = self._wait_after(channels), 0
            for after in self.ladder[place + 1 :]:
                if after.is_demand:
                    if passed + after.minimum_wait_days < needed:
                        missing = needed - passed
                        # Asking again sooner is not forbidden, only of no use.
                        grave = ERROR if self.regime.first_free else WARNING
                        yield self._finding("wait_short", grave, after, days=missing)
                    break
                passed += after.minimum_wait_days if after.mandatory else 0

    def _costs_allowed(self) -> Iterator[Finding]:
        """Nothing is charged for which the law gives no ground."""
        allowed = {cost.kind for cost in self.regime.costs}
        level = self.speaking[0] if self.speaking else None
        # What is written for agreements of everybody charges where the law lets it.
        grave = WARNING if self.regime.agreements else ERROR
        if level and not allowed:
            yield self._finding("nothing_allowed", grave, level)
        no_cost = allowed <= {"interest"}
        for policy in self.regime.policies:
            if policy.kind not in allowed and (policy.aimed or (level and no_cost)):
                yield self._finding(
                    "cost_not_allowed",
                    ERROR if policy.aimed else grave,
                    level,
                    policy=policy.name,
                )

    def _costs_never_claimed(self) -> Iterator[Finding]:
        """What is charged but never spoken of is never claimed."""
        charged = any(cost.kind in self.on for cost in self.meant)
        asks = any(level.is_demand for level in self.ladder)
        if charged and asks and not self.speaking:
            yield self._finding("never_claimed", WARNING)

    def _contents(self) -> Iterator[Finding]:
        """A notice says what the law wants it to say."""
        for content in self.regime.contents:
            if content.block in _OF_COSTS and not self.announcing:
                continue
            strict = self.speaking or content.block in OF_WORDS
            for level in self._told(content.on):
                if content.block not in level.says:
                    yield self._finding(
                        "content_missing",
                        ERROR if strict else WARNING,
                        level,
                        content.article,
                        content=content.name,
                        block=content.block,
                    )

    def _told(self, on: str) -> list[LintedLevel]:
        """Return the levels that a content is asked of, see law_terms.Content."""
        written = self._written()
        if on == "every":
            return written
        if on == "announcing":
            return [level for level in written if level in self.announcing]
        if on == "first":
            starter = self._starter()
            return [starter] if starter else []
        hands_over = any(level.kind == "handover" for level in self.ladder)
        return written[-1:] if hands_over else []

    def _hours(self) -> Iterator[Finding]:
        """Nobody is disturbed at night."""
        if not self.regime.hours:
            return
        for level in self.ladder:
            if level.kind == "handover" or level.channels <= {"letter"}:
                continue
            first, last = self.regime.hours
            early = first < self.regime.quiet_from * _HOUR
            if early or last > self.regime.quiet_to * _HOUR:
                yield self._finding(
                    "quiet_hours",
                    ERROR if level.channels & _DISTURBING else WARNING,
                    level,
                    first=self.regime.quiet_from,
                    last=self.regime.quiet_to,
                )

    def _before_handover(self) -> Iterator[Finding]:
        """What has to be done before claims are handed over."""
        needed = self.regime.registered_days
        passed, registered = 0, False
        for level in self.ladder:
            sure = level.mandatory
            if level.kind == "handover":
                if self.regime.checklist:
                    yield self._finding("checklist", WARNING, level)
                if needed and not registered:
                    yield self._finding("registered_missing", ERROR, level, days=needed)
                elif needed > passed + level.minimum_wait_days:
                    yield self._finding(
                        "registered_wait", ERROR, level, days=needed - passed
                    )
            if level.registered and not registered:
                registered, passed = sure, 0
            elif registered and sure:
                passed += level.minimum_wait_days

    def _knowledge(self) -> Iterator[Finding]:
        """Say what is charged on rows of law that are missing or not verified."""
        if not self.speaking or not self.regime.costs:
            return
        if "interest" in self.on and not self.regime.rate_known:
            yield self._finding("rate_unknown", WARNING)
        if not self.regime.verified:
            yield self._finding("unverified", WARNING)
