"""What databases keep of a row that is gone, cleared as far as they let us.

Sealing removes readable rows. SQLite overwrites them (``secure_delete``) but its write-ahead log
still holds the pages as they were until it is emptied.
"""

from __future__ import annotations

import contextlib

from django.db import OperationalError, connection


def purge() -> None:
    """Leave no copy of removed rows in the embedded database's journal.

    Does nothing where somebody is reading just now: the next purge empties it.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return
    with contextlib.suppress(OperationalError), connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
