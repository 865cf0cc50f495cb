"""What the first scan of a company puts before a person: the sample company, of any size.

Counted are descriptors, since one answer settles all rows with the same one. Nothing is stored: every
file is read by its connector and every descriptor recognised once.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from typing import Any

from bench.fresh import installation
from bench.results import Limit, Result

PEOPLE = 2_000
_MONTHS, _FEW_MONTHS = 14, 2  # a quick run has few people and few months
_END = date(2026, 10, 31)
_FEWEST = 20


def measure(rows: int = PEOPLE) -> Iterator[Result]:
    """``rows`` is the number of people; where there are to be fewer than usual, ten times that."""
    people = rows if rows >= PEOPLE else max(rows // 10, _FEWEST)
    with installation() as (_, child):
        found = child.call(look, people=people)
    yield Result(
        "first_look", found["reviewed"], "texts", found["booked"], Limit(150, of_value=True),
        f"put before a person at {people:,} people; {found['descriptors']:,} descriptors of "
        f"{found['records']:,} records; baseline: descriptors that are booked",
    )  # fmt: skip


def look(people: int) -> dict[str, Any]:
    """The sample company's files read and recognised. Runs in the child."""
    from discovery.connectors import recognise
    from discovery.connectors.base import HEAD_BYTES, Head
    from discovery.records import Grant
    from discovery.sample_company import build
    from discovery.sample_company.files import SampleArchive
    from discovery.staging import CHANNELS
    from vendors.catalog_index import load_matcher
    from vendors.matching import Channel, Decision, describe

    matcher = load_matcher()
    months = _MONTHS if people >= PEOPLE else _FEW_MONTHS
    asked: dict[Any, Decision] = {}
    records = 0
    for file in build(people=people, months=months, end=_END).files:
        for member in file.members if isinstance(file, SampleArchive) else (file,):
            content = member.content()
            connector = recognise(Head(member.name, content[:HEAD_BYTES], len(content) <= HEAD_BYTES))
            if connector is None:
                continue
            for _, record in connector.read(io.BytesIO(content)):
                text = getattr(record, "text", "") or getattr(record, "app", "")
                if not text:
                    continue
                records += 1
                spend = CHANNELS.get(connector.kind, Channel.EXPENSE)
                descriptor = describe(
                    Channel.OAUTH if isinstance(record, Grant) else spend, text,
                    mcc=getattr(record, "mcc", ""),
                    client_id=getattr(record, "client_id", ""), url=getattr(record, "url", ""),
                    scopes=getattr(record, "scopes", ()),
                )  # fmt: skip
                if descriptor not in asked:
                    asked[descriptor] = matcher.recognise(descriptor).decision
    decisions = list(asked.values())
    return {
        "records": records,
        "descriptors": len(decisions),
        "reviewed": decisions.count(Decision.REVIEW),
        "booked": decisions.count(Decision.MATCH),
    }
