"""``connectors``: what can be read."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import CommandParser

from discovery.connectors import CONNECTORS
from vendors import command_line


class Command(command_line.Command):
    help = "List every connector: the kind of source, how it is read, and its name for --connector."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        found = [
            {"name": c.name, "kind": c.kind.value, "reads": list(c.reads), "title": c.title}
            for c in CONNECTORS
        ]
        if options["json"]:
            self.stdout.write(json.dumps(found, indent=2))
            return
        for connector in found:
            self.stdout.write(f"{connector['name']:<24} {connector['kind']:<12} {connector['title']}")
