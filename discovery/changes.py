"""What changed and waits to be worked out again: marks that are written with the change itself.

A mark's serial rises with every change. Whoever works it out reads the serial first and removes
the mark only if it is still the same, so that a change that comes meanwhile is never lost.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from discovery.models import ChangedTool, UnderivedVendor


def tools_changed(tools: Iterable[str]) -> None:
    """Figures of these tools (product keys, vendor keys) must be worked out again."""
    _mark(ChangedTool._meta.db_table, "tool", tools)


def vendors_underived(vendors: Iterable[str]) -> None:
    """Purchases of these vendors must be worked out again."""
    _mark(UnderivedVendor._meta.db_table, "vendor", vendors)


def _mark(table: str, column: str, keys: Iterable[str]) -> None:
    rows = [(key,) for key in sorted({key for key in keys if key})]
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} ({column}, serial) VALUES (%s, 1) "  # noqa: S608
            f"ON CONFLICT ({column}) DO UPDATE SET serial = {table}.serial + 1",
            rows,
        )
