"""What one would write first, to measure recognition against: every text against every name.

Two distances of rapidfuzz, and the cosine of character trigrams. Each gets the threshold that serves it
best on the very rows it is judged on, which is more than a matcher may have.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from vendors.matching.catalog import CatalogEntries, IdentifierKind
from vendors.matching.evaluation import LabelledRow
from vendors.matching.normalise import normal_form

_NAMES = (IdentifierKind.NAME, IdentifierKind.FORMER_NAME)

#: The nearest name's place in the list, and how near it is (0 to 100).
Nearest = tuple[int, float]


@dataclass(frozen=True, slots=True)
class Baseline:
    """How a distance does at its best threshold."""

    name: str
    threshold: float
    precision: float
    recall: float
    hard_booked: float  # share of the hard negatives that it books


def baselines(entries: CatalogEntries, rows: Sequence[LabelledRow]) -> list[Baseline]:
    """WRatio, token_set_ratio and trigram cosine over the catalog's names, each at its best threshold."""
    keys = [i.product or i.vendor for i in entries.identifiers if i.kind in _NAMES]
    names = [normal_form(i.value) for i in entries.identifiers if i.kind in _NAMES]
    texts = [normal_form(row.text) for row in rows]
    found = []
    for name, nearest in (
        ("rapidfuzz WRatio", _by_distance(texts, names, fuzz.WRatio)),
        ("rapidfuzz token_set_ratio", _by_distance(texts, names, fuzz.token_set_ratio)),
        ("trigram cosine", _by_trigrams(texts, names)),
    ):
        answers = [(keys[place], score) for place, score in nearest]
        found.append(_at_its_best(name, answers, rows))
    return found


def _by_distance(
    texts: Iterable[str], names: Sequence[str], distance: Callable[..., float]
) -> Iterable[Nearest]:
    for text in texts:
        _, score, place = process.extractOne(text, names, scorer=distance)
        yield place, score


def _by_trigrams(texts: Iterable[str], names: Sequence[str]) -> Iterable[Nearest]:
    holding: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for place, name in enumerate(names):
        for gram, weight in _trigrams(name).items():
            holding[gram].append((place, weight))
    for text in texts:
        cosines: Counter[int] = Counter()
        for gram, weight in _trigrams(text).items():
            for place, other in holding.get(gram, ()):
                cosines[place] += weight * other  # type: ignore[assignment]
        place, cosine = max(cosines.items(), key=lambda one: (one[1], -one[0]), default=(0, 0.0))
        yield place, 100 * cosine


def _trigrams(text: str) -> dict[str, float]:
    """Trigrams of a text with weights whose squares add up to one."""
    padded = f"  {text} "
    counts = Counter(padded[at : at + 3] for at in range(len(padded) - 2))
    length = math.sqrt(sum(count * count for count in counts.values()))
    return {gram: count / length for gram, count in counts.items()}


def _at_its_best(name: str, answers: Sequence[tuple[str, float]], rows: Sequence[LabelledRow]) -> Baseline:
    """The threshold with the best harmonic mean of precision and recall."""
    tools = sum(row.expected != "none" for row in rows)
    hard = sum(row.hard for row in rows)
    best = (0.0, Baseline(name, 100.0, 0.0, 0.0, 0.0))
    right = hard_booked = 0
    nearest_first = sorted(zip(answers, rows, strict=True), key=lambda pair: -pair[0][1])
    for booked, ((key, score), row) in enumerate(nearest_first, 1):
        right += key == row.expected or key in row.acceptable
        hard_booked += row.hard
        precision, recall = right / booked, right / max(tools, 1)
        mean = 2 * precision * recall / max(precision + recall, 1e-9)
        if mean > best[0]:
            best = (mean, Baseline(name, score, precision, recall, hard_booked / max(hard, 1)))
    return best[1]
