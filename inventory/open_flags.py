"""The open flags of tools, for pages.

A flag speaks of the whole company, and whether one stands may hang on how many people a few are. So
who is limited to departments, or has no right to names, reads none here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from inventory.models import Flag, FlagSeverity, FlagSubject
from inventory.reach import Reach


def may_read_flags(reach: Reach) -> bool:
    return reach.whole and reach.exact


def open_flags(tools: Collection[str], reach: Reach) -> dict[str, list[Flag]]:
    """Tool key → its open flags, the most severe first, without those that a stronger one covers.

    One query.
    """
    found: dict[str, list[Flag]] = defaultdict(list)
    if may_read_flags(reach):
        flags = Flag.objects.filter(about=FlagSubject.TOOL, state=Flag.State.OPEN, folded_under="")
        for flag in flags.filter(subject__in=tools).order_by("rule", "pk"):
            found[flag.subject].append(flag)
    for of_tool in found.values():
        of_tool.sort(key=lambda flag: FlagSeverity.values.index(flag.severity))
    return found
