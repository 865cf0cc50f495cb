"""Which symbol stands before a source and before a record: what it is about, at a glance."""

from __future__ import annotations

from discovery.connectors.base import Kind
from discovery.models import Record
from discovery.records import SeenBy

_OF_SOURCES = {
    Kind.CARD: "i-card",
    Kind.BANK: "i-coin",
    Kind.EXPENSE: "i-doc",
    Kind.PROCUREMENT: "i-doc",
    Kind.SSO: "i-door",
    Kind.GRANT: "i-key",
    Kind.DIRECTORY: "i-me",
    Kind.LICENCE: "i-key",
    Kind.USAGE: "i-meter",
    Kind.CLOUD: "i-meter",
    Kind.NETWORK: "i-net",
    Kind.CODE: "i-code",
    Kind.ENDPOINT: "i-screen",
}

_OF_RECORDS = {
    Record.Kind.SPEND: "i-card",
    Record.Kind.PRESENCE: "i-door",
    Record.Kind.GRANT: "i-key",
    Record.Kind.LICENCE: "i-key",
    Record.Kind.USAGE: "i-meter",
    Record.Kind.CONTRACT: "i-doc",
}

_OF_WHAT_WAS_SEEN = {SeenBy.PACKAGE: "i-code", SeenBy.DOMAIN: "i-net"}


def of_source(kind: str) -> str:
    """The symbol of a kind of source."""
    return _OF_SOURCES[Kind(kind)]


def of_record(record: Record) -> str:
    """The symbol of a record: of a line of an invoice and of one of a card another."""
    if record.kind == Record.Kind.SEEN:
        return _OF_WHAT_WAS_SEEN.get(SeenBy(record.type), "i-screen")
    if record.kind == Record.Kind.SPEND and record.document:
        return "i-doc"
    return _OF_RECORDS[Record.Kind(record.kind)]
