"""The best pairs, against trying every way there is."""

from __future__ import annotations

import time
from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.pairing import best_pairs


def _every_way(distances: list[dict[int, int]], rights: int) -> tuple[int, int]:
    """(pairs, minus the distance) of the best way, by trying all."""
    places = [*range(rights), *([None] * len(distances))]
    best = (0, 0)
    for way in set(permutations(places, len(distances))):
        pairs = [(left, right) for left, right in enumerate(way) if right is not None]
        if all(right in distances[left] for left, right in pairs):
            best = max(best, (len(pairs), -sum(distances[left][right] for left, right in pairs)))
    return best


def _reached(pairs: list[dict[int, int]], distances: list[dict[int, int]]) -> tuple[int, int]:
    return (
        sum(count for found in pairs for count in found.values()),
        -sum(
            count * distances[left][right]
            for left, found in enumerate(pairs)
            for right, count in found.items()
        ),
    )


_distances = st.lists(
    st.dictionaries(st.integers(0, 3), st.integers(0, 5), max_size=4), min_size=1, max_size=4
)


class TestBestPairs:
    @settings(max_examples=100, deadline=None)
    @given(distances=_distances)
    def test_are_as_many_and_as_near_as_can_be(self, distances):
        pairs = best_pairs([1] * len(distances), [1] * 4, distances)
        assert all(right in distances[left] for left, found in enumerate(pairs) for right in found)
        assert _reached(pairs, distances) == _every_way(distances, 4)

    @settings(max_examples=60, deadline=None)
    @given(distances=_distances, lefts=st.lists(st.integers(1, 3), min_size=4, max_size=4), data=st.data())
    def test_of_kinds_with_many_alike_are_those_of_each_alone(self, distances, lefts, data):
        rights = data.draw(st.lists(st.integers(1, 3), min_size=4, max_size=4))
        lefts = lefts[: len(distances)]
        together = best_pairs(lefts, rights, distances)
        first_of = [sum(rights[:kind]) for kind in range(4)]
        alone = [
            {first_of[kind] + n: d for kind, d in distances[left].items() for n in range(rights[kind])}
            for left, count in enumerate(lefts)
            for _ in range(count)
        ]
        one_by_one = best_pairs([1] * len(alone), [1] * sum(rights), alone)
        assert _reached(together, distances) == _reached(one_by_one, alone)

    def test_a_near_partner_is_left_to_who_has_no_other(self):
        assert best_pairs([1, 1], [1, 1], [{0: 0, 1: 5}, {0: 1}]) == [{1: 1}, {0: 1}]

    def test_ten_thousand_alike_are_paired_at_once(self):
        started = time.process_time()
        assert best_pairs([10_000], [9_999], [{0: 2}]) == [{0: 9_999}]
        assert time.process_time() - started < 0.5
