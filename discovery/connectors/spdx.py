"""SPDX: software bills of materials, as JSON (also as GitHub's API wraps it) and as tags and values.

Standard: https://spdx.github.io/spdx-spec/v2.3/ and, of SPDX 3, its packages as JSON-LD
GitHub:   https://docs.github.com/rest/dependency-graph/sboms
"""

from __future__ import annotations

import io
import re
from typing import Any, BinaryIO

import msgspec

from discovery.connectors.base import Connector, Head, Kind, UnreadableFile
from discovery.connectors.bills_of_materials import Bill, component
from discovery.connectors.decoding import decoded, text_lines
from discovery.connectors.json_documents import BAD_JSON, elements, members_beside, why_unreadable
from discovery.connectors.json_objects import members
from discovery.connectors.pasted_answers import object_of
from discovery.connectors.stated_values import text_of
from discovery.records import Rejected, Rows, Seen

_JSON = re.compile(r'"SPDXID"\s*:\s*"SPDXRef-|"spdxVersion"\s*:|spdx\.org/rdf/3')
_TAGS = re.compile(r"^SPDXVersion:\s*SPDX-", re.MULTILINE)
_WRAPPED = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{\s*"sbom"\s*:\s*\{')
_LISTS = frozenset({"packages", "relationships", "files", "snippets", "@graph", "annotations"})
_PURL = re.compile(r"\s*PACKAGE[-_]MANAGER\s+purl\s+(\S+)", re.IGNORECASE)
#: An answer of GitHub's that is wrapped whole is held whole.
_LARGEST_WRAPPED = 64 << 20
_NOT_SAID = frozenset({"", "noassertion", "none"})
#: Members that every other part of a list has one of: relationships, files, snippets, annotations.
_NO_PACKAGE = frozenset({"relationshiptype", "filename", "snippetfromfile", "annotationtype"})
_NO_PACKAGES = "the list names no package; make it again"
_UNKNOWN_PART = Rejected("the entry is no package and no other part of an SPDX list; make the list again")


class Spdx(Connector):
    name = "spdx"
    kind = Kind.CODE
    title = "SPDX bill of materials (JSON, tag-value)"

    def recognises(self, head: Head) -> int:
        text = decoded(head.start)
        if text.lstrip("\ufeff \t\r\n").startswith("{"):
            return 94 if _JSON.search(text) else 0
        return 94 if _TAGS.search(text[:8000]) else 0

    def read(self, stream: BinaryIO) -> Rows:
        """One row a package. Raises UnreadableFile where the file breaks off."""
        start = stream.read(4096)
        stream.seek(0)
        if not decoded(start).lstrip("\ufeff \t\r\n").startswith("{"):
            return _of_tags(stream)
        return _of_json(_unwrapped(stream) if _WRAPPED.match(start) else stream)


def _unwrapped(stream: BinaryIO) -> BinaryIO:
    """The list inside GitHub's answer; the stream as it is where that cannot be taken out."""
    try:
        answer = msgspec.json.decode(stream.read(_LARGEST_WRAPPED), type=dict[str, msgspec.Raw])
        return io.BytesIO(bytes(answer["sbom"]))
    except BAD_JSON:
        stream.seek(0)
        return stream


def _of_json(stream: BinaryIO) -> Rows:
    bill = _bill(members_beside(stream, _LISTS))
    named = False
    for position, raw in elements(stream, _LISTS):
        try:
            found = object_of(raw)
        except BAD_JSON:
            yield position, Rejected(why_unreadable(raw))
            named = True
            continue
        named = named or not _is_no_package(found)
        if "versioninfo" in found or "downloadlocation" in found or "externalrefs" in found:
            yield position, component(bill, *_package(found))
        elif text_of(found.get("type")).lower() == "software_package":
            yield (
                position,
                component(
                    bill,
                    text_of(found.get("name")),
                    text_of(found.get("softwarepackageurl")),
                    text_of(found.get("softwarepackageversion")),
                ),
            )
        elif not _is_no_package(found):
            yield position, _UNKNOWN_PART
    if not named:
        raise UnreadableFile(_NO_PACKAGES)


def _is_no_package(found: dict[str, Any]) -> bool:
    """Whether it is another part of a list: what relates to what, a file, an agent."""
    kind = text_of(found.get("type")).lower()
    return bool(_NO_PACKAGE & found.keys()) or kind not in ("", "software_package")


def _bill(beside: dict[str, bytes]) -> Bill:
    try:
        name = msgspec.json.decode(beside.get("name", b'""'))
        created = msgspec.json.decode(beside.get("creationinfo", b"{}"), type=dict[str, Any]).get("created")
    except BAD_JSON:
        return Bill()
    return Bill.of(text_of(name), text_of(created))


def _package(found: dict[str, Any]) -> tuple[str, str, str]:
    """Name, package URL and version."""
    urls = (
        text_of(reference.get("referencelocator"))
        for reference in members(found, "externalrefs")
        if text_of(reference.get("referencetype")).lower() in ("purl", "http://spdx.org/rdf/references/purl")
    )
    version = text_of(found.get("versioninfo"))
    return text_of(found.get("name")), next(urls, ""), "" if version.lower() in _NOT_SAID else version


# --- tags and values ------------------------------------------------------------------------------------


def _of_tags(stream: BinaryIO) -> Rows:
    name = created = ""
    begun = 0  # the line in which the package begins, 0 outside of one
    package: dict[str, str] = {}

    def ended() -> Seen | Rejected:
        bill = Bill.of(name, created)
        return component(bill, package["name"], package.get("purl", ""), package.get("version", ""))

    named = False
    for number, line in enumerate(text_lines(stream), 1):
        tag, colon, value = line.partition(":")
        tag, value = tag.strip(), value.strip()
        if not colon:
            continue
        if tag == "PackageName" or (tag in ("FileName", "Relationship") and begun):
            if begun:
                yield begun, ended()
            named = True
            begun, package = (number, {"name": value}) if tag == "PackageName" else (0, {})
        elif tag == "DocumentName":
            name = value
        elif tag == "Created":
            created = value
        elif begun and tag == "PackageVersion":
            package["version"] = "" if value.lower() in _NOT_SAID else value
        elif begun and tag == "ExternalRef" and (found := _PURL.match(value)):
            package.setdefault("purl", found[1])
    if begun:
        yield begun, ended()
    if not named:
        raise UnreadableFile(_NO_PACKAGES)
