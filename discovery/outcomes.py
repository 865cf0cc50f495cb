"""What came of reading a file, as the command line and other programs are told."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import Self

from discovery.connectors.base import Ask
from discovery.models import Scan


@dataclass(frozen=True)
class Rejection:
    """A row that cannot be read, without the row."""

    line: int
    reason: str


@dataclass
class Outcome:
    """One file of a ``scan``: the keys are what others build on.

    ``rows_read`` = ``records_new`` + ``records_known`` + ``rows_rejected`` + ``rows_ignored``;
    ``records_changed`` is contained in ``records_known``.
    """

    file: str
    scan: int | None = None
    connector: str | None = None
    source: str | None = None
    state: str = "failed"
    rows_read: int = 0
    records_new: int = 0
    records_known: int = 0
    records_changed: int = 0
    rows_rejected: int = 0
    rows_ignored: int = 0
    sealed: int = 0
    recognised: int = 0
    in_review: int = 0
    seconds: float = 0.0
    error: str | None = None
    rejections: list[Rejection] = field(default_factory=list)  # of a rehearsal: the first ones
    asks: str = ""  # what a person must say before the file can be read, see base.Ask
    said: dict[str, object] = field(default_factory=dict)  # what a person said of the file

    @property
    def ended_well(self) -> bool:
        return not self.error

    def as_dict(self) -> dict[str, object]:
        told = asdict(self)
        if not self.error:
            del told["error"]
        for name in ("rejections", "asks", "said"):  # for pages; the command line has "rejected"
            del told[name]
        return told

    def at_the_command_line(self) -> Self:
        """The same, which says by which option a person answers what the file leaves open."""
        option = _OPTIONS.get(self.asks)
        return replace(self, error=f"{self.error}; {option}") if self.error and option else self

    def as_complaint(self) -> str:
        """What went wrong, with the file's name where the sentence lacks it."""
        error = self.error or ""
        return error if self.file in error else f"{self.file}: {error}"

    def as_sentence(self) -> str:
        """One line for a person."""
        if not self.ended_well and not self.rows_read:
            return self.as_complaint()
        parts = [
            f"{self.file}: {self.rows_read:,} rows as {self.connector}",
            f"{self.records_new:,} new, {self.records_known:,} known",
            f"{self.recognised:,} of AI tools, {self.in_review:,} to review, {self.sealed:,} sealed",
        ]
        if currency := self.said.get("currency"):
            parts.append(f"amounts without a currency in {currency}, as was said")
        if tool := self.said.get("tool"):
            parts.append(f"members of {tool}, as was said")
        if self.rows_rejected:
            parts.append(f"{self.rows_rejected:,} rejected (manage.py rejected)")
        line = "; ".join(parts) + f" ({self.seconds:.1f} s)"
        return f"{line}. {self.error}" if self.error else line


_OPTIONS = {
    Ask.CURRENCY.value: "or say it with --currency, as in --currency USD",
    Ask.ORDER.value: "or say it with --date-order day or month",
    Ask.TOOL.value: "or say it with --tool",
    Ask.ACCOUNT.value: "the account is said with --account NAME",
}


#: Figures that an outcome takes over from its scan.
_COUNTS = (
    "rows_read",
    "records_new",
    "records_known",
    "records_changed",
    "rows_rejected",
    "rows_ignored",
    "sealed",
    "recognised",
    "in_review",
)


def outcome_of(scan: Scan) -> Outcome:
    """What came of a scan that has ended."""
    return Outcome(
        file=scan.file_name,
        scan=scan.pk,
        connector=scan.connector,
        source=scan.source.name,
        state=scan.state,
        seconds=round(scan.seconds, 3),
        error=scan.error or None,
        asks=scan.asks,
        said=scan.said,
        **{name: getattr(scan, name) for name in _COUNTS},
    )
