"""Network logs: sites by day, whose and whether let through, and nothing else of a request."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.connectors import by_name, recognise
from discovery.connectors.base import HEAD_BYTES, Head, UnreadableFile
from discovery.connectors.network_domains import domain_of, is_refused
from discovery.records import NOBODY, Ignored, Rejected, Seen, SeenBy, Who
from tests.connectors.event_files import (
    SAMPLES,
    SHARED,
    counts,
    damaged,
    needs_shared,
    read,
    read_as_far_as_possible,
    recognised_by,
)

NAMES = ("zeek", "umbrella_dns", "zscaler_web", "netskope_events", "cef_log")
FILES = sorted(path for name in NAMES for path in (SAMPLES / name).iterdir())
DAY = date(2026, 3, 2)


def seen(name: str, content: bytes) -> list[Seen]:
    return [row for _, row in read(by_name(name), content) if isinstance(row, Seen)]


def of_sample(name: str, file: str) -> list[Seen]:
    return seen(name, (SAMPLES / name / file).read_bytes())


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("zeek/dns.log", (3, 1, 14)),
        ("zeek/ssl_http.json", (2, 1, 1)),
        ("umbrella_dns/dns.csv", (5, 2, 1)),
        ("umbrella_dns/reporting.json", (3, 0, 1)),
        ("zscaler_web/web.json", (2, 1, 2)),
        ("netskope_events/application.json", (2, 1, 1)),
        ("cef_log/web.log", (2, 2, 2)),
    ],
)
def test_every_row_is_accounted_for(file: str, expected: tuple[int, int, int]) -> None:
    assert counts(read(by_name(file.partition("/")[0]), (SAMPLES / file).read_bytes())) == expected


def test_zeek_tells_sites_and_nobody() -> None:
    assert [(row.text, row.attempt) for row in of_sample("zeek", "dns.log")] == [
        ("api.openai.com", False),
        ("claude.ai", True),
        ("chatgpt.com", False),  # below a second header, of ssl.log
    ]
    assert [row.text for row in of_sample("zeek", "ssl_http.json")] == [
        "gemini.google.com",
        "www.perplexity.ai",
    ]
    rows = of_sample("zeek", "dns.log") + of_sample("zeek", "ssl_http.json")
    assert {(row.who, row.where, row.date, row.by) for row in rows} == {(NOBODY, "", DAY, SeenBy.DOMAIN)}


def test_umbrella_tells_people_from_computers_and_networks() -> None:
    assert [(row.text, row.who, row.where) for row in of_sample("umbrella_dns", "dns.csv")] == [
        ("chatgpt.com", Who(email="maja.lindqvist@acme.example"), ""),
        ("claude.ai", Who(login="jpark"), ""),
        ("api.mistral.ai", NOBODY, "LAPTOP-9"),
        ("www.deepl.com", NOBODY, ""),
        ("poe.com", NOBODY, ""),  # an older row does not say what its identity is
    ]
    assert [row.attempt for row in of_sample("umbrella_dns", "dns.csv")] == [False, True, False, False, False]


def test_the_reporting_api_of_umbrella_tells_the_same() -> None:
    assert [(r.text, r.who, r.where, r.attempt) for r in of_sample("umbrella_dns", "reporting.json")] == [
        ("chatgpt.com", Who(email="maja@acme.example"), "LAPTOP-7", False),
        ("claude.ai", NOBODY, "LAPTOP-9", True),
        ("poe.com", NOBODY, "", False),
    ]
    assert {row.date for row in of_sample("umbrella_dns", "reporting.json")} == {DAY}


def test_netskope_tells_people_computers_and_what_was_blocked() -> None:
    found = of_sample("netskope_events", "application.json")
    assert [(r.text, r.who, r.where, r.attempt, r.date) for r in found] == [
        ("chatgpt.com", Who(email="maja@acme.example"), "LAPTOP-7", False, DAY),
        ("claude.ai", NOBODY, "LAPTOP-9", True, DAY),
    ]


def test_zscaler_tells_people_and_computers() -> None:
    assert of_sample("zscaler_web", "web.json") == [
        Seen(
            "",
            "",
            "chatgpt.com",
            SeenBy.DOMAIN,
            DAY,
            Who(email="maja@acme.example"),
            "LAPTOP-7",
            "chatgpt.com",
        ),
        Seen("", "", "claude.ai", SeenBy.DOMAIN, DAY, NOBODY, "LAPTOP-9", "claude.ai", attempt=True),
    ]


def test_a_zscaler_table_says_the_same() -> None:
    table = (
        "time,login,eurl,action,appname,appclass,devicehostname,cip\n"
        "2026-03-02 08:08:08,Maja@Acme.example,chatgpt.com/c/1,Allowed,ChatGPT,AI,LAPTOP-7,10.1.2.3\n"
    )
    assert recognised_by(table.encode()) == {"zscaler_web"}
    assert seen("zscaler_web", table.encode()) == of_sample("zscaler_web", "web.json")[:1]


def test_common_events_are_read_with_spaces_and_escapes() -> None:
    allowed, blocked = of_sample("cef_log", "web.log")
    assert (allowed.text, allowed.who.email, allowed.date) == ("chatgpt.com", "maja@acme.example", DAY)
    assert (blocked.text, blocked.who, blocked.where, blocked.attempt) == (
        "claude.ai",
        Who(login="jpark"),
        "LAPTOP-7",
        True,
    )


def test_a_common_event_with_a_short_year_is_of_its_day() -> None:
    line = b"Mar 02 10:15:00 nss CEF:0|Zscaler|NSSWeblog|5.0|a|b|3|act=Allowed dhost=claude.ai rt=%s\n"
    for stated in (b"Mar 02 26 10:15:00", b"Mar 02 2026 10:15:00"):
        (row,) = seen("cef_log", line % stated)
        assert (row.text, row.date) == ("claude.ai", DAY)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_address_of_a_computer_no_path_and_no_browser_comes_through(path) -> None:
    said = repr(read(by_name(path.parent.name), path.read_bytes()))
    assert not any(
        word in said for word in ("10.1.2", "81.2.69", "secret", "Firefox", "curl", "Mozilla", "/c/")
    )


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("ChatGPT.com.", "chatgpt.com"),
        ("https://maja:pw@chat.openai.com:443/c/1?q=x", "chat.openai.com"),
        ("chatgpt.com/c/1", "chatgpt.com"),
        ("claude.ai?x=1", "claude.ai"),
        ('"poe.com"', "poe.com"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("_dmarc.acme.example", "_dmarc.acme.example"),
        ("93.184.216.34", ""),
        ("93.184.216.34:443", ""),
        ("2606:2800:220:1::1", ""),
        ("[2606:2800:220:1::1]:443", ""),
        ("4.3.2.1.in-addr.arpa", ""),
        ("intranet", ""),
        ("printer.acme.local", ""),
        ("", ""),
        ("-.com", ""),
    ],
)
def test_hosts_are_told_from_addresses(address: str, domain: str) -> None:
    assert domain_of(address) == domain


@settings(max_examples=60)
@given(st.text(max_size=40))
def test_a_domain_is_its_own_domain(text: str) -> None:
    found = domain_of(text)
    assert domain_of(found) == found
    assert not set("/?@: ") & set(found)


def test_what_was_kept_from_its_site_is_an_attempt() -> None:
    assert all(map(is_refused, ("Blocked", "deny", "Denied", "block-url", "DROP", "reset-both")))
    assert not any(map(is_refused, ("Allowed", "allow", "alert", "", "Proxied")))


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(min_value=0, max_value=10**6))
def test_damage_leaves_the_lines_before_it(name: str, seed: int) -> None:
    files = sorted((SAMPLES / name).iterdir())
    content = files[seed % len(files)].read_bytes()
    garbled, at = damaged(content, seed)
    rows, sentence = read_as_far_as_possible(by_name(name), garbled)
    whole = content[:at].count(b"\n")
    assert sentence or rows[:whole] == read(by_name(name), content)[:whole]
    assert not any(row.row for _, row in rows if isinstance(row, Rejected))


@needs_shared
def test_real_logs_are_read_whole() -> None:
    umbrella = read(by_name("umbrella_dns"), (SHARED / "umbrella_dns/test-umbrella-dnslogs.log").read_bytes())
    assert counts(umbrella) == (15, 0, 0)
    by_address = [row.who.email for _, row in umbrella if isinstance(row, Seen) and row.who.email]
    assert len(by_address) == 5
    (ssl,) = seen("zeek", (SHARED / "zeek/ssl.log").read_bytes())
    assert (ssl.text, ssl.date) == ("ssl.gstatic.com", date(2012, 4, 27))
    (web,) = seen("zscaler_web", (SHARED / "zscaler/test-web-http_endpoint.log").read_bytes())
    assert (web.text, web.who.email, web.where, web.attempt) == (
        "www.example.com",
        "test@example.com",
        "TestMachine35",
        True,
    )
    audit = read(by_name("zscaler_web"), (SHARED / "derived/zscaler_rules.jsonl").read_bytes())
    assert {type(row) for _, row in audit} == {Ignored}


def test_a_collectors_objects_of_umbrellas_log_say_the_same_as_its_rows() -> None:
    entry = {
        "timestamp": "2026-03-05 07:00:41.000",
        "policyIdentity": "Lindqvist, Maja (maja@acme.example)",
        "policyIdentityType": "AD Users",
        "internalIp": "10.0.0.5",
        "action": "Allowed",
        "responseCode": "NOERROR",
        "domain": "chatgpt.com.",
    }
    others = [
        entry | {"policyIdentity": "LAPTOP-7", "policyIdentityType": "Roaming Computers"},
        entry | {"policyIdentity": "Office", "policyIdentityType": "Networks", "action": "Blocked"},
        entry | {"responseCode": "NXDOMAIN"},
        entry | {"timestamp": "soon"},
        {"note": "not a look-up"},
    ]
    lines = b"".join(json.dumps(one).encode() + b"\n" for one in (entry, *others))
    assert recognised_by(lines) == {"umbrella_dns"}
    rows = read(by_name("umbrella_dns"), lines)
    assert counts(rows) == (3, 1, 2)
    found = [row for _, row in rows if isinstance(row, Seen)]
    assert [(row.text, row.date, row.who, row.where, row.attempt) for row in found] == [
        ("chatgpt.com", date(2026, 3, 5), Who("maja@acme.example"), "", False),
        ("chatgpt.com", date(2026, 3, 5), NOBODY, "LAPTOP-7", False),
        ("chatgpt.com", date(2026, 3, 5), NOBODY, "", True),
    ]  # fmt: skip
    assert "10.0.0.5" not in repr(rows)


@needs_shared
def test_real_look_ups_as_a_collector_keeps_them_are_read() -> None:
    rows = read(by_name("umbrella_dns"), (SHARED / "derived/cisco_umbrella_dns_rules.jsonl").read_bytes())
    assert [(row.text, row.attempt) for _, row in rows if isinstance(row, Seen)] == [
        ("malware.gvt2.com", True), ("beacons3.gvt2.com", False), ("cron.photoscape.ch", False),
        ("google.com", False),
    ]  # fmt: skip


@needs_shared
@pytest.mark.parametrize(
    ("name", "why"), [("zscaler", "Zscaler's administration"), ("netskope", "administrators")]
)
def test_a_log_of_administrators_is_refused_by_what_it_is(name: str, why: str) -> None:
    content = (SHARED / f"derived/{name}_rules.jsonl").read_bytes()
    with pytest.raises(UnreadableFile, match=why) as refused:
        recognise(Head("export.jsonl", content[:HEAD_BYTES], complete=False))
    assert "no format that is known" not in str(refused.value)
