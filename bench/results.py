"""What a benchmark reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Limit:
    """The bound that a result is held to: of its ratio, or of its value."""

    bound: float
    at_least: bool = False
    of_value: bool = False

    def holds(self, value: float, ratio: float | None) -> bool:
        measured = value if self.of_value else ratio
        if measured is None:
            return False
        return measured >= self.bound if self.at_least else measured <= self.bound

    def __str__(self) -> str:
        sign = "≥" if self.at_least else "≤"
        return f"{'value' if self.of_value else 'ratio'} {sign} {self.bound:g}"


@dataclass(frozen=True, slots=True)
class Result:
    """A figure beside its baseline, measured in the same run.

    ``ratio`` is always value divided by baseline: small is good for seconds and megabytes,
    large is good for rows a second.
    """

    name: str
    value: float
    unit: str
    baseline: float
    limit: Limit | None = None
    note: str = ""  # what the figure depends on, e.g. rows and distinct texts

    @property
    def ratio(self) -> float | None:
        return self.value / self.baseline if self.baseline else None

    @property
    def met(self) -> bool | None:
        return None if self.limit is None else self.limit.holds(self.value, self.ratio)

    def as_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "value": _rounded(self.value),
            "unit": self.unit,
            "baseline": _rounded(self.baseline),
            "ratio": None if self.ratio is None else _rounded(self.ratio),
            "target": str(self.limit) if self.limit else None,
            "met": self.met,
            "note": self.note,
        }


def _rounded(value: float) -> float:
    """Four significant figures: more would claim more than a run can tell."""
    return float(f"{value:.4g}")


def as_table(results: list[Result]) -> str:
    """Results as text, a line each."""
    head = ("name", "value", "unit", "baseline", "ratio", "target", "met", "note")
    lines = [head]
    for result in results:
        cells = result.as_dict()
        met = {True: "yes", False: "NO", None: ""}[cells["met"]]
        ratio = "" if cells["ratio"] is None else f"{cells['ratio']:,.4g}"
        lines.append(
            (
                result.name,
                f"{cells['value']:,.10g}",
                result.unit,
                f"{cells['baseline']:,.10g}",
                ratio,
                cells["target"] or "",
                met,
                result.note,
            )
        )
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    numbers = {1, 3, 4}
    return "\n".join(
        "  ".join(
            cell.rjust(width) if column in numbers else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )
