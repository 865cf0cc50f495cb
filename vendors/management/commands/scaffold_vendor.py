"""``scaffold_vendor NAME --domain DOMAIN``: a new vendor's file, and what its names would match."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from vendors import command_line
from vendors.catalog_files import SHIPPED, Catalog, InvalidCatalog, read_catalog
from vendors.corpus import own_rows
from vendors.matching import Matcher
from vendors.scaffold import Draft, answers_today, claimed, refuse, would_take

_SHOWN = 10


class Command(command_line.Command):
    help = "Write the file of a new vendor, show what its names would match, and say what to do next."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="as people call it")
        parser.add_argument("--domain", required=True, help="where its users go, such as example.com")
        parser.add_argument(
            "--capability",
            action="append",
            default=[],
            help="a key of capabilities.toml; the first is primary",
        )
        parser.add_argument("--folder", type=Path, default=SHIPPED, help="default: the shipped catalog")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        draft = Draft(
            name=" ".join(options["name"].split()),
            domain=options["domain"].strip(),
            capabilities=tuple(options["capability"]),
            today=timezone.now().date(),
        )
        try:
            catalog = read_catalog(folder)
            refuse(draft, catalog)
        except InvalidCatalog as invalid:
            raise CommandError(f"No file was written. {invalid}") from invalid
        file = folder / "vendors" / f"{draft.key}.toml"
        try:
            with file.open("x", encoding="utf-8") as new:
                new.write(draft.text())
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}; the file was not written.") from error
        for line in _told(draft, catalog, file):
            self.stdout.write(line)


def _told(draft: Draft, catalog: Catalog, file: Path) -> Iterator[str]:
    yield f"Written: {file}"
    if draft.strength == "common":
        yield f"{draft.name!r} is an ordinary word or very short, so it needs corroboration: marked common."
    yield "\nIn the catalog already:"
    yield from [f"  {line}" for line in claimed(draft, catalog)] or ["  nobody has this name or domain"]
    yield "\nWithout the new file it is taken for:"
    for channel, text, answer in answers_today(draft, Matcher(catalog.entries())):
        taken = answer.product or answer.vendor or answer.none_because or "a tool that the catalog lacks"
        yield f"  {channel:<8} {text}: {answer.decision}, {taken}"
    yield from _corpus(draft, catalog)
    yield "\nNext:"
    steps = [
        f"Fill in {file.name}: other names, legal names, facts with their sources.",
        "manage.py validate_catalog names what is wrong with it.",
        f"manage.py load_catalog, then: printf 'card\\t{draft.name.upper()}\\n' | manage.py match",
        "manage.py evaluate: precision must not fall.",
    ]
    if not draft.capabilities:
        steps.insert(0, "Choose its capabilities from capabilities.toml; the first is what it mainly does.")
    yield from (f"  {number}. {step}" for number, step in enumerate(steps, start=1))


def _corpus(draft: Draft, catalog: Catalog) -> Iterator[str]:
    """What labelled rows say, where they are there."""
    if not (rows := own_rows()):
        return
    found = would_take(draft, Matcher(draft.beside(catalog.entries())), rows)
    yield f"\nOf {len(rows)} labelled rows that mean something else, the new file would take:"
    for row, answer in found[:_SHOWN]:
        kind = "look-alike" if row.hard else row.expected
        yield f"  {answer.decision:<7} {row.id} {row.channel} {row.text} ({kind})"
    if len(found) > _SHOWN:
        yield f"  and {len(found) - _SHOWN} more"
    if not found:
        yield "  none"
