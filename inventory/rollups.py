"""Keep the figures of tools in line with records and purchases.

Discovery marks what changed (``ChangedTool``) and never learns who asks. Here the marks are
taken: figures are worked out from everything stored, outside any transaction, and written in
short ones. So order, pieces and repeats cannot change a figure, and a cut-off run is simply
repeated.

Two things may happen between working out and writing. Records may change: their mark's serial
rises, the mark stays, and the tool is worked out again. Another process may write newer figures:
it raised the turn, ours is then no longer valid and nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from discovery.models import ChangedTool, Descriptor, Purchase, Scan
from discovery.planner import know_what_grew
from inventory.figures import Cell, DepartmentFigures, Figures, Sums, figures
from inventory.flags.marks import EVERYTHING, tools_to_check
from inventory.models import RollupTurn, Tool, ToolDepartment, ToolMonth, ToolPerson, ToolSpend

#: Vendors that figures are worked out for at a time: nine queries each time.
_VENDORS = 12
#: People and months a transaction writes, unless one vendor alone has more: about a tenth of a second.
_WRITTEN = 5_000
_ROWS = 500

_FIGURES = (
    "people_count",
    "people_unresolved",
    "first_seen",
    "last_seen",
    "last_used",
    "spend",
    "doors",
    "sources",
    "departments",
    "plan",
    "likely_plans",
)
_APPLIED_STATES = (Scan.State.DONE, Scan.State.FAILED, Scan.State.WITHDRAWN)


class Overtaken(Exception):
    """Another process wrote figures meanwhile; ours may be older."""


def apply() -> int:
    """Take every finished scan and every mark of a changed tool; the number of scans taken.

    Safe to call at any time, any number of times, by several processes.
    """
    waiting = Scan.objects.filter(state__in=_APPLIED_STATES, applied_at=None)
    scans = list(waiting.order_by("pk").values_list("pk", flat=True))
    marks = list(ChangedTool.objects.order_by("tool"))
    by_vendor = _by_vendor(marks)
    vendors = sorted(by_vendor)
    if vendors:
        know_what_grew()
    for start in range(0, len(vendors), _VENDORS):
        batch = vendors[start : start + _VENDORS]
        last = start + _VENDORS >= len(vendors)
        _recompute(batch, by_vendor, scans if last else [])
    if not vendors:
        _recompute([], {}, scans)
    return len(scans)


def rebuild_all() -> None:
    """Work out the figures of every tool again, as if none were stored."""
    vendors = set(Tool.objects.values_list("vendor", flat=True))
    vendors.update(Purchase.objects.values_list("vendor", flat=True).distinct().order_by())
    vendors.update(Descriptor.objects.values_list("vendor", flat=True).distinct().order_by())
    everything = sorted(vendors - {""})
    for start in range(0, len(everything), _VENDORS):
        _recompute(everything[start : start + _VENDORS], {}, [])
    apply()


def _by_vendor(marks: Sequence[ChangedTool]) -> dict[str, list[ChangedTool]]:
    """Marks under the vendor whose tools they concern; an unknown key counts as a vendor's."""
    keys = [mark.tool for mark in marks]
    vendors: dict[str, str] = {}
    for start in range(0, len(keys), _ROWS):
        some = keys[start : start + _ROWS]
        vendors.update(Tool.objects.filter(key__in=some).values_list("key", "vendor"))
        for model in (Descriptor, Purchase):
            known = model.objects.filter(product__in=some).values_list("product", "vendor")
            vendors.update(known.distinct().order_by())
    grouped: dict[str, list[ChangedTool]] = {}
    for mark in marks:
        grouped.setdefault(vendors.get(mark.tool) or mark.tool, []).append(mark)
    return grouped


def _recompute(vendors: list[str], marks: Mapping[str, list[ChangedTool]], scans: list[int]) -> None:
    """Work out the tools of some vendors and write them; the scans are taken with the last of them."""
    if not vendors and not scans:
        return
    RollupTurn.objects.get_or_create(pk=1)
    waiting = vendors
    while True:
        turn = RollupTurn.objects.get(pk=1).serial
        found = figures(waiting) if waiting else {}
        try:
            for piece in _pieces(waiting, found):
                taken = [mark for vendor in piece for mark in marks.get(vendor, [])]
                _write(turn, piece, found, taken, scans if len(piece) == len(waiting) else [])
                turn += 1
                waiting = waiting[len(piece) :]
            return
        except Overtaken:
            continue


def _pieces(vendors: list[str], found: Mapping[str, Figures]) -> list[list[str]]:
    """The vendors in order, cut so that no piece is long to write. At least one piece."""
    sizes = dict.fromkeys(vendors, 0)
    for tool in found.values():
        sizes[tool.vendor] += len(tool.people) + len(tool.months)
    pieces: list[list[str]] = [[]]
    written = 0
    for vendor in vendors:
        if pieces[-1] and written + sizes[vendor] > _WRITTEN:
            pieces.append([])
            written = 0
        pieces[-1].append(vendor)
        written += sizes[vendor]
    return pieces


@transaction.atomic
def _write(
    turn: int,
    vendors: list[str],
    found: Mapping[str, Figures],
    marks: list[ChangedTool],
    scans: list[int],
) -> None:
    """One commit: figures, the marks they answer unless raised meanwhile, and scans that are taken."""
    _take_turn(turn)
    _store(vendors, {key: tool for key, tool in found.items() if tool.vendor in vendors})
    for mark in marks:
        ChangedTool.objects.filter(pk=mark.pk, serial=mark.serial).delete()
    taken = Scan.objects.filter(pk__in=scans, state__in=_APPLIED_STATES, applied_at=None).update(
        applied_at=timezone.now()
    )
    if taken:  # it moves the last day that a source tells of, and may tell who left: of any tool
        tools_to_check([EVERYTHING])


