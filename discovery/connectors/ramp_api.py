"""Pulls from Ramp: card transactions, each with the address of its card's holder.

API:    https://docs.ramp.com/developer-api/v1/api/transactions and …/users
Pages:  ``page.next`` is a whole address, followed as it comes (https://docs.ramp.com/llms-guides/pagination.txt).
Token:  client credentials in a Basic header (https://docs.ramp.com/llms-guides/getting-started.txt).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from discovery.connectors.api import (
    Api,
    Cursor,
    Page,
    Settings,
    System,
    environment,
    setting,
    wrong_environment,
)
from discovery.connectors.http_session import Answer, Garbled, Http, Outside
from discovery.connectors.list_pages import pages_from
from discovery.connectors.oauth_tokens import client_credentials

_HOSTS = {"production": "api.ramp.com", "sandbox": "demo-api.ramp.com"}
_SCOPES = "transactions:read users:read"
_PERMISSION = "the scopes transactions:read and users:read"
_PER_PAGE = "100"
#: How far back every pull begins again: a charge settles, changes and is coded for weeks (judgement).
_OVERLAP = timedelta(days=60)


@dataclass(frozen=True)
class RampSettings(Settings):
    client_id: str = setting("Client id", "Enter the client ID of Company > Developer > your app.")
    secret: str = setting("Client secret", "Enter the client secret of the same app.", secret=True)
    environment: str = environment()

    def wrong(self) -> str:
        return wrong_environment(self.environment)


def fetch(settings: RampSettings, cursor: Cursor, outside: Outside) -> Iterator[Page]:
    """Transactions from some weeks before the last pull on; all of them at first.

    Cursor: ``from``, the first day that is asked for; while a pull is under way ``next``, the address to
    go on with, and ``began``, its day.
    """
    base = f"https://{_HOSTS[settings.environment]}/developer/v1"
    login = client_credentials(f"{base}/token", settings.client_id, settings.secret, _SCOPES, in_header=True)
    http = Http(outside, "Ramp", [_HOSTS[settings.environment]], _PERMISSION, login)
    began = cursor.get("began") or outside.now().date().isoformat()
    first = cursor.get("from", "")
    wanted = {"page_size": _PER_PAGE} | ({"from_date": f"{first}T00:00:00Z"} if first else {})
    people = {
        str(user.get("id")): user.get("email")
        for users, _ in _pages(http, f"{base}/users", {"page_size": _PER_PAGE}, "")
        for user in users
    }
    for transactions, link in _pages(http, f"{base}/transactions", wanted, cursor.get("next", "")):
        body = json.dumps({"data": [_with_holder(one, people) for one in transactions]}).encode()
        following: Cursor = {"from": first, "next": link, "began": began}
        if not link:
            following = {"from": (date.fromisoformat(began) - _OVERLAP).isoformat()}
        yield Page(body if transactions else b"", following, last=not link)


def _pages(
    http: Http, url: str, wanted: dict[str, str], link: str
) -> Iterator[tuple[list[dict[str, Any]], str]]:
    """Each page of a list, with the address of the next one or ""."""

    def read(answer: Answer) -> tuple[list[dict[str, Any]], str]:
        found = answer.object("Ramp")
        data, page = found.get("data"), found.get("page")
        if not isinstance(data, list) or not isinstance(page, dict):
            raise Garbled("Ramp answered without a page of data; it is asked again")
        return [one for one in data if isinstance(one, dict)], str(page.get("next") or "")

    return pages_from(link, lambda at: http.get(at) if at else http.get(url, wanted), read)


def _with_holder(transaction: dict[str, Any], people: dict[str, Any]) -> dict[str, Any]:
    """The transaction with the address of its card's holder, whom it names by id."""
    holder = transaction.get("card_holder")
    if not isinstance(holder, dict) or not (email := people.get(str(holder.get("user_id")))):
        return transaction
    return transaction | {"card_holder": holder | {"email": email}}


RAMP = System("ramp", "Ramp", RampSettings)
TRANSACTIONS = Api(RAMP, fetch, timedelta(hours=12), _PERMISSION)
