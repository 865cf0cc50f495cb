"""Work out again what is derived: all of it from the records, or what texts stand for and all that follows.

Both are safe at any time and safe to repeat: what is stored afterwards depends on records and
decisions alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from discovery import openings
from discovery.changes import vendors_underived
from discovery.derive import derive
from discovery.derive import rebuild as rebuild_purchases
from discovery.models import Purchase, Source
from discovery.reconcile import reconcile_all
from discovery.reconsider import reconsider
from inventory import rollups
from inventory.arrivals import note_arrivals
from inventory.flags.keep import check_all, check_marked
from inventory.flags.marks import EVERYTHING, tools_to_check
from inventory.models import Tool, ToolDepartment, ToolMonth, ToolPerson
from inventory.policies import apply_policies
from vendors.plan_prices import list_prices

#: Seconds to wait for somebody else who is writing a source's records.
_PATIENCE = 30.0
_LOOK_AGAIN = 0.2


class StillBusy(Exception):
    """One sentence that says which sources others are writing, and what to do."""


@dataclass(frozen=True)
class Rebuilt:
    """What a rebuild worked out; ``changed`` counts purchases and tools that differ from what was stored."""

    purchases: int
    tools: int
    purchases_changed: int
    tools_changed: int


def take_in(now: datetime) -> int:
    """Take finished scans and changed records into the inventory, see to its flags, and let policies decide
    about what is new; scans taken."""
    taken = rollups.apply()
    note_arrivals(now)
    check_marked(now)
    apply_policies(now)
    return taken


def rebuild(now: datetime) -> Rebuilt:
    """Derive people, purchases, the figures of tools and their flags again, as if nothing had been
    derived before."""
    purchases, tools = _purchases(), _tools()
    rebuild_purchases()
    rollups.rebuild_all()
    check_all(now)
    new_purchases, new_tools = _purchases(), _tools()
    return Rebuilt(
        len(new_purchases),
        len(new_tools),
        _differing(purchases, new_purchases),
        _differing(tools, new_tools),
    )


@dataclass(frozen=True)
class Rematched:
    """What came of asking about every text again."""

    descriptors: int
    changed: int
    new_tools: list[str]
    gone_tools: list[str]
    openings_waiting: int = 0  # rules and tools of the company's own that would open sealed records


def rematch(progress: Callable[[int], None], now: datetime) -> Rematched:
    """Recognise every descriptor again, sealed ones included, and bring all that follows in line.

    ``progress`` is told the number of descriptors asked about since its last call. Raises StillBusy
    where a source could not be brought in line; its records follow when this is repeated.
    """
    before = set(Tool.objects.values_list("key", flat=True))
    told = reconsider(progress=progress)
    openings.ask_for_products(asked_by="operator", reason="added here; found when every text was asked again")
    busy = _reconcile()
    priced = Purchase.objects.filter(vendor__in=list_prices())  # their plans may be others now
    vendors_underived(priced.values_list("vendor", flat=True).distinct().order_by())
    derive()
    tools_to_check([EVERYTHING])  # what the catalog says of plans may have changed with its names
    take_in(now)
    after = set(Tool.objects.values_list("key", flat=True))
    if busy:
        names = ", ".join(Source.objects.filter(pk__in=busy).order_by("name").values_list("name", flat=True))
        raise StillBusy(
            f"records of {names} are being written by a scan and are not in line yet; "
            "run rematch again when it has ended"
        )
    return Rematched(
        told.descriptors,
        told.changed,
        sorted(after - before),
        sorted(before - after),
        openings.waiting().count(),
    )


def _reconcile() -> list[int]:
    """Bring every source in line; those that others are still writing after some patience."""
    deadline = time.monotonic() + _PATIENCE
    while (busy := reconcile_all()) and time.monotonic() < deadline:
        time.sleep(_LOOK_AGAIN)
    return busy


def _purchases() -> dict[bytes, int]:
    """Purchase → a fingerprint of all that is derived of it, numbers of the database apart."""
    columns = [field.attname for field in Purchase._meta.fields if field.name not in ("id", "key", "person")]
    rows = Purchase.objects.values_list("key", "person__email", *columns)
    return {bytes(key): hash(rest) for key, *others in rows.iterator() for rest in [tuple(others)]}


def _tools() -> dict[str, list[Any]]:
    """Tool → all its figures."""
    columns = [field.attname for field in Tool._meta.fields if field.name not in ("id", "key")]
    tools: dict[str, list[Any]] = {
        key: others for key, *others in map(list, Tool.objects.values_list("key", *columns))
    }
    cells = [field.attname for field in ToolMonth._meta.fields if field.name not in ("id", "tool")]
    for key, *others in ToolMonth.objects.values_list("tool__key", *cells).order_by(*cells):
        tools[key].append(others)
    people = ToolPerson.objects.values_list("tool__key", "person__email")
    for key, email in people.order_by("tool__key", "person__email"):
        tools[key].append(email)
    parts = [field.attname for field in ToolDepartment._meta.fields if field.name not in ("id", "tool")]
    for key, *others in ToolDepartment.objects.values_list("tool__key", *parts).order_by("department"):
        tools[key].append(others)
    return tools


def _differing(before: dict[Any, Any], after: dict[Any, Any]) -> int:
    return sum(before.get(key) != after.get(key) for key in before.keys() | after.keys())
