"""What the linter of ladders looks at: levels, laws, and what a creditor charges."""

from dataclasses import dataclass

ANNOUNCE, CLAIM = "announce", "claim"
# What a person says is not on paper.
SPOKEN = {"person"}


@dataclass(frozen=True, slots=True)
class LintedLevel:
    """One level of a ladder.

    ``says`` are the parts that its notices say, see law_terms.Content. ``channels`` are
    those over which it may go; a task for a person goes by `person` alone.
    ``minimum_wait_days`` counts from the level before.
    """

    key: str
    kind: str = "notice"
    phase: str = "amicable"
    cost_action: str = "none"
    channels: frozenset[str] = frozenset({"email", "letter"})
    offset_days: int = 0
    minimum_wait_days: int = 0
    mandatory: bool = True
    registered: bool = False
    says: frozenset[str] = frozenset()

    @property
    def is_written(self) -> bool:
        """Whether it brings the debtor something to read."""
        return self.kind == "notice" and not self.channels <= SPOKEN

    @property
    def is_demand(self) -> bool:
        """Whether it asks, on paper or by a handover, for what is overdue."""
        return self.kind == "handover" or (
            self.is_written and self.phase != "proactive"
        )

    @property
    def speaks_of_costs(self) -> bool:
        """Whether it says something about costs and interest."""
        return self.cost_action in (ANNOUNCE, CLAIM)


@dataclass(frozen=True, slots=True)
class LintedCost:
    """A kind of cost, or interest, that a regime allows, and from when."""

    kind: str
    starts: str


@dataclass(frozen=True, slots=True)
class LintedPolicy:
    """What a company charges. ``aimed``: it names claims of this regime expressly."""

    kind: str
    name: str
    aimed: bool = False


@dataclass(frozen=True, slots=True)
class LintedContent:
    """Something that a notice has to say, see law_terms.Content."""

    name: str
    block: str
    on: str
    article: str = ""


@dataclass(frozen=True, slots=True)
class Law:
    """A regime as a finding names it, and the text of law that it rests on."""

    name: str
    article: str = ""


@dataclass(frozen=True, slots=True)
class LintedRegime:
    """What a law demands, and what the creditor charges under it.

    ``sure``: claims under it do get this procedure; otherwise they only may, and what
    would be an error is a warning. ``waits`` are the longest calendar days from the
    sending of a notice to the first day on which something may be claimed, by channel;
    one that is not named waits as long as a letter. ``registered_days``: the same after
    a registered notice, 0: none is asked for. ``agreements``: it is about these; what
    is written for everybody is no mistake there. ``hours``: from which minute of the
    day to which one the creditor sends, None: he has set none.
    """

    law: Law
    sure: bool = True
    costs: tuple[LintedCost, ...] = ()
    first_free: bool = False
    agreements: bool = False
    notice_channels: frozenset[str] = frozenset()
    waits: tuple[tuple[str, int], ...] = ()
    registered_days: int = 0
    quiet_from: int = 0
    quiet_to: int = 24
    checklist: bool = False
    contents: tuple[LintedContent, ...] = ()
    policies: tuple[LintedPolicy, ...] = ()
    hours: tuple[int, int] | None = None
    rate_known: bool = True
    verified: bool = True
