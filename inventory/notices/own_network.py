"""Requests to addresses that somebody typed in: never into the own network, never without an end.

A name is resolved once, every address it has is looked at, and the connection goes to the address
that was looked at: a name that answers differently a moment later changes nothing. Redirects are not
followed, proxies and passwords of the environment are not used.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from django.utils.translation import gettext as _
from requests.adapters import HTTPAdapter
from urllib3 import PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

#: Seconds: to connect, between two bytes, and for all of it.
CONNECT, READ, WHOLE = 5.0, 10.0, 15.0
ANSWER_BYTES = 2_048
#: Addresses that stand for IPv4 addresses behind a translator.
_TRANSLATED = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))


class Refused(Exception):
    """One sentence that says why nothing is sent to an address."""


@dataclass(frozen=True)
class Answer:
    """What the other side said: its status and how it begins."""

    status: int
    text: str


def check_address(url: str, allowed: Collection[Network]) -> None:
    """Whether anything may be sent there as the address is written. Raises Refused."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Refused(_("This is no address of the web.")) from None
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise Refused(_("This is no address of the web; it begins with https://."))
    if parts.username is not None or parts.password is not None:
        raise Refused(_("An address holds no user and no password: the signature says who sends."))
    if port == 0:
        raise Refused(_("This is no address of the web."))
    found = _permitted(parts.hostname, port or (443 if parts.scheme == "https" else 80), allowed)
    if parts.scheme == "http" and not _within(found, allowed):
        raise Refused(_("Without https only addresses of the own network that the setting allows are used."))


def _permitted(host: str, port: int, allowed: Collection[Network]) -> Address:
    """The address to connect to; every address of the name must be permitted."""
    try:
        told = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Refused(_("The name of this address is not known.")) from None
    addresses = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in told]
    for address in addresses:
        if not _public(address) and not _within(address, allowed):
            raise Refused(_("This address leads into the own network; a setting allows single networks."))
    return addresses[0]


def _public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address.teredo or any(address in network for network in _TRANSLATED):
            return False
        if inner is not None:
            return _public(inner)
    return address.is_global and not address.is_multicast


def _within(address: Address, networks: Collection[Network]) -> bool:
    return any(address.version == network.version and address in network for network in networks)


def post(url: str, body: bytes, headers: dict[str, str], allowed: Collection[Network]) -> Answer:
    """Send ``body`` and read how the answer begins. Raises Refused, and OSError where nothing came back."""
    check_address(url, allowed)
    with requests.Session() as session, _Deadline(WHOLE) as deadline:
        session.trust_env = False
        adapter = _Adapter(allowed, deadline)
        session.mount("https://", adapter)
        session.mount("http://", adapter)
        with session.post(
            url, data=body, headers=headers, timeout=(CONNECT, READ), allow_redirects=False, stream=True
        ) as response:
            begun = b""
            for chunk in response.iter_content(512):
                begun += chunk
                if len(begun) >= ANSWER_BYTES:
                    break
            if deadline.over:  # what was cut off looks like an end
                raise TimeoutError
            return Answer(response.status_code, begun.decode("utf-8", "replace"))


class _Deadline:
    """Cuts the connections off after some seconds, however slowly the other side drips."""

    def __init__(self, seconds: float) -> None:
        self.over = False
        self._watched: list[socket.socket] = []
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def watch(self, connection: socket.socket) -> None:
        self._watched.append(connection.dup())  # TLS takes the socket itself over

    def _cut(self) -> None:
        self.over = True
        for connection in self._watched:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:  # it ended meanwhile
                continue

    def __enter__(self) -> _Deadline:
        self._timer.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self._timer.cancel()
        for connection in self._watched:
            connection.close()


class _Adapter(HTTPAdapter):
    """requests over connections that look at the address they go to."""

    def __init__(self, allowed: Collection[Network], deadline: _Deadline) -> None:
        self._connections = _connections(allowed, deadline)
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        manager: PoolManager = self.poolmanager
        manager.pool_classes_by_scheme = self._connections


def _connections(allowed: Collection[Network], deadline: _Deadline) -> dict[str, type[Any]]:
    """Connection pools whose connections go to permitted addresses only."""

    def connect(connection: HTTPConnection) -> socket.socket:
        try:
            address = _permitted(connection._dns_host, connection.port, allowed)
            made = socket.create_connection((str(address), connection.port), CONNECT)
        except (OSError, Refused) as error:
            raise NewConnectionError(connection, str(error)) from error
        deadline.watch(made)
        return made

    class Plain(HTTPConnection):
        _new_conn = connect

    class Encrypted(HTTPSConnection):
        _new_conn = connect

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class EncryptedPool(HTTPSConnectionPool):
        ConnectionCls = Encrypted

    return {"http": PlainPool, "https": EncryptedPool}
