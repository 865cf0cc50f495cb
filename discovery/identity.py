"""When two rows are the same record.

A record's scope is its source and account. Within it, a record that carries the system's own
id *is* that id: another content under it, in a later file, is a new version. A record without
one is its canonical fields (date, exact amount, currency, folded text, type) plus its number
among equals in its file, so that two equal charges of a day stay two and an overlapping export
adds none; a line of a bill also what tells it apart (:mod:`discovery.bill_versions`). A sign-in is
the presence of a person in an app in a week, however often, and so is software that was seen. A
licence is what the list of one day says of one person and app, whatever the plan,
and a contract what its register says on the day it is read.

All three are told apart in 24 bytes: a keyed 16-byte identity whose lowest bit says which rule
holds, and an 8-byte content. ``VERSIONED`` identities: the content is a keyed hash of what the
row says (zero where nothing can change; GONE where its source took it back). ``COUNTED`` identities:
the content is the number among equals, filled in after staging, when the whole file is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from functools import lru_cache
from hashlib import blake2b
from operator import attrgetter
from typing import Any, NamedTuple

from discovery.kept_rows import ContractRow, LicenceRow, SeenRow, UsageRow, contract_text
from discovery.records import Contract, DirectoryPerson, Grant, Outcome, SignIn, Spend, Who
from discovery.sealing import hash_key

ENTRY_BYTES = 24
NO_CONTENT = bytes(8)
#: In place of a version: the source took the record back.
GONE = b"\xff" * 8

Entry = bytes  # 16 bytes identity, 8 bytes content

#: The last byte of a hash with its lowest bit set and cleared.
_VERSIONED = [bytes((byte | 1,)) for byte in range(256)]
_COUNTED = [bytes((byte & 0xFE,)) for byte in range(256)]


def record_key(identity: bytes, content: bytes) -> bytes:
    """What decisions call a record: the same for every version of it."""
    identity, content = bytes(identity), bytes(content)
    return identity if identity[15] & 1 else version_key(identity, content)


def version_key(identity: bytes, content: bytes) -> bytes:
    """A key of one version of a record."""
    return blake2b(bytes(identity) + bytes(content), digest_size=16).digest()


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


@lru_cache(maxsize=50_000)
def card_digits(card: str) -> str:
    """A card number as far as it is shown, without the marks that exports mask it with."""
    return "".join(c for c in card if c.isdigit()) or card


#: What a spend line without an id is told by, beside its account and its payer.
_content = attrgetter("date", "amount", "currency", "text", "type")


@lru_cache(maxsize=10_000)
def _payer(card: str, who: Who) -> str:
    """Two people's equal charges of a day are two, in whichever file each stands."""
    return f"{card_digits(card) if card else ''}\x1f{(who.email or who.login or who.name).casefold()}"


def _joined(*fields: str) -> str:
    return "\x1f".join(fields)


