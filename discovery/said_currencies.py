"""In which currency a table without one is, as a person said it: of its account, and of no other.

Two accounts of one bank have the same header. What was said of one is not said of the other, so an
answer is kept for the account that the file states, else for the one that was named with it, else for
the source that it filled (docs/decisions/0102-what-a-file-leaves-open-is-asked-once.md).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from django.conf import settings

from discovery.connectors.base import Connector, Head
from discovery.connectors.table_accounts import accounts_in


def currency_said(
    kept: Mapping[str, str], head: Head, reader: Connector, *, source: str, account: str
) -> str:
    """The currency that was said of this file's account, "" where it must be asked.

    Of several accounts each must have been said, the same of all. Of cards one is enough: a programme
    has new cards every month, and bills all of them in one currency.
    """
    if not kept:
        return ""
    keys, of_cards = _keys(head, reader, source, account)
    found = {kept.get(key, "") for key in keys}
    if of_cards:
        found.discard("")
    return found.pop() if len(found) == 1 else ""


def with_currency(
    kept: Mapping[str, str], currency: str, head: Head, reader: Connector, *, source: str, account: str
) -> dict[str, str]:
    """What is kept once this currency was said of the file's account; "" takes back what was."""
    keys, _of_cards = _keys(head, reader, source, account)
    others = {key: code for key, code in kept.items() if key not in keys}
    return {**others, **dict.fromkeys(keys, currency)} if currency else others


def of_source(source: str) -> str:
    """The key of files that state no account, and with which none was named."""
    return f"source:{source}"


def _keys(head: Head, reader: Connector, source: str, account: str) -> tuple[set[str], bool]:
    """What the answers about a file are kept under, and whether these are cards."""
    found = accounts_in(head, reader)
    named = found.accounts or found.cards or ({account} if account else set())
    if not named:
        return {of_source(source)}, False
    return {_hashed(one) for one in named}, bool(found.cards)


def _hashed(account: str) -> str:
    """As a file's fingerprint is keyed: pages keep answers and have no business with what opens seals."""
    key = hashlib.sha256(settings.SECRET_KEY.encode()).digest()
    text = "".join(account.split()).casefold()
    return hashlib.blake2b(text.encode(), digest_size=16, key=key, person=b"account").hexdigest()
