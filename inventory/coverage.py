"""What lies beside the inventory, so that totals tie: what is sealed, what waits, what no source covers."""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from django.db.models import Count, Max, Min, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from discovery.connectors.base import Kind
from discovery.models import (
    Coverage,
    Descriptor,
    PulledSource,
    Purchase,
    Record,
    Scan,
    SealedBlock,
    Source,
)
from inventory.departments_told_of import departments_not_told_of
from inventory.freshness import Freshness, freshness
from inventory.placed import Placed, placed
from inventory.pulled_lists import freshness_of_pull, how_it_goes
from inventory.reach import WHOLE, Reach

#: Kinds of sources and what their absence leaves unknown: without these, totals are too low.
_UNSEEN_WITHOUT = (
    ({Kind.CARD, Kind.BANK}, _("cards and bank accounts")),
    ({Kind.EXPENSE}, _("employees’ expenses")),
    ({Kind.PROCUREMENT}, _("invoices and purchase orders")),
    ({Kind.SSO}, _("sign-ins")),
    ({Kind.GRANT}, _("grants")),
    ({Kind.DIRECTORY}, _("departments (no directory)")),
)

#: What shows more than money and sign-ins do; not every company has or wants each of these.
_MORE_SEEN_WITH = (
    ({Kind.LICENCE}, _("licences and seats")),
    ({Kind.USAGE, Kind.CLOUD}, _("metered use of models and clouds")),
    ({Kind.CODE}, _("AI in the company’s own code")),
    ({Kind.ENDPOINT}, _("software on devices")),
    ({Kind.NETWORK}, _("sites visited in the network")),
)

_ALL = (_UNSEEN_WITHOUT, _MORE_SEEN_WITH)

#: A list of these kinds says what there is on its day, not what happened when: it covers no month.
_OF_A_DAY = frozenset({Kind.DIRECTORY, Kind.LICENCE, Kind.CODE, Kind.ENDPOINT})


@dataclass
class Sealed:
    """Records that are not AI, or unknown without any sign of it: only counts and sums are known."""

    records: int = 0
    sums: dict[str, int] = field(default_factory=dict)  # currency → 10⁻⁶

    def add(self, count: int, sums: dict[str, list[int]]) -> None:
        self.records += count
        for currency, (_number, amount) in sorted(sums.items()):
            self.sums[currency] = self.sums.get(currency, 0) + amount


def sealed() -> Sealed:
    """What is sealed, over all sources."""
    total = Sealed()
    for one in sealed_by_source().values():
        total.records += one.records
        for currency, amount in one.sums.items():
            total.sums[currency] = total.sums.get(currency, 0) + amount
    return total


def sealed_by_source() -> dict[int, Sealed]:
    found: dict[int, Sealed] = defaultdict(Sealed)
    blocks = SealedBlock.objects.order_by("source_id").values_list("source_id", "count", "sums")
    for source, count, sums in blocks.iterator():
        found[source].add(count, sums)
    return found


def in_review(reach: Reach = WHOLE) -> tuple[int, dict[str, int]]:
    """Purchases that wait for a person: how many, and currency → 10⁻⁶."""
    sums: dict[str, int] = {}
    count = 0
    waiting = reach.purchases(Purchase.objects.filter(booked=False)).values("currency")
    for row in waiting.annotate(number=Count("pk"), total=Sum("amount")).order_by("currency"):
        count += row["number"]
        sums[row["currency"]] = int(row["total"])
    return count, sums


def texts_in_review() -> int:
    """Texts that may be an AI tool and wait for a person. One query."""
    return Descriptor.objects.filter(state=Descriptor.State.REVIEW).count()


@dataclass(frozen=True)
class NotCovered:
    """What no source was ever read for, in words."""

    totals: list[object]  # without it totals are too low
    more: list[object]  # it would show more


def not_covered(read: Set[str] | None = None) -> NotCovered:
    """What no source was ever read for. One query, unless the kinds that were read are given."""
    if read is None:
        done = Source.objects.filter(scans__state=Scan.State.DONE)
        read = set(done.values_list("kind", flat=True).distinct())
    return NotCovered(*([words for kinds, words in some if not kinds & read] for some in _ALL))


