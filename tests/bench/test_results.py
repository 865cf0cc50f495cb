"""How figures are told: the ratio, the target and whether it is met."""

from __future__ import annotations

from bench.results import Limit, Result, as_table


def test_the_ratio_is_value_over_baseline():
    result = Result("scan", 24.0, "s", 8.0, Limit(3))
    assert result.as_dict() == {
        "name": "scan", "value": 24.0, "unit": "s", "baseline": 8.0, "ratio": 3.0,
        "target": "ratio ≤ 3", "met": True, "note": "",
    }  # fmt: skip


def test_a_missed_target_is_said():
    slow = Result("scan", 25.0, "s", 8.0, Limit(3))
    large = Result("memory", 501.0, "MB", 900.0, Limit(500, of_value=True))
    dull = Result("recognition", 40.0, "texts/s", 1.0, Limit(50, at_least=True))
    assert [result.met for result in (slow, large, dull)] == [False, False, False]
    assert as_table([slow, large, dull]).count("NO") == 3


def test_without_a_target_nothing_is_met_or_missed():
    result = Result("rebuild", 1.0, "s", 2.0)
    assert result.met is None
    assert result.as_dict()["target"] is None


def test_a_table_has_a_line_for_each_result():
    lines = as_table([Result("one", 1.0, "s", 2.0), Result("two", 1234567.0, "rows/s", 3.0)]).splitlines()
    assert [line.split()[0] for line in lines] == ["name", "one", "two"]
    assert "1,235,000" in lines[2]
