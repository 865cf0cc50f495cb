"""``export records``: what sources said about tools; sealed records are never among them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from discovery.models import Person, Record
from discovery.money import as_text
from inventory.exports.period import Period, Row
from inventory.figures import tool_records

COLUMNS = (
    "source",
    "account",
    "kind",
    "date",
    "text",
    "person",
    "amount",
    "currency",
    "product",
    "purchase",
)

#: The kind of a refused or failed sign-in, which is no use of the tool.
ATTEMPT = "attempt"

_ORDER = ("date", "source", "account", "kind", "text", "person", "amount", "currency", "product")


def rows(period: Period) -> Iterator[Row]:
    """Records by date and source. ``purchase`` numbers the purchases of this export.

    Records with the same number are one purchase. The numbers come from the records' content,
    not from the database, so that another installation gives the same.
    """
    found: list[tuple[tuple[str, ...], int | None]] = []
    reader = period.reader
    called = {
        person.email: reader.address(person) for person in reader.reach.people(Person.objects.order_by())
    }
    values = reader.reach.records(tool_records(period.since, period.until)).values_list(
        "date",
        "source__name",
        "account",
        "kind",
        "attempt",
        "text",
        "person__email",
        "amount",
        "currency",
        "tool",
        "descriptor__vendor",
        "purchase_id",
    )
    for (
        day,
        source,
        account,
        kind,
        attempt,
        text,
        person,
        amount,
        currency,
        tool,
        vendor,
        bought,
    ) in values.order_by().iterator(chunk_size=5_000):
        shown = ATTEMPT if attempt and kind == Record.Kind.PRESENCE else kind
        product = "" if tool == vendor else tool
        money = as_text(amount) or ""
        who = called.get(person, "") if person else ""
        if not reader.operator:
            account = ""  # of a card or a login it may be somebody's
        content = (str(day), source, account, shown, text, who, money, currency, product)
        found.append((content, bought))
    numbers = _numbers(found)
    found.sort(key=lambda item: (item[0], numbers.get(item[1], 0)))
    for content, bought in found:
        row = {name: value or None for name, value in zip(_ORDER, content, strict=True)}
        row["purchase"] = numbers.get(bought)
        yield {column: row[column] for column in COLUMNS}


def _numbers(found: list[tuple[tuple[str, ...], int | None]]) -> dict[int | None, int]:
    """Purchase → its number, in the order of what its records say."""
    contents: dict[int, list[tuple[str, ...]]] = defaultdict(list)
    for content, bought in found:
        if bought is not None:
            contents[bought].append(content)
    ordered = sorted(contents, key=lambda bought: sorted(contents[bought]))
    return {bought: number for number, bought in enumerate(ordered, 1)}
