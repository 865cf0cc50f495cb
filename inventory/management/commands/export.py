"""``export``: the inventory and what is behind it, for other programs."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.core.management.base import CommandError
from django.utils import timezone

from inventory.exports import EXPORTS, coverage
from inventory.exports.for_readers import NotForReader, export_for
from inventory.exports.period import INCLUDABLE, Period, Row, WrongPeriod
from inventory.exports.writers import WRITERS, Sheet, write_xlsx
from vendors import command_line


class Command(command_line.Command):
    help = "Export the inventory, spend, people, flags, overlap, records, or the coverage of all these."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=sorted(EXPORTS))
        parser.add_argument("--format", choices=sorted(WRITERS), default="csv")
        parser.add_argument("--since", metavar="DATE", help="first day, YYYY-MM-DD")
        parser.add_argument("--until", metavar="DATE", help="last day, YYYY-MM-DD")
        parser.add_argument("--include", metavar="LIST", default="", help="review,unknown; spend only")
        parser.add_argument("--as", metavar="EMAIL", help="only what this account may read, as it reads it")
        parser.add_argument("-o", "--output", metavar="FILE", help="instead of standard output")

    def handle(self, *args: object, **options: Any) -> None:
        export = EXPORTS[options["what"]]
        period = _period(options)
        write = partial(_write, options["format"], options["what"])
        try:
            if options["as"]:
                reader = _account(options["as"])
                columns, rows = export_for(reader, options["what"], period, timezone.now())
                _, gaps = export_for(reader, "coverage", period, timezone.now())
            else:
                columns, rows = export.columns(period), export.rows(period)
                gaps = coverage.rows(period)
            if options["output"]:
                _to_file(Path(options["output"]), lambda out: write(columns, rows, gaps, out))
            else:
                write(columns, rows, gaps, sys.stdout.buffer)
                sys.stdout.buffer.flush()
        except (WrongPeriod, NotForReader) as error:
            raise CommandError(str(error), returncode=2) from None
        except BrokenPipeError:
            # The reader has seen enough; a second complaint at exit would be noise.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _write(
    form: str, what: str, columns: Sequence[str], rows: Iterable[Row], gaps: Iterable[Row], out: BinaryIO
) -> None:
    """A workbook has a sheet more for what the rows leave out; else that is ``export coverage``."""
    if form == "xlsx" and what != "coverage":
        write_xlsx(columns, rows, out, Sheet("Coverage", coverage.COLUMNS, gaps))
    else:
        WRITERS[form](columns, rows, out)


def _to_file(path: Path, write: Any) -> None:
    """Write beside the file and move it into place: it is whole or it is not there."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as out:
            write(out)
        part.replace(path)
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}; name another file with -o") from None
    finally:
        part.unlink(missing_ok=True)


def _account(email: str) -> AbstractUser:
    user = get_user_model().objects.filter(email__iexact=email).first()
    if user is None:
        raise CommandError(f"nobody has an account with the address {email}", returncode=2)
    return user


def _period(options: dict[str, Any]) -> Period:
    since, until = _day("--since", options["since"]), _day("--until", options["until"])
    if since and until and until < since:
        raise CommandError(f"--until {until} is before --since {since}; swap them", returncode=2)
    include = frozenset(word.strip() for word in options["include"].split(",") if word.strip())
    if strange := sorted(include - set(INCLUDABLE)):
        raise CommandError(
            f"--include does not know {strange[0]}; it takes {' and '.join(INCLUDABLE)}", returncode=2
        )
    if include and options["what"] != "spend":
        raise CommandError(
            f"--include is for spend; {options['what']} has nothing to include, leave it out", returncode=2
        )
    return Period(since, until, include)


def _day(option: str, text: str | None) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"{option} {text} is not a day; write it like 2026-01-31", returncode=2) from None
