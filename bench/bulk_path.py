"""How staged rows are stored, against Django's bulk_create(update_conflicts) of the same rows."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from bench import card_file
from bench.fresh import folder, installation
from bench.private_postgres import database
from bench.results import Limit, Result

ROWS = 200_000
_BATCH = 1_000


def embedded(rows: int = ROWS) -> Iterator[Result]:
    yield _compared("bulk_path", rows, "", 4)


def on_postgres(rows: int = ROWS) -> Iterator[Result]:
    with database() as url:
        yield _compared("bulk_path_postgres", rows, url, 2)


def _compared(name: str, rows: int, url: str, at_least: float) -> Result:
    with folder() as place, installation(url) as (_, child):
        path = place / "cards.csv"
        card_file.write(path, rows)
        ours = child.call(merge, csv_path=str(path))
        plain = child.call(bulk_create, rows=rows)
    return Result(
        name, rows / ours["seconds"], "rows/s", rows / plain["seconds"], Limit(at_least, at_least=True),
        f"{rows:,} rows, staged → recognised and stored; baseline: bulk_create(update_conflicts)",
    )  # fmt: skip


def merge(csv_path: str) -> dict[str, Any]:
    """A staged file merged: recognised, sealed or stored, sightings and links. Runs in the child."""
    from discovery import merging
    from discovery.connectors import by_name
    from discovery.leases import held, take_source
    from discovery.models import Scan
    from discovery.scans import open_scans
    from discovery.staging import stage_file

    path = Path(csv_path)
    (scan,) = open_scans(path)
    with held(scan.pk) as lease:
        lease.keep(state=Scan.State.READING)
        with path.open("rb") as stream:
            stage_file(scan, lease, by_name(scan.connector), stream, None, lambda read, expected: None)
        lease.keep(state=Scan.State.MERGING)
        scan.refresh_from_db()
        take_source(scan.source_id, f"scan:{scan.pk}")
        begun = time.perf_counter()
        merging.merge(scan, lease)
        seconds = time.perf_counter() - begun
    return {"seconds": seconds}


def bulk_create(rows: int) -> dict[str, Any]:
    """The rows as readable records, in batches, updating what is there. Runs in the child."""
    from datetime import date

    from django.db import transaction

    from discovery.models import Descriptor, Record, Scan, Source

    source = Source.objects.create(name="plain", connector="card_table", kind="card")
    scan = Scan.objects.create(source=source, connector="card_table", file_name="plain.csv", fingerprint="1")
    descriptor = Descriptor.objects.filter(state=Descriptor.State.AI).first()
    made = enumerate(card_file.rows(rows))
    seconds = 0.0
    while batch := list(islice(made, _BATCH)):
        begun = time.perf_counter()
        records = [
            Record(
                source=source, scan=scan, descriptor=descriptor, kind="spend", line=line,
                identity=line.to_bytes(16), content=bytes(8), own_id=row[0], date=date.fromisoformat(row[1]),
                card=row[3], person_name=row[4], text=row[5], amount=round(float(row[7]) * 100) * 10_000,
                currency=row[8], payment="card",
            )
            for line, row in batch
        ]  # fmt: skip
        with transaction.atomic():
            Record.objects.bulk_create(
                records,
                update_conflicts=True,
                unique_fields=["source", "identity", "content"],
                update_fields=["date", "text", "amount", "currency", "current", "line"],
            )
        seconds += time.perf_counter() - begun
    return {"seconds": seconds}
