"""osquery: what is installed on devices, out of the results of its tables.

Tables:  https://osquery.io/schema/ (chrome_extensions, programs, apps, deb_packages, python_packages,
         npm_packages)
Results: https://osquery.readthedocs.io/en/stable/deployment/logging/ (snapshot, event and batch form)

A row is known for what it is by its columns, since queries have names of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, BinaryIO

import msgspec

from discovery.connectors.base import Connector, Head, Kind
from discovery.connectors.chrome_extensions import EXTENSION_ID, permissions_of
from discovery.connectors.json_documents import (
    BAD_JSON,
    Members,
    elements,
    first_objects,
    looks_like_json,
    why_unreadable,
)
from discovery.connectors.json_objects import holds_objects, member, members
from discovery.connectors.moments import since_1970
from discovery.connectors.package_urls import package_of
from discovery.connectors.pasted_answers import object_of
from discovery.connectors.program_names import program_name
from discovery.connectors.stated_values import OWN_ID, TEXT, id_of, text_of
from discovery.records import Ignored, Rejected, Row, Rows, Seen, SeenBy, Who

_LISTS = frozenset({"snapshot", "rows"})
_GONE = Ignored("what is no longer there")
_OTHER_ROWS = Rejected("the entry's rows stand under no name that is known; write the log again")
_OTHER = Ignored("a row of a table that says nothing of what is installed")
_EMPTY = Ignored("a result without rows")


class OsqueryTables(Connector):
    name = "osquery_tables"
    kind = Kind.ENDPOINT
    title = "osquery: programs, extensions and packages on devices (JSON)"

    def recognises(self, head: Head) -> int:
        if not looks_like_json(head):
            return 0
        return 90 if any(_is_result(found) for found in first_objects(head, _LISTS)) else 0

    def read(self, stream: BinaryIO) -> Rows:
        """One row a row of a table. Raises UnreadableFile where the file breaks off."""
        beside: Members = {}
        for position, raw in elements(stream, _LISTS, beside):
            try:
                found = object_of(raw)
            except BAD_JSON:
                yield position, Rejected(why_unreadable(raw))
                continue
            around = found if _wraps(found) else _around(beside)
            yield from _rows(position, found, around)


def _is_result(found: dict[str, Any]) -> bool:
    if _wraps(found):
        rows = [member(found, "columns"), *members(member(found, "diffresults"), "added")]
        return any(_table(row) for row in rows)
    return bool(_table(found))


def _wraps(found: dict[str, Any]) -> bool:
    return isinstance(found.get("columns"), dict) or isinstance(found.get("diffresults"), dict)


def _around(beside: Members) -> dict[str, Any]:
    """Host and instant of a snapshot, from the members beside its rows."""
    try:
        return {
            name.replace("_", ""): msgspec.json.decode(value)
            for name, value in beside.items()
            if name.replace("_", "") in ("hostidentifier", "unixtime")
        }
    except BAD_JSON:
        return {}


def _rows(position: int, found: dict[str, Any], around: dict[str, Any]) -> Iterator[Row]:
    if isinstance(found.get("columns"), dict):
        gone = text_of(found.get("action")) == "removed"
        yield position, _GONE if gone else _seen(member(found, "columns"), around)
        return
    if isinstance(found.get("diffresults"), dict):
        changes = member(found, "diffresults")
        added, removed = members(changes, "added"), members(changes, "removed")
        yield from ((position, _seen(row, around)) for row in added)
        yield from ((position, _GONE) for _ in removed)
        if not added and not removed:
            yield position, _EMPTY
        return
    row = _seen(found, around)
    yield position, _OTHER_ROWS if row is _OTHER and holds_objects(found) else row


def _table(row: dict[str, Any]) -> str:
    """The table whose columns a row has; "" where it is none of those that are read."""
    names = row.keys()
    if EXTENSION_ID.fullmatch(text_of(row.get("identifier"))) and "name" in names:
        return "chrome_extensions"
    if not text_of(row.get("name")):
        return ""
    if "bundleidentifier" in names:
        return "apps"
    if names & {"identifyingnumber", "installlocation", "uninstallstring"}:
        return "programs"
    if "version" not in names:
        return ""
    if "arch" in names and names & {"maintainer", "source", "section"}:
        return "deb_packages"
    if "path" in names and "directory" in names and names & {"summary", "author"}:
        return "python_packages"
    if "path" in names and names & {"homepage", "author"} and names & {"description", "license"}:
        return "npm_packages"
    return ""


def _seen(row: dict[str, Any], around: dict[str, Any]) -> Seen | Ignored:
    table = _table(row)
    if not table:
        return _OTHER
    host = text_of(around.get("hostidentifier") or row.get("hosthostname") or row.get("hostname"), 200)
    name = text_of(row.get("name"), TEXT)
    at = _instant(around.get("unixtime"))
    own = _client_id(table, row, name)
    return Seen(
        account="",
        own_id=id_of(*filter(None, (host, table, own or name.lower()))),
        text=_text(table, name, own),
        by=SeenBy.EXTENSION if table == "chrome_extensions" else SeenBy.PROGRAM,
        date=date.fromisoformat(at[:10]) if at else None,
        who=Who(login=text_of(row.get("username"), 254)),
        where=host,
        client_id=own,
        version=text_of(row.get("version") or row.get("bundleshortversion"), 100),
        scopes=permissions_of(row.get("permissions")) if table == "chrome_extensions" else (),
        stated_at=at,
    )


def _client_id(table: str, row: dict[str, Any], name: str) -> str:
    if table == "chrome_extensions":
        return text_of(row.get("identifier"), OWN_ID)
    if table == "apps":
        return text_of(row.get("bundleidentifier"), OWN_ID)
    registries = {"python_packages": "pypi", "npm_packages": "npm", "deb_packages": "deb/debian"}
    return package_of(registries[table], name) if table in registries else ""


def _text(table: str, name: str, own: str) -> str:
    """What names the software: a package by its registry, too, since packages have words for names."""
    if table.endswith("packages"):
        return own
    return (program_name(name) if table in ("apps", "programs") else name) or own


def _instant(stated: object) -> str:
    """Seconds since 1970 as records keep them."""
    text = text_of(stated, 20)
    try:
        return since_1970(int(text)).isoformat(timespec="seconds") if text.isdecimal() else ""
    except ValueError:
        return ""
