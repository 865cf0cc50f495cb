"""What descriptors stand for: asked once each, kept with the version that answered.

A descriptor that is an AI tool, or waits for a person, is stored readable. Every other one is
sealed: its text can be opened by the worker in memory, to be asked again when the catalog grows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec
from django.db import connection, transaction
from django.db.models import F
from vendors.catalog_index import catalog_version, load_matcher

from discovery.changes import tools_changed, vendors_underived
from discovery.models import DataKey, Decision, RecognitionState
from discovery.models import Descriptor as StoredDescriptor
from discovery.sealing import Vault, keyed
from vendors.matching import NORMALISER_VERSION, Descriptor, Matcher, Recognition
from vendors.matching import Decision as Outcome
from vendors.matching.answers import NoneBecause
from vendors.models import Product, Vendor

State = StoredDescriptor.State

NOT_AI = "not_ai"
_PURPOSE = b"descriptor"
_BATCH = 2_000


class Known(NamedTuple):
    """What merging needs of a stored descriptor."""

    pk: int
    state: str
    tool: str  # product key, vendor key where no more is known, "" for none
    vendor: str


def descriptor_key(descriptor: Descriptor) -> bytes:
    return keyed(_PURPOSE, "\x1f".join(descriptor))


# --- asking -------------------------------------------------------------------------------------


class Recogniser:
    """The matcher of the loaded catalog with this installation's decisions above it."""

    def __init__(self) -> None:
        self._matcher: Matcher = load_matcher()
        self.catalog = catalog_version()
        self._decided = _decisions()

    def recognise(self, descriptor: Descriptor) -> tuple[Recognition, str]:
        """(what it stands for, who decided: empty for the matcher)."""
        decided = self._decided.get((descriptor.channel, descriptor.form))
        if decided is not None:
            return decided
        return self._matcher.recognise(descriptor), ""


def _decisions() -> dict[tuple[str, str], tuple[Recognition, str]]:
    """The decision that holds for each text: the newest; an empty one gives the text back to the matcher."""
    newest: dict[tuple[str, str], Decision] = {}
    for decision in Decision.objects.filter(kind=Decision.Kind.RECOGNISE).order_by("pk"):
        newest[decision.subject["channel"], decision.subject["form"]] = decision
    vendor_of = dict(Product.objects.values_list("key", "vendor__key"))
    vendors = set(Vendor.objects.values_list("key", flat=True))
    result = {}
    for subject, decision in newest.items():
        if not decision.after:
            continue
        reason = f"{decision.actor} decided on {decision.made_at:%Y-%m-%d}: {decision.reason}"
        if decision.after == NOT_AI:
            recognition = Recognition(
                Outcome.NONE, score=1.0, none_because=NoneBecause.NOT_AI, reasons=(reason,)
            )
        elif decision.after in vendor_of:
            recognition = Recognition(
                Outcome.MATCH,
                product=decision.after,
                vendor=vendor_of[decision.after],
                score=1.0,
                reasons=(reason,),
            )
        elif decision.after in vendors:
            recognition = Recognition(Outcome.MATCH, vendor=decision.after, score=1.0, reasons=(reason,))
        else:  # what was decided for left the catalog: a contradiction for a person, never silent
            recognition = Recognition(
                Outcome.REVIEW, reasons=(reason, f"{decision.after} is no longer in the catalog")
            )
        result[subject] = (recognition, decision.actor)
    return result


def state_of(recognition: Recognition) -> str:
    match recognition.decision:
        case Outcome.MATCH:
            return State.AI
        case Outcome.REVIEW:
            return State.REVIEW
        case _:
            return State.SEALED


# --- storing --------------------------------------------------------------------------------------


