"""A page at a time, from a cursor that says where the last page ended.

A cursor holds the place in the order, not a number of rows, so rows that are added or removed between
two pages make none come twice and none be left out. It is signed together with the question: a cursor
of another list, or one made up, is refused.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from django.core import signing
from django.db.models import Q, QuerySet
from rest_framework import serializers
from rest_framework.request import Request

T = TypeVar("T")

USUAL, MOST = 100, 500
#: Of a list in an order that this module does not know, so many last rows are remembered: the place is
#: found again as long as one of them is still there.
_REMEMBERED = 5


class Question(serializers.Serializer):
    """What every list can be asked. A list's own question adds its filters."""

    limit = serializers.IntegerField(
        default=USUAL, min_value=1, max_value=MOST, required=False, help_text="rows of a page"
    )
    cursor = serializers.CharField(required=False, max_length=4_000, help_text="of the page before: see next")


@dataclass(frozen=True)
class Page(Generic[T]):
    rows: list[T]
    next: str | None  # address of the next page


@dataclass(frozen=True)
class By:
    """A column that a queryset is ordered by, and how its values stand in a cursor. Never null."""

    column: str
    descending: bool = False
    write: Callable[[Any], Any] = lambda value: value
    read: Callable[[Any], Any] = lambda value: value


@dataclass(frozen=True)
class Turner:
    """Turns the pages of one question."""

    request: Request
    limit: int
    cursor: str

    def ordered(self, rows: Sequence[T], place: Callable[[T], Any]) -> Page[T]:
        """A page of rows that stand in the order of their places, no two at the same."""
        start = 0
        if self.cursor:
            start = bisect_right([_plain(place(row)) for row in rows], self._read())
        return self._page(list(rows[start : start + self.limit + 1]), lambda shown: _plain(place(shown[-1])))

    def after(self, rows: Sequence[T], name: Callable[[T], str]) -> Page[T]:
        """A page of rows in whatever order, found again by name."""
        start = 0
        if self.cursor:
            where = {name(row): number for number, row in enumerate(rows)}
            known = [where[last] for last in self._read() if last in where]
            if not known:
                raise _refused("the rows that this cursor stands after are gone; start again without one.")
            start = known[0] + 1
        return self._page(
            list(rows[start : start + self.limit + 1]),
            lambda shown: [name(row) for row in reversed(shown[-_REMEMBERED:])],
        )

    def stored(self, rows: QuerySet[Any], *by: By) -> Page[Any]:
        """A page of a queryset in this order, which must tell any two rows apart."""
        if self.cursor:
            rows = rows.filter(_behind(by, self._read()))
        ordered = rows.order_by(*(f"-{one.column}" if one.descending else one.column for one in by))
        return self._page(
            list(ordered[: self.limit + 1]),
            lambda shown: [one.write(getattr(shown[-1], one.column)) for one in by],
        )

    def _page(self, found: list[T], place: Callable[[list[T]], Any]) -> Page[T]:
        shown = found[: self.limit]
        if len(found) <= self.limit:
            return Page(shown, None)
        cursor = signing.dumps(place(shown), salt=self._salt())
        asked = [pair for pair in self._asked() if pair[0] != "cursor"]
        address = f"{self.request.path}?{urlencode([*asked, ('cursor', cursor)])}"
        return Page(shown, self.request.build_absolute_uri(address))

    def _asked(self) -> list[tuple[str, str]]:
        return [(name, value) for name, value in self.request.query_params.items() if value]

    def _salt(self) -> str:
        """The question without its paging: the same list."""
        filters = sorted(pair for pair in self._asked() if pair[0] not in ("limit", "cursor"))
        return f"penumbra.api.cursor {self.request.path}?{urlencode(filters)}"

    def _read(self) -> Any:
        try:
            return signing.loads(self.cursor, salt=self._salt())
        except signing.BadSignature:
            raise _refused("this is no cursor of this list; take the address from next.") from None


def _refused(sentence: str) -> serializers.ValidationError:
    return serializers.ValidationError({"cursor": [sentence]})


def _plain(place: Any) -> Any:
    """A place as it comes back out of a cursor."""
    return list(place) if isinstance(place, tuple) else place


def _behind(by: Sequence[By], place: Sequence[Any]) -> Q:
    """Rows after a place: alike in the first columns, and further in the next."""
    behind, alike = Q(), Q()
    for one, written in zip(by, place, strict=True):
        value = one.read(written)
        behind |= alike & Q(**{f"{one.column}__{'lt' if one.descending else 'gt'}": value})
        alike &= Q(**{one.column: value})
    return behind
