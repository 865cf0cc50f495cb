"""Words of contract registers: periods of notice and billing, renewal, and terms without an end."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from typing import NamedTuple

from discovery.connectors.column_meaning import folded

_UNITS = (
    ("day", re.compile(r"\b(?:days?|tage?n?|jours?|dias?)\b")),
    ("week", re.compile(r"\b(?:weeks?|wochen?|semaines?|semanas?)\b")),
    ("month", re.compile(r"\b(?:months?|monate?n?|mois|mes|meses)\b")),
    ("quarter", re.compile(r"\b(?:quarters?|quartale?n?|trimestres?)\b")),
    ("year", re.compile(r"\b(?:years?|jahre?n?|ans?|annees?|anos?)\b")),
)
#: Notice in so few days would be no notice; a bare number below it has a unit that nobody wrote.
_FEWEST_DAYS = 14
#: Of a period whose end is not known, the longest it can be: too early a day does no harm.
_LONGEST = {"day": 1, "week": 7, "month": 31, "quarter": 92, "year": 366}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}

#: Beginnings of words that name how often a bill comes.
_EVERY = {
    "month": ("monthly", "monatlich", "mensuel", "mensual"),
    "quarter": ("quarterly", "vierteljahrlich", "quartalsweise", "trimestriel", "trimestral"),
    "year": ("annual", "yearly", "jahrlich", "annuel", "anual"),
    "term": (
        "once",
        "one time",
        "one off",
        "upfront",
        "up front",
        "prepaid",
        "einmalig",
        "vorab",
        "unique",
        "unic",
    ),
}
_YES_WORDS = """yes y ja j oui o si s true wahr vrai verdadero 1 x auto automatic automatically automatisch
automatique automatica automatico evergreen tacite"""
_NO_WORDS = (
    """no n nein non false falsch faux falso 0 manual manuell manuelle none keine aucune ninguna never nie"""
)
_YES, _NO = frozenset(_YES_WORDS.split()), frozenset(_NO_WORDS.split())
_NOT = frozenset(("not", "nicht", "kein", "sans", "sin"))
_WITHOUT_END = re.compile(
    r"unbefrist|unbegrenzt|open|indefin|indetermin|unlimited|perpetual|evergreen|illimit|ilimitad|ongoing|laufend"
    r"|bis auf weiteres|\bn a\b|^none$|^nan$"
)
#: "31.12.9999" stands for no end.
_FAR = re.compile(r"\b(?:2[1-9]\d\d|[3-9]\d{3})\b")


class Notice(NamedTuple):
    """A period of notice. ``days`` is the longest that it can be."""

    number: int
    unit: str

    @property
    def days(self) -> int:
        return self.number * _LONGEST[self.unit]

    def before(self, end: date) -> date | None:
        """The last day on which notice can be given for that end; None where it is before all dates."""
        try:
            if self.unit not in _MONTHS:
                return end - timedelta(days=self.days)
            months = end.year * 12 + end.month - 1 - self.number * _MONTHS[self.unit]
            year, month = divmod(months, 12)
            last = calendar.monthrange(year, month + 1)[1]
            # A term that ends with its month has its notice end with a month.
            ends_a_month = end.day == calendar.monthrange(end.year, end.month)[1]
            return date(year, month + 1, last if ends_a_month else min(end.day, last))
        except (OverflowError, ValueError, calendar.IllegalMonthError):
            return None


def notice_of(cell: str, header: str = "") -> Notice | None:
    """ "3 months", "90 Tage zum Vertragsende", or a number whose unit the (folded) header names."""
    words = folded(cell)
    found = re.search(r"\d{1,4}", words)
    if found is None:
        return None
    count = int(found[0])
    unit = _unit(words[found.end() :]) or _unit(header) or ("day" if count >= _FEWEST_DAYS else "")
    return Notice(count, unit) if unit and count else None


def _unit(words: str) -> str:
    """The unit that is named first."""
    named = [(found.start(), unit) for unit, pattern in _UNITS if (found := pattern.search(words))]
    return min(named)[1] if named else ""


def every_of(cell: str) -> str:
    """For which period a bill comes: "month", "quarter", "year", "term", or "" where the cell says none."""
    words = folded(cell)
    for every, beginnings in _EVERY.items():
        if any(f" {beginning}" in f" {words}" for beginning in beginnings):
            return every
    unit = _unit(words)
    return unit if unit in _MONTHS else ""


def renews_of(cell: str) -> bool | None:
    """Whether a contract renews by itself; None where the cell does not say."""
    words = folded(cell).split()
    if not words:
        return None
    if words[0] in _NO or (len(words) > 1 and words[0] in _NOT):
        return False
    # "12 months" in such a column is the period by which it renews.
    return True if _YES & set(words) or (words[0].isdigit() and _unit(" ".join(words))) else None


def without_end(cell: str) -> bool:
    """Whether a cell for a date is empty or says that there is none."""
    words = folded(cell)
    return not words or bool(_WITHOUT_END.search(words)) or bool(_FAR.search(cell))
