"""The life of a scan: from a file that somebody names, or a system's pages, to records, people, purchases.

waiting → reading (staged chunks) → merging → deriving → done. Each step may be cut off at any
point and resumed by any process; see :mod:`discovery.leases`.
"""

from __future__ import annotations

import gc
import hashlib
import logging
import shutil
import socket
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import OperationalError
from django.db.models import F, Min
from django.utils import timezone

from discovery import merging, pulls
from discovery.connectors.base import Ask, Connector, LeftOpen, Said, UnreadableFile
from discovery.derive import derive
from discovery.files import BadMember, Member, members
from discovery.journals import purge
from discovery.leases import Lease, LeaseLost, held, release_source, take_source
from discovery.models import Scan, Source
from discovery.named_tools import decide_tool
from discovery.reconcile import behind, reconcile
from discovery.reconsider import serial
from discovery.sealing import SealBroken, check_key
from discovery.staging import Progress, company_day, stage_file
from discovery.table_mappings import NOTHING, as_stored, choose, reader_of
from discovery.withdrawal import withdraw_records, withdraw_unmerged

_PIECE = 1 << 20
#: How often work on a scan may end in a fault of ours before it is given up.
_TRIES = 3
#: Scans whose people and purchases are worked out together: many files are small, and it takes all records.
_TOGETHER = 25
#: Seconds between two looks at a scan that somebody else is at.
_LOOK_AGAIN = 0.2


logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Failure:
    """A file that no scan could be opened for, with one sentence that says why."""

    file: str
    error: str


class Busy(Exception):
    """Somebody else is at it; try again later."""


# --- opening ----------------------------------------------------------------------------------------


def open_scans(
    path: Path,
    *,
    connector: str = "",
    source: str = "",
    account: str = "",
    uploaded: bool = False,
    file_name: str = "",
    by: str = "",
    said: Said = NOTHING,
) -> Iterator[Scan | Failure]:
    """One scan for each file at ``path`` (a file, a folder, an archive), of which a person said ``said``.

    An unfinished scan of a file of that name, content and account is resumed rather than opened anew.
    """
    try:
        for member in members(path):
            name = file_name + member.name.removeprefix(path.name) if file_name else member.name
            if isinstance(member, BadMember):
                yield Failure(name, member.error)
                continue
            try:
                yield _open_scan(member, name, connector, source, account, uploaded, by, said)
            except UnreadableFile as error:
                yield Failure(name, str(error))
    except UnreadableFile as error:
        yield Failure(file_name or str(path), str(error))


def _open_scan(
    member: Member,
    name: str,
    connector: str,
    source_name: str,
    account: str,
    uploaded: bool,
    by: str,
    said: Said,
) -> Scan:
    chosen = choose(member, connector, said, source=source_name, account=account)
    source = _source(source_name or chosen.source, chosen.reader)
    held_for_it = as_stored(chosen.said)
    fingerprint = _fingerprint(member)
    machine = "" if uploaded else socket.gethostname()
    same = Scan.objects.filter(
        source=source, fingerprint=fingerprint, file_name=name[:400], account=account, uploaded=False
    )
    unfinished = same.filter(state__in=Scan.UNFINISHED).exclude(state=Scan.State.WITHDRAWING)
    alike = (scan for scan in unfinished.order_by("pk") if scan.said == held_for_it)
    if not uploaded and (scan := next(alike, None)):
        Scan.objects.filter(pk=scan.pk).update(path=str(member.path), member=member.inner, opened_on=machine)
        scan.refresh_from_db()
        return scan
    answered = Scan.objects.filter(source=source, fingerprint=fingerprint, state=Scan.State.QUESTION)
    for asked in answered:
        asked.chunks.all().delete()
        Scan.objects.filter(pk=asked.pk).update(state=Scan.State.WITHDRAWN)
    return Scan.objects.create(
        source=source,
        connector=chosen.reader.name,
        mapping=chosen.mapping,
        said=held_for_it,
        file_name=name[:400],
        path=str(member.path),
        member=member.inner,
        uploaded=uploaded,
        opened_on=machine,
        fingerprint=fingerprint,
        list_day=_list_day(source, fingerprint),
        account=account,
        requested_by=by,
    )


