"""Every benchmark, in one literal list."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bench import (
    bulk_path,
    card_scan,
    catalog_change,
    first_look,
    inventory_page,
    okta_lines,
    recognition,
    sealing,
)
from bench.results import Result

#: Name → a function of the number of rows; without one it measures at its full size.
BENCHMARKS: dict[str, Callable[..., Iterator[Result]]] = {
    "card_scan": card_scan.embedded,
    "card_scan_postgres": card_scan.on_postgres,
    "sealing": sealing.measure,
    "recognition": recognition.measure,
    "bulk_path": bulk_path.embedded,
    "bulk_path_postgres": bulk_path.on_postgres,
    "inventory_page": inventory_page.measure,
    "catalog_change": catalog_change.measure,
    "first_look": first_look.measure,
    "okta_lines": okta_lines.measure,
}
