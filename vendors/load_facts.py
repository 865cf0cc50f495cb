"""Plans, prices and facts of the catalog's files, brought into the database.

What the files no longer state stays as history and says until when: a page can tell that a tool trained
before and does not any more. Only what is stated again with the same value goes without a trace.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from vendors import catalog_files, fact_files
from vendors.models import Plan, Price, Product, RiskFact, Vendor
from vendors.risk_attributes import attributes

_ROWS = 500
_MILLION = Decimal(1_000_000)
_Place = tuple[int, str]  # the plan or vendor, and the identity
#: What the files may say anew of what is otherwise the same.
_RESTATED = ["source", "seen", "basis", "until", "vanished"]
_PLAN_FIELDS = ("name", "tier", "position", "withdrawn", "source", "seen", "basis")


class Owner(NamedTuple):
    """A vendor, or a product of it: what its file states is the truth for it."""

    vendor: Vendor
    product: Product | None
    plans: tuple[fact_files.Plan, ...]
    facts: tuple[fact_files.Fact, ...]

    @property
    def key(self) -> str:
        return self.product.key if self.product else self.vendor.key


def owners(
    vendors: Iterable[tuple[Vendor, catalog_files.Vendor]],
    products: Iterable[tuple[Vendor, Product, catalog_files.Product]],
) -> list[Owner]:
    """Everything that files may state something about."""
    return [
        *(Owner(row, None, (), stated.facts) for row, stated in vendors),
        *(Owner(vendor, row, stated.plans, stated.facts) for vendor, row, stated in products),
    ]


def store_facts(ours: list[Owner], today: date) -> set[str]:
    """Bring plans, prices and facts of these owners in line; keys of those for which anything changed.

    Six queries where nothing changed. ``today`` is the day on which a vanished fact is said to have ended,
    unless what took its place says from when it holds.
    """
    changed = _store_plans(ours)
    changed |= _store_prices(ours, today)
    return changed | _store_facts(ours, today)


def _store_plans(ours: list[Owner]) -> set[str]:
    stored = {(plan.product_id, plan.key): plan for plan in Plan.objects.all()}
    new, different, changed = [], [], set()
    for owner in ours:
        if not owner.product:
            continue
        for position, stated in enumerate(owner.plans):
            fields = {
                "name": stated.name,
                "tier": stated.tier,
                "position": position,
                "withdrawn": False,
                "source": stated.source,
                "seen": stated.seen,
                "basis": stated.basis,
            }
            row = stored.pop((owner.product.pk, stated.key), None)
            if row is None:
                new.append(Plan(product=owner.product, key=stated.key, **fields))
            elif differs(row, fields):
                different.append(row)
            else:
                continue
            changed.add(owner.key)
    key_of = {owner.product.pk: owner.key for owner in ours if owner.product}
    for row in stored.values():
        if row.product_id in key_of and not row.withdrawn:
            row.withdrawn = True
            different.append(row)
            changed.add(key_of[row.product_id])
    Plan.objects.bulk_create(new, batch_size=_ROWS)
    Plan.objects.bulk_update(different, list(_PLAN_FIELDS), batch_size=_ROWS)
    return changed


def _store_prices(ours: list[Owner], today: date) -> set[str]:
    products = {owner.product.pk: owner.key for owner in ours if owner.product}
    plans = {(plan.product_id, plan.key): plan for plan in Plan.objects.all()}
    wanted: dict[tuple[int, str], Price] = {}
    for owner in ours:
        if not owner.product:
            continue
        for plan in owner.plans:
            row = plans[owner.product.pk, plan.key]
            for price in plan.prices:
                made = _price(row, price)
                wanted[row.pk, made.identity] = made
    product_of = {plan.pk: plan.product_id for plan in plans.values()}
    stored = {
        (price.plan_id, price.identity): price
        for price in Price.objects.all()
        if product_of[price.plan_id] in products
    }
    touched = _write(Price, stored, wanted, _same_price, _RESTATED, today)
    return {products[product_of[plan]] for plan, _ in touched}


def _store_facts(ours: list[Owner], today: date) -> set[str]:
    key_of = {(owner.vendor.pk, owner.product.pk if owner.product else None): owner.key for owner in ours}
    wanted: dict[tuple[int, str], RiskFact] = {}
    for owner in ours:
        for fact in owner.facts:
            made = _fact(owner, fact)
            wanted[owner.vendor.pk, made.identity] = made
    stored = {
        (fact.vendor_id, fact.identity): fact
        for fact in RiskFact.objects.all()
        if (fact.vendor_id, fact.product_id) in key_of
    }
    owner_of = {place: (row.vendor_id, row.product_id) for place, row in (stored | wanted).items()}
    touched = _write(RiskFact, stored, wanted, _same_fact, [*_RESTATED, "note"], today)
    return {key_of[owner_of[place]] for place in touched}


def _write(
    model: type[Price] | type[RiskFact],
    stored: Mapping[_Place, Any],
    wanted: Mapping[_Place, Any],
    about_the_same: Callable[[Any, Any], bool],
    names: list[str],
    today: date,
) -> set[_Place]:
    """Write the difference between what is stored and what should be; the places where there was any.

    ``about_the_same``: whether two of one owner cannot both hold, so that the newer takes the other's place.
    """
    new = [row for place, row in wanted.items() if place not in stored]
    different = []
    for place, row in stored.items():
        if place in wanted and differs(row, {name: getattr(wanted[place], name) for name in names}):
            different.append(row)
    gone = [row for place, row in stored.items() if place not in wanted and not row.vanished]
    beside: dict[int, list[Any]] = defaultdict(list)
    for (owner, _), row in wanted.items():
        beside[owner].append(row)
    restated = []
    for row in gone:
        successors = [one for one in beside[_owner(row)] if about_the_same(row, one)]
        if any(_says_the_same(row, one) for one in successors):
            restated.append(row)
        elif row.until is None:
            days = [one.since or one.seen for one in successors if one.until is None]
            row.until = max(min(days, default=today), row.since or date.min)
            row.vanished = True
            different.append(row)
    model.objects.filter(pk__in=[row.pk for row in restated]).delete()
    model.objects.bulk_update(different, names, batch_size=_ROWS)
    model.objects.bulk_create(new, batch_size=_ROWS)
    return {(_owner(row), row.identity) for row in [*new, *different, *restated]}


def _owner(row: Price | RiskFact) -> int:
    return row.plan_id if isinstance(row, Price) else row.vendor_id


def _says_the_same(old: Any, new: Any) -> bool:
    """Whether the newer one says again what the older one did, with another day or other plans."""
    returns_later = old.until is not None and new.until is None
    return old.told == new.told and not returns_later


def _same_price(old: Price, new: Price) -> bool:
    return (old.currency, old.per, old.every, old.billed) == (new.currency, new.per, new.every, new.billed)


def _same_fact(old: RiskFact, new: RiskFact) -> bool:
    if (old.product_id, old.attribute) != (new.product_id, new.attribute):
        return False
    attribute = attributes().get(old.attribute)
    if attribute and attribute.repeats and old.value != new.value:
        return False
    return not old.plans or not new.plans or not set(old.plans.split()).isdisjoint(new.plans.split())


def _price(plan: Plan, stated: fact_files.Price) -> Price:
    amount = int(stated.amount * _MILLION)
    kind = (stated.currency, stated.per, stated.every, stated.billed, stated.minimum_seats)
    return Price(
        plan=plan,
        identity=_digest(amount, *kind, stated.since),
        amount=amount,
        currency=stated.currency,
        per=stated.per,
        every=stated.every,
        billed=stated.billed,
        minimum_seats=stated.minimum_seats,
        **_sourced(stated),
    )


def _fact(owner: Owner, stated: fact_files.Fact) -> RiskFact:
    plans = " ".join(stated.plans)
    product = owner.product.key if owner.product else ""
    return RiskFact(
        vendor=owner.vendor,
        product=owner.product,
        identity=_digest(product, stated.attribute, plans, stated.value, stated.since),
        attribute=stated.attribute,
        plans=plans,
        value=stated.value,
        note=stated.note,
        **_sourced(stated),
    )


def _sourced(stated: fact_files.Fact | fact_files.Price) -> dict[str, Any]:
    return {
        "source": stated.source,
        "seen": stated.seen,
        "basis": stated.basis,
        "since": stated.since,
        "until": stated.until,
        "vanished": False,
    }


def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(tuple(map(str, parts))).encode()).hexdigest()


def differs(row: Any, fields: Mapping[str, object]) -> bool:
    """Set the fields on a row; whether any of them was different."""
    different = {name: value for name, value in fields.items() if getattr(row, name) != value}
    for name, value in different.items():
        setattr(row, name, value)
    return bool(different)