def _list_day(source: Source, fingerprint: str) -> date:
    """What lists without a day tell of: the company’s day, or when the same bytes were first read."""
    before = Scan.objects.filter(source=source, fingerprint=fingerprint).exclude(
        state__in=[Scan.State.WITHDRAWING, Scan.State.WITHDRAWN]
    )
    first = before.aggregate(first=Min("list_day"))["first"]
    return first or company_day(timezone.now())


def _source(name: str, reader: Connector) -> Source:
    source, _ = Source.objects.get_or_create(
        name=name, defaults={"connector": reader.name, "kind": reader.kind.value, "reconciled": serial()}
    )
    if source.kind != reader.kind.value:
        raise UnreadableFile(
            f"the source {name} holds {source.kind} records and this file is read as {reader.kind.value}; "
            "give it a source of another name"
        )
    return source


def _fingerprint(member: Member) -> str:
    """A keyed hash of the content, to find an unfinished scan of the same file.

    Keyed with Django's secret, not with the sealing key: pages open scans too and have no
    business with what opens seals.
    """
    key = hashlib.sha256(settings.SECRET_KEY.encode()).digest()
    digest = hashlib.blake2b(digest_size=16, key=key, person=b"file")
    with member.open() as stream:
        while piece := stream.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


# --- running ----------------------------------------------------------------------------------------

#: Called with a scan, the rows read of it so far, and the rows it may have.
ScanProgress = Callable[[Scan, int, int | None], None]
#: States of a scan whose records are stored or withdrawn, and whose people and purchases are not.
_STORED = (Scan.State.DERIVING, Scan.State.WITHDRAWING)


def _silent(scan: Scan, read: int, expected: int | None) -> None:
    """Progress that nobody looks at."""


def unfinished() -> list[int]:
    """Scans with work left, files before pulls: a system may let us wait, a file does not."""
    todo = Scan.objects.filter(state__in=Scan.UNFINISHED)
    return list(todo.order_by("pull", "pk").values_list("pk", flat=True))


def run(scan_id: int, progress: ScanProgress = _silent) -> Scan:
    """Bring a scan to its end, from wherever it stands. Safe to call any number of times.

    Raises Busy where somebody alive holds the scan, or another scan is merging into its source.
    """
    scan = _store(scan_id, progress)
    if scan.state in _STORED:
        derive()
        scan = _close(scan_id)
    return scan


def run_all(scan_ids: Sequence[int], progress: ScanProgress = _silent) -> Iterator[Scan]:
    """Bring scans to their ends, people and purchases worked out once for all of them.

    Yields each as it ends, in the order given; waits for those that somebody else is at.
    """
    stored = []
    for scan_id in scan_ids:
        stored.append(_patiently(lambda: _store(scan_id, progress), scan_id))  # noqa: B023 (called at once)
    if any(scan.state in _STORED for scan in stored):
        derive()
    for scan in stored:
        if scan.state in _STORED:
            scan = _patiently(lambda: _close(scan.pk), scan.pk)  # noqa: B023
        yield scan


def run_unfinished() -> None:
    """Bring every unfinished scan that nobody alive holds to its end, some of them together."""
    todo = unfinished()
    for start in range(0, len(todo), _TOGETHER):
        stored = []
        for scan_id in todo[start : start + _TOGETHER]:
            with suppress(Busy):
                scan = _store(scan_id, _silent)
                if scan.state in _STORED:
                    stored.append(scan_id)
        if stored:
            derive()
        for scan_id in stored:
            with suppress(Busy):
                _close(scan_id)


