from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from discovery.models import Descriptor
from discovery.spreadsheet_cells import harmless
from inventory import rollups
from inventory.exports.writers import write_csv, write_xlsx
from inventory.models import Tool
from tests.inventory import rows

pytestmark = pytest.mark.django_db

INVENTORY_KEYS = [
    "product",
    "product_name",
    "vendor",
    "vendor_name",
    "domain",
    "capabilities",
    "plan",
    "origin",
    "status",
    "review_due",
    "owner",
    "suggested_owner",
    "technical_owner",
    "unowned_since",
    "tags",
    "departments",
    "people",
    "people_count",
    "people_unresolved",
    "spend_total",
    "spend_12m",
    "currency",
    "spend_by_currency",
    "first_seen",
    "last_seen",
    "doors",
    "sources",
    "risk_low",
    "risk_high",
    "contract_end",
    "notice_by",
    "flags",
]
SPEND_KEYS = [
    "month",
    "product",
    "product_name",
    "vendor",
    "vendor_name",
    "department",
    "door",
    "amount",
    "currency",
    "net_amount",
    "tax",
    "merchant_amount",
    "merchant_currency",
    "reporting_amount",
    "reporting_currency",
]


@pytest.fixture
def export(tmp_path: Path):
    def run(what: str, *options: str, form: str = "json"):
        target = tmp_path / f"out.{form}"
        call_command("export", what, "--format", form, "-o", str(target), *options)
        return json.loads(target.read_text()) if form == "json" else target.read_bytes()

    return run


def test_every_export_is_empty_and_whole_before_anything_was_read(export):
    for what in ("inventory", "spend", "people", "flags", "overlap", "records"):
        assert export(what) == []
        assert export(what, form="csv").decode().count("\n") == 1


def test_the_inventory_has_exactly_the_promised_keys(export):
    rows.product("openai/chatgpt", "ChatGPT", capability="chat")
    ada = rows.person("ada@corp.example", "Engineering")
    chat = rows.descriptor("openai/chatgpt", plan="team")
    rows.spend(chat, "20.10", date(2024, 1, 5), person=ada, department="Engineering")
    rows.spend(chat, "0.000001", date(2026, 3, 5), person=ada)
    rows.spend(rows.descriptor("deepl"), "9", currency="USD", card="** 1")
    rollups.apply()
    Tool.objects.filter(key="openai/chatgpt").update(status="sanctioned", owner="ada@corp.example")

    vendor_only, chatgpt = export("inventory")

    assert list(chatgpt) == INVENTORY_KEYS or set(chatgpt) == set(INVENTORY_KEYS)
    assert chatgpt == {
        **dict.fromkeys(INVENTORY_KEYS),
        "product": "openai/chatgpt",
        "product_name": "ChatGPT",
        "vendor": "openai",
        "vendor_name": "Openai",
        "domain": "openai.example",
        "capabilities": ["chat"],
        "plan": "team",
        "origin": "catalog",
        "status": "sanctioned",
        "owner": "ada@corp.example",
        "tags": {},
        "departments": ["Engineering"],
        "people": ["ada@corp.example"],
        "people_count": 1,
        "people_unresolved": 0,
        "spend_total": "20.100001",
        "spend_12m": "0.000001",
        "currency": "EUR",
        "spend_by_currency": {"EUR": "20.100001"},
        "first_seen": "2024-01-05",
        "last_seen": "2026-03-05",
        "doors": ["corporate_card"],
        "sources": ["cards"],
        "flags": [],
    }
    assert (vendor_only["product"], vendor_only["product_name"], vendor_only["vendor"]) == (
        None,
        None,
        "deepl",
    )
    assert (vendor_only["spend_total"], vendor_only["spend_by_currency"]) == (None, {"USD": "9.00"})
    assert vendor_only["people_unresolved"] == 1
    assert (vendor_only["unowned_since"], vendor_only["suggested_owner"]) == ("2026-03-04", None)
    header = export("inventory", form="csv").decode().splitlines()[0]
    assert header.split(",") == INVENTORY_KEYS


