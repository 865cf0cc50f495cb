"""``bench``: what people wait for, measured beside a baseline in the same run."""

from __future__ import annotations

import json
import signal
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import CommandError

from bench.benchmarks import BENCHMARKS
from bench.child import MeasurementFailed
from bench.private_postgres import Unavailable
from bench.results import Result, as_table
from vendors import command_line


class Command(command_line.Command):
    help = "Measure this machine: each benchmark as a ratio against its baseline in the same run."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHMARKS)}")
        parser.add_argument("--rows", type=int, metavar="N", help="for a quick run, instead of the full size")
        parser.add_argument("--json", action="store_true", help="a list of objects")

    def handle(self, *args: object, **options: Any) -> None:
        for name in options["names"]:
            if name not in BENCHMARKS:
                raise CommandError(
                    f"there is no benchmark {name}; it is one of {', '.join(BENCHMARKS)}", returncode=2
                )
        if options["rows"] is not None and options["rows"] < 100:
            raise CommandError("--rows must be at least 100", returncode=2)
        size = {} if options["rows"] is None else {"rows": options["rows"]}
        with _ended_tidily():
            results, failed = self._measure(options["names"] or list(BENCHMARKS), size)
        if options["json"]:
            self.stdout.write(json.dumps([result.as_dict() for result in results], ensure_ascii=False))
        elif results:
            self.stdout.write(as_table(results))
        if failed:
            sys.exit(1)

    def _measure(self, names: list[str], size: dict[str, int]) -> tuple[list[Result], bool]:
        """All results, and whether a benchmark failed; what is left out or failed is said on stderr."""
        results: list[Result] = []
        failed = False
        for name in names:
            try:
                results.extend(BENCHMARKS[name](**size))
            except Unavailable as missing:
                self.stderr.write(f"{name} is left out: {missing}")
            except MeasurementFailed as error:
                failed = True
                self.stderr.write(f"{name}: {error}")
        return results, failed


@contextmanager
def _ended_tidily() -> Iterator[None]:
    """Told to end, stop the private server and throw the folders away first."""
    before = signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
