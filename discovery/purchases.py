"""Records → purchases, each counted once, by the safe rule.

Records of different feeds are one purchase where they agree in tool, amount, currency and sign,
were paid by the same card or person (or both from the company's bank account), are at most five
days apart, and their payment types agree. Equal charges of one feed stay distinct. Which of
several possible partners belong together is decided for all of them at once: the most pairs,
among those the least days apart (:mod:`discovery.pairing`). A decision of a person goes before
the rule.

An invoice has a line for each thing sold and is paid whole: what pays the sum of its lines, by the
same rule, is evidence of them and no purchase of its own.

Pure: facts in, purchases out; storing is :mod:`discovery.derive`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum

from discovery.pairing import best_pairs
from discovery.records import Payment

DAYS_APART = 5


class Door(StrEnum):
    """How a purchase came in, in the order in which it books."""

    PROCUREMENT = "procurement"
    MODEL_API = "model_api"
    CLOUD_BILL = "cloud_bill"
    CORPORATE_CARD = "corporate_card"
    EMPLOYEE_EXPENSE = "employee_expense"


_RANK = {door: rank for rank, door in enumerate(Door)}


@dataclass(frozen=True, slots=True)
class Fact:
    """What the rule needs of one spend record."""

    key: bytes  # stable across versions and installations of one key: decisions bind to it
    record: int
    feed: str  # source name: equal charges of one feed stay distinct
    feed_rank: int  # among feeds of one door the more telling first (card programme before bank)
    door: Door
    date: date
    amount: int
    currency: str
    product: str
    booked: bool
    plan: str = ""  # that its text names
    person: int | None = None
    card: str = ""
    payment: str = Payment.UNKNOWN
    department: str = ""
    net: int | None = None
    tax: int | None = None
    merchant_amount: int | None = None
    merchant_currency: str = ""
    text: str = ""
    own_id: str = ""
    version: bytes = b""  # tells apart what a source said under one id twice in one file
    document: str = ""  # the invoice that it is a line of
    due: date | None = None
    invoice: bool = False  # a supplier wrote it

    def days(self) -> tuple[date, ...]:
        """The days on which it may stand elsewhere: when it happened, when it was to be paid."""
        return (self.date, self.due) if self.due and self.due != self.date else (self.date,)

    def order(self) -> tuple:
        """The order in which records give a purchase its door, product and amount; from content alone."""
        return (
            _RANK[self.door],
            self.feed_rank,
            self.date,
            self.feed,
            self.own_id,
            self.text,
            self.card,
            self.key,
            self.amount,
            self.version,
        )


@dataclass
class Group:
    """Records that are one purchase."""

    facts: list[Fact]

    @property
    def first(self) -> Fact:
        """The record that it books under."""
        return min(self.facts, key=Fact.order)

    def ordered(self) -> list[Fact]:
        return sorted(self.facts, key=Fact.order)


@dataclass(frozen=True)
class Links:
    """Decisions of people between record keys."""

    same: frozenset[frozenset[bytes]] = field(default_factory=frozenset)
    different: frozenset[frozenset[bytes]] = field(default_factory=frozenset)


def group(facts: Iterable[Fact], links: Links = Links()) -> list[Group]:
    """The purchases that these records of one vendor are, in a stable order."""
    facts = sorted(facts, key=Fact.order)
    paid = _paid_whole(facts, links)
    settled = {fact.record for found in paid for fact in found.facts}
    rest = [Group([fact]) for fact in facts if fact.record not in settled]
    return _join_decided([*paid, *_group_all(rest, links)], links)


def _group_all(single: list[Group], links: Links) -> list[Group]:
    by_money = _by_money(single)
    return [found for money in sorted(by_money) for found in _group_equal(by_money[money], links)]


def _by_money(groups: list[Group]) -> dict[tuple[str, int], list[Group]]:
    by_money: dict[tuple[str, int], list[Group]] = defaultdict(list)
    for found in groups:
        by_money[found.first.currency, found.first.amount].append(found)
    return by_money


def _paid_whole(facts: list[Fact], links: Links) -> list[Group]:
    """Each line of an invoice whose sum something else pays; what pays it is evidence of its first line."""
    documents: dict[tuple[str, str], list[Fact]] = defaultdict(list)
    for fact in facts:
        if fact.document:
            documents[fact.feed, fact.document].append(fact)
    lines_of: dict[int, list[Fact]] = {}
    sums = []
    for of_it in documents.values():
        if len(of_it) < 2 or len({line.currency for line in of_it}) > 1:
            continue
        product = of_it[0].product if len({line.product for line in of_it}) == 1 else ""
        lines_of[of_it[0].record] = of_it
        sums.append(replace(of_it[0], amount=sum(line.amount for line in of_it), product=product))
    is_sum = {id(whole) for whole in sums}
    paid = []
    lines = {line.record for of_it in lines_of.values() for line in of_it}
    payable = _by_money([Group([fact]) for fact in facts if fact.record not in lines])
    for money, wholes in sorted(_by_money([Group([whole]) for whole in sums]).items()):
        for found in _group_equal([*wholes, *payable.get(money, [])], links):
            whole = next((fact for fact in found.facts if id(fact) in is_sum), None)
            if whole is None or len(found.facts) == 1:
                continue
            first, *others = lines_of[whole.record]
            paid.append(Group([first, *(fact for fact in found.facts if fact is not whole)]))
            paid.extend(Group([line]) for line in others)
    return paid


def _group_equal(single: list[Group], links: Links) -> list[Group]:
    """Purchases among records of equal amount and currency: feed by feed onto what is there."""
    if len(single) == 1:
        return single
    by_feed: dict[tuple[int, int, str], list[Group]] = defaultdict(list)
    for found in single:
        fact = found.first
        by_feed[_RANK[fact.door], fact.feed_rank, fact.feed].append(found)
    groups: list[Group] = []
    for feed in sorted(by_feed):
        newcomers = by_feed[feed]
        partners = _partners(groups, newcomers, links)
        for number, newcomer in enumerate(newcomers):
            if number in partners:
                groups[partners[number]].facts.extend(newcomer.facts)
            else:
                groups.append(newcomer)
    return groups


def _partners(groups: list[Group], newcomers: list[Group], links: Links) -> dict[int, int]:
    """Which newcomer joins which group: the most pairs, among those the fewest days."""
    kinds = _kinds(groups, links)
    arriving = _kinds(newcomers, links)
    here: dict[Hashable, list[tuple[date, int]]] = defaultdict(list)
    for kind, members in enumerate(kinds):
        for fact in groups[members[0]].facts:
            for payer in _payers(fact):
                here[payer].extend((day, kind) for day in fact.days())
    for near in here.values():
        near.sort()
    distances = []
    for members in arriving:
        newcomer = newcomers[members[0]]
        candidates = ((kind, groups[kinds[kind][0]]) for kind in _near(here, newcomer))
        distances.append(
            {
                kind: _distance(found, newcomer)
                for kind, found in candidates
                if _may_join(found, newcomer, links)
            }
        )
    pairs = best_pairs([len(m) for m in arriving], [len(m) for m in kinds], distances)
    taken = [iter(members) for members in kinds]
    partners: dict[int, int] = {}
    for members, found in zip(arriving, pairs, strict=True):
        numbers = iter(members)
        for kind, count in sorted(found.items()):
            for _ in range(count):
                partners[next(numbers)] = next(taken[kind])
    return partners


def _kinds(groups: list[Group], links: Links) -> list[list[int]]:
    """Groups that are alike in all that the rule looks at, so that any of them will do."""
    decided = {key for pair in links.different for key in pair}
    kinds: dict[Hashable, list[int]] = defaultdict(list)
    for number, found in enumerate(groups):
        alike = tuple(
            (
                f.feed,
                f.date,
                f.due,
                f.product,
                f.payment,
                f.person,
                f.card,
                f.key if f.key in decided else b"",
            )
            for f in found.facts
        )
        kinds[alike].append(number)
    return list(kinds.values())


def _near(here: dict[Hashable, list[tuple[date, int]]], newcomer: Group) -> list[int]:
    """Kinds of groups with a record of the same payer within the days."""
    found = set()
    window = timedelta(days=DAYS_APART)
    for fact in newcomer.facts:
        for payer in _payers(fact):
            near = here.get(payer, [])
            for day in fact.days():
                first = bisect_left(near, (day - window, -1))
                last = bisect_left(near, (day + window + timedelta(days=1), -1))
                found.update(kind for _, kind in near[first:last])
    return sorted(found)


def _payers(fact: Fact) -> Iterator[Hashable]:
    if fact.card:
        yield "card", fact.card
    if fact.person:
        yield "person", fact.person
    if fact.payment == Payment.BANK:
        yield "bank"


def _distance(one: Group, other: Group) -> int:
    return min(_days_apart(a, b) for a in one.facts for b in other.facts)


def _days_apart(one: Fact, other: Fact) -> int:
    return min(abs((a - b).days) for a in one.days() for b in other.days())


def _may_join(one: Group, other: Group, links: Links) -> bool:
    for a in one.facts:
        for b in other.facts:
            if links.different and frozenset((a.key, b.key)) in links.different:
                return False
            if a.feed == b.feed or not _agree(a, b):
                return False
    return any(_same_payer(a, b) for a in one.facts for b in other.facts)


def _agree(one: Fact, other: Fact) -> bool:
    """Nothing in two records speaks against their being one purchase."""
    if _days_apart(one, other) > DAYS_APART:
        return False
    if one.product and other.product and one.product != other.product:
        return False
    if Payment.UNKNOWN not in (one.payment, other.payment) and one.payment != other.payment:
        return False
    if one.person and other.person and one.person != other.person:
        return False
    return not (one.card and other.card and one.card != other.card)


def _same_payer(one: Fact, other: Fact) -> bool:
    if one.card and one.card == other.card:
        return True
    if one.person and one.person == other.person:
        return True
    return one.payment == other.payment == Payment.BANK


def _join_decided(groups: list[Group], links: Links) -> list[Group]:
    if not links.same:
        return groups
    home = {fact.key: i for i, g in enumerate(groups) for fact in g.facts}
    merged: dict[int, Group] = dict(enumerate(groups))
    for pair in sorted(sorted(pair) for pair in links.same):
        here = {home[key] for key in pair if key in home}
        if len(here) == 2:
            keep, drop = sorted(here)
            merged[keep].facts.extend(merged[drop].facts)
            for fact in merged.pop(drop).facts:
                home[fact.key] = keep
    return [merged[i] for i in sorted(merged)]
