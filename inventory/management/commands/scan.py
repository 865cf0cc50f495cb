"""``scan``: read files, or withdraw what one brought."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone
from tqdm import tqdm

from discovery import scans
from discovery.connectors import CONNECTORS
from discovery.connectors.amounts import CURRENCIES
from discovery.connectors.base import Said
from discovery.models import Scan
from discovery.named_tools import NotNamed, said_of_files
from discovery.outcomes import Outcome, outcome_of
from discovery.rehearsal import rehearse_all
from discovery.sealing import SealBroken, check_key
from discovery.withdrawal import NotWithdrawable, request_withdrawal
from inventory import recompute
from vendors import command_line


class Command(command_line.Command):
    help = "Read files (a folder: every file in it; an archive: every file in it) and find the AI tools."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="*", type=Path, metavar="PATH")
        parser.add_argument(
            "--connector", metavar="NAME", default="", help="instead of recognising the format"
        )
        parser.add_argument(
            "--source", metavar="NAME", default="", help="instead of the connector's own source"
        )
        parser.add_argument(
            "--account", metavar="NAME", default="", help="where the content names no account"
        )
        parser.add_argument(
            "--tool",
            metavar="NAME",
            default="",
            help="whose members lists hold: a name or key of the catalog",
        )
        parser.add_argument(
            "--currency", metavar="CODE", default="", help="of amounts where a file states no currency"
        )
        parser.add_argument(
            "--date-order", choices=("day", "month"), help="what comes first in 03/04 where no row shows it"
        )
        parser.add_argument("--dry-run", action="store_true", help="read and count, store nothing")
        parser.add_argument("--undo", type=int, metavar="ID", help="withdraw a scan whole")
        parser.add_argument("--json", action="store_true", help="an object a line for each file")

    def handle(self, *args: object, **options: Any) -> None:
        _check(options)
        try:
            check_key()
        except SealBroken as error:
            raise CommandError(str(error)) from None
        chosen: dict[str, Any] = {name: options[name] for name in ("connector", "source", "account")}
        chosen["said"] = _said(options)
        if options["undo"] is not None:
            outcomes: Iterator[Outcome] = _undo(options["undo"])
        elif options["dry_run"]:
            outcomes = rehearse_all(options["paths"], **chosen)
        else:
            outcomes = _scan(options["paths"], chosen)
        unwell = 0
        for outcome in outcomes:
            unwell += not outcome.ended_well
            outcome = outcome.at_the_command_line()
            if options["json"]:
                self.stdout.write(json.dumps(outcome.as_dict(), ensure_ascii=False))
            if outcome.error:
                self.stderr.write(outcome.as_complaint())
            elif not options["json"]:
                self.stdout.write(outcome.as_sentence())
        if unwell:
            sys.exit(1)


def _check(options: dict[str, Any]) -> None:
    if options["undo"] is not None:
        if options["paths"]:
            raise CommandError(
                "--undo takes a scan's number and no PATH; leave one of them out", returncode=2
            )
        return
    if not options["paths"]:
        raise CommandError("name at least one file, folder or archive to scan", returncode=2)
    names = {connector.name for connector in CONNECTORS}
    if options["connector"] and options["connector"] not in names:
        raise CommandError(
            f"--connector {options['connector']} does not exist; it is one of {', '.join(sorted(names))}",
            returncode=2,
        )


def _said(options: dict[str, Any]) -> Said:
    """What the options say of files that leave it open."""
    currency = options["currency"].strip().upper()
    if currency and currency not in CURRENCIES:
        raise CommandError(
            f"--currency {options['currency']} is no code of a currency; write it as USD or EUR", returncode=2
        )
    try:
        return said_of_files(tool=options["tool"], currency=currency, date_order=options["date_order"] or "")
    except NotNamed as error:
        raise CommandError(f"--tool: {error}", returncode=2) from None


def _scan(paths: list[Path], chosen: dict[str, Any]) -> Iterator[Outcome]:
    """Open every file's scan, then bring all to their ends: people are worked out once for all."""
    opened: list[int] = []
    for path in paths:
        for found in scans.open_scans(path, by="operator", **chosen):
            if isinstance(found, scans.Failure):
                yield Outcome(file=found.file, error=found.error)
            elif found.pk not in opened:
                opened.append(found.pk)
    with Bars() as bars:
        for scan in scans.run_all(opened, bars.show):
            bars.close()
            yield outcome_of(scan)
    recompute.take_in(timezone.now())


def _undo(number: int) -> Iterator[Outcome]:
    try:
        request_withdrawal(number, by="operator")
    except NotWithdrawable as error:
        raise CommandError(str(error)) from None
    for scan in scans.run_all([number]):
        yield outcome_of(scan)
    recompute.take_in(timezone.now())


class Bars:
    """A progress bar for the file being read; nothing where the output is no terminal."""

    def __init__(self) -> None:
        self._bar: tqdm | None = None
        self._scan: int | None = None

    def __enter__(self) -> Bars:
        return self

    def __exit__(self, *details: object) -> None:
        self.close()

    def show(self, scan: Scan, read: int, expected: int | None) -> None:
        if scan.pk != self._scan:
            self.close()
            name = scan.file_name if len(scan.file_name) <= 40 else f"…{scan.file_name[-39:]}"
            self._bar = tqdm(desc=name, unit=" rows", unit_scale=True, disable=None, leave=False)
            self._scan = scan.pk
        if self._bar is not None:
            self._bar.total = max(expected or read, read)
            self._bar.update(read - self._bar.n)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()
        self._bar = self._scan = None
