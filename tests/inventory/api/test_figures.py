"""Figures of the API are those of pages and exports, to the millionth."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from inventory import rollups
from inventory.access import Role
from inventory.api.spend import SpendRow
from inventory.api.tools import ToolRow
from inventory.decisions import Change, decide
from inventory.exports import spend, tools
from inventory.exports.period import Period
from inventory.flags.keep import check_all
from inventory.models import Tool
from inventory.pseudonyms import pseudonym
from tests.inventory import rows
from tests.inventory.api.conftest import client_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def export(tmp_path: Path):
    def run(what: str, *options: str) -> list[dict]:
        target = tmp_path / "out.json"
        call_command("export", what, "--format", "json", "-o", str(target), *options)
        return json.loads(target.read_text())

    return run


def results(client: Client, address: str) -> list[dict]:
    answer = client.get(f"/api/v1/{address}")
    assert answer.status_code == 200, answer.content
    assert answer.json()["next"] is None
    return answer.json()["results"]


def totals(lines: list[dict]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        found[line["currency"]] += Decimal(line["amount"])
    return dict(found)


@pytest.mark.parametrize(
    "days", [{}, {"since": "2026-02-01"}, {"since": "2026-03-04", "until": "2026-05-05"}]
)
def test_spend_is_what_export_spend_writes(program, company, export, days):
    query = "&".join(f"{name}={day}" for name, day in days.items())
    options = [word for name, day in days.items() for word in (f"--{name}", day)]
    written = export("spend", *options)
    assert written
    assert results(program(Role.FINANCE), f"spend/?{query}") == written
    assert list(SpendRow().fields) == list(spend.columns(Period()))


def test_purchases_and_tools_add_up_to_spend(program, company, export):
    finance = program(Role.FINANCE)
    whole = totals(export("spend"))
    assert whole == {"EUR": Decimal("113.100001"), "USD": Decimal(9)}
    assert totals(results(finance, "purchases/")) == whole
    answer = finance.get("/api/v1/tools/").json()
    by_tool: dict[str, Decimal] = defaultdict(Decimal)
    for tool in answer["results"]:
        for currency, amount in tool["spend_by_currency"].items():
            by_tool[currency] += Decimal(amount)
    assert dict(by_tool) == whole
    assert answer["total"] == {
        "tools": 2,
        "all_tools": 2,
        "spend_12m_by_currency": {"EUR": "113.100001", "USD": "9.00"},
        "first_month": "2025-06",
        "last_month": "2026-05",
    }


def test_a_tool_is_what_export_inventory_writes(program, company, export):
    Tool.objects.filter(key="openai/chatgpt").update(status="sanctioned", owner="ada@corp.example")
    written = {line["product"]: line for line in export("inventory")}
    read = {line["product"]: line for line in results(program(Role.SECURITY), "tools/")}
    assert set(read) == set(written)
    shared = set(tools.COLUMNS) & set(ToolRow().fields)
    assert len(shared) > 20
    for product, line in read.items():
        assert {name: line[name] for name in shared} == {name: written[product][name] for name in shared}
    assert read["openai/chatgpt"]["people_at_least"] == read["openai/chatgpt"]["people_at_most"] == 2
    assert read["deepl/translator"]["spend_12m"] is None  # no rate from USD


def test_the_page_shows_what_the_api_tells(signed_in, company):
    browser = signed_in(Role.SECURITY)
    for query in ("", "?q=chatgpt", "?door=sso", "?status=sanctioned"):
        told = browser.get(f"/api/v1/tools/{query}").json()["total"]
        shown = browser.get(f"{reverse('tools')}{query}").context["found"]
        assert told["tools"] == len(shown.entries)
        assert {name: Decimal(amount) for name, amount in told["spend_12m_by_currency"].items()} == {
            name: Decimal(amount) / rows.MICRO for name, amount in shown.spend.items()
        }


def test_one_tool_has_its_months(program, company):
    tool = program(Role.SECURITY).get("/api/v1/tools/openai/chatgpt/").json()
    assert tool["months"] == [
        {
            "month": "2026-05",
            "currency": "EUR",
            "amount": "-7.00",
            "by_door": {"employee_expense": "-7.00"},
        },
        {
            "month": "2026-03",
            "currency": "EUR",
            "amount": "20.000001",
            "by_door": {"corporate_card": "20.000001"},
        },
        {
            "month": "2026-01",
            "currency": "EUR",
            "amount": "100.10",
            "by_door": {"corporate_card": "100.10"},
        },
    ]


def test_departments_see_their_own_figures(program, company):
    sales = program(Role.SECURITY, "Sales")
    [tool] = results(sales, "tools/")
    assert (tool["spend_total"], tool["people_count"], tool["departments"]) == ("20.000001", 1, ["Sales"])
    assert (
        totals(results(sales, "spend/"))
        == totals(results(sales, "purchases/"))
        == {"EUR": Decimal("20.000001")}
    )
    assert program(Role.FINANCE, "Nowhere").get("/api/v1/spend/").json()["results"] == []


@pytest.mark.parametrize(
    ("question", "amounts"),
    [
        ("tool=openai/chatgpt", ["-7.00", "20.000001", "100.10"]),
        ("door=employee_expense", ["-7.00"]),
        ("department=Engineering", ["9.00", "100.10"]),
        ("since=2026-03-04&until=2026-05-04", ["-7.00", "20.000001"]),
        ("department=Nowhere", []),
    ],
)
def test_purchases_are_filtered(program, company, question, amounts):
    assert [line["amount"] for line in results(program(Role.FINANCE), f"purchases/?{question}")] == amounts


def test_a_purchase_shows_the_records_behind_it_and_a_pseudonym(program, company):
    line = results(program(Role.FINANCE), "purchases/?department=Sales")[0]
    assert re_hex(line.pop("purchase"))
    assert line == {
        "date": "2026-03-04",
        "product": "openai/chatgpt",
        "vendor": "openai",
        "department": "Sales",
        "door": "corporate_card",
        "person": pseudonym("lena@corp.example", Role.FINANCE),
        "person_name": None,
        "person_email": None,
        "amount": "20.000001",
        "currency": "EUR",
        "net_amount": "16.00",
        "tax": None,
        "merchant_amount": None,
        "merchant_currency": None,
        "records": [
            {
                "source": "cards",
                "date": "2026-03-04",
                "text": "openai/chatgpt",
                "amount": "20.000001",
                "currency": "EUR",
            }
        ],
    }


def re_hex(text: str) -> bool:
    return len(bytes.fromhex(text)) == 16


def test_sources_scans_and_rejected_rows_are_listed(program, company):
    admin = program(Role.ADMINISTRATOR)
    rows.sealed(rows.source(), "2026-03", 12, {"EUR": [12, 34_560_000]})
    found = rows.scan(rows_read=3, records_new=2, rows_rejected=1, file_name="march.csv")
    found.rejected.create(line=7, reason="the amount is missing", row=b"sealed")
    rows.scan(rows.source("okta", "sso"), state="failed", error="okta.json is empty; export it again")
    assert [line["source"] for line in results(admin, "sources/")] == ["cards", "okta"]
    cards = results(admin, "sources/")[0]
    assert (cards["rows_read"], cards["rows_rejected"], cards["sealed"]) == (3, 1, 12)
    assert cards["sealed_by_currency"] == {"EUR": "34.56"}
    assert (cards["first_day"], cards["last_day"]) == ("2026-01-04", "2026-05-06")
    assert [line["error"] for line in results(admin, "scans/?state=failed")] == [
        "okta.json is empty; export it again"
    ]
    assert {line["source"] for line in results(admin, "scans/?source=okta")} == {"okta"}
    one = admin.get(f"/api/v1/scans/{found.pk}/").json()
    assert (one["scan"], one["file"], one["state"], one["rows_read"]) == (found.pk, "march.csv", "done", 3)
    assert results(admin, "rejected/?source=cards") == [
        {
            "scan": found.pk,
            "source": "cards",
            "file": "march.csv",
            "line": 7,
            "reason": "the amount is missing",
        }
    ]
    assert b"sealed" not in admin.get("/api/v1/rejected/").content
    assert results(admin, "rejected/?source=okta") == []


def test_connectors_are_those_of_the_command(program, capsys):
    call_command("connectors", "--json")
    written = json.loads(capsys.readouterr().out)
    read = results(program(Role.AUDITOR), "connectors/")
    assert sorted(read, key=lambda line: line["name"]) == sorted(written, key=lambda line: line["name"])


def decide_about(*keys: str) -> None:
    """Take everything in, give some tools an owner, and work out every flag."""
    now = timezone.now()
    rollups.apply()
    decide(keys, Change(owner="lena@corp.example"), actor="hanna", reason="pays for it", now=now)
    check_all(now)


def add(number: int) -> None:
    key = f"v{number:03}/tool"
    rows.product(key, capability="chat" if number < 2 else f"capability-{number % 3}")
    who = rows.person(f"p{number}@corp.example", "Sales")
    made = rows.scan(rows.source(f"source {number}"), rows_read=1, rows_rejected=1)
    made.rejected.create(line=1, reason="no amount", row=b"sealed")
    rows.spend(
        rows.descriptor(key), "1", date(2026, 3, 1), person=who, department="Sales", source=made.source
    )


@pytest.mark.once
@pytest.mark.parametrize("department", [None, "Sales"])
def test_the_number_of_queries_hangs_on_no_number_of_rows(account, django_assert_max_num_queries, department):
    owner = account(Role.FINANCE, *([department] if department else []))
    client = client_with(owner)
    addresses = ["tools", "spend", "purchases", "people"]
    addresses += ["decisions"]
    addresses += [] if department else ["flags", "overlaps", "sources", "connectors", "scans", "rejected"]
    add(0)
    add(1)
    decide_about("v000/tool")
    asked = {}
    for address in addresses:
        with django_assert_max_num_queries(40) as few:
            assert len(results(client, f"{address}/")) >= 1
        asked[address] = len(few)
    for number in range(2, 50):
        add(number)
    decide_about(*(f"v{number:03}/tool" for number in range(50)))
    for address in addresses:
        with django_assert_max_num_queries(asked[address]):
            assert len(results(client, f"{address}/")) >= {"connectors": 9, "overlaps": 3}.get(address, 50)
    assert get_user_model().objects.count() == 1
