"""Which rows a reader may see, and how exactly people are counted for them.

The rows are the whole company's, or what some departments have. Lists, totals, pages, API and
exports narrow their rows here and nowhere else. What belongs to no department (an unattributed
purchase, a login that nobody is known for, a sealed record) is out of the reach of who is limited.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet, Sum

from discovery.models import Person, Purchase, Record
from inventory.figures import DOORS, RECORD_DEPARTMENT
from inventory.head_counts import coarse
from inventory.models import Tool, ToolDepartment, ToolMonth, ToolPerson, ToolSpend

#: So many tools are asked for by number; of more, rows of all are read.
_FEW = 300


@dataclass(frozen=True)
class Reach:
    """The departments that a reader is limited to (None: the whole company), and whether the reader has
    the right to names, and with it to exact numbers of people (see ``head_counts``).
    """

    departments: frozenset[str] | None = None
    exact: bool = True

    @property
    def whole(self) -> bool:
        return self.departments is None

    def _within(self, rows: QuerySet[Any], field: str) -> QuerySet[Any]:
        if self.departments is None:
            return rows
        return rows.filter(**{f"{field}__in": sorted(self.departments)})

    def people(self, rows: QuerySet[Person]) -> QuerySet[Person]:
        return self._within(rows, "department")

    def records(self, rows: QuerySet[Record]) -> QuerySet[Record]:
        """Records of these departments' people, and those behind their purchases."""
        if self.departments is None:
            return rows
        return self._within(rows.annotate(within=RECORD_DEPARTMENT), "within")

    def purchases(self, rows: QuerySet[Purchase]) -> QuerySet[Purchase]:
        return self._within(rows, "department")

    def months(self, rows: QuerySet[ToolMonth]) -> QuerySet[ToolMonth]:
        return self._within(rows, "department")

    def spend(self) -> QuerySet[ToolSpend] | QuerySet[ToolMonth]:
        """Booked amounts by tool, month and currency: one row for each of the whole company, several of
        departments. Sums by department stand only in the finer of the two tables.
        """
        return ToolSpend.objects.all() if self.whole else self.months(ToolMonth.objects.all())

    def users(self, rows: QuerySet[ToolPerson]) -> QuerySet[ToolPerson]:
        return self._within(rows, "person__department")

    def parts(self, rows: QuerySet[ToolDepartment]) -> QuerySet[ToolDepartment]:
        return self._within(rows, "department")

    def tools(self, rows: QuerySet[Tool]) -> list[Tool]:
        """The tools within reach, their figures only what these departments have. Do not save them.

        One query for the whole company, three for departments, however many tools.
        """
        found = list(rows)
        if self.departments is not None:
            found = self._narrowed(found)
        if not self.exact:
            for tool in found:
                tool.people_count = coarse(tool.people_count)
                tool.people_unresolved = coarse(tool.people_unresolved)
        return found

    def _narrowed(self, tools: Collection[Tool]) -> list[Tool]:
        numbers = [tool.pk for tool in tools]

        def of_these(rows: QuerySet[Any]) -> QuerySet[Any]:
            return rows.filter(tool__in=numbers) if len(numbers) <= _FEW else rows

        parts: dict[int, list[ToolDepartment]] = defaultdict(list)
        for part in of_these(self.parts(ToolDepartment.objects.order_by("department"))):
            parts[part.tool_id].append(part)
        spend: dict[int, dict[str, int]] = defaultdict(dict)
        paid = of_these(self.months(ToolMonth.objects.all())).values_list("tool", "currency")
        for tool, currency, total in paid.annotate(total=Sum("amount")).order_by("currency"):
            spend[tool][currency] = int(total)
        narrowed = []
        for tool in tools:
            if mine := parts.get(tool.pk):
                _show_only(tool, mine, spend.get(tool.pk, {}))
                narrowed.append(tool)
        return narrowed


#: The reach of the operator's own commands.
WHOLE = Reach()


def _show_only(tool: Tool, parts: list[ToolDepartment], spend: dict[str, int]) -> None:
    # Nobody is in two departments, so their people can be added up.
    tool.people_count, tool.people_unresolved = sum(part.people for part in parts), 0
    tool.first_seen = min(part.first_seen for part in parts)
    tool.last_seen = max(part.last_seen for part in parts)
    tool.spend = spend
    tool.doors = sorted({door for part in parts for door in part.doors}, key=DOORS.index)
    tool.sources = sorted({source for part in parts for source in part.sources})
    tool.departments = [part.department for part in parts]
    tool.plan, tool.likely_plans = (
        "",
        [],
    )  # what all evidence names; other departments' evidence may name another
