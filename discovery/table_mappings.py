"""Mappings that people saved, and which reader a file gets: the one place that decides.

A saved mapping goes before the connectors that recognise content: a person said it of tables with
exactly this header. A connector that is named goes before both.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from discovery.connectors import by_name, recognise
from discovery.connectors.base import Connector, Head, Kind
from discovery.connectors.column_meaning import Meaning
from discovery.connectors.table_mapping import TableMapping as Mapping
from discovery.connectors.table_mapping import mapped_table, shapes_in
from discovery.files import Member, head_of
from discovery.models import Scan, Source, TableMapping
from discovery.network_logs import check_allowed


class NotSaved(Exception):
    """One sentence that says why."""


def choose(member: Member, connector: str) -> tuple[Connector, TableMapping | None]:
    """Who reads a file, and the saved mapping that it is read by. Raises UnreadableFile."""
    saved = None
    if connector:
        reader = by_name(connector)
    else:
        head = head_of(member)
        saved = mapping_for(head)
        reader = mapped_table(as_mapping(saved)) if saved else recognise(head)
    check_allowed(reader)
    return reader, saved


def reader_of(scan: Scan) -> Connector:
    """Who reads a scan's file, however often it is taken up again. Raises UnreadableFile."""
    reader = mapped_table(as_mapping(scan.mapping)) if scan.mapping else by_name(scan.connector)
    check_allowed(reader)
    return reader


def mapping_for(head: Head) -> TableMapping | None:
    """The saved mapping whose header the file has, the first such row deciding."""
    if not in_force().exists():
        return None
    shapes = shapes_in(head)
    found = {mapping.shape: mapping for mapping in in_force().filter(shape__in=shapes)}
    return next((found[shape] for shape in shapes if shape in found), None)


def in_force() -> QuerySet[TableMapping]:
    return TableMapping.objects.filter(deleted_at=None)


def as_mapping(saved: TableMapping) -> Mapping:
    return Mapping(
        kind=Kind(saved.kind),
        headers=tuple(saved.headers),
        columns={Meaning[name]: column for name, column in saved.columns.items()},
        mark=saved.mark,
        day_first=saved.day_first,
        currency=saved.currency,
        spending_is_negative=saved.spending_is_negative,
    )


@transaction.atomic
def save(mapping: Mapping, *, name: str, by: str) -> TableMapping:
    """Save a mapping for the next table of its shape, in the place of the one that there was.

    Raises NotSaved where its name is that of a source of another kind.
    """
    other = Source.objects.filter(name=name).exclude(kind=mapping.kind.value).first()
    if other:
        raise NotSaved(f"{name} is a source of {other.kind} records already; choose another name")
    _delete(in_force().filter(shape=mapping.shape), by)
    return TableMapping.objects.create(
        name=name,
        shape=mapping.shape,
        kind=mapping.kind.value,
        headers=list(mapping.headers),
        columns={meaning.name: column for meaning, column in mapping.columns.items()},
        mark=mapping.mark,
        day_first=mapping.day_first,
        currency=mapping.currency,
        spending_is_negative=mapping.spending_is_negative,
        made_by=by,
        made_at=timezone.now(),
    )


def delete(number: int, *, by: str) -> bool:
    """Read no further file by a mapping. What was read by it stays; whether it was in force."""
    return _delete(in_force().filter(pk=number), by) > 0


def _delete(mappings: QuerySet[TableMapping], by: str) -> int:
    return mappings.update(deleted_by=by, deleted_at=timezone.now())
