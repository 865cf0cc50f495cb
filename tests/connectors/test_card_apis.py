"""Ramp, Brex and Stripe Issuing as their documentation describes them."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from discovery.connectors.api import Settings
from discovery.connectors.brex_api import BrexSettings
from discovery.connectors.http_session import AccessDenied, Garbled, TryLater
from discovery.connectors.ramp_api import RampSettings
from discovery.connectors.stripe_api import StripeSettings
from discovery.records import Spend
from tests.connectors.api_server import NOW, ApiServer, Reply, Request
from tests.connectors.pulling import goes_on_from_every_page, pages_of, pulled

BASIC = "Basic " + base64.b64encode(b"id-1:s3cret").decode()


class Ramp:
    """Two objects a page; the next page is a whole address."""

    def __init__(self) -> None:
        self.objects = [
            {
                "id": f"r-{n}",
                "amount": 20 + n,
                "currency_code": "USD",
                "merchant_name": "OpenAI",
                "merchant_id": "m",
                "state": "CLEARED",
                "user_transaction_time": (NOW - timedelta(days=n)).isoformat(),
                "card_holder": {"user_id": f"u{n % 2}", "first_name": "A", "last_name": "B"},
            }
            for n in range(5)
        ]

    def __call__(self, request: Request) -> Reply:
        if request.path == "/developer/v1/token":
            right = request.headers["authorization"] == BASIC and "users:read" in request.form["scope"]
            return Reply(body={"access_token": "t", "expires_in": 864000}) if right else Reply(401, {})
        if request.headers.get("authorization") != "Bearer t":
            return Reply(401, {})
        found: list[dict[str, Any]] = [{"id": f"u{n}", "email": f"u{n}@corp.example"} for n in range(3)]
        if request.path == "/developer/v1/transactions":
            since = request.query.get("from_date", "")
            found = [one for one in self.objects if one["user_transaction_time"] >= since[:10]]
        start = int(request.query.get("start", 0))
        more = start + 2 < len(found)
        following = f"{request.url}?start={start + 2}&from_date={request.query.get('from_date', '')}"
        return Reply(body={"data": found[start : start + 2], "page": {"next": following if more else None}})


class Brex:
    """Two objects a page; null ends the pages."""

    def __init__(self) -> None:
        self.objects: list[dict[str, Any]] = [
            {
                "id": f"pste_{n}",
                "card_id": f"c{n}",
                "description": "OPENAI",
                "amount": {"amount": 2000 + n, "currency": "USD"},
                "type": "PURCHASE",
                "posted_at_date": f"2026-11-{20 - n}",
            }
            for n in range(5)
        ]

    def __call__(self, request: Request) -> Reply:
        if request.headers.get("authorization") != "Bearer bxt_1":
            return Reply(401, {})
        lists = {
            "/v2/users": [
                {"id": f"u{n}", "email": f"u{n}@corp.example", "first_name": "A"} for n in range(3)
            ],
            "/v2/cards": [{"id": f"c{n}", "owner": {"type": "USER", "user_id": f"u{n}"}} for n in range(3)],
            "/v2/transactions/card/primary": self.objects,
        }
        since = request.query.get("posted_at_start", "")[:10]
        found = [one for one in lists[request.path] if one.get("posted_at_date", "9") >= since]
        start = int(request.query.get("cursor", 0))
        more = start + 2 < len(found)
        shown = found[start : start + 2]
        return Reply(body={"items": shown, "next_cursor": str(start + 2) if more else None})


class Stripe:
    """Two objects a page, newest first, behind the id that is named."""

    def __init__(self) -> None:
        self.objects = [self.transaction(n, NOW.timestamp() - n * 86400) for n in range(5)]

    @staticmethod
    def transaction(number: int, created: float) -> dict[str, Any]:
        return {
            "id": f"ipi_{number}",
            "object": "issuing.transaction",
            "amount": -2000 - number,
            "currency": "usd",
            "created": int(created),
            "type": "capture",
            "merchant_data": {"name": "OPENAI", "category_code": "5734"},
            "cardholder": {"email": f"u{number}@corp.example"},
        }

    def __call__(self, request: Request) -> Reply:
        if request.headers.get("authorization") != "Bearer rk_1":
            return Reply(401, {})
        ids = [one["id"] for one in self.objects]
        after = request.query.get("starting_after", "")
        if after and after not in ids:
            return Reply(400, {"error": {"code": "resource_missing"}})
        start = ids.index(after) + 1 if after else 0
        since = int(request.query.get("created[gte]", 0))
        found = [one for one in self.objects[start:] if one["created"] >= since]
        return Reply(body={"object": "list", "data": found[:2], "has_more": len(found) > 2})


SYSTEMS: dict[str, tuple[Callable[[], Any], Settings, Settings]] = {
    "ramp": (Ramp, RampSettings("id-1", "s3cret"), RampSettings("id-1", "old")),
    "brex": (Brex, BrexSettings("bxt_1"), BrexSettings("old")),
    "stripe_issuing": (Stripe, StripeSettings("rk_1"), StripeSettings("rk_old")),
}
each_system = pytest.mark.parametrize("name", SYSTEMS)


@contextmanager
def served(name: str) -> Iterator[tuple[Any, Settings, ApiServer]]:
    make, settings, _ = SYSTEMS[name]
    system = make()
    with ApiServer(system).running() as server:
        yield system, settings, server


def amounts(rows: list[Any]) -> list[int]:
    return [row.amount for row in rows if isinstance(row, Spend)]


@each_system
def test_every_page_is_read_with_who_paid(name: str) -> None:
    with served(name) as (_, settings, server):
        rows, _ = pulled(name, settings, server)
    spends = [row for row in rows if isinstance(row, Spend)]
    assert len({row.own_id for row in spends}) == len(spends) == 5
    assert sum(row.amount for row in spends) == {"ramp": 110_000_000}.get(name, 100_100_000)
    assert spends[1].who.email == "u1@corp.example"


@each_system
def test_a_pull_goes_on_behind_every_page(name: str) -> None:
    with served(name) as (_, settings, server):
        goes_on_from_every_page(name, settings, server)


@each_system
def test_the_next_pull_overlaps_what_is_known(name: str) -> None:
    """What was charged since, and what changed of the days before: not all of it again."""
    with served(name) as (system, settings, server):
        _, cursor = pulled(name, settings, server)
        system.objects[0] = system.objects[0] | (
            {"amount": {"amount": 999, "currency": "USD"}} if name == "brex" else {"amount": 9}
        )
        again, _ = pulled(name, settings, server, cursor)
    assert {"ramp": 9_000_000, "brex": 9_990_000, "stripe_issuing": -90_000}[name] in amounts(again)
    assert len(again) == {"ramp": 5, "brex": 5, "stripe_issuing": 4}[name]


@each_system
def test_an_empty_list_is_no_trouble(name: str) -> None:
    with served(name) as (system, settings, server):
        system.objects = []
        assert pulled(name, settings, server)[0] == []


@each_system
def test_what_is_wrong_with_the_credential_is_said(name: str) -> None:
    with served(name) as (_, settings, server):
        with pytest.raises(AccessDenied, match="credential") as denied:
            pulled(name, SYSTEMS[name][2], server)
        assert "old" not in str(denied.value)
        server.faults[len(server.asked) + 2] = Reply(403, {})
        with pytest.raises(AccessDenied, match="needs"):
            pulled(name, settings, server)


@each_system
def test_outages_and_limits_are_waited_for(name: str) -> None:
    with served(name) as (_, settings, server):
        server.faults = {3: Reply(429, {}, [("Retry-After", "3")]), 4: Reply(500, b"")}
        rows, _ = pulled(name, settings, server)
        assert len(rows) == 5
        assert len(server.clock.pauses) == 2
        server.faults = {n: Reply(503, b"") for n in range(len(server.asked) + 1, 99)}
        with pytest.raises(TryLater):
            pulled(name, settings, server)


@each_system
def test_an_answer_of_another_shape_is_no_traceback(name: str) -> None:
    for body in (b"<html>", [], {"data": 1, "items": 2, "page": 3}, {"data": None}, None):
        with served(name) as (_, settings, server):
            server.faults = {n: Reply(body=body) for n in range(2, 6)}
            with pytest.raises(Garbled):
                pulled(name, settings, server)


def test_stripe_begins_again_where_the_last_object_is_gone() -> None:
    with served("stripe_issuing") as (system, settings, server):
        (_, first), *_ = pages_of("stripe_issuing", settings, server)
        del system.objects[1]
        rows, cursor = pulled("stripe_issuing", settings, server, first)
    assert len(rows) == 4
    assert cursor == {"seen": int(NOW.timestamp())}


def test_ramps_next_page_leads_to_no_other_host() -> None:
    with served("ramp") as (_, settings, server):
        evil = {"data": [], "page": {"next": "https://evil.example/developer/v1/users?start=2"}}
        server.faults[2] = Reply(body=evil)
        with pytest.raises(Garbled, match="not given the credential"):
            pulled("ramp", settings, server)
