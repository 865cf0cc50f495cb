"""Card and expense exports as tables: a card programme's, a bank's, an expense system's."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from discovery.sample_company.files import FileRow, SampleFile
from discovery.sample_company.money_text import decimal
from discovery.sample_company.world import Document, Feed, Means, Spending, World, chance

_PROGRAMME = (
    "Transaction ID",
    "Transaction Date",
    "Posted Date",
    "Cardholder",
    "Card last four",
    "Merchant",
    "Category code",
    "Amount",
    "Currency",
    "Merchant amount",
    "Merchant currency",
    "Type",
    "Status",
)
_BANK_CARDS = (
    "Umsatzdatum",
    "Buchungsdatum",
    "Karteninhaber",
    "Kartennummer",
    "Händler",
    "Branchencode",
    "Betrag",
    "Währung",
    "Originalbetrag",
    "Originalwährung",
)
_EXPENSES = (
    "Expense ID",
    "Date",
    "Employee",
    "Merchant",
    "Amount",
    "Currency",
    "Category",
    "Reimbursable",
    "Card",
    "Original Amount",
    "Original Currency",
)

#: How far two exports of the same cards overlap.
_OVERLAP = timedelta(days=40)


def table_files(seed: int, world: World) -> list[SampleFile]:
    random = chance(seed, "table files")
    middle = world.start + (world.end - world.start) / 2
    early = (world.start, min(world.end, middle + _OVERLAP / 2))
    late = (max(world.start, middle - _OVERLAP / 2), world.end)
    return [
        *(_programme(random, world, *days) for days in (early, late)),
        *(_bank_cards(random, world, *days) for days in (early, late)),
        *(
            _expenses(random, world, *days)
            for days in ((world.start, middle), (middle + timedelta(1), world.end))
        ),
    ]


def _programme(random: Random, world: World, first: date, last: date) -> SampleFile:
    rows = []
    for spent, document in _told(world, Feed.PROGRAMME, first, last):
        assert spent.card is not None  # noqa: S101  (the feed says so)
        if spent.declined:
            kind, status = "Purchase", "Declined"
        else:
            kind, status = ("Refund" if spent.amount < 0 else "Purchase"), "Settled"
        rows.append(
            [
                f"TX{7_000_000 + spent.number}",
                document.day.isoformat(),
                spent.posted.isoformat(),
                spent.card.printed,
                spent.card.last_four,
                document.text,
                spent.mcc,
                decimal(spent.amount),
                spent.currency,
                decimal(spent.merchant_amount),
                spent.merchant_currency,
                kind,
                status,
            ]
        )
    table = _table(_PROGRAMME, rows, ",", "utf-8")
    dates, amounts = ("2026-02-30", "0000-00-00"), ("12,34,5.6.7", "n/a")
    return _file(
        "cards/card-programme", first, last, _spoilt(random, table, rows, (1, 2), dates, 7, amounts), table
    )


def _bank_cards(random: Random, world: World, first: date, last: date) -> SampleFile:
    rows = []
    for spent, document in _told(world, Feed.BANK_CARDS, first, last):
        assert spent.card is not None  # noqa: S101  (the feed says so)
        rows.append(
            [
                f"{document.day:%d.%m.%Y}",
                f"{spent.posted:%d.%m.%Y}",
                spent.card.printed,
                f"XXXX XXXX XXXX {spent.card.last_four}",
                document.text,
                spent.mcc,
                decimal(-spent.amount).replace(".", ","),
                spent.currency,
                decimal(-(spent.merchant_amount or 0)).replace(".", ","),
                spent.merchant_currency,
            ]
        )
    table = _table(_BANK_CARDS, rows, ";", "utf-8-sig")
    dates, amounts = ("31.02.2026", "00.13.2026"), ("1O,50", "--")
    return _file(
        "cards/firmenkarten", first, last, _spoilt(random, table, rows, (0, 1), dates, 6, amounts), table
    )


def _expenses(random: Random, world: World, first: date, last: date) -> SampleFile:
    rows = []
    for spent, document in _told(world, Feed.EXPENSES, first, last):
        assert spent.person is not None  # noqa: S101  (the feed says so)
        email = spent.person.email
        if spent.number % 5 == 0 and spent.person.aliases:
            email = spent.person.aliases[0]
        elif spent.number % 11 == 0:
            email = email.title()  # typed by hand
        rows.append(
            [
                f"E-{400_000 + spent.number}",
                document.day.isoformat(),
                email,
                document.text,
                decimal(spent.amount),
                spent.currency,
                spent.category,
                "yes" if spent.means == Means.PERSONAL else "no",
                spent.card.last_four if spent.card else "",
                decimal(spent.merchant_amount),
                spent.merchant_currency,
            ]
        )
    table = _table(_EXPENSES, rows, ",", "utf-8")
    dates, amounts = ("2026-00-12", "soon"), ("EUR", "4.5.6")
    return _file(
        "expenses/expenses", first, last, _spoilt(random, table, rows, (1,), dates, 4, amounts), table
    )


def _told(world: World, feed: Feed, first: date, last: date) -> list[tuple[Spending, Document]]:
    """What this feed tells of those days, in order."""
    told = [
        (spent, document)
        for spent in world.spending
        if (document := spent.document(feed)) and first <= document.day <= last
    ]
    told.sort(key=lambda t: (t[1].day, t[0].number))
    return told


class _Table:
    """Writes rows as one system does."""

    def __init__(self, header: Sequence[str], delimiter: str, encoding: str) -> None:
        self.header, self.delimiter, self.encoding = header, delimiter, encoding

    def row(self, cells: Sequence[str]) -> bytes:
        return self._text(cells).encode("utf-8")

    def head(self) -> bytes:
        return (self._text(self.header) + "\r\n").encode(self.encoding)

    def _text(self, cells: Sequence[str]) -> str:
        buffer = io.StringIO()
        csv.writer(buffer, delimiter=self.delimiter, lineterminator="").writerow(cells)
        return buffer.getvalue()


def _table(header: Sequence[str], rows: list[list[str]], delimiter: str, encoding: str) -> _Table:
    return _Table(header, delimiter, encoding)


def _spoilt(
    random: Random,
    table: _Table,
    rows: list[list[str]],
    dates_at: Sequence[int],
    dates: Sequence[str],
    amount_at: int,
    amounts: Sequence[str],
) -> list[FileRow]:
    """The rows with some bad ones between them, which are of nobody and of no purchase."""
    made = [FileRow(table.row(cells)) for cells in rows]
    if not rows:
        return made
    for kind, places, values in (("date", dates_at, dates), ("amount", (amount_at,), amounts)):
        for value in values:
            cells = list(random.choice(rows))
            for at in places:
                cells[at] = value
            if not cells[0][:1].isdigit():
                cells[0] = f"{cells[0]}-X"
            made.insert(random.randrange(1, len(made) + 1), FileRow(table.row(cells), kind))
    return made


def _file(stem: str, first: date, last: date, rows: list[FileRow], table: _Table) -> SampleFile:
    def frame(file: SampleFile) -> tuple[bytes, bytes]:
        return table.head(), b"\r\n" if file.rows else b""

    return SampleFile(f"{stem}-{first}-{last}.csv", tuple(rows), frame, b"\r\n", by_line=True)
