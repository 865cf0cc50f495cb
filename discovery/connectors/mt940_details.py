"""What the ``:86:`` field of an MT940 entry says: who was paid and what for.

Four ways of writing it are known: German (``166?00GUTSCHRIFT?20EREF+…?32NAME``, with ``?`` or
another sign, also in Poland), Dutch (``/TRTP/…/NAME/…/REMI/…``), Sberbank's lines after ``:NS:``,
and plain text. Fields wrap at 65 characters, in the middle of words.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from discovery.connectors.payment_purposes import joined_pieces, purpose_of, without_accounts
from discovery.connectors.stated_values import each_once, text_of

#: A line that is about as long as may be goes on in the next one without a break.
_FULL_LINE = 60
_FULL_PIECE = 27

#: The bank's code before the first field may be missing.
_GERMAN = re.compile(r"\s*(?:(\d{3})(?=[?~^<>@|#;!]\d\d)|(?=[?~^<](?:00|10|20)))(.)")
_PURPOSE = frozenset({*(f"{n}" for n in range(20, 30)), *(f"{n}" for n in range(60, 64))})
_NAME = ("32", "33")

#: Marks of the Dutch banks; what they mean: the text of the payment, else who it went to.
_DUTCH = re.compile(
    r"/(TRTP|IBAN|BIC|NAME|REMI|EREF|MARF|CSID|CNTP|ORDP|BENM|ISDT|PURP|ADDR|UDTR|UCRD|ULTB|ULTD|RTRN|ACCW|SVCL"
    r"|PREF|KREF|TRCD|EXCH|CHGS|CHGS1|CHGS2|OCMT|BUSP|CDTRREF|CDTRREFTP|NRTX|INIT|RREF|PMTI)/"
)
_REMITTANCE_KIND = re.compile(r"^/*(?:USTD/*|STRD/(?:CUR/)?)", re.IGNORECASE)
#: What banks call the payment at a till.
_TILL = re.compile(
    r"\b(?:BEA|BETAALPAS|BETAALAUTOMAAT|PINBETALING|KARTENZAHLUNG|GIROCARD|DEBIT CARD)\b", re.IGNORECASE
)
_SBERBANK_NAME, _SBERBANK_TEXT = ("15", "16"), ("09", "10", "11", "12", "13", "14")


class Details(NamedTuple):
    """Attributes:
    text: who was paid and what for, "" where it says neither.
    code: the bank's code of the transaction, three digits (GVC), where the field begins with one.
    by_card: whether it says that a card paid.
    """

    text: str = ""
    code: str = ""
    by_card: bool = False


def details_of(lines: list[str], non_swift: list[str]) -> Details:
    """What the lines of an entry's ``:86:`` and ``:NS:`` say."""
    if non_swift and not any(line.strip() for line in lines):
        return _sberbank(non_swift)
    if not lines:
        return Details()
    found = _GERMAN.match(lines[0])
    if found:
        return _german("".join(lines)[found.start(2) :], found[1] or "", found[2])
    text = _unwrapped(lines)
    if _DUTCH.search(text):
        return _dutch(text)
    code = re.match(r"\s*(\d{3})(?=PN\d{4,}|\s)", text)
    if code:
        text = re.sub(r"^\s*\d{3}(?:PN\d{4})?", "", text)
    text = purpose_of(text)
    return Details(text, code[1] if code else "", bool(_TILL.match(text)))


def _unwrapped(lines: list[str]) -> str:
    whole = ""
    for line in lines:
        whole += line if len(line) >= _FULL_LINE else f"{line} "
    return whole.strip()


def _german(text: str, code: str, sign: str) -> Details:
    fields: dict[str, str] = {}
    for piece in text.split(sign):
        number, value = piece[:2], piece[2:]
        if number.isdigit() and len(number) == 2:
            fields.setdefault(number, value)
        elif fields:  # the sign itself was part of a text
            last = next(reversed(fields))
            fields[last] += sign + piece
    name = joined_pieces([fields[n] for n in _NAME if fields.get(n, "").strip()], _FULL_PIECE)
    purpose = joined_pieces([value for n, value in sorted(fields.items()) if n in _PURPOSE], _FULL_PIECE)
    said = text_of(fields.get("00", ""))
    text = each_once(text_of(without_accounts(name)), purpose_of(purpose))
    return Details(text or said, code, bool(_TILL.search(said)))


def _dutch(text: str) -> Details:
    marks = list(_DUTCH.finditer(text))
    values: dict[str, str] = {}
    for mark, end in zip(marks, [*(m.start() for m in marks[1:]), len(text)], strict=True):
        if value := text[mark.end() : end].strip().strip("/").strip():
            values.setdefault(mark[1], value)
    name = values.get("NAME", "")
    if not name and "CNTP" in values:  # account/bank/name/city
        parts = values["CNTP"].split("/")
        name = parts[2] if len(parts) > 2 else ""
    purpose = purpose_of(_REMITTANCE_KIND.sub("", values.get("REMI", "")))
    before = purpose_of(text[: marks[0].start()])
    kind = values.get("TRTP", "")
    ultimate = values.get("UCRD", "") or values.get("ULTB", "")
    text = each_once(*map(text_of, (without_accounts(name), ultimate, purpose)))
    return Details(text or before or kind, "", bool(_TILL.search(f"{kind} {before}")))


def _sberbank(lines: list[str]) -> Details:
    """Lines that begin with a number of two digits; 15 and 16 are a name cut at 27 characters."""
    values: dict[str, str] = {}
    for line in lines:
        if line[:2].isdigit():
            values.setdefault(line[:2], line[2:].strip())
    name = joined_pieces([values.get(n, "") for n in _SBERBANK_NAME], _FULL_PIECE)
    said = joined_pieces([values.get(n, "") for n in _SBERBANK_TEXT], 65)
    return Details(each_once(text_of(name), purpose_of(said)))
