"""What people do with systems that records are pulled from: connect one, pause, test, delete its credential.

Every change is logged with who and why. Nothing here opens a credential: pages cannot.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from discovery.connectors import CONNECTORS
from discovery.connectors.api import System, WrongSettings, fields_of, settings_from
from discovery.connectors.base import Connector
from discovery.credentials import seal_credential
from discovery.models import Connection, ConnectionChange, PulledSource, Scan, Source
from discovery.reconsider import serial

_READING = (Scan.State.WAITING, Scan.State.READING)


class WrongConnection(Exception):
    """One sentence that says why nothing was changed."""


@dataclass(frozen=True)
class Offer:
    """A system and the lists that can be pulled from it."""

    system: System
    connectors: tuple[Connector, ...]


def _offers() -> dict[str, Offer]:
    found: dict[str, list[Connector]] = {}
    for connector in CONNECTORS:
        if connector.api:
            found.setdefault(connector.api.system.name, []).append(connector)
    offers = (Offer(lists[0].api.system, tuple(lists)) for lists in found.values() if lists[0].api)
    return {offer.system.name: offer for offer in sorted(offers, key=lambda offer: offer.system.title)}


#: The systems that records can be pulled from, by name.
SYSTEMS = _offers()


def connect(
    system: str,
    *,
    name: str,
    values: Mapping[str, str],
    lists: Collection[str],
    actor: str,
    reason: str,
    now: datetime,
) -> Connection:
    """Connect a system and pull the chosen lists from it from now on. Raises WrongConnection, NoWorkerYet."""
    offer = SYSTEMS[system]
    chosen = [connector for connector in offer.connectors if connector.name in lists]
    if not chosen:
        raise WrongConnection(_("Choose at least one list to pull."))
    public, secrets = _entered(offer.system, values)
    name = " ".join(name.split()) or offer.system.title
    connection = Connection(name=name, system=system, settings=public, credential_at=now)
    try:
        connection.clean_fields(exclude={f.name for f in Connection._meta.fields} - {"name"})
        connection.validate_unique()
    except ValidationError as error:
        raise WrongConnection(error.messages[0]) from None
    with transaction.atomic():
        connection.save()
        connection.credential = seal_credential(connection.pk, secrets)
        connection.save(update_fields=["credential"])
        for connector in chosen:
            _pull_from_now_on(connector, connection, now)
        _log(connection, "connected", actor, reason, now)
    return connection


def _entered(system: System, values: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """What was entered, the secrets apart. Raises WrongConnection."""
    try:
        found = settings_from(system.settings, values)
    except WrongSettings as wrong:
        raise WrongConnection(f"{wrong}.") from None
    public: dict[str, str] = {}
    secrets: dict[str, str] = {}
    for field in fields_of(system.settings):
        (secrets if field.secret else public)[field.name] = getattr(found, field.name)
    return public, secrets


def _pull_from_now_on(connector: Connector, connection: Connection, now: datetime) -> None:
    """Into the connector's own source, so that files of it and pulls know each other's records."""
    source = Source.objects.filter(name=connector.name).first()
    if source and PulledSource.objects.filter(pk=source.pk).exists():
        source = None
    if source is None:
        own = not Source.objects.filter(name=connector.name).exists()
        source, _made = Source.objects.get_or_create(
            name=connector.name if own else f"{connector.name} {connection.name}"[:120],
            defaults={"connector": connector.name, "kind": connector.kind.value, "reconciled": serial()},
        )
    if source.kind != connector.kind.value or PulledSource.objects.filter(pk=source.pk).exists():
        raise WrongConnection(_("There is a source of that name already; choose another name."))
    PulledSource.objects.create(
        source=source,
        connection=connection,
        every_minutes=int(connector.api.every.total_seconds() // 60) if connector.api else 1440,
        due_at=now,
    )


def replace_credential(
    connection: Connection, values: Mapping[str, str], *, actor: str, reason: str, now: datetime
) -> None:
    """Enter the settings and the credential anew; every list is tried again at once."""
    public, secrets = _entered(SYSTEMS[connection.system].system, {**connection.settings, **values})
    with transaction.atomic():
        Connection.objects.filter(pk=connection.pk).update(
            settings=public,
            credential=seal_credential(connection.pk, secrets),
            credential_at=now,
            test_results=[],
            tested_at=None,
        )
        connection.lists.update(due_at=now, failures=0)
        _log(connection, "credential entered", actor, reason, now)


def delete_credential(connection: Connection, *, actor: str, reason: str, now: datetime) -> None:
    """Nothing is pulled any more; what was read stays, and so does where each list was left off."""
    with transaction.atomic():
        Connection.objects.filter(pk=connection.pk).update(
            credential=None, credential_at=None, test_asked_at=None, test_results=[], tested_at=None
        )
        _log(connection, "credential deleted", actor, reason, now)


def pause(pulled: PulledSource, *, on: bool, actor: str, reason: str, now: datetime) -> None:
    """Stop pulling a list, or go on where it was left off."""
    with transaction.atomic():
        PulledSource.objects.filter(pk=pulled.pk).update(paused=on, **({} if on else {"due_at": now}))
        what = "paused" if on else "goes on"
        _log(pulled.connection, f"{what}: {pulled.source.connector}"[:40], actor, reason, now)


def begin_again(pulled: PulledSource, *, actor: str, reason: str, now: datetime) -> None:
    """Let the next pull read everything that the system still has; what is known stays known.

    Raises WrongConnection while a pull is under way, whose end would say where the next one begins.
    """
    if Scan.objects.filter(source_id=pulled.pk, pull=True, state__in=_READING).exists():
        raise WrongConnection(_("This list is being pulled just now; try again when that has ended."))
    with transaction.atomic():
        PulledSource.objects.filter(pk=pulled.pk).update(cursor={}, due_at=now)
        _log(pulled.connection, f"begins again: {pulled.source.connector}"[:40], actor, reason, now)


def pull_now(pulled: PulledSource, *, now: datetime) -> None:
    """Let a list be pulled at the next sweep."""
    PulledSource.objects.filter(pk=pulled.pk, paused=False).update(due_at=now)


def ask_test(connection: Connection, *, now: datetime) -> None:
    """Ask a worker to try the connection. Raises WrongConnection."""
    if connection.credential is None:
        raise WrongConnection(_("There is no credential any more; enter one first."))
    Connection.objects.filter(pk=connection.pk).update(test_asked_at=now)


def connections() -> QuerySet[Connection]:
    return Connection.objects.prefetch_related("lists__source").order_by("name")


def _log(connection: Connection, what: str, actor: str, reason: str, now: datetime) -> None:
    if not actor.strip() or not reason.strip():
        raise WrongConnection(_("Say why: the reason is kept with the change."))
    ConnectionChange.objects.create(
        connection=connection, what=what, actor=actor.strip(), reason=" ".join(reason.split()), made_at=now
    )
