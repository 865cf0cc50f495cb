"""How licences, metered use, software seen and contracts are kept, and the table columns they fill.

What a record type of a connector says is not all kept. A device is a keyed hash, software is seen in
a week and not on a day, and of metered use that names a person the number of requests and tokens is
left out: what somebody asked a model on a day is nobody's business, what it cost is.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, NamedTuple

from discovery.models import Record
from discovery.records import Contract, Licence, Seen, SeenBy, Usage
from discovery.sealing import keyed


class LicenceRow(NamedTuple):
    """A seat, or how many there are, as the list of one day says."""

    account: str
    date: date  # of the list
    email: str
    login: str
    name: str
    text: str
    own_id: str
    plan: str
    role: str
    state: str  # a Switch
    seats: int | None
    seats_used: int | None
    since: date | None
    last_active: date | None


class UsageRow(NamedTuple):
    """Metered use over a period; money in 10⁻⁶, before tax."""

    account: str
    date: date  # the first day
    email: str
    login: str
    name: str
    text: str
    own_id: str
    until: date | None  # the first day after it; None: one day
    cost: int | None
    currency: str
    effective_cost: int | None
    model: str
    requests: int | None
    input_tokens: int | None
    output_tokens: int | None
    project: str
    key: str
    type: str
    department: str
    cost_centre: str
    line: str = ""  # of a bill without ids: keyed hash of what tells it apart, in hex


class SeenRow(NamedTuple):
    """Software or a site in a week."""

    account: str
    date: date  # its Monday
    email: str
    login: str
    name: str
    text: str
    by: str  # a SeenBy
    where: str  # a repository as stated; of a device a keyed hash in hex
    version: str
    scopes: tuple[str, ...]
    devices: int | None
    attempt: bool = False  # what was refused: no use


class ContractRow(NamedTuple):
    """A contract as its register says it on the day it is read."""

    account: str
    date: date  # on which the register was read
    email: str  # of its owner, as login and name
    login: str
    name: str
    text: str  # supplier and product
    own_id: str
    contract: str  # keyed hash in hex: the same for one contract on every day
    supplier: str
    product: str
    department: str
    cost_centre: str
    start: date | None
    end: date | None
    notice_by: date | None
    notice_days: int | None
    renews: bool | None
    amount: int | None  # 10⁻⁶ for each ``every``
    currency: str
    every: str
    seats: int | None
    plan: str
    status: str


def contract_text(row: Contract) -> str:
    """What a contract is recognised by."""
    return f"{row.supplier} {row.product}".strip()


def kept_licence(row: Licence, list_day: date) -> LicenceRow:
    """``list_day``: what a list that states no day tells of."""
    return LicenceRow(
        row.account,
        row.date or list_day,
        row.who.email.lower(),
        row.who.login,
        row.who.name,
        row.app,
        row.own_id,
        row.plan,
        row.role,
        row.state.value,
        row.seats,
        row.seats_used,
        row.since,
        row.last_active,
    )


def kept_usage(row: Usage, account: str) -> UsageRow:
    """``account``: what the row belongs to, where its content names none too."""
    counted = not any(row.who)
    return UsageRow(
        row.account,
        row.date,
        row.who.email.lower(),
        row.who.login,
        row.who.name,
        row.text,
        row.own_id,
        row.until,
        row.cost,
        row.currency if row.cost is not None or row.effective_cost is not None else "",
        row.effective_cost,
        row.model,
        row.requests if counted else None,
        row.input_tokens if counted else None,
        row.output_tokens if counted else None,
        row.project,
        row.key,
        row.type,
        row.department,
        row.cost_centre,
        keyed(b"line of a bill", f"{account}\x1f{row.line}", 8).hex() if row.line else "",
    )


def kept_seen(row: Seen, list_day: date) -> SeenRow:
    day = row.date or list_day
    where = row.where
    if where and row.by != SeenBy.PACKAGE:
        where = keyed(b"device", where.strip().casefold(), 8).hex()
    return SeenRow(
        row.account,
        day - timedelta(days=day.weekday()),
        row.who.email.lower(),
        row.who.login,
        row.who.name,
        row.text,
        row.by.value,
        where,
        row.version,
        row.scopes,
        row.devices,
        row.attempt,
    )


def kept_contract(row: Contract, list_day: date, contract: str) -> ContractRow:
    return ContractRow(
        row.account,
        list_day,
        row.owner.email.lower(),
        row.owner.login,
        row.owner.name,
        contract_text(row),
        row.own_id,
        contract,
        row.supplier,
        row.product,
        row.department,
        row.cost_centre,
        row.start,
        row.end,
        row.notice_by,
        row.notice_days,
        row.renews,
        row.amount,
        row.currency,
        row.every,
        row.seats,
        row.plan,
        row.status,
    )


# --- as table rows ------------------------------------------------------------------------------------


def _day(value: Any) -> date | None:
    return date.fromisoformat(str(value)) if value else None


def _written(values: dict[str, Any]) -> dict[str, Any]:
    """What ``details`` holds: what is stated, dates as ISO strings, without what Postgres refuses."""
    return {
        name: str(value).replace("\0", "") if isinstance(value, date | str) else value
        for name, value in values.items()
        if value not in (None, "")
    }


def fill_licence(record: Record, fields: list[Any]) -> None:
    row = LicenceRow(*fields)
    record.kind = Record.Kind.LICENCE
    record.own_id, record.plan, record.state = row.own_id, row.plan, row.state
    record.last_active = _day(row.last_active)
    record.details = _written(
        {"role": row.role, "seats": row.seats, "seats_used": row.seats_used, "since": row.since}
    )


def licence_of(record: Record) -> LicenceRow:
    told = record.details
    return LicenceRow(
        *_shared(record),
        record.own_id,
        record.plan,
        told.get("role", ""),
        record.state,
        told.get("seats"),
        told.get("seats_used"),
        _day(told.get("since")),
        record.last_active,
    )


_USAGE_DETAILS = (
    "effective_cost",
    "model",
    "requests",
    "input_tokens",
    "output_tokens",
    "project",
    "key",
    "line",
)


def fill_usage(record: Record, fields: list[Any]) -> None:
    row = UsageRow(*fields)
    record.kind = Record.Kind.USAGE
    record.own_id, record.type = row.own_id, row.type
    record.until = _day(row.until)
    record.amount, record.currency = row.cost, row.currency
    record.department, record.cost_centre = row.department, row.cost_centre
    record.details = _written({name: getattr(row, name) for name in _USAGE_DETAILS})


def usage_of(record: Record) -> UsageRow:
    told = record.details
    return UsageRow(
        *_shared(record),
        record.own_id,
        record.until,
        record.amount,
        record.currency,
        told.get("effective_cost"),
        told.get("model", ""),
        told.get("requests"),
        told.get("input_tokens"),
        told.get("output_tokens"),
        told.get("project", ""),
        told.get("key", ""),
        record.type,
        record.department,
        record.cost_centre,
        told.get("line", ""),
    )


def fill_seen(record: Record, fields: list[Any]) -> None:
    row = SeenRow(*fields)
    record.kind = Record.Kind.SEEN
    record.type = row.by
    record.scopes = [scope.replace("\0", "") for scope in row.scopes]
    record.attempt = row.attempt
    record.details = _written({"where": row.where, "version": row.version, "devices": row.devices})


def seen_of(record: Record) -> SeenRow:
    told = record.details
    return SeenRow(
        *_shared(record),
        record.type,
        told.get("where", ""),
        told.get("version", ""),
        tuple(record.scopes),
        told.get("devices"),
        record.attempt,
    )


_CONTRACT_DETAILS = (
    "contract",
    "supplier",
    "product",
    "start",
    "notice_by",
    "notice_days",
    "renews",
    "every",
    "seats",
    "status",
)


def fill_contract(record: Record, fields: list[Any]) -> None:
    row = ContractRow(*fields)
    record.kind = Record.Kind.CONTRACT
    record.own_id, record.plan = row.own_id, row.plan
    record.until = _day(row.end)
    record.amount, record.currency = row.amount, row.currency
    record.department, record.cost_centre = row.department, row.cost_centre
    record.details = _written({name: getattr(row, name) for name in _CONTRACT_DETAILS})


def contract_of(record: Record) -> ContractRow:
    told = record.details
    return ContractRow(
        *_shared(record),
        record.own_id,
        told["contract"],
        told.get("supplier", ""),
        told.get("product", ""),
        record.department,
        record.cost_centre,
        _day(told.get("start")),
        record.until,
        _day(told.get("notice_by")),
        told.get("notice_days"),
        told.get("renews"),
        record.amount,
        record.currency,
        told.get("every", ""),
        told.get("seats"),
        record.plan,
        told.get("status", ""),
    )


def _shared(record: Record) -> tuple[str, date, str, str, str, str]:
    """The columns that every kept row begins with."""
    return record.account, record.date, record.email, record.login, record.person_name, record.text
