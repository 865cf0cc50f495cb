"""``make test``: everything on the embedded default, then what touches the database on Postgres and Redis.

Arguments are handed to pytest in both runs.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from tests.services.chromium import have_chromium
from tests.services.instances import Unavailable
from tests.services.postgres import postgres
from tests.services.redis_server import redis_server

PROJECT = Path(__file__).resolve().parent.parent
#: Run in this many processes at once: the machine's cores, of which a test may use two itself.
_PROCESSES = str(min(os.cpu_count() or 1, 4))
#: pytest's own word for "no test was selected".
_NOTHING_SELECTED = 5
#: Not handed on: services are those that are started here, and without bytecode kept beside the code
#: every process of the run, of which there are a hundred, compiles the project anew.
_OUTSIDE = ("DATABASE_URL", "REDIS_URL", "PYTHONDONTWRITEBYTECODE")


def main(arguments: list[str]) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # services are stopped on the way out
    have_chromium()
    runs = []
    print("\n=== SQLite and files, as installed by default", flush=True)
    runs.append(("SQLite, files", *_pytest(["-m", "not postgres", *arguments], {})))
    try:
        with ExitStack() as services:
            elsewhere = {
                "DATABASE_URL": services.enter_context(postgres()),
                "REDIS_URL": services.enter_context(redis_server()),
            }
            print("\n=== Postgres and Redis, what touches the database", flush=True)
            runs.append(("Postgres, Redis", *_pytest(["--only-database", *arguments], elsewhere)))
    except Unavailable as missing:
        print(missing, file=sys.stderr)
        runs.append(("Postgres, Redis", 1, "not run"))
    print()
    for name, status, closing in runs:
        print(f"{name + ':':<17}{closing}{'' if status == 0 else '   FAILED'}")
    return max(status for _, status, _ in runs)


def _pytest(arguments: list[str], services: dict[str, str]) -> tuple[int, str]:
    """pytest's exit status and closing line; its output is shown as it comes."""
    environment = {name: value for name, value in os.environ.items() if name not in _OUTSIDE}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-n",
        _PROCESSES,
        "--dist",
        "loadfile",
        "--no-loadscope-reorder",  # tests/distribution.py has the order
        "--durations",
        "15",
        *arguments,
    ]
    closing = "no output"
    with subprocess.Popen(
        command, cwd=PROJECT, env=environment | services, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            closing = line.strip(" =\n") or closing
    status = process.returncode
    return (0 if status == _NOTHING_SELECTED and arguments else status), closing


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
