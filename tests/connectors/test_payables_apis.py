"""QuickBooks Online and Coupa as their documentation describes them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from discovery.connectors import coupa_api, quickbooks_api
from discovery.connectors.coupa_api import CoupaSettings
from discovery.connectors.http_session import AccessDenied, Garbled
from discovery.connectors.quickbooks_api import QuickbooksSettings
from discovery.records import Removed, Spend
from tests.connectors.api_server import NOW, ApiServer, Reply, Request
from tests.connectors.pulling import goes_on_from_every_page, pages_of, pulled

QUICKBOOKS = QuickbooksSettings("4620816365", "id-1", "s3cret", "refresh-1")
COUPA = CoupaSettings("company.coupahost.com", "id-1", "s3cret")


@pytest.fixture(autouse=True)
def _two_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quickbooks_api, "_PER_PAGE", 2)
    monkeypatch.setattr(coupa_api, "_PER_PAGE", 2)


def bill(number: int, minutes_ago: float = 600, **more: Any) -> dict[str, Any]:
    at = NOW - timedelta(minutes=minutes_ago)
    return {
        "Id": str(number),
        "TxnDate": "2026-11-01",
        "DueDate": "2026-12-01",
        "VendorRef": {"value": "5", "name": "OpenAI"},
        "CurrencyRef": {"value": "USD"},
        "TotalAmt": 100,
        "MetaData": {"LastUpdatedTime": at.strftime("%Y-%m-%dT%H:%M:%S+00:00")},
        "Line": [{"Id": "1", "Amount": 100, "DetailType": "AccountBasedExpenseLineDetail"}],
    } | more


class Quickbooks:
    """Queries from a position on that counts from 1; refresh tokens that are replaced."""

    def __init__(self) -> None:
        self.documents: dict[str, list[dict[str, Any]]] = {
            "Bill": [bill(n) for n in range(1, 6)],
            "Purchase": [bill(9, PaymentType="CreditCard", EntityRef={"name": "Runway"})],
            "VendorCredit": [],
        }
        self.deleted: list[str] = []
        self.refresh, self.access = 1, 1

    def __call__(self, request: Request) -> Reply:
        if request.host == "oauth.platform.intuit.com":
            if request.form["refresh_token"] != f"refresh-{self.refresh}":
                return Reply(400, {"error": "invalid_grant"})
            self.refresh += 1
            self.access += 1
            return Reply(body={"access_token": f"a{self.access}", "refresh_token": f"refresh-{self.refresh}"})
        if request.headers.get("authorization") != f"Bearer a{self.access}":
            return Reply(401, {})
        if request.path.endswith("/cdc"):
            gone = [{"domain": "QBO", "status": "Deleted", "Id": number} for number in self.deleted]
            return Reply(body={"CDCResponse": [{"QueryResponse": [{"Bill": gone}]}], "time": "x"})
        asked = re.fullmatch(
            r"select \* from (\w+)(?: where MetaData.LastUpdatedTime > '(.*)')? orderby Id"
            r" startposition (\d+) maxresults (\d+)",
            request.query["query"],
        )
        assert asked
        kind, since, start, most = asked[1], asked[2] or "", int(asked[3]), int(asked[4])
        found = [one for one in self.documents[kind] if one["MetaData"]["LastUpdatedTime"] > since]
        shown = found[start - 1 : start - 1 + most]
        return Reply(body={"QueryResponse": {kind: shown} if shown else {}, "time": "x"})


def test_bills_of_every_kind_are_read_page_by_page() -> None:
    with ApiServer(Quickbooks()).running() as server:
        rows, cursor = pulled("quickbooks_bills", QUICKBOOKS, server)
    assert [row.own_id for row in rows if isinstance(row, Spend)] == [
        *(f"Bill/{n}/1" for n in range(1, 6)),
        "Purchase/9/1",
    ]
    assert cursor == {"since": "2026-11-26T11:00:00+00:00"}
    assert server.renewed == [("refresh_token", "refresh-2")]


def test_a_quickbooks_pull_goes_on_behind_every_page() -> None:
    system = Quickbooks()
    with ApiServer(system).running() as server:
        replies = server.answer

        def with_any_refresh_token(request: Request) -> Reply:
            system.refresh = 1 if request.host.startswith("oauth") else system.refresh
            return replies(request)

        server.answer = with_any_refresh_token
        goes_on_from_every_page("quickbooks_bills", QUICKBOOKS, server)


def test_what_changed_and_what_was_deleted_since() -> None:
    system = Quickbooks()
    with ApiServer(system).running() as server:
        _, cursor = pulled("quickbooks_bills", QUICKBOOKS, server)
        system.documents["Bill"][1] = bill(2, -5, TotalAmt=120)
        system.deleted = ["3"]
        held = QuickbooksSettings("4620816365", "id-1", "s3cret", f"refresh-{system.refresh}")
        rows, _ = pulled("quickbooks_bills", held, server, cursor)
    spends = [row for row in rows if isinstance(row, Spend)]
    assert {(row.document, row.amount) for row in spends if row.amount} >= {("Bill/2", 100_000_000)}
    (gone,) = (row for row in rows if isinstance(row, Removed))
    assert "Bill/3/1" in gone.own_ids


def test_an_hour_later_the_new_refresh_token_is_used() -> None:
    system = Quickbooks()
    with ApiServer(system).running() as server:
        pages = pages_of("quickbooks_bills", QUICKBOOKS, server)
        next(pages)
        system.access = 99
        assert sum(len(rows) for rows, _ in pages) == 4
        assert server.renewed == [("refresh_token", "refresh-2"), ("refresh_token", "refresh-3")]


def test_a_refresh_token_that_is_not_valid_any_more_is_said() -> None:
    with ApiServer(Quickbooks()).running() as server:
        old = QuickbooksSettings("4620816365", "id-1", "s3cret", "refresh-0")
        with pytest.raises(AccessDenied, match="does not accept the credential"):
            pulled("quickbooks_bills", old, server)


def invoice(number: int, minutes_ago: float = 600, **more: Any) -> dict[str, Any]:
    at = NOW - timedelta(minutes=minutes_ago)
    return {
        "id": number,
        "invoice-number": f"INV-{number}",
        "invoice-date": "2026-11-01T00:00:00-07:00",
        "status": "approved",
        "document-type": "Invoice",
        "supplier": {"name": "OpenAI"},
        "currency": {"code": "USD"},
        "total-with-taxes": "100.0",
        "updated-at": at.strftime("%Y-%m-%dT%H:%M:%S+00:00"),
        "invoice-lines": [{"line-num": 1, "total": "100.0", "description": "API"}],
    } | more


class Coupa:
    """Invoices above an id, in its order."""

    def __init__(self) -> None:
        self.invoices = [invoice(n) for n in (1, 2, 5, 7)]

    def __call__(self, request: Request) -> Reply:
        if request.path == "/oauth2/token":
            right = request.form["client_secret"] == "s3cret" and request.form["scope"] == "core.invoice.read"
            return Reply(body={"access_token": "t"}) if right else Reply(401, {})
        assert request.headers["accept"] == "application/json"
        if request.headers.get("authorization") != "Bearer t":
            return Reply(401, {})
        assert (request.query["order_by"], request.query["dir"]) == ("id", "asc")
        above, since = int(request.query["id[gt]"]), request.query.get("updated-at[gt]", "")
        found = [one for one in self.invoices if one["id"] > above and one["updated-at"] > since]
        return Reply(body=found[: int(request.query["limit"])])


def test_coupa_is_read_by_id_and_then_what_changed() -> None:
    system = Coupa()
    with ApiServer(system).running() as server:
        rows, cursor = pulled("coupa_invoices", COUPA, server)
        assert [row.own_id for row in rows] == ["1/1", "2/1", "5/1", "7/1"]
        assert len(server.asked) == 4  # the token, two full pages and an empty one
        system.invoices[1] = invoice(2, 5, status="voided")
        (gone,), _ = pulled("coupa_invoices", COUPA, server, cursor)
    assert isinstance(gone, Removed)
    assert "2/1" in gone.own_ids


def test_a_coupa_pull_goes_on_behind_every_page() -> None:
    with ApiServer(Coupa()).running() as server:
        goes_on_from_every_page("coupa_invoices", COUPA, server)


@pytest.mark.parametrize("body", [b"<invoices/>", {"error": "x"}, [{"no": "id"}], None])
def test_an_answer_of_another_shape_is_no_traceback(body: Any) -> None:
    for name, held in (("coupa_invoices", COUPA), ("quickbooks_bills", QUICKBOOKS)):
        system = Coupa() if name == "coupa_invoices" else Quickbooks()
        with ApiServer(system).running() as server:
            server.faults[2] = Reply(body=body)
            with pytest.raises(Garbled):
                pulled(name, held, server)


def test_a_missing_scope_is_named() -> None:
    with ApiServer(Coupa()).running() as server:
        server.faults[2] = Reply(403, {})
        with pytest.raises(AccessDenied, match=r"core\.invoice\.read"):
            pulled("coupa_invoices", COUPA, server)
