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


def id_of(*parts: str, limit: int = OWN_ID) -> str:
    """One id of several parts. One that is too long keeps its beginning and gets a digest of the whole."""
    whole = "/".join(parts)
    if len(whole) <= limit:
        return whole
    return whole[: limit - 33] + "~" + blake2b(whole.encode(), digest_size=16).hexdigest()
