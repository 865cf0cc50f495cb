"""What is wrong with this installation, and how to mend it. Looks only; changes nothing."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from celery import current_app
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from kombu.exceptions import OperationalError

from discovery import watched_folder
from discovery.models import PulledSource, Scan, Source
from discovery.sealing import SealBroken, check_key
from inventory.production import reasons_not_to_serve
from inventory.source_health import health_of_sources
from inventory.source_words import sentence_of
from vendors.models import CatalogPack, CatalogState

#: Less room than this on the disk, and a scan of a large export may not fit.
ENOUGH_ROOM = 1 << 30
#: A scan that somebody works on shows a sign of life every few seconds.
SILENT = timedelta(minutes=10)
#: By then workers have asked about every text again.
LATE = timedelta(hours=1)
#: Seconds that workers have to answer.
_PATIENCE = 2.0


class Severity(StrEnum):
    """Only a problem makes the installation unwell; a note is for whoever wants to know."""

    PROBLEM = "problem"
    NOTE = "note"


@dataclass(frozen=True)
class Finding:
    severity: Severity
    about: str
    sentence: str
    mend: str


def examine() -> list[Finding]:
    """Every finding; where the database cannot be used, those that need none."""
    found = [finding for look in _WITHOUT_DATABASE for finding in look()]
    database = list(_database())
    if not database:
        database = [finding for look in _WITH_DATABASE for finding in look()]
    return found + database


def _problem(about: str, sentence: str, mend: str) -> Finding:
    return Finding(Severity.PROBLEM, about, sentence, mend)


def _note(about: str, sentence: str, mend: str) -> Finding:
    return Finding(Severity.NOTE, about, sentence, mend)


# --- without the database ---------------------------------------------------------------------------


def _keys() -> Iterator[Finding]:
    folder = Path(settings.PENUMBRA["DATA_DIR"]) / "keys"
    if not folder.exists():
        return
    for path in (folder, *sorted(folder.iterdir())):
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            wanted = "700" if path.is_dir() else "600"
            yield _problem("keys", f"{path} can be opened by other users", f"chmod {wanted} {path}")


def _room() -> Iterator[Finding]:
    folder = settings.PENUMBRA["DATA_DIR"]
    free = shutil.disk_usage(folder).free
    if free < ENOUGH_ROOM:
        yield _problem(
            "disk",
            f"only {free >> 20} MiB are free where {folder} lies",
            "make room, or move the data folder and set PENUMBRA_DATA",
        )


def _web() -> Iterator[Finding]:
    if settings.DEBUG and not settings.PENUMBRA["SECURE"]:
        yield _problem(
            "settings",
            "DJANGO_DEBUG=1 shows error pages with settings and data to everybody",
            "unset DJANGO_DEBUG",
        )
    elif set(settings.ALLOWED_HOSTS) <= {"localhost", "127.0.0.1", "[::1]"}:
        yield _note(
            "settings",
            "the pages answer to this machine's own names only",
            "to serve others, set DJANGO_ALLOWED_HOSTS to the name they type, and DJANGO_SECURE=1 behind TLS",
        )


_WITHOUT_DATABASE: tuple[Callable[[], Iterator[Finding]], ...] = (_keys, _room, _web)


# --- the database -----------------------------------------------------------------------------------


def _database() -> Iterator[Finding]:
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        said = str(error).strip().partition("\n")[0]
        yield _problem(
            "database", f"the database does not answer: {said}", "see that it runs, and to DATABASE_URL"
        )
        return
    if missing:
        yield _problem("database", f"{len(missing)} migrations are missing", "run manage.py migrate")


def _catalog() -> Iterator[Finding]:
    if not CatalogState.objects.exists():
        yield _problem(
            "catalog", "no catalog is loaded: nothing can be recognised", "run manage.py load_catalog"
        )
    for pack in CatalogPack.objects.filter(recognised_at=None, applied_at__lt=timezone.now() - LATE):
        yield _problem(
            "catalog",
            f"edition {pack.edition} was applied and texts have not been asked about again",
            "run manage.py catalog apply with the same pack again, or rematch; workers do so by themselves",
        )


def _seals() -> Iterator[Finding]:
    try:
        check_key()
    except SealBroken:
        yield _problem(
            "sealing key",
            "what is sealed in this database does not open with this installation's key",
            "set PENUMBRA_SEALING_KEY to the key it was written with, or bring back keys/ from the backup; "
            "until then scan nothing",
        )
    except ImproperlyConfigured as error:
        yield _problem("sealing key", str(error), "set PENUMBRA_SEALING_KEY where workers and commands run")


def _production() -> Iterator[Finding]:
    """Behind TLS: what the web server refuses to start with."""
    if settings.PENUMBRA["SECURE"]:
        for sentence, mend in reasons_not_to_serve():
            yield _problem("production", sentence, mend)


def _workers() -> Iterator[Finding]:
    try:
        with current_app.connection_for_write() as broker:
            broker.ensure_connection(max_retries=1, timeout=_PATIENCE)
            answers = current_app.control.ping(timeout=_PATIENCE, connection=broker)
    except (OperationalError, OSError) as error:
        yield _problem(
            "broker", f"the broker does not answer: {error}", "see that Redis runs, and to REDIS_URL"
        )
        return
    if answers:
        return
    mend = "start one: .venv/bin/celery -A config worker -B (docs/operations.md)"
    if waiting := Scan.objects.filter(state__in=Scan.UNFINISHED).count():
        yield _problem("worker", f"no worker answers and {waiting} scans wait for one", mend)
    else:
        yield _note("worker", "no worker answers: what pages hand on will wait", mend)


def _scans() -> Iterator[Finding]:
    long_ago = timezone.now() - SILENT
    for scan in Scan.objects.filter(state__in=Scan.UNFINISHED, held_at__lt=long_ago).order_by("pk"):
        yield _problem(
            f"scan {scan.pk}",
            f"{scan.file_name} has been {scan.get_state_display()} without a sign of life since "
            f"{scan.held_at:%Y-%m-%d %H:%M} UTC",
            "see that a worker runs, or scan the file again, which resumes it",
        )
    for scan in Scan.objects.filter(state=Scan.State.QUESTION).order_by("pk"):
        yield _problem(
            f"scan {scan.pk}",
            f"{scan.file_name} waits for an answer: {scan.error}",
            "scan it again as it says",
        )


def _sources() -> Iterator[Finding]:
    pulled = PulledSource.objects.select_related("source").in_bulk()
    for one in pulled.values():
        if one.trouble and not one.paused:
            name, said = f"source {one.source.name}", f"its last pull was stopped: {one.trouble}"
            if one.denied:
                yield _problem(name, said, "mend what it says on /sources/systems/")
            else:
                yield _note(name, said, "wait: it is tried again by itself")
    for health in health_of_sources(timezone.now()).values():
        if health.alarms and not (health.pulled and health.pulled.trouble):
            yield _note(
                f"source {health.source.name}",
                sentence_of(health.freshness),
                f"read its newest export, or say what is expected of it on /sources/{health.source.pk}/",
            )
    for source in Source.objects.order_by("name"):
        last = source.scans.order_by("-pk").first()
        if source.pk in pulled:
            continue
        if last and last.state == Scan.State.FAILED:
            yield _problem(
                f"source {source.name}",
                f"its last scan failed: {last.error}",
                "mend what it says and scan again",
            )


def _watched() -> Iterator[Finding]:
    folder = settings.PENUMBRA["WATCHED_FOLDER"]
    if folder and not Path(folder).is_dir():
        yield _problem(
            "watched folder",
            f"PENUMBRA_WATCHED_FOLDER names {folder}, which is no folder here",
            "make it where the workers run, or name another",
        )
    elif folder and (closed := watched_folder.closed()):
        yield _problem(
            "watched folder",
            f"{len(closed)} folders below {folder} may not be looked into, {closed[0]} first",
            "let the workers' user read them: chmod -R a+rX",
        )
    elif folder and (unread := watched_folder.refused()):
        name, sentences = unread[0]
        others = f", and {len(unread) - 1} more" if len(unread) > 1 else ""
        yield _note(
            "watched folder",
            f"{len(unread)} files cannot be read: {name} ({sentences[0]}){others}",
            "put the file there again as it says, or take it out of the folder",
        )


_WITH_DATABASE: tuple[Callable[[], Iterator[Finding]], ...] = (
    _watched,
    _catalog,
    _seals,
    _production,
    _workers,
    _scans,
    _sources,
)
