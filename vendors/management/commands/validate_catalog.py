"""``validate_catalog``: check the data files; every fault with its file and key."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from vendors import command_line
from vendors.catalog_files import SHIPPED, InvalidCatalog, problems, problems_of_days, read_catalog
from vendors.corpus import look_alike_problems, own_rows
from vendors.fact_files import count_stale
from vendors.word_lists import REMEDY, unlisted_words


class Command(command_line.Command):
    help = "Check the catalog's data files. Needs no database."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "folder", nargs="?", type=Path, default=SHIPPED, help="default: the shipped catalog"
        )

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        today = timezone.now().date()
        try:
            catalog = read_catalog(folder)
            found = [
                *problems(catalog),
                *problems_of_days(catalog, today),
                *look_alike_problems(catalog, own_rows()),
            ]
        except InvalidCatalog as invalid:
            found = invalid.problems
        if found:
            for problem in found:
                self.stderr.write(problem)
            raise CommandError(f"The catalog has {len(found)} problem{'s' if len(found) > 1 else ''}.")
        products = sum(1 for _ in catalog.products())
        facts = sum(len(stated.facts) for stated in catalog.stated())
        self.stdout.write(
            f"The catalog is sound: {products} products of {len(catalog.vendors)} vendors, {facts} facts."
        )
        if folder == SHIPPED and (unlisted := unlisted_words(catalog.entries())):
            self.stdout.write(
                f"Warning: {len(unlisted)} words of common names are not in name_frequencies.txt, as "
                f"{', '.join(unlisted[:3])}: {REMEDY}."
            )
        if old := count_stale(catalog.stated(), today):
            self.stdout.write(
                f"Warning: facts, plans and prices last looked at more than 180 days ago: {old}."
            )
