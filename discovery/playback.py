"""What would move, before anything does: everything seen, asked again of another recogniser.

For a rule before it is saved and for a catalog before it is applied. Sealed texts are opened in the
worker's memory and come out as counts only; nothing is stored.

    would = play_back(Recogniser(Matcher(entries_of_the_new_catalog)))
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db.models import Count

from discovery.blocks import count_sealed
from discovery.decided import text_key
from discovery.models import Decision, Record
from discovery.recognise import Recogniser, State, state_of
from discovery.sealing import Vault
from discovery.stored_texts import Stored, every_descriptor
from vendors.matching import Decision as Outcome
from vendors.matching import Descriptor as Text
from vendors.matching import Recognition

REVIEW = "review"
SEALED = "sealed"
#: What a text stands for where that is no tool.
NO_TOOL = frozenset({REVIEW, SEALED, ""})
_BATCH = 500
#: Texts of one move that are named, those with the most records.
_EXAMPLES = 5


@dataclass
class Move:
    """Readable texts that stand for one thing and would stand for another.

    ``before`` and ``after``: a product or vendor key, ``review``, ``sealed`` for what becomes unreadable.
    ``spend``: currency → 10⁻⁶ of purchases, each once. ``examples``: numbers of descriptors, since a
    text that is sealed later may stand nowhere.
    """

    before: str
    after: str
    descriptors: int = 0
    records: int = 0
    spend: dict[str, int] = field(default_factory=dict)
    examples: list[int] = field(default_factory=list)


@dataclass(kw_only=True)
class Playback:
    """What another recogniser would change.

    ``sealed``: of the texts ``asked`` about, those that are sealed; ``lost``: of these, those whose key is
    destroyed. ``opens``: sealed texts that would become readable, by what they would stand for, with the
    number of their records; counts only. ``contradicts``: decisions of people (numbers) that it speaks
    against; they would stay. ``arriving`` and ``leaving``: products and vendors for which texts would stand
    and none does now, and the other way round.
    """

    asked: int = 0
    sealed: int = 0
    lost: int = 0
    moves: list[Move] = field(default_factory=list)
    opens: dict[str, int] = field(default_factory=dict)
    opens_descriptors: int = 0
    opens_records: int = 0
    contradicts: list[int] = field(default_factory=list)
    arriving: list[str] = field(default_factory=list)
    leaving: list[str] = field(default_factory=list)

    @property
    def descriptors(self) -> int:
        """Readable texts that would move."""
        return sum(move.descriptors for move in self.moves)

    @property
    def records(self) -> int:
        return sum(move.records for move in self.moves)

    @property
    def spend(self) -> dict[str, int]:
        """Currency → 10⁻⁶ of what would move."""
        sums: Counter[str] = Counter()
        for move in self.moves:
            sums.update(move.spend)
        return dict(sums)

    def as_dict(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return asdict(self)

    @classmethod
    def restored(cls, stored: dict[str, Any]) -> Playback:
        return cls(**{**stored, "moves": [Move(**move) for move in stored["moves"]]})


def play_back(
    after: Recogniser,
    *,
    touches: Callable[[Text], bool] | None = None,
    progress: Callable[[int], None] = lambda asked: None,
) -> Playback:
    """What would be different if ``after`` answered. Needs the sealing key; changes nothing.

    ``touches``: only texts for which it holds can move, so that others are not asked about.
    ``progress`` is told the number of texts asked about since its last call. Raises SealBroken where this
    installation's key does not open what is sealed.
    """
    now, vault, found = Recogniser(), Vault(), Playback()
    moved: dict[tuple[str, str], list[int]] = defaultdict(list)
    opens: dict[int, str] = {}
    stand: Counter[str] = Counter()
    would_stand: Counter[str] = Counter()
    contradicted: set[str] = set()
    for page in every_descriptor(vault):
        for row, text in page:
            is_sealed, before = row.state == State.SEALED, _stands_for(row)
            found.sealed += is_sealed
            found.lost += text is None
            stand[before] += 1
            if text is None or not (touches is None or touches(text)):
                would_stand[before] += 1
                continue
            recognition, _ = after.recognise(text, row.decided_by if is_sealed else None)
            then = _would_stand_for(recognition)
            would_stand[then] += 1
            if before != then and is_sealed:
                opens[row.pk] = then
            elif before != then:
                moved[before, then].append(row.pk)
            if (decided := after.decided(text)) and _contradicts(decided[0], after, now, text):
                contradicted.add(text_key(text.channel, text.form))
        found.asked += len(page)
        progress(len(page))
    found.moves = [_move(before, then, moved[before, then]) for before, then in sorted(moved)]
    found.opens = dict(sorted(Counter(opens.values()).items()))
    found.opens_descriptors, found.opens_records = len(opens), count_sealed(opens.keys(), vault)
    found.arriving = sorted(would_stand.keys() - stand.keys() - NO_TOOL)
    found.leaving = sorted(stand.keys() - would_stand.keys() - NO_TOOL)
    found.contradicts = _newest_decisions(contradicted)
    return found


def _stands_for(row: Stored) -> str:
    if row.state == State.AI:
        return row.product or row.vendor
    return REVIEW if row.state == State.REVIEW else SEALED


def _would_stand_for(recognition: Recognition) -> str:
    match state_of(recognition):
        case State.AI:
            return recognition.product or recognition.vendor or ""
        case State.REVIEW:
            return REVIEW
        case _:
            return SEALED


def _contradicts(decided: Recognition, after: Recogniser, now: Recogniser, text: Text) -> bool:
    """Whether the other answer, but for the decision, would be another; and that is new, or a rule's."""
    other, by_rule = after.undecided(text)
    if other.decision == Outcome.REVIEW or (other.decision == Outcome.NONE and not by_rule):
        return False
    if _would_stand_for(other) == _would_stand_for(decided):
        return False
    return bool(by_rule) or _would_stand_for(now.undecided(text)[0]) != _would_stand_for(other)


def _move(before: str, then: str, numbers: list[int]) -> Move:
    found = Move(before, then, len(numbers))
    purchases: dict[int, tuple[str, int]] = {}
    records: Counter[int] = Counter()
    for start in range(0, len(numbers), _BATCH):
        of_them = Record.objects.filter(current=True, descriptor_id__in=numbers[start : start + _BATCH])
        counted = of_them.values("descriptor_id").annotate(count=Count("pk")).order_by()
        records.update({row["descriptor_id"]: row["count"] for row in counted})
        for purchase, currency, amount in (
            of_them.exclude(purchase=None)
            .values_list("purchase_id", "purchase__currency", "purchase__amount")
            .distinct()
            .order_by()
        ):
            purchases[purchase] = (currency, amount)
    found.records = records.total()
    for currency, amount in purchases.values():
        found.spend[currency] = found.spend.get(currency, 0) + amount
    found.examples = sorted(numbers, key=lambda number: (-records[number], number))[:_EXAMPLES]
    return found


def _newest_decisions(texts: Iterable[str]) -> list[int]:
    newest = {}
    wanted = set(texts)
    if wanted:
        every = Decision.objects.filter(kind=Decision.Kind.RECOGNISE).order_by("pk")
        newest = {text: number for number, text in every.values_list("pk", "subject__text") if text in wanted}
    return sorted(newest.values())
