"""From a file, or a system's pages, to staged chunks: one sequential reader, each chunk one commit.

What is staged is sealed from the first byte: until the whole file is read nobody knows which of
its rows are about AI. A scan that was cut off reads the file again, passes over the rows that
are staged (the readers are pure: the same bytes give the same rows) and goes on.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import BinaryIO
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Sum

from discovery.connectors.api import Page
from discovery.connectors.base import Connector, Kind, UnreadableFile
from discovery.connectors.table_cells import without_credentials
from discovery.identity import Identities, presence
from discovery.kept_rows import contract_text, kept_contract, kept_licence, kept_seen, kept_usage
from discovery.leases import Lease
from discovery.models import Chunk, RejectedRow, Scan
from discovery.network_logs import as_agreed, blocks_as_agreed
from discovery.overlaps import ChunkCoverage
from discovery.packed_rows import RowPacker, pack_record
from discovery.records import (
    Contract,
    DirectoryPerson,
    Grant,
    Ignored,
    Licence,
    Record,
    Rejected,
    Removed,
    Row,
    Seen,
    SeenBy,
    SignIn,
    Spend,
    Usage,
)
from discovery.row_blocks import RowBlocks
from discovery.rows import CONTRACT, GRANT, LICENCE, PERSON, PRESENCE, SEEN, SPEND, USAGE, GrantRow
from discovery.sealing import seal_text, stage
from discovery.spend_columns import Block, SpendColumns
from vendors.matching import Descriptor, Descriptors, describe
from vendors.matching.answers import Channel

CHUNK_ROWS = 10_000
#: 10⁻⁶ of the major unit; ninety such amounts still add up in a database's integer.
_LARGEST = 10**17

#: How the matcher is asked about the records of each kind of connector.
CHANNELS = {
    Kind.CARD: Channel.CARD,
    Kind.BANK: Channel.BANK,
    Kind.EXPENSE: Channel.EXPENSE,
    Kind.PROCUREMENT: Channel.PROCUREMENT,
    Kind.SSO: Channel.SSO_APP,
    Kind.GRANT: Channel.OAUTH,
    Kind.LICENCE: Channel.SSO_APP,
    Kind.CLOUD: Channel.PROCUREMENT,
    Kind.NETWORK: Channel.NETWORK,
    Kind.CODE: Channel.SSO_APP,
    Kind.ENDPOINT: Channel.SSO_APP,
}

Progress = Callable[[int, int | None], None]  # rows read so far, rows expected


def company_day(instant: datetime) -> date:
    """The day of an instant in the company's time zone."""
    return instant.astimezone(ZoneInfo(settings.PENUMBRA["TIME_ZONE"])).date()


def stage_file(
    scan: Scan, lease: Lease, connector: Connector, stream: BinaryIO, size: int | None, progress: Progress
) -> UnreadableFile | None:
    """Stage every row that is not staged yet. Returns what is wrong with a file that breaks off."""
    staged = scan.chunks.aggregate(rows=Sum("rows"))["rows"] or 0
    number = scan.chunks.count()
    identities = Identities(scan.source_id, scan.account)
    channel = CHANNELS.get(connector.kind, Channel.EXPENSE)
    described = Descriptors(channel)
    list_day = scan.list_day or company_day(scan.created_at)
    blocks = RowBlocks(blocks_as_agreed(connector, stream))
    blocks.skip(staged)
    read, stated_at = staged, scan.stated_at
    while taken := blocks.take(CHUNK_ROWS):
        chunk = StagedRows(identities, channel, list_day, described)
        for block in taken:
            chunk.add(block)
        rows = sum(map(len, taken))
        stated_at = max(stated_at, chunk.stated_at)
        read += rows
        expected = _expected(stream, size, read)
        store = chunk.storing(scan, number, rows)
        with transaction.atomic():
            lease.keep(rows_read=read, rows_expected=expected, stated_at=stated_at)
            store()
        number += 1
        progress(read, expected)
    return blocks.broken_off


