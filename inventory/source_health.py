"""How it goes with each source: asked of the database once for all of them, answered by ``freshness``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from discovery.connectors.base import Kind
from discovery.expectations import newest
from discovery.models import PulledSource, Scan, Source, SourceExpectation
from inventory.company_time import day_of
from inventory.freshness import Freshness, Said, freshness
from inventory.pulled_lists import freshness_of_pull, how_it_goes
from inventory.source_history import History, history

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


def health_of_sources(now: datetime, read: History | None = None) -> dict[int, Health]:
    """Source → how it goes with it, by name. Two queries and those of ``history``, unless it is given."""
    read, words = read or history(), newest()
    today = day_of(now)
    found = {}
    done = Scan.objects.filter(source=OuterRef("pk"), state=Scan.State.DONE)
    sources = Source.objects.select_related("pulled__connection").annotate(was_read=Exists(done))
    for source in sources.order_by("name"):
        word, pulled = words.get(source.pk), getattr(source, "pulled", None)
        days, said = read.days_of(source.pk), said_by(word)
        if pulled:
            brought = days.brought if source.kind in LISTS else days.brought_new
            how = freshness_of_pull(pulled, now, brought, said)
            found[source.pk] = Health(source, how, source.was_read, word, pulled, _badge(pulled, how, now))
        else:
            told = read.spans_of(source.pk, source.kind)
            how = freshness(days.read, today, told=told, brought_on=days.brought, said=said)
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
