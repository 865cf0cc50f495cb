"""What descriptors stand for: asked once each, kept with the version that answered.

A descriptor that is an AI tool, or waits for a person, is stored readable. Every other one is
sealed: its text can be opened by the worker in memory, to be asked again when the catalog grows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple

import msgspec
from django.db import connection, transaction
from django.db.models import F

from discovery.changes import tools_changed, vendors_underived
from discovery.decided import decisions_about_texts, recognition_by, text_key
from discovery.models import DataKey, Decision, RecognitionState
from discovery.models import Descriptor as StoredDescriptor
from discovery.own_rules import NOT_AI as NOT_AI
from discovery.own_rules import OwnWords, own_words
from discovery.sealing import Vault, keyed
from vendors.catalog_index import catalog_version, load_matcher
from vendors.matching import NORMALISER_VERSION, Descriptor, Matcher, Recognition
from vendors.matching import Decision as Outcome
from vendors.matching.answers import NoneBecause

State = StoredDescriptor.State

_PURPOSE = b"descriptor"
_BATCH = 2_000
_ANSWERS = 200  # changed in one transaction


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
    """The matcher of the loaded catalog, above it the company's rules, above them decisions about texts.

    ``matcher`` and ``own``: others than those that hold, to see what they would change.
    """

    def __init__(self, matcher: Matcher | None = None, own: OwnWords | None = None) -> None:
        self.version = recognition_version()
        self.catalog = self.version[0]
        self._matcher: Matcher = load_matcher() if matcher is None else matcher
        self._decided = decisions_about_texts()
        self._own = own_words() if own is None else own
        self._by_rule: dict[int, Recognition] = {}

    def recognise(self, descriptor: Descriptor, sealed_by: str | None = None) -> tuple[Recognition, str]:
        """(what it stands for, who decided: empty for the matcher).

        ``sealed_by``: for a text that is sealed, who decided so, empty for the matcher. What the matcher
        sealed opens by the shipped catalog, and by words of the company's own only with a second
        person's consent.
        """
        if self._decided:
            decided = self.decided(descriptor)
            if decided is not None:
                return decided
        return self.undecided(descriptor, sealed_by)

    def decided(self, descriptor: Descriptor) -> tuple[Recognition, str] | None:
        """What a person decided about this very text, and who."""
        return self._decided.get(text_key(descriptor.channel, descriptor.form)) if self._decided else None

    def undecided(self, descriptor: Descriptor, sealed_by: str | None = None) -> tuple[Recognition, str]:
        """The answer of rules and matcher, as if nobody had decided about this text."""
        guarded = sealed_by == ""
        rules = self._own.opening if guarded else self._own.compiled
        if rules and (rule := rules.find(descriptor)) is not None:
            held = self._own.by_version[rule.number]
            if held.version not in self._by_rule:
                self._by_rule[held.version] = recognition_by(held)
            return self._by_rule[held.version], held.name
        recognition = self._matcher.recognise(descriptor)
        if guarded and (recognition.product or recognition.vendor) in self._own.closed:
            return _STAYS_SEALED, ""
        return recognition, ""


#: What the company's own words would open and nobody has agreed to.
_STAYS_SEALED = Recognition(Outcome.NONE, none_because=NoneBecause.UNKNOWN)

#: Decisions that change what texts stand for.
_KINDS = (Decision.Kind.RECOGNISE, Decision.Kind.RULE, Decision.Kind.OPENING)


def recognition_version() -> tuple[str, int]:
    """What answers depend on: the catalog's version and the newest decision."""
    newest = Decision.objects.filter(kind__in=_KINDS).order_by("-pk")
    return catalog_version(), newest.values_list("pk", flat=True).first() or 0


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
        self._known: dict[Descriptor, Known] = {}

    def resolve(self, descriptors: Sequence[Descriptor]) -> list[Known]:
        """The stored row of each descriptor. Safe to repeat: adding is one insert that ignores its twin."""
        missing = [descriptor for descriptor in descriptors if descriptor not in self._known]
        if missing:
            if len(self._known) > 400_000:
                self._known.clear()
                missing = list(descriptors)
            keys = {descriptor_key(descriptor): descriptor for descriptor in missing}
            self._find(keys)
            # In one order everywhere, so that two scans that add the same never wait for each other.
            fresh = {key: keys[key] for key in sorted(keys) if keys[key] not in self._known}
            if fresh:
                self._add(list(fresh.items()))
                self._find(fresh)
        return [self._known[descriptor] for descriptor in descriptors]

    def _find(self, descriptors: Mapping[bytes, Descriptor]) -> None:
        """Learn which of these are stored; sealed ones are kept as long as this scan's newest month."""
        to_reseal = []
        keys = list(descriptors)
        for start in range(0, len(keys), _BATCH):
            stored = StoredDescriptor.objects.filter(key__in=keys[start : start + _BATCH]).values_list(
                "key", "pk", "state", "product", "vendor", "data_key__month"
            )
            for key, pk, state, product, vendor, month in stored:
                descriptor = descriptors[bytes(key)]
                self._known[descriptor] = Known(pk, state, product or vendor, vendor)
                if state == State.SEALED and month < self._month:
                    to_reseal.append((pk, descriptor))
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
        marks = ", ".join(["%s"] * len(_COLUMNS))
        sql = (
            f"INSERT INTO discovery_descriptor ({', '.join(_COLUMNS)}) VALUES ({marks}) "  # noqa: S608
            "ON CONFLICT DO NOTHING"
        )
        for start in range(0, len(descriptors), _BATCH):
            written = False
            while not written:
                batch = [self._row(key, it) for key, it in descriptors[start : start + _BATCH]]
                with transaction.atomic(), connection.cursor() as cursor:
                    _hold_off_reconsidering()
                    written = recognition_version() == self._recogniser.version
                    if written:
                        cursor.executemany(sql, batch)
                if not written:  # the catalog or a decision is newer than these answers
                    self._recogniser = Recogniser()

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
    return unsealed(vault, stored.data_key, stored.sealed)


def unsealed(vault: Vault, key: DataKey, sealed: bytes) -> Descriptor | None:
    plain = vault.open_small(key, bytes(sealed), _PURPOSE)
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


def _hold_off_reconsidering() -> None:
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
