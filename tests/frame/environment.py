"""Running the project's own programs as somebody at a shell does, apart from this test run."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
_OURS = ("DJANGO_", "PENUMBRA_", "DATABASE_URL", "REDIS_URL", "PORT")


def environment(data: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    return {**kept, "PENUMBRA_DATA": str(data), **more}


def run(*command: str, data: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """A Python program of the project, to its end."""
    return subprocess.run(
        [sys.executable, *command],
        cwd=PROJECT, env=environment(data, **more), capture_output=True, text=True, check=False,
    )  # fmt: skip


def until(condition: Callable[[], object], what: str, seconds: float = 120) -> None:
    """Look until a condition holds; fails where it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s: {what}"
        time.sleep(0.05)


def one_sentence(text: str) -> bool:
    return text.count("\n") == 1 and "Traceback" not in text
