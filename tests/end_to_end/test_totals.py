"""Every total of pages, files and API is that of ``export spend``, on whole made-up companies."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from discovery.sample_company import build, write
from inventory.access import Role
from inventory.api_tokens import make_token
from inventory.exports import EXPORTS
from inventory.exports.period import Period
from inventory.listing import months_of
from tests.distribution import on_each_database
from tests.inventory.api.accounts import account_of
from vendors.catalog_files import Catalog

pytestmark = pytest.mark.django_db

Sums = dict[str, Decimal]  # currency → amount


@dataclass(frozen=True)
class Written:
    """The rows of ``export spend``, and sums over some of them."""

    rows: list[dict[str, Any]]

    def sums(self, months: Iterable[str] | None = None, **columns: str) -> Sums:
        wanted = None if months is None else set(months)
        return added(
            (row["currency"], row["amount"])
            for row in self.rows
            if (wanted is None or row["month"] in wanted)
            and all((row[column] or "") == value for column, value in columns.items())
        )

    def of_tools(self, keys: Iterable[str], months: Iterable[str] | None = None) -> Sums:
        wanted = set(keys)
        rows = [row for row in self.rows if (row["product"] or row["vendor"]) in wanted]
        return Written(rows).sums(months)


def added(pairs: Iterable[tuple[str, str]]) -> Sums:
    total: Counter[str] = Counter()
    for currency, amount in pairs:
        total[currency] += Decimal(amount)
    return {currency: amount for currency, amount in total.items() if amount}


def of_micros(sums: dict[str, int]) -> Sums:
    """Amounts as pages hold them, 10⁻⁶ of the unit."""
    return {currency: Decimal(amount) / 1_000_000 for currency, amount in sums.items() if amount}


def rows_of(client: Client, address: str) -> Iterator[dict[str, Any]]:
    """Every row of a list of the API, page by page."""
    following: str | None = f"/api/v1/{address}"
    while following:
        answer = client.get(following)
        assert answer.status_code == 200, answer.content
        yield from answer.json()["results"]
        following = answer.json()["next"]


def browser(user: Any) -> Client:
    client = Client()
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    return client


def opened(client: Client, address: str) -> Any:
    """What a page was made of."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.context


@pytest.fixture(params=on_each_database((1,), (1, 12)))
def written(request, stored_catalog: Catalog, tmp_path: Path) -> Written:
    """A company scanned from its files."""
    write(build(seed=request.param, people=30, months=4, end=date(2026, 10, 31)), tmp_path)
    call_command("scan", str(tmp_path / "exports"), stdout=StringIO(), stderr=StringIO())
    found = Written(list(EXPORTS["spend"].rows(Period())))
    assert len(found.rows) > 20
    return found


def test_every_total_is_that_of_export_spend(written: Written):
    finance = account_of(Role.FINANCE)
    the_api(written, finance)
    client = browser(finance)
    the_list_and_its_files(written, client)
    the_pages_of_tools(written, client)
    the_homes(written, client)
    the_purchases(written, client)
    the_overlaps(written, client)
    who_is_limited_to_a_department(written)


def the_api(written: Written, finance: Any) -> None:
    _, secret = make_token(finance, name="totals", scopes=["read"], days=1, by="test", now=timezone.now())
    client = Client(headers={"authorization": f"Bearer {secret}"})
    assert list(rows_of(client, "spend/?limit=7")) == written.rows
    bought = rows_of(client, "purchases/?limit=500")
    assert added((row["currency"], row["amount"]) for row in bought) == written.sums()
    tools = list(rows_of(client, "tools/?limit=9"))
    assert added(pair for tool in tools for pair in tool["spend_by_currency"].items()) == written.sums()
    exported = {row["product"] or row["vendor"]: row for row in EXPORTS["inventory"].rows(Period())}
    assert {tool["key"] for tool in tools} == set(exported)
    for tool in tools:
        for name in ("people_count", "people_unresolved", "spend_total", "spend_12m", "doors", "sources"):
            assert tool[name] == exported[tool["key"]][name], (tool["key"], name)
    for query in ("", "?door=corporate_card", "?door=sso", "?q=chat"):
        told = client.get(f"/api/v1/tools/{query}").json()["total"]
        shown = opened(browser(finance), f"/tools/{query}")["found"]
        assert told["tools"] == len(shown.entries)
        assert added(told["spend_12m_by_currency"].items()) == of_micros(shown.spend)


def the_list_and_its_files(written: Written, client: Client) -> None:
    """The list under every filter that it offers, and the same as CSV and XLSX."""
    whole = opened(client, "/tools/")["found"]
    months = months_of(whole.window)
    assert of_micros(whole.spend) == written.sums(months)
    questions = [
        "",
        *(f"door={door}" for door, _, _ in whole.doors),
        *(f"capability={key}" for key, _, _ in whole.capabilities),
        *(f"kind={kind}" for kind, _, _ in whole.kinds),
        "q=a",
        "sort=name&status=discovered",
    ]
    for question in questions:
        found = opened(client, f"/tools/?{question}")["found"]
        right = written.of_tools([entry.key for entry in found.entries], months)
        assert of_micros(found.spend) == right, question
        lines = list(csv.DictReader(StringIO(client.get(f"/tools.csv?{question}").content.decode())))
        assert len(lines) == len(found.entries)
        assert totals_of_columns(lines) == right, question
    sheet = openpyxl.load_workbook(BytesIO(client.get("/tools.xlsx").content), read_only=True).active
    names, *cells = sheet.iter_rows(values_only=True)
    lines = [{name: str(cell or 0) for name, cell in zip(names, row, strict=True)} for row in cells]
    assert totals_of_columns(lines) == written.sums(months)


