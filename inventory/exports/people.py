"""``export people``: everybody who is known, with the tools they were seen with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from discovery.models import Person, Record
from inventory.exports.period import Period, Row
from inventory.figures import evidence

COLUMNS = ("email", "name", "department", "active", "tools")


def rows(period: Period) -> Iterator[Row]:
    """People of the directory and of records, by e-mail or pseudonym; ``tools`` of the period's evidence."""
    reader = period.reader
    tools: dict[int, list[str]] = defaultdict(list)
    seen = reader.reach.records(evidence(period.since, period.until)).filter(person__isnull=False)
    seen = seen.exclude(kind=Record.Kind.CONTRACT)  # whose owner need not use it
    for person, tool in seen.values_list("person_id", "tool").distinct().order_by("tool"):
        tools[person].append(tool)
    everybody = [
        (reader.address(person), person) for person in reader.reach.people(Person.objects.order_by())
    ]
    for address, person in sorted(everybody, key=lambda pair: pair[0]):
        yield {
            "email": address,
            "name": reader.name(person),
            "department": person.department or None,
            "active": person.active,
            "tools": sorted(tools[person.pk]),
        }
