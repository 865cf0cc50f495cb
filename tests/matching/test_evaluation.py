"""Figures of recognition: what is counted, within what bounds, and beside which baselines."""

from __future__ import annotations

import pytest

from tests.matching.small_catalog import ENTRIES
from vendors.matching import Matcher
from vendors.matching.baselines import baselines
from vendors.matching.evaluation import LabelledRow, bounds, evaluate


def row(number: int, channel: str, text: str, expected: str, note: str) -> LabelledRow:
    return LabelledRow(f"R{number}", channel, text, "", expected, frozenset(), note)


ROWS = [
    row(
        1,
        "card",
        "OPENAI *CHATGPT SUBSCR 4158799686 CA",
        "openai/chatgpt",
        "[plain] the statement's own words",
    ),
    row(2, "expense", "Midjourney subscription", "midjourney/midjourney", "[plain] named"),
    row(3, "card", "CURSOR STREET CAFE", "none", "[lookalike] HARD NEG: a cafe"),
    row(4, "card", "EDEKA MARKT BERLIN", "none", "[ordinary] a supermarket"),
]


def test_what_is_found_and_what_resembles_a_tool_is_counted_by_kind_of_noise():
    result = evaluate(Matcher(ENTRIES), ROWS)
    assert (result.total.tools_found, result.total.hard, result.total.hard_booked) == (2, 1, 0)
    assert {kind: tally.rows for kind, tally in result.kinds.items()} == {
        "plain": 2,
        "lookalike": 1,
        "ordinary": 1,
    }
    assert result.reliability == {9: (2, 2)}


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [(0, 0, None), (0, 10, (0.0, 0.2775)), (10, 10, (0.7225, 1.0)), (50, 100, (0.4038, 0.5962))],
)
def test_bounds_are_wilsons(part, whole, expected):
    assert bounds(part, whole) == expected


def test_each_baseline_is_given_its_best_threshold():
    for one in baselines(ENTRIES, ROWS):
        assert 0 < one.threshold <= 100
        assert one.recall >= 0.5, one
        assert one.precision >= 0.5, one
