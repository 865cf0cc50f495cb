"""How tools that the catalog does not have come up: labelled rows recognised without their product's entry.

Products are left out in shares, so that a catalog is built a few times and not once a product. A product's
share follows from its key alone. A vendor all of whose products are left out is left out too.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from vendors.matching.answers import Channel, Decision
from vendors.matching.catalog import CatalogEntries
from vendors.matching.evaluation import LabelledRow, bounds
from vendors.matching.matcher import Matcher
from vendors.matching.normalise import describe

SHARES = 12
_GROUPS: Mapping[str, tuple[str, ...]] = {
    "sign-ins and grants": (Channel.SSO_APP, Channel.OAUTH),
    "spend": (Channel.CARD, Channel.BANK, Channel.EXPENSE, Channel.PROCUREMENT),
    "hosts": (Channel.DOMAIN, Channel.NETWORK),
}


@dataclass(slots=True)
class LeftOut:
    """Rows of tools left out. What comes up is put before a person, or booked on the tool's maker."""

    rows: int = 0
    came_up: int = 0
    another: int = 0  # booked as another tool
    missed: list[LabelledRow] = field(default_factory=list)
    mistaken: list[tuple[LabelledRow, str]] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        return {
            "rows": self.rows,
            "came_up": self.came_up,
            "share": round(self.came_up / self.rows, 4) if self.rows else None,
            "bounds": bounds(self.came_up, self.rows),
            "booked_as_another": self.another,
        }


def without_products(entries: CatalogEntries, products: frozenset[str]) -> CatalogEntries:
    """The catalog as it would be had nobody entered these products."""
    left = tuple(p for p in entries.products if p.key not in products)
    makers = {p.vendor for p in left}
    gone = {p.vendor for p in entries.products if p.key in products} - makers
    return CatalogEntries(
        vendors=tuple(v for v in entries.vendors if v.key not in gone),
        products=left,
        identifiers=tuple(
            i for i in entries.identifiers if i.product not in products and i.vendor not in gone
        ),
    )


def leave_out(
    entries: CatalogEntries, rows: Iterable[LabelledRow], shares: int = SHARES, only: int | None = None
) -> dict[str, LeftOut]:
    """By group of channels what comes up of rows that name a product, each without that product's entry.

    With ``only`` the rows of one share alone.
    """
    by_share: dict[int, list[LabelledRow]] = defaultdict(list)
    for row in rows:
        if "/" in row.expected:
            by_share[_share(row.expected, shares)].append(row)
    found = {group: LeftOut() for group in _GROUPS}
    groups = {channel: group for group, channels in _GROUPS.items() for channel in channels}
    for share, of_share in sorted(by_share.items()):
        if only not in (None, share):
            continue
        gone = frozenset(p.key for p in entries.products if _share(p.key, shares) == share)
        matcher = Matcher(without_products(entries, gone))
        for row in of_share:
            _count(found[groups[Channel(row.channel)]], row, matcher)
    return found


def _share(product: str, shares: int) -> int:
    return zlib.crc32(product.encode()) % shares


def _count(left: LeftOut, row: LabelledRow, matcher: Matcher) -> None:
    answer = matcher.recognise(describe(row.channel, row.text, mcc=row.mcc))
    left.rows += 1
    booked = answer.decision == Decision.MATCH
    maker = answer.product is None and answer.vendor == row.expected.partition("/")[0]
    if answer.decision == Decision.REVIEW or (booked and maker):
        left.came_up += 1
    elif booked:
        left.another += 1
        left.mistaken.append((row, answer.product or answer.vendor or ""))
    else:
        left.missed.append(row)
