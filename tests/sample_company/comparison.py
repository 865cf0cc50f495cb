"""What an export says held against the truth of the sample company, exact to the cent.

``differences`` takes the rows of ``export inventory`` and ``export spend`` (as JSON) and of
``rejected`` and says in sentences what is not as it should be; an empty list is agreement.
A text that may wait in review either counts whole or not at all: the texts of a tool are tried in
every combination, and one of them has to fit the people, cards, doors and money of that tool.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import combinations
from typing import Any, NamedTuple

from discovery.sample_company.truth import TruePurchase, TrueTool, Truth

Row = Mapping[str, Any]
MOST_SHOWN = 40


class Cell(NamedTuple):
    """What one sum of money is about, apart from its tool."""

    month: str
    department: str
    door: str
    currency: str
    merchant_currency: str


class Sums(NamedTuple):
    """Whole numbers of 10⁻⁶; None where not every purchase states it."""

    amount: int
    net: int | None
    tax: int | None
    merchant_amount: int | None


def differences(
    truth: Truth,
    inventory_rows: Iterable[Row],
    spend_rows: Iterable[Row],
    rejected_rows: Iterable[Row] = (),
) -> list[str]:
    """Sentences, the tools' first. Rows of spend that wait for a person or are unknown are left out."""
    tools = {_key(row): row for row in inventory_rows}
    spend = _exported_spend(spend_rows)
    found = _differences_of_tools(truth, tools, spend)
    found += _differences_of_rejected(truth, rejected_rows)
    if len(found) > MOST_SHOWN:
        return [*found[:MOST_SHOWN], f"and {len(found) - MOST_SHOWN} more differences"]
    return found


def _differences_of_tools(
    truth: Truth, tools: dict[str, Row], spend: dict[str, dict[Cell, Sums]]
) -> list[str]:
    hard = _hard_texts(truth)
    waiting_of: dict[str, list[frozenset[str]]] = {
        key: [
            frozenset(chosen)
            for size in range(len(texts) + 1)
            for chosen in combinations(sorted(texts), size)
        ]
        for key, texts in hard.items()
    }
    every = truth.tools()
    found = []
    for key in sorted({*every, *tools, *spend}):
        best: list[str] | None = None
        for waiting in waiting_of.get(key, [frozenset()]):
            wanted = truth.tools(waiting).get(key) if waiting else every.get(key)
            said = _differences_of_tool(key, wanted, tools.get(key), _true_spend(truth, key, waiting), spend)
            if best is None or len(said) < len(best):
                best = said
        found += best or []
    return found


def _hard_texts(truth: Truth) -> dict[str, set[str]]:
    texts: dict[str, set[str]] = defaultdict(set)
    for thing in (*truth.purchases, *truth.evidence):
        if thing.waits_for:
            texts[thing.tool].add(thing.waits_for)
    return texts


def _differences_of_tool(
    key: str,
    wanted: TrueTool | None,
    said: Row | None,
    money: dict[Cell, Sums],
    spend: dict[str, dict[Cell, Sums]],
) -> list[str]:
    if wanted is None:
        if said is None and key not in spend:
            return []
        return [f"{key} is in the export, and nobody uses it"]
    if said is None:
        return [f"{key} is missing from the inventory"]
    found = _differences_of_people(key, wanted, said)
    exported = spend.get(key, {})
    for cell in sorted({*money, *exported}):
        where = " ".join(filter(None, (cell.month, cell.department or "no department", cell.door)))
        true, told = money.get(cell), exported.get(cell)
        if true is None:
            assert told is not None
            found.append(f"{key} {where}: {_money(told.amount, cell)} too much, nothing was spent there")
        elif told is None:
            found.append(f"{key} {where}: {_money(true.amount, cell)} are missing")
        else:
            found += [
                f"{key} {where}: {name.replace('_', ' ')} is {_money(is_, cell)}, not {_money(should, cell)}"
                for name, is_, should in zip(Sums._fields, told, true, strict=True)
                if is_ != should
            ]
    return found