def totals_of_columns(lines: list[dict[str, str]]) -> Sums:
    start = "spend_12m_"
    columns = [name for name in lines[0] if name.startswith(start)] if lines else []
    return added((name.removeprefix(start).upper(), line[name] or "0") for line in lines for name in columns)


def the_pages_of_tools(written: Written, client: Client) -> None:
    found = opened(client, "/tools/")["found"]
    months = months_of(found.window)
    for entry in found.entries:
        shown = opened(client, f"/tools/{entry.key}/?tab=spend")
        assert of_micros(shown["spend_12m"]) == written.of_tools([entry.key], months), entry.key
        by_month: dict[str, Sums] = {}
        for line in shown["months"]:
            by_month.setdefault(line.month, {})[line.currency] = Decimal(line.total) / 1_000_000
        for month, sums in by_month.items():
            right = written.of_tools([entry.key], [month])
            assert {name: amount for name, amount in sums.items() if amount} == right, (entry.key, month)
        assert set(by_month) == {
            row["month"] for row in written.rows if (row["product"] or row["vendor"]) == entry.key
        }


def the_homes(written: Written, client: Client) -> None:
    money = opened(client, "/")["money"]
    months = months_of(money.window)
    assert of_micros(money.now_total) == written.sums([money.month])
    assert of_micros(money.before_total) == written.sums([money.before])
    assert of_micros(money.year_total) == written.sums(months)
    for month, sums in money.by_month:
        assert of_micros(sums) == written.sums([month])
    for line in money.departments:
        assert of_micros(line.now) == written.sums([money.month], department=str(line.name))
        assert of_micros(line.before) == written.sums([money.before], department=str(line.name))
    for side, month in (("now", money.month), ("before", money.before)):
        assert summed(of_micros(getattr(line, side)) for line in money.doors) == written.sums([month])
        assert summed(of_micros(getattr(line, side)) for line in money.departments) == written.sums([month])
    procurement = opened(browser(account_of(Role.PROCUREMENT)), "/")
    assert of_micros(procurement["found"].spend) == written.sums(months)
    for group in procurement["doubles"]:
        assert of_micros(group.spend) == written.of_tools(group.keys, months)
    security = opened(browser(account_of(Role.SECURITY)), "/")["found"]
    assert of_micros(security.spend) == written.of_tools([e.key for e in security.entries], months)


def summed(parts: Iterable[Sums]) -> Sums:
    return added((currency, str(amount)) for part in parts for currency, amount in part.items())


def the_purchases(written: Written, client: Client) -> None:
    shown = opened(client, "/purchases/")
    assert of_micros({bridge.currency: bridge.total for bridge in shown["bridges"]}) == written.sums()
    for bridge in shown["bridges"]:
        assert bridge.told + bridge.taken_off == bridge.total
    for question, column in (("tool", None), ("door", "door"), ("month", "month")):
        for value, _words, _number in shown["options"][question + "s"]:
            bridges = opened(client, f"/purchases/?{question}={value}")["bridges"]
            right = written.of_tools([value]) if column is None else written.sums(**{column: value})
            assert of_micros({b.currency: b.total for b in bridges}) == right, (question, value)


def the_overlaps(written: Written, client: Client) -> None:
    shown = opened(client, "/overlap/")
    months = months_of(shown["window"])
    lines = list(csv.DictReader(StringIO(client.get("/overlap.csv").content.decode())))
    assert [line["capability"] for line in lines] == [line.group.capability for line in shown["lines"]]
    for line, row in zip(shown["lines"], lines, strict=True):
        right = written.of_tools([member.tool.key for member in line.group.members], months)
        assert of_micros(line.group.spend) == right, line.group.capability
        assert totals_of_columns([row]) == right
        one = opened(client, f"/overlap/{line.group.capability}/")
        assert of_micros(one["spend"]) == right
        for column in one["columns"]:
            member = column.member
            assert of_micros(member.spend) == written.of_tools([member.tool.key], months)


def who_is_limited_to_a_department(written: Written) -> None:
    """Sums of one department are those of its rows."""
    department = next(row["department"] for row in written.rows if row["department"])
    client = browser(account_of(Role.FINANCE, department))
    theirs = Written([row for row in written.rows if row["department"] == department])
    found = opened(client, "/tools/")["found"]
    months = months_of(found.window)
    assert of_micros(found.spend) == theirs.sums(months)
    assert of_micros(opened(client, "/")["money"].year_total) == theirs.sums(months)
    bridges = opened(client, "/purchases/")["bridges"]
    assert of_micros({bridge.currency: bridge.total for bridge in bridges}) == theirs.sums()
    for entry in found.entries:
        shown = opened(client, f"/tools/{entry.key}/?tab=spend")
        assert of_micros(shown["spend_12m"]) == theirs.of_tools([entry.key], months), entry.key
