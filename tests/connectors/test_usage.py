"""Metered use of models: OpenAI, Anthropic and LiteLLM, and the bills of clouds."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from discovery.connectors import by_name, recognise
from discovery.connectors.base import Connector
from discovery.connectors.metered_values import exact_cost, period, tagged
from discovery.files import Member, head_of, members
from discovery.records import NOBODY, Rejected, Usage, Who
from tests.connectors.event_files import (
    SAMPLES,
    SHARED,
    assert_survives,
    counts,
    damaged,
    needs_shared,
    read,
    read_as_far_as_possible,
)

NAMES = ("openai_usage", "anthropic_usage", "litellm_spend", "focus", "aws_cur")


def used(name: str, file: str) -> list[Usage]:
    rows = read(by_name(name), (SAMPLES / name / file).read_bytes())
    return [row for _, row in rows if isinstance(row, Usage)]


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("openai_usage/costs.json", (2, 1, 1)),
        ("openai_usage/costs.csv", (1, 0, 2)),
        ("openai_usage/completions.json", (2, 0, 0)),
        ("anthropic_usage/cost_report.json", (2, 1, 1)),
        ("anthropic_usage/messages.json", (1, 0, 0)),
        ("anthropic_usage/claude_code.json", (1, 0, 1)),
        ("anthropic_usage/console_costs.csv", (2, 0, 1)),
        ("anthropic_usage/console_usage.csv", (1, 0, 1)),
        ("litellm_spend/spend_logs.json", (2, 1, 2)),
        ("focus/march.csv", (6, 2, 2)),
        ("aws_cur/march.csv", (4, 1, 2)),
    ],
)
def test_every_row_is_accounted_for(file: str, expected: tuple[int, int, int]) -> None:
    content = (SAMPLES / file).read_bytes()
    assert counts(read(by_name(file.partition("/")[0]), content)) == expected


def test_costs_of_openai_are_dollars_and_its_usage_has_none() -> None:
    first, second = used("openai_usage", "costs.json")
    assert first == Usage(
        account="org-acme",
        own_id=first.own_id,
        date=date(2026, 3, 1),
        text="OpenAI API gpt-4o-2024-08-06, input",
        cost=12_345_679,
        currency="USD",
        project="proj_research",
        type="costs",
    )
    assert second.cost == 500_000
    assert first.own_id != second.own_id
    (of_table,) = used("openai_usage", "costs.csv")
    assert (of_table.cost, of_table.who.email, of_table.project) == (
        895_874,
        "maja@acme.example",
        "Shop assistant",
    )
    tokens, pictures = used("openai_usage", "completions.json")
    assert (tokens.cost, tokens.requests, tokens.input_tokens, tokens.output_tokens) == (None, 5, 1000, 200)
    assert (tokens.who, tokens.model) == (Who(login="user-7"), "gpt-4o-2024-08-06")
    assert (pictures.text, pictures.requests, pictures.input_tokens) == ("OpenAI API images", 3, None)


def test_a_restated_cost_of_openai_is_the_same_line() -> None:
    content = (SAMPLES / "openai_usage" / "costs.json").read_bytes()
    again = content.replace(b"12.3456789", b"13.5")
    assert read(by_name("openai_usage"), again)[0][1] == used("openai_usage", "costs.json")[0]._replace(
        cost=13_500_000
    )


def test_costs_of_anthropic_are_cents_in_its_report_and_dollars_in_its_console() -> None:
    tokens, search = used("anthropic_usage", "cost_report.json")
    assert (tokens.cost, tokens.currency, tokens.text) == (
        1_234_500,
        "USD",
        "Anthropic API Claude Sonnet 4 Usage - Input Tokens",
    )
    assert (search.cost, search.project) == (79, "wrkspc_01")  # 0.00789 cents
    assert [line.cost for line in used("anthropic_usage", "console_costs.csv")] == [50_000, 1_200_000]


def test_cached_tokens_of_anthropic_are_read_too() -> None:
    (by_key,) = used("anthropic_usage", "messages.json")
    assert (by_key.input_tokens, by_key.output_tokens, by_key.cost) == (3200, 700, None)
    (of_table,) = used("anthropic_usage", "console_usage.csv")
    assert (of_table.input_tokens, of_table.key) == (123, "shop-assistant")


def test_estimates_of_claude_code_are_no_costs() -> None:
    (line,) = used("anthropic_usage", "claude_code.json")
    assert (line.cost, line.who.email, line.input_tokens) == (None, "maja@acme.example", 115)


def test_of_litellm_neither_key_nor_customer_nor_address_is_kept() -> None:
    own, default = used("litellm_spend", "spend_logs.json")
    assert (own.cost, own.key, own.project, own.url) == (123, "shop-assistant", "Shop", "api.openai.com")
    assert default.text.startswith("Amazon Bedrock anthropic.claude")
    assert default.who == NOBODY
    said = repr(read(by_name("litellm_spend"), (SAMPLES / "litellm_spend/spend_logs.json").read_bytes()))
    assert not any(word in said for word in ("88dc28d0", "customer-4711", "10.1.2.3"))


def test_a_table_of_litellms_says_the_same() -> None:
    table = (
        "request_id,call_type,api_key,spend,startTime,model,custom_llm_provider,prompt_tokens,"
        "completion_tokens,metadata\nr-1,acompletion,88dc,1.2e-05,2026-03-01 08:00:00,gpt-4o,openai,7,5,"
        '"{""user_api_key_alias"": ""bot""}"\n'
    )
    _, (_, row) = read(by_name("litellm_spend"), table.encode())
    assert isinstance(row, Usage)
    assert (row.cost, row.key, row.input_tokens, row.date) == (12, "bot", 7, date(2026, 3, 1))


def test_focus_lines_name_service_model_and_maker() -> None:
    bedrock, edition, foundry, credit, purchase, pinecone = used("focus", "march.csv")
    assert bedrock == Usage(
        account="111122223333",
        own_id="",
        date=date(2026, 3, 1),
        text="Amazon Bedrock Claude4Sonnet-input-tokens "
        "$0.003 per 1K input tokens for Claude Sonnet 4 in US East",
        cost=3_000_000,
        currency="USD",
        effective_cost=3_000_000,
        input_tokens=1_000_000,
        project="research",
        type="Usage",
        department="Research",
        cost_centre="4100",
        line=bedrock.line,
    )
    assert edition.text.startswith("Anthropic, PBC Claude Haiku 4.5 (Amazon Bedrock Edition)")
    assert edition.model == "Claude Haiku 4.5"
    assert (foundry.text[:24], foundry.type, foundry.currency) == (
        "Microsoft Foundry Models",
        "Usage correction",
        "EUR",
    )
    assert (credit.cost, credit.type, credit.until) == (-1_500_000, "Credit", date(2026, 4, 1))
    assert (purchase.cost, purchase.effective_cost) == (5_000_000_000, 0)
    assert pinecone.text.startswith("Pinecone Systems, Inc. Pinecone Vector Database")


@pytest.mark.parametrize(
    ("name", "first", "changes"),
    [
        ("focus", "ResourceId", {"3.0000004": "4.5", "$0.003 per": "$0.0045 per", "4100": "4200"}),
        (
            "aws_cur",
            "line_item_operation",
            {"3.0000000000": "4.5", "$0.003 per": "$0.0045 per", "4100": "4200"},
        ),
    ],
)
def test_a_line_of_a_bill_is_the_same_when_its_amounts_are_stated_again(name, first, changes) -> None:
    text = again = (SAMPLES / name / "march.csv").read_text()
    for old, new in changes.items():
        again = again.replace(old, new)

    def lines(content: str) -> list[str]:
        rows = read(by_name(name), content.encode())
        return [row.line for _, row in rows if isinstance(row, Usage)]

    assert again != text
    assert lines(again) == lines(text)
    assert len(set(lines(text))) == len(lines(text))
    assert lines(text.replace("T12:00:00", "T11:00:00"))[0] != lines(text)[0]
    assert set(lines(text.replace(first, "left_out"))) == {""}


def test_aws_lines_carry_commitments_and_the_person_behind_a_role() -> None:
    bedrock, edition, covered, negation = used("aws_cur", "march.csv")
    assert (bedrock.text, bedrock.who.email, bedrock.cost_centre) == (
        "Amazon Bedrock Claude4Sonnet-input-tokens $0.003 per 1K input tokens",
        "maja@acme.example",
        "4100",
    )
    assert edition.text.startswith("Anthropic, PBC Claude Haiku 4.5 (Amazon Bedrock Edition)")
    assert (covered.cost, covered.effective_cost) == (98_320_000, 60_500_000)
    assert (negation.cost, negation.effective_cost) == (-98_320_000, 0)


def test_the_names_of_the_older_aws_report_are_the_same_columns() -> None:
    names, *rows = (SAMPLES / "aws_cur" / "march.csv").read_text().splitlines()
    older = ",".join(
        group + "/" + "".join(map(str.title, rest.split("_")))
        for group, rest in (
            ("lineItem", name.removeprefix("line_item_"))
            if name.startswith("line_item_")
            else name.split("_", 1)
            if "_" in name
            else (name, "")
            for name in names.split(",")
        )
    )
    content = "\n".join([older, *rows]).encode()
    assert [line.cost for _, line in read(by_name("aws_cur"), content) if isinstance(line, Usage)] == [
        line.cost for line in used("aws_cur", "march.csv")
    ]


def as_parquet() -> bytes:
    """The bill of March as a cloud writes Parquet: amounts as decimals, moments and tags as such."""
    table = list(csv.DictReader(io.StringIO((SAMPLES / "focus" / "march.csv").read_text())))[:7]
    columns: dict[str, Any] = {
        name: [None if row[name] in ("NULL", "") else row[name] for row in table] for name in table[0]
    }
    for name in ("BilledCost", "EffectiveCost"):
        columns[name] = pa.array([Decimal(row[name]) for row in table], pa.decimal128(38, 10))
    for name in ("ChargePeriodStart", "ChargePeriodEnd"):
        columns[name] = pa.array([row[name] for row in table]).cast(pa.timestamp("ms", "UTC"))
    tags = [
        list(json.loads(row["Tags"]).items()) if row["Tags"] not in ("NULL", "") else None for row in table
    ]
    columns["Tags"] = pa.array(tags, pa.map_(pa.string(), pa.string()))
    stream = io.BytesIO()
    parquet.write_table(pa.table(columns), stream, row_group_size=3)
    return stream.getvalue()


def test_a_parquet_file_says_what_its_csv_says(tmp_path: Path) -> None:
    path = tmp_path / "part-0.snappy.parquet"
    path.write_bytes(as_parquet())
    (member,) = members(path)
    assert isinstance(member, Member)
    assert recognise(head_of(member)).name == "focus"
    with member.open() as stream:
        rows = list(by_name("focus").read(stream))
    assert [row for _, row in rows if isinstance(row, Usage)] == used("focus", "march.csv")


@settings(max_examples=15, deadline=None)
@given(st.integers(min_value=0, max_value=5000))
def test_a_parquet_file_that_is_cut_off_says_so(at: int) -> None:
    rows, sentence = read_as_far_as_possible(by_name("focus"), as_parquet()[: 4 + at])
    assert sentence == "the Parquet file is damaged or cut off; export it again"
    assert not rows


def test_a_bill_that_a_spreadsheet_saved_again_keeps_its_amounts() -> None:
    names = "BilledCost;BillingCurrency;ChargeCategory;ChargePeriodStart;ServiceName\n"
    content = f"{names}1234,5;EUR;Usage;2026-03-01;Amazon Bedrock\n0,25;EUR;Usage;2026-03-01;Amazon Bedrock\n"
    for encoding in ("utf-8-sig", "utf-16", "cp1252"):
        rows = read(by_name("focus"), content.encode(encoding))
        assert [row.cost for _, row in rows if isinstance(row, Usage)] == [1_234_500_000, 250_000]


def test_from_focus_1_3_on_the_maker_is_the_provider_of_the_service() -> None:
    content = (
        "BilledCost,BillingCurrency,ChargeCategory,ChargePeriodStart,ServiceName,ServiceProviderName,"
        "HostProviderName\n40,EUR,Usage,2026-03-05,Vector Database,Pinecone,AWS\n"
        "40,EUR,Usage,2026-03-05,Amazon Bedrock,Amazon Web Services,AWS\n"
    )
    rows = read(by_name("focus"), content.encode())
    assert [row.text for _, row in rows if isinstance(row, Usage)] == [
        "Pinecone Vector Database",
        "Amazon Bedrock",
    ]


@needs_shared
def test_a_real_focus_file_is_read_whole() -> None:
    rows = read(by_name("focus"), (SHARED / "focus" / "focus_1.2_head.csv").read_bytes())
    assert counts(rows) == (2, 0, 1)
    lines = [row for _, row in rows if isinstance(row, Usage)]
    assert [line.cost for line in lines] == [468_170_496, 111_027_801]
    assert lines[0].cost_centre == "CC-2042"


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=9))
def test_a_cost_is_exact_to_half_a_millionth(stated: Decimal) -> None:
    assert abs(Decimal(exact_cost(str(stated))) / 1_000_000 - stated) <= Decimal("0.0000005")


@pytest.mark.parametrize("wrong", ["", "free", "NaN", "Infinity", "1e40", True, None, "1,2,3"])
def test_what_is_no_cost_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match="amount"):
        exact_cost(wrong)


def test_periods_of_hours_days_and_months() -> None:
    assert period("2026-03-01T12:00:00Z", "2026-03-01T13:00:00Z") == (date(2026, 3, 1), None)
    assert period("2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z") == (date(2026, 3, 1), None)
    assert period("2026-03-01", "2026-04-01") == (date(2026, 3, 1), date(2026, 4, 1))
    assert period("2026-03-01T20:00:00Z", "2026-03-02T20:00:00Z") == (date(2026, 3, 1), date(2026, 3, 3))
    assert period("soon", "2026-04-01") is None


def test_tags_name_departments_and_cost_centres_in_several_ways() -> None:
    assert tagged('{"Cost-Center": "4100", "Department": "Research"}') == ("Research", "4100")
    assert tagged('{"user_cost_center": "4100", "aws:createdBy": "x"}') == ("", "4100")
    assert tagged("{not json") == ("", "")


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(min_value=0, max_value=10**6))
def test_damage_anywhere_leaves_the_rows_before_it(name: str, seed: int) -> None:
    connector: Connector = by_name(name)
    files = sorted((SAMPLES / name).iterdir())
    path = files[seed % len(files)]
    content = path.read_bytes()
    if path.suffix == ".json":
        assert_survives(connector, content, seed)
        return
    garbled, at = damaged(content, seed)
    rows, sentence = read_as_far_as_possible(connector, garbled)
    whole = content[:at].count(b"\n")
    assert sentence or rows[:whole] == read(connector, content)[:whole]


@pytest.mark.parametrize("name", NAMES)
def test_a_rejected_row_shows_no_names_and_no_keys(name: str) -> None:
    for path in (SAMPLES / name).iterdir():
        for _, row in read(by_name(name), path.read_bytes()):
            if isinstance(row, Rejected):
                assert "@" not in row.row + row.reason
                assert "key" not in row.row
