"""Pulls from Coupa: supplier invoices and credit notes that changed since the last pull.

API:    https://compass.coupa.com (Coupa Core API, Invoices API, query options)
Pages:  50 invoices at most. Pages by ``offset`` skip rows while others change, so that each page asks for
        ids above the last one, in their order; a page with fewer than 50 is the last.
Token:  client credentials at /oauth2/token.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from discovery.connectors.api import Api, Cursor, Page, Settings, System, is_host, setting
from discovery.connectors.http_session import Garbled, Http, Outside
from discovery.connectors.oauth_tokens import client_credentials

_SCOPE = "core.invoice.read"
_PERMISSION = f"the scope {_SCOPE}"
_PER_PAGE = 50
#: How far back every pull begins again: invoices that were being saved while it was asked.
_OVERLAP = timedelta(hours=1)


@dataclass(frozen=True)
class CoupaSettings(Settings):
    host: str = setting("Coupa address", "Enter it as company.coupahost.com, without https://.")
    client_id: str = setting("Identifier", "Enter the identifier of Setup > Oauth2/OpenID Connect Clients.")
    secret: str = setting("Secret", "Enter the secret of the same client.", secret=True)

    def wrong(self) -> str:
        if not is_host(self.host):
            return (
                "Coupa address is no name such as company.coupahost.com; enter it without https:// and path"
            )
        return ""


def fetch(settings: CoupaSettings, cursor: Cursor, outside: Outside) -> Iterator[Page]:
    """Invoices in the order of their ids.

    Cursor: ``since``, the instant at which the last whole pull began, less the overlap; while a pull is
    under way ``began`` and ``after``, the last id that was read.
    """
    base = f"https://{settings.host.lower()}"
    login = client_credentials(
        f"{base}/oauth2/token", settings.client_id, settings.secret, _SCOPE, in_header=False
    )
    http = Http(outside, "Coupa", [settings.host], _PERMISSION, login)
    since, after = cursor.get("since", ""), cursor.get("after", 0)
    began = cursor.get("began") or _instant(outside.now())
    while True:
        wanted = {"limit": str(_PER_PAGE), "order_by": "id", "dir": "asc", "id[gt]": str(after)}
        if since:
            wanted["updated-at[gt]"] = since
        answer = http.get(f"{base}/api/invoices", wanted)
        ids = _ids(answer.body)
        if len(ids) < _PER_PAGE:
            following = {"since": _instant(datetime.fromisoformat(began) - _OVERLAP)}
            yield Page(answer.body if ids else b"", following, last=True)
            return
        if max(ids) <= after:
            raise Garbled("Coupa answered with the same invoices again; it is asked again later")
        after = max(ids)
        yield Page(answer.body, {"since": since, "began": began, "after": after})


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")


def _ids(body: bytes) -> list[int]:
    try:
        return [int(one["id"]) for one in msgspec.json.decode(body, type=list[dict[str, Any]])]
    except (msgspec.MsgspecError, KeyError, TypeError, ValueError):
        raise Garbled("Coupa answered with something other than invoices; it is asked again") from None


COUPA = System("coupa", "Coupa", CoupaSettings)
INVOICES = Api(COUPA, fetch, timedelta(days=1), _PERMISSION)
