"""Microsoft 365 and Google Workspace: users with their licences in one cell, as the admin pages export them.

Microsoft: admin centre, Active users, Export; https://learn.microsoft.com/microsoft-365/admin
Google:    Admin console, Users, Download; https://support.google.com/a/answer/7348070

The same export is a list of people where it says in which department they are: it is read as that,
unless this reader is named.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from itertools import islice
from typing import BinaryIO

from discovery.connectors.ai_within import with_ai_within
from discovery.connectors.base import Connector, Head, Kind, UnreadableFile
from discovery.connectors.directory_words import is_blocked, is_gone
from discovery.connectors.entra_accounts import known_who
from discovery.connectors.microsoft_skus import sku_name
from discovery.connectors.named_tables import Cells, Wordings, as_shown, headers_in, table_in
from discovery.connectors.stated_values import OWN_ID, id_of
from discovery.connectors.table_words import starts_a_total
from discovery.records import NOBODY, Ignored, Licence, Rejected, Rows, Switch, Who

_WORDINGS = Wordings(
    {
        "person": "user principal name; upn; email address; primary email; email; user name; username; "
        "benutzerprinzipalname; nom d utilisateur principal; nombre principal de usuario",
        "name": "display name; name; anzeigename; nom d affichage; nombre para mostrar",
        "given_name": "first name; vorname; prenom; nombre",
        "family_name": "last name; nachname; nom; apellidos",
        "own_id": "object id; objekt id; id",
        "licences": "licenses; licences; assigned licenses; license names; lizenzen; licencias",
        "blocked": "block credential; block sign in; blocked credentials; sign in blocked",
        "status": "status; account status",
        "department": "department; abteilung; service; departamento; departement",
    }
)
#: Microsoft parts licences by "+", Google by ",".
_BETWEEN = re.compile(r"\s*[+;,]\s*")
_NONE = frozenset(
    {"", "unlicensed", "none", "no licenses", "nicht lizenziert", "sans licence", "sin licencia"}
)
_LOOKED_AT = 500
_SHOWN = ("own_id", "licences", "blocked", "status")
_WITHOUT = Ignored("a user without a licence")
_TOTAL = Ignored("a total or note below the users")
_MISSING = (
    "no list of users with licences was found; its first row must name the columns, "
    "for example User principal name, Display name, Licenses"
)


class LicenceTable(Connector):
    name = "licence_table"
    kind = Kind.LICENCE
    title = "Users with their licences (CSV, XLSX)"

    def recognises(self, head: Head) -> int:
        headers = headers_in(head, _columns)
        if headers is None:
            return 0
        return 40 if _says_where_people_work(head) else 70

    def read(self, stream: BinaryIO) -> Rows:
        """One row a licence of a user, and one for the AI within it.

        Raises UnreadableFile where no row names the columns.
        """
        table = table_in(stream, _columns, _MISSING)
        for line, cells in table.rows():
            if isinstance(cells, dict):
                yield from ((line, one) for row in _licences(cells) for one in with_ai_within(row))
            else:
                yield line, cells


def _columns(headers: Sequence[str]) -> dict[str, int]:
    found = _WORDINGS.columns(headers)
    return found if {"person", "licences"} <= found.keys() else {}


def _says_where_people_work(head: Head) -> bool:
    """Whether anybody in the beginning of the file has a department."""
    try:
        table = table_in(io.BytesIO(head.start), _columns, _MISSING)
        rows = islice(table.rows(), _LOOKED_AT)
        return any(isinstance(cells, dict) and cells.get("department") for _, cells in rows)
    except UnreadableFile:  # a workbook that is cut off
        return True


def _licences(cells: Cells) -> list[Licence | Rejected | Ignored]:
    who = _who(cells)
    if who == NOBODY or not cells["person"]:
        if starts_a_total(next(filter(None, cells.values()), "")) or sum(map(bool, cells.values())) == 1:
            return [_TOTAL]
        return [
            Rejected(
                "the user has no user principal name; export the column with it", as_shown(cells, _SHOWN)
            )
        ]
    named = [part for part in _BETWEEN.split(cells["licences"].strip()) if part.lower() not in _NONE]
    own_id = cells.get("own_id", "")[:100] or (who.email or who.login).lower()[:100]
    state = _state(cells)
    found: list[Licence | Rejected | Ignored] = [
        Licence(
            account="",
            own_id=id_of(own_id, name.lower(), limit=OWN_ID),
            app=sku_name(name, name)[:1000],
            who=who,
            state=state,
        )
        for name in dict.fromkeys(named)
    ]
    return found or [_WITHOUT]


def _who(cells: Cells) -> Who:
    name = cells.get("name") or f"{cells.get('given_name', '')} {cells.get('family_name', '')}".strip()
    return known_who(cells["person"], cells.get("own_id", ""), name)


def _state(cells: Cells) -> Switch:
    if is_blocked(cells.get("blocked", "")) or (cells.get("status") and is_gone(cells["status"])):
        return Switch.OFF
    return Switch.ON
