"""Microsoft 365: which licences the company bought, and how many of each are given out.

API: https://learn.microsoft.com/graph/api/subscribedsku-list
"""

from __future__ import annotations

from typing import BinaryIO

from discovery.connectors.ai_within import service_plans_with_ai
from discovery.connectors.api_objects import ApiObjects, Fields, objects_in
from discovery.connectors.base import Kind
from discovery.connectors.microsoft_skus import sku_name
from discovery.connectors.stated_values import ACCOUNT, OWN_ID, count_of
from discovery.records import Licence, Rejected, Rows, Switch

_ON = frozenset({"enabled", "warning"})  # "warning": expired, and not switched off yet


class EntraSubscribedSkus(ApiObjects):
    name = "entra_subscribed_skus"
    kind = Kind.LICENCE
    title = "Microsoft 365 licences bought (JSON)"
    lists = frozenset({"value"})

    def is_one(self, found: Fields) -> bool:
        return bool(found.text("skuId", "skuPartNumber")) and (
            found("prepaidUnits") is not None or found("prepaidUnits.enabled") is not None
        )

    def row(self, found: Fields) -> Licence | Rejected:
        sku_id, part_number = found.text("skuId", limit=OWN_ID), found.text("skuPartNumber")
        if not sku_id and not part_number:
            return Rejected(
                "the licence has neither skuId nor skuPartNumber; export subscribedSkus again",
                found.shown("id"),
            )
        return Licence(
            account=found.text("accountId", "accountName", limit=ACCOUNT),
            own_id=sku_id or part_number[:OWN_ID],
            app=sku_name(sku_id, part_number),
            plan=part_number[:120],
            state=_state(found.text("capabilityStatus")),
            seats=_seats(found),
            seats_used=count_of(found("consumedUnits")),
        )

    def read(self, stream: BinaryIO) -> Rows:
        """One row a licence, and one for each AI that it has within under another name."""
        for position, found in objects_in(stream, self.lists, self.is_one):
            if not isinstance(found, Fields):
                yield position, found
                continue
            licence = self.row(found)
            yield position, licence
            if isinstance(licence, Licence):
                yield from ((position, within) for within in service_plans_with_ai(found, licence))


def _seats(found: Fields) -> int | None:
    """What can be given out: paid for, or expired and still working."""
    counts = [count_of(found(f"prepaidUnits.{name}")) for name in ("enabled", "warning")]
    return None if counts == [None, None] else sum(count or 0 for count in counts)


def _state(capability: str) -> Switch:
    if not capability:
        return Switch.UNKNOWN
    return Switch.ON if capability.lower() in _ON else Switch.OFF
