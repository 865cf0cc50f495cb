"""What people decided about overlaps, and whether it still holds."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from inventory.models import OverlapDecision


def newest_decisions(capabilities: Iterable[str] | None = None) -> dict[str, OverlapDecision]:
    """Capability → the decision that was taken last. One query."""
    taken = OverlapDecision.objects.order_by("made_at", "pk")
    if capabilities is not None:
        taken = taken.filter(capability__in=set(capabilities))
    return {decision.capability: decision for decision in taken}


def holds_as_accepted(decision: OverlapDecision | None, tools: Collection[str], today: date) -> bool:
    """Whether the overlap of these tools is accepted: until its day, and for no tool that came since."""
    return (
        decision is not None
        and decision.kind == OverlapDecision.Kind.ACCEPTED
        and decision.until is not None
        and decision.until >= today
        and set(tools) <= set(decision.tools)
    )
