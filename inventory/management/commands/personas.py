"""``personas``: who one can sign in as in the demo."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from inventory.demo import NotADemo, create_personas
from vendors import command_line


class Command(command_line.Command):
    help = "List the demo's accounts; refuses on an installation that is not a demo."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="a JSON array and nothing else")

    def handle(self, *args: object, **options: Any) -> None:
        try:
            personas = create_personas()
        except NotADemo as error:
            raise CommandError(str(error)) from None
        rows = [
            {
                "role": persona.role.value,
                "email": persona.email,
                "password": persona.password,
                "sees": persona.sees,
            }
            for persona in personas
        ]
        if options["json"]:
            self.stdout.write(json.dumps(rows, indent=2, ensure_ascii=False))
            return
        widths = {key: max(len(key), *(len(row[key]) for row in rows)) for key in rows[0]}
        for row in [{key: key for key in widths}, *rows]:
            self.stdout.write("  ".join(row[key].ljust(width) for key, width in widths.items()).rstrip())
