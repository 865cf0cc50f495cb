"""Numbers of people for readers who may not learn who they are: in fives, and never to be worked out.

Such a reader sees of any group only the five it falls into: 1–4, 5–9, 10–14. A total over several
groups is a function of what is shown of each ("at least" the largest), so neither a total nor two
filters nor two dates say more than the groups themselves: docs/decisions/0051-numbers-in-fives.md.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.formats import number_format
from django.utils.translation import gettext as _

#: Fewer people than this are not told apart.
FEW = 5


def coarse(people: int) -> int:
    """The least number of the five that a count falls into: 0, 1, 5, 10, …"""
    return people if people <= 0 else max(1, people - people % FEW)


def bounds(people: int, exact: bool) -> tuple[int, int]:
    """The least and the most people that a reader may take a number for; the same where it is exact."""
    if exact or people <= 0:
        return people, people
    least = coarse(people)
    return least, least - least % FEW + FEW - 1


def shown(people: int, exact: bool) -> str:
    """A number of people as a reader sees it."""
    least, most = bounds(people, exact)
    return _written(least) if least == most else f"{_written(least)}–{_written(most)}"


def _written(number: int) -> str:
    return number_format(number, force_grouping=True)


def total_shown(people: int, groups: Iterable[int], exact: bool) -> str:
    """The number of people in several groups together, each counted once.

    Without the right to exact numbers it says no more than the groups do.
    """
    if exact:
        return shown(people, exact)
    least = max(map(coarse, groups), default=0)
    return _("at least %(people)s") % {"people": _written(least)} if least else shown(0, exact)


def in_common_shown(people: int, exact: bool) -> str:
    """How many people two tools have in common, as a reader sees it.

    Without the right to exact numbers nobody and a few are told alike: four pairs with somebody in
    common and the others with nobody would count a small tool's people.
    """
    return shown(people, exact) if exact or people >= FEW else f"0–{FEW - 1}"
