"""Whether two files that claim the same scope can be of the same account.

A file without ids and without an account says only "these are the charges of somebody". Where
it and an earlier file of the same scope cover the same days but show different rows on them,
they are two accounts, or one account read wrongly; merging them by "the highest count wins"
would lose money silently. Then nothing is merged and a person is asked. The first and last day
of a file may be incomplete and are not compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np

from discovery import sightings
from discovery.models import Coverage, Scan
from discovery.records import Spend
from discovery.sealing import keyed, unstage
from discovery.sightings import Entries

_DAYS = np.dtype([("day", "<u4"), ("records", "<u4")])


class ChunkCoverage:
    """Collects, while rows are staged, which days of which accounts they cover."""

    def __init__(self) -> None:
        self._days: Counter[tuple[str, bool, bool, int]] = Counter()
        self._day_of_record: list[int] = []

    def add(self, account: str, stated: bool, own_id: bool, day: date | None) -> None:
        number = day.toordinal() if day else 0
        self._day_of_record.append(0 if own_id or stated else number)
        if number:
            self._days[account, stated, own_id, number] += 1

    def add_spends(self, accounts: Sequence[str], columns: Spend) -> None:
        """``add`` for many spend lines; ``columns`` holds the values of each field."""
        stated = [bool(account or card) for account, card in zip(columns.account, columns.card, strict=True)]
        own_ids = list(map(bool, columns.own_id))
        numbers = list(map(date.toordinal, columns.date))
        self._day_of_record.extend(
            0 if own or named else number for own, named, number in zip(own_ids, stated, numbers, strict=True)
        )
        self._days.update(zip(accounts, stated, own_ids, numbers, strict=True))

    def packed(self) -> list:
        """For ``Chunk.coverage``: per account and day, and the day of each record that may be asked about."""
        days = [[*key, count] for key, count in self._days.items()]
        return [days, self._day_of_record if any(self._day_of_record) else None]


def coverage_of(scan: Scan) -> list[Coverage]:
    """What the scan's file covers, one row an account; not saved."""
    days: dict[tuple[str, bool, bool], Counter[int]] = {}
    for sealed in scan.chunks.order_by("number").values_list("coverage", flat=True).iterator():
        for account, stated, own_id, day, count in unstage(sealed)[0]:
            days.setdefault((account, stated, own_id), Counter())[day] += count
    by_account: dict[bytes, Coverage] = {}
    for (account, stated, own_id), counts in sorted(days.items()):
        key = keyed(b"account", account)
        row = by_account.get(key)
        if row is None:
            row = by_account[key] = Coverage(
                scan=scan, source_id=scan.source_id, account_key=key, account_stated=stated, own_ids=own_id
            )
            row.days = b""
        row.own_ids &= own_id
        both = Counter(dict(_unpack(row.days))) + counts
        row.days = np.array(sorted(both.items()), dtype=np.uint32).tobytes()
        row.first_day, row.last_day = date.fromordinal(min(both)), date.fromordinal(max(both))
    return list(by_account.values())


def _unpack(packed: bytes) -> list[tuple[int, int]]:
    return [(int(d), int(n)) for d, n in np.frombuffer(bytes(packed), dtype=_DAYS)]


def disagreement(scan: Scan, coverage: Iterable[Coverage], entries: Entries, runs: dict[int, Entries]) -> str:
    """The question to ask before this file may be merged, or "" where nothing speaks against it."""
    mine = [c for c in coverage if not c.account_stated and not c.own_ids]
    if not mine:
        return ""
    days = _days_of_records(scan, len(entries))
    for row in mine:
        others = (
            Coverage.objects.filter(
                source_id=scan.source_id,
                account_key=row.account_key,
                scan_id__in=runs,
                first_day__lte=row.last_day,
                last_day__gte=row.first_day,
            )
            .select_related("scan")
            .exclude(scan__state=Scan.State.WITHDRAWING)
        )
        for other in others.order_by("scan_id"):
            first = max(row.first_day, other.first_day).toordinal() + 1
            last = min(row.last_day, other.last_day).toordinal() - 1
            if first <= last and not _agree(row, other, first, last, days, entries, runs[other.scan_id]):
                return (
                    f"{scan.file_name} and {other.scan.file_name} cover the same days with different rows; "
                    "if they are two accounts, scan this file again with --account NAME; if they are one, "
                    "withdraw the wrong one first or give both the same --account"
                )
    return ""


def _days_of_records(scan: Scan, count: int) -> np.ndarray:
    days = np.zeros(count, dtype=np.uint32)
    start = 0
    chunks = scan.chunks.order_by("number").values_list("coverage", "records").iterator()
    for sealed, records in chunks:
        listed = unstage(sealed)[1]
        if listed is not None:
            days[start : start + records] = listed
        start += records
    return days


def _agree(
    row: Coverage, other: Coverage, first: int, last: int, days: np.ndarray, entries: Entries, shown: Entries
) -> bool:
    inside = (days >= first) & (days <= last)
    common = Counter(days[inside][sightings.known(entries[inside], shown)[0]].tolist())
    ours = {day: n for day, n in _unpack(row.days) if first <= day <= last}
    theirs = {day: n for day, n in _unpack(other.days) if first <= day <= last}
    return ours == theirs == dict(common)
