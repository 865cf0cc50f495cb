"""Plans, prices and facts as vendor files state them: read, and checked. No Django, no database.

A fact is one value with one source and the day on which the source was seen. What nobody says is not
there: unknown, and never guessed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations
from typing import Any

from vendors.risk_attributes import ADDRESS, Basis, attributes

#: After so long a fact or price may be wrong: vendors change such things twice a year (judgement).
FRESH = timedelta(days=180)
#: The day of whoever wrote a file may be a day ahead of the day here.
_ELSEWHERE = timedelta(days=1)

TIERS = ("free", "personal", "team", "business", "enterprise", "api")
PER = ("seat", "account", "use")
EVERY = ("month", "year", "once", "use")


@dataclass(frozen=True, slots=True)
class Price:
    """A list price; ``amount`` is what is charged once each ``every``."""

    amount: Decimal
    currency: str
    per: str
    every: str
    source: str
    seen: date
    basis: str
    since: date | None
    until: date | None
    minimum_seats: int | None
    billed: str  # "yearly": stated by the month and charged by the year; "" as stated


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan on which a product is sold. One that names no ``basis`` is known from its prices."""

    key: str
    name: str
    tier: str
    prices: tuple[Price, ...]
    source: str = ""
    seen: date | None = None
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """What a source says of a vendor or product. ``value`` as its attribute keeps it."""

    attribute: str
    value: str
    plans: tuple[str, ...]  # empty: all plans
    source: str
    seen: date
    basis: str
    since: date | None
    until: date | None  # not None: history
    note: str
    stated: object  # the value as the file has it, for the check


@dataclass(frozen=True, slots=True)
class Stated:
    """A vendor's or product's plans and facts with what messages name."""

    file: str
    key: str
    plans: tuple[Plan, ...]
    facts: tuple[Fact, ...]


def stale(seen: date, today: date) -> bool:
    """Whether it is too long ago that somebody looked."""
    return seen + FRESH < today


# --- reading ------------------------------------------------------------------------------------------


def read_plans(table: Mapping[str, Any]) -> tuple[Plan, ...]:
    """The plans of a product's table that has the agreed form."""
    return tuple(
        Plan(
            key=plan["key"],
            name=plan["name"],
            tier=plan["tier"],
            prices=tuple(map(_price, plan.get("prices", ()))),
            source=plan.get("source", ""),
            seen=plan.get("seen"),
            basis=plan.get("basis", ""),
        )
        for plan in table.get("plans", ())
    )


def _price(table: Mapping[str, Any]) -> Price:
    return Price(
        amount=Decimal(table["amount"]),
        currency=table["currency"],
        per=table["per"],
        every=table["every"],
        source=table.get("source", ""),
        seen=table["seen"],
        basis=table["basis"],
        since=table.get("from"),
        until=table.get("until"),
        minimum_seats=table.get("minimum_seats"),
        billed=table.get("billed", ""),
    )


def read_facts(table: Mapping[str, Any]) -> tuple[Fact, ...]:
    """The facts of a vendor's or product's table that has the agreed form."""
    return tuple(
        Fact(
            attribute=fact["attribute"],
            value=_kept(fact["attribute"], fact["value"]),
            plans=tuple(sorted(set(fact.get("plans", ())))),
            source=fact.get("source", ""),
            seen=fact["seen"],
            basis=fact["basis"],
            since=fact.get("since"),
            until=fact.get("until"),
            note=fact.get("note", ""),
            stated=fact["value"],
        )
        for fact in table.get("facts", ())
    )


def _kept(attribute: str, value: object) -> str:
    """The value as it is kept; "" for one that :func:`fact_problems` names."""
    try:
        return attributes()[attribute].stored(value)
    except (KeyError, ValueError):
        return ""


# --- checking -----------------------------------------------------------------------------------------


def fact_problems(all_stated: Iterable[Stated]) -> Iterator[str]:
    """One sentence for each fault that needs no calendar, naming file and key."""
    for stated in all_stated:
        for fault in _faults(stated):
            yield f"{stated.file}: {stated.key}: {fault}"


