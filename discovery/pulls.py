"""Pulls: scans whose rows come from a system, page by page.

A pull lives as every scan does (see :mod:`discovery.scans`): its pages are its staged chunks, and each
commits together with the cursor behind it, so that a pull that is cut off goes on with the next page.
The source's own cursor moves in the transaction that ends the reading. What a pull could not read
stays for the next one, and nothing that was read before goes: a lost permission, an outage or an
empty answer say nothing about records.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from discovery.connections import SYSTEMS
from discovery.connectors import by_name
from discovery.connectors.api import Api, Settings, WrongSettings, settings_from
from discovery.connectors.base import Connector, Kind, UnreadableFile
from discovery.connectors.http_session import AccessDenied, ApiError, Outside, TryLater, new_session
from discovery.credentials import open_credential, seal_credential
from discovery.leases import Lease
from discovery.models import Connection, PulledSource, Scan
from discovery.sealing import SealBroken
from discovery.staging import company_day, stage_page

#: Seconds that a pull may read before other work has its turn.
TURN = 20.0
#: Minutes until a pull that failed is tried again, doubled with each failure, up to the longest.
_FIRST_RETRY, _LONGEST_RETRY = 5, 24 * 60
_AFTER_A_FAULT = timedelta(hours=1)


def outside() -> Outside:
    """The world as pulls meet it; tests put their own in its place."""
    return Outside(new_session())


# --- when -------------------------------------------------------------------------------------------


def due(now: datetime) -> QuerySet[PulledSource]:
    """The sources that are to be pulled now, and are not being pulled."""
    busy = Scan.objects.filter(pull=True, state__in=Scan.UNFINISHED).values("source_id")
    found = PulledSource.objects.filter(paused=False, connection__credential__isnull=False, due_at__lte=now)
    return found.exclude(source_id__in=busy).order_by("due_at", "pk")


def open_due(now: datetime) -> list[int]:
    """Begin every pull that is due; the scans' numbers. ``scans.run`` does the work."""
    return [scan.pk for pulled in due(now) if (scan := open_pull(pulled, by="schedule", now=now))]


def open_pull(pulled: PulledSource, *, by: str, now: datetime) -> Scan | None:
    """The pull under way, or one that begins where the last one ended; None where one began just now."""
    unfinished = Scan.objects.filter(source_id=pulled.pk, pull=True, state__in=Scan.UNFINISHED)
    if scan := unfinished.exclude(state=Scan.State.WITHDRAWING).order_by("pk").first():
        return scan
    connector = by_name(pulled.source.connector)
    local = now.astimezone(ZoneInfo(settings.PENUMBRA["TIME_ZONE"]))
    with suppress(IntegrityError), transaction.atomic():
        # One pull that brought nothing is enough to show.
        ended = [Scan.State.DONE, Scan.State.FAILED]
        Scan.objects.filter(source_id=pulled.pk, pull=True, state__in=ended, rows_read=0).delete()
        current = PulledSource.objects.get(pk=pulled.pk)
        return Scan.objects.create(
            source_id=pulled.pk,
            connector=connector.name,
            file_name=f"{connector.title} {local:%Y-%m-%d %H:%M}",
            pull=True,
            list_day=company_day(now),
            cursor=current.cursor,
            cursor_before=current.cursor,
            requested_by=by,
        )
    return None


# --- reading ----------------------------------------------------------------------------------------


def read_pages(scan: Scan, lease: Lease, progress: Callable[[int, int | None], None]) -> bool:
    """Stage pages until the system has no more, something stops the pull, or its turn is over.

    Returns whether the reading has ended; the source's cursor is then behind what was staged.
    """
    pulled = PulledSource.objects.select_related("connection", "source").get(pk=scan.source_id)
    stop = time.monotonic() + TURN
    trouble: Exception | None = None
    world = outside()
    stated_at = world.now().astimezone(UTC).isoformat(timespec="seconds")
    try:
        connector, api = _connector_of(pulled.source.connector)
        known = settings_of(pulled.connection)
        world = replace(world, renewed=lambda name, value: _keep_renewed(pulled.connection_id, name, value))
        for page in api.fetch(known, scan.cursor, world):
            stage_page(scan, lease, connector, page, stated_at)
            progress(scan.rows_read, None)
            if page.last:
                break
            if time.monotonic() > stop:
                return False
    except (ApiError, UnreadableFile, SealBroken, WrongSettings) as error:
        trouble = error
    _end_reading(scan, lease, pulled, trouble, world.now())
    return True


def _connector_of(name: str) -> tuple[Connector, Api]:
    connector = by_name(name)
    if connector.api is None:
        raise UnreadableFile(f"{connector.title} can no longer be pulled; upload its files")
    return connector, connector.api


