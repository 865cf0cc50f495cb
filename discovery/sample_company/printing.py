"""How other systems print a name: plain letters, capitals, cut, turned round.

Written for the sample company alone, apart from the code that reads such names.
"""

from __future__ import annotations

import unicodedata

CARD_WIDTH = 26  # letters on a card
_DROPPED = str.maketrans(
    {"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "æ": "ae", "Æ": "AE", "đ": "d", "ı": "i"}
)
_SPELLED = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "å": "aa", "Å": "Aa", "ø": "oe"}
)


def plain(name: str) -> str:
    """Accents dropped: Jörg Müller → Jorg Muller."""
    split = unicodedata.normalize("NFKD", name.translate(_DROPPED))
    return "".join(letter for letter in split if not unicodedata.combining(letter))


def spelled_out(name: str) -> str:
    """Umlauts spelled out: Jörg Müller → Joerg Mueller."""
    return plain(name.translate(_SPELLED))


def embossed(given: str, family: str) -> str:
    return plain(f"{given} {family}").replace("-", " ").replace("'", "").upper()[:CARD_WIDTH].rstrip()


def embossed_spelled(given: str, family: str) -> str:
    return spelled_out(f"{given} {family}").replace("-", " ").replace("'", "").upper()[:CARD_WIDTH].rstrip()


def stripe(given: str, family: str) -> str:
    """As on the magnetic stripe: LAST/FIRST."""
    name = plain(f"{family}/{given}").replace("-", " ").replace("'", "").upper()
    return name[:CARD_WIDTH].rstrip()


def initial(given: str, family: str) -> str:
    return plain(f"{given[0]} {family}").replace("-", " ").upper()


def address(given: str, family: str) -> str:
    """The part of an e-mail address before the @."""
    local = spelled_out(f"{given}.{family}").lower().replace("'", "").replace(" ", "-")
    return "".join(letter for letter in local if letter.isascii() and (letter.isalnum() or letter in ".-"))
