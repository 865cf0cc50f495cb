"""Recognition alone: distinct descriptors, and a card file read to recognised; against naive matching.

Naive is what one would write first: each text against every name of the catalog with rapidfuzz's WRatio,
timed on a sample of the same texts.
"""

from __future__ import annotations

import csv
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from bench import card_file
from bench.fresh import folder, installation
from bench.results import Limit, Result

DISTINCT = 100_000
ROWS = 1_000_000
_SAMPLE = 200
_CUT_OFF = 88


def measure(rows: int = ROWS) -> Iterator[Result]:
    distinct = max(100, round(rows * DISTINCT / ROWS))
    with folder() as place, installation() as (_, child):
        alone = child.call(distinct_texts, count=distinct)
        path = place / "cards.csv"
        card_file.write(path, rows)
        whole = child.call(card_rows, csv_path=str(path))
    yield Result(
        "recognition", alone["per_second"], "texts/s", alone["naive_per_second"], Limit(50, at_least=True),
        f"{distinct:,} texts, {alone['forms']:,} normal forms, {alone['names']:,} names in the catalog",
    )  # fmt: skip
    yield Result(
        "card_recognition", whole["per_second"], "rows/s", whole["naive_per_second"],
        Limit(1_000, at_least=True),
        f"{whole['rows']:,} rows, {whole['texts']:,} texts, {whole['forms']:,} descriptors",
    )  # fmt: skip
    yield Result(
        "card_recognition_parse", whole["seconds"], "s", whole["csv_seconds"], Limit(5),
        "baseline: csv.reader on the same file",
    )  # fmt: skip


def distinct_texts(count: int) -> dict[str, Any]:
    """Raw texts that all differ: normalised and recognised. Runs in the child."""
    from vendors.catalog_index import load_matcher
    from vendors.matching import describe

    matcher = load_matcher()
    texts = list(card_file.texts(count))
    matcher.recognise(describe("card", texts[0][0]))
    begun = time.perf_counter()
    forms = set()
    for text, mcc in texts:
        descriptor = describe("card", text, mcc=mcc)
        forms.add(descriptor)
        matcher.recognise(descriptor)  # each, alike forms too: nothing is remembered here
    seconds = time.perf_counter() - begun
    names = _names()
    naive = _naive([text for text, _ in texts], names)
    return {
        "per_second": count / seconds,
        "naive_per_second": naive,
        "forms": len(forms),
        "names": len(names),
    }


def card_rows(csv_path: str) -> dict[str, Any]:
    """A card file read, each distinct descriptor recognised once. Runs in the child."""
    from discovery.connectors import by_name
    from discovery.records import Spend
    from vendors.catalog_index import load_matcher
    from vendors.matching import describe

    path = Path(csv_path)
    matcher = load_matcher()
    begun = time.perf_counter()
    count = 0
    by_text: dict[tuple[str, str], Any] = {}
    answers: dict[Any, Any] = {}
    with path.open("rb") as stream:
        for _, row in by_name("card_table").read(stream):
            if not isinstance(row, Spend):
                continue
            count += 1
            raw = (row.text, row.mcc)
            if raw not in by_text:
                by_text[raw] = descriptor = describe("card", row.text, mcc=row.mcc)
                if descriptor not in answers:
                    answers[descriptor] = matcher.recognise(descriptor)
    seconds = time.perf_counter() - begun
    begun = time.perf_counter()
    with path.open(encoding="utf-8", newline="") as file:
        for _ in csv.reader(file):
            pass
    csv_seconds = time.perf_counter() - begun
    sample = [text for text, _ in islice(by_text, 0, None, max(1, len(by_text) // _SAMPLE))]
    return {
        "rows": count,
        "texts": len(by_text),
        "forms": len(answers),
        "seconds": seconds,
        "csv_seconds": csv_seconds,
        "per_second": count / seconds,
        "naive_per_second": _naive(sample, _names()),
    }


def _names() -> list[str]:
    """Everything a text may name: products, vendors and the catalog's identifiers."""
    from vendors.models import Identifier, Product, Vendor

    found: set[str] = set()
    for rows in (
        Product.objects.values_list("name", flat=True),
        Vendor.objects.values_list("name", flat=True),
        Identifier.objects.values_list("value", flat=True),
    ):
        found.update(name.lower() for name in rows)
    return sorted(found)


def _naive(texts: list[str], names: list[str]) -> float:
    """Texts a second."""
    from rapidfuzz import fuzz, process

    sample = texts[:: max(1, len(texts) // _SAMPLE)][:_SAMPLE]
    begun = time.perf_counter()
    for text in sample:
        process.extractOne(text.lower(), names, scorer=fuzz.WRatio, score_cutoff=_CUT_OFF)
    return len(sample) / (time.perf_counter() - begun)
