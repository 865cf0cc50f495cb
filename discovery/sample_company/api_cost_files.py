"""Costs of the OpenAI account as its API's pages give them: a bucket a day, and most days are empty."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import UTC, date, datetime, time
from decimal import Decimal

from discovery.sample_company.api_use import ACCOUNT, first_metered
from discovery.sample_company.calendar import ONE_DAY, days
from discovery.sample_company.files import FileRow, SampleFile
from discovery.sample_company.world import ApiUse, World

_PROJECT = "proj_ticket_sorting"
#: The most buckets that the API puts into a page.
_PAGE = 180
#: Places of a millionth: a cost has more of them than a cent.
_MILLIONTHS = -6


def api_cost_files(seed: int, world: World) -> list[SampleFile]:
    """``seed`` decides nothing here: the pages follow from the world."""
    used: dict[date, list[ApiUse]] = defaultdict(list)
    for use in world.api_use:
        used[use.day].append(use)
    rows = [
        FileRow(_bucket(day, [_result(_number(use.amount), use.currency, use.item) for use in used[day]]))
        for day in days(first_metered(world.start), world.end)
    ]
    broken = next(number for number, row in enumerate(rows) if row.body.endswith(b"[]}"))
    lost = _result('"n/a"', "USD", "web search tool calls")
    rows[broken] = FileRow(_bucket(first_metered(world.start) + broken * ONE_DAY, [lost]), "amount")
    pages = [rows[start : start + _PAGE] for start in range(0, len(rows), _PAGE)]
    return [
        SampleFile(f"usage/openai-costs-{number}.json", tuple(page), _frame, b",\n", by_line=False)
        for number, page in enumerate(pages, 1)
    ]


def _bucket(day: date, results: list[str]) -> bytes:
    start, end = _seconds(day), _seconds(day + ONE_DAY)
    joined = ",".join(results)
    return f'{{"object":"bucket","start_time":{start},"end_time":{end},"results":[{joined}]}}'.encode()


def _result(value: str, currency: str, item: str) -> str:
    return (
        f'{{"object":"organization.costs.result","amount":{{"value":{value},"currency":"{currency.lower()}"}},'
        f'"line_item":{json.dumps(item)},"project_id":"{_PROJECT}","organization_id":"{ACCOUNT}"}}'
    )


def _number(amount: int) -> str:
    return f"{Decimal(amount).scaleb(_MILLIONTHS):f}"


def _seconds(day: date) -> int:
    return int(datetime.combine(day, time(), UTC).timestamp())


def _frame(file: SampleFile) -> tuple[bytes, bytes]:
    return b'{"object":"page","data":[\n', b'\n],"has_more":false,"next_page":null}\n'
