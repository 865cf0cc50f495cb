"""What the company wrote itself and holds now: rules for texts, and which of its own words may open seals.

Read from the decision log: the newest decision about a rule says what it says, and the newest about an
opening whether a second person agreed. See :mod:`discovery.asked_rules` and :mod:`discovery.openings`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from discovery.models import Decision
from vendors.matching import Descriptor
from vendors.matching.patterns import Fits, Pattern, Rule, Rules
from vendors.models import Identifier, Origin, Product, Vendor

NOT_AI = "not_ai"


@dataclass(frozen=True)
class HeldRule:
    """A rule that holds, in its newest version."""

    number: int
    version: int  # the decision that made it so
    pattern: Pattern
    answer: str
    actor: str
    reason: str
    made_at: datetime
    opens: bool = False  # a second person agreed that it opens sealed records

    @property
    def name(self) -> str:
        """As descriptors name who decided."""
        return f"rule {self.number}"

    @property
    def may_open(self) -> bool:
        """Whether it says of texts that they are an AI tool."""
        return self.answer != NOT_AI

    @property
    def key(self) -> str:
        """The rule with all that it says: an agreement is bound to this."""
        return opening_key("rule", str(self.number), says(self.pattern, self.answer))


@dataclass(frozen=True)
class OwnWords:
    """Rules that hold, and products (and makers) of the company's own that may open no seal yet."""

    rules: tuple[HeldRule, ...] = ()
    closed: frozenset[str] = frozenset()
    compiled: Rules = field(init=False, compare=False)
    opening: Rules = field(init=False, compare=False)
    by_version: dict[int, HeldRule] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        def compiled(rules: Iterable[HeldRule]) -> Rules:
            return Rules(Rule(rule.version, rule.pattern, rule.answer) for rule in rules)

        put = object.__setattr__
        put(self, "compiled", compiled(self.rules))
        put(self, "opening", compiled(rule for rule in self.rules if rule.opens and rule.may_open))
        put(self, "by_version", {rule.version: rule for rule in self.rules})

    def find(self, descriptor: Descriptor) -> HeldRule | None:
        """The rule that decides about a text, unless somebody decided about this very text."""
        found = self.compiled.find(descriptor)
        return found and self.by_version[found.number]

    def rule(self, number: int) -> HeldRule | None:
        return next((rule for rule in self.rules if rule.number == number), None)

    def all_keys(self) -> set[str]:
        """What agreements may be bound to, of all that holds."""
        return {rule.key for rule in self.rules} | set(product_keys().values())

    def having(self, *, without: int | None, new: HeldRule | None) -> OwnWords:
        """As they would be without the rule of this number and with a new one."""
        rules = [rule for rule in self.rules if rule.number != without]
        return OwnWords((*rules, *((new,) if new else ())), self.closed)

    def opening_rule(self, number: int) -> OwnWords:
        """As they would be if somebody agreed that a rule opens sealed records."""
        return OwnWords(
            tuple(replace(rule, opens=rule.opens or rule.number == number) for rule in self.rules),
            self.closed,
        )

    def opening_product(self, key: str) -> OwnWords:
        """As they would be if somebody agreed that a product opens sealed records."""
        return OwnWords(self.rules, self.closed - {key, key.partition("/")[0]})


def own_words() -> OwnWords:
    """What holds now. Five queries at most, three where the company wrote nothing itself."""
    agreed = agreed_keys()
    rules = (replace(rule, opens=rule.key in agreed) for rule in _rules())
    closed = {key for key, of in product_keys().items() if of not in agreed}
    if closed:  # their makers too, where nobody else sells what they do
        makers = Vendor.objects.filter(origin=Origin.LOCAL, products__key__in=closed)
        closed.update(makers.values_list("key", flat=True))
    return OwnWords(tuple(rules), frozenset(closed))


def _rules() -> list[HeldRule]:
    newest: dict[int, Decision] = {}
    for decision in Decision.objects.filter(kind=Decision.Kind.RULE).order_by("pk"):
        newest[decision.subject["rule"]] = decision
    return [held_rule(decision) for decision in newest.values() if decision.after]


def held_rule(decision: Decision) -> HeldRule:
    """The rule as a decision made it; the decision must not be one that ended it."""
    said: dict[str, Any] = decision.after
    return HeldRule(
        decision.subject["rule"],
        decision.pk,
        stored_pattern(said),
        said["answer"],
        decision.actor,
        decision.reason,
        decision.made_at,
    )


def says(pattern: Pattern, answer: str) -> dict[str, Any]:
    """A rule as a decision keeps it."""
    return {
        "fits": pattern.fits.value,
        "words": list(pattern.words),
        "channel": pattern.channel,
        "answer": answer,
    }


def stored_pattern(said: dict[str, Any]) -> Pattern:
    return Pattern(Fits(said["fits"]), tuple(said["words"]), said["channel"])


# --- what may open seals -----------------------------------------------------------------------------


def opening_key(kind: str, name: str, said: Any) -> str:
    """A rule or product with exactly what it says: who changes it has to ask again."""
    return f"{kind}:{name}:{hashlib.sha256(repr(said).encode()).hexdigest()[:32]}"


def agreed_keys() -> frozenset[str]:
    """What a second person agreed to. One query."""
    newest = {}
    for decision in Decision.objects.filter(kind=Decision.Kind.OPENING).order_by("pk"):
        newest[decision.subject["key"]] = bool(decision.after)
    return frozenset(key for key, agreed in newest.items() if agreed)


def product_keys(of: Collection[str] | None = None) -> dict[str, str]:
    """Product of the company's own → what an agreement about it is bound to. Two queries at most."""
    products = Product.objects.filter(origin=Origin.LOCAL, withdrawn=False)
    keys = sorted((products if of is None else products.filter(key__in=of)).values_list("key", flat=True))
    if not keys:
        return {}
    said: dict[str, list[list[str]]] = {key: [] for key in keys}
    columns = ("product__key", "kind", "value", "strength", "scope")
    for key, *identifier in Identifier.objects.filter(product__key__in=keys).values_list(*columns):
        said[key].append(identifier)
    return {key: opening_key("product", key, sorted(identifiers)) for key, identifiers in said.items()}
