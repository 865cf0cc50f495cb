"""Which tools' flags wait to be worked out again: marks that are written with the change itself."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from inventory.models import ToolToCheck

#: A mark that no tool can have: every flag must be worked out again.
EVERYTHING = ""


def tools_to_check(tools: Iterable[str]) -> None:
    """The flags of these tools must be worked out again. To be called in the transaction that changes."""
    rows = [(key,) for key in sorted(set(tools))]
    if not rows:
        return
    table = ToolToCheck._meta.db_table
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} (tool, serial) VALUES (%s, 1) "  # noqa: S608
            f"ON CONFLICT (tool) DO UPDATE SET serial = {table}.serial + 1",
            rows,
        )
