"""GitHub as its documentation describes it: Link headers and an envelope, limits in a 403, hidden lists."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from discovery.connectors.api import WrongSettings, settings_from
from discovery.connectors.github_api import GITHUB, GithubSettings
from discovery.connectors.http_session import AccessDenied, TryLater
from discovery.records import Licence
from tests.connectors.api_server import NOW, ApiServer, Reply, Request
from tests.connectors.pulling import goes_on_from_every_page, pulled

SETTINGS = GithubSettings("corp", "ghp_1")


def github(request: Request) -> Reply:
    if request.headers.get("authorization") != "Bearer ghp_1":
        return Reply(401, {"message": "Bad credentials"})
    if request.path == "/orgs/corp/copilot/billing":
        return Reply(body={"seat_breakdown": {"total": 5}, "plan_type": "business"})
    page = int(request.query.get("page", 1))
    seats = [
        {"assignee": {"login": f"dev{n}"}, "plan_type": "business", "created_at": "2026-03-01T08:00:00-06:00"}
        | {"last_activity_at": "2026-11-20T10:00:00Z" if n else None, "organization": None}
        for n in range(5)
    ]
    reply = Reply(body={"total_seats": 5, "seats": seats[page * 2 - 2 : page * 2]})
    return reply if page == 3 else reply.with_link(f"{request.url}?per_page=100&page={page + 1}")


@pytest.fixture
def server() -> Iterator[ApiServer]:
    with ApiServer(github).running() as running:
        yield running


def test_every_seat_and_how_many_are_paid_for(server: ApiServer) -> None:
    rows, cursor = pulled("github_copilot_seats", SETTINGS, server)
    assert all(isinstance(row, Licence) and row.account == "corp" for row in rows)
    assert [row.seats for row in rows] == [5, None, None, None, None, None]
    assert [row.who.login for row in rows[1:]] == [f"dev{n}" for n in range(5)]
    assert cursor == {}


def test_a_pull_goes_on_behind_every_page(server: ApiServer) -> None:
    goes_on_from_every_page("github_copilot_seats", SETTINGS, server)


def test_a_limit_in_a_403_is_waited_for_and_a_long_one_left_for_later(server: ApiServer) -> None:
    reset = str(int(NOW.timestamp()) + 4)
    used_up = [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", reset)]
    server.faults[2] = Reply(403, {"message": "API rate limit exceeded"}, used_up)
    assert len(pulled("github_copilot_seats", SETTINGS, server)[0]) == 6
    assert server.clock.pauses == [pytest.approx(4.75)]
    server.faults[len(server.asked) + 1] = Reply(403, {}, [("Retry-After", "3600")])
    with pytest.raises(TryLater) as later:
        pulled("github_copilot_seats", SETTINGS, server)
    assert later.value.seconds >= 3600


@pytest.mark.parametrize("status", [403, 404])
def test_what_is_missing_is_said(server: ApiServer, status: int) -> None:
    server.faults[1] = Reply(status, {"message": "Not Found"})
    with pytest.raises(AccessDenied, match="manage_billing:copilot"):
        pulled("github_copilot_seats", SETTINGS, server)


def test_the_organisation_is_no_path() -> None:
    with pytest.raises(WrongSettings, match="Organisation"):
        settings_from(GITHUB.settings, {"organisation": "corp/../x", "token": "t"})
