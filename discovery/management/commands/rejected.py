"""``rejected``: rows that could not be read, with the row itself: for the operator, no page shows it."""

from __future__ import annotations

import csv
import os
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any, TextIO

from django.core.management.base import CommandError

from discovery.models import Source
from discovery.rejected import Rejected, rejected_rows
from discovery.sealing import SealBroken
from discovery.spreadsheet_cells import harmless
from vendors import command_line

_COLUMNS = ("file", "line", "reason", "row")
#: Characters of a row that the table shows; the CSV has it whole.
_SHOWN = 100


class Command(command_line.Command):
    help = "List rejected rows: file, line, reason, and the row with credentials removed. Kept for 30 days."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--source", metavar="NAME", default="", help="rows of this source only")
        parser.add_argument("--format", choices=["table", "csv"], default="table")

    def handle(self, *args: object, **options: Any) -> None:
        name = options["source"]
        if name and not Source.objects.filter(name=name).exists():
            known = ", ".join(Source.objects.order_by("name").values_list("name", flat=True))
            raise CommandError(
                f"--source {name} does not exist; it is one of: {known or 'none yet'}", returncode=2
            )
        write = _write_csv if options["format"] == "csv" else _write_table
        try:
            write(rejected_rows(name), self.stdout)
            self.stdout.flush()
        except SealBroken as error:
            raise CommandError(str(error)) from None
        except BrokenPipeError:
            # The reader has seen enough; a second complaint at exit would be noise.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class _Lines:
    """What the csv module writes to: each line as it is, with no ending added."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def write(self, line: str) -> None:
        self._out.write(line, ending="")


def _write_csv(rows: Iterator[Rejected], out: TextIO) -> None:
    writer = csv.writer(_Lines(out))  # CR LF: Python then quotes a lone CR too
    writer.writerow(_COLUMNS)
    for row in rows:
        writer.writerow([harmless(row.file), row.line, harmless(row.reason), harmless(row.row)])


def _write_table(rows: Iterator[Rejected], out: TextIO) -> None:
    row = None
    for row in rows:
        out.write(f"{row.file}, line {row.line}: {row.reason}")
        out.write(f"    {_on_one_line(row.row)}")
    if row is None:
        out.write("No row was rejected.")


def _on_one_line(row: str) -> str:
    """The beginning of a row; what could steer a terminal is left out."""
    shown = " ".join("".join(c if c.isprintable() else " " for c in row).split())
    return shown if len(shown) <= _SHOWN else f"{shown[: _SHOWN - 1]}…"
