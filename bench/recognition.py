"""Recognition alone: distinct descriptors, and a card file read to recognised; against naive matching.

Naive is what one would write first: each text against every name of the catalog with rapidfuzz's WRatio,
timed on a sample of the same texts.
"""

from __future__ import annotations

import csv
import gc
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bench import card_file
from bench.fresh import folder, installation
from bench.results import Limit, Result
from discovery.records import Spend
from discovery.spend_columns import Block, SpendColumns

DISTINCT = 100_000
ROWS = 1_000_000
_SAMPLE = 200
_ROUNDS = 3
#: Texts that repeat what makes recognition look further.
_HOSTILE = (
    "open ai " * 12_500, "a." * 50_000, "ai " * 33_000, "x" * 100_000, "*" * 100_000, "🙂" * 100_000,
    "".join(map(chr, range(256))) * 391, "\0" * 100_000, "a1" * 50_000, "1 " * 50_000, "A*1234 " * 14_286,
)  # fmt: skip
_CUT_OFF = 88


def measure(rows: int = ROWS) -> Iterator[Result]:
    distinct = max(100, round(rows * DISTINCT / ROWS))
    with folder() as place, installation() as (_, child):
        alone = child.call(distinct_texts, count=distinct)
        path = place / "cards.csv"
        card_file.write(path, rows)
        rounds = [child.call(card_rows, csv_path=str(path)) for _ in range(_ROUNDS)]
    yield Result(
        "recognition", alone["per_second"], "texts/s", alone["naive_per_second"], Limit(50, at_least=True),
        f"{distinct:,} texts, {alone['forms']:,} normal forms, {alone['names']:,} names in the catalog",
    )  # fmt: skip
    yield Result(
        "hostile_text", alone["slowest"] * 1e3, "ms", 1e3 / alone["per_second"], Limit(1_000, of_value=True),
        "the slowest of texts of 100,000 characters; baseline: an ordinary text",
    )  # fmt: skip
    # What other work on the machine takes is in every round and differs: the best of each side is compared.
    seconds, csv_seconds = (min(one[side] for one in rounds) for side in ("seconds", "csv_seconds"))
    yield Result(
        "card_recognition", rounds[0]["rows"] / seconds, "rows/s",
        max(one["naive_per_second"] for one in rounds), Limit(1_000, at_least=True),
        f"{rounds[0]['rows']:,} rows, {rounds[0]['forms']:,} descriptors; best of {_ROUNDS} rounds",
    )  # fmt: skip
    yield Result(
        "card_recognition_parse", seconds, "s", csv_seconds, Limit(5),
        f"baseline: csv.reader on the same file; best of {_ROUNDS} rounds each",
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
        "slowest": max(map(_time_of(matcher), _HOSTILE)),
    }


def _time_of(matcher: Any) -> Callable[[str], float]:
    """How long a matcher takes over a text in the channel where it takes longest, in seconds."""
    from vendors.matching import Channel, Descriptors, describe

    def slowest(text: str) -> float:
        times = []
        for channel in Channel:
            begun = time.perf_counter()
            Descriptors(channel).of([text], [""], [""])  # as statements are read
            matcher.recognise(describe(channel, text))
            times.append(time.perf_counter() - begun)
        return max(times)

    return slowest


def card_rows(csv_path: str) -> dict[str, Any]:
    """A card file read, each distinct descriptor recognised once. Runs in the child."""
    from discovery.connectors import by_name
    from vendors.catalog_index import load_matcher
    from vendors.matching import Descriptors

    path = Path(csv_path)
    matcher = load_matcher()
    gc.disable()  # as while a scan stores
    begun = time.perf_counter()
    count = 0
    answers: dict[Any, Any] = {}

    def ask(descriptor: Any) -> None:
        if descriptor not in answers:
            answers[descriptor] = matcher.recognise(descriptor)

    described = Descriptors("card", ask)
    sample: list[str] = []
    with path.open("rb") as stream:
        for block in by_name("card_table").read_blocks(stream):
            # As staging does it: nearly every text is new, while its normal form is not.
            columns = _columns(block)
            count += len(described.of(columns.text, columns.mcc, columns.url))
            sample += columns.text[:1]
    seconds = time.perf_counter() - begun
    gc.enable()
    begun = time.perf_counter()
    with path.open(encoding="utf-8", newline="") as file:
        for _ in csv.reader(file):
            pass
    csv_seconds = time.perf_counter() - begun
    return {
        "rows": count,
        "forms": len(answers),
        "seconds": seconds,
        "csv_seconds": csv_seconds,
        "naive_per_second": _naive(sample, _names()),
    }


def _columns(block: Block) -> Spend:
    """The spend lines of a block, each field with all its values."""
    if isinstance(block, SpendColumns):
        return block.columns
    spends = [row for _, row in block if isinstance(row, Spend)]
    return Spend._make(zip(*spends, strict=True)) if spends else Spend._make([()] * len(Spend._fields))


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
