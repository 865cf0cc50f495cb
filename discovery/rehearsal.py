"""``scan --dry-run``: read a file as a scan would, and store nothing."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import numpy as np
from django.utils import timezone

from discovery import sightings
from discovery.connectors.base import Ask, LeftOpen, Said, UnreadableFile
from discovery.connectors.table_mapping import guess
from discovery.files import BadMember, Member, head_of, members
from discovery.identity import Identities
from discovery.merging import Status, statuses
from discovery.models import Source
from discovery.network_logs import as_agreed
from discovery.outcomes import Outcome, Rejection
from discovery.packed_rows import NO_DESCRIPTOR
from discovery.recognise import Recogniser, State, state_of
from discovery.staging import CHANNELS, CHUNK_ROWS, StagedRows, company_day
from discovery.table_mappings import NOTHING, Reading, as_stored, choose
from vendors.matching import Descriptor, describe
from vendors.matching.answers import Channel

REHEARSED = "rehearsed"
#: Rejected rows that a rehearsal tells of one by one; the rest is counted.
_REJECTIONS = 10


def rehearse_all(
    paths: Iterable[Path], *, connector: str, source: str, account: str, said: Said = NOTHING
) -> Iterator[Outcome]:
    """What a scan of each file would count, against what is stored now. Writes nothing."""
    for path in paths:
        try:
            for member in members(path):
                if isinstance(member, BadMember):
                    yield Outcome(file=member.name, error=member.error)
                    continue
                yield _rehearse(member, connector, source, account, said)
        except UnreadableFile as error:
            yield Outcome(file=str(path), error=str(error))


def _rehearse(member: Member, connector: str, source: str, account: str, said: Said) -> Outcome:
    started = time.monotonic()
    told = Outcome(file=member.name)
    try:
        chosen = choose(member, connector, said, source=source, account=account)
        told.connector, told.source = chosen.reader.name, source or chosen.source
        told.said = as_stored(chosen.said)
        told.state = REHEARSED
        _read(member, chosen, told, account)
    except UnreadableFile as error:
        told.error = str(error)
        told.asks = _asks(error, member, recognised=bool(told.connector))
        told.state = "failed"
    told.seconds = round(time.monotonic() - started, 3)
    return told


def _read(member: Member, chosen: Reading, told: Outcome, account: str) -> None:
    reader = chosen.reader
    source = Source.objects.filter(name=told.source).first()
    identities = Identities(source.pk if source else 0, account)
    channel = CHANNELS.get(reader.kind, Channel.EXPENSE)
    list_day = company_day(timezone.now())
    recogniser = Recogniser()
    answers: dict[Descriptor, str] = _booked(chosen.said, recogniser)
    states: list[str] = []  # per record: what its text stands for, "" for a person
    packed: list[bytes] = []
    broken_off: UnreadableFile | None = None
    with member.open() as stream:
        rows = as_agreed(reader, reader.read(stream))
        while broken_off is None:
            part = []
            try:
                part.extend(islice(rows, CHUNK_ROWS))
            except UnreadableFile as error:
                broken_off = error
            if not part:
                break
            staged = StagedRows(identities, channel, list_day)
            staged.add(part)
            told.rows_read += len(part)
            told.rows_rejected += len(staged.rejected)
            room = _REJECTIONS - len(told.rejections)
            told.rejections += [Rejection(line, reason) for line, reason, _ in staged.rejected[:room]]
            packed.extend(staged.entries)
            for descriptor in staged.descriptors:
                if descriptor not in answers:
                    answers[descriptor] = state_of(recogniser.recognise(descriptor)[0])
            states.extend(
                "" if number == NO_DESCRIPTOR else answers[staged.descriptors[number]]
                for number in staged.rows.descriptors
            )
    _count(told, packed, states, source)
    if broken_off:
        raise broken_off


def _asks(error: UnreadableFile, member: Member, *, recognised: bool) -> str:
    """What a person must say before the file can be read; "" where no answer would do."""
    if isinstance(error, LeftOpen):
        return error.ask.value
    if recognised:
        return ""
    try:
        guess(head_of(member))
    except UnreadableFile:
        return ""
    return Ask.COLUMNS.value


def _booked(said: Said, recogniser: Recogniser) -> dict[Descriptor, str]:
    """The words for a tool that a person named, which a scan decides about where nothing else books them."""
    asked = describe(Channel.SSO_APP, said.tool)
    if not said.product or said.url or recogniser.decided(asked) is not None:
        return {}
    return {asked: State.AI.value}


def _count(told: Outcome, packed: list[bytes], states: list[str], source: Source | None) -> None:
    entries = sightings.native(sightings.unpack(b"".join(packed)))
    sightings.number_equals(entries)
    existing = sightings.together(sightings.runs_of(source.pk) if source else {})
    status = statuses(entries, existing)
    told.records_new = int(np.count_nonzero(status == Status.NEW))
    told.records_changed = int(np.count_nonzero(status == Status.CHANGED))
    told.records_known = len(entries) - told.records_new
    told.rows_ignored = told.rows_read - len(entries) - told.rows_rejected
    fresh = Counter(state for state, how in zip(states, status, strict=True) if how != Status.KNOWN)
    told.sealed, told.recognised, told.in_review = fresh[State.SEALED], fresh[State.AI], fresh[State.REVIEW]