def _take_turn(serial: int) -> None:
    if not RollupTurn.objects.filter(pk=1, serial=serial).update(serial=F("serial") + 1):
        raise Overtaken


def _store(vendors: list[str], found: dict[str, Figures]) -> None:
    """Make the stored tools of these vendors say what was found, and no more."""
    # Locked: a decision taken now must not be about a tool that goes a moment later.
    tools = Tool.objects.select_for_update().order_by("pk")
    stored = {tool.key: tool for tool in tools.filter(vendor__in=vendors)}
    stored |= {tool.key: tool for tool in tools.filter(key__in=found.keys() - stored.keys())}
    for key, tool in stored.items():
        if key not in found and not tool.untouched:
            found = found | {key: Figures(key, tool.vendor)}
    gone = {tool.pk for key, tool in stored.items() if key not in found}
    Tool.objects.filter(pk__in=gone).delete()
    Tool.objects.bulk_create(
        [Tool(**_columns(wanted)) for key, wanted in found.items() if key not in stored], batch_size=_ROWS
    )
    changed = [tool for key, tool in stored.items() if key in found and _set(tool, found[key])]
    Tool.objects.bulk_update(changed, ["vendor", *_FIGURES], batch_size=100)
    numbers = dict(Tool.objects.filter(key__in=found).values_list("key", "pk"))
    _store_months({numbers[key]: wanted.months for key, wanted in found.items()})
    _store_spend({numbers[key]: wanted.months for key, wanted in found.items()})
    _store_people({numbers[key]: wanted.people for key, wanted in found.items()})
    _store_departments({numbers[key]: wanted.in_departments for key, wanted in found.items()})
    tools_to_check([*found, *(key for key, tool in stored.items() if tool.pk in gone)])


def _columns(wanted: Figures) -> dict[str, object]:
    return {
        "key": wanted.key,
        "vendor": wanted.vendor,
        "people_count": len(wanted.people),
        **{name: getattr(wanted, name) for name in _FIGURES if name != "people_count"},
    }


def _set(tool: Tool, wanted: Figures) -> bool:
    """Give a tool its figures; whether anything changed."""
    changed = False
    for name, value in _columns(wanted).items():
        if getattr(tool, name) != value:
            setattr(tool, name, value)
            changed = True
    return changed


def _store_months(wanted: dict[int, dict[Cell, Sums]]) -> None:
    stale, kept = [], set()
    for row in ToolMonth.objects.filter(tool__in=wanted):
        cell = Cell(*(getattr(row, name) for name in Cell._fields))
        if wanted[row.tool_id].get(cell) == tuple(getattr(row, name) for name in Sums._fields):
            kept.add((row.tool_id, cell))
        else:
            stale.append(row.pk)
    _delete(ToolMonth, stale)
    ToolMonth.objects.bulk_create(
        [
            ToolMonth(tool_id=tool, **cell._asdict(), **sums._asdict())
            for tool, months in wanted.items()
            for cell, sums in months.items()
            if (tool, cell) not in kept
        ],
        batch_size=_ROWS,
    )


def _store_spend(wanted: dict[int, dict[Cell, Sums]]) -> None:
    """The same months without departments and doors."""
    sums: dict[tuple[int, str, str], int] = {}
    for tool, months in wanted.items():
        for cell, parts in months.items():
            key = (tool, cell.month, cell.currency)
            sums[key] = sums.get(key, 0) + parts.amount
    stale = []
    for row in ToolSpend.objects.filter(tool__in=wanted):
        key = (row.tool_id, row.month, row.currency)
        if sums.get(key) == row.amount:
            del sums[key]
        else:
            stale.append(row.pk)
    _delete(ToolSpend, stale)
    ToolSpend.objects.bulk_create(
        [
            ToolSpend(tool_id=tool, month=month, currency=currency, amount=amount)
            for (tool, month, currency), amount in sums.items()
        ],
        batch_size=_ROWS,
    )


def _store_people(wanted: dict[int, set[int]]) -> None:
    pairs = {(tool, person) for tool, people in wanted.items() for person in people}
    stored = {
        (tool, person): pk
        for pk, tool, person in ToolPerson.objects.filter(tool__in=wanted).values_list(
            "pk", "tool_id", "person_id"
        )
    }
    _delete(ToolPerson, [pk for pair, pk in stored.items() if pair not in pairs])
    ToolPerson.objects.bulk_create(
        [ToolPerson(tool_id=tool, person_id=person) for tool, person in sorted(pairs - stored.keys())],
        batch_size=_ROWS,
    )


def _store_departments(wanted: dict[int, dict[str, DepartmentFigures]]) -> None:
    stale, kept = [], set()
    for row in ToolDepartment.objects.filter(tool__in=wanted):
        stored = DepartmentFigures(row.first_seen, row.last_seen, row.doors, row.sources, row.people)
        if wanted[row.tool_id].get(row.department) == stored:
            kept.add((row.tool_id, row.department))
        else:
            stale.append(row.pk)
    _delete(ToolDepartment, stale)
    ToolDepartment.objects.bulk_create(
        [
            ToolDepartment(tool_id=tool, department=department, **asdict(part))
            for tool, parts in wanted.items()
            for department, part in parts.items()
            if (tool, department) not in kept
        ],
        batch_size=_ROWS,
    )


def _delete(
    model: type[ToolMonth] | type[ToolSpend] | type[ToolPerson] | type[ToolDepartment], numbers: Iterable[int]
) -> None:
    numbers = list(numbers)
    for start in range(0, len(numbers), _ROWS):
        model.objects.filter(pk__in=numbers[start : start + _ROWS]).delete()
