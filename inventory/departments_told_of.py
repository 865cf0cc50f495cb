"""Which departments no record about AI tells of: they may use none, or no source covers them.

Which of the two it is cannot be known, see docs/decisions/0097-departments-that-no-record-tells-of.md.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from discovery.models import Person
from inventory.head_counts import FEW
from inventory.models import ToolDepartment, ToolMonth

#: Names that stand beside a total; a page has other things to say.
_SHOWN = 8


@dataclass(frozen=True)
class NotToldOf:
    """Departments of the directory without any record about AI."""

    names: list[str]
    small: int  # how many more there are of so few people that naming them would tell of each

    @property
    def first(self) -> list[str]:
        return self.names[:_SHOWN]

    @property
    def others(self) -> int:
        """How many of the names a page leaves out."""
        return max(0, len(self.names) - _SHOWN)


def departments_not_told_of() -> NotToldOf:
    """Departments with people who work here, none of whom any tool's figures hold. One query."""
    at_work = Person.objects.filter(in_directory=True, active=True).exclude(department="")
    told_of = (ToolDepartment.objects.values("department"), ToolMonth.objects.values("department"))
    for departments in told_of:
        at_work = at_work.exclude(department__in=departments)
    found = list(at_work.values_list("department").annotate(people=Count("pk")).order_by("department"))
    names = [department for department, people in found if people >= FEW]
    return NotToldOf(names, len(found) - len(names))