def _expected(stream: BinaryIO, size: int | None, read: int) -> int | None:
    """How many rows the file may have, from the share of its bytes that is read."""
    try:
        position = stream.tell()
    except (OSError, ValueError, AttributeError):
        return None
    return round(read * size / position) if size and position else None


def stage_page(scan: Scan, lease: Lease, connector: Connector, page: Page, stated_at: str) -> int:
    """Stage the rows of one page of a system's answers and move the pull's cursor, in one commit.

    Returns how many rows it held. Raises UnreadableFile, having stored nothing of it.
    """
    read = scan.rows_read
    rows = as_agreed(connector, connector.read(io.BytesIO(page.body))) if page.body else ()
    block = [(read + line, row) for line, row in rows]
    identities = Identities(scan.source_id, scan.account)
    channel = CHANNELS.get(connector.kind, Channel.EXPENSE)
    chunk = StagedRows(identities, channel, scan.list_day or company_day(scan.created_at))
    chunk.add(block)
    changes = {
        "cursor": page.cursor,
        "rows_read": read + len(block),
        "stated_at": max(scan.stated_at, chunk.stated_at, stated_at),
    }
    store = chunk.storing(scan, scan.chunks.count(), len(block)) if block else None
    with transaction.atomic():
        lease.keep(**changes)
        if store:
            store()
    for name, value in changes.items():
        setattr(scan, name, value)
    return len(block)


