"""CycloneDX: software bills of materials, as JSON and as XML.

Standard: https://cyclonedx.org/docs/1.6/json/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from discovery.connectors.base import Connector, Head, Kind, UnreadableFile
from discovery.connectors.bills_of_materials import Bill, component
from discovery.connectors.decoding import decoded
from discovery.connectors.json_documents import (
    BAD_JSON,
    elements,
    members_beside,
    refuse_other_list,
    why_unreadable,
)
from discovery.connectors.json_objects import member, members
from discovery.connectors.pasted_answers import object_of
from discovery.connectors.stated_values import text_of
from discovery.connectors.xml_documents import Node, children
from discovery.records import Ignored, Rejected, Rows, Seen

_JSON = re.compile(r'"bomFormat"\s*:\s*"CycloneDX"', re.IGNORECASE)
_XML = re.compile(r"<(?:\w[\w.-]*:)?bom\b[^>]{0,2000}cyclonedx\.org/schema/bom", re.IGNORECASE)
#: Lists of a bill that may be long; components alone have a type.
_LISTS = frozenset(
    {"components", "dependencies", "vulnerabilities", "compositions", "services", "annotations"}
)
#: Lists beside them that are never long.
_OTHER_LISTS = frozenset({"externalreferences", "properties", "formulation", "citations"})
_PARTS = _LISTS | _OTHER_LISTS | {"declarations", "definitions", "signature"}
#: Members that a component alone has.
_OF_COMPONENTS = frozenset({"type", "purl"})
#: Members that what stands beside components has one of: what depends on what, flaws, remarks.
_BESIDE = frozenset({"ref", "bom-ref", "id", "aggregate", "subjects", "annotator", "endpoints"})
_NO_COMPONENT = Rejected("the entry states no name or no type of component; make the list again")
_FILE = Ignored("a file, not a package")
_DEEPEST = 40


class Cyclonedx(Connector):
    name = "cyclonedx"
    kind = Kind.CODE
    title = "CycloneDX bill of materials (JSON, XML)"

    def recognises(self, head: Head) -> int:
        text = decoded(head.start)
        return 95 if _JSON.search(text) or _XML.search(text[:8000]) else 0

    def read(self, stream: BinaryIO) -> Rows:
        """One row a component, those within others too. Raises UnreadableFile where the file breaks off."""
        start = decoded(stream.read(4096)).lstrip("\ufeff \t\r\n")
        stream.seek(0)
        return _of_xml(stream) if start.startswith("<") else _of_json(stream)


def _of_json(stream: BinaryIO) -> Rows:
    beside = members_beside(stream, _LISTS)
    bill = _bill(beside)
    told = False
    for position, raw in elements(stream, _LISTS):
        try:
            found = object_of(raw)
        except BAD_JSON:
            told = True
            yield position, Rejected(why_unreadable(raw))
            continue
        if "name" not in found or not _OF_COMPONENTS & found.keys():
            if _OF_COMPONENTS & found.keys() or not _BESIDE & found.keys():
                told = True
                yield position, _NO_COMPONENT
            continue
        told = True
        for one in _with_those_within(found):
            yield position, _component(one, bill)
    if not told:
        if beside.get("components", b"null") != b"null":
            raise UnreadableFile("what the list says of components is no list; make it again")
        others = {name: value for name, value in beside.items() if name not in _OTHER_LISTS}
        refuse_other_list(others, {"components"})


def _bill(beside: dict[str, bytes]) -> Bill:
    try:
        metadata = object_of(beside.get("metadata", b"{}"))
    except BAD_JSON:
        return Bill()
    return Bill.of(_named(member(metadata, "component")), text_of(metadata.get("timestamp")))


def _with_those_within(found: dict[str, Any], depth: int = 0) -> Iterator[dict[str, Any]]:
    yield found
    if depth < _DEEPEST:
        for within in members(found, "components"):
            yield from _with_those_within(within, depth + 1)


def _component(found: dict[str, Any], bill: Bill) -> Seen | Rejected | Ignored:
    if text_of(found.get("type")) == "file":
        return _FILE
    return component(bill, _named(found), text_of(found.get("purl")), text_of(found.get("version")))


def _named(found: dict[str, Any]) -> str:
    return "/".join(filter(None, (text_of(found.get("group")), text_of(found.get("name")))))


# --- XML ----------------------------------------------------------------------------------------------


def _of_xml(stream: BinaryIO) -> Rows:
    bill = Bill()
    told = False
    passed_over: set[str] = set()
    for _, child in children(
        stream,
        frozenset({"bom"}),
        frozenset({"component", "metadata"}),
        through=frozenset({"components"}),
        passed_over=passed_over,
    ):
        if child is None:
            bill = Bill()
        elif child.name == "metadata":
            own = child.first("component")
            bill = Bill.of(_named_in(own) if own else "", child.value("timestamp"))
        elif child.name == "component":
            told = True
            for one in _nodes_within(child):
                yield one.line, _of_node(one, bill)
    if not told and any(name.lower() not in _PARTS for name in passed_over):
        raise UnreadableFile("the list holds parts that no such list has and no component; make it again")


def _nodes_within(node: Node) -> Iterator[Node]:
    yield node
    if within := node.first("components"):
        for one in within.all("component"):
            yield from _nodes_within(one)


def _of_node(node: Node, bill: Bill) -> Seen | Rejected | Ignored:
    if node.attribute("type") == "file":
        return _FILE
    return component(bill, _named_in(node), node.value("purl"), node.value("version"))


def _named_in(node: Node) -> str:
    return "/".join(filter(None, (node.value("group"), node.value("name"))))
