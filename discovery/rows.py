"""How one record is written where it is staged or sealed, and read back as a table row.

A written row is ``[kind, line, descriptor, record]`` with the record's fields in order; dates
are ISO strings. Staged rows hold their descriptor as an index into the chunk's own list, sealed
ones as the number of its table row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from django.db.models import CharField, Model, TextField

from discovery.identity import ENTRY_BYTES, Entry, Presence
from discovery.kept_rows import (
    contract_of,
    fill_contract,
    fill_licence,
    fill_seen,
    fill_usage,
    licence_of,
    seen_of,
    usage_of,
)
from discovery.models import Record
from discovery.records import DirectoryPerson, Spend, Who

SPEND, PRESENCE, GRANT, PERSON, LICENCE, USAGE, SEEN, CONTRACT = range(8)

Written = list[Any]
Hints = tuple[str, str, str, str]  # e-mail, login, name, card


class GrantRow(NamedTuple):
    """A grant as it is kept: by day, not by instant."""

    account: str
    date: date
    email: str
    login: str
    name: str
    text: str
    client_id: str
    own_id: str
    scopes: tuple[str, ...]
    revoked: bool


def day_of(row: Written) -> str:
    """The ISO date a written row counts under."""
    kind, record = row[0], row[3]
    if kind == SPEND:
        return record[2]
    if kind == PERSON:
        return ""
    return record[1]


def amount_of(row: Written) -> tuple[str, int] | None:
    """(currency, amount in 10⁻⁶) of a spend row, or of metered use whose cost is stated."""
    return money_of(row[0], row[3])


def money_of(kind: int, record: Sequence[Any]) -> tuple[str, int] | None:
    """The same of a record's fields."""
    if kind == SPEND:
        return record[5], record[4]
    if kind == USAGE and record[8] is not None:
        return record[9], record[8]
    return None


def hints_of(kind: int, record: Sequence[Any]) -> Hints:
    """(e-mail, login, name, card) that a record's fields state of its person."""
    if kind == SPEND:
        who = record[6]
        return who[0], who[1], who[2], record[7]
    if kind == PERSON:
        return "", "", "", ""
    return record[2], record[3], record[4], ""


_FILL = {LICENCE: fill_licence, USAGE: fill_usage, SEEN: fill_seen, CONTRACT: fill_contract}
_READ: dict[str, tuple[int, Callable[[Record], tuple[Any, ...]]]] = {
    Record.Kind.LICENCE: (LICENCE, licence_of),
    Record.Kind.USAGE: (USAGE, usage_of),
    Record.Kind.SEEN: (SEEN, seen_of),
    Record.Kind.CONTRACT: (CONTRACT, contract_of),
}


def to_record(
    row: Written, entry: Entry, *, source_id: int, scan_id: int, descriptor_id: int, current: bool = True
) -> Record:
    """A written row as a readable table row, not yet saved."""
    kind, line, _, fields = row
    record = Record(
        source_id=source_id,
        scan_id=scan_id,
        descriptor_id=descriptor_id,
        identity=entry[:16],
        content=entry[16:],
        current=current,
        line=line,
    )
    if kind == SPEND:
        spend = Spend(*fields)
        who = Who(*spend.who)
        record.kind = Record.Kind.SPEND
        record.account = spend.account
        record.own_id = spend.own_id
        record.date = date.fromisoformat(str(spend.date))
        record.text = spend.text
        record.amount, record.currency = spend.amount, spend.currency
        record.email, record.login, record.person_name = who.email.lower(), who.login, who.name
        record.card = spend.card
        record.payment = spend.payment
        record.type = spend.type
        record.net, record.tax = spend.net, spend.tax
        record.merchant_amount, record.merchant_currency = spend.merchant_amount, spend.merchant_currency
        record.department, record.cost_centre = spend.department, spend.cost_centre
        record.document = spend.document
        record.due = date.fromisoformat(str(spend.due)) if spend.due else None
    elif kind == PRESENCE:
        seen = Presence(*fields)
        record.kind = Record.Kind.PRESENCE
        record.account, record.date, record.text = seen.account, date.fromisoformat(str(seen.date)), seen.text
        record.email, record.login, record.person_name = seen.email, seen.login, seen.name
        record.attempt = seen.attempt
    elif kind in _FILL:
        record.account, record.text = fields[0], fields[5]
        record.date = date.fromisoformat(str(fields[1]))
        record.email, record.login, record.person_name = fields[2:5]
        _FILL[kind](record, fields)
    else:
        grant = GrantRow(*fields)
        record.kind = Record.Kind.GRANT
        record.account, record.date, record.text = (
            grant.account,
            date.fromisoformat(str(grant.date)),
            grant.text,
        )
        record.email, record.login, record.person_name = grant.email, grant.login, grant.name
        record.own_id = grant.own_id
        record.scopes, record.revoked = list(grant.scopes), grant.revoked
    return fitted(record)


def fitted(row: Model) -> Model:
    """Cut texts to what their columns hold; Postgres refuses a longer one, and a NUL in any.

    Identities are computed before, from the whole text.
    """
    for name, width in _text_columns(type(row)):
        text = getattr(row, name)
        if len(text) > (width or len(text)) or "\0" in text:
            setattr(row, name, text.replace("\0", "")[:width])
    return row


@cache
def _text_columns(model: type[Model]) -> list[tuple[str, int | None]]:
    return [(f.attname, f.max_length) for f in model._meta.fields if isinstance(f, CharField | TextField)]


def from_record(record: Record) -> Written:
    """The inverse of ``to_record``; what only the descriptor knows (merchant category, site) stays there."""
    if record.kind == Record.Kind.SPEND:
        fields: tuple[Any, ...] = Spend(
            record.account,
            record.own_id,
            record.date,
            record.text,
            record.amount,
            record.currency,
            Who(record.email, record.login, record.person_name),
            record.card,
            record.payment,
            record.type,
            "",
            "",
            record.net,
            record.tax,
            record.merchant_amount,
            record.merchant_currency,
            record.department,
            record.cost_centre,
            "",
            record.document,
            record.due,
        )
        kind = SPEND
    elif record.kind == Record.Kind.PRESENCE:
        kind = PRESENCE
        fields = Presence(
            record.account,
            record.date,
            record.email,
            record.login,
            record.person_name,
            record.text,
            "",
            record.attempt,
        )
    elif record.kind in _READ:
        kind, read = _READ[record.kind]
        fields = read(record)
    else:
        kind = GRANT
        fields = GrantRow(
            record.account,
            record.date,
            record.email,
            record.login,
            record.person_name,
            record.text,
            "",
            record.own_id,
            tuple(record.scopes),
            record.revoked,
        )
    return [kind, record.line, record.descriptor_id, fields]


def to_directory_person(fields: list[Any]) -> DirectoryPerson:
    person = DirectoryPerson(*fields)
    return person._replace(aliases=tuple(person.aliases))


def entries_of(packed: bytes | memoryview) -> list[Entry]:
    packed = bytes(packed)
    return [packed[i : i + ENTRY_BYTES] for i in range(0, len(packed), ENTRY_BYTES)]
