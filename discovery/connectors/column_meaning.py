"""What the columns of a spend table mean: by their headers, in eight languages and more.

A header is folded (case, accents, punctuation, units and currency codes taken away) and looked
up in ``column_wordings.toml``; nothing is guessed from a part of a word. Within one meaning
the earlier wording wins: "transaction date" is the date even where the table has a "date", too.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from enum import Enum, auto
from pathlib import Path

from discovery.connectors.amounts import CODE, CURRENCIES


class Meaning(Enum):
    """What a column holds."""

    DATE = auto()  # of the purchase
    POSTED = auto()  # of the booking
    STATEMENT_TEXT = auto()  # the merchant as printed on the statement
    MERCHANT = auto()  # merchant, payee, counterparty
    SUPPLIER = auto()
    DESCRIPTION = auto()
    AMOUNT = auto()
    GROSS = auto()
    NET = auto()
    TAX = auto()
    DEBIT = auto()
    CREDIT = auto()
    CURRENCY = auto()
    MERCHANT_AMOUNT = auto()
    MERCHANT_CURRENCY = auto()
    BALANCE = auto()
    DIRECTION = auto()
    TYPE = auto()
    STATUS = auto()
    MCC = auto()
    CARD = auto()
    CARDHOLDER = auto()
    EMAIL = auto()
    LOGIN = auto()
    EMPLOYEE = auto()
    DEPARTMENT = auto()
    COST_CENTRE = auto()
    OWN_ID = auto()
    ACCOUNT = auto()
    COUNTER_ACCOUNT = auto()
    REIMBURSABLE = auto()
    PAYMENT = auto()
    REPORT = auto()
    INVOICE = auto()
    LINE_NUMBER = auto()
    ORDER = auto()
    DUE = auto()
    URL = auto()
    RECEIPT = auto()
    STATED_AT = auto()
    CATEGORY = auto()
    GIVEN_NAME = auto()
    FAMILY_NAME = auto()


_NOT_DECOMPOSED = str.maketrans({"ł": "l", "ø": "o", "æ": "ae", "đ": "d", "ð": "d", "ı": "i", "œ": "oe"})
_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NOT_WORD = re.compile(r"[\W_]+")
#: A longer cell is no header; brackets that nobody closed take quadratic time to say so.
LONGEST_HEADER = 200
#: Currencies in words, at the end of a header: "Débit euros".
_UNIT = re.compile(r"(?<=\w) (?:euros?|dollars?|usd|eur|gbp|chf|sek|nok|dkk|pln|kr|zl)$")
_LINKS = (" in", " en", " w", " em", " i")


def folded_header(header: str) -> str:
    """A header without case, accents, punctuation, bracketed units and currency codes."""
    if len(header) > LONGEST_HEADER:
        return ""
    outside = _BRACKETS.sub(" ", header)
    text = outside if outside.strip() else header
    text = CODE.sub(lambda code: " " if code.group() in CURRENCIES else code.group(), text) or text
    words = _UNIT.sub("", folded(text) or folded(header))
    for link in _LINKS:  # "Betrag in EUR"
        if words.endswith(link) and not folded(header).endswith(link):
            words = words.removesuffix(link)
    return words


def folded(text: str) -> str:
    """Text without case, accents and punctuation, one space between words."""
    text = text.casefold()
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text).translate(_NOT_DECOMPOSED)
        text = "".join(c for c in text if not unicodedata.combining(c))
    return " ".join(_NOT_WORD.sub(" ", text).split())


def _table() -> dict[str, list[tuple[int, Meaning]]]:
    found: dict[str, list[tuple[int, Meaning]]] = {}
    wordings = tomllib.loads(Path(__file__).with_name("column_wordings.toml").read_text("utf-8"))
    for meaning in Meaning:
        for rank, wording in enumerate(wordings[meaning.name.lower()].split(";")):
            found.setdefault(" ".join(wording.split()), []).append((rank, meaning))
    return found


_MEANINGS = _table()


def meanings_of(header: str) -> list[tuple[int, Meaning]]:
    """What a header may mean, each with its rank among the wordings of that meaning."""
    if len(header) > LONGEST_HEADER:
        return []
    # The whole of a header first: what stands in its brackets may tell two amounts apart.
    found = _MEANINGS.get(folded(header)) or _MEANINGS.get(folded_header(header))
    return found or _MEANINGS.get(folded(_CAMEL.sub(" ", header))) or _MEANINGS.get(_in_1250(header)) or []


def _in_1250(header: str) -> str:
    """A header of Windows-1250, which was read as Windows-1252: "Zaúètovaná èástka"."""
    try:
        return "" if header.isascii() else folded(header.encode("cp1252").decode("cp1250"))
    except UnicodeError:
        return ""


def columns_of(headers: Sequence[str]) -> dict[Meaning, list[int]]:
    """The columns that the headers give each meaning, the surest first; of equal headers the first."""
    ranked: dict[Meaning, list[tuple[int, int]]] = {}
    for column, header in enumerate(headers):
        for rank, meaning in meanings_of(header):
            ranked.setdefault(meaning, []).append((rank, column))
    return {meaning: [column for _, column in sorted(found)] for meaning, found in ranked.items()}


_MONEY = (
    Meaning.AMOUNT,
    Meaning.GROSS,
    Meaning.NET,
    Meaning.TAX,
    Meaning.DEBIT,
    Meaning.CREDIT,
    Meaning.MCC,
    Meaning.INVOICE,
)


def tells_of_money(headers: Sequence[str]) -> bool:
    """Whether any header names what only tables of spending have, so that a list of people is none."""
    found = columns_of(headers)
    return any(meaning in found for meaning in _MONEY)
