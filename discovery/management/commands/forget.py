"""``forget``: destroy what is kept no longer than it may be."""

from __future__ import annotations

import re
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from discovery.retention import forget, forget_months
from vendors import command_line


class Command(command_line.Command):
    help = (
        "Destroy the sealing keys of months and delete the records beyond retention, and rejected rows "
        "older than 30 days; "
        "beat does the same every day. What is forgotten cannot be brought back."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--month", action="append", metavar="YYYY-MM", help="this month's keys, at once")

    def handle(self, *args: object, **options: Any) -> None:
        months = tuple(options["month"] or ())
        for month in months:
            if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", month):
                raise CommandError(f"--month {month} is not a month; write it like 2026-01", returncode=2)
        if months:
            self.stdout.write(f"{forget_months(months)} keys of {', '.join(months)} are destroyed.")
            return
        forgotten = forget(timezone.now())
        said = ", ".join(forgotten.months) or "no month"
        self.stdout.write(
            f"Keys destroyed: {said}. Rejected rows deleted: {forgotten.rejected_rows}. "
            f"Records deleted: {forgotten.records}."
        )
