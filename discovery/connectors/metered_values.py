"""Values as bills of metered use state them: amounts of any number of decimals, periods, counts, tags."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

import msgspec

from discovery.connectors.api_objects import day_in
from discovery.connectors.moments import moment
from discovery.connectors.stated_values import COST_CENTRE, DEPARTMENT, text_of

#: Of whole units; a larger amount is no cost.
_LARGEST = Decimal(10) ** 12
_MICRO = Decimal(1_000_000)

_COST_CENTRE = frozenset({"costcenter", "costcentre", "kostenstelle", "costcode"})
_DEPARTMENT = frozenset({"department", "dept", "abteilung"})
_TAGS = msgspec.json.Decoder(dict[str, Any])


def exact_cost(value: object, unit: int = 1) -> int:
    """An amount in 10⁻⁶ of the major unit, of which ``unit`` are one stated unit's parts (100: cents).

    Costs of single requests have ten decimals and more: what is below a millionth is rounded, halves to
    the even neighbour. Raises ValueError where the value is no number.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise ValueError("not an amount")
    try:
        stated = Decimal(value if isinstance(value, int | Decimal) else str(value).strip().lstrip("$"))
        if not abs(stated) < _LARGEST:  # what is no number at all is below nothing
            raise ValueError("an amount of too many digits")
        return int((stated * _MICRO / unit).to_integral_value(ROUND_HALF_EVEN))
    except InvalidOperation:
        raise ValueError("not an amount") from None


def quantity_of(value: object) -> int | None:
    """A number of requests or tokens, which some exports write as ``12.0``; None where it is none."""
    try:
        found = exact_cost(value)
    except ValueError:
        return None
    return found // 1_000_000 if found >= 0 else None


def sum_of(*counts: int | None) -> int | None:
    """The sum of the counts that are stated; None where none is."""
    stated = [count for count in counts if count is not None]
    return sum(stated) if stated else None


@lru_cache(maxsize=4096)
def period(start: str, end: str) -> tuple[date, date | None] | None:
    """The first day of a period and, of more than one day, the first day after it; None where none is stated.

    An end within a day closes that day. Both are ISO instants, or seconds since 1970.
    """
    first = day_in(start)
    if first is None:
        return None
    after = _first_day_after(end)
    return first, after if after is not None and after > first + timedelta(days=1) else None


def _first_day_after(end: str) -> date | None:
    if (at_seconds := day_in(end)) is None:
        return None
    try:
        at = moment(end)
    except (ValueError, OverflowError):
        return at_seconds  # seconds since 1970: buckets of days end at midnight
    return at.date() if at.hour == at.minute == at.second == 0 else at.date() + timedelta(days=1)


@lru_cache(maxsize=4096)
def tagged(cell: str) -> tuple[str, str]:
    """The department and the cost centre that the tags of a line name, each "" where none does."""
    try:
        tags = _TAGS.decode(cell)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return "", ""
    department = cost_centre = ""
    for name, value in tags.items():
        plain = name.rpartition(":")[2].lower().replace("_", "").replace("-", "").replace(" ", "")
        plain = plain.removeprefix("user").lstrip("/")
        if plain in _DEPARTMENT:
            department = department or text_of(value, DEPARTMENT)
        elif plain in _COST_CENTRE:
            cost_centre = cost_centre or text_of(value, COST_CENTRE)
    return department, cost_centre
