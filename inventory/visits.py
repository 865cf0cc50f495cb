"""When somebody last looked at a home: what came after it is new to them.

Opening the home again within half an hour is the same visit, so that what is new stays new while it is
being looked through.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from inventory.models import HomeVisit

SAME_VISIT = timedelta(minutes=30)


def last_visit(account: str, now: datetime) -> datetime | None:
    """Write down that the account looks now; when its visit before this one ended, None at the first.

    Two queries at most. Two pages opened at once may both write: either leaves the same visit behind.
    """
    visit, first = HomeVisit.objects.get_or_create(account=account, defaults={"looked_at": now})
    if first or now <= visit.looked_at:
        return visit.before
    if now - visit.looked_at > SAME_VISIT:
        visit.before = visit.looked_at
    visit.looked_at = now
    visit.save(update_fields=["before", "looked_at"])
    return visit.before
