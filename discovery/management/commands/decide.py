"""``decide``: what a text stands for, decided by a person at the command line."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from discovery.decisions import WrongDecision, decide_recognition, subject_text
from vendors import command_line
from vendors.matching import Channel


class Command(command_line.Command):
    help = (
        "Decide what a text stands for: a product or vendor key, not_ai (its records are sealed), or "
        "'matcher' to give it back. Kept with who and why; holds until decided anew."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("channel", choices=[channel.value for channel in Channel])
        parser.add_argument("text", help="as the source prints it")
        parser.add_argument("answer", help="vendor/product, vendor, not_ai or matcher")
        parser.add_argument("--reason", required=True)

    def handle(self, *args: object, **options: Any) -> None:
        answer = "" if options["answer"] == "matcher" else options["answer"]
        try:
            decision = decide_recognition(
                options["channel"], options["text"], answer, actor="operator", reason=options["reason"]
            )
        except WrongDecision as wrong:
            raise CommandError(str(wrong), returncode=2) from None
        before = decision.before or "nothing stored"
        self.stdout.write(f"{subject_text(decision)}: {before} → {decision.after or 'as the matcher says'}")