def test_the_period_limits_evidence(export):
    chat = rows.descriptor("openai/chatgpt")
    rows.spend(chat, "1", date(2026, 1, 31), person=rows.person("ada@corp.example"))
    rows.spend(chat, "2", date(2026, 2, 1), person=rows.person("bob@corp.example"))
    rows.presence(rows.descriptor("deepl/translator"), date(2026, 1, 5))
    rollups.apply()
    (tool,) = export("inventory", "--since", "2026-02-01")
    assert (tool["spend_total"], tool["people"]) == ("2.00", ["bob@corp.example"])
    (line,) = export("spend", "--until", "2026-01-31")
    assert (line["month"], line["amount"]) == ("2026-01", "1.00")
    assert [r["date"] for r in export("records", "--since", "2026-01-06")] == ["2026-01-31", "2026-02-01"]


def test_spend_counts_every_purchase_once_by_month_department_and_door(export):
    rows.product("openai/chatgpt", "ChatGPT")
    chat = rows.descriptor("openai/chatgpt")
    card = rows.spend(chat, "119", department="Sales", net=100 * rows.MICRO, tax=19 * rows.MICRO)
    rows.spend(chat, "119", purchase=card.purchase, source=rows.source("expenses", "expense"))
    rows.spend(chat, "-19", department="Sales", net=-19 * rows.MICRO, tax=0)
    rows.spend(chat, "18", merchant_amount=20 * rows.MICRO, merchant_currency="USD")
    rows.spend(chat, "7", currency="USD", door="procurement")

    lines = export("spend")

    assert [list(line) for line in lines] == [SPEND_KEYS] * 3
    unattributed, dollars, sales = lines
    assert (unattributed["department"], unattributed["merchant_amount"]) == (None, "20.00")
    assert (dollars["amount"], dollars["reporting_amount"], dollars["reporting_currency"]) == (
        "7.00",
        None,
        None,
    )
    assert sales == {
        "month": "2026-03",
        "product": "openai/chatgpt",
        "product_name": "ChatGPT",
        "vendor": "openai",
        "vendor_name": "Openai",
        "department": "Sales",
        "door": "corporate_card",
        "amount": "100.00",
        "currency": "EUR",
        "net_amount": "81.00",
        "tax": "19.00",
        "merchant_amount": None,
        "merchant_currency": None,
        "reporting_amount": "100.00",
        "reporting_currency": "EUR",
    }


def test_what_is_included_makes_totals_tie(export):
    rows.spend(rows.descriptor("openai/chatgpt"), "20")
    rows.spend(rows.descriptor("jasper/jasper", Descriptor.State.REVIEW), "30")
    cards = rows.source()
    rows.sealed(cards, "2026-03", 2, {"EUR": [2, 50 * rows.MICRO]})
    rows.sealed(cards, "2026-03", 1, {"EUR": [1, 1]})

    lines = export("spend", "--include", "review,unknown")

    assert [(line["decision"], line["source"], line["amount"]) for line in lines] == [
        ("match", None, "20.00"),
        ("review", None, "30.00"),
        ("unknown", "cards", "50.000001"),
    ]
    assert len(export("spend")) == 1
    assert len(export("spend", "--include", "unknown", "--since", "2026-04-01")) == 0


def test_people_have_their_tools_and_attempts_are_not_among_them(export):
    ada = rows.person("ada@corp.example", "Engineering", name="Ada", active=False)
    rows.presence(rows.descriptor("openai/chatgpt"), person=ada)
    rows.presence(rows.descriptor("deepl/translator"), person=ada, attempt=True)
    assert export("people") == [
        {
            "email": "ada@corp.example",
            "name": "Ada",
            "department": "Engineering",
            "active": False,
            "tools": ["openai/chatgpt"],
        }
    ]


def test_overlap_counts_people_with_two_tools_of_one_job(export):
    for key in ("openai/chatgpt", "anthropic/claude", "deepl/translator"):
        rows.product(key, capability="translation" if "deepl" in key else "chat")
    ada, bob = rows.person("ada@corp.example"), rows.person("bob@corp.example")
    one, other = rows.descriptor("openai/chatgpt"), rows.descriptor("anthropic/claude")
    rows.spend(one, "20", person=ada)
    rows.spend(other, "30", person=ada)
    rows.presence(other, person=bob)
    rows.presence(rows.descriptor("deepl/translator"), person=bob)
    assert export("overlap") == [
        {
            "capability": "chat",
            "tools": ["anthropic/claude", "openai/chatgpt"],
            "people_in_common": 1,
            "spend_12m": "50.00",
            "currency": "EUR",
            "state": "open",
        }
    ]


