"""A private Redis server."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import redis

from tests.services.instances import Unavailable, free_port, running, temporary_folder
from tests.services.packages import install


@contextmanager
def redis_server() -> Iterator[str]:
    """The URL of a server of its own. Raises Unavailable where there is none to be had."""
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    if program is None:
        install("redis-server")
        program = shutil.which("redis-server")
    if program is None:
        raise Unavailable("Redis was installed and redis-server is not found; put its folder on the PATH")
    with temporary_folder() as folder:
        port = free_port()
        command = [program, "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder)]
        command += ["--save", "", "--appendonly", "no", "--databases", "16"]
        with running(command, folder / "log", lambda: _answers(port), signal.SIGTERM):
            yield f"redis://127.0.0.1:{port}/0"


def _answers(port: int) -> bool:
    try:
        with redis.Redis(host="127.0.0.1", port=port, socket_connect_timeout=2) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False
