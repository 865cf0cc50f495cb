"""Records → purchases, each counted once, by the safe rule.

Records of different feeds are one purchase where they agree in tool, amount, currency and sign,
were paid by the same card or person (or both from the company's bank account), are at most five
days apart, and their payment types agree. Equal charges of one feed stay distinct. Which of
several possible partners belong together is decided for all of them at once: the most pairs,
among those the least days apart. A decision of a person goes before the rule.

Pure: facts in, purchases out; storing is :mod:`discovery.derive`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

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
        )


@dataclass
class Group:
    """Records that are one purchase."""

    facts: list[Fact]

    @property
    def first(self) -> Fact:
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
    by_money: dict[tuple[str, int], list[Fact]] = defaultdict(list)
    for fact in facts:
        by_money[fact.currency, fact.amount].append(fact)
    groups: list[Group] = []
    for money in sorted(by_money):
        groups.extend(_group_equal(by_money[money], links))
    return _join_decided(groups, links)


def _group_equal(facts: list[Fact], links: Links) -> list[Group]:
    """Purchases among records of equal amount and currency: feed by feed onto what is there."""
    if len(facts) == 1:
        return [Group(facts)]
    by_feed: dict[tuple[int, int, str], list[Fact]] = defaultdict(list)
    for fact in facts:
        by_feed[_RANK[fact.door], fact.feed_rank, fact.feed].append(fact)
    groups: list[Group] = []
    for feed in sorted(by_feed):
        newcomers = sorted(by_feed[feed], key=lambda f: (f.date, f.order()))
        partners = _assign(groups, newcomers, links)
        for newcomer, partner in zip(newcomers, partners, strict=True):
            if partner is None:
                groups.append(Group([newcomer]))
            else:
                partner.facts.append(newcomer)
        groups.sort(key=lambda g: (g.first.date, g.first.order()))
    return groups


def _assign(groups: list[Group], newcomers: list[Fact], links: Links) -> list[Group | None]:
    """For each newcomer its group, or None: the most pairs, among those the fewest days."""
    partners: dict[int, Group] = {}
    for members, arrivals in _components(groups, newcomers, links):
        for arrival, member in _best_pairs(members, arrivals, links):
            partners[id(arrival)] = member
    return [partners.get(id(newcomer)) for newcomer in newcomers]


def _components(
    groups: list[Group], newcomers: list[Fact], links: Links
) -> list[tuple[list[Group], list[Fact]]]:
    """Groups and newcomers that hang together by possible pairs, each in date order."""
    parent = list(range(len(groups) + len(newcomers)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    possible = False
    for j, newcomer in enumerate(newcomers):
        for i, candidate in enumerate(groups):
            if _may_join(candidate, newcomer, links):
                parent[root(i)] = root(len(groups) + j)
                possible = True
    if not possible:
        return []
    members: dict[int, tuple[list[Group], list[Fact]]] = defaultdict(lambda: ([], []))
    for i, candidate in enumerate(groups):
        members[root(i)][0].append(candidate)
    for j, newcomer in enumerate(newcomers):
        members[root(len(groups) + j)][1].append(newcomer)
    return [(g, n) for g, n in members.values() if g and n]


def _best_pairs(groups: list[Group], newcomers: list[Fact], links: Links) -> list[tuple[Fact, Group]]:
    """Both in date order, pairs never cross: most pairs first, then least distance (dynamic programme)."""
    rows, columns = len(groups), len(newcomers)
    best: list[list[tuple[int, int]]] = [[(0, 0)] * (columns + 1) for _ in range(rows + 1)]
    for i in range(rows - 1, -1, -1):
        for j in range(columns - 1, -1, -1):
            options = [best[i + 1][j], best[i][j + 1]]
            if _may_join(groups[i], newcomers[j], links):
                pairs, distance = best[i + 1][j + 1]
                options.append((pairs + 1, distance - _distance(groups[i], newcomers[j])))
            best[i][j] = max(options)
    result = []
    i = j = 0
    while i < rows and j < columns:
        if _may_join(groups[i], newcomers[j], links):
            pairs, distance = best[i + 1][j + 1]
            if best[i][j] == (pairs + 1, distance - _distance(groups[i], newcomers[j])):
                result.append((newcomers[j], groups[i]))
                i, j = i + 1, j + 1
                continue
        if best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return result


def _distance(candidate: Group, newcomer: Fact) -> int:
    return abs((candidate.first.date - newcomer.date).days)


def _may_join(candidate: Group, newcomer: Fact, links: Links) -> bool:
    for fact in candidate.facts:
        if frozenset((fact.key, newcomer.key)) in links.different:
            return False
        if fact.feed == newcomer.feed or not _agree(fact, newcomer):
            return False
    return any(_same_payer(fact, newcomer) for fact in candidate.facts)


def _agree(one: Fact, other: Fact) -> bool:
    """Nothing in two records speaks against their being one purchase."""
    if abs((one.date - other.date).days) > DAYS_APART:
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
