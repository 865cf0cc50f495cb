"""The sample company in this installation: its files, and the scans of them by a worker."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction

from discovery import sample_company, scans
from discovery.models import Scan, Source
from discovery.tasks import sweep
from inventory import demo
from inventory.models import Installation, Tool

#: Who asked for the scans of the sample company.
BY = "demo"
_SEED = 1


class Refused(Exception):
    """One sentence: why there is no demo here, and what to do instead."""


@dataclass(frozen=True)
class Progress:
    """How far the scans of the sample company are."""

    file: str  # being read; "" between two
    rows: int
    files_done: int
    files: int
    applied: bool  # the inventory has taken all of them

    @property
    def finished(self) -> bool:
        return self.files_done == self.files and self.applied


def claim() -> None:
    """Mark this database as the demo's. Raises Refused where it holds anything else."""
    if Installation.objects.filter(pk=1, demo=True).exists():
        return
    with transaction.atomic():
        for holds, what in ((Source, "sources"), (Tool, "tools"), (get_user_model(), "accounts")):
            if holds.objects.exists():
                raise Refused(
                    f"this database already holds {what} that are no demo's, and a demo would mix with them; "
                    "name an empty folder for it, as in: PENUMBRA_DATA=var/demo make demo"
                )
        demo.mark_as_demo(sample_company.NAME)


def folder() -> Path:
    """Where the sample company's files are written."""
    return Path(settings.PENUMBRA["DATA_DIR"]) / "sample-company"


def written() -> bool:
    return folder().exists()


def files(today: date) -> list[Path]:
    """The sample company's exports, written at the first call and kept: later days change no figure.

    They end with the last whole month before ``today``.
    """
    kept = folder()
    if not kept.exists():
        part = kept.with_name(f"{kept.name}.{os.getpid()}.part")
        company = sample_company.build(
            seed=_SEED,
            people=int(os.environ.get("PENUMBRA_DEMO_PEOPLE", sample_company.PEOPLE)),
            months=int(os.environ.get("PENUMBRA_DEMO_MONTHS", sample_company.MONTHS)),
            end=today.replace(day=1) - timedelta(days=1),
        )
        # Who signs in to the demo is somebody of the company, and finds records of their own.
        addresses = [persona.email for persona in demo.PERSONAS]
        sample_company.write(sample_company.addressed(company, _SEED, addresses), part)
        try:
            part.rename(kept)  # whole or not at all
        finally:
            shutil.rmtree(part, ignore_errors=True)
    return sorted(path for path in (kept / "exports").rglob("*") if path.is_file())


def open_scans(paths: list[Path]) -> list[int]:
    """Open a scan of every file that none has read to its end, and hand all unfinished ones to the worker."""
    ids = []
    for path in paths:
        known = Scan.objects.filter(path=str(path), requested_by=BY).exclude(state=Scan.State.WITHDRAWN)
        with transaction.atomic():  # all files of an archive, or none
            if not known.exists():
                for found in scans.open_scans(path, by=BY):
                    if isinstance(found, scans.Failure):
                        raise Refused(f"{found.file}: {found.error}")
            ids += known.order_by("pk").values_list("pk", flat=True)
    sweep.delay()
    return ids


def progress(ids: list[int]) -> Progress:
    found = list(Scan.objects.filter(pk__in=ids).order_by("pk"))
    ended = [scan for scan in found if scan.state not in Scan.UNFINISHED]
    reading = next((scan for scan in found if scan.state in Scan.UNFINISHED and scan.holder), None)
    return Progress(
        file=reading.file_name if reading else "",
        rows=sum(scan.rows_read for scan in found),
        files_done=len(ended),
        files=len(found),
        applied=all(scan.applied_at for scan in ended if scan.state == Scan.State.DONE),
    )


def failures(ids: list[int]) -> list[str]:
    """A sentence for each scan that did not end well."""
    unwell = Scan.objects.filter(pk__in=ids, state__in=[Scan.State.FAILED, Scan.State.QUESTION])
    return [scan.error for scan in unwell.order_by("pk")]


def watch(ids: list[int], pause: Callable[[], None]) -> Iterator[Progress]:
    """Progress again and again until all is read and taken into the inventory."""
    while not (now := progress(ids)).finished:
        yield now
        pause()
    yield now
