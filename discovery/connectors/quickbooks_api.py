"""Pulls from QuickBooks Online: bills, purchases and supplier credits, and which of them were deleted.

API:    https://developer.intuit.com/app/developer/qbo/docs/learn/explore-the-quickbooks-online-api/data-queries
        and …/change-data-capture (deletions of the last 30 days)
Pages:  STARTPOSITION counts from 1; of the 1,000 objects that a page may have fewer are asked for, since one
        answer is read as a whole. A page with fewer than that is the last.
Token:  every hour a new one, and now and then another refresh token in place of the last, which is stored
        before it is used (https://developer.intuit.com/app/developer/qbo/docs/develop/authentication-and-authorization/oauth-2.0).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
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
from discovery.connectors.http_session import Garbled, Http, Outside
from discovery.connectors.oauth_tokens import basic, bearer

_HOSTS = {"production": "quickbooks.api.intuit.com", "sandbox": "sandbox-quickbooks.api.intuit.com"}
_OAUTH = "oauth.platform.intuit.com"
_PERMISSION = "the scope com.intuit.quickbooks.accounting"
_KINDS = ("Bill", "Purchase", "VendorCredit")
_PER_PAGE = 200
#: How far back every pull begins again: documents that were being saved while it was asked.
_OVERLAP = timedelta(hours=1)
#: How far back QuickBooks tells of deletions.
_DELETIONS = timedelta(days=29)


@dataclass(frozen=True)
class QuickbooksSettings(Settings):
    realm: str = setting("Company id", "Enter the company's id (realm id), a number.")
    client_id: str = setting("Client id", "Enter the client id of your app's keys.")
    secret: str = setting("Client secret", "Enter the client secret of the same keys.", secret=True)
    refresh_token: str = setting(
        "Refresh token", "Enter the refresh token that the company gave your app.", secret=True
    )
    environment: str = environment()

    def wrong(self) -> str:
        if not self.realm.isdecimal():
            return "Company id is no number; QuickBooks shows it under Account and settings > Billing"
        return wrong_environment(self.environment)


def fetch(settings: QuickbooksSettings, cursor: Cursor, outside: Outside) -> Iterator[Page]:
    """Documents that changed since the last pull, kind by kind, and then what was deleted.

    Cursor: ``since``, the instant at which the last whole pull began, less the overlap; while a pull is
    under way ``began``, the kind's number, and ``start``, how many of it were read.
    """
    http = _http(settings, outside)
    base = f"https://{_HOSTS[settings.environment]}/v3/company/{settings.realm}"
    since, began = cursor.get("since", ""), cursor.get("began") or _instant(outside.now())
    number, start = cursor.get("kind", 0), cursor.get("start", 0)
    while number < len(_KINDS):
        kind = _KINDS[number]
        query = f"select * from {kind}"  # noqa: S608 (a query language of QuickBooks' own; no value is from outside)
        if since:
            query += f" where MetaData.LastUpdatedTime > '{since}'"
        query += f" orderby Id startposition {start + 1} maxresults {_PER_PAGE}"
        answer = http.get(f"{base}/query", {"query": query, "minorversion": "75"})
        found = _documents(answer.object("QuickBooks"), kind)
        start += len(found)
        if len(found) < _PER_PAGE:
            number, start = number + 1, 0
        behind = {"since": since, "began": began, "kind": number, "start": start}
        yield Page(answer.body if found else b"", behind)
    body = b""
    if since:  # what was deleted before the first pull was never read
        earliest = max(since, _instant(outside.now() - _DELETIONS))
        wanted = {"entities": ",".join(_KINDS), "changedSince": earliest, "minorversion": "75"}
        body = http.get(f"{base}/cdc", wanted).body
    yield Page(body, {"since": _instant(datetime.fromisoformat(began) - _OVERLAP)}, last=True)


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")


def _documents(found: dict[str, Any], kind: str) -> list[Any]:
    """The documents of an answer; ``QueryResponse`` is empty where there are none. Raises Garbled."""
    answer = found.get("QueryResponse")
    documents = answer.get(kind, []) if isinstance(answer, dict) else None
    if not isinstance(documents, list):
        raise Garbled("QuickBooks answered without a QueryResponse; it is asked again")
    return documents


def _http(settings: QuickbooksSettings, outside: Outside) -> Http:
    held = {"refresh_token": settings.refresh_token}

    def login(http: Http) -> Mapping[str, str]:
        form = {"grant_type": "refresh_token", "refresh_token": held["refresh_token"]}
        found = http.token(
            f"https://{_OAUTH}/oauth2/v1/tokens/bearer", form, basic(settings.client_id, settings.secret)
        )
        following = found.get("refresh_token")
        if isinstance(following, str) and following and following != held["refresh_token"]:
            outside.renewed("refresh_token", following)
            held["refresh_token"] = following
        return bearer(found["access_token"])

    return Http(outside, "QuickBooks", [_HOSTS[settings.environment], _OAUTH], _PERMISSION, login)


QUICKBOOKS = System("quickbooks", "QuickBooks Online", QuickbooksSettings)
BILLS = Api(QUICKBOOKS, fetch, timedelta(days=1), _PERMISSION)
