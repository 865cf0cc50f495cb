"""What private instances of any service have in common."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

#: Seconds that a service has to answer after its start, and to end after it was told to.
PATIENCE = 60.0


class Unavailable(Exception):
    """One sentence: which service is missing and how to get it."""


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@contextmanager
def temporary_folder(owner: str | None = None) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="penumbra-service-"))
    try:
        if owner:
            shutil.chown(folder, owner)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running(
    command: list[str], log: Path, answers: Callable[[], bool], stop: int, user: str | None = None
) -> Iterator[None]:
    """The service for the duration of the block; it has answered when the block begins."""
    account = {"user": user, "group": user_group(user), "extra_groups": []} if user else {}
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True,
            cwd="/", **account,
        )  # fmt: skip
    try:
        deadline = time.monotonic() + PATIENCE
        while not answers():
            if process.poll() is not None or time.monotonic() > deadline:
                tail = log.read_text(errors="replace")[-600:].strip()
                raise Unavailable(f"{command[0]} does not start: {tail}")
            time.sleep(0.02)
        yield
    finally:
        _end(process, stop)


def _end(process: subprocess.Popen[bytes], how: int) -> None:
    if process.poll() is None:
        process.send_signal(how)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def user_group(user: str) -> int:
    import pwd

    return pwd.getpwnam(user).pw_gid
