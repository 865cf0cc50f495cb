"""Tell the database how its tables have grown, before it is asked about much that is new.

A first scan fills empty tables within seconds. PostgreSQL plans by statistics that a background
process gathers within minutes; until then it takes the tables for empty, and a join of two of
them takes minutes instead of milliseconds. So the worker that wrote has them gathered. SQLite
needs none: its joins follow the order and the indexes that the queries were written for.
"""

from __future__ import annotations

from django.db import OperationalError, connection, transaction

#: What joins of records, their descriptors, purchases and people ask.
_TABLES = (
    "discovery_record",
    "discovery_descriptor",
    "discovery_purchase",
    "discovery_person",
    "discovery_handlelink",
)
#: Rows that came, went or changed since statistics were gathered: by themselves, and as a part of all.
_ROWS, _PART = 500, 0.2

# Counted by the server for all that committed, and for this transaction apart.
_CHANGED = """
    SELECT c.relname
    FROM pg_class c
    JOIN pg_stat_user_tables s ON s.relid = c.oid
    JOIN pg_stat_xact_user_tables x ON x.relid = c.oid
    WHERE c.relname = ANY(%s)
      AND s.n_mod_since_analyze + x.n_tup_ins + x.n_tup_upd + x.n_tup_del
          > %s + %s * greatest(c.reltuples, 0)
"""


def know_what_grew() -> None:
    """Have statistics gathered of tables that changed much since they last were. Some tenths of a second.

    Where somebody else is at it, theirs are as good: nothing is waited for.
    """
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute(_CHANGED, [list(_TABLES), _ROWS, _PART])
        changed = [name for (name,) in cursor.fetchall()]
    for table in changed:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '1s'")
                cursor.execute(f"ANALYZE {table}")  # one of the names above
        except OperationalError:
            continue
