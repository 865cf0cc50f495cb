"""Rows of a chunk as columns of what storing asks of every row, with the rows themselves packed.

Of a hundred rows ninety-nine are sealed as they are. What is done with them (which month's key, what
sum, whose card) is read from the columns; a packed row is unpacked only where it becomes readable.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import repeat
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from discovery.records import Spend
from discovery.rows import SPEND, Hints, Written, hints_of, money_of

NO_MONTH = "0000-00"
NO_DESCRIPTOR = 0xFFFF_FFFF

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder().decode

_COLUMNS = (("kind", "u1"), ("descriptor", "<u4"), ("month", "<u4"), ("currency", "<u4"), ("amount", "<i8"),
            ("hints", "<u4"))  # fmt: skip


def pack_record(record: Any) -> bytes:
    """A record's fields in order."""
    return _encode(record)


def pack(row: Written) -> bytes:
    """A written row as bytes, but for its descriptor, which is called otherwise in each place."""
    return _encode((row[0], row[1], row[3]))


def unpack(packed: bytes, descriptor: int | None) -> Written:
    """The written row, with the descriptor that its place knows."""
    kind, line, record = _decode(packed)
    return [kind, line, descriptor, record]


class RowPacker:
    """Collects rows while they are staged."""

    def __init__(self) -> None:
        self.packed: list[bytes] = []
        self.descriptors: list[int] = []
        self._kinds: list[int] = []
        self._months: list[int] = []
        self._currencies: list[int] = []
        self._amounts: list[int] = []
        self._hints: list[int] = []
        self._months_known: dict[str, int] = {}
        self._days: dict[date | None, int] = {}
        self._currencies_known: dict[str, int] = {"": 0}
        self._hints_known: dict[Hints, int] = {}

    def __len__(self) -> int:
        return len(self.packed)

    def add(
        self, kind: int, line: int, descriptor: int | None, day: date | None, record: tuple, packed: bytes
    ) -> None:
        """``day``: what it counts under, None for a person of a directory; ``packed``: the record."""
        self.packed.append(_encode((kind, line, msgspec.Raw(packed))))
        self.descriptors.append(NO_DESCRIPTOR if descriptor is None else descriptor)
        self._kinds.append(kind)
        month = self._days.get(day)
        if month is None:
            month = self._days[day] = self._month(day)
        self._months.append(month)
        if money := money_of(kind, record):
            currency, amount = money
            number = self._currencies_known.get(currency)
            if number is None:
                number = self._currencies_known[currency] = len(self._currencies_known)
            self._currencies.append(number)
            self._amounts.append(amount)
        else:
            self._currencies.append(0)
            self._amounts.append(0)
        hints = hints_of(kind, record)
        number = self._hints_known.get(hints)
        if number is None:
            number = self._hints_known[hints] = len(self._hints_known)
        self._hints.append(number)

    def add_spends(
        self, lines: Sequence[int], descriptors: Sequence[int], columns: Spend, packed: Sequence[bytes]
    ) -> None:
        """``add`` for many spend lines; ``columns`` holds the values of each field."""
        self.packed.extend(
            [_encode((SPEND, line, msgspec.Raw(row))) for line, row in zip(lines, packed, strict=True)]
        )
        self.descriptors.extend(descriptors)
        self._kinds.extend(repeat(SPEND, len(lines)))
        days = self._days
        for day in dict.fromkeys(columns.date):
            if day not in days:
                days[day] = self._month(day)
        self._months.extend(map(days.__getitem__, columns.date))
        for currency in dict.fromkeys(columns.currency):
            self._currencies_known.setdefault(currency, len(self._currencies_known))
        self._currencies.extend(map(self._currencies_known.__getitem__, columns.currency))
        self._amounts.extend(columns.amount)
        stated = [(*who, card) for who, card in zip(columns.who, columns.card, strict=True)]
        for hints in dict.fromkeys(stated):
            self._hints_known.setdefault(hints, len(self._hints_known))
        self._hints.extend(map(self._hints_known.__getitem__, stated))

    def _month(self, day: date | None) -> int:
        month = day.isoformat()[:7] if day else NO_MONTH
        return self._months_known.setdefault(month, len(self._months_known))

    def as_list(self) -> list[Any]:
        """What ``PackedRows`` is made from again."""
        columns = (self._kinds, self.descriptors, self._months, self._currencies, self._amounts, self._hints)
        return [
            [np.array(c, dtype=t).tobytes() for c, (_, t) in zip(columns, _COLUMNS, strict=True)],
            list(self._months_known),
            list(self._currencies_known),
            list(self._hints_known),
            self.packed,
        ]


class PackedRows:
    """The rows of a staged chunk. Columns are arrays, a value a row, in file order."""

    kind: NDArray[np.uint8]
    descriptor: NDArray[np.uint32]
    month: NDArray[np.uint32]  # index into months
    currency: NDArray[np.uint32]  # index into currencies; 0 is none
    amount: NDArray[np.int64]  # 10⁻⁶
    hints: NDArray[np.uint32]  # index into hints_known

    def __init__(self, stored: Sequence[Any]) -> None:
        columns, self.months, self.currencies, hints, self.packed = stored
        for column, (name, dtype) in zip(columns, _COLUMNS, strict=True):
            setattr(self, name, np.frombuffer(column, dtype=dtype))
        self.hints_known: list[Hints] = [tuple(stated) for stated in hints]

    def __len__(self) -> int:
        return len(self.packed)

    def row(self, position: int, descriptor: int | None) -> Written:
        return unpack(self.packed[position], descriptor)

    def by_month(self, chosen: NDArray[np.bool_]) -> Iterator[tuple[str, NDArray[np.intp]]]:
        """(month, positions of the chosen rows in it), months in order."""
        for month, number in sorted((month, number) for number, month in enumerate(self.months)):
            positions = np.flatnonzero(chosen & (self.month == number))
            if len(positions):
                yield month, positions

    def sums(self, positions: NDArray[np.intp]) -> dict[str, list[int]]:
        """currency → [number, sum] of what states money among these rows; exact."""
        return {name: [len(amounts), sum(amounts)] for name, amounts in self._amounts(positions)}

    def charges(self, positions: NDArray[np.intp]) -> dict[str, int]:
        """currency → sum of the amounts above zero among these rows; exact."""
        return {
            name: sum(amount for amount in amounts if amount > 0)
            for name, amounts in self._amounts(positions)
        }

    def _amounts(self, positions: NDArray[np.intp]) -> Iterator[tuple[str, list[int]]]:
        """(currency, amounts) of what states money among these rows; sums of Python's integers are exact."""
        currencies, amounts = self.currency[positions], self.amount[positions]
        for number in np.unique(currencies).tolist():
            if number:
                yield self.currencies[number], amounts[currencies == number].tolist()

    def counted_hints(self, chosen: NDArray[np.bool_]) -> Iterator[tuple[Hints, int]]:
        """What the chosen rows say of their people, each once, with how many say so."""
        numbers, counts = np.unique(self.hints[chosen], return_counts=True)
        for number, count in zip(numbers.tolist(), counts.tolist(), strict=True):
            yield self.hints_known[number], count
