"""Lines that a system left out when it stated a document again: they count no longer.

An invoice is a record a line. A pull shows it whole each time it changes, so that a line which its newest
statement does not have was taken out of it. Files say no such thing: an export may hold a part. Of what
is sealed no document can be read here; a line of it that was taken out stays in its source's sums.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from discovery import sightings
from discovery.connectors.base import Kind
from discovery.identity import GONE
from discovery.models import Record, Scan
from discovery.sightings import Entries

_BATCH = 500
_T = TypeVar("_T")


def lines_left_out(scan: Scan, shown: Entries) -> Entries:
    """Removals of the readable lines of documents that a pull shows, and which it does not show.

    The same however often it is asked: it looks at every version of every line, not at which counts. Nothing
    where a row was rejected: it may be the line that is missing.
    """
    nothing = sightings.together({})
    if not scan.pull or scan.source.kind != Kind.PROCUREMENT or scan.rejected.exists():
        return nothing
    here = {packed[:16] for packed in sightings.pack_each(shown)}
    records = Record.objects.filter(source_id=scan.source_id).exclude(document="")
    documents: set[str] = set()
    for some in _some(sorted(here)):
        documents.update(records.filter(identity__in=some).values_list("document", flat=True))
    missing: set[bytes] = set()
    for names in _some(sorted(documents)):
        lines = records.filter(document__in=names).values_list("identity", flat=True)
        missing.update(bytes(identity) for identity in lines if bytes(identity) not in here)
    if not missing:
        return nothing
    return sightings.native(sightings.unpack(b"".join(line + GONE for line in sorted(missing))))


def _some(found: Sequence[_T]) -> Iterator[Sequence[_T]]:
    return (found[start : start + _BATCH] for start in range(0, len(found), _BATCH))
