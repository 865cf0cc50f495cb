"""Every report says what it leaves out: each page, each file and each answer of the API, and all the same."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import call_command
from django.urls import get_resolver, reverse
from django.utils import timezone
from openpyxl import load_workbook

from discovery.models import Descriptor, Source
from inventory import recompute
from inventory.access import Role
from inventory.api import urls as api_urls
from inventory.footnote import footnote
from inventory.models import OverlapDecision
from inventory.overlap import Range, Terms, groups, open_case
from inventory.reach import WHOLE, Reach
from tests.inventory import rows
from tests.inventory.api.accounts import account_of
from tests.inventory.api.conftest import client_with

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 10, 12, tzinfo=UTC)
HEADING = "What these figures leave out"

#: Pages that show figures or lists made of records, by the name of their address.
REPORTS = {
    "home": {},
    "tools": {},
    "tool": {"key": "openai/chatgpt"},
    "purchases": {},
    "overlaps": {},
    "overlap": {"capability": "chat"},
    "plan_case": {"capability": "chat"},
    "cases": {},
    "case": {"case_id": 0},
    "triage": {},
    "owners": {},
    "flags": {},
}
#: Files with figures.
FILES = {"tools_export": {"form": "csv"}, "flags_export": {}, "overlaps_export": {}}
#: Whatever else is at an address that is read, and why it carries no footnote.
NO_REPORT = {
    "one thing, and what people did with it": {
        "flag", "purchase", "contract", "recognition", "batch", "owner_of", "scan", "source", "withdraw",
        "declared", "declaration_shown", "policy", "text_rule", "open_name", "catalog_product", "own_words",
    },
    "what people said or decided, in the order they did": {
        "batches", "decided_purchases", "decided_recognitions", "declarations", "joins", "corrections",
        "openings", "requests", "seal_openings", "text_rules", "policies", "notices", "webhooks", "webhook",
        "roles", "role_account", "tokens", "risk_weights", "decide_one",
    },
    "what a person reads of itself, or may use": {
        "my_tools", "my_data", "asked", "allowed", "declare", "privacy",
    },
    "it is about what is covered": {
        "sources", "progress", "coverage_export", "systems", "connect", "connection",
    },
    "it is about files, not about figures": {
        "looks", "columns", "columns_rows", "members", "members_rows", "mappings", "rejected",
        "rejected_export", "sample",
    },
    "it is about the catalog or about pages": {"catalog", "components", "inspect"},
    "it is what waits, of which the footnote tells": {"recognitions"},
}  # fmt: skip
#: Of the API: rows that are made of records, and calls that tell of something else.
API_REPORTS = {
    "api_tools", "api_tool", "api_spend", "api_purchases", "api_people", "api_sources", "api_flags",
    "api_overlaps",
}  # fmt: skip
API_NO_REPORT = {
    "api_connectors", "api_scans", "api_scan", "api_rejected", "api_decisions", "api_schema", "api_nothing",
}  # fmt: skip


@pytest.fixture
def company() -> OverlapDecision:
    """Two chat tools with people in common and a case about them; cards were read until March alone."""
    today = timezone.now().date()
    people = [rows.person(f"p{number}@corp.example", "Sales") for number in range(5)]
    for key, name in (("openai/chatgpt", "ChatGPT"), ("anthropic/claude", "Claude")):
        rows.product(key, name, capability="chat")
        of = rows.descriptor(key)
        for person in people:
            rows.spend(of, "20", today, person=person, department="Sales")
    rows.spend(rows.descriptor("", Descriptor.State.REVIEW, form="zorblaxo ai"), "9", today)
    recompute.take_in(timezone.now())
    (group,) = groups(today, only="chat")
    keys = [member.tool.key for member in group.members]
    return open_case(
        "chat",
        dict(zip(keys, ("keep", "move"), strict=True)),
        Terms("EUR", ended=Range.exactly(80 * rows.MICRO)),
        owner="ilse@corp.example",
        due=today + timedelta(days=30),
        actor="Ilse",
        reason="one is enough",
        now=timezone.now(),
    )


def reading_pages() -> set[str]:
    """Names of the pages and files that somebody can ask for."""
    acting = {"answer", "undo", "delete", "say", "take", "settle", "act", "wake", "save", "switch"}
    names = {pattern.name for pattern in get_resolver("inventory.urls").url_patterns}
    return {name for name in names if not acting.intersection(name.split("_"))} - _ONLY_SENT


#: Addresses that a form is sent to and nobody reads.
_ONLY_SENT = {
    "accept_overlap", "reopen_overlap", "decide_many", "decide_recognition", "hand_over", "join_purchases",
    "split_purchase", "upload", "read_in", "throw_away", "private", "not_private", "report_error",
    "read_in_all", "throw_all_away",
    "change_list",
    "test_connection", "new_credential", "revoke_token", "webhook_secret", "webhook_test", "webhook_replay",
    "withdraw_request",
}  # fmt: skip


@pytest.mark.once
def test_every_page_is_a_report_or_is_known_not_to_be_one():
    known = set(REPORTS) | set(FILES) | set().union(*NO_REPORT.values())
    assert reading_pages() == known, "say of a new page whether it is a report"
    names = {pattern.name for pattern in api_urls.urlpatterns}
    assert names - API_REPORTS - API_NO_REPORT == {
        "api_withdraw", "api_undo", "api_accept_flags", "api_take_back_flags", "api_accept_overlap",
        "api_overlap_case", "api_reopen_overlap",
    }  # fmt: skip


@pytest.mark.parametrize("role", [Role.PROCUREMENT, Role.SECURITY, Role.FINANCE, Role.ADMINISTRATOR])
def test_every_report_carries_the_footnote(company, signed_in, role):
    client = signed_in(role)
    read = 0
    for name, arguments in REPORTS.items():
        arguments = arguments | ({"case_id": company.pk} if name == "case" else {})
        answer = client.get(reverse(name, kwargs=arguments))
        if answer.status_code == 403:
            continue
        page = answer.content.decode()
        assert page.count(HEADING) == 1, (name, role)
        assert reverse("coverage_export") in page, (name, role)
        read += 1
    assert read >= 6


@pytest.mark.parametrize("name", FILES)
def test_a_table_of_values_holds_rows_alone_and_leads_to_what_it_leaves_out(company, signed_in, name):
    client = signed_in(Role.PROCUREMENT)
    answer = client.get(reverse(name, kwargs=FILES[name]))
    lines = list(csv.reader(io.StringIO(answer.content.decode())))
    assert {len(line) for line in lines} == {len(lines[0])}
    assert answer["Link"] == '<http://testserver/coverage.csv>; rel="describedby"; type="text/csv"'
    beside = client.get(reverse("coverage_export"))
    gaps = {line["gap"] for line in csv.DictReader(io.StringIO(beside.content.decode()))}
    assert {"kind_not_read", "purchases_in_review"} <= gaps


def test_a_workbook_has_a_sheet_for_what_it_leaves_out(company, signed_in, tmp_path):
    answer = signed_in(Role.PROCUREMENT).get(reverse("tools_export", args=["xlsx"]))
    book = load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["Export", "Coverage"]
    assert book["Export"]["A1"].value == "product"
    target = tmp_path / "spend.xlsx"
    call_command("export", "spend", "--format", "xlsx", "-o", str(target))
    written = load_workbook(target)
    assert written.sheetnames == ["Export", "Coverage"]
    assert "kind_not_read" in [row[0].value for row in written["Coverage"].iter_rows()]


@pytest.mark.parametrize("name", sorted(API_REPORTS))
def test_every_answer_with_figures_says_what_it_leaves_out(company, name):
    client = client_with(account_of(Role.PROCUREMENT))
    arguments = {"key": "openai/chatgpt"} if name == "api_tool" else {}
    told = client.get(reverse(name, kwargs=arguments)).json()["coverage"]
    assert ["expense"] in told["kinds_not_read"]
    assert told["purchases_in_review"] == 1
    assert told["in_review_by_currency"] == {"EUR": "9.00"}


def test_who_is_limited_to_departments_is_not_told_what_is_the_whole_companys(company):
    client = client_with(account_of(Role.PROCUREMENT, "Sales"))
    told = client.get(reverse("api_tools")).json()["coverage"]
    assert (told["sources_alarming"], told["records_sealed"], told["departments_not_told_of"]) == (
        None,
        None,
        None,
    )
    assert told["purchases_in_review"] == 0
    left_out = footnote(Reach(frozenset({"Sales"})), NOW)
    assert (left_out.alarming, left_out.sealed, left_out.not_told_of) == (None, None, None)


# --- what it tells --------------------------------------------------------------------------------------


def test_months_of_a_kind_that_was_read_long_ago_are_not_passed_over():
    """Nothing of a year is as much a gap as a month of it, although the kind was read once."""
    rows.coverage("cards", date(2024, 3, 31))
    told = footnote(WHOLE, NOW, ("2026-01", "2026-03"))
    (line,) = told.gaps
    assert (str(line.words), line.missing_months) == (
        "cards and bank accounts",
        ["2026-01", "2026-02", "2026-03"],
    )
    assert "cards and bank accounts" not in [str(words) for words in told.not_covered.totals]


def test_a_source_that_fell_silent_stands_under_every_report(signed_in):
    for day in (1, 8, 15):
        rows.scan(
            rows.source("okta", "sso"),
            finished_at=datetime(2026, 3, day, tzinfo=UTC),
            rows_read=1,
            records_new=1,
        )
    assert [one.source.name for one in footnote(WHOLE, NOW).alarming] == ["okta"]
    page = " ".join(signed_in(Role.FINANCE).get(reverse("purchases")).content.decode().split())
    assert "Sources that tell nothing" in page
    assert reverse("source", args=[Source.objects.get().pk]) in page


@pytest.mark.once
@pytest.mark.parametrize("sources", [1, 40])
def test_the_footnote_asks_as_often_for_many_sources_as_for_one(django_assert_max_num_queries, sources):
    for number in range(sources):
        rows.coverage(f"cards {number}", date(2026, 3, 31), date(2026, 4, 30))
    with django_assert_max_num_queries(8):
        assert footnote(WHOLE, NOW).gaps


def test_what_scans_tell_is_known_again_after_each_of_them():
    """It is kept between reports: a scan that is done, withdrawn or read again is never passed over."""
    cards = rows.source()
    rows.coverage("cards", date(2026, 3, 31))
    cards.scans.update(finished_at=NOW - timedelta(days=200))

    def told() -> tuple[list[str], list[str]]:
        found = footnote(WHOLE, NOW, ("2026-01", "2026-03"))
        return [one.source.name for one in found.alarming], [
            m for line in found.gaps for m in line.missing_months
        ]

    assert told() == (["cards"], ["2026-01", "2026-02"])
    rows.coverage("cards", date(2026, 2, 28))
    assert told() == (["cards"], ["2026-01"])
    newest = cards.scans.order_by("-pk").first()
    cards.scans.filter(pk=newest.pk).update(finished_at=NOW, rows_read=1, records_new=1)
    assert told() == ([], ["2026-01"])
    cards.scans.filter(pk=newest.pk).update(state="withdrawn")
    assert told() == (["cards"], ["2026-01", "2026-02"])
