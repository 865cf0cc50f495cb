"""What one cell of a table says: trimmed, masked, and remembered where cells repeat."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from discovery.connectors.dates import instant

V = TypeVar("V")

#: So many different cells of a column are remembered; more start again.
_REMEMBERED = 50_000
LONGEST_TEXT = 2_000

_QUERY = re.compile(r"(?<=://)([^\s?#]+)[?#]\S*")
_SECRET = re.compile(
    r"(?i)\b(password|passwort|secret|token|api[_-]?key|authorization|bearer)\b\s*[:= ]\s*\S+"
)
#: Keys that show what they are by how they begin: of OpenAI and Anthropic, GitHub, AWS and Slack.
_KEY = re.compile(r"(?<![A-Za-z0-9])(?:sk-|gh[opsur]_|github_pat_|xox[abeprs]-|A[KS]IA)[A-Za-z0-9_-]{12,}")
_FULL_CARD = re.compile(r"(?<!\d)(\d{6})((?:[ -]?\d){3,9})([ -]?\d{4})(?!\d)")
_NOT_CARD = re.compile(r"[^0-9xX*•]")
#: A column, joined by line ends, of ids with nothing around them.
_BARE_IDS = re.compile(r"(?:[A-Za-z0-9_-]{0,200}\n)*+[A-Za-z0-9_-]{0,200}")
_RECEIPT_ID = re.compile(r"transactionID=(\w+)")


class Memo(dict[Any, V], Generic[V]):
    """A converter that remembers; a cell it cannot convert is None."""

    def __init__(self, convert: Callable[[Any], V]) -> None:
        self._convert = convert

    def __missing__(self, cell: Any) -> V:
        if len(self) >= _REMEMBERED:
            self.clear()
        value = self[cell] = self._convert(cell)
        return value


def trimmed(cell: str) -> str:
    """A text on one line, cut to LONGEST_TEXT."""
    cell = cell.strip()
    if "\n" in cell:
        cell = " ".join(cell.split())
    return cell[:LONGEST_TEXT]


def joined_texts(one: str, other: str) -> str:
    """A counterparty and a purpose, each once."""
    one, other = trimmed(one), trimmed(other)
    if not one or one.casefold() in other.casefold():
        return other
    if not other or other.casefold() in one.casefold():
        return one
    return f"{one} - {other}"


def id_in(cell: str) -> str:
    """The system's own id, out of a link to the receipt where the cell is one."""
    if "transactionID=" in cell and (found := _RECEIPT_ID.search(cell)):
        return found[1][:200]
    return cell.strip(" \t\n'\"")[:200]


def ids_in(cells: Sequence[str]) -> list[str]:
    """``id_in`` for a whole column, at once where no cell holds anything else."""
    joined = "\n".join(cells)
    if joined.count("\n") == len(cells) - 1 and _BARE_IDS.fullmatch(joined):
        return list(cells)
    return list(map(id_in, cells))


def composed_id(parts: Sequence[str]) -> str:
    """An id of several cells; none where one of them is empty."""
    stripped = [" ".join(part.split()) for part in parts]
    return "/".join(stripped)[:200] if all(stripped) else ""


def card_in(cell: str) -> str:
    """A card number as far as shown; of one shown whole, the middle is masked."""
    kept = _NOT_CARD.sub("", cell)
    if len(kept) >= 13 and kept.isdigit():
        kept = f"{kept[:6]}{'*' * (len(kept) - 10)}{kept[-4:]}"
    return kept[:40] if any(map(str.isdigit, kept)) else ""


def category_in(cell: str) -> str:
    """A merchant category of four digits; "" for anything else."""
    cell = cell.strip()
    if not (cell.isascii() and cell.isdigit()) or len(cell) > 4 or not int(cell):
        return ""
    return cell.zfill(4) if len(cell) >= 3 else ""


def _stated_at(cell: str) -> str:
    try:
        return instant(cell).isoformat()
    except ValueError:
        return ""


TRIMMED_120: Memo[str] = Memo(lambda cell: " ".join(cell.split())[:120])
TRIMMED_60: Memo[str] = Memo(lambda cell: " ".join(cell.split())[:60])
ACCOUNT: Memo[str] = Memo(lambda cell: "".join(cell.split()).strip("'\"")[:120])
STATED_AT: Memo[str] = Memo(_stated_at)


def without_credentials(text: str) -> str:
    """A row as it may be kept: no query of a link, no secret, no whole card number."""
    text = _QUERY.sub(r"\1?…", text)
    text = _SECRET.sub(r"\1=…", text)
    text = _KEY.sub("…", text)
    return _FULL_CARD.sub(lambda card: f"{card[1]}…{card[3]}", text)
