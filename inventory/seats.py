"""Who holds a seat of a tool now, and how many there are: what the newest list of each account and app says.

A function of all records: somebody who is missing from a newer list holds no seat any more, and holds it
again where that list is withdrawn. A seat is no use: that is the day its person was last active.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Max

from discovery.models import Record, SwitchState
from inventory.evidence import of_tool
from inventory.figures import evidence
from inventory.models import Tool
from inventory.reach import WHOLE, Reach


@dataclass(frozen=True)
class SeatList:
    """What the newest list of one account says of an app."""

    source: str
    text: str  # what names the tool there
    day: date
    plans: tuple[str, ...]
    states: dict[str, int]  # on, off or unknown → people, or one for a feature of the company
    bought: int | None  # None: not stated
    used: int | None  # as the list counts them
    people: int  # who stand in it by name or login
    active: int  # of these, whose last activity is stated
    last_active: date | None

    @property
    def state(self) -> str:
        """On, off or unknown, as far as all of it is alike; "" where it is not."""
        return next(iter(self.states)) if len(self.states) == 1 else ""


_LIST = ("source__name", "account", "descriptor_id")


def seat_lists(tool: Tool, reach: Reach = WHOLE) -> list[SeatList]:
    """The newest lists that tell of a tool, by source. Two queries."""
    licences = of_tool(reach.records(evidence().filter(kind=Record.Kind.LICENCE)), tool)
    newest: dict[tuple[str, str, int], date] = {
        (source, account, descriptor): day
        for source, account, descriptor, day in licences.values_list(*_LIST)
        .annotate(newest=Max("date"))
        .order_by()
    }
    if not newest:
        return []
    standing: dict[tuple[str, str, int], list[Record]] = defaultdict(list)
    rows = licences.filter(date__in=set(newest.values())).select_related("source")
    for record in rows.order_by("plan", "pk"):
        key = (record.source.name, record.account, record.descriptor_id)
        if record.date == newest[key]:
            standing[key].append(record)
    lists = [_list(key[0], newest[key], records) for key, records in standing.items()]
    return sorted(lists, key=lambda one: (one.source, one.text, one.plans))


def _list(source: str, day: date, records: list[Record]) -> SeatList:
    named = [record for record in records if _who(record)]
    counted = [record for record in records if not _who(record)]
    told = named or counted
    return SeatList(
        source=source,
        text=records[0].text,
        day=day,
        plans=tuple(dict.fromkeys(record.plan for record in records if record.plan)),
        states={
            state: number
            for state in SwitchState.values
            if (number := sum(record.state == state for record in told))
        },
        bought=_sum(counted, "seats"),
        used=_sum(counted, "seats_used"),
        people=len({_who(record) for record in named}),
        active=len({_who(record) for record in named if record.last_active}),
        last_active=max((record.last_active for record in records if record.last_active), default=None),
    )


def _who(record: Record) -> str:
    return record.email or record.login or record.person_name


def _sum(records: list[Record], name: str) -> int | None:
    stated = [record.details[name] for record in records if name in record.details]
    return sum(stated) if stated else None
