"""Every address of the API by every method with every kind of token: who gets what."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import get_resolver

from discovery.models import Scan
from inventory.access import Role
from inventory.api import scans, urls
from inventory.granting import set_access
from inventory.models import DecisionBatch
from tests.distribution import on_each_database
from tests.inventory import rows
from tests.inventory.api.conftest import SCOPES, body_of, client_with

pytestmark = pytest.mark.django_db

LIMITED = "security of Sales"
CALLERS = (None, *Role, LIMITED)
WHOLE = set(Role) - {Role.EMPLOYEE}
COMPANY = {*WHOLE, LIMITED}
WITH_NAMES = {Role.PROCUREMENT, Role.SECURITY, Role.FINANCE, Role.AUDITOR, LIMITED}
DECIDERS = {Role.PROCUREMENT, Role.SECURITY, Role.ADMINISTRATOR}
ACCEPTING = DECIDERS - {Role.ADMINISTRATOR}
UPLOADERS = {Role.PROCUREMENT, Role.SECURITY, Role.FINANCE, Role.ADMINISTRATOR}

#: (method, address): the token's scope, who may, and what they get.
CALLS = {
    ("get", "tools/"): ("read", COMPANY, 200),
    ("get", "tools/openai/chatgpt/"): ("read", COMPANY, 200),
    ("get", "spend/"): ("read", WITH_NAMES, 200),
    ("get", "purchases/"): ("read", WITH_NAMES, 200),
    ("get", "people/"): ("read", WITH_NAMES, 200),
    ("get", "sources/"): ("read", WHOLE, 200),
    ("get", "connectors/"): ("read", WHOLE, 200),
    ("get", "scans/"): ("read", WHOLE, 200),
    ("post", "scans/"): ("upload", UPLOADERS, 202),
    ("get", "scans/{scan}/"): ("read", WHOLE, 200),
    ("post", "scans/{scan}/withdraw/"): ("decide", {Role.FINANCE, Role.ADMINISTRATOR}, 202),
    ("get", "rejected/"): ("read", WHOLE - {Role.PRIVACY_OFFICER}, 200),
    ("get", "decisions/"): ("read", COMPANY, 200),
    ("post", "decisions/"): ("decide", DECIDERS, 201),
    ("post", "decisions/{decision}/undo/"): ("decide", DECIDERS, 201),
    ("get", "flags/"): ("read", WITH_NAMES - {LIMITED}, 200),
    ("post", "flags/accept/"): ("decide", ACCEPTING, 200),
    ("post", "flags/take-back/"): ("decide", ACCEPTING, 200),
    ("get", "overlaps/"): ("read", WITH_NAMES - {LIMITED}, 200),
    ("post", "overlaps/chat/accept/"): ("decide", {Role.PROCUREMENT}, 201),
    ("post", "overlaps/chat/case/"): ("decide", {Role.PROCUREMENT}, 201),
    ("post", "overlaps/chat/reopen/"): ("decide", {Role.PROCUREMENT}, 201),
}
METHODS = ("get", "head", "post", "put", "patch", "delete", "options")
ADDRESSES = list(dict.fromkeys(address for _, address in CALLS))

CARDS = b"Date,Merchant,Amount,Currency\n2026-03-04,OPENAI *CHATGPT,20.00,EUR\n"


@pytest.fixture(autouse=True)
def a_scan(decided, monkeypatch):
    monkeypatch.setattr(scans.run_scan, "delay", lambda number: None)
    return Scan.objects.order_by("pk").first()


def call(client: Client, method: str, address: str, scan: Scan) -> int:
    form = {}
    decision = DecisionBatch.objects.order_by("pk").first()
    if method == "post" and "decide" in CALLS.get((method, address), ()) and "scans" not in address:
        form = {"data": body_of(address), "content_type": "application/json"}
    if (method, address) == ("post", "scans/"):
        form = {"data": {"file": SimpleUploadedFile("cards.csv", CARDS), "connector": "card_table"}}
    target = address.format(scan=scan.pk, decision=decision.pk if decision else 0)
    return getattr(client, method)(f"/api/v1/{target}", **form).status_code


def test_every_address_is_called_here():
    def addresses() -> Iterator[str]:
        for pattern in urls.urlpatterns:
            route = str(pattern.pattern)
            if route.startswith("v1/"):
                yield (
                    route.removeprefix("v1/")
                    .replace("<key:key>", "openai/chatgpt")
                    .replace("<int:scan>", "{scan}")
                    .replace("<int:decision>", "{decision}")
                    .replace("<slug:capability>", "chat")
                )

    assert list(dict.fromkeys(addresses())) == ADDRESSES
    assert get_resolver().resolve("/api/v1/tools/").url_name == "api_tools"


#: Procurement sees most, the other a part.
@pytest.mark.parametrize("caller", on_each_database((Role.PROCUREMENT, LIMITED), CALLERS))
def test_a_token_of_every_scope_does_what_its_owners_role_does(program, caller, a_scan):
    client = program(Role.SECURITY, "Sales") if caller == LIMITED else program(caller)
    found, wanted = {}, {}
    for address in ADDRESSES:
        for method in METHODS:
            found[method, address] = call(client, method, address, a_scan)
            _, allowed, status = CALLS.get(("get" if method == "head" else method, address), ("", set(), 405))
            wanted[method, address] = status if caller in allowed or status == 405 else 403
    assert found == wanted


def test_nobody_calls_without_saying_who_it_is(a_scan):
    for address in ADDRESSES:
        for method in METHODS:
            assert call(Client(), method, address, a_scan) == 401, (method, address)
    assert Client().get("/api/schema/").status_code == 401


@pytest.mark.parametrize("scope", SCOPES)
def test_a_token_does_no_more_than_its_scope(account, scope, a_scan):
    owner = account(Role.FINANCE)
    set_access(owner, roles=[Role.FINANCE, Role.PROCUREMENT], departments=None, actor="hanna", reason="both")
    client = client_with(owner, [scope])
    for (method, address), (needed, _, status) in CALLS.items():
        assert call(client, method, address, a_scan) == (status if needed == scope else 403), (
            method,
            address,
        )


def test_a_session_changes_something_only_with_a_token_against_forgery(signed_in, a_scan):
    client = signed_in(Role.FINANCE)
    guarded = Client(enforce_csrf_checks=True)
    user = get_user_model().objects.get()
    guarded.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    address = f"/api/v1/scans/{a_scan.pk}/withdraw/"
    refused = guarded.post(address)
    assert refused.status_code == 403
    assert "CSRF" in refused.json()["detail"]
    assert Scan.objects.get(pk=a_scan.pk).state == Scan.State.DONE
    assert guarded.get("/api/v1/tools/").status_code == 200
    assert client.post(address).status_code == 202


def test_what_others_have_is_not_there(program, company):
    sales = program(Role.SECURITY, "Sales")
    for address in (
        "tools/deepl/translator/",
        "tools/nobody/knows/",
        "purchases/?tool=deepl/translator",
        "people/?tool=deepl/translator",
    ):
        answer = sales.get(f"/api/v1/{address}")
        assert answer.status_code == 404, address
        assert answer.json()["detail"].startswith("No tool ")
    assert program(Role.FINANCE).get("/api/v1/scans/999999/").status_code == 404
    assert program(Role.FINANCE).post("/api/v1/scans/999999/withdraw/").status_code == 404
    assert len(sales.get("/api/v1/purchases/").json()["results"]) == 1
    assert len(sales.get("/api/v1/spend/").json()["results"]) == 1
    assert len(sales.get("/api/v1/people/").json()["results"]) == 1


def test_a_scan_that_is_still_read_is_not_withdrawn(program):
    running = rows.scan(state=Scan.State.READING)
    answer = program(Role.FINANCE).post(f"/api/v1/scans/{running.pk}/withdraw/")
    assert answer.status_code == 409
    assert answer.json()["detail"] == f"scan {running.pk} has not ended yet; withdraw it when it has."


def test_calls_are_counted_by_token_by_account_and_those_that_change_apart(settings, account, a_scan):
    rates = {"token": "3/min", "account": "5/min", "changes": "1/min"}
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": rates}
    owner = account(Role.FINANCE)
    first, second = client_with(owner), client_with(owner)
    address = "/api/v1/connectors/"
    assert [first.get(address).status_code for _ in range(4)] == [200, 200, 200, 429]
    assert [second.get(address).status_code for _ in range(3)] == [200, 429, 429]
    slow = second.get(address)
    assert int(slow.headers["Retry-After"]) > 0
    assert slow.json()["title"] == "Too Many Requests"
    other = client_with(account(Role.FINANCE))
    withdraw = f"/api/v1/scans/{a_scan.pk}/withdraw/"
    assert [other.post(withdraw).status_code for _ in range(2)] == [202, 429]
    assert other.get(address).status_code == 200
