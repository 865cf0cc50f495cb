"""A card file end to end: read, people, identity, store, recognise, roll up; against a bare upsert."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench import card_file, stores
from bench.fresh import folder, installation
from bench.results import Limit, Result

ROWS = 1_000_000
_SMALLER = (100, 10)  # a hundredth and a tenth of the rows, for the cost per row


class ScanFailed(Exception):
    """The scan did not end as it must; the figures would mean nothing."""


def embedded(rows: int = ROWS) -> Iterator[Result]:
    """On SQLite, with ids and without; memory; cost per row at a hundredth, a tenth and all rows."""
    costs = []
    with folder() as place:
        for size in [max(rows // part, 100) for part in _SMALLER]:
            path = place / f"{size}.csv"
            card_file.write(path, size)
            costs.append((size, _scanned(path)["seconds"] / size))
        for name, ids in (("card_scan", True), ("card_scan_without_ids", False)):
            path = place / f"{name}.csv"
            card_file.write(path, rows, ids=ids)
            found = _scanned(path)
            with installation() as (where, child):
                bare = child.call(stores.sqlite, csv_path=str(path), database=str(where / "bare.sqlite3"))
            path.unlink()
            yield Result(name, found["seconds"], "s", bare["seconds"], Limit(3), _said(found))
            yield Result(f"{name}_cpu", found["cpu"], "s", bare["cpu"], note="CPU of either side: less noise")
            yield Result(
                f"{name}_memory", found["peak_mb"], "MB", bare["peak_mb"], Limit(500, of_value=True),
                "peak of the whole process",
            )  # fmt: skip
            if ids:
                costs.append((rows, found["seconds"] / rows))
    cheapest = costs[0]
    for size, cost in costs[1:]:
        yield Result(
            f"card_row_cost_{size}", cost * 1e6, "µs/row", cheapest[1] * 1e6, Limit(1.5),
            f"baseline: {cheapest[0]:,} rows",
        )  # fmt: skip


def on_postgres(rows: int = ROWS) -> Iterator[Result]:
    """On a private Postgres, against COPY and ON CONFLICT. Raises Unavailable where there is none."""
    from bench.private_postgres import database

    with folder() as place, database() as url:
        path = place / "cards.csv"
        card_file.write(path, rows)
        found = _scanned(path, url)
        with installation() as (_, child):
            bare = child.call(stores.postgres, csv_path=str(path), url=url)
    yield Result("card_scan_postgres", found["seconds"], "s", bare["seconds"], Limit(2.5), _said(found))
    yield Result(
        "card_scan_postgres_memory", found["peak_mb"], "MB", bare["peak_mb"], Limit(500, of_value=True),
        "peak of the scanning process, without the server",
    )  # fmt: skip


def _said(found: dict[str, Any]) -> str:
    return f"{found['rows']:,} rows, {found['descriptors']:,} descriptors"


def _scanned(path: Path, database_url: str = "") -> dict[str, Any]:
    with installation(database_url) as (_, child):
        return child.call(scan, csv_path=str(path))


def scan(csv_path: str) -> dict[str, Any]:
    """The command of that name, timed. Runs in the child."""
    from django.core.management import call_command

    from discovery.models import Descriptor
    from inventory.models import Tool

    out = io.StringIO()
    begun, cpu = time.perf_counter(), time.process_time()
    call_command("scan", csv_path, json=True, stdout=out)
    seconds, cpu = time.perf_counter() - begun, time.process_time() - cpu
    said = json.loads(out.getvalue())
    if (
        said["state"] != "done"
        or said["rows_rejected"]
        or not said["recognised"]
        or not Tool.objects.exists()
    ):
        raise ScanFailed(f"the scan of the benchmark's file ended as {said}")
    return {
        "seconds": seconds,
        "cpu": cpu,
        "rows": said["records_new"],
        "descriptors": Descriptor.objects.count(),
    }