def _differences_of_people(key: str, wanted: TrueTool, said: Row) -> list[str]:
    found = []
    missing = sorted(set(wanted.people) - set(said["people"]))
    wrong = sorted(set(said["people"]) - set(wanted.people))
    found += [f"{key}: {email} uses it and is missing" for email in missing]
    found += [f"{key}: {email} is named and does not use it" for email in wrong]
    if said["people_count"] != len(said["people"]):
        found.append(f"{key}: people_count is {said['people_count']} for {len(said['people'])} people")
    for name, should in (
        ("people_unresolved", wanted.unknown_cards + wanted.unknown_logins),
        ("departments", list(wanted.departments)),
        ("doors", sorted(wanted.doors)),
    ):
        is_ = sorted(said[name]) if isinstance(said[name], list) else said[name]
        if is_ != should:
            found.append(f"{key}: {name} is {is_}, not {should}")
    return found


# --- money ------------------------------------------------------------------------------------------


def _true_spend(truth: Truth, key: str, waiting: frozenset[str]) -> dict[Cell, Sums]:
    cells: dict[Cell, list[TruePurchase]] = defaultdict(list)
    for bought in truth.purchases:
        if bought.tool == key and not (bought.waits_for and bought.waits_for in waiting):
            cell = Cell(
                bought.month, bought.department, bought.door, bought.currency, bought.merchant_currency
            )
            cells[cell].append(bought)
    return {
        cell: Sums(
            sum(b.amount for b in bought),
            _whole([b.net for b in bought]),
            _whole([b.tax for b in bought]),
            _whole([b.merchant_amount for b in bought]) if cell.merchant_currency else None,
        )
        for cell, bought in cells.items()
    }


def _exported_spend(rows: Iterable[Row]) -> dict[str, dict[Cell, Sums]]:
    """Tool → money by cell. A merchant's currency that is the account's own says nothing new."""
    parts: dict[str, dict[Cell, list[Sums]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        if row.get("decision", "match") != "match":
            continue
        foreign = row["merchant_currency"] or ""
        if foreign == row["currency"]:
            foreign = ""
        cell = Cell(row["month"], row["department"] or "", row["door"], row["currency"], foreign)
        amount = _micro(row["amount"])
        assert amount is not None
        sums = Sums(
            amount,
            _micro(row["net_amount"]),
            _micro(row["tax"]),
            _micro(row["merchant_amount"]) if foreign else None,
        )
        parts[_key(row)][cell].append(sums)
    return {
        key: {
            cell: Sums(
                sum(s.amount for s in sums),
                _whole([s.net for s in sums]),
                _whole([s.tax for s in sums]),
                _whole([s.merchant_amount for s in sums]),
            )
            for cell, sums in cells.items()
        }
        for key, cells in parts.items()
    }


def _whole(parts: list[int | None]) -> int | None:
    """Their sum, or None where one is unknown: never a partial sum."""
    known = [part for part in parts if part is not None]
    return sum(known) if len(known) == len(parts) else None


def _micro(amount: str | None) -> int | None:
    return None if amount is None else int(Decimal(amount).scaleb(6))


def _money(amount: int | None, cell: Cell) -> str:
    return "unknown" if amount is None else f"{Decimal(amount).scaleb(-6):.2f} {cell.currency}"


def _key(row: Row) -> str:
    return str(row["product"] or row["vendor"])


# --- rejected rows ----------------------------------------------------------------------------------


def _differences_of_rejected(truth: Truth, rows: Iterable[Row]) -> list[str]:
    wanted = {(_bare(row.file), row.line) for row in truth.rejected}
    said = {(_bare(str(row["file"])), int(row["line"])) for row in rows}  # once, however often it was read
    found = [f"{file} line {line} is bad and was not rejected" for file, line in sorted(wanted - said)]
    found += [f"{file} line {line} is good and was rejected" for file, line in sorted(said - wanted)]
    return found


def _bare(name: str) -> str:
    """A file's name without folders; inside an archive as ``a.zip!b.xml``."""
    archive, inside, member = name.partition("!")
    last = archive.replace("\\", "/").rpartition("/")[2]
    return f"{last}{inside}{member}"
