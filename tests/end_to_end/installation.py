"""A whole installation of its own for a test: data folder, database, broker, commands, workers.

Everything goes through the command line and real processes, as on a company's machine. The
database is SQLite in the folder, or a fresh one on the server that DATABASE_URL names; the broker
is the folder's, or a fresh number of the Redis that REDIS_URL names.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg

PROJECT = Path(__file__).resolve().parent.parent.parent
DATABASE_URL = os.environ.get("DATABASE_URL", "")
REDIS_URL = os.environ.get("REDIS_URL", "")


#: What a new installation's database is copied from, once the first of this process is made.
_template: list[Any] = []


class Failed(AssertionError):
    """A command ended otherwise than it should."""


class Installation:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.data.mkdir(parents=True)
        self.log = folder / "worker.log"
        self.environment = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith(("DJANGO_", "PENUMBRA_", "DATABASE_", "REDIS_"))
        } | {"PENUMBRA_DATA": str(self.data), "DJANGO_SECRET_KEY": "a" * 50, "PENUMBRA_SEALING_KEY": "b" * 64}
        self._database = ""
        if DATABASE_URL.startswith("postgres"):
            self._database = f"penumbra_{uuid.uuid4().hex[:12]}"
            self.environment["DATABASE_URL"] = DATABASE_URL.rsplit("/", 1)[0] + f"/{self._database}"
        if REDIS_URL:
            self.environment["REDIS_URL"] = REDIS_URL.rsplit("/", 1)[0] + f"/{1 + os.getpid() % 14}"
        self._workers: list[subprocess.Popen[bytes]] = []
        if self._database:
            self._set_up_on_server()
        else:
            self._set_up_in_folder()

    # --- setting up ---------------------------------------------------------------------------------

    def _set_up(self) -> None:
        self.manage("migrate", "-v", "0")
        self.manage("load_catalog")

    def _set_up_in_folder(self) -> None:
        """Migrations and catalog take seconds: once a process of tests, then copied."""
        database = self.data / "penumbra.sqlite3"
        if _template and _template[0].exists():
            shutil.copy(_template[0], database)
            return
        self._set_up()
        kept = Path(tempfile.mkdtemp(prefix="penumbra-template-")) / database.name
        atexit.register(shutil.rmtree, kept.parent, ignore_errors=True)
        shutil.copy(database, kept)
        _template[:] = [kept]

    def _set_up_on_server(self) -> None:
        with psycopg.connect(DATABASE_URL, autocommit=True) as connection:
            if _template:
                connection.execute(f'CREATE DATABASE "{self._database}" TEMPLATE "{_template[0]}"')
                return
            connection.execute(f'CREATE DATABASE "{self._database}"')
            self._set_up()
            kept = f"{self._database}_template"
            connection.execute(f'CREATE DATABASE "{kept}" TEMPLATE "{self._database}"')
            _template[:] = [kept]

    # --- commands -----------------------------------------------------------------------------------

    def manage(self, *arguments: str | Path, status: int = 0, **environment: str) -> str:
        """Run a command to its end; its standard output."""
        done = subprocess.run(
            [sys.executable, "manage.py", *map(str, arguments)],
            cwd=PROJECT,
            env=self.environment | environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != status:
            raise Failed(f"{arguments[0]} ended with {done.returncode}, not {status}: {done.stderr[-3000:]}")
        return done.stdout

    def scan(self, *arguments: str | Path, status: int = 0) -> list[dict[str, Any]]:
        told = self.manage("scan", *arguments, "--json", status=status)
        return [json.loads(line) for line in told.splitlines()]

    def export(self, what: str, *arguments: str) -> list[dict[str, Any]]:
        return json.loads(self.manage("export", what, "--format", "json", *arguments))

    def figures(self) -> dict[str, Any]:
        """All that an installation says to other programs."""
        return json.loads(self.python("from tests.end_to_end.figures import figures; print(figures())"))

    def scans(self) -> int:
        return self._counted("SELECT count(*) FROM discovery_scan")

    def unfinished(self) -> int:
        """How many scans have not ended."""
        states = ", ".join(f"'{s}'" for s in ("waiting", "reading", "merging", "deriving", "withdrawing"))
        return self._counted(f"SELECT count(*) FROM discovery_scan WHERE state IN ({states})")

    def settled(self) -> bool:
        """Whether every scan has ended and all that follows from them is worked out."""
        to_do = "discovery_scan WHERE applied_at IS NULL", "discovery_changedtool", "inventory_tooltocheck"
        return not any(self._counted(f"SELECT count(*) FROM {rows}") for rows in to_do)

    def _counted(self, counted: str) -> int:
        """Asked of the database itself, since a command takes seconds."""
        if self._database:
            with psycopg.connect(self.environment["DATABASE_URL"]) as connection:
                return int(connection.execute(counted).fetchone()[0])
        with contextlib.closing(sqlite3.connect(self.data / "penumbra.sqlite3", timeout=30)) as connection:
            return int(connection.execute(counted).fetchone()[0])

    def python(self, code: str) -> str:
        """Run a piece of code inside the installation."""
        return self.manage("shell", "-v", "0", "-c", code)

    # --- workers ------------------------------------------------------------------------------------

    def start_worker(self, application: str = "config") -> subprocess.Popen[bytes]:
        """A real worker with the clock that sweeps, in a process group of its own."""
        with self.log.open("ab") as log:
            worker = subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", application, "worker", "-B", "-c", "1",
                 "-l", "WARNING", "-s", str(self.folder / f"beat-{uuid.uuid4().hex}")],
                cwd=PROJECT, env=self.environment, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        self._workers.append(worker)
        return worker

    @staticmethod
    def kill(worker: subprocess.Popen[bytes]) -> None:
        """As a power cut would: no process of the group gets a chance to clean up."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()

    @contextlib.contextmanager
    def _workers_held_still(self) -> Iterator[None]:
        """No worker takes a step inside: a broker's files come and go even when there is nothing to scan."""
        alive = [worker for worker in self._workers if worker.poll() is None]
        for worker in alive:
            os.killpg(worker.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for worker in alive:
                os.killpg(worker.pid, signal.SIGCONT)

    def close(self) -> None:
        for worker in self._workers:
            if worker.poll() is None:
                self.kill(worker)
        if self._database:
            with psycopg.connect(DATABASE_URL, autocommit=True) as connection:
                connection.execute(f'DROP DATABASE "{self._database}" WITH (FORCE)')

    def bytes_at_rest(self) -> Iterator[tuple[str, bytes]]:
        """(where, content) of everything that is kept: files of the folder, tables of the server."""
        with self._workers_held_still():
            for path in sorted(self.folder.rglob("*")):
                if path.is_file():
                    yield str(path.relative_to(self.folder)), path.read_bytes()
        if self._database:
            with psycopg.connect(self.environment["DATABASE_URL"]) as connection:
                tables = connection.execute(
                    "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
                ).fetchall()
                for (table,) in tables:
                    # Binary, so that what stands in a column of bytes is seen as it is.
                    with connection.cursor().copy(f'COPY "{table}" TO STDOUT (FORMAT binary)') as copy:
                        yield table, b"".join(copy)


def until(condition: Callable[[], bool], what: str, seconds: float = 120) -> None:
    """Look until a condition holds; fails where it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise Failed(f"{what} did not happen within {seconds:.0f} s")
        time.sleep(0.05)
