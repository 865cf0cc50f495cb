"""``export people``: everybody who is known, with the tools they were seen with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from discovery.models import Person
from inventory.exports.period import Period, Row
from inventory.figures import evidence

COLUMNS = ("email", "name", "department", "active", "tools")


def rows(period: Period) -> Iterator[Row]:
    """People of the directory and of records, by e-mail; ``tools`` of the period's evidence."""
    tools: dict[int, list[str]] = defaultdict(list)
    seen = evidence(period.since, period.until).filter(person__isnull=False)
    for person, tool in seen.values_list("person_id", "tool").distinct().order_by("tool"):
        tools[person].append(tool)
    everybody = sorted(Person.objects.all(), key=lambda person: person.email)
    for person in everybody:
        yield {
            "email": person.email,
            "name": person.name or None,
            "department": person.department or None,
            "active": person.active,
            "tools": sorted(tools[person.pk]),
        }
