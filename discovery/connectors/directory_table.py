"""Lists of people as tables: exports of HR systems, and the user lists of identity providers.

Columns are known by their headers (``directory_wordings.toml``), read off the exports of Personio,
BambooHR, Workday and SAP, and off:

Entra:  https://learn.microsoft.com/entra/identity/users/users-bulk-download
Google: https://support.google.com/a/answer/40057
Okta:   https://developer.okta.com/docs/reference/api/users/#profile-object
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from discovery.connectors.base import Connector, Head, Kind, UnreadableFile
from discovery.connectors.column_meaning import folded, tells_of_money
from discovery.connectors.directory_words import day_stated, is_blocked, is_gone
from discovery.connectors.entra_accounts import entra_address
from discovery.connectors.moments import stated_instant
from discovery.connectors.named_tables import (
    Cells,
    NamedTable,
    Wordings,
    alike,
    as_shown,
    headers_in,
    squeezed,
    table_in,
)
from discovery.connectors.stated_values import COST_CENTRE, DEPARTMENT, OWN_ID, PERSON, address_of, text_of
from discovery.connectors.table_words import starts_a_total
from discovery.records import DirectoryPerson, Ignored, Rejected, Rows

_WORDINGS = Wordings(tomllib.loads(Path(__file__).with_name("directory_wordings.toml").read_text("utf-8")))

#: What a list of people says of them, of which a list of members or log-ins says nothing.
_OF_PEOPLE = ("department", "cost_centre", "manager", "start", "end")
#: Headers that stand for a department in a list of people, and for much else in other tables.
_VAGUE = alike(
    "service; team; area; direction; division; bereich; sparte; equipe; equipo; business unit; "
    "organization unit; unidad de negocio"
)
#: Headers that only user lists of identity providers have.
_OF_ACCOUNTS = alike(
    "user principal name; profile login; second email; secondary email; org unit path; object id; "
    "sam account name; proxy addresses; recovery email; account enabled; directory synced; password hash "
    "function; 2sv enrolled"
)
#: Headers of tables that name people beside something else: sign-ins, plans.
_OF_OTHERS = alike(
    "app display name; application; application name; app name; app; event; event type; request id; "
    "correlation id; plan; license type; licence type; amount used"
)
#: Beginnings of headers that say who has a seat of a tool, and when it was last used: a list of members.
_OF_SEATS = (
    "seat",
    "subscription",
    "abonnement",
    "membership",
    "lastactiv",
    "lastseen",
    "lastused",
    "lastusage",
    "zuletztaktiv",
)
#: Headers that such lists have, too; those of people have them beside where somebody works.
_OF_MEMBERS = alike(
    "role; user role; member role; workspace role; user type; last login; last login date; last sign in; "
    "invited; invited on; invite status; invitation status; workspace; rolle"
)
_OF_WORK = frozenset({"department", "cost_centre", "manager", "end"})
#: Beginnings of headers that say which licences a person has: a list of licences, with people in it.
_SEATS = ("licen", "plan", "lizenz")

_SHOWN = ("own_id", "status", "end", "start")
_TOTAL = Ignored("a total or note below the people")
_MISSING = (
    "no list of people was found; its first row must name the columns, "
    "for example E-mail, Name, Department, Cost centre, Manager, Status"
)
#: How Active Directory names a manager: "CN=Jon Park,OU=People,DC=acme".
_IN_A_TREE = re.compile(r"CN=((?:[^,\\]|\\.)+),(?:OU|CN|DC)=", re.IGNORECASE)
_ADDRESSES = re.compile(r"[\s,;|+]+")


class DirectoryTable(Connector):
    name = "directory_table"
    kind = Kind.DIRECTORY
    title = "People from HR or an identity provider (CSV, XLSX)"

    def recognises(self, head: Head) -> int:
        headers = headers_in(head, _columns)
        if headers is None:
            return 0
        if any(squeezed(header).startswith(_SEATS) for header in headers):
            return 50
        found = _columns(headers)
        of_accounts = not _OF_ACCOUNTS.isdisjoint(map(squeezed, headers))
        # A list of people has dates, names and numbers as a bank's table has them, and tells more.
        return 91 if of_accounts or sum(name in found for name in _OF_PEOPLE) >= 2 else 60

    def read(self, stream: BinaryIO) -> Rows:
        """One person a row. Raises UnreadableFile where no row names the columns."""
        return _People(table_in(stream, _columns, _MISSING), self.said.day_first).rows()


def _columns(headers: Sequence[str]) -> dict[str, int]:
    """The columns of a list of people; empty where the headers are those of another table."""
    found = _WORDINGS.columns(headers)
    if "email" not in found and "login" not in found:
        return {}
    names = set(map(squeezed, headers))
    if names & _OF_OTHERS or any(name.startswith(_OF_SEATS) for name in names) or tells_of_money(headers):
        return {}
    if not names & _OF_ACCOUNTS and names & _OF_MEMBERS and not found.keys() & _OF_WORK:
        return {}
    of_people = any(name in found and squeezed(headers[found[name]]) not in _VAGUE for name in _OF_PEOPLE)
    if not (of_people or names & _OF_ACCOUNTS):
        return {}
    _sort_out_names(found, headers)
    return found


def _sort_out_names(found: dict[str, int], headers: Sequence[str]) -> None:
    """ "Name" beside "Vorname" is the family name; "Nom" or "Nombre" alone is the whole one.

    "Employee" is who it is, "Employee #" a number.
    """
    number = headers[found["own_id"]] if "own_id" in found else ""
    if squeezed(number) == "employee" and "#" not in number:
        found.setdefault("name", found.pop("own_id"))
    if "given_name" in found and "name" in found and "family_name" not in found:
        if squeezed(headers[found["name"]]) == "name":
            found["family_name"] = found.pop("name")
    elif "name" not in found and ("given_name" in found) != ("family_name" in found):
        found["name"] = found.pop("given_name" if "given_name" in found else "family_name")


class _People:
    """The people of one table. Managers are told by address where the table has theirs."""

    def __init__(self, table: NamedTable, said: bool | None) -> None:
        self._table = table
        above = day_stated(table.rows_above())
        self._order = _order(table, said) if above or "as_of" in table.columns else None
        self._as_of = stated_instant(above, self._order)
        self._addresses = self._known_addresses() if "manager" in table.columns else {}

    def rows(self) -> Rows:
        for line, cells in self._table.rows():
            yield line, self._person(cells) if isinstance(cells, dict) else cells

    def _known_addresses(self) -> dict[str, str]:
        """The address of each id and name that one person of the table has; "" where several have it."""
        found: dict[str, str] = {}
        for _, cells in self._table.rows():
            if isinstance(cells, dict) and (email := _email(cells)):
                last, _, first = cells.get("name", "").partition(",")
                named = (
                    cells.get("own_id", ""),
                    cells.get("login", ""),
                    f"{last} {first}",
                    f"{first} {last}",
                    f"{cells.get('given_name', '')} {cells.get('family_name', '')}",
                    f"{cells.get('family_name', '')} {cells.get('given_name', '')}",
                )
                for name in {folded(name) for name in named} - {""}:
                    found[name] = email if found.get(name, email) == email else ""
        return found

    def _person(self, cells: Cells) -> DirectoryPerson | Rejected | Ignored:
        email = _email(cells)
        if not email:
            if starts_a_total(next(filter(None, cells.values()), "")) or sum(map(bool, cells.values())) == 1:
                return _TOTAL
            return Rejected(
                "the person has no e-mail address; export the column with the address at work",
                as_shown(cells, _SHOWN),
            )
        own_id = text_of(cells.get("own_id"), OWN_ID)
        login = text_of(cells.get("login"), 254)
        as_of = stated_instant(cells.get("as_of", ""), self._order) or self._as_of
        given = text_of(cells.get("given_name"), PERSON)
        family = text_of(cells.get("family_name"), PERSON)
        others = (address_of(login), entra_address(login), *_aliases(cells.get("aliases", "")))
        return DirectoryPerson(
            account="",
            own_id=own_id,
            email=email,
            # Other exports name people by user name or number; an address is among the aliases.
            login=own_id if not login or address_of(login) else login,
            aliases=tuple(dict.fromkeys(a for a in others if a and a != email)),
            name=text_of(cells.get("name"), PERSON) or f"{given} {family}".strip()[:PERSON],
            given_name=given,
            family_name=family,
            department=text_of(cells.get("department"), DEPARTMENT),
            cost_centre=text_of(cells.get("cost_centre"), COST_CENTRE),
            manager=self._manager(cells.get("manager", "")),
            active=_is_active(cells, as_of, self._order),
            stated_at=as_of,
        )

    def _manager(self, stated: str) -> str:
        if within := _IN_A_TREE.match(stated):
            stated = within[1].replace("\\", "")
        return address_of(stated) or self._addresses.get(folded(stated)) or text_of(stated, 254)


def _order(table: NamedTable, said: bool | None) -> bool | None:
    """Whether the day comes first; a list of people is of use where nothing tells."""
    try:
        return table.day_first(("as_of", "end", "start"), said)
    except UnreadableFile:
        return None


def _email(cells: Cells) -> str:
    return address_of(cells.get("email")) or entra_address(cells.get("login"))


def _aliases(cell: str) -> list[str]:
    """Addresses in one cell, as "SMTP:maja@acme.example+smtp:m@acme.example"."""
    return [address_of(part.partition(":")[2] or part) for part in _ADDRESSES.split(cell)]


def _is_active(cells: Cells, as_of: str, order: bool | None) -> bool:
    """By the status, else by the last day: one after the day of the list is still to come."""
    if is_blocked(cells.get("blocked", "")):
        return False
    if status := cells.get("status", ""):
        return not is_gone(status)
    last = stated_instant(cells.get("end", ""), order)
    if not last:
        # An end that is no date of this century ("31.12.9999", "open") is none; one in an order
        # that nothing tells is one.
        return not re.fullmatch(r"\d{1,2}[/-]\d{1,2}[/-](?:19|20)?\d\d", cells.get("end", ""))
    return bool(as_of) and last >= as_of