def _faults(stated: Stated) -> Iterator[str]:
    plans = [plan.key for plan in stated.plans]
    for key in sorted({key for key in plans if plans.count(key) > 1}):
        yield f"plan {key!r} is there twice"
    for plan in stated.plans:
        if plan.basis:
            yield from _faults_of_source(f"the plan {plan.key!r}", plan)
        elif not plan.prices:
            yield (
                f"the plan {plan.key!r} has no price and does not say where it is known from; give it "
                f'source, seen and basis, or seen and basis = "{Basis.GENERAL_KNOWLEDGE}"'
            )
        for price in plan.prices:
            what = f"a price of plan {plan.key!r}"
            yield from _faults_of_source(what, price)
            yield from _faults_of_term(what, price)
    for fact in stated.facts:
        yield from _faults_of_fact(fact, plans)
    yield from _contradictions(stated.facts, plans)


def _faults_of_fact(fact: Fact, plans: Collection[str]) -> Iterator[str]:
    what = f"the fact {fact.attribute}"
    attribute = attributes().get(fact.attribute)
    if attribute is None:
        yield f"{fact.attribute!r} is no attribute of risk_attributes.toml"
    else:
        try:
            attribute.stored(fact.stated)
        except ValueError as wrong:
            yield f"{what}: {wrong}"
    for plan in fact.plans:
        if plan not in plans:
            yield f"{what} names the plan {plan!r}, which is not there"
    yield from _faults_of_source(what, fact)
    yield from _faults_of_term(what, fact)


def _faults_of_source(what: str, one: Fact | Price | Plan) -> Iterator[str]:
    if not one.source and one.basis != Basis.GENERAL_KNOWLEDGE:
        yield f'{what} names no source; give one, or basis = "{Basis.GENERAL_KNOWLEDGE}"'
    if one.source and not ADDRESS.fullmatch(one.source):
        yield f"{what}: the source {one.source!r} is no https address"


def _faults_of_term(what: str, one: Fact | Price) -> Iterator[str]:
    if one.since and one.until and one.until < one.since:
        yield f"{what} ends on {one.until}, before it begins on {one.since}"


def _contradictions(facts: Sequence[Fact], plans: Collection[str]) -> Iterator[str]:
    """Two facts of one attribute that are both said to hold for a plan."""
    holding: dict[str, list[Fact]] = {}
    for fact in facts:
        attribute = attributes().get(fact.attribute)
        if fact.until is None and attribute and not attribute.repeats:
            holding.setdefault(fact.attribute, []).append(fact)
    for attribute, several in holding.items():
        for one, other in combinations(several, 2):
            if not one.plans or not other.plans:
                both = (
                    "all plans"
                    if one.plans == other.plans
                    else "the plans " + ", ".join(one.plans or other.plans)
                )
            elif shared := sorted(set(one.plans) & set(other.plans)):
                both = "the plan " + ", ".join(shared)
            else:
                continue
            yield f"{attribute} has two facts that hold for {both}; give one of them until, or other plans"


def dated_problems(all_stated: Iterable[Stated], today: date) -> Iterator[str]:
    """One sentence for each day that has not come yet."""
    latest = today + _ELSEWHERE
    for stated in all_stated:
        for what, seen, one in _dated(stated):
            since = None if isinstance(one, Plan) else one.since
            for word, day in (("seen", seen), ("since", since)):
                if day and day > latest:
                    yield (
                        f"{stated.file}: {stated.key}: {what}: {word} {day} has not come yet; "
                        f"say what is announced in a note"
                    )


def count_stale(all_stated: Iterable[Stated], today: date) -> int:
    """How many facts, prices and plans that hold were last looked at more than 180 days ago."""
    return sum(
        stale(seen, today) and (isinstance(one, Plan) or one.until is None)
        for stated in all_stated
        for _, seen, one in _dated(stated)
    )


def _dated(stated: Stated) -> Iterator[tuple[str, date, Fact | Price | Plan]]:
    """All that was seen on some day, with words for it and that day."""
    for plan in stated.plans:
        if plan.seen:
            yield f"the plan {plan.key!r}", plan.seen, plan
        for price in plan.prices:
            yield f"a price of plan {plan.key!r}", price.seen, price
    for fact in stated.facts:
        yield f"the fact {fact.attribute}", fact.seen, fact
