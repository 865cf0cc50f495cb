"""Graph as its documentation describes it: a token, next links, newest first, Retry-After, no licence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from discovery.connectors.api import WrongSettings, settings_from
from discovery.connectors.entra_api import ENTRA, EntraSettings
from discovery.connectors.http_session import AccessDenied
from discovery.records import DirectoryPerson, Grant, SignIn
from tests.connectors.api_server import NOW, ApiServer, Reply, Request
from tests.connectors.pulling import goes_on_from_every_page, pages_of, pulled

TENANT = "11111111-2222-3333-4444-555555555555"
SETTINGS = EntraSettings(TENANT, "client-1", "s3cret")


def sign_in(number: int, minutes_ago: float) -> dict[str, Any]:
    at = NOW - timedelta(minutes=minutes_ago)
    return {
        "id": f"s-{number}",
        "createdDateTime": at.strftime("%Y-%m-%dT%H:%M:%S.6195833Z"),
        "userPrincipalName": f"p{number}@corp.example",
        "appId": "a-77",
        "appDisplayName": "Otter.ai",
        "clientAppUsed": "Browser",
        "isInteractive": True,
        "status": {"errorCode": 0},
    }


APPS = [
    {"id": f"sp-{n}", "appId": f"a-{n}", "displayName": name, "createdDateTime": "2026-03-05T07:00:00Z"}
    | {"servicePrincipalType": "Application", "appOwnerOrganizationId": "t-1"}
    for n, name in enumerate(["Otter.ai", "Grammarly", "Microsoft Graph"])
]
GRANTS = [
    {"id": "g-0", "clientId": "sp-0", "consentType": "Principal", "principalId": "u-0", "resourceId": "sp-2"}
    | {"scope": " Mail.Read"},
    {"id": "g-1", "clientId": "sp-1", "consentType": "AllPrincipals", "principalId": None}
    | {"resourceId": "sp-2", "scope": "User.Read"},
    {"id": "g-2", "clientId": "sp-0", "consentType": "Principal", "principalId": "u-1", "resourceId": "sp-2"}
    | {"scope": "Files.Read"},
]
USERS = [
    {"id": f"u-{n}", "userPrincipalName": f"p{n}@corp.example", "mail": f"p{n}@corp.example"}
    | {"displayName": f"Person {n}", "department": "Sales", "accountEnabled": True}
    for n in range(5)
]


class Graph:
    """Two objects a page; tokens that end when the test says so."""

    page = 2

    def __init__(self) -> None:
        self.sign_ins = [sign_in(n, n * 30) for n in range(5)]  # newest first
        self.token = 1

    def __call__(self, request: Request) -> Reply:
        if request.host == "login.microsoftonline.com":
            right = request.form["client_secret"] == "s3cret" and request.path.startswith(f"/{TENANT}/")
            return Reply(body={"access_token": f"t{self.token}"}) if right else Reply(400, {})
        if request.headers.get("authorization") != f"Bearer t{self.token}":
            return Reply(401, {"error": {"code": "InvalidAuthenticationToken"}})
        kind = request.path.removeprefix("/v1.0/")
        if kind == "directoryObjects/getByIds":
            asked = request.json["ids"]
            return Reply(body={"value": [user for user in USERS if user["id"] in asked]})
        lists = {"auditLogs/signIns": self.sign_ins, "users": USERS}
        lists |= {"servicePrincipals": APPS, "oauth2PermissionGrants": GRANTS}
        found = lists[kind]
        if " ge " in request.query.get("$filter", ""):
            since = request.query["$filter"].rpartition(" ge ")[2]
            found = [one for one in found if one["createdDateTime"] >= since]
        start = int(request.query.get("$skiptoken", 0))
        body: dict[str, Any] = {"value": found[start : start + self.page]}
        if start + self.page < len(found):
            query = f"$filter={request.query.get('$filter', '')}&$skiptoken={start + self.page}"
            body["@odata.nextLink"] = f"{request.url}?{query}"
        return Reply(body=body)


@pytest.fixture
def graph() -> Iterator[tuple[Graph, ApiServer]]:
    system = Graph()
    with ApiServer(system).running() as server:
        yield system, server


def people(rows: list[Any]) -> list[str]:
    return [row.who.email[1:2] for row in rows if isinstance(row, SignIn)]


def test_sign_ins_are_read_to_the_last_page_and_then_from_what_is_known(
    graph: tuple[Graph, ApiServer],
) -> None:
    system, server = graph
    rows, cursor = pulled("entra_sign_ins", SETTINGS, server)
    assert people(rows) == list("01234")
    assert cursor == {"seen": "2026-11-26T12:00:00+00:00"}
    system.sign_ins[:0] = [sign_in(7, -5), sign_in(6, 100)]  # the second arrived late
    rows, cursor = pulled("entra_sign_ins", SETTINGS, server, cursor)
    assert set(people(rows)) >= {"6", "7"}
    assert "3" in people(rows)  # an hour and a half ago: within the overlap
    assert cursor["seen"] == "2026-11-26T12:05:00+00:00"


def test_how_far_is_known_moves_with_the_last_page_only(graph: tuple[Graph, ApiServer]) -> None:
    """Newest come first: a pull that ends half-way has not seen the old ones."""
    _, server = graph
    (_, first), *_ = pages_of("entra_sign_ins", SETTINGS, server)
    assert first["seen"] == ""
    rest, _ = pulled("entra_sign_ins", SETTINGS, server, first)
    assert people(rest) == list("234")


@pytest.mark.parametrize("name", ["entra_sign_ins", "entra_grants", "entra_users"])
def test_a_pull_goes_on_behind_every_page(graph: tuple[Graph, ApiServer], name: str) -> None:
    goes_on_from_every_page(name, SETTINGS, graph[1])


def test_a_grant_has_its_app_and_its_person(graph: tuple[Graph, ApiServer]) -> None:
    rows, cursor = pulled("entra_grants", SETTINGS, graph[1])
    grants = [(row.app, row.who.email, row.scopes) for row in rows if isinstance(row, Grant)]
    assert grants == [
        ("Otter.ai", "p0@corp.example", ("Mail.Read",)),
        ("Grammarly", "", ("User.Read",)),
        ("Otter.ai", "p1@corp.example", ("Files.Read",)),
    ]
    assert cursor == {}


def test_users_are_a_directory(graph: tuple[Graph, ApiServer]) -> None:
    rows, _ = pulled("entra_users", SETTINGS, graph[1])
    assert [row.email for row in rows if isinstance(row, DirectoryPerson)] == [u["mail"] for u in USERS]
    assert "department" in graph[1].asked[1].query["$select"]


def test_a_token_that_ends_in_between_is_renewed_once(graph: tuple[Graph, ApiServer]) -> None:
    system, server = graph
    pages = pages_of("entra_sign_ins", SETTINGS, server)
    next(pages)
    system.token = 2
    assert sum(len(rows) for rows, _ in pages) == 3
    assert [one.host for one in server.asked].count("login.microsoftonline.com") == 2


def test_a_wrong_secret_stops_with_a_sentence(graph: tuple[Graph, ApiServer]) -> None:
    with pytest.raises(AccessDenied, match="does not accept the credential"):
        pulled("entra_users", EntraSettings(TENANT, "client-1", "old"), graph[1])


def test_a_tenant_without_licence_is_told_which(graph: tuple[Graph, ApiServer]) -> None:
    _, server = graph
    code = "Authentication_RequestFromNonPremiumTenantOrB2CTenant"
    server.faults[2] = Reply(403, {"error": {"code": code}})
    with pytest.raises(AccessDenied, match=r"AuditLog\.Read\.All.*P1"):
        pulled("entra_sign_ins", SETTINGS, server)


def test_retry_after_is_kept_to(graph: tuple[Graph, ApiServer]) -> None:
    _, server = graph
    server.faults[3] = Reply(429, {}, [("Retry-After", "10")])
    rows, _ = pulled("entra_sign_ins", SETTINGS, server)
    assert len(rows) == 5
    assert server.clock.pauses == [pytest.approx(10.75)]


def test_the_tenant_is_no_path() -> None:
    with pytest.raises(WrongSettings, match="Tenant id"):
        settings_from(ENTRA.settings, {"tenant": "../x", "client_id": "a", "secret": "b"})
