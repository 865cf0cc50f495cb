"""Okta as its documentation describes it: Link headers, an empty last page, 429 with a reset instant."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from discovery.connectors import by_name
from discovery.connectors.api import WrongSettings, fields_of, settings_from
from discovery.connectors.http_session import AccessDenied, Garbled, TryLater
from discovery.connectors.okta_api import OKTA, OktaSettings
from discovery.records import SignIn
from tests.connectors.api_server import NOW, ApiServer, Reply, Request

SETTINGS = OktaSettings("company.okta.com", "secret-token")


def event(number: int, minutes_ago: float, app: str = "ChatGPT") -> dict[str, Any]:
    at = NOW - timedelta(minutes=minutes_ago)
    return {
        "uuid": f"event-{number}",
        "published": at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "eventType": "user.authentication.sso",
        "actor": {"id": "00u1", "type": "User", "alternateId": f"p{number}@company.example"},
        "outcome": {"result": "SUCCESS"},
        "target": [{"type": "AppInstance", "displayName": app}],
    }


class Okta:
    """A log in the order in which events were stored, three a page."""

    page = 3

    def __init__(self, events: list[dict[str, Any]]) -> None:
        self.events = events
        self.token = "secret-token"

    def __call__(self, request: Request) -> Reply:
        if request.headers.get("authorization") != f"SSWS {self.token}":
            return Reply(401, {"errorCode": "E0000011", "errorSummary": "Invalid token provided"})
        assert request.path == "/api/v1/logs"
        since = request.query["since"]
        kept = [one for one in self.events if one["published"] >= since]
        start = int(request.query.get("after", "0"))
        shown = kept[start : start + self.page]
        after = start + len(shown)
        link = f"{request.url}?since={since}&after={after}"
        return Reply(body=shown).with_link(request.url, "self").with_link(link)


@pytest.fixture
def okta() -> Iterator[tuple[Okta, ApiServer]]:
    system = Okta([event(n, 600 - n * 10) for n in range(8)])
    with ApiServer(system).running() as server:
        yield system, server


def pulled(server: ApiServer, cursor: dict[str, Any] | None = None) -> tuple[list[str], dict[str, Any]]:
    """Whom a pull shows signed in, and where the next one begins."""
    connector = by_name("okta_system_log")
    assert connector.api
    seen: list[str] = []
    last = cursor or {}
    for page in connector.api.fetch(SETTINGS, last, server.outside()):
        assert page.last == ("next" not in page.cursor)
        last = page.cursor
        rows = connector.read(io.BytesIO(page.body)) if page.body else ()
        seen += [row.who.email[1:2] for _, row in rows if isinstance(row, SignIn)]
    return seen, last


def test_every_page_is_read_and_the_empty_one_ends_it(okta: tuple[Okta, ApiServer]) -> None:
    _, server = okta
    seen, cursor = pulled(server)
    assert seen == list("01234567")
    assert len(server.asked) == 4  # three, three, two, none
    assert server.asked[0].query["since"].startswith("2026-08-28T12:00:00")  # what Okta keeps: 90 days
    assert "user.authentication.sso" in server.asked[0].query["filter"]
    assert "next" not in cursor


def test_the_next_pull_begins_an_hour_before_what_was_seen_and_finds_a_late_event(
    okta: tuple[Okta, ApiServer],
) -> None:
    system, server = okta
    _, cursor = pulled(server)
    system.events += [event(8, 535), event(9, 1)]  # the first happened before the last that was seen
    seen, cursor = pulled(server, cursor)
    assert seen[-2:] == ["8", "9"]
    assert len(seen) < 10
    assert cursor["seen"].startswith("2026-11-26T11:59:00")


def test_a_cut_off_pull_goes_on_with_the_page_behind(okta: tuple[Okta, ApiServer]) -> None:
    _, server = okta
    connector = by_name("okta_system_log")
    assert connector.api
    pages = connector.api.fetch(SETTINGS, {}, server.outside())
    first = next(pages)
    pages.close()
    seen, _ = pulled(server, first.cursor)
    assert seen == list("34567")


def test_429_waits_until_the_reset_that_okta_names(okta: tuple[Okta, ApiServer]) -> None:
    _, server = okta
    reset = str(int(NOW.timestamp()) + 7)
    server.faults[2] = Reply(429, {"errorCode": "E0000047"}, [("X-Rate-Limit-Reset", reset)])
    assert pulled(server)[0] == list("01234567")
    assert server.clock.pauses == [pytest.approx(7.75)]


def test_a_long_wait_is_left_to_a_later_pull(okta: tuple[Okta, ApiServer]) -> None:
    _, server = okta
    reset = str(int(NOW.timestamp()) + 300)
    server.faults[1] = Reply(429, {}, [("X-Rate-Limit-Reset", reset)])
    with pytest.raises(TryLater) as later:
        pulled(server)
    assert later.value.seconds >= 300
    assert server.clock.pauses == []


@pytest.mark.parametrize(
    "fault", [Reply(500, b"oops"), Reply(503, b"", [("Retry-After", "2")]), Reply(200, b'[{"uuid":', cut=500)]
)
def test_a_page_that_breaks_off_is_asked_for_again(okta: tuple[Okta, ApiServer], fault: Reply) -> None:
    _, server = okta
    server.faults[3] = fault
    assert pulled(server)[0] == list("01234567")
    assert len(server.clock.pauses) == 1


def test_pauses_grow_and_end(okta: tuple[Okta, ApiServer]) -> None:
    _, server = okta
    server.faults = {n: Reply(502, b"") for n in range(1, 20)}
    with pytest.raises(TryLater, match="Okta answers with error 502"):
        pulled(server)
    assert server.clock.pauses == [0.75, 1.5, 3.0, 6.0]


def test_an_expired_token_stops_with_a_sentence(okta: tuple[Okta, ApiServer]) -> None:
    system, server = okta
    system.token = "another"
    with pytest.raises(AccessDenied, match="enter a new one") as denied:
        pulled(server)
    assert "secret-token" not in str(denied.value)
    assert len(server.asked) == 2  # asked once more, since other systems' tokens end in between


def test_a_lost_permission_says_which(okta: tuple[Okta, ApiServer]) -> None:
    _, server = okta
    server.faults[1] = Reply(403, {"errorCode": "E0000006"})
    with pytest.raises(AccessDenied, match="Read-only Administrator"):
        pulled(server)


@pytest.mark.parametrize(
    "link", ["https://evil.example/logs", "http://company.okta.com/x", "https://company.okta.com:8443/x"]
)
def test_no_link_leads_to_another_host(okta: tuple[Okta, ApiServer], link: str) -> None:
    _, server = okta
    server.faults[1] = Reply(body=[event(1, 5)]).with_link(link)
    with pytest.raises(Garbled, match="not given the credential"):
        pulled(server)
    assert len(server.asked) == 1


def test_redirects_stay_on_the_host(okta: tuple[Okta, ApiServer]) -> None:
    _, server = okta
    server.faults[1] = Reply(302, b"", [("Location", "https://evil.example/")])
    with pytest.raises(Garbled, match="not given the credential"):
        pulled(server)


def test_a_link_that_okta_no_longer_knows_begins_at_what_was_seen(okta: tuple[Okta, ApiServer]) -> None:
    _, server = okta
    _, cursor = pulled(server)
    server.faults[len(server.asked) + 1] = Reply(400, {"errorCode": "E0000001"})
    seen, _ = pulled(server, {**cursor, "next": "https://company.okta.com/api/v1/logs?after=gone"})
    assert seen[-1] == "7"


def test_settings_are_a_form_and_hide_the_secret() -> None:
    domain, token = fields_of(OktaSettings)
    assert (domain.secret, token.secret) == (False, True)
    assert "secret-token" not in repr(SETTINGS)
    with pytest.raises(WrongSettings, match="-admin"):
        settings_from(OKTA.settings, {"domain": "company-admin.okta.com", "token": "x"})
    for wrong in ("https://company.okta.com", "localhost", "127.0.0.1", "company.okta.com/x", "a@b.com"):
        with pytest.raises(WrongSettings):
            settings_from(OKTA.settings, {"domain": wrong, "token": "x"})


def test_users_that_changed_since_are_asked_for() -> None:
    def answer(request: Request) -> Reply:
        reply = Reply(body=[{"id": request.query.get("after", "1"), "profile": {"login": "a@b.example"}}])
        return reply if "after" in request.query else reply.with_link(f"{request.url}?after=2")

    connector = by_name("okta_users")
    assert connector.api
    with ApiServer(answer).running() as server:
        *_, last = connector.api.fetch(SETTINGS, {}, server.outside())
        list(connector.api.fetch(SETTINGS, last.cursor, server.outside()))
    assert server.asked[0].query["filter"] == 'lastUpdated gt "1970-01-01T00:00:00.000Z"'
    assert server.asked[2].query["filter"] == 'lastUpdated gt "2026-11-26T11:00:00.000Z"'
