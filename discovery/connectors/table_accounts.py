"""Whose a table of spending is: the accounts or cards that its rows belong to, before any row is read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from discovery.connectors.base import Connector, Head, UnreadableFile
from discovery.connectors.column_meaning import Meaning
from discovery.connectors.spend_tables import SpendTable, tables_in
from discovery.connectors.table_cells import ACCOUNT, card_in
from discovery.connectors.table_plan import plan_for

_ANY = "XXX"  # no currency: what the table lacks is not what is asked here


@dataclass(frozen=True)
class Accounts:
    """As far as the beginning of a file shows; both empty where it states none."""

    accounts: frozenset[str] = frozenset()
    cards: frozenset[str] = frozenset()  # their digits as far as shown, where no account is stated


_NONE = Accounts()


def accounts_in(head: Head, reader: Connector) -> Accounts:
    """The accounts, or else the cards, of a file that this reader reads."""
    if not isinstance(reader, SpendTable):
        return _NONE
    try:
        for rows, delimiter in tables_in(head):
            layout = reader.find(rows)
            if not layout.columns or layout.missing():
                continue
            above, body = rows[: max(layout.header, 0)], rows[layout.header + 1 :]
            plan = plan_for(reader.kind, layout, above, body, delimiter=delimiter, order=True, currency=_ANY)
            if plan.account:
                return Accounts(frozenset([plan.account]))
            if (column := plan.columns.get(Meaning.ACCOUNT)) is not None:
                return Accounts(_filled(ACCOUNT[row[column]] for row in body if column < len(row)))
            if (column := plan.columns.get(Meaning.CARD)) is not None:
                cards = (card_in(row[column]) for row in body if column < len(row))
                return Accounts(cards=_filled("".join(filter(str.isdigit, card)) for card in cards))
            return _NONE
    except UnreadableFile:
        pass
    return _NONE


def _filled(values: Iterable[str]) -> frozenset[str]:
    return frozenset(filter(None, values))
