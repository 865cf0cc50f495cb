"""Software seen in code and on devices: bills of materials, extensions, programs."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.connectors.base import Connector, UnreadableFile
from discovery.connectors.chrome_extensions import ChromeExtensions
from discovery.connectors.cyclonedx import Cyclonedx
from discovery.connectors.intune_apps import IntuneApps
from discovery.connectors.osquery_tables import OsqueryTables
from discovery.connectors.package_urls import package_url
from discovery.connectors.program_names import program_name
from discovery.connectors.spdx import Spdx
from discovery.connectors.stated_values import OWN_ID
from discovery.records import Rejected, Seen, SeenBy, Who
from tests.connectors.event_files import SAMPLES, assert_survives, counts, read, recognised_by

CYCLONE, SPDX, CHROME = Cyclonedx(), Spdx(), ChromeExtensions()
INTUNE, OSQUERY = IntuneApps(), OsqueryTables()
READERS: dict[str, Connector] = {c.name: c for c in (CYCLONE, SPDX, CHROME, INTUNE, OSQUERY)}
FILES = [path for name in READERS for path in sorted((SAMPLES / name).iterdir())]
#: Of these each row ends by itself and says the code or host it is of before the cut, or on its own line.
WHOLE_ROWS = [path for path in FILES if path.name == "results.log" or path.parent.name == "cyclonedx"]


def sample(connector: Connector, name: str) -> bytes:
    return (SAMPLES / connector.name / name).read_bytes()


def seen(connector: Connector, content: bytes | str) -> list[Seen]:
    raw = content.encode() if isinstance(content, str) else content
    return [row for _, row in read(connector, raw) if isinstance(row, Seen)]


def test_a_component_without_a_type_is_known_by_its_package_url_and_else_told_as_one_without_a_type() -> None:
    bill = (
        '{"bomFormat": "CycloneDX", "components": ['
        '{"name": "openai", "version": "1.0.0", "purl": "pkg:pypi/openai@1.0.0"}, '
        '{"name": "anthropic", "version": "2.0.0"}]}'
    )
    rows = [row for _, row in read(CYCLONE, bill.encode())]
    assert isinstance(rows[0], Seen)
    assert isinstance(rows[1], Rejected)
    assert "no type of component" in rows[1].reason


@pytest.mark.parametrize("components", ["false", '{"name": "openai"}', '"openai"', "3"])
def test_components_that_are_no_list_are_told_whatever_other_lists_are_there(components: str) -> None:
    bill = f'{{"bomFormat": "CycloneDX", "components": {components}, "dependencies": [{{"ref": "x"}}]}}'
    with pytest.raises(UnreadableFile, match="no list"):
        read(CYCLONE, bill.encode())
    assert read(CYCLONE, bill.replace(components, "null").encode()) == []


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("pkg:pypi/Google_GenerativeAI@0.8", "pkg:pypi/google-generativeai"),
        ("pkg:npm/%40anthropic-ai/sdk@0.30.0?arch=x#lib", "pkg:npm/@anthropic-ai/sdk"),
        ("pkg:npm/@anthropic-ai/sdk", "pkg:npm/@anthropic-ai/sdk"),
        ("pkg:maven/com.openai/openai-java@1.0?type=jar", "pkg:maven/com.openai/openai-java"),
        ("pkg:golang/github.com/openai/openai-go/v2@v2.1.0", "pkg:golang/github.com/openai/openai-go"),
        ("PKG:NuGet/Azure.AI.OpenAI@2.1.0", "pkg:nuget/azure.ai.openai"),
        ("cpe:2.3:a:x", ""),
        ("pkg:pypi", ""),
        ("", ""),
    ],
)
def test_a_package_is_named_in_one_way(stated: str, expected: str) -> None:
    assert package_url(stated) == expected


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_a_package_url_that_can_be_kept_or_none(text: str) -> None:
    found = package_url(f"pkg:{text}")
    assert found == "" or (found.startswith("pkg:") and len(found) <= OWN_ID and found.partition("/")[2])


def test_each_component_of_a_json_bill_is_seen() -> None:
    openai, sdk, inner, model = seen(CYCLONE, sample(CYCLONE, "checkout.json"))
    assert openai == Seen(
        account="",
        own_id="acme/checkout/pkg:pypi/openai",
        text="pkg:pypi/openai",
        by=SeenBy.PACKAGE,
        date=date(2026, 2, 1),
        where="acme/checkout",
        client_id="pkg:pypi/openai",
        version="1.40.0",
        stated_at="2026-02-01T10:00:00+00:00",
    )
    assert (sdk.client_id, sdk.version) == ("pkg:npm/@anthropic-ai/sdk", "0.30.0")
    assert (inner.text, model.text, model.client_id) == ("pkg:npm/node-fetch", "package acme-ranker", "")
    # The tool that made the bill is none of its components; a file is no package.
    assert counts(read(CYCLONE, sample(CYCLONE, "checkout.json"))) == (4, 1, 1)


def test_a_bill_whose_metadata_stand_last_is_of_the_same_code() -> None:
    bill = json.loads(sample(CYCLONE, "checkout.json"))
    turned = json.dumps({"bomFormat": "CycloneDX", **dict(reversed(bill.items()))})
    assert seen(CYCLONE, turned) == seen(CYCLONE, sample(CYCLONE, "checkout.json"))


def test_each_component_of_an_xml_bill_is_seen() -> None:
    java, inner = seen(CYCLONE, sample(CYCLONE, "shop.xml"))
    assert (java.client_id, java.version, java.where, java.date) == (
        "pkg:maven/com.openai/openai-java", "1.0.0", "acme/shop", date(2026, 2, 2),
    )  # fmt: skip
    assert inner.text == "package okhttp"
    assert counts(read(CYCLONE, sample(CYCLONE, "shop.xml"))) == (2, 0, 1)


@pytest.mark.parametrize("wrapped", [True, False])
def test_packages_of_spdx_are_seen_as_github_wraps_them_or_bare(wrapped: bool) -> None:
    content = json.loads(sample(SPDX, "repository.json"))
    raw = json.dumps(content if wrapped else content["sbom"])
    assert recognised_by(raw.encode()) == {"spdx"}
    langchain, pad = seen(SPDX, raw)
    assert (langchain.text, langchain.client_id, langchain.version) == (
        "pkg:pypi/langchain-openai", "pkg:pypi/langchain-openai", "0.2.0",
    )  # fmt: skip
    assert (langchain.where, langchain.date) == ("com.github.acme/checkout", date(2026, 2, 1))
    assert (pad.text, pad.client_id, pad.version) == ("package left-pad", "", "")


def test_packages_of_spdx_3_are_seen() -> None:
    graph = [
        {"type": "SpdxDocument", "name": "x"},
        {
            "type": "software_Package",
            "name": "openai",
            "software_packageVersion": "1",
            "software_packageUrl": "pkg:pypi/openai@1",
        },
    ]
    raw = json.dumps({"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": graph})
    assert recognised_by(raw.encode()) == {"spdx"}
    assert [(row.client_id, row.version) for row in seen(SPDX, raw)] == [("pkg:pypi/openai", "1")]


def test_packages_of_tags_and_values_are_seen() -> None:
    sdk, pad = seen(SPDX, sample(SPDX, "repository.spdx"))
    assert (sdk.client_id, sdk.version, sdk.where) == (
        "pkg:npm/@anthropic-ai/sdk", "0.30.0", "checkout",
    )  # fmt: skip
    assert (pad.text, pad.version) == ("package left-pad", "")


def test_extensions_are_seen_with_what_they_may_do() -> None:
    claude, mail = seen(CHROME, sample(CHROME, "installed_apps.json"))
    assert claude == Seen(
        account="",
        own_id="fcoeoabgfenejglbffodgkkbkcdhcgfn",
        text="Claude",
        by=SeenBy.EXTENSION,
        client_id="fcoeoabgfenejglbffodgkkbkcdhcgfn",
        scopes=("sidePanel", "debugger", "<all_urls>"),
        devices=12,
    )
    assert (mail.by, mail.devices) == (SeenBy.PROGRAM, 1)
    assert counts(read(CHROME, sample(CHROME, "installed_apps.json"))) == (2, 1, 1)
    (row,) = seen(CHROME, sample(CHROME, "usage.csv"))
    assert (row.text, row.scopes, row.devices) == ("Claude", ("sidePanel", "debugger"), 12)


def test_apps_of_intune_are_seen_by_count_and_by_device() -> None:
    (counted,) = seen(INTUNE, sample(INTUNE, "detected_apps.json"))
    assert (counted.text, counted.version, counted.devices, counted.where) == ("Cursor", "0.45.1", 7, "")
    assert counts(read(INTUNE, sample(INTUNE, "detected_apps.json"))) == (1, 1, 0)
    (one,) = seen(INTUNE, sample(INTUNE, "raw_data.csv"))
    assert (one.who, one.where) == (Who(email="maja@acme.example", name="Maja Lindqvist"), "LAP-MAJA")


def test_changes_that_osquery_logs_are_seen() -> None:
    rows = read(OSQUERY, sample(OSQUERY, "results.log"))
    sider, openai = (row for _, row in rows if isinstance(row, Seen))
    assert (sider.by, sider.client_id, sider.who, sider.where, sider.date, sider.scopes) == (
        SeenBy.EXTENSION, "difoiogjjojoaoomphldepapgpbgkhkb", Who(login="maja"), "mac-1", date(2026, 2, 2),
        ("tabs", "storage"),
    )  # fmt: skip
    assert (openai.by, openai.client_id, openai.version) == (SeenBy.PROGRAM, "pkg:pypi/openai", "1.40.0")
    # What was removed, twice, and a row about a user.
    assert counts(rows) == (2, 0, 3)


def test_snapshots_of_osquery_are_each_of_their_host() -> None:
    rows = seen(OSQUERY, sample(OSQUERY, "snapshots.log"))
    assert [(row.text, row.client_id, row.where, row.date) for row in rows] == [
        ("Claude", "com.anthropic.claudefordesktop", "mac-1", date(2026, 2, 2)),
        ("Mail", "com.apple.mail", "mac-1", date(2026, 2, 2)),
        ("Cursor", "", "pc-2", date(2026, 2, 3)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "client_id"),
    [
        ({"name": "ollama", "version": "1", "arch": "amd64", "maintainer": "x"}, "pkg:deb/debian/ollama"),
        (
            {"name": "openai", "version": "4", "path": "/p", "homepage": "", "author": "", "license": ""},
            "pkg:npm/openai",
        ),
    ],
)
def test_bare_results_of_a_query_are_seen(row: dict[str, str], client_id: str) -> None:
    raw = json.dumps([row])
    assert recognised_by(raw.encode()) == {"osquery_tables"}
    assert [(one.text, one.client_id) for one in seen(OSQUERY, raw)] == [(client_id, client_id)]


@pytest.mark.parametrize(
    ("stated", "name"),
    [
        ("Cursor (User)", "Cursor"), ("Python 3.12.1 (64-bit)", "Python 3.12.1"), ("Claude.app", "Claude"),
        ("Otter (AI notes)", "Otter (AI notes)"), (".app", ".app"),
    ],
)  # fmt: skip
def test_what_installers_add_is_no_part_of_a_name(stated: str, name: str) -> None:
    assert program_name(stated) == name


def test_lists_of_named_things_are_nobodys() -> None:
    assert recognised_by(b'[{"name": "x", "version": "1", "path": "/p"}]') == set()
    assert recognised_by(b'{"name": "shop", "version": "1.0.0", "dependencies": {"openai": "^4"}}') == set()


@settings(max_examples=40, deadline=None)
@given(st.integers(min_value=0, max_value=10**6), st.sampled_from(WHOLE_ROWS))
def test_damage_anywhere_leaves_the_rows_before_it(seed: int, path) -> None:
    assert_survives(READERS[path.parent.name], path.read_bytes(), seed)
