"""What people said of tables, and which reader a file gets: the one place that decides.

A saved mapping goes before the connectors that recognise content: a person said it of tables with
exactly this header. A connector that is named goes before both. What is said of one file alone, as by
an option of the command line, goes before what was saved.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from discovery.connectors import by_name, recognise
from discovery.connectors.base import Connector, Head, Kind, Said
from discovery.connectors.column_meaning import Meaning
from discovery.connectors.member_list import MemberList
from discovery.connectors.member_mapping import MemberMapping, line_above, mapped_members
from discovery.connectors.table_mapping import TableMapping as Mapping
from discovery.connectors.table_mapping import header_in, mapped_table, shape_of, shapes_in
from discovery.files import Member, head_of
from discovery.models import Scan, Source, TableMapping
from discovery.network_logs import check_allowed
from discovery.said_currencies import currency_said, with_currency

NOTHING = Said()


class NotSaved(Exception):
    """One sentence that says why."""


@dataclass(frozen=True)
class Reading:
    """Who reads a file, and how.

    Attributes:
        mapping: what was saved of tables with its header, None where nothing was.
        said: what holds for this file, of the mapping too.
    """

    reader: Connector
    mapping: TableMapping | None = None
    said: Said = NOTHING

    @property
    def source(self) -> str:
        """The source that the file fills where nobody names one."""
        return self.mapping.name if self.mapping else self.reader.name


def choose(
    member: Member, connector: str, said: Said = NOTHING, *, source: str = "", account: str = ""
) -> Reading:
    """Who reads a file, for a source and an account where these are named. Raises UnreadableFile."""
    if connector and not in_force().exists():
        chosen = Reading(by_name(connector).answered(said), None, said)
    else:
        head = head_of(member)
        saved = mapping_for(head)
        if connector or (said.tool and not (saved and saved.kind == Kind.LICENCE)):
            reader = by_name(connector or MemberList.name)
            if saved is not None and (saved.columns or saved.kind != reader.kind):
                saved = None  # what was said of columns is of another reader
        elif saved is not None and saved.columns:
            reader = _mapped(saved, said)
        else:
            reader = recognise(head)
            if saved is not None and reader.kind != saved.kind:  # a month of refunds looks like another table
                reader = by_name(saved.name)
        chosen = _read_by(reader, saved, said, head, source, account)
    check_allowed(chosen.reader)
    return chosen


def _read_by(
    reader: Connector, saved: TableMapping | None, said: Said, head: Head, source: str, account: str
) -> Reading:
    """What is said of the file, completed by what was saved of its header and of its account."""
    if saved is None:
        return Reading(reader.answered(said), None, said)
    before = currency_said(saved.currencies, head, reader, source=source or saved.name, account=account)
    said = _together(said, replace(_said_in(saved), currency=before))
    return Reading(_mapped(saved, said) if saved.columns else reader.answered(said), saved, said)


def reader_of(scan: Scan) -> Connector:
    """Who reads a scan's file, however often it is taken up again. Raises UnreadableFile."""
    said = Said(**scan.said)
    if scan.mapping and scan.mapping.columns:
        reader = _mapped(scan.mapping, said)
    else:
        reader = by_name(scan.connector).answered(said)
    check_allowed(reader)
    return reader


def as_stored(said: Said) -> dict[str, object]:
    """What was said, without what was not."""
    return {name: value for name, value in asdict(said).items() if value not in ("", None)}


def mapping_for(head: Head) -> TableMapping | None:
    """The saved mapping whose header the file has, the first such row deciding."""
    if not in_force().exists():
        return None
    shapes = shapes_in(head)
    found = {mapping.shape: mapping for mapping in in_force().filter(shape__in=shapes)}
    saved = next((found[shape] for shape in shapes if shape in found), None)
    if saved is not None and saved.kind == Kind.LICENCE and line_above(head, saved.shape) != saved.above:
        return None  # lists of many tools have this header, and this one names another
    return saved


def in_force() -> QuerySet[TableMapping]:
    return TableMapping.objects.filter(deleted_at=None)


def as_mapping(saved: TableMapping) -> Mapping:
    return Mapping(
        kind=Kind(saved.kind),
        headers=tuple(saved.headers),
        columns={Meaning[name]: column for name, column in saved.columns.items()},
        mark=saved.mark,
        day_first=saved.day_first,
        spending_is_negative=saved.spending_is_negative,
    )


