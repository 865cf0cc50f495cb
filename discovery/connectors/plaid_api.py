"""Pulls from Plaid: /transactions/sync of one linked bank.

API:    https://plaid.com/docs/api/products/transactions/#transactionssync
Pages:  POST with a cursor until ``has_more`` is false; every page names the next cursor. Where the bank's
        data change meanwhile (TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION), all pages are asked for
        again from the cursor of the first one, so that a pull keeps two cursors.
Errors: https://plaid.com/docs/errors/
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
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
from discovery.connectors.http_session import (
    AccessDenied,
    Answer,
    ApiError,
    Garbled,
    Http,
    Outside,
    Refused,
    TryLater,
)

_PER_PAGE = 500
_HOSTS = {"production": "production.plaid.com", "sandbox": "sandbox.plaid.com"}
_CHANGED = "TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION"
#: How often a pull begins again because its bank's data changed meanwhile.
_MOST_RESTARTS = 5
_NOT_READY = 15 * 60.0
_PERMISSION = "the product Transactions"

#: What only a person can mend, by Plaid's error code.
_DENIED = {
    "ITEM_LOGIN_REQUIRED": "the bank wants its customer to sign in again: open Plaid Link in update mode",
    "ACCESS_NOT_GRANTED": "the bank's customer has not allowed transactions: open Plaid Link in update mode",
    "USER_PERMISSION_REVOKED": "the bank's customer took the permission back: link the bank again",
    "ITEM_NOT_FOUND": "the bank is no longer linked: link it again and enter the new access token",
    "INVALID_ACCESS_TOKEN": "the access token is not known to Plaid: enter the one of this bank",
    "INVALID_API_KEYS": "client id or secret are not known to Plaid: enter those of this environment",
    "UNAUTHORIZED_ENVIRONMENT": "the client may not use this environment: ask Plaid for access to it",
    "ADDITIONAL_CONSENT_REQUIRED": "the bank's customer has not agreed to it: open Plaid Link again",
    "INVALID_PRODUCT": "the client may not use the product Transactions: ask Plaid for access to it",
}
_LATER = frozenset(
    {"PRODUCT_NOT_READY", "INSTITUTION_DOWN", "INSTITUTION_NOT_RESPONDING", "PLANNED_MAINTENANCE"}
)


@dataclass(frozen=True)
class PlaidSettings(Settings):
    client_id: str = setting("Client id", "Enter the client_id of Plaid's dashboard, Developers > Keys.")
    secret: str = setting("Secret", "Enter the secret of the same page and environment.", secret=True)
    access_token: str = setting(
        "Access token", "Enter the access_token of the linked bank, which begins with access-.", secret=True
    )
    environment: str = environment()

    def wrong(self) -> str:
        return wrong_environment(self.environment)


def fetch(settings: PlaidSettings, cursor: Cursor, outside: Outside) -> Iterator[Page]:
    """What was added, modified and removed since the last pull.

    Cursor: ``at``, what Plaid is asked from next; ``first``, where the pages under way began.
    """
    host = _HOSTS[settings.environment]
    keys = {"PLAID-CLIENT-ID": settings.client_id, "PLAID-SECRET": settings.secret}
    http = Http(outside, "Plaid", [host], _PERMISSION, lambda http: keys)
    at = cursor.get("at", "")
    first = cursor.get("first", at)
    restarts = 0
    while True:
        try:
            answer = http.post(f"https://{host}/transactions/sync", _asked(settings, at))
        except Refused as refused:
            if _code(refused) != _CHANGED:
                raise _sentence(refused) from None
            restarts += 1
            if restarts > _MOST_RESTARTS:
                raise TryLater(
                    "Plaid's data change faster than they can be read; it is asked again", 60
                ) from None
            at = first
            continue
        at, more = _following(answer)
        if not more:
            yield Page(answer.body, {"at": at}, last=True)
            return
        yield Page(answer.body, {"at": at, "first": first})


def _asked(settings: PlaidSettings, at: str) -> dict[str, Any]:
    asked: dict[str, Any] = {
        "access_token": settings.access_token,
        "count": _PER_PAGE,
        "options": {"include_original_description": True},
    }
    return asked | ({"cursor": at} if at else {})


def _following(answer: Answer) -> tuple[str, bool]:
    """The next cursor, and whether there is more now. Raises TryLater while Plaid has nothing yet."""
    found = answer.object("Plaid")
    at, more = found.get("next_cursor"), found.get("has_more")
    if not isinstance(at, str) or not isinstance(more, bool):
        raise Garbled("Plaid answered without a next cursor; it is asked again")
    if not at:
        raise TryLater(
            "Plaid is still fetching this bank's transactions; it is asked again later", _NOT_READY
        )
    return at, more


def _code(refused: Refused) -> str:
    try:
        return str(json.loads(refused.body).get("error_code", ""))
    except (ValueError, AttributeError):
        return ""


def _sentence(refused: Refused) -> ApiError:
    code = _code(refused)
    if code in _DENIED:
        return AccessDenied(f"Plaid cannot read this bank ({code}): {_DENIED[code]}")
    if code in _LATER:
        return TryLater(f"Plaid cannot read this bank now ({code}); it is asked again later", _NOT_READY)
    shown = "".join(letter for letter in code if letter.isalpha() or letter == "_")[:60] or refused.status
    return Garbled(f"Plaid refuses the request ({shown}); check the settings")


PLAID = System("plaid", "Plaid", PlaidSettings)
TRANSACTIONS = Api(PLAID, fetch, timedelta(hours=12), _PERMISSION)
