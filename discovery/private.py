"""Records that the person they are about called private: sealed, whatever their text stands for.

The decision binds to a record's key, so it holds for every version of the record and for every
scan that shows it again. Pages only write it down; who has the sealing key brings the record in line.
"""

from __future__ import annotations

from collections.abc import Iterator, Set

import numpy as np
from django.db import transaction
from django.db.models import QuerySet
from numpy.typing import NDArray

from discovery.identity import record_key
from discovery.models import Decision, Record
from discovery.reconsider import raise_serial
from discovery.sightings import Entries, pack_each


def decide_private(record: Record, *, actor: str, reason: str) -> Decision:
    """Write down that a record is private, or was said to be: a worker seals it within seconds."""
    key = record_key(record.identity, record.content)
    return _decide({"record": key.hex(), "identity": bytes(record.identity).hex()}, True, actor, reason)


def take_back(decision: Decision, *, actor: str, reason: str) -> Decision:
    """Write down that a record is not private after all: a worker makes it readable again."""
    return _decide(decision.subject, None, actor, reason)


@transaction.atomic
def _decide(subject: dict[str, str], after: bool | None, actor: str, reason: str) -> Decision:
    before = next((d.after for d in _in_force().filter(subject__record=subject["record"])), None)
    decision = Decision.objects.create(
        kind=Decision.Kind.PRIVATE, subject=subject, before=before, after=after, actor=actor, reason=reason
    )
    raise_serial()
    return decision


def _in_force() -> QuerySet[Decision]:
    return Decision.objects.filter(kind=Decision.Kind.PRIVATE).order_by("-pk")


def private_records() -> dict[bytes, Decision]:
    """Record key → the decision that makes it private."""
    newest: dict[str, Decision] = {}
    for decision in _in_force():
        newest.setdefault(decision.subject["record"], decision)
    return {bytes.fromhex(key): decision for key, decision in newest.items() if decision.after}


def rows_that_are(private: Set[bytes], entries: Entries) -> NDArray[np.bool_]:
    """For each entry whether it is a private record's."""
    if not private:
        return np.zeros(len(entries), dtype=bool)
    packed = pack_each(entries)
    return np.array([record_key(entry[:16], entry[16:]) in private for entry in packed], dtype=bool)


def readable_ones(source_id: int, private: dict[bytes, Decision], at_once: int) -> Iterator[list[Record]]:
    """A source's private records that still stand readable, in batches."""
    identities = sorted({decision.subject["identity"] for decision in private.values()})
    for start in range(0, len(identities), at_once):
        some = [bytes.fromhex(identity) for identity in identities[start : start + at_once]]
        stored = Record.objects.filter(source_id=source_id, identity__in=some).order_by("pk")
        if found := [row for row in stored if record_key(row.identity, row.content) in private]:
            yield found