def _end_reading(
    scan: Scan, lease: Lease, pulled: PulledSource, trouble: Exception | None, now: datetime
) -> None:
    """Move the source's cursor, say how it went, and hand the scan to its merge, in one commit."""
    sentence = str(trouble) if trouble else ""
    changes: dict[str, Any] = {"cursor": scan.cursor}
    if trouble is None:
        changes |= {
            "last_success": now,
            "trouble": "",
            "troubled_since": None,
            "failures": 0,
            "denied": False,
            "due_at": now + timedelta(minutes=pulled.every_minutes),
        }
    else:
        changes |= {
            "trouble": sentence,
            "troubled_since": pulled.troubled_since or now,
            "failures": F("failures") + 1,
            "denied": isinstance(trouble, AccessDenied | SealBroken | WrongSettings),
            "due_at": now + _until_retry(trouble, pulled),
        }
    reading: dict[str, Any] = {"state": Scan.State.MERGING, "error": sentence}
    no_list = trouble is not None and pulled.source.kind == Kind.LICENCE
    if no_list:  # who is missing from a list has no seat any more, so that half a list is none
        changes["cursor"] = scan.cursor_before
        reading["rows_read"] = 0
    with transaction.atomic():
        lease.keep(**reading)
        if no_list:
            scan.chunks.all().delete()
            scan.rejected.all().delete()
        PulledSource.objects.filter(pk=pulled.pk).update(**changes)


def _until_retry(trouble: Exception, pulled: PulledSource) -> timedelta:
    """Sooner than the rhythm at first, then ever later; not before the system said, up to a day."""
    longest = timedelta(minutes=_LONGEST_RETRY)
    stated = timedelta(seconds=min(trouble.seconds, 1e6)) if isinstance(trouble, TryLater) else timedelta()
    stated = min(stated, longest)
    backed_off = min(longest, timedelta(minutes=_FIRST_RETRY * 2 ** min(pulled.failures, 10)))
    return max(stated, min(backed_off, timedelta(minutes=max(pulled.every_minutes, _FIRST_RETRY))))


def given_up(scan: Scan, sentence: str) -> None:
    """A fault of ours took back what a pull stored: the next one begins where this one began."""
    now = timezone.now()
    PulledSource.objects.filter(pk=scan.source_id).update(
        cursor=scan.cursor_before,
        trouble=sentence,
        troubled_since=Coalesce("troubled_since", Value(now)),
        failures=F("failures") + 1,
        due_at=now + _AFTER_A_FAULT,
    )


# --- settings and credential --------------------------------------------------------------------------


def settings_of(connection: Connection) -> Settings:
    """The settings with the credential opened. Raises SealBroken or WrongSettings with one sentence."""
    if connection.credential is None:
        raise WrongSettings("there is no credential any more; enter one")
    secrets = open_credential(connection.pk, bytes(connection.credential))
    return settings_from(SYSTEMS[connection.system].system.settings, {**connection.settings, **secrets})


def _keep_renewed(connection_id: int, name: str, value: str) -> None:
    """Store a credential that its system has replaced, at once: the old one may work no longer."""
    with transaction.atomic():
        connection = Connection.objects.select_for_update().get(pk=connection_id)
        if connection.credential is None:
            return  # somebody deleted it meanwhile
        secrets = open_credential(connection.pk, bytes(connection.credential)) | {name: value}
        Connection.objects.filter(pk=connection_id).update(credential=seal_credential(connection_id, secrets))


# --- trying a connection ------------------------------------------------------------------------------


def try_asked(now: Callable[[], datetime] = timezone.now) -> int:
    """Try every connection that somebody wants to be tried; how many."""
    asked = list(Connection.objects.filter(test_asked_at__isnull=False))
    for connection in asked:
        results = [[name, _first_page(connection, name)] for name in _lists_of(connection)]
        Connection.objects.filter(pk=connection.pk, test_asked_at=connection.test_asked_at).update(
            test_asked_at=None, tested_at=now(), test_results=results
        )
    return len(asked)


def _lists_of(connection: Connection) -> Iterable[str]:
    return connection.lists.order_by("source__name").values_list("source__connector", flat=True)


def _first_page(connection: Connection, name: str) -> str:
    """What is missing to read a list, in one sentence; "" where its first page was read. Keeps nothing."""
    try:
        connector, api = _connector_of(name)
        world = replace(outside(), renewed=lambda key, value: _keep_renewed(connection.pk, key, value))
        for page in api.fetch(settings_of(connection), {}, world):
            for _row in connector.read(io.BytesIO(page.body)) if page.body else ():
                pass
            break
    except (ApiError, UnreadableFile, SealBroken, WrongSettings) as error:
        return str(error)
    return ""
