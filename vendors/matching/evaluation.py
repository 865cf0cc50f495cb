"""How good recognition is, on labelled rows.

Labelled files are tab-separated without quoting, columns by name: id, channel, text, amount,
currency, mcc, expected, acceptable, note. ``expected`` is a product key, a vendor key where the
text tells no more, or ``none``; ``acceptable`` lists other right answers, separated by commas.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from vendors.matching.answers import Channel, Decision, Recognition
from vendors.matching.matcher import Matcher
from vendors.matching.normalise import describe

_COLUMNS = ("id", "channel", "text", "expected")


class LabelledRow(NamedTuple):
    id: str
    channel: str
    text: str
    mcc: str
    expected: str  # "none", a product key or a vendor key
    acceptable: frozenset[str]
    note: str
    amount: str = ""
    currency: str = ""

    @property
    def kind(self) -> str:
        """The kind of noise that the note begins with, in brackets; "other" where there is none."""
        kind, mark, _ = self.note.removeprefix("[").partition("]")
        return kind if mark and self.note.startswith("[") else "other"

    @property
    def hard(self) -> bool:
        """Whether the text resembles a tool and names none."""
        return self.expected == "none" and "HARD NEG" in self.note


class Mistake(NamedTuple):
    row: LabelledRow
    answer: str  # what was booked, or "review", "none"


@dataclass(slots=True)
class Tally:
    """Counts of one channel, or of all."""

    rows: int = 0
    tools: int = 0  # rows that name a tool or vendor
    booked: int = 0
    booked_right: int = 0
    tools_booked_right: int = 0
    false_bookings: int = 0  # booked though the label is none
    reviewed: int = 0  # handed to a person, whatever the label
    reviewed_none: int = 0  # of those labelled none
    tools_found: int = 0  # tools booked right, or reviewed with the right candidate first
    hard: int = 0  # labelled none though they resemble a tool
    hard_booked: int = 0
    hard_reviewed: int = 0

    def as_dict(self) -> dict[str, Any]:
        """The figures by name; a share of nothing is None."""
        return {
            "rows": self.rows,
            "tools": self.tools,
            "booked": self.booked,
            "booked_right": self.booked_right,
            "precision": _share(self.booked_right, self.booked),
            "recall": _share(self.tools_booked_right, self.tools),
            "false_bookings": self.false_bookings,
            "reviewed": self.reviewed,
            "reviewed_none": self.reviewed_none,
            "abstention": _share(self.reviewed, self.rows),
            "found": _share(self.tools_found, self.tools),
            "hard": self.hard,
            "hard_booked": self.hard_booked,
            "hard_reviewed": self.hard_reviewed,
            "precision_bounds": bounds(self.booked_right, self.booked),
            "recall_bounds": bounds(self.tools_booked_right, self.tools),
        }


@dataclass(slots=True)
class Evaluation:
    total: Tally = field(default_factory=Tally)
    channels: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    kinds: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    #: Lower end of a band of scores, in tenths → (answers with such a score, those that name the right tool).
    reliability: dict[int, tuple[int, int]] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)


class UnreadableLabels(ValueError):
    """A labelled file that cannot be scored; the message says which line and how to mend it."""


def read_labelled(lines: Iterable[str], name: str) -> Iterator[LabelledRow]:
    """Rows of a labelled file. Raises UnreadableLabels naming the file and line."""
    header: list[str] | None = None
    for number, line in enumerate(lines, 1):
        cells = line.rstrip("\r\n").split("\t")
        if header is None:
            header = [cell.strip().lstrip("\ufeff") for cell in cells]
            if missing := [column for column in _COLUMNS if column not in header]:
                raise UnreadableLabels(
                    f"{name} line 1: no column {', '.join(missing)}; name the columns in the first line, "
                    "separated by tabs."
                )
            continue
        if not any(cells):
            continue
        row = dict(zip(header, cells, strict=False))
        if row.get("channel") not in set(Channel):
            raise UnreadableLabels(
                f"{name} line {number}: the channel is not one of {', '.join(Channel)}; correct its column."
            )
        if not row.get("expected"):
            raise UnreadableLabels(f"{name} line {number}: expected is empty; write a key or none.")
        yield LabelledRow(
            row["id"],
            row["channel"],
            row["text"],
            row.get("mcc", ""),
            row["expected"],
            frozenset(key.strip() for key in row.get("acceptable", "").split(",") if key.strip()),
            row.get("note", ""),
            row.get("amount", ""),
            row.get("currency", ""),
        )


def evaluate(matcher: Matcher, rows: Iterable[LabelledRow], *, categories: bool = True) -> Evaluation:
    """Recognise every row and compare with its label; without ``categories`` the mcc is left out."""
    result = Evaluation()
    for row in rows:
        mcc = row.mcc if categories else ""
        recognition = matcher.recognise(describe(row.channel, row.text, mcc=mcc))
        right = is_right(recognition, row)
        for tally in (result.total, result.channels[row.channel], result.kinds[row.kind]):
            _count(tally, row, recognition, right)
        if recognition.decision != Decision.NONE:
            band = min(int(recognition.score * 10), 9)
            answers, correct = result.reliability.get(band, (0, 0))
            result.reliability[band] = (answers + 1, correct + _names_the_label(recognition, row))
        wanted = row.expected != "none"
        if (recognition.decision == Decision.MATCH and not right) or (
            wanted and recognition.decision != Decision.MATCH and "none" not in row.acceptable
        ):
            booked = recognition.product or recognition.vendor or ""
            answer = booked if recognition.decision == Decision.MATCH else str(recognition.decision)
            result.mistakes.append(Mistake(row, answer))
    return result


def is_right(recognition: Recognition, row: LabelledRow) -> bool:
    """Whether a booking is the label's, or another that the label allows.

    A label of a vendor alone is met by the vendor without a product; a product of that vendor
    claims more than the text tells.
    """
    return recognition.decision == Decision.MATCH and _names_the_label(recognition, row)


def _names_the_label(recognition: Recognition, row: LabelledRow) -> bool:
    named = recognition.product or recognition.vendor
    return named == row.expected or named in row.acceptable


def _count(tally: Tally, row: LabelledRow, recognition: Recognition, right: bool) -> None:
    wanted = row.expected != "none"
    booked = recognition.decision == Decision.MATCH
    review = recognition.decision == Decision.REVIEW
    tally.rows += 1
    tally.tools += wanted
    tally.booked += booked
    tally.booked_right += right
    tally.tools_booked_right += right and wanted
    tally.false_bookings += booked and not wanted and not right
    tally.reviewed += review
    tally.reviewed_none += review and not wanted
    tally.tools_found += wanted and (right or (review and _names_the_label(recognition, row)))
    tally.hard += row.hard
    tally.hard_booked += row.hard and booked and not right
    tally.hard_reviewed += row.hard and review


def bounds(part: int, whole: int, places: int = 4) -> tuple[float, float] | None:
    """Within what a share lies with 95 % confidence, after Wilson (1927); None for a share of nothing."""
    if not whole:
        return None
    z = 1.96
    share = part / whole
    middle = share + z * z / (2 * whole)
    spread = z * math.sqrt(share * (1 - share) / whole + z * z / (4 * whole * whole))
    divisor = 1 + z * z / whole
    low, high = max(0.0, (middle - spread) / divisor), min(1.0, (middle + spread) / divisor)
    return round(low, places), round(high, places)


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
