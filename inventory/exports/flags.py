"""``export flags``: findings of rules on tools. No rule exists yet, so there are none."""

from __future__ import annotations

from collections.abc import Iterable

from inventory.exports.period import Period, Row

COLUMNS = ("rule", "severity", "product", "title", "detail", "state", "since")


def rows(period: Period) -> Iterable[Row]:
    return ()
