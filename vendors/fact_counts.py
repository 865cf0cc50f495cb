"""How much the catalog knows, by what it rests on: the same counts for the command and the page."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, FilteredRelation, OuterRef, Q

from vendors.fact_files import stale
from vendors.models import CatalogState, Plan, Product, ProductCapability, RiskFact
from vendors.risk_attributes import Basis, attributes

#: From so many sourced facts on a product counts as well known.
WELL_KNOWN = 12
TRAINING = "training.default"


@dataclass(frozen=True, slots=True)
class FactCounts:
    """Facts that hold, each once: a vendor's fact counts once, however many products it is about.

    ``well_known``: products with twelve sourced facts or more, those of the vendor among them;
    ``well_known_with_prices``: where sourced list prices count too. ``with_plans``: products with a plan on
    sale; ``with_sourced_plans``: where a source tells of one of them or of its price. ``complete``: products
    with a category, a plan and the maker's country, by whether it is ``told`` or ``unknown`` if they train on
    what people enter. ``history``: facts that hold no longer. Withdrawn products are left out.
    """

    by_basis: Mapping[str, int]
    by_attribute: Mapping[str, int]
    prices_by_basis: Mapping[str, int]
    products: int
    with_facts: int
    well_known: int
    well_known_with_prices: int
    with_plans: int
    with_sourced_plans: int
    complete: Mapping[str, int]
    stale: int
    history: int

    @property
    def facts(self) -> int:
        return sum(self.by_basis.values())

    @property
    def prices(self) -> int:
        return sum(self.prices_by_basis.values())


_counted: tuple[object, FactCounts] | None = None


def facts_counted(today: date) -> FactCounts:
    """The same counts, worked out once a day, catalog and process: a page asks at every letter typed. One
    query where they are known."""
    global _counted  # replaced when the catalog or the day is another
    state = CatalogState.objects.values_list("files", "version").first()
    if state is None or not state[0]:  # not of files that were loaded whole: who knows what it holds
        return count_facts(today)
    counted = _counted
    if counted is None or counted[0] != (state, today):
        counted = _counted = ((state, today), count_facts(today))
    return counted[1]


def count_facts(today: date) -> FactCounts:
    """Counts of what is in the database. Four queries."""
    products, placed = {}, set()
    has_category = Exists(ProductCapability.objects.filter(product=OuterRef("pk")))
    for product, vendor, country, categorised in Product.objects.filter(withdrawn=False).values_list(
        "pk", "vendor_id", "vendor__country", has_category
    ):
        products[product] = vendor
        if country and categorised:
            placed.add(product)
    by_basis: Counter[str] = Counter()
    by_attribute: Counter[str] = Counter()
    of_product: dict[int, list[tuple[str, str]]] = defaultdict(list)
    of_vendor: dict[int, list[tuple[str, str]]] = defaultdict(list)
    old = 0
    present = RiskFact.objects.filter(until__isnull=True)
    for vendor, product, attribute, basis, seen in present.values_list(
        "vendor_id", "product_id", "attribute", "basis", "seen"
    ):
        if product is not None and product not in products:
            continue
        by_basis[basis] += 1
        by_attribute[attribute] += 1
        old += stale(seen, today)
        place = of_vendor[vendor] if product is None else of_product[product]
        place.append((attribute, basis))
    prices_by_basis: Counter[str] = Counter()
    priced: Counter[int] = Counter()
    plans: dict[int, tuple[int, str, date | None]] = {}
    # A row for each price that holds, and one for a plan without any.
    for plan, product, basis, seen, price_basis, price_seen in (
        Plan.objects.filter(withdrawn=False)
        .annotate(price=FilteredRelation("prices", condition=Q(prices__until__isnull=True)))
        .values_list("pk", "product_id", "basis", "seen", "price__basis", "price__seen")
    ):
        if product not in products:
            continue
        plans[plan] = product, basis, seen
        if price_basis:
            prices_by_basis[price_basis] += 1
            priced[product] += price_basis != Basis.GENERAL_KNOWLEDGE
            old += stale(price_seen, today)
    sourced_plans: dict[int, bool] = defaultdict(bool)
    for product, basis, seen in plans.values():
        told_itself = basis not in ("", Basis.GENERAL_KNOWLEDGE)
        sourced_plans[product] |= told_itself or priced[product] > 0
        old += seen is not None and stale(seen, today)
    sourced = {}
    complete: Counter[str] = Counter()
    with_facts = 0
    for product, vendor in products.items():
        own = of_product[product]
        said = {attribute for attribute, _ in own}
        held = [*own, *(fact for fact in of_vendor[vendor] if fact[0] not in said)]
        with_facts += bool(held)
        sourced[product] = sum(basis != Basis.GENERAL_KNOWLEDGE for _, basis in held)
        if product in placed and product in sourced_plans:
            tells = any(attribute == TRAINING for attribute, _ in held)
            complete["told" if tells else "unknown"] += 1
    return FactCounts(
        by_basis={basis.value: by_basis[basis.value] for basis in Basis},
        by_attribute={key: by_attribute[key] for key in attributes() if by_attribute[key]},
        prices_by_basis={basis.value: prices_by_basis[basis.value] for basis in Basis},
        products=len(products),
        with_facts=with_facts,
        well_known=sum(count >= WELL_KNOWN for count in sourced.values()),
        well_known_with_prices=sum(
            count + priced[product] >= WELL_KNOWN for product, count in sourced.items()
        ),
        with_plans=len(sourced_plans),
        with_sourced_plans=sum(sourced_plans.values()),
        complete={word: complete[word] for word in ("told", "unknown")},
        stale=old,
        history=RiskFact.objects.filter(until__isnull=False)
        .filter(Q(product__isnull=True) | Q(product__withdrawn=False))
        .count(),
    )
