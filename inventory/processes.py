"""Child processes that end with this one, however it ends: a worker, a web server.

Each has a process group of its own, so that what it starts ends with it and a Ctrl-C at the
terminal comes to this process alone, which then ends the others in order.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

#: Seconds that a process has to end after it was told to; work that is cut off is resumed later.
PATIENCE = 5.0
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_PR_SET_PDEATHSIG = 1  # prctl(2)


class ChildDied(Exception):
    """One sentence: which process ended by itself, and where its last words are."""


class Stopped(BaseException):
    """This process was told to end."""


class Processes:
    """A context in which SIGINT, SIGTERM and SIGHUP raise Stopped, and whose end ends every process."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._before: dict[int, object] = {}

    def __enter__(self) -> Processes:
        for number in _SIGNALS:
            self._before[number] = signal.signal(number, _stop)
        return self

    def __exit__(self, *details: object) -> None:
        for number in _SIGNALS:  # told twice: we are at it
            signal.signal(number, signal.SIG_IGN)
        self._end_all()
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def start(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
        """Start a process; what it says goes to ``<name>.log`` in the folder of logs."""
        with (self._logs / f"{name}.log").open("wb") as log:
            self._running[name] = subprocess.Popen(
                command,
                env={**os.environ, **environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_end_with_parent if sys.platform == "linux" else None,
            )

    def check(self) -> None:
        """Raises ChildDied where a process has ended by itself."""
        for name, process in self._running.items():
            if process.poll() is not None:
                raise ChildDied(
                    f"the {name} ended by itself (status {process.returncode}); "
                    f"its last words are in {self._logs / f'{name}.log'}"
                )

    def wait(self, seconds: float) -> None:
        """Let time pass, and raise as ``check`` does."""
        time.sleep(seconds)
        self.check()

    def _end_all(self) -> None:
        for process in self._running.values():
            _signal(process, signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE
        for process in self._running.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, deadline - time.monotonic()))
        for process in self._running.values():
            _signal_group(process, signal.SIGKILL)  # and whatever it left behind
            process.wait()


def _stop(number: int, frame: object) -> None:
    raise Stopped


def _signal(process: subprocess.Popen[bytes], number: int) -> None:
    if process.poll() is None:
        process.send_signal(number)


def _signal_group(process: subprocess.Popen[bytes], number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def _end_with_parent() -> None:
    """Be told to end when the parent is gone, even where it was killed outright. Linux only."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