class DescriptorStore:
    """Finds or adds the stored descriptors of a scan, recognising each new one once."""

    def __init__(self, recogniser: Recogniser, vault: Vault, month: str) -> None:
        self._recogniser = recogniser
        self.vault = vault
        self._key = vault.key(None, month)  # sealed texts live as long as the newest month they occur in
        self._month = month
        self._known: dict[bytes, Known] = {}

    def resolve(self, descriptors: Sequence[Descriptor]) -> list[Known]:
        """The stored row of each descriptor. Safe to repeat: adding is one insert that ignores its twin."""
        keys = [descriptor_key(descriptor) for descriptor in descriptors]
        missing = [i for i, key in enumerate(keys) if key not in self._known]
        if missing:
            if len(self._known) > 400_000:
                self._known.clear()
                missing = list(range(len(keys)))
            self._find([keys[i] for i in missing], {keys[i]: descriptors[i] for i in missing})
            fresh = [i for i in missing if keys[i] not in self._known]
            if fresh:
                self._add([(keys[i], descriptors[i]) for i in fresh])
                self._find([keys[i] for i in fresh], {})
        return [self._known[key] for key in keys]

    def _find(self, keys: list[bytes], descriptors: dict[bytes, Descriptor]) -> None:
        to_reseal = []
        for start in range(0, len(keys), _BATCH):
            stored = StoredDescriptor.objects.filter(key__in=keys[start : start + _BATCH]).values_list(
                "key", "pk", "state", "product", "vendor", "data_key__month"
            )
            for key, pk, state, product, vendor, month in stored:
                key = bytes(key)
                self._known[key] = Known(pk, state, product or vendor, vendor)
                if state == State.SEALED and month < self._month and key in descriptors:
                    to_reseal.append((pk, descriptors[key]))
        if to_reseal:
            self._reseal(to_reseal)

    def _reseal(self, descriptors: list[tuple[int, Descriptor]]) -> None:
        """Seen again in a newer month: sealed with that month's key, so that it is retained as long."""
        rows = [(_sealed(self.vault, self._key, d), self._key.pk, pk) for pk, d in descriptors]
        for start in range(0, len(rows), _BATCH):
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.executemany(
                    "UPDATE discovery_descriptor SET sealed = %s, data_key_id = %s "
                    "WHERE id = %s AND state = 'sealed'",
                    rows[start : start + _BATCH],
                )

    def _add(self, descriptors: list[tuple[bytes, Descriptor]]) -> None:
        rows = [self._row(key, descriptor) for key, descriptor in descriptors]
        marks = ", ".join(["%s"] * len(_COLUMNS))
        sql = (
            f"INSERT INTO discovery_descriptor ({', '.join(_COLUMNS)}) VALUES ({marks}) "  # noqa: S608
            "ON CONFLICT DO NOTHING"
        )
        for start in range(0, len(rows), _BATCH):
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.executemany(sql, rows[start : start + _BATCH])

    def _row(self, key: bytes, descriptor: Descriptor) -> tuple[Any, ...]:
        recognition, decided_by = self._recogniser.recognise(descriptor)
        columns = answer_columns(recognition, decided_by, self._recogniser.catalog)
        columns |= evidence_columns(descriptor, columns["state"], self.vault, self._key)
        columns["key"] = key
        columns["channel"] = descriptor.channel
        columns["reasons"] = _json(columns["reasons"])
        columns["alternatives"] = _json(columns["alternatives"])
        return tuple(columns[name] for name in _COLUMNS)


_COLUMNS = (
    "key",
    "state",
    "channel",
    "form",
    "mcc",
    "client_id",
    "host",
    "sealed",
    "data_key_id",
    "decision",
    "product",
    "vendor",
    "none_because",
    "carrier",
    "plan",
    "model_vendor",
    "score",
    "reasons",
    "alternatives",
    "decided_by",
    "normaliser",
    "catalog",
)


@lru_cache(maxsize=1_000)
def _json_cached(encoded: bytes) -> str:
    return encoded.decode()


def _json(value: Any) -> str:
    return _json_cached(msgspec.json.encode(value))


def _sealed(vault: Vault, key: DataKey, descriptor: Descriptor) -> bytes:
    return vault.seal_small(key, "\x1f".join(descriptor).encode(), _PURPOSE)


def opened(vault: Vault, stored: StoredDescriptor) -> Descriptor | None:
    """The descriptor of a stored row; None where it was sealed with a key that is destroyed."""
    if stored.state != State.SEALED:
        return Descriptor(stored.channel, stored.form, stored.mcc, stored.client_id, stored.host)
    plain = vault.open_small(stored.data_key, bytes(stored.sealed), _PURPOSE)
    return None if plain is None else Descriptor(*plain.decode().split("\x1f"))


