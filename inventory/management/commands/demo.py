"""``demo``: the sample company, read by a real worker and served on this machine until Ctrl-C."""

from __future__ import annotations

import http.client
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils import timezone
from tqdm import tqdm

from discovery import sample_company
from inventory import demo, demo_company
from inventory.processes import ChildDied, Processes, Stopped
from vendors import command_line

_LOOK_AGAIN = 0.2
#: Seconds that the pages have to answer after their server's start.
_PATIENCE = 60.0
_WORKER = ("-m", "celery", "-A", "config", "worker", "--beat", "--concurrency", "1", "--loglevel", "WARNING")
_WEB = (
    "-m",
    "gunicorn",
    "config.wsgi",
    "--preload",
    "--no-control-socket",
    "--workers",
    "2",
    "--threads",
    "4",
)


class Command(command_line.Command):
    help = "Set up the sample company, scan its files with a worker and serve the pages until Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: object, **options: Any) -> None:
        logs = Path(settings.PENUMBRA["DATA_DIR"]) / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        try:
            with Processes(logs) as processes:
                self._run(processes, options["port"])
        except Stopped:
            return
        except (ChildDied, demo_company.Refused) as error:
            raise CommandError(str(error)) from None

    def _run(self, processes: Processes, port: int) -> None:
        demo_company.claim()
        personas = demo.create_personas()
        if not demo_company.written():
            self._say(f"Writing the files of {sample_company.NAME}, a made-up company")
        files = demo_company.files(timezone.localdate())
        address = f"127.0.0.1:{port}"
        processes.start("worker", [sys.executable, *_WORKER], {})
        processes.start("web-server", [sys.executable, *_WEB, "--bind", address], {})
        scans = demo_company.open_scans(files)
        if not demo_company.progress(scans).finished:
            self._say(f"Scanning {len(scans)} files with a worker, as it would scan yours")
            _show(scans, processes)
        for sentence in demo_company.failures(scans):
            self.stderr.write(sentence)
        demo.name_personas()
        _wait_for_pages(address, processes)
        self.stdout.write("")
        self.stdout.write(_table([("role", "e-mail", "password", "sees")] + [_row(p) for p in personas]))
        self.stdout.write(f"\nReady: http://{address}/")
        self.stdout.flush()
        while True:
            processes.wait(_LOOK_AGAIN)

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def _show(scans: list[int], processes: Processes) -> None:
    """A progress bar over all files; nothing where the output is no terminal."""
    first = demo_company.progress(scans)
    with tqdm(
        total=first.files, initial=first.files_done, unit=" files", desc="Scanning",
        file=sys.stdout, disable=None,
    ) as bar:  # fmt: skip
        for now in demo_company.watch(scans, lambda: processes.wait(_LOOK_AGAIN)):
            bar.update(now.files_done - bar.n)
            bar.set_postfix_str(f"{now.rows:,} rows {now.file[-30:]}")


def _wait_for_pages(address: str, processes: Processes) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not _answers(address):
        if time.monotonic() > deadline:
            raise ChildDied(f"the pages at {address} do not answer; see the logs in the data folder")
        processes.wait(_LOOK_AGAIN)


def _answers(address: str) -> bool:
    """Whether the page to sign in at is served."""
    connection = http.client.HTTPConnection(address, timeout=10)
    try:
        connection.request("GET", "/accounts/login/")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _row(persona: demo.Persona) -> tuple[str, str, str, str]:
    return persona.role.value, persona.email, persona.password, persona.sees


def _table(rows: list[tuple[str, ...]]) -> str:
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )
