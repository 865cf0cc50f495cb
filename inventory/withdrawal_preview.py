"""What a withdrawal would take away: records, tools and money that only one scan tells of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from discovery import sightings
from discovery.models import Purchase, Record, Scan
from inventory.models import Tool
from inventory.naming import names_of

Sums = dict[str, int]  # currency → 10⁻⁶


@dataclass(frozen=True)
class Going:
    """Attributes:
    rows: distinct rows of its file that no other scan of the source shows.
    others: rows that another scan shows too; these stay, as that one shows them.
    records: readable ones among what goes; the rest is sealed.
    tools: (key, name) that nothing else tells of and nobody decided about: they go.
    kept_tools: (key, name) that nothing else tells of and somebody decided about: they stay, empty.
    purchases, sums: booked purchases that rest on these records alone.
    """

    rows: int
    others: int
    records: int
    tools: list[tuple[str, str]]
    kept_tools: list[tuple[str, str]]
    purchases: int
    sums: Sums


def what_goes(scan: Scan) -> Going:
    """Seven queries, whatever the size of the file."""
    runs = sightings.runs_of(scan.source_id)
    shown = sightings.identities(runs.pop(scan.pk, sightings.together({})))
    _exact, elsewhere = sightings.known(shown, sightings.together(runs))
    gone = shown[~elsewhere]
    rows = list(
        Record.objects.filter(source_id=scan.source_id, current=True)
        .values_list("identity", "content", "purchase", "descriptor__product", "descriptor__vendor")
        .order_by("pk")
    )
    packed = b"".join(bytes(row[0]) + bytes(row[1]) for row in rows)
    entries = sightings.native(sightings.unpack(packed))
    going = sightings.known(entries, gone)[1] if rows else np.zeros(0, dtype=bool)
    going_rows = [row for row, goes in zip(rows, going.tolist(), strict=True) if goes]
    staying = [row for row, goes in zip(rows, going.tolist(), strict=True) if not goes]
    elsewhere_records = Record.objects.filter(current=True).exclude(source_id=scan.source_id)
    told = {product or vendor for *_, product, vendor in going_rows} - {""}
    told -= {product or vendor for *_, product, vendor in staying}
    if told:
        pairs = elsewhere_records.values_list("descriptor__product", "descriptor__vendor")
        told -= {product or vendor for product, vendor in pairs.distinct().order_by()}
    tools = {tool.key: tool for tool in Tool.objects.filter(key__in=told)} if told else {}
    names = names_of({key: tool.vendor for key, tool in tools.items()}) if tools else {}
    titles = sorted(((key, names[key].title) for key in tools), key=lambda tool: tool[1].casefold())
    bought = {row[2] for row in going_rows} - {row[2] for row in staying} - {None}
    sums: Sums = {}
    purchases = 0
    if bought:
        bought -= set(elsewhere_records.exclude(purchase=None).values_list("purchase", flat=True))
        booked = Purchase.objects.filter(booked=True, records__source_id=scan.source_id).distinct()
        for number, currency, amount in booked.values_list("pk", "currency", "amount"):
            if number in bought:
                purchases += 1
                sums[currency] = sums.get(currency, 0) + amount
    return Going(
        rows=len(gone),
        others=len(shown) - len(gone),
        records=len(going_rows),
        tools=[tool for tool in titles if tools[tool[0]].untouched],
        kept_tools=[tool for tool in titles if not tools[tool[0]].untouched],
        purchases=purchases,
        sums=dict(sorted(sums.items())),
    )