def as_member_mapping(saved: TableMapping) -> MemberMapping:
    return MemberMapping(tuple(saved.headers), saved.columns, _said_in(saved), saved.above)


def _mapped(saved: TableMapping, said: Said) -> Connector:
    if saved.kind == Kind.LICENCE:
        return mapped_members(replace(as_member_mapping(saved), said=said))
    mapping = as_mapping(saved)
    order = mapping.day_first if said.day_first is None else said.day_first
    return mapped_table(replace(mapping, currency=said.currency, day_first=order))


def _said_in(saved: TableMapping) -> Said:
    """What was said of every file with its header; the currency is of an account alone."""
    return Said("", saved.day_first, saved.tool_name, saved.tool_url, saved.tool)


def _together(said: Said, before: Said) -> Said:
    """What is said of this file, completed by what was said before."""
    if not said.tool:
        said = replace(said, tool=before.tool, url=before.url, product=before.product)
    return replace(
        said,
        currency=said.currency or before.currency,
        day_first=before.day_first if said.day_first is None else said.day_first,
    )


# --- saving -----------------------------------------------------------------------------------------


def save(mapping: Mapping, *, name: str, by: str, head: Head, account: str = "") -> TableMapping:
    """Save a mapping for the next table of its shape, in the place of the one that there was.

    Its currency is that of the account that ``head`` states, else of ``account``, else of files without one.
    Raises NotSaved where its name is that of a source of another kind.
    """
    before = in_force().filter(shape=mapping.shape).first()
    return _save(
        name,
        mapping.headers,
        mapping.kind,
        by,
        columns={meaning.name: column for meaning, column in mapping.columns.items()},
        mark=mapping.mark,
        day_first=mapping.day_first,
        currencies=with_currency(
            before.currencies if before else {},
            mapping.currency,
            head,
            mapped_table(mapping),
            source=name,
            account=account,
        ),
        spending_is_negative=mapping.spending_is_negative,
    )


def save_members(mapping: MemberMapping, *, name: str, by: str) -> TableMapping:
    """The same of a list of a tool's members."""
    return _save(
        name,
        mapping.headers,
        Kind.LICENCE,
        by,
        columns=dict(mapping.columns),
        day_first=mapping.said.day_first,
        spending_is_negative=False,
        tool=mapping.said.product,
        tool_name=mapping.said.tool,
        tool_url=mapping.said.url,
        above=mapping.above,
    )


def remember(head: Head, reader: Connector, said: Said, *, by: str, account: str = "") -> bool:
    """Keep what a person said of a file for the next one with its header; whether it has a header.

    ``reader``: who reads it. The currency is kept for the file's account, see ``said_currencies``; the order
    of dates for every file with this header. What was saved of the same header before holds on beside it.
    """
    saved = mapping_for(head)
    headers = tuple(saved.headers) if saved else header_in(head)
    if not headers:
        return False
    name = saved.name if saved else reader.name
    currencies = saved.currencies if saved else {}
    if said.currency:
        of = _mapped(saved, said) if saved and saved.columns else reader
        currencies = with_currency(currencies, said.currency, head, of, source=name, account=account)
    _save(
        name,
        headers,
        Kind(saved.kind) if saved else reader.kind,
        by,
        columns=saved.columns if saved else {},
        mark=saved.mark if saved else "",
        day_first=_together(said, _said_in(saved)).day_first if saved else said.day_first,
        currencies=currencies,
        spending_is_negative=saved.spending_is_negative if saved else False,
    )
    return True


@transaction.atomic
def _save(name: str, headers: tuple[str, ...], kind: Kind, by: str, **said: object) -> TableMapping:
    shape = shape_of(headers)
    other = Source.objects.filter(name=name).exclude(kind=kind.value).first()
    if other:
        raise NotSaved(f"{name} is a source of {other.kind} records already; choose another name")
    _delete(in_force().filter(shape=shape), by)
    return TableMapping.objects.create(
        name=name,
        shape=shape,
        kind=kind.value,
        headers=list(headers),
        made_by=by,
        made_at=timezone.now(),
        **said,
    )


def delete(number: int, *, by: str) -> bool:
    """Read no further file by a mapping. What was read by it stays; whether it was in force."""
    return _delete(in_force().filter(pk=number), by) > 0


def _delete(mappings: QuerySet[TableMapping], by: str) -> int:
    return mappings.update(deleted_by=by, deleted_at=timezone.now())
