"""Values as a system states them, made fit to keep: text, addresses and ids of bounded length.

What comes in may be of any type and any length; what goes out fits the place where it is kept.
"""

from __future__ import annotations

import re
from hashlib import blake2b

#: The longest that is kept of each, as the tables hold them.
ACCOUNT, OWN_ID, PERSON, DEPARTMENT, COST_CENTRE, TYPE = 120, 200, 200, 120, 60, 40
#: The longest text of a merchant, item or app; real ones are below a tenth of it.
TEXT = 1000

_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]+")
_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"\\]{1,64}@[^\s@<>()\[\],;:\"\\.]+(?:\.[^\s@<>()\[\],;:\"\\.]+)+")


def text_of(value: object, limit: int = TEXT) -> str:
    """A text or number as one line without control characters, cut to the limit; anything else is ""."""
    if isinstance(value, str):
        text = value
    elif isinstance(value, int | float) and not isinstance(value, bool):
        text = str(value)
    else:
        return ""
    if not text.isprintable():
        text = _CONTROL.sub(" ", text)
    return text.strip()[:limit].rstrip()


def address_of(value: object) -> str:
    """An e-mail address in lower case, or "" where the value is none."""
    text = text_of(value)
    if len(text) > 254 or not _ADDRESS.fullmatch(text):
        return ""
    return text.lower()


def each_once(*texts: str) -> str:
    """Texts that name one thing behind each other, without one that another holds already."""
    kept: list[tuple[str, str]] = []
    for text in texts:
        folded = " ".join(text.casefold().split())
        if not folded or any(folded in other for _, other in kept):
            continue
        kept = [(one, other) for one, other in kept if other not in folded]
        kept.append((text, folded))
    return " ".join(text for text, _ in kept)


def count_of(value: object) -> int | None:
    """A whole number that is not negative, as a number or a text of digits; None where it is none."""
    text = text_of(value, 20)
    text = text.removesuffix(".0")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None


def masked(number: str) -> str:
    """A full card number with only its first six and last four digits; anything else as it is."""
    if number.isdigit() and 13 <= len(number) <= 19:
        return number[:6] + "*" * (len(number) - 10) + number[-4:]
    return number


def is_card_number(number: str) -> bool:
    """Whether an account's number is that of a card: a network's first digit, and Luhn's check digit."""
    if not (number.isascii() and number.isdigit() and 14 <= len(number) <= 19 and number[0] in "23456"):
        return False
    digits = [int(c) for c in reversed(number)]
    return sum(digits[0::2] + [d * 2 - 9 * (d > 4) for d in digits[1::2]]) % 10 == 0


def category_code(stated: str) -> str:
    """A merchant category code with its four digits, where a number lost its leading nought; else ""."""
    return stated.zfill(4) if stated.isascii() and stated.isdigit() and 3 <= len(stated) <= 4 else ""


def id_of(*parts: str, limit: int = OWN_ID) -> str:
    """One id of several parts. One that is too long keeps its beginning and gets a digest of the whole."""
    whole = "/".join(parts)
    if len(whole) <= limit:
        return whole
    return whole[: limit - 33] + "~" + blake2b(whole.encode(), digest_size=16).hexdigest()
