"""What other weights would do here, before anybody lets them hold. Looks only; changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from inventory.models import Policy
from inventory.naming import ToolName
from inventory.policies import terms_of, would_decide
from inventory.reach import Reach
from inventory.risk import Weights
from inventory.triage import Queue, queue
from inventory.weighing import Weighed, weigh


@dataclass(frozen=True, slots=True)
class Moved:
    """A tool whose range moves. Places in the queue are from 1; None: not shown in it."""

    key: str
    name: ToolName
    low: int
    high: int
    new_low: int
    new_high: int
    place: int | None
    new_place: int | None
    severity: str
    new_severity: str


@dataclass(frozen=True, slots=True)
class Effect:
    """``tools``: how many there are. ``moved``: by how much their upper end moves, the most first.

    ``reordered``: how many change their place in the queue; ``severities``: how many what is said of them
    there. ``policies``: (policy, tools that it would newly decide about).
    """

    tools: int
    moved: list[Moved]
    reordered: int
    severities: int
    policies: list[tuple[Policy, list[Weighed]]]


def effect_of(weights: Weights, reach: Reach, today: date) -> Effect:
    """What these weights would do to ranges, to the queue, and by policies that are on. Some fifty queries,
    however many tools."""
    now, then = weigh(), weigh(weights)
    waits, would_wait = _places(queue(reach, today)), _places(queue(reach, today, weights))
    moved = []
    for old, new in zip(now, then, strict=True):
        place, severity = waits.get(old.key, (None, ""))
        new_place, new_severity = would_wait.get(old.key, (None, ""))
        if (old.risk.low, old.risk.high, place, severity) == (
            new.risk.low,
            new.risk.high,
            new_place,
            new_severity,
        ):
            continue
        moved.append(
            Moved(
                old.key,
                old.name,
                old.risk.low,
                old.risk.high,
                new.risk.low,
                new.risk.high,
                place,
                new_place,
                severity,
                new_severity,
            )
        )
    moved.sort(key=lambda one: (-abs(one.new_high - one.high), -abs(one.new_low - one.low), one.key))
    return Effect(
        tools=len(now),
        moved=moved,
        reordered=sum(one.place != one.new_place for one in moved),
        severities=sum(
            one.severity != one.new_severity for one in moved if one.severity and one.new_severity
        ),
        policies=_policies(now, then),
    )


def _places(waiting: Queue) -> dict[str, tuple[int, str]]:
    """Tool → its place in the queue and the severity that is shown there."""
    return {one.key: (place, one.severity) for place, one in enumerate(waiting.waiting, start=1)}


def _policies(now: list[Weighed], then: list[Weighed]) -> list[tuple[Policy, list[Weighed]]]:
    found = []
    for policy in Policy.objects.filter(on=True).order_by("made_at", "pk"):
        conditions, outcome = terms_of(policy)
        already = {one.key for one in would_decide(now, conditions, outcome)}
        if newly := [one for one in would_decide(then, conditions, outcome) if one.key not in already]:
            found.append((policy, newly))
    return found
