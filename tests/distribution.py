"""Which tests run in one process, and in which order, when ``make test`` uses several.

A file's tests stay together, since they may share what was made for the first of them. Two kinds of
file differ: the pages in a browser share one browser, and long tests that share nothing go wherever
a process is free. What takes longest begins first, so that no process waits for the other's last file.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

import pytest

#: From the longest; all other files follow in their own order.
_LONGEST = (
    "tests/end_to_end/test_interrupted_scans.py",
    "tests/browser/",
    "tests/frame/test_demo.py",
    "tests/end_to_end/test_sealing.py",
    "tests/end_to_end/test_truth.py",
    "tests/end_to_end/test_totals.py",
    "tests/bench/test_benchmarks.py",
    "tests/inventory/test_privacy_numbers.py",
    "tests/inventory/test_access_matrix.py",
    "tests/inventory/api/test_schema.py",
)
_TOGETHER = ("tests/browser/",)
_APART = (
    "tests/end_to_end/test_truth.py",
    "tests/end_to_end/test_totals.py",
    "tests/inventory/test_privacy_numbers.py",
    "tests/inventory/test_access_matrix.py",
)


def turn(test: str) -> int:
    """When a test's turn is, given its name as pytest writes it: lower is sooner."""
    for place, start in enumerate(_LONGEST):
        if test.startswith(start):
            return place
    return len(_LONGEST)


def group(test: str) -> str:
    """Tests of one group run in one process, one after another."""
    if test.startswith(_APART):
        return test
    return next((folder for folder in _TOGETHER if test.startswith(folder)), test.split("::", 1)[0])


def on_each_database(some: Collection[object], of: Iterable[object]) -> list[object]:
    """Parameters of a test: some are asked on each database, the others on the first."""
    return [one if one in some else pytest.param(one, marks=pytest.mark.once) for one in of]
