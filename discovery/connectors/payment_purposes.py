"""What a payment was for, out of the remittance text that banks print on statements.

SEPA texts carry references beside the purpose, each behind a mark (``EREF+``, ``SVWZ+``; Deutsche
Kreditwirtschaft, DFÜ-Abkommen Anlage 3). The purpose and the one who is really paid are kept;
references and account numbers are not: they name nobody and make every text another.
"""

from __future__ import annotations

import re

from discovery.connectors.stated_values import each_once, text_of

_MARK = re.compile(
    r"(EREF|KREF|MREF|CRED|DEBT|COAM|OAMT|SVWZ|ABWA|ABWE|IBAN|BIC|PURP|RREF|BREF|RTRN|MDAT|SQTP|DDAT|ORCR|ORMR"
    r"|ANAM)\+"
)
#: Older texts write a colon and a value of one word.
_OLD_REFERENCE = re.compile(r"(?<![A-Z0-9])(?:EREF|KREF|MREF|CRED|DEBT|IBAN|BIC): ?\S+")
_OLD_MARK = re.compile(r"(?<![A-Z0-9])(?:SVWZ|ABWA|ABWE): ?")
_PURPOSE = "SVWZ"
#: In whose name somebody else pays or is paid.
_IN_THE_NAME_OF = ("ABWE", "ABWA")

_IBAN = re.compile(r"\b(?:IBAN:? ?)?[A-Z]{2}\d{2} ?(?:[A-Z0-9]{4} ?){2,7}[A-Z0-9]{1,4}\b")
_IBAN_SHAPE = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]+")
_LONG_NUMBER = re.compile(r"\b\d{20,}\b")
_BLANK = re.compile(r"\s+")


def purpose_of(text: str) -> str:
    """The purpose and whoever is paid in truth; of a text without marks all of it."""
    text = _BLANK.sub(" ", text).strip()
    found = list(_MARK.finditer(text))
    if found:
        ends = [*(one.start() for one in found[1:]), len(text)]
        values: dict[str, str] = {}
        for one, end in zip(found, ends, strict=True):
            values.setdefault(one[1], text[one.end() : end].strip())
        before = text[: found[0].start()].strip()
        kept = [values.get(name, "") for name in (*_IN_THE_NAME_OF, _PURPOSE)]
        text = each_once(before, *kept)
    text = _OLD_MARK.sub(" ", _OLD_REFERENCE.sub(" ", text))
    return text_of(without_accounts(text))


def without_accounts(text: str) -> str:
    """The text without the other party's account: IBANs, and numbers of more digits than a reference has."""
    if any(c.isdigit() for c in text):
        text = _LONG_NUMBER.sub(" ", text)
        text = _IBAN.sub(lambda found: " " if is_iban(found[0]) else found[0], text)
    return _BLANK.sub(" ", text).strip()


def joined_pieces(pieces: list[str], width: int) -> str:
    """Pieces that a format cut at a width, put together: one that is full may be cut in a word."""
    whole = ""
    for piece in pieces:
        whole += piece if len(piece) == width else f"{piece} "
    return whole.strip()


def is_iban(text: str) -> bool:
    """Whether the check digits fit (ISO 13616), so that no reference of that shape is taken for one."""
    number = "".join(text.removeprefix("IBAN").lstrip(":").split())
    if not 15 <= len(number) <= 34 or not _IBAN_SHAPE.fullmatch(number):
        return False
    return int("".join(str(int(c, 36)) for c in number[4:] + number[:4])) % 97 == 1
