"""Names that are spelt nearly as somebody typed them: a letter too many, too few, wrong or in another place.

For pages that find nothing otherwise. What is offered is a guess, and pages say so.
"""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import fuzz

#: Shorter words are near to too many names.
_SHORTEST = 4
#: Of 100; "chatgtp" has 86 of ChatGPT, "perplx" 83 of what Perplexity begins with (judgement).
_NEAR = 80
_OFFERED = 5


def spelt_like(typed: str, names: Iterable[tuple[str, str]]) -> list[str]:
    """Keys of the (key, name) that are spelt most like what was typed, or begin so: the nearest first.

    Five at most, and none for fewer than four letters. A key may have several names.
    """
    typed = " ".join(typed.casefold().split())
    if len(typed) < _SHORTEST:
        return []
    best: dict[str, tuple[float, int]] = {}
    for key, name in names:
        name = name.casefold()
        whole = fuzz.ratio(typed, name, score_cutoff=_NEAR)
        near = max(whole, fuzz.ratio(typed, name[: len(typed)], score_cutoff=_NEAR))
        if near:
            fit = (-near, abs(len(name) - len(typed)))
            best[key] = min(fit, best.get(key, fit))
    return sorted(best, key=lambda key: (best[key], key))[:_OFFERED]
