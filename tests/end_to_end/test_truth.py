"""What comes out equals the truth of the sample company, to the cent, however its files come in."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Iterator
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from discovery.models import Consumption, Record, Standing
from discovery.sample_company import Company, build, pieces, write
from discovery.sample_company.truth import Truth
from inventory.exports import EXPORTS
from inventory.exports.period import Period
from inventory.models import Tool
from inventory.seats import seat_lists
from tests.distribution import on_each_database
from tests.sample_company.comparison import differences

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stored_catalog")]

END = date(2026, 10, 31)


def scan(*paths: Path) -> list[dict[str, Any]]:
    out = StringIO()
    call_command("scan", *map(str, paths), "--json", stdout=out, stderr=StringIO())
    return [json.loads(line) for line in out.getvalue().splitlines()]


def export(what: str) -> list[dict[str, Any]]:
    return list(EXPORTS[what].rows(Period()))


def rejected() -> list[dict[str, str]]:
    out = StringIO()
    call_command("rejected", "--format", "csv", stdout=out)
    return list(csv.DictReader(StringIO(out.getvalue())))


def figures() -> dict[str, Any]:
    return {what: export(what) for what in ("inventory", "spend", "people", "records")}


def seats() -> dict[str, tuple[int, int]]:
    """Tool → who stands in its newest list, and how many of them ever used it."""
    licensed = Record.objects.filter(kind=Record.Kind.LICENCE).values("descriptor__product")
    tools = Tool.objects.filter(key__in=licensed)
    return {tool.key: (one.people, one.active) for tool in tools for one in seat_lists(tool)}


def metered() -> set[tuple[str, str, str, int, bool]]:
    return {
        (month.month, month.account, month.product, month.amount, month.standing == Standing.COUNTS)
        for month in Consumption.objects.all()
    }


def assert_true(truth: Truth) -> None:
    assert differences(truth, export("inventory"), export("spend"), rejected()) == []
    assert seats() == {told.tool: (told.people, told.active) for told in truth.seats}
    assert metered() == {(m.month, m.account, m.tool, m.amount, m.counts) for m in truth.metered}


def files_of(folder: Path) -> Iterator[Path]:
    return (path for path in sorted((folder / "exports").rglob("*")) if path.is_file())


@pytest.fixture(scope="module")
def company() -> Company:
    return build(seed=1, people=30, months=3, end=END)


#: (seed, people, months)
COMPANIES = [
    (2, 20, 3),
    (3, 25, 14),
    (4, 30, 3),
    (5, 40, 4),
    (6, 55, 3),
    (7, 65, 2),
    (8, 90, 2),
    (9, 35, 4),
    (10, 120, 2),
    (11, 45, 3),
]


@pytest.mark.parametrize(
    "made", on_each_database(((2, 20, 3), (3, 25, 14), (10, 120, 2)), COMPANIES), ids=str
)
def test_any_company(made: tuple[int, int, int], tmp_path: Path) -> None:
    seed, people, months = made
    company = build(seed=seed, people=people, months=months, end=END)
    write(company, tmp_path)
    told = scan(tmp_path / "exports")
    assert {t["state"] for t in told} == {"done"}
    assert_true(company.truth)


def test_files_in_any_order_and_twice(company: Company, tmp_path: Path) -> None:
    write(company, tmp_path)
    paths = list(files_of(tmp_path))
    random.Random(5).shuffle(paths)
    for start in range(0, len(paths), 7):  # several calls: people and purchases are worked out between
        scan(*paths[start : start + 7])
    assert_true(company.truth)
    before = figures()
    again = scan(*reversed(paths))
    assert sum(t["records_new"] for t in again) == 0
    assert figures() == before


def test_files_in_pieces(company: Company, tmp_path: Path) -> None:
    cut = pieces(company, 3)
    write(cut, tmp_path)
    scan(tmp_path / "exports")
    assert_true(cut.truth)


def test_pieces_beside_the_whole(company: Company, tmp_path: Path) -> None:
    """Exports that overlap wholly: the same rows in other files add nothing."""
    write(company, tmp_path / "whole")
    write(pieces(company, 2), tmp_path / "cut")
    scan(tmp_path / "whole" / "exports")
    before = figures()
    again = scan(tmp_path / "cut" / "exports")
    assert sum(t["records_new"] for t in again) == 0
    after = figures()
    assert after["spend"] == before["spend"]
    assert after["inventory"] == before["inventory"]


def test_a_rebuild_changes_nothing(company: Company, tmp_path: Path) -> None:
    write(company, tmp_path)
    scan(tmp_path / "exports")
    before = figures()
    call_command("rebuild", stdout=StringIO())
    assert figures() == before
    assert_true(company.truth)


def test_undo_leaves_what_the_other_file_says(company: Company, tmp_path: Path) -> None:
    """Of two overlapping exports of one card programme, one is withdrawn."""
    write(company, tmp_path)
    programme = [path for path in files_of(tmp_path) if path.name.startswith("card-programme")]
    assert len(programme) == 2
    others = [path for path in files_of(tmp_path) if path not in programme]
    scan(*others, programme[0])
    alone = figures()
    (second,) = scan(programme[1])
    assert second["records_known"] > 0
    assert figures() != alone
    call_command("scan", "--undo", str(second["scan"]), stdout=StringIO())
    assert figures() == alone
