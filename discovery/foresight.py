"""What stored texts would stand for by another catalog. Looks only; changes nothing.

Sealed texts are opened in memory, as when they are asked about again, and told as counts.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from discovery.models import DataKey
from discovery.models import Descriptor as StoredDescriptor
from discovery.recognise import Recogniser, opened, state_of
from discovery.sealing import Vault
from vendors.matching import Matcher, Recognition

State = StoredDescriptor.State

_BATCH = 2_000
#: What a text stands for where it is no tool. No key of a tool has a space.
WAITS, NOT_A_TOOL = "waits for a person", "no tool"


@dataclass
class Foreseen:
    """``texts``: asked about; ``sealed``: of these the sealed ones; ``lost``: sealed with a destroyed key.

    ``moves``: (what it stands for now, what then) → readable texts, by number; a tool's key, ``WAITS`` or
    ``NOT_A_TOOL``. ``opening``: the same of sealed texts that would be readable → how many. ``before`` and
    ``after``: tool → texts.
    """

    texts: int = 0
    sealed: int = 0
    lost: int = 0
    moves: dict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    opening: Counter[str] = field(default_factory=Counter)
    before: Counter[str] = field(default_factory=Counter)
    after: Counter[str] = field(default_factory=Counter)


def foresee(matcher: Matcher, progress: Callable[[int], None] = lambda asked: None) -> Foreseen:
    """What every stored text would stand for by this matcher, people's decisions above it.

    ``progress`` is told the number of texts asked about since its last call. Raises SealBroken where this
    installation's key does not open what is sealed.
    """
    recogniser, vault = Recogniser(matcher), Vault()
    found = Foreseen()
    for page in _pages():
        for stored in page:
            _ask(stored, recogniser, vault, found)
        progress(len(page))
    return found


def _ask(stored: StoredDescriptor, recogniser: Recogniser, vault: Vault, found: Foreseen) -> None:
    found.texts += 1
    found.sealed += stored.state == State.SEALED
    descriptor = opened(vault, stored)
    if descriptor is None:
        found.lost += 1
        return
    before, after = _now(stored), _then(recogniser.recognise(descriptor)[0])
    if before not in (WAITS, NOT_A_TOOL):
        found.before[before] += 1
    if after not in (WAITS, NOT_A_TOOL):
        found.after[after] += 1
    if stored.state != State.SEALED:
        if before != after:
            found.moves[before, after].append(stored.pk)
    elif after != NOT_A_TOOL:
        found.opening[after] += 1


def _pages() -> Iterator[list[StoredDescriptor]]:
    """Every text, in pages, so that nothing waits for a long reading."""
    keys = {key.pk: key for key in DataKey.objects.filter(source=None)}
    needed = (
        "state",
        "channel",
        "form",
        "mcc",
        "client_id",
        "host",
        "sealed",
        "data_key",
        "product",
        "vendor",
    )
    rows = StoredDescriptor.objects.order_by("pk").only(*needed)
    last = 0
    while page := list(rows.filter(pk__gt=last)[:_BATCH]):
        for stored in page:
            if stored.data_key_id is not None:
                stored.data_key = keys.get(stored.data_key_id) or stored.data_key
        yield page
        last = page[-1].pk


def _now(stored: StoredDescriptor) -> str:
    match stored.state:
        case State.AI:
            return stored.product or stored.vendor
        case State.REVIEW:
            return WAITS
        case _:
            return NOT_A_TOOL


def _then(recognition: Recognition) -> str:
    match state_of(recognition):
        case State.AI:
            return recognition.product or recognition.vendor or WAITS
        case State.REVIEW:
            return WAITS
        case _:
            return NOT_A_TOOL
