"""How much of network logs is read: nothing, unless the setting PENUMBRA_NETWORK_LOGS names it.

Connectors yield what a log says; here it is held to what the company agreed on, before anything is
stored. The privacy profile shows the same setting.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import BinaryIO

from django.conf import settings

from discovery.connectors.base import Connector, Kind, UnreadableFile, in_blocks
from discovery.records import NOBODY, Rows, Seen
from discovery.spend_columns import Block


class NetworkLogs(StrEnum):
    OFF = "off"  # no network log is read
    NONE = "none"  # sites by week; nobody and no computer
    DEVICE = "device"  # and on which computer, as a keyed hash
    PERSON = "person"  # and by whom; on which computer only where nobody is named


def network_logs() -> NetworkLogs:
    """What is in force."""
    return NetworkLogs(settings.PENUMBRA["NETWORK_LOGS"])


def check_allowed(reader: Connector) -> None:
    """Raise UnreadableFile for a network log where none is to be read."""
    if reader.kind == Kind.NETWORK and network_logs() is NetworkLogs.OFF:
        raise UnreadableFile(
            "network logs are not read here; once it is agreed what of them is kept, "
            "set PENUMBRA_NETWORK_LOGS to none, device or person"
        )


def as_agreed(reader: Connector, rows: Rows) -> Rows:
    """The rows of a file with no more of people and computers in them than is agreed."""
    return _reduced(rows, network_logs()) if reader.kind == Kind.NETWORK else rows


def blocks_as_agreed(reader: Connector, stream: BinaryIO) -> Iterator[Block]:
    """The same in blocks, from the file itself."""
    if reader.kind == Kind.NETWORK:
        return in_blocks(as_agreed(reader, reader.read(stream)))
    return reader.read_blocks(stream)


def _reduced(rows: Rows, allowed: NetworkLogs) -> Iterator:
    for line, row in rows:
        if isinstance(row, Seen):
            who = row.who if allowed is NetworkLogs.PERSON else NOBODY
            where = "" if allowed in (NetworkLogs.OFF, NetworkLogs.NONE) or who != NOBODY else row.where
            row = row._replace(who=who, where=where)
        yield line, row
