"""``load_catalog``: bring the database in line with the shipped data files."""

from __future__ import annotations

import gc
from typing import Any

from django.core.management.base import CommandError, CommandParser

from vendors import command_line
from vendors.catalog_files import InvalidCatalog
from vendors.load import Changes, load_catalog


class Command(command_line.Command):
    help = "Load the shipped catalog of vendors and products. Safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--again", action="store_true", help="compare every row, even where the files were loaded before"
        )

    def handle(self, *args: Any, again: bool, **options: Any) -> None:
        gc.disable()  # it would look through all that is read a hundred times over: a fifth of the work
        try:
            changes = load_catalog(again=again)
        except InvalidCatalog as invalid:
            raise CommandError(f"The catalog was not loaded. {invalid}") from invalid
        finally:
            gc.enable()
        self.stdout.write("\n".join(_report(changes)))


def _report(changes: Changes) -> list[str]:
    if changes.set_aside:
        return [f"Catalog: nothing changed; {changes.set_aside}. Apply a newer pack."]
    if not changes:
        lines = ["Catalog: nothing changed."]
    else:
        lines = [
            f"Catalog: {len(changes.added)} products added, {len(changes.changed)} changed, "
            f"{len(changes.withdrawn)} withdrawn; {len(changes.vendors)} vendors added or changed; "
            f"facts of {len(changes.facts)} added or changed."
        ]
        # A first load adds everything; the count says it better than hundreds of lines.
        few = 40
        for verb, keys in (
            ("added", changes.added),
            ("changed", changes.changed),
            ("withdrawn", changes.withdrawn),
            ("other facts", changes.facts),
        ):
            lines += [f"  {verb}: {key}" for key in keys[:few]]
            if len(keys) > few:
                lines.append(f"  {verb}: {len(keys) - few} more")
    lines += [
        f"  kept: {key} was added here before the catalog had it; the local one stays"
        for key in changes.kept_local
    ]
    return lines
