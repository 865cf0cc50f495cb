"""Scores recognition on labelled rows: ``manage.py evaluate [FILE.tsv] [--without-mcc] [--json]``."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from vendors import command_line
from vendors.catalog_index import catalog_version, load_matcher
from vendors.matching.evaluation import Evaluation, Tally, UnreadableLabels, evaluate, read_labelled

_SHOWN = 40
#: In a checkout of the project; an installation that is without it names a file.
_OWN_CORPUS = Path(__file__).resolve().parents[3] / "tests" / "corpus" / "plain.tsv"


class Command(command_line.Command):
    help = "Score the matcher on labelled rows: tab-separated, expected is a product, a vendor or none."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", nargs="?", type=Path, help="labelled rows; without it the project's own corpus"
        )
        parser.add_argument(
            "--without-mcc", action="store_true", help="leave merchant categories out, as many banks do"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"] or _OWN_CORPUS
        if not catalog_version():
            raise CommandError("No catalog is loaded: run manage.py load_catalog.")
        try:
            with path.open(encoding="utf-8") as lines:
                rows = read_labelled(lines, path.name)
                result = evaluate(load_matcher(), rows, categories=not options["without_mcc"])
        except OSError as error:
            raise CommandError(
                f"{path}: {error.strerror}; name a file of labelled rows.", returncode=2
            ) from error
        except UnicodeDecodeError as error:
            raise CommandError(f"{path.name} is not UTF-8; save it as UTF-8.", returncode=1) from error
        except UnreadableLabels as error:
            raise CommandError(str(error), returncode=1) from error
        self.stdout.write(_as_json(result) if options["json"] else _as_table(result))


def _as_json(result: Evaluation) -> str:
    return json.dumps(
        {
            **result.total.as_dict(),
            "channels": {name: tally.as_dict() for name, tally in sorted(result.channels.items())},
            "mistakes": [
                {"id": m.row.id, "expected": m.row.expected, "answer": m.answer} for m in result.mistakes
            ],
        },
        indent=2,
    )


def _as_table(result: Evaluation) -> str:
    heads = ("channel", "rows", "tools", "booked", "precision", "recall", "false", "review", "of none")
    lines = [("{:<12}" + "{:>10}" * 8).format(*heads)]
    for name, tally in [*sorted(result.channels.items()), ("all", result.total)]:
        lines.append(_line(name, tally))
    if result.mistakes:
        lines.append("\nexpected → answer (the first 40)")
    for mistake in result.mistakes[:_SHOWN]:
        row = mistake.row
        lines.append(f"{row.id}  {row.channel}  {row.text}  {row.expected} → {mistake.answer}")
    return "\n".join(lines)


def _line(name: str, tally: Tally) -> str:
    figures = tally.as_dict()
    shares = ["-" if figures[k] is None else f"{figures[k]:.1%}" for k in ("precision", "recall")]
    cells = (tally.rows, tally.tools, tally.booked, *shares, tally.false_bookings, tally.reviewed)
    return f"{name:<12}" + "".join(f"{cell:>10}" for cell in (*cells, tally.reviewed_none))
