"""``doctor``: what is wrong with this installation and how to mend it."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from inventory.doctor import Severity, examine
from vendors import command_line


class Command(command_line.Command):
    help = "Say what is wrong with this installation and how to mend it; exit 1 where something is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object and nothing else")

    def handle(self, *args: object, **options: Any) -> None:
        findings = examine()
        well = not any(finding.severity == Severity.PROBLEM for finding in findings)
        if options["json"]:
            told = {"well": well, "findings": [asdict(finding) for finding in findings]}
            self.stdout.write(json.dumps(told, indent=2, ensure_ascii=False))
        else:
            for finding in findings:
                self.stdout.write(f"{finding.severity}: {finding.about}: {finding.sentence}")
                self.stdout.write(f"    to mend it: {finding.mend}")
            self.stdout.write("Nothing is wrong." if well else "Something is wrong; see above.")
        if not well:
            sys.exit(1)
