"""Look at an uploaded file before it is read in: what a scan would find, and then yes or no.

The look is a worker's, because only workers hold the key that identities are made with. Nothing of
the file is stored but counts and the sentences of what went wrong.
"""

from __future__ import annotations

import shutil
import uuid
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from discovery.connectors.base import Said
from discovery.models import Scan
from discovery.rehearsal import rehearse_all
from discovery.scans import Failure, open_scans
from discovery.table_mappings import NOTHING, as_stored
from inventory.models import Preview
from vendors.models import Product

#: How long a file waits for an answer before it is thrown away.
KEPT = timedelta(days=1)
#: When a look that nobody finished is begun again: its worker is gone.
_GIVEN_UP = timedelta(minutes=10)


def open_preview(file: object, *, connector: str, account: str, by: str, said: Said = NOTHING) -> Preview:
    """Keep an uploaded file for a look. ``file`` has ``name`` and ``chunks()``."""
    folder = Path(settings.PENUMBRA["UPLOADS_DIR"]) / uuid.uuid4().hex
    folder.mkdir(parents=True, mode=0o700)
    name = Path(str(file.name)).name or "upload"
    path = folder / name
    with path.open("wb") as copy:
        for piece in file.chunks():
            copy.write(piece)
    return Preview.objects.create(
        path=str(path),
        file_name=name[:400],
        connector=connector,
        account=account,
        said=as_stored(said),
        requested_by=by,
    )


def look(preview_id: int) -> None:
    """Say what a scan of the file would find. Does nothing where somebody else is at it, or was."""
    now = timezone.now()
    free = Q(begun_at=None) | Q(begun_at__lt=now - _GIVEN_UP)
    mine = waiting().filter(free, pk=preview_id, outcomes__isnull=True)
    if not mine.update(begun_at=now):
        return
    preview = waiting().filter(pk=preview_id).first()
    if preview is None:
        return  # thrown away a moment ago
    chosen = {"connector": preview.connector, "source": "", "account": preview.account}
    outcomes: list[dict[str, object]] = [
        {
            **outcome.as_dict(),
            "rejections": [asdict(row) for row in outcome.rejections],
            "asks": outcome.asks,
            "said": outcome.said,
            "members_of": _name_of(outcome.said.get("product")),
        }
        for outcome in rehearse_all([Path(preview.path)], said=Said(**preview.said), **chosen)
    ]
    for outcome in outcomes:
        outcome["file"] = _named(str(outcome["file"]), preview)
        if "error" in outcome:
            outcome["error"] = str(outcome["error"]).replace(preview.path, preview.file_name)
    waiting().filter(pk=preview_id).update(outcomes=outcomes)


def _name_of(product: object) -> str:
    """How the catalog calls a tool that a person named, "" for none."""
    return Product.objects.filter(key=product).values_list("name", flat=True).first() or "" if product else ""


def _named(file: str, preview: Preview) -> str:
    """The file as its owner knows it, without our folder."""
    return preview.file_name if file == preview.path else file


def look_again(preview: Preview) -> None:
    """Have a file looked at anew, recognised by its content: a mapping of its columns was saved."""
    waiting().filter(pk=preview.pk).update(connector="", outcomes=None, begun_at=None)


def look_with(preview: Preview, said: Said) -> None:
    """Have a file looked at anew, of which a person said this beside what was said before."""
    together = {**preview.said, **as_stored(said)}
    waiting().filter(pk=preview.pk).update(said=together, outcomes=None, begun_at=None)


def look_at_all() -> None:
    """Take up every look that no worker was told of, or that a dead one left."""
    free = Q(begun_at=None) | Q(begun_at__lt=timezone.now() - _GIVEN_UP)
    left = waiting().filter(free, outcomes__isnull=True)
    for number in left.order_by("pk").values_list("pk", flat=True):
        look(number)


def read_in(preview: Preview, *, by: str) -> list[Scan | Failure]:
    """Open the scans of a file that was looked at; from then on the file is theirs."""
    opened = list(
        open_scans(
            Path(preview.path),
            connector=preview.connector,
            account=preview.account,
            uploaded=True,
            file_name=preview.file_name,
            by=by,
            said=Said(**preview.said),
        )
    )
    if any(isinstance(item, Scan) for item in opened):
        preview.delete()  # each scan says who asked for it
    else:
        throw_away(preview, by=by)
    return opened


def throw_away(preview: Preview, *, by: str) -> None:
    """Delete the file and what was found in it; who threw it away stays."""
    _delete_file(preview)
    waiting().filter(pk=preview.pk).update(
        path="", account="", outcomes=None, thrown_away_by=by, thrown_away_at=timezone.now()
    )


def waiting() -> QuerySet[Preview]:
    """The files that nobody has answered for."""
    return Preview.objects.filter(thrown_away_at=None)


def forget(now: datetime) -> int:
    """Delete what nobody answered for a day; how many."""
    old = list(waiting().filter(created_at__lt=now - KEPT))
    for preview in old:
        _delete_file(preview)
        preview.delete()
    return len(old)


def _delete_file(preview: Preview) -> None:
    if preview.path:
        shutil.rmtree(Path(preview.path).parent, ignore_errors=True)
