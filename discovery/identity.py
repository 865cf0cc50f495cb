"""When two rows are the same record.

A record's scope is its source and account. Within it, a record that carries the system's own
id *is* that id: another content under it, in a later file, is a new version. A record without
one is its canonical fields (date, exact amount, currency, folded text, type) plus its number
among equals in its file, so that two equal charges of a day stay two and an overlapping export
adds none. A sign-in is the presence of a person in an app in a week, however often.

All three are told apart in 24 bytes: a keyed 16-byte identity whose lowest bit says which rule
holds, and an 8-byte content. ``VERSIONED`` identities: the content is a keyed hash of what the
row says (zero where nothing can change). ``COUNTED`` identities: the content is the number among
equals, filled in after staging, when the whole file is known.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache
from hashlib import blake2b
from typing import Any, NamedTuple

from discovery.records import DirectoryPerson, Grant, Outcome, SignIn, Spend
from discovery.sealing import hash_key

ENTRY_BYTES = 24
NO_CONTENT = bytes(8)

Entry = bytes  # 16 bytes identity, 8 bytes content

_SEPARATOR = "\x1f"


class Presence(NamedTuple):
    """A sign-in as it is kept: who, which app, which week (its Monday), used or only attempted."""

    account: str
    date: date
    email: str
    login: str
    name: str
    text: str
    client_id: str
    attempt: bool


def presence(sign_in: SignIn, local_day: Callable[[Any], date]) -> Presence:
    """The presence that a sign-in shows; weeks begin on Monday in the company's time zone."""
    day = local_day(sign_in.at)
    return Presence(
        sign_in.account,
        day - timedelta(days=day.weekday()),
        sign_in.who.email.lower(),
        sign_in.who.login,
        sign_in.who.name,
        sign_in.app,
        sign_in.client_id,
        sign_in.outcome == Outcome.ATTEMPTED,
    )


@lru_cache(maxsize=100_000)
def folded(text: str) -> str:
    """Text without the differences that exports of one system make: case and white space."""
    return " ".join(text.casefold().split())


class Identities:
    """Computes entries for the records of one source."""

    def __init__(self, source_id: int, account: str = "") -> None:
        self._scope = str(source_id)
        self._account = account  # named by a person, for content that names none
        self._key = hash_key()

    def _hash(self, purpose: bytes, fields: tuple[str, ...]) -> bytes:
        return blake2b(
            _SEPARATOR.join(fields).encode(), digest_size=16, key=self._key, person=purpose
        ).digest()

    def _versioned(self, purpose: bytes, fields: tuple[str, ...], content: tuple[str, ...] | None) -> Entry:
        identity = self._hash(purpose, fields)
        identity = identity[:15] + bytes((identity[15] | 1,))
        if content is None:
            return identity + NO_CONTENT
        return (
            identity
            + blake2b(
                _SEPARATOR.join(content).encode(), digest_size=8, key=self._key, person=b"content"
            ).digest()
        )

    def _counted(self, purpose: bytes, fields: tuple[str, ...]) -> Entry:
        identity = self._hash(purpose, fields)
        return identity[:15] + bytes((identity[15] & 0xFE,)) + NO_CONTENT

    def account_of(self, account: str, card: str = "") -> str:
        """What the record belongs to: as the content says, else as a person said."""
        return account or card or self._account

    def spend(self, spend: Spend) -> Entry:
        account = self.account_of(spend.account, spend.card)
        day = spend.date.isoformat()
        amount = str(spend.amount)
        if spend.own_id:
            return self._versioned(
                b"spend by id",
                (self._scope, account, spend.own_id),
                (
                    day,
                    amount,
                    spend.currency,
                    folded(spend.text),
                    spend.who.email,
                    spend.who.login,
                    spend.who.name,
                    spend.payment,
                    spend.mcc,
                    str(spend.net),
                    str(spend.tax),
                    spend.department,
                    spend.cost_centre,
                ),
            )
        return self._counted(
            b"spend by row",
            (self._scope, account, day, amount, spend.currency, folded(spend.text), spend.type.casefold()),
        )

    def presence(self, seen: Presence) -> Entry:
        return self._versioned(
            b"presence",
            (
                self._scope,
                self.account_of(seen.account),
                seen.email or folded(seen.login or seen.name),
                folded(seen.text),
                seen.client_id,
                seen.date.isoformat(),
                "attempt" if seen.attempt else "use",
            ),
            None,
        )

    def grant(self, grant: Grant) -> Entry:
        account = self.account_of(grant.account)
        what = (grant.app, grant.client_id, " ".join(sorted(grant.scopes)), str(grant.revoked))
        who = (grant.who.email.lower(), grant.who.login, grant.who.name)
        if grant.own_id:
            return self._versioned(
                b"grant by id",
                (self._scope, account, grant.own_id),
                (*what, *who, grant.at.isoformat()),
            )
        return self._versioned(b"grant", (self._scope, account, *what, *who, grant.at.isoformat()), None)

    def person(self, person: DirectoryPerson) -> Entry:
        return self._versioned(
            b"directory",
            (self._scope, self.account_of(person.account), person.own_id or person.email.lower()),
            (
                person.email.lower(),
                person.login,
                " ".join(sorted(person.aliases)),
                person.name,
                person.given_name,
                person.family_name,
                person.department,
                person.cost_centre,
                person.manager,
                str(person.active),
            ),
        )
