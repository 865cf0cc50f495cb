"""The best way to pair: the most pairs, among those the least distance in all.

Taking the nearest first would leave charges without a partner that could have had one, and they
would count twice. Solved as a minimum cost flow: one kind after another is paired by the cheapest
change of what is paired so far. Pure; of several best ways, the same one for the same input.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from heapq import heappop, heappush

#: What one more pair is worth: more than any sum of distances.
_UNPAIRED = 1 << 40


def best_pairs(
    lefts: Sequence[int], rights: Sequence[int], distances: Sequence[Mapping[int, int]]
) -> list[dict[int, int]]:
    """For each kind of left: right kind → how many pairs.

    Args:
        lefts: how many there are of each left kind, alike in all that matters.
        rights: how many there are of each right kind.
        distances: for each left kind the right kinds it may be paired with, and how far they are.
    """
    flow = _Flow(lefts, rights, distances)
    for left, count in enumerate(lefts):
        while count:
            count -= flow.push(left, count)
    return flow.pairs


class _Flow:
    """Pairs so far, with prices that keep every remaining change at a cost of nought or more."""

    def __init__(
        self, lefts: Sequence[int], rights: Sequence[int], distances: Sequence[Mapping[int, int]]
    ) -> None:
        self.pairs: list[dict[int, int]] = [{} for _ in lefts]
        self._distances = distances
        self._spare = list(rights)
        self._paired_with: list[set[int]] = [set() for _ in rights]
        self._price = [0] * len(lefts)
        self._right_price = [0] * len(rights)
        self._end_price = 0

    def push(self, left: int, count: int) -> int:
        """Pair up to ``count`` more of a left kind, or settle that they stay alone; how many."""
        options = [self._right_price[r] - d for r, d in self._distances[left].items()]
        self._price[left] = max(self._price[left], self._end_price - _UNPAIRED, *options)
        steps, last = self._cheapest(left)
        path = [last]  # alternates left, right, left …, from the end backwards
        while path[-1] != (0, left):
            path.append(steps[path[-1]])
        path.reverse()
        side, end = path[-1]
        if side == 1:
            count = min(count, self._spare[end])
        for (_, right), (_, other) in zip(path[1::2], path[2::2], strict=False):
            count = min(count, self.pairs[other][right])
        for (_, one), (_, right) in zip(path[0::2], path[1::2], strict=False):
            self._add(one, right, count)
        for (_, right), (_, other) in zip(path[1::2], path[2::2], strict=False):
            self._add(other, right, -count)
        if side == 1:
            self._spare[end] -= count
        return count

    def _add(self, left: int, right: int, count: int) -> None:
        now = self.pairs[left].get(right, 0) + count
        if now:
            self.pairs[left][right] = now
            self._paired_with[right].add(left)
        else:
            del self.pairs[left][right]
            self._paired_with[right].discard(left)

    def _cheapest(self, start: int) -> tuple[dict[tuple[int, int], tuple[int, int]], tuple[int, int]]:
        """Dijkstra's method from a left: how each member was reached, and the last one before the end.

        The end is reached from a right that has one to spare, or from a left that stays alone.
        """
        steps: dict[tuple[int, int], tuple[int, int]] = {}
        best: dict[tuple[int, int], int] = {(0, start): 0}
        done: dict[tuple[int, int], int] = {}
        end, last = None, (0, start)
        waiting = [(0, 0, start)]
        while waiting:
            cost, side, member = heappop(waiting)
            here = (side, member)
            if here in done:
                continue
            if end is not None and cost >= end:
                break
            done[here] = cost
            if side == 0:
                price = self._price[member]
                to_end: int | None = cost + _UNPAIRED + price - self._end_price
                onward = [
                    (1, right, cost + distance + price - self._right_price[right])
                    for right, distance in self._distances[member].items()
                ]
            else:
                price = self._right_price[member]
                to_end = cost + price - self._end_price if self._spare[member] else None
                onward = [
                    (0, left, cost - self._distances[left][member] + price - self._price[left])
                    for left in sorted(self._paired_with[member])
                ]
            if to_end is not None and (end is None or to_end < end):
                end, last = to_end, here
            for to_side, other, total in onward:
                there = (to_side, other)
                if there not in done and total < best.get(there, total + 1):
                    best[there] = total
                    steps[there] = here
                    heappush(waiting, (total, to_side, other))
        assert end is not None  # noqa: S101  (a left can always stay alone)
        for (side, member), cost in done.items():
            if cost < end:
                prices = self._right_price if side else self._price
                prices[member] += cost - end
        return steps, last
