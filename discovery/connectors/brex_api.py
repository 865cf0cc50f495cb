"""Pulls from Brex: settled card transactions, each with its card's user.

API:    https://developer.brex.com/openapi/transactions_api/ and …/team_api/ (cards, users)
Pages:  ``next_cursor`` is sent as ``cursor`` until it is null.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from discovery.connectors.api import Api, Cursor, Page, Settings, System, setting
from discovery.connectors.http_session import Answer, Garbled, Http, Outside
from discovery.connectors.list_pages import pages_from
from discovery.connectors.oauth_tokens import bearer

_BASE = "https://api.brex.com"
_PERMISSION = "the scopes transactions.card.readonly, cards.readonly and users.readonly"
_PER_PAGE = "100"
#: How far back every pull begins again: transactions that are posted late (judgement).
_OVERLAP = timedelta(days=14)


@dataclass(frozen=True)
class BrexSettings(Settings):
    token: str = setting("User token", "Enter a token of Developer > Create token.", secret=True)


def fetch(settings: BrexSettings, cursor: Cursor, outside: Outside) -> Iterator[Page]:
    """Transactions posted from two weeks before the last pull on; all of them at first.

    Cursor: ``from``, the first day that is asked for; while a pull is under way ``next``, Brex's own
    cursor, and ``began``, its day.
    """
    http = Http(outside, "Brex", ["api.brex.com"], _PERMISSION, lambda http: bearer(settings.token))
    began = cursor.get("began") or outside.now().date().isoformat()
    first = cursor.get("from", "")
    holders = _holders(http)
    wanted = {"limit": _PER_PAGE} | ({"posted_at_start": f"{first}T00:00:00Z"} if first else {})
    for found, following in _pages(http, "/v2/transactions/card/primary", wanted, cursor.get("next", "")):
        items = [_with_user(one, holders) for one in found]
        behind: Cursor = {"from": first, "next": following, "began": began}
        if not following:
            behind = {"from": (date.fromisoformat(began) - _OVERLAP).isoformat()}
        yield Page(json.dumps({"items": items}).encode() if items else b"", behind, last=not following)


def _pages(
    http: Http, path: str, wanted: dict[str, str], at: str
) -> Iterator[tuple[list[dict[str, Any]], str]]:
    """Each page of a list, with the cursor of the next one or ""."""

    def ask(at: str) -> Answer:
        return http.get(f"{_BASE}{path}", wanted | ({"cursor": at} if at else {}))

    def read(answer: Answer) -> tuple[list[dict[str, Any]], str]:
        found = answer.object("Brex")
        items = found.get("items")
        if not isinstance(items, list):
            raise Garbled("Brex answered without items; it is asked again")
        return [one for one in items if isinstance(one, dict)], str(found.get("next_cursor") or "")

    return pages_from(at, ask, read)


def _holders(http: Http) -> dict[str, dict[str, Any]]:
    """The user of each card, by the card's id."""
    people = {
        str(user.get("id")): {name: user.get(name) for name in ("email", "first_name", "last_name")}
        for users, _ in _pages(http, "/v2/users", {"limit": _PER_PAGE}, "")
        for user in users
    }
    found = {}
    for cards, _ in _pages(http, "/v2/cards", {"limit": _PER_PAGE}, ""):
        for card in cards:
            owner = card.get("owner")
            if isinstance(owner, dict) and str(owner.get("user_id")) in people:
                found[str(card.get("id"))] = people[str(owner.get("user_id"))]
    return found


def _with_user(transaction: dict[str, Any], holders: dict[str, dict[str, Any]]) -> dict[str, Any]:
    user = holders.get(str(transaction.get("card_id")))
    return transaction | {"user": user} if user and "user" not in transaction else transaction


BREX = System("brex", "Brex", BrexSettings)
TRANSACTIONS = Api(BREX, fetch, timedelta(hours=12), _PERMISSION)
