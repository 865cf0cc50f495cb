"""Pulling from a served system in a test: every page read as a scan would read it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from discovery.connectors import by_name
from discovery.connectors.api import Cursor, Settings
from discovery.records import Row
from tests.connectors.api_server import ApiServer


def pages_of(
    name: str, settings: Settings, server: ApiServer, cursor: Cursor | None = None
) -> Iterator[tuple[list[Row], Cursor]]:
    """The rows of each page, and the cursor behind it."""
    connector = by_name(name)
    assert connector.api
    last = False
    for page in connector.api.fetch(settings, cursor or {}, server.outside()):
        assert not last, "a page came behind the last one"
        last = page.last
        yield (list(connector.read(io.BytesIO(page.body))) if page.body else []), page.cursor
    assert last, "no page said that it was the last one"


def pulled(
    name: str, settings: Settings, server: ApiServer, cursor: Cursor | None = None
) -> tuple[list[Any], Cursor]:
    """What all pages of a pull say, and where the next one begins."""
    found: list[Any] = []
    last = cursor or {}
    for rows, behind in pages_of(name, settings, server, cursor):
        found += [row for _, row in rows]
        last = behind
    return found, last


def goes_on_from_every_page(name: str, settings: Settings, server: ApiServer) -> None:
    """However a pull is cut off behind a page, what it says then is what it would have said."""
    whole, end = pulled(name, settings, server)
    pages = list(pages_of(name, settings, server))
    before: list[Any] = []
    for rows, cursor in pages[:-1]:
        before += [row for _, row in rows]
        rest, last = pulled(name, settings, server, cursor)
        assert before + rest == whole
        assert last == end
