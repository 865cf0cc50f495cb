"""How it goes with each source: asked of the database once for all of them, answered by ``freshness``."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Exists, Min, OuterRef, Sum
from django.db.models.functions import TruncDate

from discovery.connectors.base import Kind
from discovery.expectations import newest
from discovery.models import Coverage, PulledSource, Scan, Source, SourceExpectation
from inventory.company_time import day_of
from inventory.freshness import Freshness, Said, Span, freshness
from inventory.pulled_lists import freshness_of_pull, how_it_goes

#: Files that were read before tell of no rhythm any more.
_HISTORY = timedelta(days=400)
#: Lists of these kinds say what there is on their day: what is known already says that it is still there.
LISTS = frozenset({Kind.DIRECTORY, Kind.LICENCE, Kind.CODE, Kind.ENDPOINT})


@dataclass(frozen=True)
class Health:
    """A source, how it goes with it, and what a person said of it last."""

    source: Source
    freshness: Freshness
    was_read: bool  # to its end, at least once
    word: SourceExpectation | None = None
    pulled: PulledSource | None = None
    badge: str = ""  # of a list that is pulled, how it goes with the pulls

    @property
    def alarms(self) -> bool:
        return self.freshness.alarms


@dataclass
class _Days:
    """The company's days on which a source was read to its end, and of these the ones on which it brought a
    record, and one that was not known.
    """

    read: list[date] = field(default_factory=list)
    brought: list[date] = field(default_factory=list)
    brought_new: list[date] = field(default_factory=list)


def health_of_sources(now: datetime) -> dict[int, Health]:
    """Source → how it goes with it, by name. Four queries."""
    read, words, told = _days_by_source(), newest(), _told_by_source(now)
    today = day_of(now)
    found = {}
    done = Scan.objects.filter(source=OuterRef("pk"), state=Scan.State.DONE)
    sources = Source.objects.select_related("pulled__connection").annotate(was_read=Exists(done))
    for source in sources.order_by("name"):
        word, pulled = words.get(source.pk), getattr(source, "pulled", None)
        days, said = read[source.pk], said_by(word)
        if pulled:
            brought = days.brought if source.kind in LISTS else days.brought_new
            how = freshness_of_pull(pulled, now, brought, said)
            found[source.pk] = Health(source, how, source.was_read, word, pulled, _badge(pulled, how, now))
        else:
            how = freshness(days.read, today, told=told[source.pk], brought_on=days.brought, said=said)
            found[source.pk] = Health(source, how, source.was_read, word)
    return found


def said_by(word: SourceExpectation | None) -> Said | None:
    """A word on a source as ``freshness`` takes it."""
    if word is None:
        return None
    retired = word.what == SourceExpectation.What.RETIRED
    return Said(day_of(word.made_at), word.every_days, word.until, retired)


def _badge(pulled: PulledSource, how: Freshness, now: datetime) -> str:
    """What stops the pulls says more than that nothing comes; that a list is over says more than either."""
    pulls = how_it_goes(pulled, now)
    return how.state.value if pulls in ("fresh", "late", "paused") else pulls


def _days_by_source() -> dict[int, _Days]:
    """One query, a row for each source and day: a list that is pulled every hour has many scans."""
    zone = ZoneInfo(settings.PENUMBRA["TIME_ZONE"])
    done = Scan.objects.filter(state=Scan.State.DONE, finished_at__isnull=False)
    rows = (
        done.annotate(day=TruncDate("finished_at", tzinfo=zone))
        .values("source_id", "day")
        .annotate(new=Sum("records_new") + Sum("records_changed"), known=Sum("records_known"))
        .order_by("source_id", "day")
    )
    found: dict[int, _Days] = defaultdict(_Days)
    for row in rows:
        days = found[row["source_id"]]
        days.read.append(row["day"])
        if row["new"] or row["known"]:
            days.brought.append(row["day"])
        if row["new"]:
            days.brought_new.append(row["day"])
    return found


def _told_by_source(now: datetime) -> dict[int, list[list[Span]]]:
    """Source → by account, the days that each of its newest files tells of. One query.

    Of a file with many accounts, the first stands for all: a feed of a thousand cards ends for each on the
    same day. Pulls go by their schedule.
    """
    files = Coverage.objects.filter(
        scan__state=Scan.State.DONE, scan__pull=False, scan__finished_at__gte=now - _HISTORY
    )
    firsts = files.order_by().values("scan").annotate(first=Min("pk")).values("first")
    accounts: dict[tuple[int, bytes], list[Span]] = defaultdict(list)
    rows = Coverage.objects.filter(pk__in=firsts)
    for source, account, first, last in rows.values_list("source_id", "account_key", "first_day", "last_day"):
        accounts[source, bytes(account)].append((first, last))
    found: dict[int, list[list[Span]]] = defaultdict(list)
    for (source, _account), told in accounts.items():
        found[source].append(told)
    return found