class StagedRows:
    """The records of a range of rows with their entries, and each distinct descriptor once."""

    def __init__(
        self, identities: Identities, channel: Channel, list_day: date, described: Descriptors | None = None
    ) -> None:
        """``list_day``: the day of a list that states none. ``described``: of the whole reading."""
        self.identities = identities
        self._descriptors_of = (described or Descriptors(channel)).of
        self.channel = channel
        #: Lists and meters call a tool by its name, as an identity provider does; behind a cloud they don't.
        self.name_channel = channel if channel == Channel.PROCUREMENT else Channel.SSO_APP
        self.list_day = list_day
        self.rows = RowPacker()
        self.entries: list[bytes] = []
        self.descriptors: list[Descriptor] = []
        self.rejected: list[tuple[int, str, str]] = []
        self.removed: list[bytes] = []
        self.stated_at = ""
        self.coverage = ChunkCoverage()
        self._by_text: dict[tuple[str, ...], int] = {}
        self._described: dict[Descriptor, int] = {}

    def storing(self, scan: Scan, number: int, rows: int) -> Callable[[], None]:
        """Everything sealed and ready; what is returned stores it and is called in a transaction."""
        chunk = Chunk(
            scan=scan,
            number=number,
            rows=rows,
            records=len(self.rows),
            keys=b"".join(self.entries),
            removed=b"".join(self.removed),
            coverage=stage(self.coverage.packed()),
            body=stage([self.descriptors, self.rows.as_list()]),
        )
        rejected = [
            RejectedRow(scan=scan, line=line, reason=reason[:300], row=seal_text(without_credentials(text)))
            for line, reason, text in self.rejected
        ]

        def store() -> None:
            chunk.save(force_insert=True)
            RejectedRow.objects.bulk_create(rejected)

        return store

    def add(self, block: Block) -> None:
        if isinstance(block, SpendColumns):
            if not self._add_columns(block.lines, block.columns, block.others):
                self._add_each(block.rows())
        elif not self._add_spends(block):
            self._add_each(block)

    def _add_spends(self, rows: list[Row]) -> bool:
        """Add rows whose records are all spend lines by column; False where they are not."""
        records = [
            (line, row) for line, row in rows if type(row) is not Ignored and type(row) is not Rejected
        ]
        if not records or any(type(row) is not Spend for _, row in records):
            return False
        lines, spends = zip(*records, strict=True)
        others = [one for one in rows if type(one[1]) is Rejected]
        return self._add_columns(lines, Spend(*zip(*spends, strict=True)), others)

    def _add_columns(self, lines: Sequence[int], columns: Spend, others: Sequence[Row]) -> bool:
        """Add spend lines column by column, and rows that are no records; False where one is not plain.

        The same as row by row in half the time, which of a statement of a million rows is a third of a
        scan. Nothing is added before everything that may fail is worked out.
        """
        if lines:
            amounts = columns.amount
            if any(columns.stated_at) or not -_LARGEST < min(amounts) <= max(amounts) < _LARGEST:
                return False
            try:
                packed = list(map(pack_record, zip(*columns, strict=True)))
                accounts = list(map(self.identities.account_of, columns.account, columns.card))
                entries = self.identities.spends(columns, accounts, packed)
                descriptors = self._descriptors_of(columns.text, columns.mcc, columns.url)
                numbers = list(map(self._number_of, descriptors))
            except (UnicodeEncodeError, OverflowError):
                return False
            self.entries.extend(entries)
            self.rows.add_spends(lines, numbers, columns, packed)
            self.coverage.add_spends(accounts, columns)
        self.rejected.extend((line, row.reason, row.row) for line, row in others if type(row) is Rejected)
        return True

    def _add_each(self, rows: list[Row]) -> None:
        for line, row in rows:
            try:
                self._add(line, row)
            except UnicodeEncodeError:
                self.rejected.append((line, "a text in the row is not valid Unicode; export it as UTF-8", ""))
            except OverflowError:
                self.rejected.append((line, "a date or amount in the row is too large; correct it", ""))

    def _add(self, line: int, row: Record | Removed | Rejected | Ignored) -> None:
        match row:
            case Spend():
                if not -_LARGEST < row.amount < _LARGEST:
                    self.rejected.append((line, "the amount is too large to be true; correct it", ""))
                    return
                self._spend(line, row)
            case SignIn():
                seen = presence(row, company_day)
                number = self._descriptor(self.channel, row.app, "", row.client_id, row.url)
                self._keep(PRESENCE, line, number, seen.date, seen, self.identities.presence(seen))
                self._covers(row.account, seen.date)
            case Rejected():
                self.rejected.append((line, row.reason, row.row))
            case Removed():
                self.removed.extend(self.identities.removed(row.account, own_id) for own_id in row.own_ids)
            case Ignored():
                pass
            case Grant():
                number = self._descriptor(Channel.OAUTH, row.app, "", row.client_id, row.url, row.scopes)
                kept = GrantRow(
                    row.account,
                    company_day(row.at),
                    row.who.email.lower(),
                    row.who.login,
                    row.who.name,
                    row.app,
                    row.client_id,
                    row.own_id,
                    row.scopes,
                    row.revoked,
                )
                self._keep(GRANT, line, number, kept.date, kept, self.identities.grant(row))
                self._covers(row.account, kept.date)
            case DirectoryPerson():
                self._keep(PERSON, line, None, None, row, self.identities.person(row))
                self._covers(row.account, None)
                self.stated_at = max(self.stated_at, row.stated_at)
            case Licence():
                self._licence(line, row)
            case Usage():
                self._usage(line, row)
            case Seen():
                self._seen(line, row)
            case Contract():
                self._contract(line, row)

    def _licence(self, line: int, row: Licence) -> None:
        self.stated_at = max(self.stated_at, row.stated_at)
        number = self._descriptor(self.name_channel, row.app, "", "", row.url)
        kept = kept_licence(row, self.list_day)
        packed = pack_record(kept)
        self._keep(LICENCE, line, number, kept.date, kept, self.identities.licence(kept, packed), packed)
        self._covers(row.account, kept.date)

    def _usage(self, line: int, row: Usage) -> None:
        if any(not -_LARGEST < money < _LARGEST for money in (row.cost or 0, row.effective_cost or 0)):
            self.rejected.append((line, "the cost is too large to be true; correct it", ""))
            return
        if row.cost is not None and not row.currency:
            self.rejected.append((line, "the cost has no currency; export it with one", ""))
            return
        self.stated_at = max(self.stated_at, row.stated_at)
        number = self._descriptor(self.name_channel, row.text, "", "", row.url)
        account = self.identities.account_of(row.account)
        kept = kept_usage(row, account)
        packed = pack_record(kept)
        self._keep(USAGE, line, number, kept.date, kept, self.identities.usage(kept, packed), packed)
        self.coverage.add(account, bool(row.account), bool(row.own_id), kept.date)

    def _seen(self, line: int, row: Seen) -> None:
        self.stated_at = max(self.stated_at, row.stated_at)
        channel = Channel.NETWORK if row.by == SeenBy.DOMAIN else Channel.SSO_APP
        number = self._descriptor(channel, row.text, "", row.client_id, row.url)
        if row.by == SeenBy.DOMAIN:  # the rest of an address may be private
            row = row._replace(text=self.descriptors[number].form)
        kept = kept_seen(row, self.list_day)
        packed = pack_record(kept)
        entry = self.identities.seen(kept, row.client_id, packed)
        self._keep(SEEN, line, number, kept.date, kept, entry, packed)
        self._covers(row.account, kept.date)

    def _contract(self, line: int, row: Contract) -> None:
        if not -_LARGEST < (row.amount or 0) < _LARGEST:
            self.rejected.append((line, "the amount is too large to be true; correct it", ""))
            return
        if row.amount is not None and not row.currency:
            self.rejected.append((line, "the amount has no currency; export it with one", ""))
            return
        self.stated_at = max(self.stated_at, row.stated_at)
        number = self._descriptor(Channel.PROCUREMENT, contract_text(row), "", "", row.url)
        kept = kept_contract(row, self.list_day, self.identities.contract_key(row))
        packed = pack_record(kept)
        self._keep(CONTRACT, line, number, kept.date, kept, self.identities.contract(kept, packed), packed)
        self._covers(row.account, kept.date)

    def _spend(self, line: int, row: Spend) -> None:
        if row.stated_at:  # of the export, not of the record
            self.stated_at = max(self.stated_at, row.stated_at)
            row = row._replace(stated_at="")
        number = self._descriptor(self.channel, row.text, row.mcc, "", row.url)
        account = self.identities.account_of(row.account, row.card)
        packed = pack_record(row)
        self.entries.append(self.identities.spend(row, account, packed))
        self.rows.add(SPEND, line, number, row.date, row, packed)
        self.coverage.add(account, bool(row.account or row.card), bool(row.own_id), row.date)

    def _keep(
        self,
        kind: int,
        line: int,
        number: int | None,
        day: date | None,
        record: tuple,
        entry: bytes,
        packed: bytes = b"",
    ) -> None:
        self.rows.add(kind, line, number, day, record, packed or pack_record(record))
        self.entries.append(entry)

    def _covers(self, account: str, day: date | None) -> None:
        self.coverage.add(self.identities.account_of(account), bool(account), True, day)

    def _descriptor(
        self,
        channel: Channel,
        text: str,
        mcc: str,
        client_id: str,
        url: str,
        scopes: tuple[str, ...] = (),
    ) -> int:
        raw = (text, mcc, client_id, url, *scopes)
        number = self._by_text.get(raw)
        if number is None:
            descriptor = describe(channel, text, mcc=mcc, client_id=client_id, url=url, scopes=scopes)
            number = self._by_text[raw] = self._number_of(descriptor)
        return number

    def _number_of(self, descriptor: Descriptor) -> int:
        number = self._described.setdefault(descriptor, len(self.descriptors))
        if number == len(self.descriptors):
            self.descriptors.append(descriptor)
        return number
