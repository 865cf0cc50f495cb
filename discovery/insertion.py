"""Many rows of one table at once, by one prepared statement.

``bulk_create`` builds a statement with every value's placeholder for each few rows, which for a wide
table takes ten times as long as the database takes to store them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import AutoField, Field, Model


def insert(rows: Sequence[Model], *, unless: str = "", update: Sequence[str] = ()) -> None:
    """Insert rows, whose numbers are not read back. Call in a transaction.

    Where a row with the same ``unless`` (a unique field) exists, its fields ``update`` take the new values.
    """
    if not rows:
        return
    fields = _fields(type(rows[0]))
    quote = connection.ops.quote_name
    names = ", ".join(quote(field.column) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    sql = f"INSERT INTO {quote(rows[0]._meta.db_table)} ({names}) VALUES ({marks})"  # noqa: S608
    if unless:
        taken = ", ".join(f"{column} = excluded.{column}" for column in _columns(rows[0], update))
        sql += f" ON CONFLICT ({', '.join(_columns(rows[0], [unless]))}) DO UPDATE SET {taken}"
    with connection.cursor() as cursor:
        cursor.executemany(sql, [_values(row, fields) for row in rows])


def _fields(model: type[Model]) -> list[Field]:
    return [field for field in model._meta.local_concrete_fields if not isinstance(field, AutoField)]


def _columns(row: Model, names: Sequence[str]) -> list[str]:
    return [connection.ops.quote_name(row._meta.get_field(name).column) for name in names]


def _values(row: Model, fields: list[Field]) -> tuple[Any, ...]:
    return tuple(field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields)
