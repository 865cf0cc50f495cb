"""Normal forms of many texts at once: what is unique to a row goes first, so that alike texts are asked once.

Nearly every text of a statement differs from every other by a number, a telephone number or a reference.
Each of those is a word of its own, or all that stands behind a carrier's ``*``, and has no part in the
normal form. Such words are taken out of a whole block of texts by two regular expressions; what is left
repeats, and is remembered with its form. The forms are those of ``normal_form``, which a test holds.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from vendors.matching.normalise import normal_form

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


class _Remembered(dict[str, str]):
    def __missing__(self, rest: str) -> str:
        if len(self) >= _REMEMBERED:
            self.clear()
        form = self[rest] = normal_form(rest)
        return form


class NormalForms:
    """Normal forms of the texts of one reading; forget it with the reading."""

    def __init__(self) -> None:
        self._remembered = _Remembered()

    def of(self, texts: Sequence[str]) -> list[str]:
        """The normal form of each text, in their order."""
        rests = _BEHIND_A_CARRIER.sub("*", _WORDS_OF_THE_ROW.sub("", "\n".join(texts))).split("\n")
        if len(rests) != len(texts):  # a text of several lines
            return list(map(normal_form, texts))
        return list(map(self._remembered.__getitem__, rests))
