"""Google Workspace as its documentation describes it: signed word, page tokens, late events, 403 quotas."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from discovery.connectors.api import WrongSettings, settings_from
from discovery.connectors.google_api import GOOGLE, GoogleSettings
from discovery.connectors.http_session import AccessDenied
from discovery.records import DirectoryPerson, Grant, SignIn
from tests.connectors.api_server import NOW, ApiServer, Reply, Request
from tests.connectors.pulling import goes_on_from_every_page, pages_of, pulled


@cache
def key() -> RSAPrivateKey:
    return generate_private_key(65537, 2048)


@cache
def settings() -> GoogleSettings:
    pem = key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    account = {"private_key": pem, "client_email": "pull@project.example", "private_key_id": "k1"}
    return GoogleSettings("admin@corp.example", json.dumps(account))


def activity(number: int, hours_ago: float, application: str = "token") -> dict[str, Any]:
    at = (NOW - timedelta(hours=hours_ago)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    parameters: list[dict[str, Any]] = [{"name": "application_name", "value": "ChatGPT"}]
    if application == "token":
        parameters = [{"name": "app_name", "value": "Otter"}, {"name": "client_id", "value": "c.apps"}]
        parameters.append({"name": "scope", "multiValue": ["https://mail.google.com/"]})
    name = {"token": "authorize", "saml": "login_success"}[application]
    return {
        "kind": "admin#reports#activity",
        "id": {"time": at, "uniqueQualifier": f"-{number}", "applicationName": application}
        | {"customerId": "C1"},
        "actor": {"email": f"p{number}@corp.example"},
        "events": [{"name": name, "parameters": parameters}],
    }


class Google:
    """Two entries a page; a page without entries has no list at all."""

    def __init__(self) -> None:
        self.activities = {kind: [activity(n, n * 20, kind) for n in range(5)] for kind in ("token", "saml")}

    def __call__(self, request: Request) -> Reply:
        if request.host == "oauth2.googleapis.com":
            return self._token(request)
        scope = request.headers.get("authorization", "").removeprefix("Bearer ")
        start = int(request.query.get("pageToken", 0))
        if request.path.endswith("/users"):
            if "directory.user.readonly" not in scope:
                return Reply(403, {"error": {"errors": [{"reason": "forbidden"}]}})
            people = [{"id": f"{n}", "primaryEmail": f"p{n}@corp.example"} for n in range(5)]
            return self._page(people, start, "users", request)
        kind = request.path.rpartition("/")[2]
        since = request.query["startTime"]
        kept = [one for one in self.activities[kind] if one["id"]["time"] >= since]
        return self._page(kept, start, "items", request)

    def _page(self, found: list[Any], start: int, name: str, request: Request) -> Reply:
        body: dict[str, Any] = {"kind": "admin#reports#activities"}
        if shown := found[start : start + 2]:
            body[name] = shown
        if start + 2 < len(found):
            body["nextPageToken"] = str(start + 2)
        return Reply(body=body)

    def _token(self, request: Request) -> Reply:
        word, _, signature = request.form["assertion"].rpartition(".")
        key().public_key().verify(_decoded(signature), word.encode(), PKCS1v15(), SHA256())
        claims = json.loads(_decoded(word.partition(".")[2]))
        assert claims["sub"] == "admin@corp.example"
        assert claims["exp"] - claims["iat"] <= 3600
        return Reply(body={"access_token": claims["scope"], "expires_in": 3599})


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


@pytest.fixture
def google() -> Iterator[tuple[Google, ApiServer]]:
    system = Google()
    with ApiServer(system).running() as server:
        yield system, server


def people(rows: list[Any]) -> list[str]:
    return [row.who.email[1:2] for row in rows if isinstance(row, Grant | SignIn)]


@pytest.mark.parametrize("name", ["google_workspace_token", "google_workspace_login"])
def test_activity_is_read_and_late_events_are_found(google: tuple[Google, ApiServer], name: str) -> None:
    system, server = google
    rows, cursor = pulled(name, settings(), server)
    assert people(rows) == list("01234")
    kind = {"google_workspace_token": "token", "google_workspace_login": "saml"}[name]
    system.activities[kind].insert(3, activity(9, 45, kind))  # it happened two days ago, and is shown now
    rows, _ = pulled(name, settings(), server, cursor)
    assert people(rows) == list("0129")


@pytest.mark.parametrize("name", ["google_workspace_token", "google_workspace_users"])
def test_a_pull_goes_on_behind_every_page(google: tuple[Google, ApiServer], name: str) -> None:
    goes_on_from_every_page(name, settings(), google[1])


def test_a_pages_token_is_sent_with_the_question_it_came_with(google: tuple[Google, ApiServer]) -> None:
    _, server = google
    (_, first), *_ = pages_of("google_workspace_token", settings(), server)
    server.clock.at += timedelta(hours=3)
    pulled("google_workspace_token", settings(), server, first)
    asked = {one.query["startTime"] for one in server.asked if "startTime" in one.query}
    assert len(asked) == 1


def test_users_are_a_directory(google: tuple[Google, ApiServer]) -> None:
    rows, cursor = pulled("google_workspace_users", settings(), google[1])
    assert len([row for row in rows if isinstance(row, DirectoryPerson)]) == 5
    assert cursor == {}


def test_nothing_new_is_an_answer_without_a_list(google: tuple[Google, ApiServer]) -> None:
    system, server = google
    system.activities["token"] = []
    assert pulled("google_workspace_token", settings(), server)[0] == []


@pytest.mark.parametrize("reason", ["rateLimitExceeded", "quotaExceeded"])
def test_a_quota_is_waited_for(google: tuple[Google, ApiServer], reason: str) -> None:
    _, server = google
    server.faults[3] = Reply(403, {"error": {"code": 403, "errors": [{"reason": reason}]}})
    assert people(pulled("google_workspace_token", settings(), server)[0]) == list("01234")
    assert len(server.clock.pauses) == 1


def test_a_missing_delegation_says_which_scope(google: tuple[Google, ApiServer]) -> None:
    _, server = google
    server.faults[1] = Reply(401, {"error": "unauthorized_client"})
    with pytest.raises(
        AccessDenied, match=r"does not accept the credential.*domain-wide delegation for the scope"
    ):
        pulled("google_workspace_token", settings(), server)
    server.faults[3] = Reply(403, {"error": {"errors": [{"reason": "forbidden"}]}})
    with pytest.raises(AccessDenied, match=r"admin\.reports\.audit\.readonly"):
        pulled("google_workspace_token", settings(), server)


def test_a_key_file_that_is_none_is_said_without_quoting_it() -> None:
    for wrong in ("s3cret", "{}", '{"private_key": "s3cret", "client_email": "a@b.example"}', "[1]"):
        with pytest.raises(WrongSettings, match="paste all of it") as refused:
            settings_from(GOOGLE.settings, {"administrator": "admin@corp.example", "key": wrong})
        assert "s3cret" not in str(refused.value)
