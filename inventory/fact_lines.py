"""Facts of the catalog as pages show them: in words, with source and day, and what is unknown said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from babel import Locale
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from inventory.risk import RISK_ATTRIBUTES, access_in_words
from inventory.templatetags.penumbra import day
from vendors.fact_files import stale
from vendors.matching.scopes import reach_of
from vendors.product_facts import ANY_PLAN, OwnWord, ProductFacts, Said
from vendors.risk_attributes import Attribute, Basis, Kind, attributes

GROUP_NAMES = {
    "data": gettext_lazy("What happens to what people enter"),
    "acts": gettext_lazy("What it does"),
    "assurance": gettext_lazy("What its maker stands in for"),
    "controls": gettext_lazy("What administrators can control"),
    "maker": gettext_lazy("Its maker"),
}
BASIS_NAMES = {
    Basis.VENDOR: gettext_lazy("first hand"),
    Basis.SECONDARY: gettext_lazy("second hand"),
    Basis.GENERAL_KNOWLEDGE: gettext_lazy("general knowledge, not checked"),
}
#: What is asked of every tool, and said to be unknown where nobody says it. All else shows where it is known.
_ASKED = frozenset(
    {
        *RISK_ATTRIBUTES,
        "training.opt-out",
        "retention.zero-available",
        "models.underneath",
        "subprocessors.page",
        "residency",
        "cert.iso42001",
        "dpa",
        "sso",
        "scim",
        "audit-log",
        "admin-controls",
        "indemnity",
        "owner.country",
    }
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One fact. ``address`` is the value where it is one; ``plans`` is "" for all plans; ``own``: who of
    this company says it and why."""

    words: str
    address: str
    plans: str
    source: str
    host: str
    seen: date
    basis: str
    stale: bool
    since: date | None
    note: str
    of_maker: bool
    own: OwnWord | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """An attribute with all that is known of it; no entry: unknown. ``unknown_on`` names the plans for which
    nothing is said although something is said for others."""

    name: str
    entries: tuple[Entry, ...]
    unknown_on: str


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    lines: tuple[Line, ...]


def groups_of(said: ProductFacts, today: date) -> list[Group]:
    """Everything that is known of a product, and what is asked and not known, in the catalog's order."""
    found = []
    for key, name in GROUP_NAMES.items():
        lines = [_line(one, said, today) for one in attributes().values() if one.group == key]
        if shown := tuple(line for line in lines if line):
            found.append(Group(str(name), shown))
    return found


def history_of(said: ProductFacts) -> list[str]:
    """What changed and when, as sentences, the newest first."""
    changed = sorted(_changes(said), key=lambda change: change[0], reverse=True)
    return [sentence for _day, sentence in changed]


def known_of(said: ProductFacts) -> tuple[int, int]:
    """Of how many things that are asked of every tool the catalog knows something, and how many they are."""
    return len(_ASKED & {fact.attribute for fact in said.facts if fact.own is None}), len(_ASKED)


def _line(attribute: Attribute, said: ProductFacts, today: date) -> Line | None:
    facts = _shown(attribute.key, said)
    if not facts and attribute.key not in _ASKED:
        return None
    silent = [
        plan.name for plan in said.plans if facts and not any(fact.holds_on(plan.key) for fact in facts)
    ]
    return Line(
        name=attribute.name,
        entries=tuple(_entry(attribute, fact, said, today) for fact in facts),
        unknown_on=", ".join(silent),
    )


def _shown(attribute: str, said: ProductFacts) -> list[Said]:
    """What this company says and all beside it; a product's own facts, and its maker's where they still
    hold for a plan of it."""
    facts = sorted(
        (fact for fact in said.facts if fact.attribute == attribute), key=lambda fact: fact.own is None
    )
    if attributes()[attribute].repeats or any(fact.own for fact in facts):
        return facts
    plans = [plan.key for plan in said.plans] or [ANY_PLAN]
    holding = {said.on_plan(attribute, plan) for plan in plans}
    return [fact for fact in facts if fact in holding or not fact.of_vendor]


def _entry(attribute: Attribute, fact: Said, said: ProductFacts, today: date) -> Entry:
    return Entry(
        words=words_for(attribute, fact.value),
        address=fact.value if attribute.kind == Kind.URL else "",
        plans=_plans(fact, said),
        source=fact.source,
        host=_host(fact.source),
        seen=fact.seen,
        basis="" if fact.own else str(BASIS_NAMES[Basis(fact.basis)]),
        stale=not fact.own and stale(fact.seen, today),
        since=fact.since,
        note=fact.note,
        of_maker=fact.of_vendor,
        own=fact.own,
    )


def words_for(attribute: Attribute, value: str) -> str:
    """A value in words; a country by its name in the reader's language, scopes by what they reach, too."""
    if attribute.key == "scopes.usual":
        return _scopes(value)
    if attribute.key == "owner.country":
        return str(_countries().get(value, value))
    return _host(value) if attribute.kind == Kind.URL else attribute.words(value)


def _scopes(value: str) -> str:
    """Scopes as the platform names them, after the company's data that they reach, where that is known."""
    reached = {str(reach) for scope in value.split() if (reach := reach_of(scope))}
    return f"{access_in_words(reached)} ({value})" if reached else value


def _countries() -> Mapping[str, str]:
    return Locale.parse(get_language() or "en", sep="-").territories


def _host(address: str) -> str:
    return urlsplit(address).netloc.removeprefix("www.")


def _plans(fact: Said, said: ProductFacts) -> str:
    names = {plan.key: plan.name for plan in said.plans}
    ordered = [*(key for key in names if key in fact.plans), *sorted(fact.plans - names.keys())]
    return ", ".join(names.get(key, key) for key in ordered)


def _changes(said: ProductFacts) -> Iterator[tuple[date, str]]:
    for attribute in attributes().values():
        for fact in _shown(attribute.key, said):
            if fact.since:
                # What may be several times, such as an incident, was on a day; all else holds from it on.
                opening = "%(day)s" if attribute.repeats else _("Since %(day)s")
                yield fact.since, _sentence(fact, said, opening, fact.since)
    for fact in said.history:
        if not fact.until:
            continue
        if fact.vanished:
            opening = _("Until %(day)s, as the catalog had it")
        elif fact.since:
            opening = _("From %(since)s to %(day)s")
        else:
            opening = _("Until %(day)s")
        yield fact.until, _sentence(fact, said, opening, fact.until)


def _sentence(fact: Said, said: ProductFacts, opening: str, when: date) -> str:
    attribute = attributes()[fact.attribute]
    begun = opening % {"day": day(when), "since": day(fact.since)}
    if plans := _plans(fact, said):
        begun = _("%(begun)s, on %(plans)s") % {"begun": begun, "plans": plans}
    sentence = _("%(begun)s – %(what)s: %(value)s") % {
        "begun": begun,
        "what": attribute.name,
        "value": words_for(attribute, fact.value),
    }
    return sentence if sentence.endswith(".") else f"{sentence}."
