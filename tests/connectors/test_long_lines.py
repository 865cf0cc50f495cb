"""A line of megabytes takes memory by its length, not by the steps of a search through it."""

from __future__ import annotations

import tracemalloc

from discovery.connectors import by_name
from discovery.records import Seen
from tests.connectors.event_files import read


def test_a_long_name_in_the_header_of_an_event() -> None:
    name = b"Denied" + b"x" * 1_000_000 + b"\\|y"
    content = b"CEF:0|Maker|Wall|1|x|" + name + b"|3|dhost=chatgpt.com rt=Mar 02 2026 08:08:08\n"
    tracemalloc.start()
    try:
        rows = [row for _, row in read(by_name("cef_log"), content)]
        assert [row.text for row in rows if isinstance(row, Seen)] == ["chatgpt.com"]
        assert tracemalloc.get_traced_memory()[1] < 30_000_000
    finally:
        tracemalloc.stop()
