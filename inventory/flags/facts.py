"""What rules are told: everything about one tool, app or source, as plain values of one day.

Pure and frozen. What is not known is None, and a rule that needs it says nothing. People are
numbers here: rules count them and never name them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import ClassVar

#: Evidence older than this, seen from the last day that the tool's sources tell of, is no use any more.
USE_WINDOW = timedelta(days=90)
#: So long nothing is held against a person who declared that they use a tool.
GOOD_FAITH = timedelta(days=30)


class Status(StrEnum):
    """A tool's status, as decided."""

    DISCOVERED = "discovered"
    UNDER_REVIEW = "under_review"
    SANCTIONED = "sanctioned"
    RESTRICTED = "restricted"
    PROHIBITED = "prohibited"
    RETIRED = "retired"


APPROVED = frozenset({Status.SANCTIONED, Status.RESTRICTED})


class PlanKind(StrEnum):
    COMPANY = "company"  # bought for several people, administered by the company
    INDIVIDUAL = "individual"  # free, or for one person


@dataclass(frozen=True, slots=True)
class Use:
    """A person's evidence within the window."""

    person: int
    last: date  # of any evidence
    department: str = ""  # empty: not known
    paid: date | None = None  # last purchase
    signed_in: date | None = None  # Monday of the last week with a sign-in
    active: bool = True
    left: date | None = None  # not active since, at the latest; None: not known
    declared: date | None = None  # first said of their own accord that they use it


@dataclass(frozen=True, slots=True)
class PlanInUse:
    """What was seen of one plan within the window. An empty name: the evidence names none.

    ``likely``: amounts say so and only probably. The same evidence then stands under the empty name too:
    a rule may add what it finds here, and take nothing away because of it.
    """

    plan: str
    kind: PlanKind | None = None
    trains: bool | None = None  # whether the maker trains on what people enter, by default
    trains_since: date | None = None  # None: not known since when
    first: date | None = None
    people: frozenset[int] = frozenset()
    company_paid: bool = False  # some of it came through procurement
    expensed: frozenset[int] = frozenset()  # people who paid it themselves and were reimbursed
    own_cards: frozenset[int] = frozenset()  # people who paid it by their company card
    likely: bool = False
    title: str = ""  # as people call the plan; empty: as evidence has it


@dataclass(frozen=True, slots=True)
class Charge:
    """What one person's purchases of one month came to, where it was a single one."""

    person: int
    month: str  # YYYY-MM
    amount: int  # 10⁻⁶ of the currency that the merchant charged
    currency: str
    department: str = ""
    plan: str = ""  # empty: not known


@dataclass(frozen=True, slots=True)
class Granted:
    """A scope that people have granted and not taken back."""

    scope: str
    first: date  # ever granted
    people: int


@dataclass(frozen=True, slots=True)
class Owner:
    """A person who is named as an owner."""

    active: bool | None  # None: nobody is known by that address
    left: date | None = None


@dataclass(frozen=True, slots=True)
class Rival:
    """Another tool in use, neither prohibited nor retired, for the same capability in one department."""

    department: str
    key: str
    name: str
    approved: bool
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolFacts:
    """All that rules know of one tool on one day."""

    kind: ClassVar[str] = "tool"
    subject: str  # the tool's key
    today: date
    seen_until: date  # the last day that its sources tell of, not after today
    in_use: bool
    first_seen: date | None = None
    last_seen: date | None = None
    status: Status = Status.DISCOVERED
    status_since: date | None = None
    review_due: date | None = None
    allowed_departments: frozenset[str] = frozenset()  # empty: all
    owner: Owner | None = None
    technical_owner: Owner | None = None
    unowned_since: date | None = None
    uses: tuple[Use, ...] = ()
    plans: tuple[PlanInUse, ...] = ()
    charges: tuple[Charge, ...] = ()
    granted: tuple[Granted, ...] = ()

    @property
    def approved(self) -> bool:
        return self.status in APPROVED

    @property
    def spared(self) -> frozenset[int]:
        """People who declared their use within the last thirty days: no flag is raised against them."""
        return frozenset(
            use.person
            for use in self.uses
            if use.declared is not None and use.declared <= self.today < use.declared + GOOD_FAITH
        )

    def used_since_decided(self) -> tuple[Use, ...]:
        """Use after the day on which the present status was decided; all where that is not known."""
        since = self.status_since
        return tuple(use for use in self.uses if since is None or use.last > since)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFacts:
    """A tool beside the others that serve its primary capability.

    Apart from :class:`ToolFacts`, since a decision about one tool changes it for all the others.
    """

    kind: ClassVar[str] = "tool"

    subject: str  # the tool's key
    today: date
    first_seen: date | None = None
    capability: str = ""  # its name
    counts: bool = True  # in use, neither prohibited nor retired
    approved: bool = False
    departments: Mapping[str, int] = field(default_factory=dict)  # → people ever seen with it
    rivals: tuple[Rival, ...] = ()
    accepted: bool = False  # somebody said that this overlap is intended


@dataclass(frozen=True, slots=True, kw_only=True)
class AppFacts:
    """An app that people gave access to and that nobody could recognise yet."""

    kind: ClassVar[str] = "app"
    subject: str
    today: date
    name: str
    granted: tuple[Granted, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFacts:
    """A source with the last days of what was read from it, account by account."""

    kind: ClassVar[str] = "source"
    subject: str
    today: date
    name: str
    accounts: tuple[tuple[date, ...], ...] = ()  # of each, the last day of every file, ascending
    resting: bool = False  # somebody said that nothing is due of it


Facts = ToolFacts | JobFacts | AppFacts | SourceFacts
