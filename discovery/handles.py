"""What ties a card or a login to a person, kept as keyed hashes with counts.

The rows that say so are mostly sealed (a person's lunches name the card's holder too), so the
tie itself is kept outside: a handle (card, login) beside a hint (e-mail, name as printed), how
often. Without the key neither can be read; with it, the hashes of a directory person's own
e-mails and names say whose they are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from discovery.names import printed_forms
from discovery.rows import Hints, Written, hints_of
from discovery.sealing import keyed

_DIGITS = re.compile(r"\d+")

Links = Counter[tuple[bytes, bytes]]  # (handle, hint) → how often


def card_handle(card: str) -> bytes | None:
    """A card by its last four digits, which is all that every feed shows of it."""
    digits = "".join(_DIGITS.findall(card))
    return keyed(b"card", digits[-4:]) if len(digits) >= 4 else None


def login_handle(login: str) -> bytes | None:
    return keyed(b"login", login.strip().casefold()) if login.strip() else None


def email_hint(email: str) -> bytes:
    return keyed(b"email hint", email.strip().lower())


def name_hint(name: str) -> bytes:
    return keyed(b"name hint", name)


@lru_cache(maxsize=50_000)
def _pairs(email: str, login: str, name: str, card: str) -> tuple[tuple[bytes, bytes], ...]:
    handles = [h for h in (card_handle(card), login_handle(login)) if h]
    hints = [email_hint(email)] if email else []
    hints += [name_hint(form) for form in printed_forms(name)[:1]]
    return tuple((handle, hint) for handle in handles for hint in hints)


def links_of(rows: Iterable[Written]) -> Links:
    """How often each handle stands beside each hint in these rows."""
    return links_of_hints(Counter(hints_of(row[0], row[3]) for row in rows).items())


def links_of_hints(stated: Iterable[tuple[Hints, int]]) -> Links:
    """The same, of what rows state with how many state it."""
    links: Links = Counter()
    for hints, count in stated:
        for pair in _pairs(*hints):
            links[pair] += count
    return links
