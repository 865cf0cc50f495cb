"""Members of a tool, as its administration page exports them: who has a seat, as what, last active when.

Whose list it is says a column ("Application"), a person, headers that one tool alone has
(``member_words``), or a line above the header.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import BinaryIO

from discovery.connectors.ai_within import with_ai_within
from discovery.connectors.api_objects import day_in
from discovery.connectors.base import Ask, Connector, Head, Kind, LeftOpen, Said, UnreadableFile
from discovery.connectors.column_meaning import folded
from discovery.connectors.dates import day
from discovery.connectors.directory_words import is_gone
from discovery.connectors.member_words import member_columns, tool_of
from discovery.connectors.named_tables import Cells, NamedTable, as_shown, headers_in, squeezed, table_in
from discovery.connectors.stated_values import ACCOUNT, OWN_ID, PERSON, TEXT, address_of, text_of
from discovery.connectors.table_words import starts_a_total, yes_or_no
from discovery.records import Ignored, Licence, Rejected, Rows, Switch, Who

_SHOWN = ("own_id", "role", "plan", "status", "since", "last_active")
_TOTAL = Ignored("a total or note below the members")
_WITHOUT_ADDRESS = "the member has no e-mail address; export the column with the address"
_MISSING = (
    "no list of members was found; its first row must name the columns, "
    "for example E-mail, Name, Role, Plan, Last active"
)
_UNNAMED = (
    "the list does not say of which tool these people are members; write the tool's name "
    "in a line of its own above the column names"
)
#: Who was asked and has not come, or may not come in any more.
_NOT_IN = re.compile(
    r"\b(?:pending|invited|invitation|expired|removed|revoked|locked|eingeladen|invite|invitado)\b"
)
_IN = re.compile(r"\b(?:active|enabled|accepted|joined|approved|member|aktiv|actif|activo)\b")
#: Words of such a line that are no part of a tool's name: "Cursor members", "List of users: Figma".
_OF_LISTS = re.compile(
    r"\b(?:members?|users?|seats?|list|export|of|mitglieder|membres|miembros)\b", re.IGNORECASE
)
_HAS_LETTERS = re.compile(r"[^\W\d_]{2}")


class MemberList(Connector):
    name = "member_list"
    kind = Kind.LICENCE
    title = "Members of a tool (CSV, XLSX)"

    def recognises(self, head: Head) -> int:
        headers = headers_in(head, member_columns)
        if headers is None:
            return 0
        if tool_of(headers):
            return 93
        # When somebody last logged in, lists of people say, too: they go before this.
        columns = member_columns(headers)
        stated = squeezed(headers[columns["last_active"]]) if "last_active" in columns else ""
        return 58 if "plan" not in columns and stated.startswith(("lastlog", "lastsign")) else 75

    def find(self, headers: Sequence[str]) -> dict[str, int]:
        """The columns of a list of members; empty where the row is no header of one."""
        return member_columns(headers)

    def read(self, stream: BinaryIO) -> Rows:
        """One row a member, and one for the AI that their suite brings.

        Raises LeftOpen where nothing says whose members they are.
        """
        table = table_in(stream, self.find, _MISSING)
        said = self.said
        if not said.tool:
            said = replace(said, tool=tool_of(table.headers) or named_above(table.rows_above()))
        if not said.tool and "app" not in table.columns:
            raise LeftOpen(_UNNAMED, Ask.TOOL)
        order = _order(table, said)
        for line, cells in table.rows():
            row = _member(cells, said, order) if isinstance(cells, dict) else cells
            yield from ((line, one) for one in with_ai_within(row))


def named_above(rows: Iterable[Iterable[str]]) -> str:
    """The first text above the header, which a person or the tool wrote there."""
    texts = (text_of(cell) for row in rows for cell in row)
    text = next((text for text in texts if _HAS_LETTERS.search(text) and "@" not in text), "")
    return _OF_LISTS.sub(" ", text).strip(" -–:,") or text


def _order(table: NamedTable, said: Said) -> bool | None:
    """Whether the day comes first; who has a seat is of use where nothing tells."""
    try:
        return table.day_first(("last_active", "since", "day"), said.day_first)
    except UnreadableFile:
        return None


def _member(cells: Cells, said: Said, order: bool | None) -> Licence | Rejected | Ignored:
    email = address_of(cells["email"])
    if not email:
        if starts_a_total(next(filter(None, cells.values()), "")) or sum(map(bool, cells.values())) == 1:
            return _TOTAL
        return Rejected(_WITHOUT_ADDRESS, as_shown(cells, _SHOWN))
    stated = text_of(cells.get("app"), TEXT)
    app = stated or said.tool
    if not app:
        return Rejected("the row names no tool; fill in its application", as_shown(cells, _SHOWN))
    whole = f"{cells.get('given_name', '')} {cells.get('family_name', '')}".strip()
    name = text_of(cells.get("name") or whole, PERSON)
    return Licence(
        account=text_of(cells.get("account"), ACCOUNT),
        own_id=text_of(cells.get("own_id"), OWN_ID),
        app=app,
        who=Who(email=email, name="" if "@" in name else name),
        plan=text_of(cells.get("plan"), 120),
        role=text_of(cells.get("role"), 120),
        state=_state(cells.get("status", "")),
        since=_day(cells.get("since", ""), order),
        last_active=_day(cells.get("last_active", ""), order),
        date=_day(cells.get("day", ""), order),
        url="" if stated else said.url,
    )


def _state(status: str) -> Switch:
    if (stated := yes_or_no(status)) is not None:
        return Switch.ON if stated else Switch.OFF
    word = folded(status)
    if _NOT_IN.search(word) or is_gone(status):
        return Switch.OFF
    return Switch.ON if _IN.search(word) else Switch.UNKNOWN


def _day(text: str, order: bool | None) -> date | None:
    """The day that a cell begins with; none where it says "Never" or "3 days ago"."""
    try:
        return day(text, order)
    except (ValueError, OverflowError):
        return day_in(text)
