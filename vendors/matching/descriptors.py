"""Descriptors of many texts at once: what is unique to a row goes first, so that alike texts are asked once.

Nearly every text of a statement differs from every other by a number, a telephone number or a reference.
Each of those is a word of its own, or all that stands behind a carrier's ``*``, and has no part in the
normal form. Such words are taken out of a whole block of texts by two regular expressions; what is left
repeats, and is remembered with its descriptor. The forms are those of ``normal_form``, which a test holds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from vendors.matching.answers import Descriptor
from vendors.matching.normalise import described, normal_form

#: So many different rests of texts are remembered; more start again.
_REMEMBERED = 150_000

# Only what is parted by spaces is touched, and letters outside a–z never: of these folding decides.
_END = r"(?![^ \n])"
#: Without a letter, with a digit; but for the numbers that name product families.
_NUMBER = rf"(?!36[05]{_END})[!-/:-@\[-`{{-~]*+[0-9][!-@\[-`{{-~]*+{_END}"
#: Letters and four digits or more; but for a word that a number is glued to ("ads4471029381").
_REFERENCE = rf"(?=[A-Za-z]*+[0-9])(?![A-Za-z]{{3,}}+[0-9]++{_END})[A-Za-z]*+(?:[0-9][A-Za-z]*+){{4,}}+{_END}"
_WORDS_OF_THE_ROW = re.compile(rf" (?:{_NUMBER}|{_REFERENCE})")
_BEHIND_A_CARRIER = re.compile(rf"\*(?<=[A-Za-z]\*){_REFERENCE}")


class Descriptors:
    """Descriptors of the lines of one reading, all of one channel; forget it with the reading.

    ``met``: told of each descriptor at least once, before it is given out.
    """

    def __init__(self, channel: str, met: Callable[[Descriptor], object] = lambda found: None) -> None:
        self._remembered = _Remembered(channel, met)

    def of(self, texts: Sequence[str], mccs: Iterable[str], urls: Iterable[str]) -> list[Descriptor]:
        """``describe`` for each text with its merchant category and address, in their order."""
        rests: Sequence[str] = without_words_of_the_row("\n".join(texts)).split("\n")
        if len(rests) != len(texts):  # a text of several lines
            rests = texts
        return list(map(self._remembered.__getitem__, zip(rests, mccs, urls, strict=True)))


def without_words_of_the_row(text: str) -> str:
    """Lines of text that have the same normal forms, without most of what only their rows have."""
    return _BEHIND_A_CARRIER.sub("*", _WORDS_OF_THE_ROW.sub("", text))


class _Remembered(dict[tuple[str, str, str], Descriptor]):
    """(rest of a text, merchant category, address) → descriptor."""

    def __init__(self, channel: str, met: Callable[[Descriptor], object]) -> None:
        self._channel, self._met = channel, met

    def __missing__(self, asked: tuple[str, str, str]) -> Descriptor:
        if len(self) >= _REMEMBERED:
            self.clear()
        rest, mcc, url = asked
        found = self[asked] = described(self._channel, normal_form(rest), mcc=mcc, url=url)
        self._met(found)
        return found
