"""``match``: what texts stand for, asked on stdin, answered on stdout, nothing stored."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from typing import IO, Any

from django.core.management.base import CommandError, CommandParser
from django.db import DatabaseError

from discovery.questions import Question, UnreadableQuestion, answer, as_line, no_answer, read_question
from discovery.recognise import Recogniser
from vendors import command_line
from vendors.catalog_index import names
from vendors.plan_prices import list_prices

#: Bytes. A question is a short text; a longer line is some other file.
_LONGEST_LINE = 1_000_000


class Command(command_line.Command):
    help = (
        "Read one question a line from stdin (channel<TAB>text, or a JSON object) and answer each in order, "
        "from the catalog and this installation's decisions. Nothing is stored."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="answer with one JSON object a line")

    def handle(self, *args: Any, **options: Any) -> None:
        recogniser, called, prices = _catalog()
        lines = bad = 0
        try:
            for number, question in enumerate(_questions(sys.stdin.buffer), 1):
                lines = number
                if isinstance(question, UnreadableQuestion):
                    bad += 1
                    self.stderr.write(f"line {number}: {question}.")
                    found = no_answer(question)
                else:
                    found = answer(question, recogniser, called, prices)
                self.stdout.write(json.dumps(found) if options["json"] else as_line(found))
                self.stdout.flush()  # whoever asks line by line waits for this one
        except BrokenPipeError:  # the reader has seen enough; nothing is left to be flushed to it
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return
        if bad:
            raise CommandError(f"{bad} of {lines} lines could not be read as questions.")


def _catalog() -> tuple[Recogniser, dict[str, Any], dict[str, Any]]:
    try:
        recogniser, called, prices = Recogniser(), names(), list_prices()
    except DatabaseError as error:
        raise CommandError("The database has no tables yet: run make setup.") from error
    if not recogniser.catalog:
        raise CommandError("No catalog is loaded: run manage.py load_catalog.")
    return recogniser, called, prices


def _questions(stdin: IO[bytes]) -> Iterator[Question | UnreadableQuestion]:
    """Each line's question as soon as the line is there, or what is wrong with it."""
    while line := stdin.readline(_LONGEST_LINE):
        try:
            if len(line) == _LONGEST_LINE and not line.endswith(b"\n"):
                while (rest := stdin.readline(_LONGEST_LINE)) and not rest.endswith(b"\n"):
                    pass
                raise UnreadableQuestion("the line is longer than a million bytes")
            yield read_question(line.decode("utf-8"))
        except UnicodeDecodeError:
            yield UnreadableQuestion("not UTF-8; save the questions as UTF-8")
        except UnreadableQuestion as unreadable:
            yield unreadable
