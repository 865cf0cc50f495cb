"""What all commands have in common: whatever goes wrong is one line on stderr, and no traceback.

Exit status 2 for wrong use, 1 for work that failed, 0 otherwise.
"""

from __future__ import annotations

from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, ProgrammingError

#: How SQLite and Postgres say that a table is missing.
_NO_TABLE = ("no such table", "no such column", "does not exist")


class Command(BaseCommand):
    """The base of every command.

    None runs Django's checks first: they import every page and the whole API, seconds that no answer
    needs, and say nothing of the installation. ``make check`` runs them, and ``doctor`` looks at the rest.
    """

    requires_system_checks: list[str] = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)

        def wrong_use(message: str) -> NoReturn:
            if parser.called_from_command_line:
                parser.exit(2, f"{subcommand}: {message}; see manage.py {subcommand} --help\n")
            raise CommandError(message, returncode=2)

        parser.error = wrong_use
        return parser

    def execute(self, *args: Any, **options: Any) -> str | None:
        try:
            return super().execute(*args, **options)
        except (OperationalError, ProgrammingError) as error:
            raise CommandError(_sentence(error)) from error


def _sentence(error: Exception) -> str:
    said = " ".join(str(error).split())
    if any(mark in said for mark in _NO_TABLE):
        return "the database has no tables yet, or those of another version: run make setup"
    return f"the database cannot be used: {said[:200]}"
