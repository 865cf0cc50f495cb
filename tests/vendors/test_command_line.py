"""Whatever goes wrong with a command is one line on stderr, with the contract's exit status."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import OperationalError

from vendors import command_line


class Counting(command_line.Command):
    """A command that counts, or fails as its database does."""

    fails_with: Exception | None = None
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--number", type=int)

    def handle(self, **options: Any) -> str:
        if self.fails_with:
            raise self.fails_with
        return str(options["number"])


def run(*arguments: str, fails_with: Exception | None = None) -> None:
    command = Counting()
    command.fails_with = fails_with
    command.run_from_argv(["manage.py", "counting", *arguments])


@pytest.mark.parametrize("arguments", [("--number", "many"), ("--numbers", "3"), ("7",)])
def test_wrong_use_is_one_line_and_status_2(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        run(*arguments)
    said = capsys.readouterr()
    assert ended.value.code == 2
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "manage.py counting --help" in said.err


def test_wrong_use_from_code_is_an_error_that_code_can_catch() -> None:
    with pytest.raises(CommandError, match="invalid int value") as wrong:
        call_command(Counting(), "--number", "many")
    assert wrong.value.returncode == 2


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (OperationalError("no such table: discovery_scan"), "run make setup"),
        (OperationalError('relation "discovery_scan" does not exist\nLINE 1: SELECT'), "run make setup"),
        (
            OperationalError("connection refused\n  Is the server running?"),
            "connection refused Is the server",
        ),
    ],
)
def test_a_database_that_cannot_be_used_is_one_line_and_status_1(
    error: Exception, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        run("--number", "3", fails_with=error)
    said = capsys.readouterr().err
    assert ended.value.code == 1
    assert said.count("\n") == 1
    assert sentence in said


def test_nothing_wrong_is_silent_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    run("--number", "3")
    assert capsys.readouterr() == ("3\n", "")
