"""Sealing alone: card rows into sealed blocks, and descriptors opened again."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from typing import Any

from bench import card_file
from bench.fresh import installation
from bench.results import Limit, Result

ROWS = 1_000_000
_CHUNK = 10_000
_DESCRIPTORS_PER_ROW = 0.3
_MONTH = "2025-01"


def measure(rows: int = ROWS) -> Iterator[Result]:
    with installation() as (_, child):
        sealed = child.call(seal, rows=rows)
        opened = child.call(open_descriptors, count=max(100, round(rows * _DESCRIPTORS_PER_ROW)))
    yield Result(
        "sealing", sealed["per_second"], "rows/s", sealed["open_per_second"], Limit(1, at_least=True),
        "baseline: the same rows stored readable by sqlite3's executemany",
    )  # fmt: skip
    yield Result(
        "opening_descriptors", opened["per_second"], "texts/s", opened["bare_per_second"],
        Limit(0.3, at_least=True), "baseline: AES-GCM alone on the same ciphertexts",
    )  # fmt: skip


def seal(rows: int) -> dict[str, Any]:
    """Sealed blocks of written rows, against the rows in an open table. Runs in the child."""
    from discovery.blocks import sealed
    from discovery.models import Source
    from discovery.rows import SPEND
    from discovery.sealing import Vault

    source = Source.objects.create(name="bench", connector="card_table", kind="card")
    vault = Vault()
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE open (entry blob unique, line, text, day, amount, currency, card, name)")
    seconds = open_seconds = 0.0
    made = card_file.rows(rows)
    for start in range(0, rows, _CHUNK):
        kept = []
        for line, row in zip(range(start, min(start + _CHUNK, rows)), made, strict=False):
            amount = round(float(row[7]) * 100) * 10_000
            who = ["", "", row[4]]
            spend = ["", row[0], row[1], row[5], amount, row[8], who, row[3], "card", "", row[6], ""]
            kept.append((line.to_bytes(24), True, [SPEND, line, line % 3_000, spend + [None] * 9]))
        begun = time.perf_counter()
        sealed(source.pk, 1, kept, vault)
        seconds += time.perf_counter() - begun
        plain = [
            (entry, row[1], row[3][3], row[3][2], row[3][4], row[3][5], row[3][7], row[3][6][2])
            for entry, _, row in kept
        ]
        begun = time.perf_counter()
        with connection:
            connection.executemany("INSERT INTO open VALUES (?, ?, ?, ?, ?, ?, ?, ?)", plain)
        open_seconds += time.perf_counter() - begun
    return {"per_second": rows / seconds, "open_per_second": rows / open_seconds}


def open_descriptors(count: int) -> dict[str, Any]:
    """Sealed texts opened with their month's key, against the cipher alone. Runs in the child."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    from discovery.sealing import Vault

    vault = Vault()
    key = vault.key(None, _MONTH)
    texts = [f"card\x1f{text}\x1f{mcc}".encode() for text, mcc in card_file.texts(count)]
    sealed = [vault.seal_small(key, text, b"descriptor") for text in texts]
    begun = time.perf_counter()
    opened = [vault.open_small(key, each, b"descriptor") for each in sealed]
    seconds = time.perf_counter() - begun
    if opened != texts:
        raise AssertionError("what was sealed did not come back")
    cipher = AESGCM(bytes(32))
    bare = [cipher.encrypt(bytes(12), text, b"descriptor") for text in texts]
    nonce = bytes(12)
    begun = time.perf_counter()
    for each in bare:
        cipher.decrypt(nonce, each, b"descriptor")
    bare_seconds = time.perf_counter() - begun
    return {"per_second": count / seconds, "bare_per_second": count / bare_seconds}
