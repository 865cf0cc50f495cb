"""Files for the tests of event, statement and invoice connectors, and what reading them must hold to."""

from __future__ import annotations

import io
import random
from collections import Counter
from pathlib import Path

import pytest

from discovery.connectors import CONNECTORS
from discovery.connectors.base import HEAD_BYTES, Connector, Head, UnreadableFile
from discovery.records import Ignored, Rejected, Removed, Row

SAMPLES = Path(__file__).parent.parent / "samples"
SHARED = Path(__file__).resolve().parents[3] / "shared" / "formats" / "samples"

needs_shared = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the real files of ../shared/formats are not beside this project"
)


def read(connector: Connector, content: bytes) -> list[Row]:
    return list(connector.read(io.BytesIO(content)))


def read_as_far_as_possible(connector: Connector, content: bytes) -> tuple[list[Row], str]:
    """The rows, and the sentence of a file that breaks off. Any other exception is a failed test."""
    rows: list[Row] = []
    try:
        rows.extend(connector.read(io.BytesIO(content)))
    except UnreadableFile as error:
        return rows, str(error)
    return rows, ""


def counts(rows: list[Row]) -> tuple[int, int, int]:
    """(records, rejected, ignored or taken back)."""
    kinds = Counter(type(row) for _, row in rows)
    rejected, others = kinds.pop(Rejected, 0), kinds.pop(Ignored, 0) + kinds.pop(Removed, 0)
    return kinds.total(), rejected, others


def recognised_by(content: bytes, name: str = "export") -> set[str]:
    head = Head(name, content[:HEAD_BYTES], len(content) <= HEAD_BYTES)
    return {connector.name for connector in CONNECTORS if connector.recognises(head)}


def damaged(content: bytes, seed: int) -> tuple[bytes, int]:
    """The content with a few bytes changed, lost or put in, and where the damage begins."""
    chance = random.Random(seed)
    at = chance.randrange(len(content))
    lost = chance.choice((0, 1, 1, 3, 40))
    new = bytes(
        chance.choice(b'{}[]",:<>/&\\\n\x00\x80\xff9a ') for _ in range(chance.choice((0, 1, 1, 2, 5)))
    )
    return content[:at] + new + content[at + lost :], at


def assert_survives(connector: Connector, content: bytes, seed: int) -> None:
    """Cut off or damaged anywhere: the rows before that are those of the intact file, and nothing breaks."""
    intact = read(connector, content)
    garbled, at = damaged(content, seed)
    # One byte less: what follows a row may be what ends it.
    before, _ = read_as_far_as_possible(connector, content[: max(at - 1, 0)])
    assert before == intact[: len(before)]
    rows, _ = read_as_far_as_possible(connector, garbled)
    assert rows[: len(before)] == before
