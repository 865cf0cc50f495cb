"""Domains of the catalog, looked up by the host that a text, a log line or a grant shows."""

from __future__ import annotations

import re
from collections import defaultdict

from vendors.matching.candidates import Candidate, How
from vendors.matching.catalog import CatalogEntries, IdentifierEntry, IdentifierKind, Scope
from vendors.matching.grammar import words_of
from vendors.matching.normalise import host_of

#: Names of permissions that are written like hosts.
_NO_HOSTS = (
    ".modify",
    ".compose",
    ".metadata",
    ".events",
    ".file",
    ".read",
    ".readwrite",
    ".readbasic",
    ".send",
    ".all",
    ".readonly",
)
#: What an address begins with once its marks are lost: "httpswisprflow.ai".
_GLUED = ("https", "http", "httpswww.", "httpwww.", "www")
_HOST = re.compile(r"(?<![^\W_@.-])(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}(?![\w-])")
_CUT_HOST = re.compile(r"(?<![^\W_@.-])([a-z0-9][a-z0-9-]{3,})\.[a-z]?$")
#: A region's label inside a host of a cloud: "service.eu-west-1.cloud.example".
_REGION = re.compile(
    r"\.(?:us|eu|ap|ca|sa|me|af|il|mx|cn|ru|kr|jp)(?:-gov|-iso)?-[a-z]+(?:-?\d)?(?=\.)", re.IGNORECASE
)


class HostIndex:
    """Looks hosts up; the most specific domain of the catalog decides."""

    def __init__(self, entries: CatalogEntries) -> None:
        self._domains: dict[str, tuple[IdentifierEntry, ...]] = {}
        self._labels: dict[str, list[str]] = defaultdict(list)  # "perplexity" → perplexity.ai
        for identifier in entries.identifiers:
            if identifier.kind == IdentifierKind.DOMAIN:
                host = host_of(identifier.value) or identifier.value.lower()
                self._domains[host] = (*self._domains.get(host, ()), identifier)
                if host.count(".") == 1 and identifier.scope == Scope.DEDICATED:
                    self._labels[host.partition(".")[0]].append(host)

    def named(self, host: str) -> list[Candidate]:
        """The most specific domain of the catalog that a host is, or lies under."""
        whole = host
        while "." in host:
            if found := self._domains.get(host) or self._of_a_region(host):
                if host.count(".") == 1 and (anywhere := _REGION.sub("", whole)) != whole:
                    return self.named(anywhere)
                return [Candidate(i, How.DOMAIN, host) for i in found]
            host = host.partition(".")[2]
        return []

    def _of_a_region(self, host: str) -> tuple[IdentifierEntry, ...]:
        """What a service's host is known by, where a region stands before it: "eu-speech.example.com"."""
        label, _, rest = host.partition(".")
        while rest.count(".") >= 1 and "-" in label:
            label = label.partition("-")[2]
            if found := self._domains.get(f"{label}.{rest}"):
                return found
        return ()

    def cut_off(self, body: str, words: list[str]) -> list[Candidate]:
        """The domain that a statement's field cut off behind its dot: "BEAUTIFUL.A"."""
        found = _CUT_HOST.search(body)
        if found is None:
            return []
        hosts = [
            h for h in self._labels.get(found[1], ()) if h.startswith(found.group()) and h != found.group()
        ]
        identifiers = {i for host in hosts for i in self._domains[host]}
        if len({(i.vendor, i.product) for i in identifiers}) != 1:
            return []
        at = len(words) - len(words_of(found.group()))
        one = min(identifiers, key=lambda i: i.value)
        return [Candidate(one, How.CUT, found.group(), at, len(words))]

    def in_text(self, body: str, words: list[str]) -> tuple[list[Candidate], list[str]]:
        """(identifiers by the domains in a text, the hosts of the text that nobody in the catalog has)."""
        candidates: list[Candidate] = []
        unknown = []
        for host in _HOST.findall(body):
            host = host.removeprefix("www.")
            if "." not in host:  # "www.com"
                continue
            found = self.named(host)
            if not found and host.startswith(_GLUED):  # the mark behind "https" is lost on its way
                found = next(filter(None, (self.named(host.removeprefix(p)) for p in _GLUED)), [])
            if not found and len(host.rpartition(".")[2]) > 3:  # a state glued on: "anthropic.comca"
                found = self.named(host[:-2]) or self.named(host[:-3])
            if not found:
                if not host.endswith(_NO_HOSTS):
                    unknown.append(host)
                continue
            start = next((i for i, word in enumerate(words) if word in host), 0)
            candidates.extend(
                Candidate(c.identifier, How.DOMAIN, c.matched, start, start + len(words_of(host)))
                for c in found
            )
        return candidates, unknown
