"""Each benchmark runs at a tiny size and reports figures; the command tells them."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from bench.benchmarks import BENCHMARKS
from bench.private_postgres import Unavailable
from tests.distribution import on_each_database

_KEYS = {"name", "value", "unit", "baseline", "ratio"}


@pytest.mark.parametrize(
    "name", on_each_database([name for name in BENCHMARKS if name.endswith("_postgres")], BENCHMARKS)
)
def test_reports_positive_figures_beside_a_baseline(name, in_this_process):
    if name == "inventory_page" and connection.vendor != "sqlite":
        pytest.skip("the list of tools is measured on the embedded database only")
    try:
        results = list(BENCHMARKS[name](rows=200))
    except Unavailable as missing:
        pytest.skip(str(missing))
    assert results
    for result in results:
        told = result.as_dict()
        assert told.keys() >= _KEYS
        assert result.value > 0
        assert result.baseline > 0
        assert result.ratio == result.value / result.baseline


def test_the_command_measures_in_processes_of_their_own_and_prints_objects():
    out = StringIO()
    call_command("bench", "okta_lines", rows=100, json=True, stdout=out)
    (told,) = json.loads(out.getvalue())
    assert told.keys() >= _KEYS
    assert told["name"] == "okta_lines"


def test_an_unknown_name_is_one_sentence_and_wrong_use():
    with pytest.raises(CommandError, match="there is no benchmark speed; it is one of card_scan, ") as caught:
        call_command("bench", "speed")
    assert caught.value.returncode == 2


def test_too_few_rows_is_wrong_use():
    with pytest.raises(CommandError, match="--rows must be at least 100") as caught:
        call_command("bench", "sealing", rows=3)
    assert caught.value.returncode == 2