def answer_columns(recognition: Recognition, decided_by: str, catalog: str) -> dict[str, Any]:
    """The columns that hold an answer. Of what is sealed they say no more than why."""
    state = state_of(recognition)
    if state == State.SEALED:
        return {
            "state": state,
            "decision": recognition.decision.value,
            "product": "",
            "vendor": "",
            "none_because": (recognition.none_because or NoneBecause.UNKNOWN).value,
            "carrier": "",
            "plan": "",
            "model_vendor": "",
            "score": 0.0,
            "reasons": [],
            "alternatives": [],
            "decided_by": decided_by,
            "normaliser": NORMALISER_VERSION,
            "catalog": catalog,
        }
    return {
        "state": state,
        "decision": recognition.decision.value,
        "product": recognition.product or "",
        "vendor": recognition.vendor or "",
        "none_because": "",
        "carrier": recognition.carrier or "",
        "plan": recognition.plan or "",
        "model_vendor": recognition.model_vendor or "",
        "score": recognition.score,
        "reasons": list(recognition.reasons),
        "alternatives": [asdict(a) for a in recognition.alternatives],
        "decided_by": decided_by,
        "normaliser": NORMALISER_VERSION,
        "catalog": catalog,
    }


def evidence_columns(descriptor: Descriptor, state: str, vault: Vault, key: DataKey) -> dict[str, Any]:
    """The columns that hold the descriptor itself: readable, or sealed."""
    if state == State.SEALED:
        return {
            "form": "",
            "mcc": "",
            "client_id": "",
            "host": "",
            "sealed": _sealed(vault, key, descriptor),
            "data_key_id": key.pk,
        }
    return {
        "form": descriptor.form,
        "mcc": descriptor.mcc,
        "client_id": descriptor.client_id,
        "host": descriptor.host,
        "sealed": None,
        "data_key_id": None,
    }


# --- asking again -----------------------------------------------------------------------------------


class Reconsidered(NamedTuple):
    descriptors: int
    changed: int


def reconsider(stored: Iterable[StoredDescriptor] | None = None) -> Reconsidered:
    """Ask about stored descriptors again (all, sealed ones included, where none are given).

    Changes the descriptors only; ``reconcile`` then moves their records. Raises the recognition
    serial in the same transaction as the change, so that a source never misses one.
    """
    recogniser = Recogniser()
    vault = Vault()
    newest = DataKey.objects.filter(source=None).order_by("-month").first()
    if stored is None:
        stored = _every_descriptor()
    seen = changed = 0
    batch: list[tuple[StoredDescriptor, dict[str, Any]]] = []
    for row in stored:
        seen += 1
        descriptor = opened(vault, row)
        if descriptor is None:
            continue
        recognition, decided_by = recogniser.recognise(descriptor)
        columns = answer_columns(recognition, decided_by, recogniser.catalog)
        if not _differs(row, columns):
            continue
        if columns["state"] != row.state and State.SEALED in (columns["state"], row.state):
            key = newest if row.data_key is None else row.data_key
            columns |= evidence_columns(
                descriptor, columns["state"], vault, key or vault.key(None, "0000-00")
            )
        batch.append((row, columns))
        if len(batch) >= 200:
            changed += _write(batch)
            batch = []
    changed += _write(batch)
    return Reconsidered(seen, changed)


def _every_descriptor() -> Iterator[StoredDescriptor]:
    """All of them in pages, so that writing between them disturbs nothing."""
    last = 0
    while page := list(
        StoredDescriptor.objects.select_related("data_key").filter(pk__gt=last).order_by("pk")[:_BATCH]
    ):
        yield from page
        last = page[-1].pk


def _differs(row: StoredDescriptor, columns: dict[str, Any]) -> bool:
    return any(
        getattr(row, name) != value
        for name, value in columns.items()
        if name not in ("catalog", "normaliser")
    )


def _write(batch: list[tuple[StoredDescriptor, dict[str, Any]]]) -> int:
    if not batch:
        return 0
    with transaction.atomic():
        for row, columns in batch:
            StoredDescriptor.objects.filter(pk=row.pk).update(**columns)
        tools_changed({row.product or row.vendor for row, _ in batch})
        tools_changed({columns["product"] or columns["vendor"] for _, columns in batch})
        vendors_underived({row.vendor or f"?{row.pk}" for row, _ in batch})
        vendors_underived({columns["vendor"] or f"?{row.pk}" for row, columns in batch})
        raise_serial()
    return len(batch)


def raise_serial() -> None:
    RecognitionState.objects.bulk_create([RecognitionState()], ignore_conflicts=True)
    RecognitionState.objects.filter(pk=1).update(serial=F("serial") + 1)


def serial() -> int:
    return RecognitionState.objects.filter(pk=1).values_list("serial", flat=True).first() or 0
