"""What ``make test`` shares out among its processes."""

from __future__ import annotations

from tests import distribution
from tests.distribution import group, turn
from tests.frame.environment import PROJECT


def test_every_place_that_is_named_is_there():
    for named in {*distribution._LONGEST, *distribution._TOGETHER, *distribution._APART}:
        assert (PROJECT / named).exists(), named


def test_a_files_tests_stay_together_and_all_pages_in_a_browser_share_one_process():
    assert group("tests/vendors/test_load.py::test_a") == group("tests/vendors/test_load.py::test_b")
    assert group("tests/vendors/test_load.py::test_a") != group("tests/vendors/test_catalog_files.py::test_a")
    assert group("tests/browser/test_a.py::test_a") == group("tests/browser/test_b.py::test_b")
    assert group("tests/end_to_end/test_truth.py::test_any[1]") != group(
        "tests/end_to_end/test_truth.py::test_any[2]"
    )


def test_the_longest_come_first_and_the_others_keep_their_order():
    tests = [
        *("tests/bench/test_results.py::test_a", "tests/browser/test_pages.py::test_b"),
        *("tests/vendors/test_load.py::test_c", "tests/end_to_end/test_interrupted_scans.py::test_d"),
    ]
    assert [test[-1] for test in sorted(tests, key=turn)] == ["d", "b", "a", "c"]
