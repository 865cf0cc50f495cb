"""What no source covers, by kind of source and month, and what waits for a person (told by ``footnote``)."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Max, Min, Sum
from django.utils.translation import gettext_lazy as _

from discovery.connectors import is_of_one_tool
from discovery.connectors.base import Kind
from discovery.models import Coverage, Descriptor, Purchase, Scan, Source
from inventory.figures import last_months
from inventory.freshness import Span
from inventory.reach import WHOLE, Reach
from inventory.source_history import history

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


def kinds_covered(read: Iterable[Source]) -> set[str]:
    """The kinds of these sources, which were read: what tells of one tool alone covers none."""
    return {source.kind for source in read if not is_of_one_tool(source.connector)}


@dataclass(frozen=True)
class NotCovered:
    """What no source was ever read for, in words."""

    totals: list[object]  # without it totals are too low
    more: list[object]  # it would show more
    kinds: list[list[str]]  # the kinds of sources that each of ``totals`` is about, and then of ``more``


def not_covered(read: Set[str] | None = None) -> NotCovered:
    """What no source was ever read for. One query, unless the kinds that were read are given."""
    if read is None:
        read = kinds_covered(Source.objects.filter(scans__state=Scan.State.DONE).distinct())
    missing = [[(words, kinds) for kinds, words in some if not kinds & read] for some in _ALL]
    totals, more = ([words for words, _kinds in some] for some in missing)
    return NotCovered(totals, more, [sorted(kinds) for some in missing for _words, kinds in some])


# --- which months are covered ------------------------------------------------------------------

FULL, PART, NONE = "full", "part", "none"
#: Days without a record that lie between two files of a source and still count as covered: a quiet
#: weekend is no gap. Invoices and bills of metered use come as they come.
_QUIET_DAYS, _QUIET_DAYS_OF_BILLS = 7, 31
#: What comes by the month, as invoices and bills do.
_BILLED = frozenset({Kind.PROCUREMENT, Kind.USAGE, Kind.CLOUD})
#: Share of a month's days that makes it covered: the last export may end a day early.
_FULL_SHARE = 0.9


@dataclass(frozen=True)
class CoveredLine:
    """What a kind of source covers, month by month: full, part or none."""

    words: object
    kinds: list[str]
    months: list[tuple[str, str]]  # YYYY-MM, how much

    @property
    def missing(self) -> int:
        return len(self.missing_months)

    @property
    def missing_months(self) -> list[str]:
        """The months that no source of the kind tells of."""
        return [month for month, how in self.months if how == NONE]


def last_year_of(spans: Mapping[str, Iterable[Span]]) -> tuple[str, str] | None:
    """The twelve months up to the latest day that any file tells of, or None; a list of a day has none."""
    counted = (some for kind, some in spans.items() if kind not in _OF_A_DAY)
    latest = max((last for some in counted for _first, last in some), default=None)
    return last_months(f"{latest:%Y-%m}") if latest else None


def months_seen() -> tuple[str, str] | None:
    """The first and the last month that any file tells of, or None. One query."""
    rows = Coverage.objects.filter(scan__state=Scan.State.DONE)
    found = rows.aggregate(first=Min("first_day"), last=Max("last_day"))
    return (f"{found['first']:%Y-%m}", f"{found['last']:%Y-%m}") if found["last"] else None


def covered_months(
    months: Sequence[str], spans: Mapping[str, Iterable[Span]] | None = None
) -> list[CoveredLine]:
    """How the given months are covered, by kind of source; what shows more only where it was read.

    Whose department an account belongs to is sealed for what is not AI,
    so that departments cannot be told apart here (docs/decisions/0062-coverage-by-kind.md).
    """
    spans = history().spans_by_kind() if spans is None else spans
    lines = []
    for kinds, words in (*_UNSEEN_WITHOUT, *_MORE_SEEN_WITH):
        if kinds & _OF_A_DAY or ((kinds, words) in _MORE_SEEN_WITH and not kinds & spans.keys()):
            continue
        quiet = _QUIET_DAYS_OF_BILLS if kinds & _BILLED else _QUIET_DAYS
        days = [span for kind in kinds for span in joined(spans.get(kind.value, ()), quiet)]
        covered = [(month, how_covered(days, month)) for month in months]
        lines.append(CoveredLine(words, sorted(kinds), covered))
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
