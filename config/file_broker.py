"""The embedded broker: kombu's transport over files, with messages that appear and vanish whole.

kombu opens a message's file before it writes it, so that a worker may take an empty one and die
of it (celery/kombu#1551); it rewrites its table of queues in the same way. Here a message is
moved into place when it is written, belongs to whoever removes it, and never leaves the data
folder; the tables are read and written under one lock.
"""

from __future__ import annotations

import fcntl
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import filesystem
from kombu.utils.json import dumps, loads


class Channel(filesystem.Channel):
    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:
        message = Path(self.data_folder_out) / f"{time.monotonic_ns():020}-{uuid.uuid4().hex}.{queue}.msg"
        part = message.with_name(f"{message.name}.part")
        part.write_text(dumps(payload), encoding="utf-8")
        part.rename(message)

    def _get(self, queue: str) -> Any:
        for message in sorted(Path(self.data_folder_in).iterdir()):
            if message.name.partition(".")[2] == f"{queue}.msg":
                try:
                    payload = message.read_text(encoding="utf-8")
                    message.unlink()
                except FileNotFoundError:
                    continue  # another worker was first
                return loads(payload)
        raise Empty

    def get_table(self, exchange: str) -> Any:
        with self._tables(fcntl.LOCK_SH):
            return super().get_table(exchange)

    def _queue_bind(self, *where: Any) -> None:
        with self._tables(fcntl.LOCK_EX):
            super()._queue_bind(*where)

    def _delete(self, *where: Any, **kwargs: Any) -> None:
        with self._tables(fcntl.LOCK_EX):
            super()._delete(*where, **kwargs)

    @contextmanager
    def _tables(self, kind: int) -> Iterator[None]:
        with (self.control_folder / "lock").open("a") as lock:
            fcntl.flock(lock, kind)
            yield


class Transport(filesystem.Transport):
    Channel = Channel
