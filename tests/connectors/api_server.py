"""A system on this machine's loopback, and a session whose every request ends there.

Connectors ask for ``https://company.okta.com/…`` as in earnest; the session's adapter carries the
request to a real server, which answers as the system's documentation says. Nobody waits: pauses are
written down instead.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
from requests.adapters import HTTPAdapter

from discovery.connectors.http_session import Outside, new_session

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Request:
    method: str
    host: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]  # names in lower case
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode()))

    @property
    def url(self) -> str:
        return f"https://{self.host}{self.path}"


@dataclass(frozen=True)
class Reply:
    status: int = 200
    body: Any = b""  # bytes as they are, anything else as JSON
    headers: list[tuple[str, str]] = field(default_factory=list)  # a name may come twice
    cut: int = 0  # bytes that are promised and never sent

    def with_link(self, url: str, rel: str = "next") -> Reply:
        return replace(self, headers=[*self.headers, ("Link", f'<{url}>; rel="{rel}"')])


class Clock:
    """Time that passes only when somebody pauses."""

    def __init__(self, now: datetime = NOW) -> None:
        self.at = now
        self.pauses: list[float] = []

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.at += timedelta(seconds=seconds)


class ApiServer:
    """Answers with what ``answer`` returns, unless a fault is due first.

    Attributes:
        asked: every request, in order.
        faults: the number of a request, counted from 1 → what it is answered with instead.
    """

    def __init__(self, answer: Callable[[Request], Reply]) -> None:
        self.answer = answer
        self.asked: list[Request] = []
        self.faults: dict[int, Reply] = {}
        self.clock = Clock()
        self.renewed: list[tuple[str, str]] = []
        self._server = _Server(self)

    def reply(self, request: Request) -> Reply:
        self.asked.append(request)
        return self.faults.pop(len(self.asked), None) or self.answer(request)

    def outside(self) -> Outside:
        session = new_session()
        session.trust_env = False
        session.mount("https://", _ToLoopback(self._server.server_port))
        return Outside(
            session, self.clock.now, self.clock.sleep, lambda: 0.5, lambda *one: self.renewed.append(one)
        )

    @contextmanager
    def running(self) -> Iterator[ApiServer]:
        thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()


class _ToLoopback(HTTPAdapter):
    def __init__(self, port: int) -> None:
        super().__init__()
        self._port = port

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        parts = urlsplit(request.url or "")
        request.headers["Host"] = parts.netloc
        request.url = parts._replace(scheme="http", netloc=f"127.0.0.1:{self._port}").geturl()
        return super().send(request, *args, **options)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, api: ApiServer) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.api = api

    def handle_error(self, *about: object) -> None:
        """Whoever asked has had enough of the answer."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        reply = self.server.api.reply(
            Request(
                self.command,
                self.headers["Host"],
                parts.path,
                dict(parse_qsl(parts.query, keep_blank_values=True)),
                {name.lower(): value for name, value in self.headers.items()},
                body,
            )
        )
        sent = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
        head = [f"HTTP/1.1 {reply.status} Answer", f"Content-Length: {len(sent) + reply.cut}"]
        head += [f"{name}: {value}" for name, value in reply.headers]
        self.wfile.write("\r\n".join([*head, "", ""]).encode() + sent)
        if reply.cut:
            self.close_connection = True

    do_POST = do_GET

    def log_message(self, *said: object) -> None:
        """Say nothing."""