def test_records_name_their_purchase_without_a_number_of_the_database(export):
    chat = rows.descriptor("openai/chatgpt")
    for _ in range(3):
        rows.spend(rows.descriptor("jasper/jasper", Descriptor.State.REVIEW))
    twin = rows.spend(chat, "20", date(2026, 3, 4), source=rows.source("cards"), account="1234")
    rows.spend(chat, "20", date(2026, 3, 6), purchase=twin.purchase, source=rows.source("bank", "bank"))
    rows.presence(chat, date(2026, 3, 2), attempt=True)
    lines = export("records")
    assert [(r["source"], r["kind"], r["amount"], r["purchase"]) for r in lines] == [
        ("okta", "attempt", None, None),
        ("cards", "spend", "20.00", 1),
        ("bank", "spend", "20.00", 1),
    ]
    assert list(lines[0]) == [
        "source",
        "account",
        "kind",
        "date",
        "text",
        "person",
        "amount",
        "currency",
        "product",
        "purchase",
    ]


def test_the_same_rows_export_as_the_same_bytes(export):
    rows.spend(rows.descriptor("openai/chatgpt"), person=rows.person("ada@corp.example"))
    for what in ("inventory", "spend", "records"):
        for form in ("csv", "xlsx"):
            assert export(what, form=form) == export(what, form=form)


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1", "=cmd|' /C calc'!A0"]
)
def test_a_formula_is_made_harmless_in_csv_and_xlsx(export, text):
    rows.spend(rows.descriptor("openai/chatgpt"), "-20", text=text)
    (line,) = csv.DictReader(io.StringIO(export("records", form="csv").decode(), newline=""))
    assert line["text"] == f"'{text}"
    assert line["amount"] == "-20.00"
    sheet = load_workbook(io.BytesIO(export("records", form="xlsx"))).active
    header, values = (list(row) for row in sheet.iter_rows())
    shown = dict(zip([cell.value for cell in header], values, strict=True))
    assert shown["text"].data_type == "s"
    assert shown["text"].value.startswith("'")
    assert shown["amount"].value == "-20.00"
    (record,) = export("records")
    assert record["text"] == text


@given(st.text())
def test_no_text_begins_like_a_formula_and_none_is_lost(text):
    shown = harmless(text)
    assert shown.removeprefix("'") == text.removeprefix("'")
    if shown == text:
        assert text.strip()[:1] not in tuple("=+@") or not text.strip()


@given(st.lists(st.text(), max_size=4))
def test_any_text_comes_back_from_csv_and_any_text_can_be_written_as_xlsx(texts):
    out = io.BytesIO()
    write_csv(["text"], [{"text": text} for text in texts], out)
    read = list(csv.reader(io.StringIO(out.getvalue().decode(), newline="")))
    assert [row[0] if row else "" for row in read[1:]] == [harmless(text) for text in texts]
    write_xlsx(["text"], [{"text": text} for text in texts], io.BytesIO())


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--since", "yesterday"], "--since yesterday is not a day"),
        (["--since", "2026-02-01", "--until", "2026-01-01"], "before"),
        (["--include", "sealed"], "does not know sealed"),
        (["--include", "unknown", "--since", "2026-01-02"], "give 2026-01-01"),
        (["--include", "unknown", "--until", "2026-02-02"], "give 2026-02-28"),
    ],
)
def test_wrong_use_is_said_in_one_sentence(export, options, words):
    with pytest.raises(CommandError, match=words) as refused:
        export("spend", *options)
    assert refused.value.returncode == 2


def test_a_file_that_cannot_be_written_is_named(tmp_path):
    with pytest.raises(CommandError, match="name another file"):
        call_command("export", "spend", "-o", str(tmp_path / "missing" / "out.csv"))