def beside(reach: Reach, window: tuple[str, str] | None) -> dict[str, object]:
    """What stands beside a page's totals, for inventory/_left_out.html. Five queries at most."""
    months = months_between(*window) if window else []
    return {
        "window": window,
        "sealed": sealed() if reach.whole else None,
        "in_review": in_review(reach),
        "not_covered": not_covered(),
        "not_told_of": departments_not_told_of() if reach.whole else None,
        "gaps": [line for line in covered_months(months) if 0 < line.missing < len(months)] if months else [],
        "exact": reach.exact,
    }


def months_between(first: str, last: str) -> list[str]:
    """Every month from one to another, YYYY-MM."""
    begin, end = (int(month[:4]) * 12 + int(month[5:]) - 1 for month in (first, last))
    return [f"{number // 12:04}-{number % 12 + 1:02}" for number in range(begin, end + 1)]


@dataclass(frozen=True)
class SourceLine:
    """A source as the sources page shows it."""

    source: Source
    rows: int
    rejected: int
    last_read: object
    failed: int
    about_ai: int  # recognised, and what waits for a person
    in_review: int  # of these, what waits for a person
    placed: dict[str, Placed]  # currency → what became of the spend
    first_day: object
    last_day: object
    sealed: Sealed
    freshness: Freshness
    running: bool
    pulled: str = ""  # how it goes with a list that is pulled, as a badge; "" for files
    trouble: str = ""  # what stops it, in one sentence

    @property
    def recognised(self) -> int:
        """Records about AI, for certain."""
        return self.about_ai - self.in_review


def source_lines(today: date) -> list[SourceLine]:
    """Every source with what was read from it, silent ones first. Five queries."""
    read_on: dict[int, list[date]] = defaultdict(list)
    done = Scan.objects.filter(state=Scan.State.DONE, finished_at__isnull=False)
    for source, when in done.values_list("source_id", "finished_at__date").distinct().order_by():
        read_on[source].append(when)
    hidden = sealed_by_source()
    seen = _readable_by_source()
    counted = ~Q(scans__state__in=[Scan.State.WITHDRAWN, Scan.State.WITHDRAWING])
    sources = Source.objects.annotate(
        rows_kept=Sum("scans__rows_read", filter=counted, default=0),
        rows_rejected=Sum("scans__rows_rejected", filter=counted, default=0),
        last_success=Max("scans__finished_at", filter=Q(scans__state=Scan.State.DONE)),
        failures=Count("scans", filter=Q(scans__state=Scan.State.FAILED)),
        unfinished=Count("scans", filter=Q(scans__state__in=Scan.UNFINISHED)),
    ).order_by("name")
    lines = [
        SourceLine(
            source=source,
            rows=source.rows_kept,
            rejected=source.rows_rejected,
            last_read=source.last_success,
            failed=source.failures,
            about_ai=seen[source.pk].records,
            in_review=seen[source.pk].waiting,
            placed=placed(seen[source.pk].sums, seen[source.pk].sums_waiting, hidden[source.pk].sums),
            first_day=seen[source.pk].first_day,
            last_day=seen[source.pk].last_day,
            sealed=hidden[source.pk],
            freshness=freshness(read_on[source.pk], today),
            running=bool(source.unfinished),
        )
        for source in sources
    ]
    pulls = PulledSource.objects.select_related("connection").in_bulk()
    lines = [_of_a_pull(line, pulls[line.source.pk]) if line.source.pk in pulls else line for line in lines]
    return sorted(lines, key=lambda line: _URGENT.index(line.freshness.state))


@dataclass
class _Readable:
    """The readable records of a source; sums are currency → 10⁻⁶ of charges, refunds taken off."""

    records: int = 0
    waiting: int = 0
    first_day: date | None = None
    last_day: date | None = None
    sums: dict[str, int] = field(default_factory=dict)  # recognised
    sums_waiting: dict[str, int] = field(default_factory=dict)


