"""``catalog facts``: how much the catalog knows, and on what it rests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from vendors import command_line
from vendors.catalog_index import catalog_version
from vendors.fact_counts import WELL_KNOWN, FactCounts, count_facts
from vendors.risk_attributes import attributes

_BASIS_WORDS = {
    "vendor": "first hand (the maker says so)",
    "secondary": "second hand (somebody else says so)",
    "general-knowledge": "general knowledge, unchecked",
}


class Command(command_line.Command):
    help = "Tell what the loaded catalog knows."

    def add_arguments(self, parser: CommandParser) -> None:
        parts = parser.add_subparsers(dest="part", required=True, metavar="facts")
        facts = parts.add_parser("facts", help="count facts by basis and attribute")
        facts.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        if not catalog_version():
            raise CommandError("No catalog is loaded: run manage.py load_catalog.")
        counts = count_facts(timezone.now().date())
        if options["json"]:
            self.stdout.write(json.dumps({"facts": counts.facts, "prices": counts.prices} | asdict(counts)))
        else:
            self.stdout.write("\n".join(_table(counts)))


def _table(counts: FactCounts) -> Iterator[str]:
    yield (
        f"{_counted(counts.facts, 'fact')} and {_counted(counts.prices, 'list price')}; "
        f"{counts.history} more {'is' if counts.history == 1 else 'are'} history."
    )
    yield f"{'':<44}{'facts':>8}{'prices':>8}"
    for basis, words in _BASIS_WORDS.items():
        yield f"{words:<44}{counts.by_basis[basis]:>8}{counts.prices_by_basis[basis]:>8}"
    yield ""
    for key, count in counts.by_attribute.items():
        yield f"{attributes()[key].name:<44}{count:>8}"
    yield ""
    have = "has a fact, its" if counts.with_facts == 1 else "have a fact, their"
    yield f"{counts.with_facts} of {_counted(counts.products, 'product')} {have} maker's among them."
    yield (
        f"With {WELL_KNOWN} sourced facts or more: {counts.well_known}; "
        f"where sourced list prices count too: {counts.well_known_with_prices}."
    )
    yield f"Stale, last looked at more than 180 days ago: {counts.stale}."


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
