"""One round: what happened is gathered, and what is to be sent is made and sent."""

from __future__ import annotations

from datetime import datetime

from inventory.notices import deliveries, digests
from inventory.notices.gather import gather


def run(now: datetime) -> None:
    """Safe at any time and in several processes."""
    gather(now)
    digests.make_due(now)
    digests.send_due(now)
    deliveries.make_due(now)
    deliveries.send_due(now)
