"""Pulls from Stripe Issuing: card transactions with card and cardholder.

API:    https://docs.stripe.com/api/issuing/transactions/list
Pages:  newest first; ``starting_after`` is the id of the last object of a page, until ``has_more`` is false
        (https://docs.stripe.com/api/pagination).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from discovery.connectors.api import Api, Cursor, Page, Settings, System, setting
from discovery.connectors.http_session import Answer, Garbled, Http, Outside
from discovery.connectors.list_pages import pages_from
from discovery.connectors.oauth_tokens import bearer

_URL = "https://api.stripe.com/v1/issuing/transactions"
_PERMISSION = "a restricted key with the permission Issuing: Read (transactions, cards and cardholders)"
_PER_PAGE = "100"
#: How far back every pull begins again, in seconds: three days, in which metadata change (judgement).
_OVERLAP = 3 * 24 * 3600


@dataclass(frozen=True)
class StripeSettings(Settings):
    key: str = setting(
        "Restricted key", "Enter a key of Developers > API keys that begins with rk_live_.", secret=True
    )

    def wrong(self) -> str:
        if self.key.startswith("pk_"):
            return "Restricted key is a publishable one, which reads nothing; enter one that begins with rk_"
        return ""


def fetch(settings: StripeSettings, cursor: Cursor, outside: Outside) -> Iterator[Page]:
    """Transactions made from three days before the last that is known on; all of them at first.

    Cursor: ``seen``, up to which second all is known; while a pull is under way ``newest``, what ``seen``
    will be at its end, and ``after``, the last id that was read.
    """
    http = Http(outside, "Stripe", ["api.stripe.com"], _PERMISSION, lambda http: bearer(settings.key))
    seen, newest = cursor.get("seen", 0), cursor.get("newest", 0)
    wanted = [("limit", _PER_PAGE), ("expand[]", "data.card"), ("expand[]", "data.cardholder")]
    if seen:
        wanted.append(("created[gte]", str(seen - _OVERLAP)))

    def ask(after: str) -> Answer:
        return http.get(_URL, [*wanted, ("starting_after", after)] if after else wanted)

    for data, after in pages_from(cursor.get("after", ""), ask, _read):
        newest = max([newest, seen, *_made(data)])
        body = json.dumps({"object": "list", "data": data}).encode() if data else b""
        if not after:
            yield Page(body, {"seen": newest}, last=True)
            return
        yield Page(body, {"seen": seen, "newest": newest, "after": after})


def _read(answer: Answer) -> tuple[list[Any], str]:
    """The objects of a page, and the id behind which the next one begins or "". Raises Garbled."""
    found = answer.object("Stripe")
    data, more = found.get("data"), found.get("has_more")
    if not isinstance(data, list) or not isinstance(more, bool):
        raise Garbled("Stripe answered without a list; it is asked again")
    last = data[-1] if data and more else None
    return data, str(last.get("id", "")) if isinstance(last, dict) else ""


def _made(data: list[Any]) -> Iterator[int]:
    for one in data:
        if isinstance(one, dict) and isinstance(made := one.get("created"), int):
            yield made


STRIPE = System("stripe", "Stripe", StripeSettings)
TRANSACTIONS = Api(STRIPE, fetch, timedelta(hours=12), _PERMISSION)
