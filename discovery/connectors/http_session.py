"""How systems are asked over HTTP: one policy for all of them.

HTTPS only, to the hosts that a connector names and no other: neither a redirect nor a next page's
link leads away from them, since each carries the credential. Answers are bounded in time and size.
What may be retried (no answer, 429, quota errors, 5xx) is, with growing pauses that no two workers
share; a pause that the system states is kept to. What may not be retried stops with one sentence.
Proxies come from the environment; passwords of ``.netrc`` and cookies are not used. Sentences never
quote an address or an answer: both may hold a secret or a person.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.structures import CaseInsensitiveDict

#: Seconds to connect, and between two pieces of an answer.
TIMEOUT = (10.0, 30.0)
MOST_TRIES = 5
#: Seconds that a worker waits in place; whoever has to wait longer comes back later.
LONGEST_PAUSE = 20.0
MOST_BYTES = 64 << 20
_PIECE = 1 << 16
_MOST_REDIRECTS = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_RETRIED = frozenset({408, 425, 429, 500, 502, 503, 504})
#: How Google says in a 403 that it is a matter of time only.
_QUOTA = ("rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "RESOURCE_EXHAUSTED")


class ApiError(Exception):
    """One sentence for people that says what is wrong and how to mend it."""


class AccessDenied(ApiError):
    """The credential is not accepted or lacks a permission: only a person can mend that."""


class TryLater(ApiError):
    """The system does not answer, or asks for patience of ``seconds``."""

    def __init__(self, sentence: str, seconds: float) -> None:
        super().__init__(sentence)
        self.seconds = seconds


class Refused(ApiError):
    """The system refuses this request for a reason that its connector may know."""

    def __init__(self, sentence: str, status: int, body: bytes) -> None:
        super().__init__(sentence)
        self.status = status
        self.body = body


class Garbled(ApiError):
    """The answer is not what the system's documentation describes."""


@dataclass(frozen=True)
class Outside:
    """What a pull needs of the world outside; tests bring their own, and never wait."""

    session: requests.Session = field(repr=False)
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    sleep: Callable[[float], None] = time.sleep
    random: Callable[[], float] = random.random
    #: Called with a setting's name and new value where a system replaces a credential as it is used.
    renewed: Callable[[str, str], None] = lambda name, value: None


@dataclass(frozen=True)
class Answer:
    """What a system answered with success."""

    headers: Mapping[str, str]
    links: Mapping[str, str]  # relation → address, of the Link headers
    body: bytes = field(repr=False)

    def object(self, title: str) -> dict[str, Any]:
        """The JSON object in the body. Raises Garbled."""
        try:
            found = json.loads(self.body)
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise Garbled(f"{title} answered with something other than a JSON object; it is asked again")
        return found


