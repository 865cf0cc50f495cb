"""What happened since it was last looked: read from what is stored, told once.

Nobody has to remember to tell: what is stored says it itself, so an event that was missed is found by
the next look. The first reading of a source brings its whole past: that is one summary, not hundreds of
events. So is whatever else comes in such numbers that nobody would read it line by line. What is for
one person alone (asked to own a tool, answered to a declaration) stands in no summary.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import CharField, Exists, F, OuterRef, QuerySet
from django.db.models.functions import Cast

from discovery.models import Scan, Source
from inventory.company_time import day_of
from inventory.declarations import states_of
from inventory.flag_list import subject_title
from inventory.freshness import State
from inventory.models import (
    DecisionBatch,
    Declaration,
    Flag,
    FlagSeverity,
    FlagSubject,
    OwnershipRequest,
    Tool,
    ToolToCheck,
)
from inventory.naming import names_of
from inventory.notice_models import Notice, NoticeKind, NoticeTurn
from inventory.source_health import health_of_sources

#: From so many events of a look on, one summary tells of them all.
SUMMED_FROM = 20
#: A review date is told of this long before.
REVIEW_NEAR = timedelta(days=30)
_ROWS = 500


def gather(now: datetime) -> int:
    """Write down what happened and was not told yet; how many events that were.

    Safe at any time and in several processes: each event is held to once by the database, and of two
    gatherings at once the later writes nothing.
    """
    NoticeTurn.objects.get_or_create(pk=1)
    turn = NoticeTurn.objects.get(pk=1).serial
    for_one = [*_owners_asked(now), *_declarations_answered(now)]
    found = [*_decisions(now), *_reviews(now), *_silent_sources(now)]
    first_read: list[Notice] = []
    if _settled():
        first_read = list(_first_read(now))
        found += [*first_read, *_tools(now), *_flags_opened(now), *_flags_closed(now)]
    if not found and not for_one:
        return 0
    with transaction.atomic():
        if not NoticeTurn.objects.filter(pk=1, serial=turn).update(serial=F("serial") + 1):
            return 0
        if first_read or len(found) >= SUMMED_FROM:
            _sum_up(found, now)
        _store([*found, *for_one])
    return len(found) + len(for_one)


def _settled() -> bool:
    """Whether every scan has arrived in the inventory, and its flags with it.

    Half a scan would make half a summary. What waits for a person's answer does not count.
    """
    waiting = Scan.objects.filter(state__in=(Scan.State.DONE, Scan.State.WITHDRAWN), applied_at=None)
    return not (
        Scan.objects.filter(state__in=Scan.UNFINISHED).exists()
        or waiting.exists()
        or ToolToCheck.objects.exists()
    )


def _sum_up(found: list[Notice], now: datetime) -> None:
    """Put one summary before all that happened."""
    counts = Counter(notice.kind for notice in found)
    severities = Counter(n.severity for n in found if n.kind == NoticeKind.FLAG_OPENED)
    summary = Notice.objects.create(
        kind=NoticeKind.SUMMARY,
        of=f"{found[0].kind} {found[0].of}",
        happened_at=now,
        made_at=now,
        severity=next((s for s in FlagSeverity.values if s in severities), ""),
        facts={
            "counts": dict(sorted(counts.items())),
            "flags_opened": {s: severities[s] for s in FlagSeverity.values if s in severities},
            "sources": sorted(n.facts["source"] for n in found if n.kind == NoticeKind.SOURCE_FIRST_READ),
        },
    )
    for notice in found:
        notice.summed_in = summary


def _store(notices: list[Notice]) -> None:
    Notice.objects.bulk_create(notices, batch_size=_ROWS, ignore_conflicts=True)


def _untold(rows: QuerySet, kind: NoticeKind, key: str = "pk") -> QuerySet:
    """Rows of which no notice of this kind tells yet."""
    told = Notice.objects.filter(kind=kind, of=Cast(OuterRef(key), CharField()))
    return rows.filter(~Exists(told)).order_by("pk")


def _named(keys: Iterable[str]) -> dict[str, object]:
    names = names_of({key: key.partition("/")[0] for key in keys})
    return {"names": {key: name.title for key, name in names.items()}} if names else {}


def _tools(now: datetime) -> Iterator[Notice]:
    fresh = list(_untold(Tool.objects.all(), NoticeKind.TOOL_SEEN, "key"))
    names = names_of({tool.key: tool.vendor for tool in fresh})
    for tool in fresh:
        facts = {"names": {tool.key: names[tool.key].title}, "doors": tool.doors, "sources": tool.sources}
        yield Notice(
            kind=NoticeKind.TOOL_SEEN,
            of=tool.key,
            happened_at=now,
            made_at=now,
            tools=[tool.key],
            facts=facts,
        )


def _flags_opened(now: datetime) -> Iterator[Notice]:
    """A flag that a stronger one covers is told of when that one no longer does."""
    standing = Flag.objects.filter(state=Flag.State.OPEN, folded_under="")
    yield from _of_flags(NoticeKind.FLAG_OPENED, _untold(standing, NoticeKind.FLAG_OPENED), now)


def _flags_closed(now: datetime) -> Iterator[Notice]:
    """Only of what was told of when it opened."""
    told = Notice.objects.filter(kind=NoticeKind.FLAG_OPENED, of=Cast(OuterRef("pk"), CharField()))
    closed = Flag.objects.filter(Exists(told), state=Flag.State.CLOSED)
    yield from _of_flags(NoticeKind.FLAG_CLOSED, _untold(closed, NoticeKind.FLAG_CLOSED), now)


def _of_flags(kind: NoticeKind, flags: Iterable[Flag], now: datetime) -> Iterator[Notice]:
    flags = list(flags)
    keys = [flag.subject for flag in flags if flag.about == FlagSubject.TOOL]
    names = names_of({key: key.partition("/")[0] for key in keys})
    for flag in flags:
        of_tool = flag.about == FlagSubject.TOOL
        name = names[flag.subject].title if of_tool else subject_title(flag)
        yield Notice(
            kind=kind,
            of=str(flag.pk),
            happened_at=(flag.closed_at or now) if kind == NoticeKind.FLAG_CLOSED else flag.opened_at,
            made_at=now,
            severity=flag.severity,
            tools=[flag.subject] if of_tool else [],
            facts={"rule": flag.rule, "about": flag.about, "subject": flag.subject, "name": name},
        )


def _decisions(now: datetime) -> Iterator[Notice]:
    """Who decided, and why, stands in the log of decisions; here stands what was decided about what."""
    batches = _untold(DecisionBatch.objects.prefetch_related("decisions"), NoticeKind.TOOL_DECIDED)
    for batch in batches:
        rows = sorted(batch.decisions.all(), key=lambda row: row.tool)
        keys = [row.tool for row in rows]
        statuses = sorted({row.after["status"] for row in rows if "status" in row.after})
        facts = {
            **_named(keys),
            "changed": sorted({column for row in rows for column in row.after}),
            "statuses": statuses,
            "undone": batch.undoes_id is not None,
        }
        yield Notice(
            kind=NoticeKind.TOOL_DECIDED,
            of=str(batch.pk),
            happened_at=batch.made_at,
            made_at=now,
            tools=keys,
            facts=facts,
        )


def _reviews(now: datetime) -> Iterator[Notice]:
    """Once for each tool and review date."""
    near = list(Tool.objects.filter(review_due__lte=day_of(now) + REVIEW_NEAR).order_by("key"))
    told = set(
        Notice.objects.filter(
            kind=NoticeKind.REVIEW_NEAR, of__in=[f"{tool.key} {tool.review_due}" for tool in near]
        ).values_list("of", flat=True)
    )
    for tool in near:
        of = f"{tool.key} {tool.review_due}"
        if of not in told:
            facts = {**_named([tool.key]), "review_due": f"{tool.review_due}"}
            yield Notice(
                kind=NoticeKind.REVIEW_NEAR,
                of=of,
                happened_at=now,
                made_at=now,
                tools=[tool.key],
                facts=facts,
            )


def _owners_asked(now: datetime) -> Iterator[Notice]:
    """Once for each time that somebody is asked, unless they have answered meanwhile."""
    waiting = OwnershipRequest.objects.filter(answer=OwnershipRequest.Answer.OPEN)
    for request in _untold(waiting, NoticeKind.OWNER_ASKED):
        yield Notice(
            kind=NoticeKind.OWNER_ASKED,
            of=str(request.pk),
            happened_at=request.asked_at,
            made_at=now,
            tools=[request.tool],
            facts=_named([request.tool]),
            to=request.asked,
        )


def _declarations_answered(now: datetime) -> Iterator[Notice]:
    """Whenever what holds for a declaration is no longer what its author was last told.

    Somebody answered it, or decided about the tool; both count, and each change is told once.
    """
    told: dict[int, list[str]] = {}
    sent = Notice.objects.filter(kind=NoticeKind.DECLARATION_ANSWERED).order_by("pk")
    for of, stands in sent.values_list("of", "facts__stands"):
        told.setdefault(int(of.partition(" ")[0]), []).append(stands)
    for state in states_of(Declaration.objects.order_by("pk")):
        declaration = state.declaration
        before = told.get(declaration.pk, [])
        stands = f"{state.outcome} {state.answered.pk}" if state.answered else str(state.outcome)
        if state.waits or stands == (before or [declaration.outcome])[-1]:
            continue
        yield Notice(
            kind=NoticeKind.DECLARATION_ANSWERED,
            of=f"{declaration.pk} {len(before) + 1}",
            happened_at=state.answered.made_at if state.answered else now,
            made_at=now,
            tools=[declaration.tool] if declaration.tool else [],
            facts={"name": declaration.name, "outcome": str(state.outcome), "stands": stands},
            to=declaration.account,
        )


def _first_read(now: datetime) -> Iterator[Notice]:
    read = Source.objects.filter(scans__applied_at__isnull=False, scans__state=Scan.State.DONE).distinct()
    for source in _untold(read, NoticeKind.SOURCE_FIRST_READ):
        yield Notice(
            kind=NoticeKind.SOURCE_FIRST_READ,
            of=str(source.pk),
            happened_at=now,
            made_at=now,
            facts={"source": source.name},
        )


def _silent_sources(now: datetime) -> Iterator[Notice]:
    """Once for each time that a source fell silent, or came to bring nothing."""
    for health in health_of_sources(now).values():
        if not health.alarms:
            continue
        found, source = health.freshness, health.source
        silent = found.state == State.SILENT
        days = found.days_since if silent else found.days_without
        since = "never" if days is None else f"{day_of(now) - timedelta(days=days)}"
        of = f"{source.pk} {since}" if silent else f"{source.pk} empty {since}"
        if not Notice.objects.filter(kind=NoticeKind.SOURCE_SILENT, of=of).exists():
            facts = {
                "source": source.name,
                "kind": source.kind,
                "state": found.state.value,
                "days": days,
                "every": found.every,
            }
            yield Notice(kind=NoticeKind.SOURCE_SILENT, of=of, happened_at=now, made_at=now, facts=facts)
