"""Rows of a Parquet file as texts, in bounded memory: what a CSV of the same table would say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

import msgspec

from discovery.connectors.base import Head, UnreadableFile

PARQUET_START = b"PAR1"

_BATCH = 4096
_DAMAGED = "the Parquet file is damaged or cut off; export it again"


def is_parquet(head: Head) -> bool:
    return head.start.startswith(PARQUET_START)


def names_column(head: Head, name: str) -> bool:
    """Whether the end of a Parquet file, where its columns are described, has this name."""
    return name.encode() in head.end


def parquet_columns(stream: BinaryIO) -> list[str]:
    """The names of the columns. Raises UnreadableFile."""
    return list(_opened(stream).schema_arrow.names)


def parquet_rows(stream: BinaryIO, columns: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Each row's cells of these columns, "" where it has none. Raises UnreadableFile where it breaks off.

    Amounts keep all their decimals, moments are in ISO 8601, lists and maps are JSON.
    """
    import pyarrow  # takes half a second, which only who reads such a file should pay

    opened = _opened(stream)
    try:
        for batch in opened.iter_batches(_BATCH, columns=list(columns), use_threads=False):
            found = dict(zip(batch.schema.names, batch.columns, strict=True))
            yield from zip(*(_texts(found[name]) for name in columns), strict=True)
    except (pyarrow.ArrowException, OSError, ValueError):
        raise UnreadableFile(_DAMAGED) from None


def _opened(stream: BinaryIO) -> Any:
    import pyarrow
    from pyarrow import parquet

    try:
        stream.seek(0)
        return parquet.ParquetFile(stream)
    except (pyarrow.ArrowException, OSError, ValueError):
        raise UnreadableFile(_DAMAGED) from None


def _texts(column: Any) -> list[str]:
    import pyarrow

    if pyarrow.types.is_nested(column.type):
        return ["" if value is None else _as_json(value) for value in column.to_pylist()]
    return [text or "" for text in column.cast(pyarrow.string()).to_pylist()]


def _as_json(value: Any) -> str:
    """A map comes as pairs and is an object."""
    pairs = isinstance(value, list) and all(isinstance(one, tuple) for one in value)
    return msgspec.json.encode(dict(value) if pairs else value).decode()
