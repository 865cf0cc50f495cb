"""A cloud's bill that is stated again counts once, in its newest statement; parts of one add up."""

from __future__ import annotations

import pytest
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from discovery.bill_versions import superseded
from discovery.connectors.base import Kind
from discovery.models import Purchase, Record, Source
from tests.discovery.logical_state import everything, undone

MICRO = 1_000_000
TENTH, END = "2026-03-10", "2026-03-31"


def bill(lines: dict[str, list[int]], until: str) -> str:
    """Lines of the month's beginning by what tells them apart, and one that costs nothing on the last day."""
    rows = [
        f"usage date=2026-03-02 cost={cost} line={line}" for line, costs in lines.items() for cost in costs
    ]
    return "\n".join([*rows, f"usage date={until} cost=0 line=last-{until}-{'-'.join(lines)}"])


def spent() -> int:
    return (Purchase.objects.aggregate(sum=Sum("amount"))["sum"] or 0) // MICRO


class TestALine:
    def test_is_what_its_newest_file_shows(self):
        ranks = {1: ("2026-03-31", "b"), 2: ("2026-03-10", "a")}
        assert superseded({1: {11}, 2: {12, 13}}, ranks) == {12, 13}
        assert superseded({1: {11, 12}, 2: {12, 13}}, ranks) == {13}
        assert superseded({2: {12, 13}}, ranks) == set()
        assert superseded({}, ranks) == set()

    @given(
        st.dictionaries(st.integers(0, 4), st.sets(st.integers(0, 6), min_size=1), max_size=4),
        st.permutations(range(5)),
    )
    def test_holds_as_its_newest_file_shows_it_whatever_the_others_say(self, shown, ranks):
        files = {file: (rank,) for file, rank in enumerate(ranks)}
        left = set().union(*shown.values()) - superseded(shown, files)
        assert left == (shown[max(shown, key=ranks.__getitem__)] if shown else set())


class TestABill:
    @pytest.mark.parametrize("newest_first", [True, False])
    def test_that_is_stated_again_counts_once_and_withdrawn_gives_back_what_was(self, files, newest_first):
        texts = [bill({"a": [5], "b": [7, 7]}, TENTH), bill({"a": [6], "b": [7], "c": [1]}, END)]
        scans = [files.scan("cloud", text) for text in (texts[::-1] if newest_first else texts)]
        tenth, end = scans[::-1] if newest_first else scans
        assert spent() == 6 + 7 + 1
        assert Record.objects.filter(current=True, amount=5 * MICRO).exists()  # as evidence
        files.withdraw(end)
        assert spent() == 5 + 7 + 7
        files.scan("cloud", texts[1])
        files.withdraw(tenth)
        assert spent() == 6 + 7 + 1

    def test_that_says_again_what_it_said_before_holds_again(self, files):
        files.scan("cloud", bill({"a": [5]}, TENTH))
        files.scan("cloud", bill({"a": [6]}, "2026-03-20"))
        assert spent() == 6
        latest = files.scan("cloud", bill({"a": [5]}, END))
        assert spent() == 5
        files.withdraw(latest)
        assert spent() == 6

    def test_in_parts_adds_up_though_the_parts_hold_equal_amounts(self, files):
        files.scan("cloud", bill({"hour-1": [5]}, END))
        files.scan("cloud", bill({"hour-2": [5]}, END))
        assert spent() == 10

    def test_of_another_account_is_not_stated_again(self, files):
        for account in ("research", "sales"):
            text = bill({"a": [5]}, END).replace("usage ", f"usage account={account} ")
            files.scan("cloud", text)
        assert spent() == 10

    def test_without_what_tells_lines_apart_counts_each_amount_as_before(self, files):
        files.scan("cloud", "usage date=2026-03-02 cost=5\nusage date=2026-03-02 cost=5")
        files.scan("cloud", "usage date=2026-03-02 cost=5\nusage date=2026-03-02 cost=6")
        assert spent() == 16


_export = st.dictionaries(
    st.sampled_from("abc"), st.lists(st.integers(1, 3), min_size=1, max_size=2), min_size=1, max_size=3
)


@pytest.fixture
def cloud(db):
    """The source with a fixed number, which identities depend on."""
    Source.objects.create(pk=1_000, name="fake_cloud", connector="fake_cloud", kind=Kind.CLOUD)


@pytest.mark.usefixtures("cloud")
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_export, _export, st.booleans(), st.randoms(use_true_random=False))
def test_order_parts_and_repeats_change_nothing(files, tenth, end, in_parts, order):
    """Two exports of a month, the second whole or a part a line."""
    parts = [{line: costs} for line, costs in end.items()] if in_parts else [end]
    texts = [bill(tenth, TENTH), *(bill(part, END) for part in parts)]
    expected = sum(sum(costs) for costs in (tenth | end).values())
    with undone():
        for text in texts:
            files.scan("cloud", text)
        assert spent() == expected
        known = everything()
    order.shuffle(texts)
    with undone():
        for text in [*texts, texts[0]]:
            files.scan("cloud", text)
        assert everything() == known
