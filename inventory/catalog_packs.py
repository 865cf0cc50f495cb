"""A pack of the catalog applied: the catalog in one transaction, then every text asked about again.

A process that ends between the two, or during the second, loses nothing: the pack says that its texts are
still to be asked about, and whoever applies it again, or a worker, does so.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from inventory.recompute import Rematched, StillBusy, rematch
from vendors.catalog_files import Catalog
from vendors.load import Changes
from vendors.models import CatalogPack
from vendors.pack_changes import apply_pack
from vendors.pack_files import Pack

#: By then who applied it has asked about a million texts, or is gone. No figure depends on it.
_HAS_ENDED = timedelta(minutes=15)


def apply(
    pack: Pack,
    catalog: Catalog,
    *,
    actor: str,
    reason: str,
    now: datetime,
    progress: Callable[[int], None] = lambda asked: None,
) -> tuple[Changes, Rematched]:
    """Load a pack and bring recognitions, records and figures in line. Safe to repeat.

    Raises NotAPack where what is loaded is newer, and StillBusy as ``rematch`` does.
    """
    changes = apply_pack(pack, catalog, actor=actor, reason=reason, now=now)
    return changes, _recognise_again(progress, now)


def finish(now: datetime) -> None:
    """Ask about every text again where who applied a pack did not come to it. For workers."""
    if CatalogPack.objects.filter(recognised_at=None, applied_at__lt=now - _HAS_ENDED).exists():
        with suppress(StillBusy):  # a scan is being read: the next time
            _recognise_again(lambda asked: None, now)


def _recognise_again(progress: Callable[[int], None], now: datetime) -> Rematched:
    waiting = list(CatalogPack.objects.filter(recognised_at=None).values_list("pk", flat=True))
    done = rematch(progress, now)
    CatalogPack.objects.filter(pk__in=waiting).update(recognised_at=now)
    return done