def _patiently(step: Callable[[], Scan], scan_id: int) -> Scan:
    """Take a step of a scan, or wait until whoever is at it has brought it to its end."""
    while True:
        try:
            return step()
        except Busy:
            time.sleep(_LOOK_AGAIN)
            scan = Scan.objects.select_related("source").get(pk=scan_id)
            if scan.state not in Scan.UNFINISHED:
                return scan


def _store(scan_id: int, progress: ScanProgress) -> Scan:
    """Read and merge a scan, or withdraw it: all but people and purchases."""
    _must_be_in_reach(scan_id)
    with _without_cycle_collection():
        scan = _holding(scan_id, lambda scan, lease: _advance(scan, lease, progress))
    _forget_upload(scan)
    return scan


@contextmanager
def _without_cycle_collection() -> Iterator[None]:
    """Rows are millions of small objects without cycles; looking for some again and again costs a third."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _holding(scan_id: int, work: Callable[[Scan, Lease], None]) -> Scan:
    """Do work on a scan while holding its lease; an ended scan is left as it is.

    Raises Busy where the lease is somebody else's, or is lost, or the work must be tried again.
    """
    with held(scan_id) as lease:
        scan = Scan.objects.select_related("source").get(pk=scan_id)
        if lease is None:
            if scan.state in Scan.UNFINISHED:
                raise Busy(f"another process is working on scan {scan_id}")
            return scan
        started = time.monotonic()
        _must_hold_the_key(scan_id)
        try:
            work(scan, lease)
            lease.keep(seconds=F("seconds") + (time.monotonic() - started))
        except Busy:
            raise
        except LeaseLost as lost:
            raise Busy(str(lost)) from None
        except OperationalError:
            raise Busy("the database cannot be written at the moment") from None
        except Exception as error:
            _note_trouble(scan, lease, error)
    scan.refresh_from_db()
    return scan


def _note_trouble(scan: Scan, lease: Lease, error: Exception) -> None:
    """A fault of ours: try again, and after some tries give the scan up and take back what it stored.

    The log gets where it happened and never the error's text, which may hold a row's data.
    """
    where = " < ".join(
        f"{Path(frame.filename).name}:{frame.lineno}"
        for frame in reversed(traceback.extract_tb(error.__traceback__)[-6:])
    )
    logger.error("scan %s: %s at %s", scan.pk, type(error).__name__, where)
    Scan.objects.filter(pk=scan.pk).update(troubles=F("troubles") + 1)
    scan.refresh_from_db()
    if scan.troubles < _TRIES:
        raise Busy(f"work on scan {scan.pk} is tried again") from None
    _as_only_writer(scan, lambda: withdraw_unmerged(scan, lease.keep))
    sentence = (
        f"{scan.file_name} cannot be read: a fault of Penumbra's ({type(error).__name__} at {where}); "
        "please report it, and scan the file again after the next update"
    )
    if scan.pull:
        sentence = sentence.replace("scan the file again", "it is pulled again")
        pulls.given_up(scan, sentence)
    merging.finished(scan, lease, state=Scan.State.FAILED, error=sentence)


def _must_hold_the_key(scan_id: int) -> None:
    """Raise Busy in a process with another installation's key: the scan waits for one with the right key."""
    try:
        check_key()
    except SealBroken as wrong:
        logger.error("scan %s waits: %s", scan_id, wrong)
        raise Busy(str(wrong)) from None


def _must_be_in_reach(scan_id: int) -> None:
    """Raise Busy for a file that only the machine it was named on can read."""
    to_read = Scan.objects.filter(pk=scan_id, state__in=[Scan.State.WAITING, Scan.State.READING])
    for path, machine in to_read.values_list("path", "opened_on"):
        if machine not in ("", socket.gethostname()) and not Path(path).exists():
            raise Busy(f"the file of scan {scan_id} is on {machine}")


def _close(scan_id: int) -> Scan:
    """End a scan whose people and purchases are worked out."""
    scan = _holding(scan_id, _end)
    purge()
    return scan