class Identities:
    """Computes entries for the records of one source."""

    def __init__(self, source_id: int, account: str = "") -> None:
        self._scope = str(source_id)
        self._account = account  # named by a person, for content that names none
        self._key = hash_key()
        self._started: dict[bytes, Any] = {}

    def _started_for(self, purpose: bytes, size: int) -> Any:
        """A hash that has taken in its key, which is copied faster than made."""
        started = self._started.get(purpose)
        if started is None:
            started = self._started[purpose] = blake2b(digest_size=size, key=self._key, person=purpose)
        return started

    def _hash(self, purpose: bytes, content: bytes, size: int = 16) -> bytes:
        hashed = self._started_for(purpose, size).copy()
        hashed.update(content)
        return hashed.digest()

    def _versioned(self, purpose: bytes, text: str, content: str | None) -> Entry:
        identity = self._hash(purpose, text.encode())
        return (
            identity[:15]
            + _VERSIONED[identity[15]]
            + (NO_CONTENT if content is None else self._hash(b"content", content.encode(), 8))
        )

    def _counted(self, purpose: bytes, text: str) -> Entry:
        identity = self._hash(purpose, text.encode())
        return identity[:15] + _COUNTED[identity[15]] + NO_CONTENT

    def account_of(self, account: str, card: str = "") -> str:
        """What the record belongs to: as the content says, else as a person said."""
        return account or (card_digits(card) if card else "") or self._account

    def spend(self, spend: Spend, account: str, packed: bytes) -> Entry:
        """``account`` as ``account_of`` says; ``packed`` holds all that is stored of the record.

        All of it is compared, so that what counts never depends on which file came first.
        """
        if spend.own_id:
            return self._by_id((account,), (spend.own_id,), (packed,))[0]
        payer = _payer(spend.card, spend.who)
        return self._counted(b"spend by row", self._row_of(account, *_content(spend), payer))

    def _row_of(
        self, account: str, day: date, amount: int, currency: str, text: str, type_: str, payer: str
    ) -> str:
        """What tells a spend line without an id from others."""
        return (
            f"{self._scope}\x1f{account}\x1f{day.isoformat()}\x1f{amount}\x1f{currency}\x1f"
            f"{folded(text)}\x1f{type_.casefold()}\x1f{payer}"
        )

    def removed(self, account: str, own_id: str) -> Entry:
        """The spend line of that id as one that its source took back."""
        scope = f"{self._scope}\x1f{self.account_of(account)}\x1f{own_id}"
        identity = self._hash(b"spend by id", scope.encode())
        return identity[:15] + _VERSIONED[identity[15]] + GONE

    def spends(self, columns: Spend, accounts: Sequence[str], packed: Sequence[bytes]) -> list[Entry]:
        """``spend`` for many; ``columns`` holds the values of each field."""
        if all(columns.own_id):
            return self._by_id(accounts, columns.own_id, packed)
        entries = []
        payers = map(_payer, columns.card, columns.who)
        for account, own_id, stored, payer, *content in zip(
            accounts, columns.own_id, packed, payers, *_content(columns), strict=True
        ):
            if own_id:
                entries += self._by_id((account,), (own_id,), (stored,))
            else:
                entries.append(self._counted(b"spend by row", self._row_of(account, *content, payer)))
        return entries

    def _by_id(self, accounts: Iterable[str], ids: Iterable[str], packed: Iterable[bytes]) -> list[Entry]:
        by_id, content = self._started_for(b"spend by id", 16), self._started_for(b"content", 8)
        versioned, scope, entries = _VERSIONED, self._scope, []
        for account, own_id, stored in zip(accounts, ids, packed, strict=True):
            hashed = by_id.copy()  # ``_hash`` written out: two calls less for each of a million rows
            hashed.update(f"{scope}\x1f{account}\x1f{own_id}".encode())
            identity = hashed.digest()
            hashed = content.copy()
            hashed.update(stored)
            entries.append(identity[:15] + versioned[identity[15]] + hashed.digest())
        return entries

    def presence(self, seen: Presence) -> Entry:
        return self._versioned(
            b"presence",
            _joined(
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
                _joined(self._scope, account, grant.own_id),
                _joined(*what, *who, grant.at.isoformat()),
            )
        return self._versioned(
            b"grant", _joined(self._scope, account, *what, *who, grant.at.isoformat()), None
        )

    def licence(self, row: LicenceRow, packed: bytes) -> Entry:
        """``packed``, here and below: all that is stored of the record, which is compared whole."""
        return self._version_of(
            b"licence",
            _joined(
                self._scope,
                self.account_of(row.account),
                row.own_id,
                "" if row.own_id else folded(row.text),
                row.email or folded(row.login or row.name),
                row.date.isoformat(),
            ),
            packed,
        )

    def usage(self, row: UsageRow, packed: bytes) -> Entry:
        account = self.account_of(row.account)
        if row.own_id:
            return self._version_of(b"usage by id", _joined(self._scope, account, row.own_id), packed)
        until = row.until.isoformat() if row.until else ""
        numbers = (row.cost, row.effective_cost, row.requests, row.input_tokens, row.output_tokens)
        return self._counted(
            b"usage by row",
            _joined(
                self._scope,
                account,
                row.date.isoformat(),
                until,
                folded(row.text),
                row.currency,
                *(str(number) for number in numbers),
                row.model,
                row.project,
                row.key,
                row.type.casefold(),
                row.email or folded(row.login or row.name),
                *((row.line,) if row.line else ()),
            ),
        )

    def seen(self, row: SeenRow, client_id: str, packed: bytes) -> Entry:
        return self._version_of(
            b"seen",
            _joined(
                self._scope,
                self.account_of(row.account),
                row.by,
                folded(row.text),
                client_id,
                row.where,
                row.email or folded(row.login or row.name),
                row.date.isoformat(),
                "attempt" if row.attempt else "use",
            ),
            packed,
        )

    def contract_key(self, row: Contract) -> str:
        """What one contract is called on every day: by its number, else by supplier and product."""
        account = self.account_of(row.account)
        named = _joined(row.own_id, "" if row.own_id else folded(contract_text(row)))
        return self._hash(b"contract", _joined(self._scope, account, named).encode()).hex()

    def contract(self, row: ContractRow, packed: bytes) -> Entry:
        return self._version_of(b"contract day", _joined(row.contract, row.date.isoformat()), packed)

    def _version_of(self, purpose: bytes, text: str, packed: bytes) -> Entry:
        return self._versioned(purpose, text, None)[:16] + self._hash(b"content", packed, 8)

    def person(self, person: DirectoryPerson) -> Entry:
        return self._versioned(
            b"directory",
            _joined(self._scope, self.account_of(person.account), person.own_id or person.email.lower()),
            _joined(
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
