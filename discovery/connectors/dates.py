"""Dates as people and programs write them.

``03/04/2026`` is two different days. Which one a file means is decided once for the file from
all its cells (``day_first``), never row by row; an impossible date is an error.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

#: No company's export states a day outside these years; a year outside them is a slip.
FIRST_YEAR, LAST_YEAR = 1970, 2099

#: Beginnings of month names, folded, in the languages the readers know.
_MONTHS = {
    1: "jan january januar janvier janv enero ene gennaio gen januari janeiro styczen stycznia sty",
    2: "feb february februar fevrier fevr fev febrero febbraio februari fevereiro luty lutego lut",
    3: "mar march marz maerz mrz mars marzo maart mrt marco marts marzec marca",
    4: "apr april avril avr abril abr aprile kwiecien kwietnia kwi",
    5: "may mai mayo maggio mag mei maio maj maja",
    6: "jun june juni juin junio giugno giu junho czerwiec czerwca cze",
    7: "jul july juli juillet juil julio luglio lug julho lipiec lipca lip",
    8: "aug august aout agosto ago augustus augusti sierpien sierpnia sie",
    9: "sep sept september septembre septiembre set settembre setembro wrzesien wrzesnia wrz",
    10: "oct october okt oktober octobre octubre ottobre ott outubro out pazdziernik pazdziernika paz",
    11: "nov november novembre noviembre novembro listopad listopada lis",
    12: "dec december dez dezember decembre diciembre dic dicembre dezembro desember grudzien grudnia gru",
}
_MONTH_OF = {name: month for month, names in _MONTHS.items() for name in names.split()}

#: Longer cells are no dates.
_LONGEST = 64

#: What may follow the day: a time, a zone.
_TAIL = r"(?:(?:[T,]|\s)\s*\d{1,2}[:.h]\d{2}.*)?"
_YEAR_FIRST = re.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}})\.?{_TAIL}", re.DOTALL)
_YEAR_LAST = re.compile(rf"(\d{{1,2}})([-/.])\s?(\d{{1,2}})\2\s?(\d{{4}}|\d{{2}}){_TAIL}", re.DOTALL)
_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T?\d{4}(?:\d{2})?(?:\.\d+)?Z?)?")
_DAY_NAME_YEAR = re.compile(
    rf"(?:[^\W\d]+\.?,?\s+)?(\d{{1,2}})(?:st|nd|rd|th|\.|º|er)?(?:\s+de)?[\s\-/.]*"
    rf"([^\W\d]+)\.?,?(?:\s+de)?[\s\-/.]*(\d{{4}}|\d{{2}}){_TAIL}",
    re.DOTALL,
)
_NAME_DAY_YEAR = re.compile(
    rf"(?:[^\W\d]+,\s+)?([^\W\d]+)\.?[\s\-]*(\d{{1,2}})(?:st|nd|rd|th)?,?[\s\-]+(\d{{4}}|\d{{2}}){_TAIL}",
    re.DOTALL,
)


def day(text: str, day_first: bool | None = None) -> date:
    """The day as stated: a time or zone behind it changes nothing.

    ``day_first`` says how ``03/04/2026`` is meant; without it such a date is refused, unless
    it can be meant in one way only. Dates with full stops are always day first. Raises ValueError.
    """
    text = text.strip().strip("'\"")
    if len(text) > _LONGEST:
        raise ValueError("not a date")
    if found := _YEAR_FIRST.fullmatch(text):
        return _date(int(found[1]), int(found[3]), int(found[4]))
    if found := _YEAR_LAST.fullmatch(text):
        first, second, year = int(found[1]), int(found[3]), _year(found[4])
        if found[2] == ".":
            day_first = True
        if day_first is None:
            if first != second and first <= 12 and second <= 12:
                raise ValueError("a date that may be day first or month first")
            day_first = first > 12 or first == second
        return _date(year, second, first) if day_first else _date(year, first, second)
    if found := _DIGITS.fullmatch(text):
        return _date(int(found[1]), int(found[2]), int(found[3]))
    if found := _DAY_NAME_YEAR.fullmatch(text):
        return _date(_year(found[3]), _month(found[2]), int(found[1]))
    if found := _NAME_DAY_YEAR.fullmatch(text):
        return _date(_year(found[3]), _month(found[1]), int(found[2]))
    raise ValueError("not a date")


def numbers_of(text: str) -> tuple[int, int, int] | None:
    """The two leading numbers and the year of a date such as ``03/04/2026`` that leaves its order open."""
    found = _YEAR_LAST.fullmatch(text.strip().strip("'\"")) if len(text) <= _LONGEST else None
    if found is None or found[2] == ".":
        return None
    return int(found[1]), int(found[3]), _year(found[4])


def day_first(cells: Iterable[str]) -> bool | None:
    """Whether the cells of a file write the day before the month; None where no cell tells.

    Where cells contradict each other the more frequent order holds and the others are
    impossible dates.
    """
    day_leads = month_leads = 0
    for cell in cells:
        if numbers := numbers_of(cell):
            first, second, _ = numbers
            day_leads += first > 12 >= second
            month_leads += second > 12 >= first
    if day_leads == month_leads:
        return None
    return day_leads > month_leads


def excel_day(serial: float, since_1904: bool = False) -> date:
    """The day of a spreadsheet's serial number. Raises ValueError where it is none."""
    # Excel counts a 29 February 1900 that never was, so its days start one earlier.
    start = date(1904, 1, 1) if since_1904 else date(1899, 12, 30)
    try:
        found = start + timedelta(days=int(serial))
    except (OverflowError, ValueError):
        raise ValueError("not a date") from None
    return _date(found.year, found.month, found.day)


def instant(text: str) -> datetime:
    """An ISO 8601 instant in UTC; one without a zone is meant in UTC. Raises ValueError."""
    text = text.strip()
    # datetime reads at most six decimals of a second before Python 3.11 and drops the rest after.
    found = datetime.fromisoformat(text)
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise ValueError("an impossible year")
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _date(year: int, month: int, number: int) -> date:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError("an impossible year")
    return date(year, month, number)


def _year(text: str) -> int:
    year = int(text)
    if len(text) == 4:
        return year
    return year + 2000 if year < 80 else year + 1900


def _month(name: str) -> int:
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if c.isalpha())
    try:
        return _MONTH_OF[plain]
    except KeyError:
        raise ValueError("not a month") from None