def _end(scan: Scan, lease: Lease) -> None:
    if scan.state == Scan.State.WITHDRAWING:
        lease.keep(state=Scan.State.WITHDRAWN, finished_at=timezone.now(), applied_at=None)
    else:
        final = Scan.State.FAILED if scan.error else Scan.State.DONE
        merging.finished(scan, lease, state=final, error=scan.error)


def _advance(scan: Scan, lease: Lease, progress: ScanProgress) -> None:
    if scan.state == Scan.State.WITHDRAWING:
        _as_only_writer(scan, lambda: withdraw_records(scan, lease.keep))
    if scan.state in (Scan.State.WAITING, Scan.State.READING):
        lease.keep(state=Scan.State.READING, started_at=scan.started_at or timezone.now())
        if scan.pull:
            if not pulls.read_pages(scan, lease, lambda read, expected: progress(scan, read, expected)):
                raise Busy(f"scan {scan.pk} goes on in its next turn")
            scan.refresh_from_db()
            error = scan.error
        else:
            trouble = _read(scan, lease, lambda read, expected: progress(scan, read, expected))
            error = str(trouble or "")
            if isinstance(trouble, LeftOpen):
                lease.keep(asks=trouble.ask.value)
            scan.refresh_from_db()
        if not scan.chunks.exists() and error:
            merging.finished(scan, lease, state=Scan.State.FAILED, error=error)
            return
        lease.keep(state=Scan.State.MERGING, error=error)
        scan.refresh_from_db()
    if scan.state == Scan.State.MERGING:
        _as_only_writer(scan, lambda: _merge(scan, lease))


def _merge(scan: Scan, lease: Lease) -> None:
    merged = merging.merge(scan, lease)
    if merged.question:
        lease.keep(
            state=Scan.State.QUESTION,
            error=merged.question,
            asks=Ask.ACCOUNT.value,
            finished_at=timezone.now(),
        )
        return
    if scan.source_id in behind():
        reconcile(scan.source_id, lease.keep)
    lease.keep(state=Scan.State.DERIVING)


def _as_only_writer(scan: Scan, work: Callable[[], None]) -> None:
    """Do work as the source's one writer. Cut off, the scan stays it until it is resumed."""
    token = f"scan:{scan.pk}"
    if not take_source(scan.source_id, token):
        raise Busy(f"another scan is merging into {scan.source.name}")
    work()
    release_source(scan.source_id, token)


def _read(scan: Scan, lease: Lease, progress: Progress) -> UnreadableFile | None:
    """Stage the file; what of it cannot be read, or None."""
    try:
        member = _member(scan)
        if _fingerprint(member) != scan.fingerprint:
            return UnreadableFile(f"{scan.file_name} changed while it was being read; scan it again")
        decide_tool(Said(**scan.said), actor=scan.requested_by or "operator")
        with member.open() as stream:
            return stage_file(scan, lease, reader_of(scan), stream, member.size, progress)
    except UnreadableFile as error:
        return error
    except OSError as error:
        return UnreadableFile(f"{scan.file_name} cannot be read: {error.strerror or 'input/output error'}")


def _member(scan: Scan) -> Member:
    path = Path(scan.path)
    if path.exists():
        for member in members(path):
            if isinstance(member, Member) and member.inner == scan.member:
                return member
    raise UnreadableFile(f"{scan.file_name} is no longer where it was; scan it again")


def _forget_upload(scan: Scan) -> None:
    """Delete our copy of an uploaded file once every scan of it has read it."""
    if not scan.uploaded or scan.state in (Scan.State.WAITING, Scan.State.READING):
        return
    waiting = Scan.objects.filter(path=scan.path, state__in=[Scan.State.WAITING, Scan.State.READING])
    if not waiting.exists():
        shutil.rmtree(Path(scan.path).parent, ignore_errors=True)
