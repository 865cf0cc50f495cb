"""The bare stores that a scan is measured against: the same rows, a table, a unique id, nothing else.

The clock runs while rows are stored and committed, not while the file is read.
"""

from __future__ import annotations

import csv
import sqlite3
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from bench.card_file import HEADER

_BATCH = 50_000
_COLUMNS = ("id", "day", "posted", "card", "holder", "text", "mcc", "amount", "currency")
_TYPES = ("text", "text", "text", "text", "text", "text", "text", "bigint", "text")
_DEFINED = ", ".join(f"{name} {kind}" for name, kind in zip(_COLUMNS, _TYPES, strict=True))
_UPDATED = ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS[1:])


def batches(path: Path) -> Iterator[list[tuple[Any, ...]]]:
    """The file's rows as tuples in the order of the columns; a file without ids is numbered."""
    with path.open(encoding="utf-8", newline="") as file:
        lines = csv.reader(file)
        ids = next(lines)[0] == HEADER[0]
        numbered = ((row if ids else [f"T{n:09}", *row]) for n, row in enumerate(lines))
        rows = ((*row[:7], round(float(row[7]) * 100) * 10_000, row[8]) for row in numbered)
        while batch := list(islice(rows, _BATCH)):
            yield batch


def sqlite(csv_path: str, database: str) -> dict[str, Any]:
    """sqlite3's executemany, an upsert on the id. Runs in the child."""
    connection = sqlite3.connect(database)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute(f"CREATE TABLE bare (number integer primary key, {_DEFINED}, UNIQUE (id))")
    marks = ", ".join("?" * len(_COLUMNS))
    sql = (
        f"INSERT INTO bare ({', '.join(_COLUMNS)}) VALUES ({marks}) "  # noqa: S608
        f"ON CONFLICT (id) DO UPDATE SET {_UPDATED}"
    )
    seconds = cpu = 0.0
    count = 0
    for batch in batches(Path(csv_path)):
        begun, cpu_begun = time.perf_counter(), time.process_time()
        with connection:
            connection.executemany(sql, batch)
        seconds += time.perf_counter() - begun
        cpu += time.process_time() - cpu_begun
        count += len(batch)
    connection.close()
    return {"seconds": seconds, "cpu": cpu, "rows": count}


def postgres(csv_path: str, url: str) -> dict[str, Any]:
    """COPY into a temporary table, then INSERT … ON CONFLICT, in one batch. Runs in the child."""
    import psycopg

    seconds, count = 0.0, 0
    columns = ", ".join(_COLUMNS)
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bare (number bigserial primary key, {_DEFINED}, UNIQUE (id))")
        cursor.execute(f"CREATE TEMPORARY TABLE incoming ({_DEFINED}) ON COMMIT DELETE ROWS")
        connection.commit()
        with cursor.copy(f"COPY incoming ({columns}) FROM STDIN") as copy:
            for batch in batches(Path(csv_path)):
                begun = time.perf_counter()
                for row in batch:
                    copy.write_row(row)
                seconds += time.perf_counter() - begun
                count += len(batch)
        begun = time.perf_counter()
        cursor.execute(
            f"INSERT INTO bare ({columns}) SELECT {columns} FROM incoming "  # noqa: S608
            f"ON CONFLICT (id) DO UPDATE SET {_UPDATED}"
        )
        connection.commit()
        seconds += time.perf_counter() - begun
    return {"seconds": seconds, "rows": count}
