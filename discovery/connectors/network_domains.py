"""What network logs have in common: which site a request went to, and whether it was let through.

Nothing of a request is read but its host: no path, no address of a computer, no browser. A name that
only the own network knows is no site.
"""

from __future__ import annotations

import re
from functools import lru_cache

from discovery.connectors.base import Kind
from discovery.connectors.moments import moment
from discovery.records import NOBODY, Ignored, Rejected, Seen, SeenBy, Who

KIND = Kind.NETWORK

NO_SUCH_NAME = Ignored("a look-up of a name that does not exist")
NO_SITE = Ignored("a request that names no site")
NO_WHEN = Rejected("the request has no readable time; export the log again with it")
SHORT = Rejected("the row is cut off or damaged; export the log again")

_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST = re.compile(rf"(?:{_LABEL}\.)+(?=[a-z0-9-]*[a-z]){_LABEL}")
_AFTER_HOST = re.compile(r"[/?#\\]")
#: Endings of names that are not looked up in the world, and of reverse look-ups.
_INTERNAL = (
    ".local", ".localdomain", ".lan", ".home", ".internal", ".intranet", ".corp", ".private", ".arpa",
    ".localhost", ".invalid", ".test", ".workgroup",
)  # fmt: skip
#: A moment in UTC, of which the day is kept.
_OF_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ]\d\d:\d\d:\d\d(?:\.\d+)?Z?)?")
_REFUSED = re.compile(
    r"block|den(?:y|ied)|drop|refus|reject|reset|prevent|forbid|terminat|fail", re.IGNORECASE
)


@lru_cache(maxsize=1 << 16)
def domain_of(address: str) -> str:
    """The host of an address or name, in lower case, or "" where it is none of the world's.

    Schemes, users, ports, paths and a final dot fall away; addresses in numbers are none.
    """
    host = address.strip().strip("\"'").lower()
    host = host.partition("://")[2] or host
    host = _AFTER_HOST.split(host, maxsplit=1)[0].rpartition("@")[2]
    name, colon, port = host.partition(":")
    if colon and not port.isdigit():
        return ""
    name = name.rstrip(".").removeprefix("*.")
    if not name.isascii():
        try:
            name = name.encode("idna").decode()
        except UnicodeError:
            return ""
    if len(name) > 253 or not _HOST.fullmatch(name) or name.endswith(_INTERNAL):
        return ""
    return name


def is_refused(action: str) -> bool:
    """Whether what a proxy or resolver did with a request kept it from its site."""
    return bool(_REFUSED.search(action))


@lru_cache(maxsize=1 << 16)
def seen_at(domain: str, day: str, who: Who, device: str, refused: bool) -> Seen | None:
    """A site that was visited or looked up; None where the moment is not readable.

    A log has thousands of requests of one person to one site: each is the same record, kept by week.
    """
    try:
        when = moment(day).date()
    except (ValueError, OverflowError):
        return None
    return Seen("", "", domain, SeenBy.DOMAIN, when, who, device, domain, attempt=refused)


def request(
    address: str, at: str, who: Who = NOBODY, device: str = "", refused: bool = False
) -> Seen | Ignored | Rejected:
    """The record of one request; ``at`` is its moment, of which the day alone matters."""
    domain = domain_of(address)
    if not domain:
        return NO_SITE
    day = _OF_DAY.fullmatch(at)
    return seen_at(domain, day[1] if day else at, who, device, refused) or NO_WHEN
