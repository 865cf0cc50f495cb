"""Amounts by month as bars: where each part of a chart stands. Pure: amounts in, positions out.

Negative sums (a month with more refunds than charges) are drawn as nothing and stand in the table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

#: Tints of one hue, the first the strongest; further parts share the last.
_TINTS = ("", " t2", " t3")
_WIDTH, _HEIGHT, _LEFT, _TOP, _BOTTOM = 620, 190, 48, 16, 168
#: Room that a figure of an amount takes beside its line, and what lies between both.
_DIGIT, _BETWEEN = 8, 6
_MICRO = 1_000_000


@dataclass(frozen=True)
class Part:
    y: float
    height: float
    look: str


@dataclass(frozen=True)
class Bar:
    month: str
    x: float
    middle: float
    width: float
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Line:
    y: float
    words: str

    @property
    def text_y(self) -> float:
        return self.y + 4


@dataclass(frozen=True)
class Bars:
    """A chart of stacked bars, in the units of its own picture."""

    label: str
    bars: tuple[Bar, ...]
    lines: tuple[Line, ...]
    keys: tuple[tuple[str, str], ...]  # class, words
    width: int = _WIDTH
    height: int = _HEIGHT
    left: int = _LEFT
    text_y: int = _HEIGHT - 5

    @property
    def text_end(self) -> int:
        return self.left - _BETWEEN


def stacked(
    label: str,
    months: Sequence[str],
    series: Mapping[str, Mapping[str, int]],
    hue: str,
    names: Mapping[str, str],
) -> Bars:
    """Bars of ``series`` (part → month → 10⁻⁶), the parts in their order from the bottom up."""
    totals = [sum(max(0, amounts.get(month, 0)) for amounts in series.values()) for month in months]
    top = _round_up(max(totals, default=0))
    looks = {part: hue + _TINTS[min(number, len(_TINTS) - 1)] for number, part in enumerate(series)}
    left = max(_LEFT, _DIGIT * len(f"{top // _MICRO:,}") + _BETWEEN)
    room = (_WIDTH - left) / max(1, len(months))
    width = round(min(48, room * 0.72), 1)
    bars = []
    for number, month in enumerate(months):
        middle = left + room * (number + 0.5)
        bottom = float(_BOTTOM)
        parts = []
        for part, amounts in series.items():
            height = (_BOTTOM - _TOP) * max(0, amounts.get(month, 0)) / top
            if height:
                parts.append(Part(round(bottom - height, 1), round(max(0.5, height - 1), 1), looks[part]))
            bottom -= height
        bars.append(Bar(month, round(middle - width / 2, 1), round(middle, 1), width, tuple(parts)))
    lines = tuple(
        Line(_BOTTOM - (_BOTTOM - _TOP) * step / 2, f"{top * step // 2 // _MICRO:,}") for step in range(3)
    )
    keys = tuple((looks[part].replace(" t", " k"), names[part]) for part in series)
    return Bars(label, tuple(bars), lines, keys, left=left)


def _round_up(amount: int) -> int:
    """The next of 2, 4, 10, 20, 40, 100 … whole units, so that half of it is round too."""
    step = 2 * _MICRO
    while step < amount:
        step = step * 5 // 2 if str(step)[0] == "4" else step * 2
    return step