def _readable_by_source() -> dict[int, _Readable]:
    """Source → its readable records. One query."""
    found: dict[int, _Readable] = defaultdict(_Readable)
    spend = Q(kind=Record.Kind.SPEND)
    parts = Record.objects.filter(current=True).values("source", "currency", "descriptor__state")
    for row in parts.annotate(
        number=Count("pk"), total=Sum("amount", filter=spend), first=Min("date"), last=Max("date")
    ).order_by():
        one = found[row["source"]]
        one.records += row["number"]
        one.first_day = min(filter(None, (one.first_day, row["first"])))
        one.last_day = max(filter(None, (one.last_day, row["last"])))
        waits = row["descriptor__state"] == Descriptor.State.REVIEW
        one.waiting += row["number"] if waits else 0
        if row["total"] is not None:
            sums = one.sums_waiting if waits else one.sums
            sums[row["currency"]] = sums.get(row["currency"], 0) + int(row["total"])
    return found


def _of_a_pull(line: SourceLine, pulled: PulledSource) -> SourceLine:
    """The line of a list that is pulled: how it goes says the list itself, and not which scans there are."""
    now = timezone.now()
    return replace(
        line,
        last_read=pulled.last_success or line.last_read,
        freshness=freshness_of_pull(pulled, now),
        pulled=how_it_goes(pulled, now),
        trouble=pulled.trouble,
    )


_URGENT = ("silent", "late", "never", "no_rhythm", "fresh")


# --- which months are covered ------------------------------------------------------------------

FULL, PART, NONE = "full", "part", "none"
#: Days without a record that lie between two files of a source and still count as covered: a quiet
#: weekend is no gap. Invoices and bills of metered use come as they come.
_QUIET_DAYS, _QUIET_DAYS_OF_BILLS = 7, 31
#: What comes by the month, as invoices and bills do.
_BILLED = frozenset({Kind.PROCUREMENT, Kind.USAGE, Kind.CLOUD})
#: Share of a month's days that makes it covered: the last export may end a day early.
_FULL_SHARE = 0.9

Span = tuple[date, date]


@dataclass(frozen=True)
class CoveredLine:
    """What a kind of source covers, month by month: full, part or none."""

    words: object
    months: list[tuple[str, str]]  # YYYY-MM, how much

    @property
    def missing(self) -> int:
        return len(self.missing_months)

    @property
    def missing_months(self) -> list[str]:
        """The months that no source of the kind tells of."""
        return [month for month, how in self.months if how == NONE]


def covered_months(months: Sequence[str]) -> list[CoveredLine]:
    """How the given months are covered, by kind of source; what shows more only where it was read. One query.

    Whose department an account belongs to is sealed for what is not AI, so that departments
    cannot be told apart here (docs/decisions/0062-coverage-by-kind.md).
    """
    rows = Coverage.objects.filter(scan__state=Scan.State.DONE)
    spans: dict[str, set[Span]] = defaultdict(set)
    for kind, first, last in rows.values_list("source__kind", "first_day", "last_day").distinct():
        spans[kind].add((first, last))
    lines = []
    for kinds, words in (*_UNSEEN_WITHOUT, *_MORE_SEEN_WITH):
        if kinds & _OF_A_DAY or ((kinds, words) in _MORE_SEEN_WITH and not kinds & spans.keys()):
            continue
        quiet = _QUIET_DAYS_OF_BILLS if kinds & _BILLED else _QUIET_DAYS
        days = [span for kind in kinds for span in joined(spans[kind.value], quiet)]
        lines.append(CoveredLine(words, [(month, how_covered(days, month)) for month in months]))
    return lines


def joined(spans: Iterable[Span], quiet: int) -> list[Span]:
    """The spans of days in order, made one where no more than ``quiet`` days lie between two."""
    made: list[Span] = []
    for first, last in sorted(spans):
        if made and first <= made[-1][1] + timedelta(days=quiet + 1):
            made[-1] = (made[-1][0], max(last, made[-1][1]))
        else:
            made.append((first, last))
    return made


def how_covered(spans: Iterable[Span], month: str) -> str:
    """How much of a month (YYYY-MM) lies within some spans of days."""
    year, number = int(month[:4]), int(month[5:])
    length = monthrange(year, number)[1]
    begin, end = date(year, number, 1), date(year, number, length)
    inside: set[int] = set()
    for first, last in spans:
        if first <= end and last >= begin:
            inside.update(range(max(first, begin).day, min(last, end).day + 1))
    if not inside:
        return NONE
    return FULL if len(inside) >= length * _FULL_SHARE else PART
