"""Names as systems print them: upper case, without accents, cut, in either order.

A card embosser has 26 characters of A–Z (ISO/IEC 7813 allows 2 to 26 for the name); banks write
"LAST/FIRST" on the magnetic stripe and "FIRST LAST" on the card; a German Ü becomes U, UE or Y.
Pure text in, text out.
"""

from __future__ import annotations

import re
import unicodedata

EMBOSSED = 26

#: Letters whose usual transliteration is not what is left when the accent is dropped.
_SPELLED_OUT = str.maketrans(
    {
        "Ä": "AE",
        "Ö": "OE",
        "Ü": "UE",
        "Å": "AA",
        "Ø": "OE",
        "Æ": "AE",
        "Œ": "OE",
        "Þ": "TH",
        "Ð": "D",
        "Ł": "L",
    }
)
_PLAIN = str.maketrans({"Ø": "O", "Æ": "AE", "Œ": "OE", "Þ": "TH", "Ð": "D", "Ł": "L", "Đ": "D"})
_TITLES = {"MR", "MRS", "MS", "DR", "PROF", "HERR", "FRAU", "MME", "M", "ING", "DIPL"}
_WORDS = re.compile(r"[A-Z0-9]+")


def _upper(name: str) -> str:
    return unicodedata.normalize("NFC", name).replace("ß", "ss").upper()


def _words(upper: str) -> list[str]:
    bare = unicodedata.normalize("NFKD", upper.translate(_PLAIN))
    letters = "".join(c for c in bare if not unicodedata.combining(c)).replace("'", "").replace("’", "")
    return _WORDS.findall(letters)


def _untitled(words: list[str]) -> list[str]:
    kept = [word for word in words if word not in _TITLES]
    return kept if len(kept) >= 2 else words


def printed_forms(name: str) -> list[str]:
    """How a printed name may be written in A–Z: accents dropped, then spelled out. Empty for no name.

    "MÜLLER/JÖRG" → ["JORG MULLER", "JOERG MUELLER"].
    """
    upper = _upper(name)
    for mark in ("/", ","):
        last, found, first = upper.partition(mark)
        if found and first.strip():
            upper = f"{first} {last}"
            break
    forms = []
    for spelled in (upper, upper.translate(_SPELLED_OUT)):
        form = " ".join(_untitled(_words(spelled)))
        if form and form not in forms:
            forms.append(form)
    return forms


def full_forms(given: str, family: str, display: str = "") -> set[str]:
    """Every way a person's full name may be printed, whole or cut to a card's width."""
    forms: set[str] = set()
    whole = [f"{given} {family}", f"{family} {given}"] if given and family else []
    if given and family:
        first = re.split(r"[\s-]+", given.strip())[0]
        whole += [f"{first} {family}", f"{family} {first}"]
    if display:
        whole.append(display)
    for name in whole:
        for form in printed_forms(name):
            forms.add(form)
            if len(form) > 20:
                # Printers cut at their own width, some at the card's 26, some before it.
                forms.update(form[:width].rstrip() for width in range(20, EMBOSSED + 1))
    return forms


def short_forms(given: str, family: str) -> set[str]:
    """Initial and family name, which is less sure: "J MULLER", "MULLER J"."""
    if not given or not family:
        return set()
    forms = set()
    for name in (f"{given[0]} {family}", f"{family} {given[0]}"):
        forms.update(printed_forms(name))
    return forms
