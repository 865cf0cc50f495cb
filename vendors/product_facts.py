"""What the catalog says of products, plan by plan: what holds, and what held before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import Q

from vendors.models import OwnFact, OwnPlan, Plan, RiskFact

#: Where nothing is known of a product's plans, all that is said holds for this one.
ANY_PLAN = ""
#: Plans that are sold to several people together.
COMPANY_TIERS = frozenset({"team", "business", "enterprise"})
INDIVIDUAL_TIERS = frozenset({"free", "personal"})


class PlanOnSale(NamedTuple):
    key: str
    name: str
    tier: str


class OwnWord(NamedTuple):
    """Who of this company says it and why, and the number of what they said."""

    number: int
    actor: str
    reason: str


class Said(NamedTuple):
    """One fact. ``plans`` is empty for all plans; ``of_vendor``: its maker says it of all its products;
    ``own``: this company says it itself."""

    attribute: str
    value: str
    plans: frozenset[str]
    source: str
    seen: date
    basis: str
    since: date | None
    until: date | None
    note: str
    vanished: bool
    of_vendor: bool
    own: OwnWord | None = None

    def holds_on(self, plan: str) -> bool:
        return not self.plans or plan in self.plans


@dataclass(frozen=True, slots=True)
class ProductFacts:
    """What is known of one product. ``history``: what holds no longer, the latest end first."""

    plans: tuple[PlanOnSale, ...] = ()
    facts: tuple[Said, ...] = ()
    history: tuple[Said, ...] = ()

    def plans_named(self, name: str) -> tuple[str, ...]:
        """Keys of the plans that may be in use where evidence names this one; all where it names none.

        A name that no plan has is a plan of its own, for which only what holds on all plans is known.
        """
        if name:
            return self._meant(name) or (name.casefold(),)
        return tuple(plan.key for plan in self.plans) or (ANY_PLAN,)

    def tiers_named(self, name: str) -> frozenset[str]:
        """The tiers of the plans that a name means; none where no plan has it."""
        meant = self._meant(name)
        return frozenset(plan.tier for plan in self.plans if plan.key in meant)

    def title_of(self, name: str) -> str:
        """The one plan that a name means as its maker calls it; else the name as it is."""
        meant = self._meant(name)
        titles = [plan.name for plan in self.plans if plan.key in meant]
        return titles[0] if len(titles) == 1 else name

    def _meant(self, name: str) -> tuple[str, ...]:
        """The plans of a name, else those with it among other words, else those of a tier of that name."""
        called = name.casefold()
        for has_it in (
            lambda plan: called in (plan.key, plan.name.casefold()),
            lambda plan: called in plan.name.casefold().split(),
            lambda plan: called == plan.tier,
        ):
            if found := tuple(plan.key for plan in self.plans if has_it(plan)):
                return found
        return ()

    def on_plan(self, attribute: str, plan: str) -> Said | None:
        """The fact that holds on a plan: this company's word before the catalog's, and there the product's
        own before its maker's. None: unknown."""
        holding = [fact for fact in self.facts if fact.attribute == attribute and fact.holds_on(plan)]
        return min(holding, key=lambda fact: (fact.own is None, fact.of_vendor), default=None)

    def values(self, attribute: str, plans: Iterable[str]) -> frozenset[str | None]:
        """What an attribute may be, if any of these plans is in use; None among them: it may be unknown."""
        found = (self.on_plan(attribute, plan) for plan in plans)
        return frozenset(fact.value if fact else None for fact in found)


NOTHING_SAID = ProductFacts()


def facts_of(
    vendor_of: Mapping[str, str], attributes: Collection[str] | None = None, *, history: bool = False
) -> dict[str, ProductFacts]:
    """Key → what is said of it, for a mapping of product or vendor key → vendor key. Four
    queries.

    ``attributes``: only these. ``history``: with what holds no longer.
    """
    keys, vendors = set(vendor_of), set(vendor_of.values())
    rows = RiskFact.objects.filter(
        Q(product__key__in=keys) | Q(product__isnull=True, vendor__key__in=vendors)
    ).order_by("attribute", "-until", "pk")
    if attributes is not None:
        rows = rows.filter(attribute__in=attributes)
    if not history:
        rows = rows.filter(until__isnull=True)
    own: dict[str, list[Said]] = defaultdict(list)
    makers: dict[str, list[Said]] = defaultdict(list)
    for product, vendor, plans, *said in rows.values_list(
        "product__key",
        "vendor__key",
        "plans",
        "attribute",
        "value",
        "source",
        "seen",
        "basis",
        "since",
        "until",
        "note",
        "vanished",
    ):
        attribute, value, *rest = said
        fact = Said(attribute, value, frozenset(plans.split()), *rest, product is None)
        (own[product] if product else makers[vendor]).append(fact)
    for product, fact in _own_words(keys, attributes):
        own[product].append(fact)
    sold: dict[str, list[PlanOnSale]] = defaultdict(list)
    plans_on_sale = Plan.objects.filter(product__key__in=keys, withdrawn=False)
    own_plans = _own_plans(keys)
    for product, *plan in plans_on_sale.values_list("product__key", "key", "name", "tier"):
        on_sale = PlanOnSale(*plan)
        sold[product].append(own_plans[product].pop(on_sale.key, on_sale))
    for product, plans in own_plans.items():
        sold[product] += plans.values()
    found = {}
    for key, vendor in vendor_of.items():
        said = [*own.get(key, ()), *makers.get(vendor, ())]
        found[key] = ProductFacts(
            plans=tuple(sold.get(key, ())),
            facts=tuple(fact for fact in said if fact.until is None),
            history=tuple(fact for fact in said if fact.until is not None),
        )
    return found


def _own_plans(keys: Collection[str]) -> dict[str, dict[str, PlanOnSale]]:
    """Product → key → plan, as this company says itself."""
    found: dict[str, dict[str, PlanOnSale]] = defaultdict(dict)
    words = OwnPlan.objects.filter(product__in=keys, taken_back_at=None).order_by("pk")
    for product, *plan in words.values_list("product", "key", "name", "tier"):
        found[product][plan[0]] = PlanOnSale(*plan)
    return found


def _own_words(keys: Collection[str], attributes: Collection[str] | None) -> Iterator[tuple[str, Said]]:
    """What this company says itself of these products."""
    words = OwnFact.objects.filter(product__in=keys, taken_back_at=None).order_by("attribute", "pk")
    if attributes is not None:
        words = words.filter(attribute__in=attributes)
    for word in words:
        yield (
            word.product,
            Said(
                attribute=word.attribute,
                value=word.value,
                plans=frozenset(word.plans.split()),
                source=word.source,
                seen=word.made_at.date(),
                basis="",
                since=None,
                until=None,
                note="",
                vanished=False,
                of_vendor=False,
                own=OwnWord(word.pk, word.actor, word.reason),
            ),
        )
