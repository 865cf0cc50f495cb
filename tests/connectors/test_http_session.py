"""The one policy of requests: bounded, to named hosts, with no password but the one that was entered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
import requests

from discovery.connectors import http_session
from discovery.connectors.http_session import AccessDenied, Garbled, Http, Outside, Refused, TryLater
from tests.connectors.api_server import NOW, ApiServer, Clock, Reply, Request

URL = "https://api.example.com/list"


@pytest.fixture
def server() -> Iterator[ApiServer]:
    with ApiServer(lambda request: Reply(body={"here": request.path})).running() as running:
        yield running


def http(server: ApiServer) -> Http:
    return Http(server.outside(), "Example", ["api.example.com"], "scope x", lambda _: {"Authorization": "K"})


@pytest.mark.parametrize("trouble", [requests.ReadTimeout, requests.ConnectTimeout, requests.ConnectionError])
def test_a_system_that_does_not_answer_is_asked_a_few_times(trouble: type[Exception]) -> None:
    clock, asked = Clock(), []

    class Dead(requests.Session):
        def request(self, *args: object, **options: object) -> requests.Response:
            asked.append(options)
            raise trouble("https://api.example.com/list?key=s3cret")

    outside = Outside(Dead(), clock.now, clock.sleep, lambda: 0.0)
    with pytest.raises(TryLater, match="Example does not answer") as later:
        Http(outside, "Example", ["api.example.com"], "", lambda _: {}).get(URL)
    assert "s3cret" not in str(later.value)
    assert len(asked) == 3
    assert all(options["timeout"] and options["allow_redirects"] is False for options in asked)


def test_an_answer_has_an_end(server: ApiServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_session, "MOST_BYTES", 1000)
    server.answer = lambda _: Reply(body=b"x" * 200_000)
    with pytest.raises(Garbled, match="for one page"):
        http(server).get(URL)


@pytest.mark.parametrize("said", ["4", format_datetime(NOW + timedelta(seconds=4), usegmt=True)])
def test_retry_after_is_seconds_or_a_date(server: ApiServer, said: str) -> None:
    server.faults[1] = Reply(503, b"", [("Retry-After", said)])
    http(server).get(URL)
    assert server.clock.pauses == [pytest.approx(4.75)]


@pytest.mark.parametrize("said", ["soon", "-3", ""])
def test_a_retry_after_that_says_nothing_is_passed_over(server: ApiServer, said: str) -> None:
    server.faults[1] = Reply(503, b"", [("Retry-After", said)])
    http(server).get(URL)
    assert server.clock.pauses == [0.75]


def test_a_retry_after_of_years_is_left_to_a_later_pull(server: ApiServer) -> None:
    server.faults[1] = Reply(503, b"", [("Retry-After", "99999999999999999999")])
    with pytest.raises(TryLater):
        http(server).get(URL)


def test_a_redirect_on_the_same_host_is_followed_and_a_circle_ends(server: ApiServer) -> None:
    server.faults[1] = Reply(301, b"", [("Location", "/elsewhere")])
    assert http(server).get(URL).object("Example") == {"here": "/elsewhere"}
    server.answer = lambda _: Reply(302, b"", [("Location", "/round")])
    with pytest.raises(Garbled, match="on and on"):
        http(server).get(URL)


@pytest.mark.parametrize(
    "url",
    [
        "http://api.example.com/",
        "https://api.example.com.evil.test/",
        "https://u:p@api.example.com/",
        "https://api.example.com:444/",
        "ftp://api.example.com/",
        "https://[::1/",
        "/list",
    ],
)
def test_nothing_is_sent_elsewhere(server: ApiServer, url: str) -> None:
    with pytest.raises(Garbled):
        http(server).get(url)
    assert server.asked == []


def test_no_password_of_the_environment_replaces_ours(
    server: ApiServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".netrc").write_text("machine api.example.com login eve password other\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    asking = http(server)
    asking.outside.session.trust_env = True
    asking.get(URL)
    assert server.asked[0].headers["authorization"] == "K"
    assert server.asked[0].headers["user-agent"] == "Penumbra"


def test_cookies_are_not_kept(server: ApiServer) -> None:
    server.faults[1] = Reply(200, b"{}", [("Set-Cookie", "session=1; Path=/")])
    asking = http(server)
    asking.get(URL)
    asking.get(URL)
    assert "cookie" not in server.asked[1].headers


def test_what_is_refused_is_told_apart(server: ApiServer) -> None:
    for status, kind in ((400, Refused), (404, Refused), (401, AccessDenied), (403, AccessDenied)):
        server.answer = lambda _, status=status: Reply(status, {"error": "s3cret"})
        with pytest.raises(kind) as refused:
            http(server).get(URL)
        assert "s3cret" not in str(refused.value)


def test_a_login_is_asked_for_again_once(server: ApiServer) -> None:
    logins = []

    def login(_: Http) -> dict[str, str]:
        logins.append(1)
        return {"Authorization": f"K{len(logins)}"}

    def answer(request: Request) -> Reply:
        return Reply(body={}) if request.headers["authorization"] == "K2" else Reply(401, {})

    server.answer = answer
    Http(server.outside(), "Example", ["api.example.com"], "", login).get(URL)
    assert len(logins) == 2
