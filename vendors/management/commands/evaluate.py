"""Scores recognition on labelled rows: ``evaluate [FILE…] [--without-mcc] [--baselines] [--json]``.

Two more questions are asked in place of that: ``--ordinary N`` counts what is booked and asked about of lines
that name no tool, and ``--left-out`` how tools come up that the catalog does not have.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from vendors import command_line
from vendors.catalog_index import catalog_version, load_entries, load_matcher
from vendors.corpus import own_files
from vendors.matching.baselines import Baseline, baselines
from vendors.matching.evaluation import (
    Evaluation,
    LabelledRow,
    Tally,
    UnreadableLabels,
    evaluate,
    read_labelled,
)
from vendors.matching.left_out import LeftOut, leave_out
from vendors.matching.plan_evaluation import PlanTally, evaluate_plans
from vendors.ordinary_lines import MATERIAL, Counted, count, ordinary_lines
from vendors.plan_prices import list_prices

_SHOWN = 40


class Command(command_line.Command):
    help = "Score the matcher on labelled rows: tab-separated, expected is a product, a vendor or none."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "files", nargs="*", type=Path, help="labelled rows; without any the project's own corpus"
        )
        parser.add_argument(
            "--without-mcc", action="store_true", help="leave merchant categories out, as many banks do"
        )
        parser.add_argument(
            "--baselines", action="store_true", help="also score what one would write first; takes a minute"
        )
        parser.add_argument(
            "--ordinary", type=int, metavar="N", help="ask about N made-up lines of ordinary spend instead"
        )
        parser.add_argument("--seed", type=int, default=1, help="of the made-up lines; another gives others")
        parser.add_argument(
            "--left-out", action="store_true", help="ask about each tool without its entry in the catalog"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        if not catalog_version():
            raise CommandError("No catalog is loaded: run manage.py load_catalog.")
        if options["ordinary"] is not None:
            counted = _ordinary(options["ordinary"], options["seed"])
            self.stdout.write(_ordinary_json(counted) if options["json"] else _ordinary_text(counted))
            return
        rows = [row for path in options["files"] or own_files() for row in _read(path)]
        if options["left_out"]:
            found = leave_out(load_entries(), rows)
            self.stdout.write(_left_out_json(found) if options["json"] else _left_out_table(found))
            return
        result = evaluate(load_matcher(), rows, categories=not options["without_mcc"])
        simple = baselines(load_entries(), rows) if options["baselines"] else []
        plans = evaluate_plans(load_matcher(), rows, list_prices())
        told = _as_json(result, simple, plans) if options["json"] else _as_table(result, simple, plans)
        self.stdout.write(told)


def _read(path: Path) -> list[LabelledRow]:
    try:
        with path.open(encoding="utf-8") as lines:
            return list(read_labelled(lines, path.name))
    except OSError as error:
        raise CommandError(
            f"{path}: {error.strerror}; name a file of labelled rows.", returncode=2
        ) from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{path.name} is not UTF-8; save it as UTF-8.", returncode=1) from error
    except UnreadableLabels as error:
        raise CommandError(str(error), returncode=1) from error


def _ordinary(number: int, seed: int) -> Counted:
    if number < 1:
        raise CommandError("--ordinary takes the number of lines, at least 1.", returncode=2)
    if not MATERIAL.exists():
        raise CommandError(
            f"{MATERIAL.name} is not there: ask in a checkout of the project, whose tests hold it."
        )
    return count(load_matcher(), ordinary_lines(number, seed))


def _ordinary_json(counted: Counted) -> str:
    return json.dumps(
        {**counted.as_dict(), "booked_texts": counted.booked, "reviewed_texts": counted.reviewed},
        indent=2,
        ensure_ascii=False,
    )


def _ordinary_text(counted: Counted) -> str:
    figures = counted.as_dict()
    lines = [f"{counted.lines:,} lines of ordinary spend"]
    for said, number, name in (
        ("booked", counted.booked_lines, "booked_bounds"),
        ("for review", counted.reviewed_lines, "reviewed_bounds"),
    ):
        lines.append(f"{said:<12}{number:>8}{number / counted.lines:>10.4%}  {_between(figures[name], 4)}")
    for said, texts in (("booked", counted.booked), ("for review", counted.reviewed)):
        if texts:
            lines.append(f"\n{said} (the first {_SHOWN})")
            lines += [f"{text} → {answer}" for text, answer in list(texts.items())[:_SHOWN]]
    return "\n".join(lines)


def _left_out_json(found: Mapping[str, LeftOut]) -> str:
    return json.dumps({group: left.as_dict() for group, left in found.items()}, indent=2)


def _left_out_table(found: Mapping[str, LeftOut]) -> str:
    lines = [f"{'without its entry':<22}{'rows':>8}{'comes up':>10}{'as another':>12}  with 95 % confidence"]
    for group, left in found.items():
        share = f"{left.came_up / left.rows:.1%}" if left.rows else "-"
        within = _between(left.as_dict()["bounds"])
        lines.append(f"{group:<22}{left.rows:>8}{share:>10}{left.another:>12}  {within}")
    return "\n".join(lines)


def _as_json(result: Evaluation, simple: list[Baseline], plans: PlanTally) -> str:
    return json.dumps(
        {
            **result.total.as_dict(),
            "channels": {name: tally.as_dict() for name, tally in sorted(result.channels.items())},
            "kinds": {name: tally.as_dict() for name, tally in sorted(result.kinds.items())},
            "reliability": [
                {"score_from": band / 10, "answers": answers, "right": right}
                for band, (answers, right) in sorted(result.reliability.items())
            ],
            "plans": asdict(plans),
            "baselines": [asdict(one) for one in simple],
            "mistakes": [
                {"id": m.row.id, "expected": m.row.expected, "answer": m.answer} for m in result.mistakes
            ],
        },
        indent=2,
    )


def _as_table(result: Evaluation, simple: list[Baseline], plans: PlanTally) -> str:
    lines = [*_tallies("channel", result.channels), _line("all", result.total)]
    total = result.total.as_dict()
    lines += [
        "",
        f"precision {_between(total['precision_bounds'])}, recall {_between(total['recall_bounds'])}"
        " with 95 % confidence",
        "",
        *_tallies("noise", result.kinds),
        "",
        "score      answers  name the right tool",
    ]
    for band, (answers, right) in sorted(result.reliability.items()):
        lines.append(f"{band / 10:.1f}–{(band + 1) / 10:.1f}{answers:>10}{right / answers:>21.1%}")
    if simple:
        lines.append("\nat the best threshold     precision    recall  look-alikes booked")
    for one in simple:
        lines.append(f"{one.name:<26}{one.precision:>9.1%}{one.recall:>10.1%}{one.hard_booked:>20.1%}")
    lines += [
        "",
        f"plans by amount alone, where the text names one: {plans.rows} rows, "
        f"certain {plans.certain} of which {plans.certain_right} right, "
        f"likely {plans.probable} of which {plans.probable_right} right; "
        f"where it names none: {plans.unnamed} rows, certain {plans.unnamed_certain}",
    ]
    if result.mistakes:
        lines.append("\nexpected → answer (the first 40)")
    for mistake in result.mistakes[:_SHOWN]:
        row = mistake.row
        lines.append(f"{row.id}  {row.channel}  {row.text}  {row.expected} → {mistake.answer}")
    return "\n".join(lines)


_HEADS = (
    "rows",
    "tools",
    "booked",
    "precision",
    "recall",
    "found",
    "false",
    "review",
    "alike",
    "booked",
    "review",
)


def _tallies(name: str, tallies: Mapping[str, Tally]) -> list[str]:
    head = f"{name:<14}" + "".join(f"{head:>10}" for head in _HEADS)
    return [head, *(_line(key, tally) for key, tally in sorted(tallies.items()))]


def _line(name: str, tally: Tally) -> str:
    figures = tally.as_dict()
    shares = ["-" if figures[k] is None else f"{figures[k]:.1%}" for k in ("precision", "recall", "found")]
    cells = (tally.rows, tally.tools, tally.booked, *shares, tally.false_bookings, tally.reviewed)
    alike = (tally.hard, tally.hard_booked, tally.hard_reviewed)
    return f"{name:<14}" + "".join(f"{cell:>10}" for cell in (*cells, *alike))


def _between(ends: tuple[float, float] | None, places: int = 1) -> str:
    return f"{ends[0]:.{places}%} to {ends[1]:.{places}%}" if ends else "of nothing"
