"""A text as it came, cut into parts: what each was taken for when the text was recognised.

Nothing is lost: the parts in order are the whole text, runs of white space apart. What the normal form
dropped is told apart by its shape only, since it had no say in the answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from vendors.matching.candidates import Candidate, How
from vendors.matching.grammar import Reading, Tail, tail_of, words_of
from vendors.matching.normalise import normal_form


class Kind(StrEnum):
    """What a part of a text was taken for."""

    NAME = "name"  # what the catalog knows a tool or its maker by
    CARRIER = "carrier"  # who collected the charge for somebody else
    ADDED = "added"  # the words of the bank or the identity provider
    PLACE = "place"
    LEGAL = "legal"  # the legal form of a company
    WORD = "word"  # read, and known to nobody
    DATE = "date"
    AMOUNT = "amount"
    PHONE = "phone"
    REFERENCE = "reference"

    @property
    def read(self) -> bool:
        """Whether the part had a say in the answer."""
        return self not in (Kind.DATE, Kind.AMOUNT, Kind.PHONE, Kind.REFERENCE)


@dataclass(frozen=True, slots=True)
class Part:
    """``note`` names whom it was taken for; ``how`` a name that is spelled differently."""

    text: str
    kind: Kind
    note: str = ""
    how: str = ""


_Label = tuple[Kind, str, str]

_TAIL_KINDS = {Tail.PLACE: Kind.PLACE, Tail.LEGAL_FORM: Kind.LEGAL, Tail.BANK: Kind.ADDED}
_DATE = re.compile(r"\d{1,4}[./-]\d{1,2}(?:[./-]\d{2,4})?")
_AMOUNT = re.compile(r"[-+]?\d{1,3}(?:[.,'’]?\d{3})*[.,]\d\d")
_PHONE = re.compile(r"\+?(?:\d[ ()./-]?){9,14}\d")


def parts(text: str, reading: Reading, candidates: Iterable[Candidate]) -> tuple[Part, ...]:
    """The parts of a text whose normal form was read so and may name these candidates.

    Where the text cannot be followed back word by word (scripts that fold to another length), it is one part.
    """
    words = words_of(normal_form(text))
    labels = _labels(words, reading, list(candidates))
    cut: list[tuple[str, _Label]] = []
    at = 0
    for token in text.split():
        kept = words_of(normal_form(token))
        if words[at : at + len(kept)] != kept:
            return (Part(text.strip(), Kind.WORD),)
        if cut and not any(c.isalnum() for c in token):
            cut.append((token, cut[-1][1]))
        else:
            if cut and token.startswith("*"):  # a carrier's mark, set off from it
                cut.append(("*", cut[-1][1]))
                token = token[1:]
            cut += _cut(token, kept, labels[at : at + len(kept)])
        at += len(kept)
    return tuple(
        Part(" ".join(piece for piece, _ in run), *label) for label, run in groupby(cut, lambda one: one[1])
    )


def _labels(words: Sequence[str], reading: Reading, candidates: Sequence[Candidate]) -> list[_Label]:
    """What each word of the normal form was taken for."""
    # What banks put before the text was cut off it before it was read; what apps add stands behind it.
    first = next(
        (
            start
            for start in range(len(words) - len(reading.words), -1, -1)
            if list(words[start : start + len(reading.words)]) == reading.words
        ),
        0,
    )
    labels: list[_Label] = []
    for position, word in enumerate(words):
        at = position - first
        if at < 0 or at >= len(reading.words):
            labels.append((Kind.ADDED, "", ""))
        elif at < reading.lead:
            labels.append((Kind.CARRIER, reading.carrier.name if reading.carrier else "", ""))
        elif named := next((c for c in candidates if c.start <= at < c.stop), None):
            how = named.how.value if named.how in (How.CUT, How.TYPO, How.APART) else ""
            labels.append((Kind.NAME, named.identifier.value, how))
        elif at >= reading.end:
            tail = tail_of(word)
            labels.append((_TAIL_KINDS.get(tail, Kind.PLACE) if tail else Kind.PLACE, "", ""))
        else:
            labels.append((Kind.WORD, "", ""))
    return labels


def _cut(token: str, words: Sequence[str], labels: Sequence[_Label]) -> list[tuple[str, _Label]]:
    """One run of characters into the words that were read of it and what was dropped between them."""
    if not words:
        return [(token, _dropped(token))]
    folded = token.casefold()
    if len(folded) != len(token):
        return [(token, labels[0])]
    cut: list[tuple[str, _Label]] = []
    at = 0
    for word, label in zip(words, labels, strict=True):
        start = folded.find(word, at)
        if start < 0:
            return [(token, labels[0])]
        cut += _between(token[at:start])
        cut.append((token[start : start + len(word)], label))
        at = start + len(word)
    cut += _between(token[at:])
    return _with_marks(cut)


def _between(gap: str) -> list[tuple[str, _Label]]:
    return [(gap, _dropped(gap) if any(c.isalnum() for c in gap) else _MARK)] if gap else []


_MARK: _Label = (Kind.REFERENCE, "mark", "")


def _with_marks(cut: list[tuple[str, _Label]]) -> list[tuple[str, _Label]]:
    """Punctuation belongs to what stands before it, or else to what follows; equal neighbours are one."""
    joined: list[tuple[str, _Label]] = []
    before = ""
    for piece, label in cut:
        if label == _MARK:
            if joined:
                joined[-1] = (joined[-1][0] + piece, joined[-1][1])
            else:
                before = piece
            continue
        if joined and joined[-1][1] == label:
            joined[-1] = (joined[-1][0] + before + piece, label)
        else:
            joined.append((before + piece, label))
        before = ""
    return joined


def _dropped(piece: str) -> _Label:
    if _DATE.fullmatch(piece):
        return (Kind.DATE, "", "")
    if _AMOUNT.fullmatch(piece):
        return (Kind.AMOUNT, "", "")
    if _PHONE.fullmatch(piece):
        return (Kind.PHONE, "", "")
    return (Kind.REFERENCE, "", "")
