"""Descriptors are asked about again when the catalog grows or somebody decides: all of them, or some.

Answers change first; :mod:`discovery.reconcile` then moves their records, told by the serial that rises
with every change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import F

from discovery.changes import tools_changed, vendors_underived
from discovery.models import DataKey, RecognitionState
from discovery.models import Descriptor as StoredDescriptor
from discovery.recognise import Recogniser, State, recognition_version, state_of
from discovery.recognition_columns import answer_columns, evidence_columns, opened, unsealed
from discovery.sealing import Vault
from vendors.matching import Descriptor, Recognition
from vendors.matching.answers import NoneBecause

_BATCH = 2_000
_ANSWERS = 200  # changed in one transaction


class Reconsidered(NamedTuple):
    descriptors: int
    changed: int


def reconsider(
    stored: Iterable[StoredDescriptor] | None = None,
    progress: Callable[[int], None] = lambda asked: None,
    touches: Callable[[Descriptor], bool] | None = None,
) -> Reconsidered:
    """Ask about stored descriptors again (all, sealed ones included, where none are given).

    ``touches``: only about those for which it holds. ``progress`` is told the number of descriptors
    asked about since its last call.

    Changes the descriptors only; ``reconcile`` then moves their records. Raises the recognition
    serial in the same transaction as the change, so that a source never misses one.
    """
    _wait_for_answers_underway()
    recogniser = Recogniser()
    vault = Vault()
    newest = DataKey.objects.filter(source=None, destroyed_at=None).order_by("-month").first()
    pages = _every_descriptor(recogniser, vault, touches) if stored is None else _in_pages(stored)
    seen = changed = 0
    for asked, page in pages:
        seen += asked
        opening = [(row, opened(vault, row)) for row in page]
        readable = [
            (row, descriptor)
            for row, descriptor in opening
            if descriptor is not None and (touches is None or touches(descriptor))
        ]
        for start in range(0, len(readable), _ANSWERS):
            answers = None
            while answers is None:
                part = readable[start : start + _ANSWERS]
                answers = _write(_changes(part, recogniser, vault, newest), recogniser)
                if answers is None:  # somebody decided, or the catalog grew, meanwhile
                    recogniser = Recogniser()
            changed += answers
        progress(asked)
    return Reconsidered(seen, changed)


def _changes(
    rows: list[tuple[StoredDescriptor, Descriptor]],
    recogniser: Recogniser,
    vault: Vault,
    newest: DataKey | None,
) -> list[tuple[StoredDescriptor, dict[str, Any]]]:
    """The rows whose answer is another now, with their new columns."""
    changes = []
    for row, descriptor in rows:
        sealed_by = row.decided_by if row.state == State.SEALED else None
        columns = answer_columns(*recogniser.recognise(descriptor, sealed_by), recogniser.catalog)
        if not _differs(row, columns):
            continue
        if columns["state"] != row.state and State.SEALED in (columns["state"], row.state):
            key = row.data_key or newest or vault.key(None, "0000-00")
            columns |= evidence_columns(descriptor, columns["state"], vault, key)
        changes.append((row, columns))
    return changes


def hold_off_reconsidering() -> None:
    """Call in a transaction that stores new answers: reconsidering begins before it or after it.

    Else an answer of the old catalog could be stored behind the back of those who ask all of
    them again. On SQLite writers take turns anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM discovery_recognitionstate WHERE id = 1 FOR SHARE")


def _wait_for_answers_underway() -> None:
    RecognitionState.objects.bulk_create([RecognitionState()], ignore_conflicts=True)
    with transaction.atomic():
        RecognitionState.objects.select_for_update().get(pk=1)


def _in_pages(stored: Iterable[StoredDescriptor]) -> Iterator[tuple[int, list[StoredDescriptor]]]:
    rows = iter(stored)
    while page := list(islice(rows, _BATCH)):
        yield len(page), page


def _every_descriptor(
    recogniser: Recogniser, vault: Vault, touches: Callable[[Descriptor], bool] | None
) -> Iterator[tuple[int, list[StoredDescriptor]]]:
    """(how many were asked about, those whose answer may be another now), page after page.

    Nearly all are sealed and stay so: they are asked about without making a model of each. Pages,
    so that writing between them disturbs nothing.
    """
    keys = {key.pk: key for key in DataKey.objects.filter(source=None)}
    columns = ("pk", "state", "decision", "none_because", "decided_by", "data_key_id", "sealed")
    rows = StoredDescriptor.objects.order_by("pk").values_list(*columns)
    last = 0
    while page := list(rows.filter(pk__gt=last)[:_BATCH]):
        open_to_change = []
        for pk, state, *answer, data_key, sealed in page:
            if state != State.SEALED or data_key not in keys:
                open_to_change.append(pk)
                continue
            descriptor = unsealed(vault, keys[data_key], sealed)
            if descriptor is None or not (touches is None or touches(descriptor)):
                continue
            if _sealed_answer(*recogniser.recognise(descriptor, answer[-1])) != answer:
                open_to_change.append(pk)
        yield (
            len(page),
            list(
                StoredDescriptor.objects.select_related("data_key")
                .filter(pk__in=open_to_change)
                .order_by("pk")
            ),
        )
        last = page[-1][0]


def _sealed_answer(recognition: Recognition, decided_by: str) -> list[str] | None:
    """Decision, why none, and who decided, as a sealed row holds them; None where it is to be readable."""
    if state_of(recognition) != State.SEALED:
        return None
    return [
        recognition.decision.value,
        (recognition.none_because or NoneBecause.UNKNOWN).value,
        decided_by,
    ]


def _differs(row: StoredDescriptor, columns: dict[str, Any]) -> bool:
    return any(
        getattr(row, name) != value
        for name, value in columns.items()
        if name not in ("catalog", "normaliser")
    )


def _write(changes: list[tuple[StoredDescriptor, dict[str, Any]]], recogniser: Recogniser) -> int | None:
    """Store new answers; how many, or None where they are no longer the newest ones."""
    if not changes:
        return 0
    with transaction.atomic():
        RecognitionState.objects.select_for_update().get(pk=1)
        if recognition_version() != recogniser.version:
            return None
        for row, columns in changes:
            StoredDescriptor.objects.filter(pk=row.pk).update(**columns)
        tools_changed({row.product or row.vendor for row, _ in changes})
        tools_changed({columns["product"] or columns["vendor"] for _, columns in changes})
        vendors_underived({row.vendor or f"?{row.pk}" for row, _ in changes})
        vendors_underived({columns["vendor"] or f"?{row.pk}" for row, columns in changes})
        raise_serial()
    return len(changes)


def raise_serial() -> None:
    RecognitionState.objects.bulk_create([RecognitionState()], ignore_conflicts=True)
    RecognitionState.objects.filter(pk=1).update(serial=F("serial") + 1)


def serial() -> int:
    return RecognitionState.objects.filter(pk=1).values_list("serial", flat=True).first() or 0