def _headers_as_they_are(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """In place of a login: without one, passwords of the environment would replace our header."""
    return request


def new_session() -> requests.Session:
    session = requests.Session()
    session.auth = _headers_as_they_are
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.headers["User-Agent"] = "Penumbra"
    session.headers["Accept"] = "application/json"
    return session


class Http:
    """One system, asked with one credential.

    Attributes:
        title: as sentences name the system.
        hosts: the only ones that are asked.
        permission: what the credential needs, for the sentence that says that it is missing.
        login: gives the headers that carry the credential; asked again when a token has expired.
    """

    def __init__(
        self,
        outside: Outside,
        title: str,
        hosts: Collection[str],
        permission: str,
        login: Callable[[Http], Mapping[str, str]],
    ) -> None:
        self.outside = outside
        self.title = title
        self.hosts = frozenset(host.lower() for host in hosts)
        self.permission = permission
        self._login = login
        self._credential: Mapping[str, str] | None = None

    def get(
        self,
        url: str,
        params: Mapping[str, str] | list[tuple[str, str]] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        return self._ask("GET", url, headers, params=params)

    def post(self, url: str, body: Mapping[str, Any]) -> Answer:
        """Send JSON."""
        return self._ask("POST", url, None, json=body)

    def token(
        self, url: str, form: Mapping[str, str], headers: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """What a token's address answers to a form, asked without the credential in force."""
        try:
            answer = self._ask("POST", url, headers or {}, signed=False, data=form)
        except Refused:
            raise AccessDenied(
                f"{self.title} does not accept the credential, which needs {self.permission}; "
                "enter the current one, or make a new one"
            ) from None
        found = answer.object(self.title)
        if not isinstance(found.get("access_token"), str):
            raise Garbled(f"{self.title} answered without an access token; it is asked again")
        return found

    # --- one request with its retries -------------------------------------------------------------

    def _ask(
        self, method: str, url: str, headers: Mapping[str, str] | None, *, signed: bool = True, **what: Any
    ) -> Answer:
        renewed = False
        tries = 0
        while True:
            tries += 1
            sent = dict(headers or {})
            if signed:
                sent.update(self._signed())
            answer = self._once(method, url, sent, what)
            if answer is None:
                tries += 1  # waiting for nothing keeps a worker longer than being told to come back
                self._pause(tries, None, "does not answer (is its address right, and may workers reach it?)")
                continue
            status, found, body = answer
            if 200 <= status < 300:
                return Answer(found.headers, _links(found), body)
            if status in _RETRIED or (status == 403 and _is_quota(found.headers, body)):
                said = "asks for patience" if status in (403, 429) else f"answers with error {status}"
                self._pause(tries, _stated_pause(found.headers, self.outside.now()), said)
                continue
            if status == 401 and signed and not renewed:
                renewed, self._credential = True, None
                continue
            raise self._refusal(status, body, signed)

    def _signed(self) -> Mapping[str, str]:
        if self._credential is None:
            self._credential = self._login(self)
        return self._credential

    def _once(
        self, method: str, url: str, headers: dict[str, str], what: dict[str, Any]
    ) -> tuple[int, requests.Response, bytes] | None:
        """Status, answer and body of one request, its redirects followed; None where none came."""
        for _ in range(_MOST_REDIRECTS + 1):
            self._must_be_ours(url)
            try:
                with self.outside.session.request(
                    method, url, headers=headers, timeout=TIMEOUT, allow_redirects=False, stream=True, **what
                ) as answer:
                    body = self._bounded(answer)
            except (requests.Timeout, requests.ConnectionError, requests.exceptions.ChunkedEncodingError):
                return None
            except requests.RequestException:
                raise Garbled(
                    f"{self.title} cannot be asked; check its address and the proxy's settings"
                ) from None
            if answer.status_code not in _REDIRECTS:
                return answer.status_code, answer, body
            url = urljoin(url, answer.headers.get("Location", ""))
            if method != "GET":
                break
            what = {}
        raise Garbled(f"{self.title} sends us on and on; check its address")

    def _must_be_ours(self, url: str) -> None:
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise Garbled(f"{self.title} names an address that is none; it is asked again") from None
        plain = parts.username is None and parts.password is None and port in (None, 443)
        if parts.scheme != "https" or not plain or (parts.hostname or "") not in self.hosts:
            raise Garbled(
                f"{self.title} leads to another host, which is not given the credential; check its address"
            )

    def _bounded(self, answer: requests.Response) -> bytes:
        pieces, size = [], 0
        for piece in answer.iter_content(_PIECE):
            pieces.append(piece)
            size += len(piece)
            if size > MOST_BYTES:
                raise Garbled(f"{self.title} answered with more than {MOST_BYTES >> 20} MB for one page")
        return b"".join(pieces)

    def _pause(self, tries: int, stated: float | None, said: str) -> None:
        """Wait before the next try, at least as long as the system says. Raises TryLater."""
        share = 0.5 + self.outside.random() / 2
        pause = 2.0 ** (tries - 1) * share if stated is None else stated + share
        if tries >= MOST_TRIES or pause > LONGEST_PAUSE:
            raise TryLater(f"{self.title} {said}; it is asked again later", pause)
        self.outside.sleep(pause)

    def _refusal(self, status: int, body: bytes, signed: bool) -> ApiError:
        if status == 401 and signed:
            return AccessDenied(
                f"{self.title} does not accept the credential (401); it has expired or was revoked: "
                "enter a new one"
            )
        if status == 403 and signed:
            return AccessDenied(
                f"{self.title} refuses this list (403); the credential needs {self.permission}"
            )
        return Refused(f"{self.title} refuses the request ({status})", status, body)


def _links(answer: requests.Response) -> dict[str, str]:
    """Relation → address of all Link headers, which may come as several lines."""
    return {
        link["rel"]: link["url"]
        for link in requests.utils.parse_header_links(answer.headers.get("Link", ""))
        if "rel" in link and "url" in link
    }


def _is_quota(headers: CaseInsensitiveDict[str], body: bytes) -> bool:
    """Whether a 403 is about how often we ask, as Google and GitHub say it."""
    if headers.get("Retry-After") or headers.get("X-RateLimit-Remaining") == "0":
        return True
    return any(f'"{reason}"'.encode() in body for reason in _QUOTA)


def _stated_pause(headers: CaseInsensitiveDict[str], now: datetime) -> float | None:
    """Seconds that the system asks us to wait, or None where it does not say."""
    if stated := headers.get("Retry-After", "").strip():
        if stated.isdecimal():
            return float(stated[:9])
        try:
            return max(0.0, (parsedate_to_datetime(stated) - now).total_seconds())
        except (ValueError, TypeError):
            return None
    for name in ("X-Rate-Limit-Reset", "X-RateLimit-Reset"):
        if (stated := headers.get(name, "").strip()).isdecimal():
            return max(0.0, float(stated[:12]) - now.timestamp())
    return None
